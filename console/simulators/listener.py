"""One device's listening port, and the states a line can put it in."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from console.simulators.device import Endpoint

Behind = TypeVar("Behind", bound=Endpoint)
GOOD, DOWN, MUTE = "", "down", "mute"


class Silent(asyncio.Protocol):
    """Accepts a connection and never reads or writes a byte on it."""

    def __init__(self, held: set[asyncio.BaseTransport]) -> None:
        self._held = held
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection, read nothing."""
        self._transport = transport
        self._held.add(transport)
        cast("asyncio.Transport", transport).pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side gave up."""
        if self._transport is not None:
            self._held.discard(self._transport)


class Listener(Generic[Behind]):
    """One port on loopback.

    Attributes:
        mode: good, down (nothing listens), mute (accepts, no byte passes) or a certificate's flaw.
        port: the port number, the same through every mode.
    """

    def __init__(
        self,
        device: Behind,
        factory: Callable[[], asyncio.Protocol],
        context: Callable[[str], ssl.SSLContext] | None,
    ) -> None:
        self.device = device
        self.port = 0
        self.mode = GOOD
        self._factory, self._context = factory, context
        self._server: asyncio.Server | None = None
        self._held: set[asyncio.BaseTransport] = set()

    async def open(self, port: int = 0) -> int:
        """Listen; returns the port."""
        loop = asyncio.get_running_loop()
        if self.mode == MUTE:
            self._server = await loop.create_server(
                lambda: Silent(self._held), "127.0.0.1", port or self.port
            )
        else:
            context = self._context(self.mode) if self._context is not None else None
            self._server = await loop.create_server(
                self._factory,
                "127.0.0.1",
                port or self.port,
                ssl=context,
                ssl_handshake_timeout=20.0 if context is not None else None,
                backlog=64,
            )
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def change(self, mode: str) -> None:
        """Go over to another mode; connections of the old one are the caller's to cut."""
        self.close()
        self.mode = mode
        if mode != DOWN:
            await self.open()

    def close(self) -> None:
        """Stop listening, and drop whoever was held in silence."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for transport in list(self._held):
            cast("asyncio.Transport", transport).abort()
        self._held.clear()
