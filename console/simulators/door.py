"""What request faults do: at the door, before a device is asked, and to the answer it gave."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from aiohttp import web

from console.simulators.device import Ask, Device, Reply
from console.simulators.faults import Fault

LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Login</title></head>"
    b"<body><h1>Please log in</h1><form method=post><input name=user></form></body></html>"
)
NOISE = {
    "length": b"Content-Type: text/xml\r\nContent-Length: many\r\n\r\n<a/>",
    "headers": b"\xff\xfe\x00: \x80\x81\r\nno colon here\r\n: \r\n\r\n",
    "nul": b"Content-Type: text/xml\r\nContent-Length: 14\r\n\r\n<a>\x00\x00\xc3\x28\xa0\xe1</a>\n",
}
POLL_S = 0.1


async def at_the_door(
    request: web.BaseRequest,
    device: Device,
    ask: Ask,
    fault: Fault,
    in_force: Callable[[], bool],
) -> Reply:
    """Answer in the device's place."""
    match fault.kind:
        case "hang":
            while in_force():  # noqa: ASYNC110 - as above
                await asyncio.sleep(POLL_S)
            return abort(request)
        case "reset":
            return abort(request)
        case "garbage" if fault.values.get("where") == "wire":
            if request.transport is not None:
                request.transport.write(os.urandom(512))
                request.transport.close()
            return Reply(400)
        case "garbage" if (noise := NOISE.get(str(fault.values.get("where")))) is not None:
            if request.transport is not None:
                request.transport.write(b"HTTP/1.1 200 OK\r\n" + noise)
                request.transport.close()
            return Reply(400)
        case "garbage":
            return Reply(200, os.urandom(512))
        case "html":
            return Reply(200, LOGIN_PAGE, "text/html")
        case "busy":
            return Reply(503, b"Service Unavailable", "text/plain")
        case "unauthorized":
            challenge = {"WWW-Authenticate": 'Basic realm="device"'}
            return Reply(401, b"", "text/plain", challenge)
        case _:
            return device.refusal(ask, str(fault.values["code"]))


async def on_the_answer(request: web.BaseRequest, reply: Reply, fault: Fault) -> web.StreamResponse:
    """Spoil the device's answer on its way."""
    every_s = float(fault.values.get("every_s") or 0.0)
    if fault.kind == "drip" and fault.values.get("where") == "header":
        return await drip_header(request, reply, every_s)
    stream = web.StreamResponse(status=reply.status, headers=reply.headers)
    stream.content_type = reply.content_type
    if fault.kind == "flood":
        await stream.prepare(request)
        for _ in range(int(fault.values["megabytes"]) * 16):
            if request.transport is None or request.transport.is_closing():
                break
            await stream.write(b"<!-- and so on and so on and on -->" * 1873)
        return stream
    if fault.kind == "truncate":
        stream.content_length = len(reply.body) + 64
        await stream.prepare(request)
        await stream.write(reply.body[: len(reply.body) // 2])
        abort(request)
        return stream
    stream.content_length = len(reply.body)
    await stream.prepare(request)
    for at in range(len(reply.body)):
        if request.transport is None or request.transport.is_closing():
            break
        await stream.write(reply.body[at : at + 1])
        await asyncio.sleep(every_s)
    return stream


async def drip_header(request: web.BaseRequest, reply: Reply, every_s: float) -> web.StreamResponse:
    """Send the whole answer, status line and all, byte by byte."""
    head = f"HTTP/1.1 {reply.status} OK\r\nContent-Type: {reply.content_type}\r\n"
    text = (head + f"Content-Length: {len(reply.body)}\r\n\r\n").encode() + reply.body
    for at in range(len(text)):
        if request.transport is None or request.transport.is_closing():
            break
        request.transport.write(text[at : at + 1])
        await asyncio.sleep(every_s)
    abort(request)
    return response(reply)


def abort(request: web.BaseRequest) -> Reply:
    """Cut the connection of a request; the reply is for form's sake."""
    if request.transport is not None:
        request.transport.abort()
    return Reply(500)


def response(reply: Reply) -> web.Response:
    """The reply as aiohttp sends it."""
    charset = None if "charset" in reply.content_type else "utf-8"
    kind = reply.content_type if reply.body else "text/plain"
    answer = web.Response(status=reply.status, body=reply.body, headers=reply.headers)
    answer.content_type = kind.partition(";")[0]
    answer.charset = charset
    return answer
