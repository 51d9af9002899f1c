"""What request faults do on an event socket: instead of an answer, or to it (decision 013)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator

from console.simulators.door import LOGIN_PAGE
from console.simulators.faults import Fault
from console.simulators.freeswitch.frames import Command, framed, reply, response, with_body

INSTEAD = frozenset({"garbage", "html", "busy", "refuse", "reset", "hang"})
SPOILING = frozenset({"drip", "truncate", "flood"})
ONE_WRITE = 65_536
READS = frozenset({"list", "json_list", "xml_list", "get", "chkrecord"})
READING_WORDS = """
    status version hostname switchname uptime show global_getvar uuid_exists uuid_getvar uuid_dump
    sofia echo
"""
READING = frozenset(READING_WORDS.split())


def method_of(command: Command) -> str:
    """What an HTTP device would call it: faults are for reads, writes, calls or hang-ups alike."""
    words = command.line.lower().split()
    if words[0] not in ("api", "bgapi"):
        return "GET"
    words = words[1:]
    if not words or words[0] in READING:
        return "GET"
    if words[0] == "originate":
        return "POST"
    if words[0] in ("hupall", "uuid_kill"):
        return "DELETE"
    sub = words[2] if len(words) > 2 else "list"
    if words[0] == "conference" and sub in READS:
        return "GET"
    return {"dial": "POST", "bgdial": "POST", "kick": "DELETE", "hup": "DELETE"}.get(sub, "PUT")


def wrapped(command: Command, text: str) -> bytes:
    """A text as the answer to this command."""
    return response(f"{text}\n") if command.word == "api" else reply(text)


def instead(command: Command, fault: Fault) -> tuple[bytes, bool]:
    """What is sent in the answer's place, and whether the connection stays."""
    match fault.kind:
        case "busy":
            return wrapped(command, "-ERR no reply"), True
        case "refuse":
            return wrapped(command, f"-ERR {fault.values['code']}"), True
        case "html":
            head = [("Content-Type", "text/html"), ("Content-Length", str(len(LOGIN_PAGE)))]
            return b"HTTP/1.1 200 OK\r\n" + framed(head, LOGIN_PAGE).replace(b"\n", b"\r\n"), False
        case _:
            return garbage(str(fault.values.get("where"))), fault.values.get("where") != "wire"


def garbage(where: str) -> bytes:
    """Noise: on the wire, in the body, in the headers, or a length that is none."""
    match where:
        case "wire":
            return os.urandom(512)
        case "length":
            return framed([("Content-Type", "api/response"), ("Content-Length", "many")], b"+OK\n")
        case "headers":
            return b"\xff\xfe\x00: \x80\x81\nno colon here\n: \nContent-Length: -7\n\n"
        case "nul":
            return with_body("api/response", b'[{"members":[\x00\x00 "Xa\xcc \xc3\x28\xa0\xe1"}]\n')
        case _:
            return with_body("api/response", os.urandom(512))


async def spoilt(answer: bytes, fault: Fault) -> AsyncGenerator[bytes]:
    """The pieces in which a spoilt answer goes out."""
    every_s = float(fault.values.get("every_s") or 0.0)
    head, _, body = answer.partition(b"\n\n")
    match fault.kind:
        case "drip" if fault.values.get("where") == "header" or not body:
            whole = answer
        case "drip":
            yield head + b"\n\n"
            whole = body
        case "truncate":
            longer = framed(
                [("Content-Type", "api/response"), ("Content-Length", str(len(body) + 64))]
            )
            yield longer + body[: len(body) // 2]
            return
        case _:
            count = int(fault.values["megabytes"]) * 16
            size = str(count * ONE_WRITE)
            yield framed([("Content-Type", "api/response"), ("Content-Length", size)])
            for _ in range(count):
                yield b"x" * ONE_WRITE
            return
    for at in range(len(whole)):
        yield whole[at : at + 1]
        await asyncio.sleep(every_s)
