"""The line to the office: a TCP relay on loopback that an instructor can cut and mend."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import StrEnum

_CHUNK_BYTES = 64 << 10
_HOST = "127.0.0.1"


class Cut(StrEnum):
    """How a line is: whole; a black hole, which takes everything and never answers; refused, where
    nobody listens."""

    WHOLE = "whole"
    SILENT = "silent"
    REFUSED = "refused"


class Line:
    """Listens on `port` and relays to `upstream`, another port of loopback; one event loop's."""

    def __init__(self, upstream: int = 0) -> None:
        self.upstream = upstream
        self.port = 0
        self.cut = Cut.WHOLE
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._relays: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Take callers, on the port of before where there was one. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, _HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def set(self, how: Cut) -> None:
        """Cut the line so, or mend it; calls that a cut has spoilt are broken off."""
        if how is self.cut:
            return
        self.cut = how
        if how is Cut.REFUSED:
            await self._stop_listening()
        elif self._server is None:
            await self.listen()
        if how is not Cut.SILENT:
            self.hang_up()

    def hang_up(self) -> None:
        """Break every call off."""
        for writer in list(self._open):
            writer.transport.abort()

    async def close(self) -> None:
        """Stop for good."""
        await self._stop_listening()
        self.hang_up()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)

    async def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            there, back = await asyncio.open_connection(_HOST, self.upstream)
        except OSError:
            self._open.discard(writer)
            writer.transport.abort()
            return
        self._open.add(back)
        loop = asyncio.get_running_loop()
        ends = ((reader, back), (there, writer))
        both = [loop.create_task(self._relay(*each)) for each in ends]
        self._relays.update(both)
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for each in (writer, back):
            self._open.discard(each)
            each.transport.abort()
        await asyncio.gather(*both, return_exceptions=True)
        self._relays.difference_update(both)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK_BYTES):
                if self.cut is Cut.WHOLE:
                    writer.write(data)
                    await writer.drain()
