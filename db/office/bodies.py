"""Request bodies: read whole within a deadline, inflated here and nowhere else, both capped."""

from __future__ import annotations

import asyncio
import zlib
from contextlib import nullcontext

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.office.answers import answer
from db.office.problem import Refusal
from db.protocol import MAX_REQUEST_BYTES

READ_S = 20.0
LARGE_BYTES = 8 << 10
LARGE_AT_ONCE = 1
"""A console that was away sends large bodies, one after another. While one of them is worked on
the others wait their turn, so that what is small, such as everyone else's newest rows, goes by.
Two at once get in one another's way: they take longer for both (decision 121)."""

BODY_BYTES = "hnth.body_bytes"
"""Where the scope tells the size of the body, inflated."""


class CappedBodies:
    """Hands the application a body of at most 2 MiB that came within 20 s, plain.

    `Content-Encoding: gzip` is undone; any other is refused. Nothing larger is ever in memory:
    inflating stops at the cap.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(READ_S):
                body = await _read(receive)
        except TimeoutError:
            await answer(Refusal(408, "request.slow"))(scope, receive, send)
        except Refusal as refusal:
            await answer(refusal)(scope, receive, send)
        else:
            if body is None:
                return
            async with self._large if len(body) > LARGE_BYTES else nullcontext():
                await self._hand_over(body, scope, receive, send)

    async def _hand_over(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        encoding = dict(scope["headers"]).get(b"content-encoding", b"").strip().lower()
        try:
            plain = _plain(body, encoding)
        except Refusal as refusal:
            await answer(refusal)(scope, receive, send)
            return
        scope[BODY_BYTES] = len(plain)
        told = False

        async def whole() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": plain, "more_body": False}

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


def _plain(body: bytes, encoding: bytes) -> bytes:
    if encoding in (b"", b"identity"):
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
