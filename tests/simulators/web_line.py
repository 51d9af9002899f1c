"""A plain WebSocket connection for tests, without threads.

websockets' threaded client reads and writes one TLS connection from two threads, which Python 3.11
does not keep apart: now and then an answer is lost, or its thread never ends.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect

_Got = TypeVar("_Got")


class WebLine:
    """One connection. What comes is read while somebody listens, and waits until then."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: ClientConnection) -> None:
        self._loop, self._socket = loop, socket

    @property
    def subprotocol(self) -> str | None:
        """The one that was agreed on."""
        return self._socket.subprotocol

    def send(self, message: str | bytes) -> None:
        """Say something."""
        self._run(self._socket.send(message))

    def recv(self, timeout: float) -> str | bytes:
        """The next message. Raises TimeoutError after so many seconds, ConnectionClosed."""
        return self._run(asyncio.wait_for(self._socket.recv(), timeout))

    def ponged(self, timeout: float) -> bool:
        """Whether a ping is answered within so many seconds."""

        async def ask() -> bool:
            try:
                await asyncio.wait_for(await self._socket.ping(), timeout)
            except TimeoutError:
                return False
            return True

        return self._run(ask())

    def _run(self, work: Awaitable[_Got]) -> _Got:
        async def whole() -> _Got:
            return await work

        return self._loop.run_until_complete(whole())


@contextmanager
def web_line(address: str, tls: ssl.SSLContext, **options: Any) -> Iterator[WebLine]:
    """A connection by a client that pings nobody; closed at the end."""
    loop = asyncio.new_event_loop()

    async def opened() -> ClientConnection:
        return await connect(
            address, ssl=tls, proxy=None, close_timeout=2, ping_interval=None, **options
        )

    try:
        socket = loop.run_until_complete(opened())
        try:
            yield WebLine(loop, socket)
        finally:
            loop.run_until_complete(socket.close())
    finally:
        loop.close()
