"""Request bodies: read whole within a deadline, inflated here and nowhere else, both capped."""

from __future__ import annotations

import asyncio
import zlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.office.answers import answer
from db.office.problem import Refusal
from db.protocol import MAX_REQUEST_BYTES

READ_S = 20.0
BODY_BYTES = "hnth.body_bytes"
"""Where the scope tells the size of the body, inflated."""


class CappedBodies:
    """Hands the application a body of at most 2 MiB that came within 20 s, plain.

    `Content-Encoding: gzip` is undone; any other is refused. Nothing larger is ever in memory:
    inflating stops at the cap.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        try:
            async with asyncio.timeout(READ_S):
                body = await _read(receive)
            body = _plain(body, headers.get(b"content-encoding", b"").strip().lower())
        except TimeoutError:
            await answer(Refusal(408, "request.slow"))(scope, receive, send)
            return
        except Refusal as refusal:
            await answer(refusal)(scope, receive, send)
            return
        if body is None:
            return
        scope[BODY_BYTES] = len(body)
        told = False

        async def whole() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, whole, send)


async def _read(receive: Receive) -> bytes | None:
    """The body as it came, None where the client went away."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_REQUEST_BYTES:
            raise Refusal(413, "request.large", {"bytes": MAX_REQUEST_BYTES})
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _plain(body: bytes | None, encoding: bytes) -> bytes | None:
    if body is None or encoding in (b"", b"identity"):
        return body
    if encoding != b"gzip":
        raise Refusal(415, "request.encoding")
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(body, MAX_REQUEST_BYTES + 1)
    except zlib.error:
        raise Refusal(400, "request.encoding") from None
    if len(plain) > MAX_REQUEST_BYTES:
        raise Refusal(413, "request.large", {"bytes": MAX_REQUEST_BYTES})
    if not inflate.eof or inflate.unused_data:
        raise Refusal(400, "request.encoding")
    return plain
