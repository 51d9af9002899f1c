"""Plain TCP servers beside the HTTP one: whoever speaks a protocol of its own on its port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LINE_BYTES = 65_536


class TcpServer:
    """The connections of one port; calling it makes the protocol of a new one."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._loop = asyncio.get_running_loop()
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def __call__(self) -> asyncio.Protocol:
        reader = asyncio.StreamReader(limit=LINE_BYTES)
        return asyncio.StreamReaderProtocol(reader, self._accepted)

    @property
    def transports(self) -> list[asyncio.WriteTransport]:
        """The transports of the open connections."""
        return [writer.transport for writer in self._open.values()]

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._run(reader, writer))
        self._open[task] = writer
        task.add_done_callback(lambda done: self._open.pop(done, None))

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except ConnectionError:
            pass  # the caller went away
        finally:
            writer.close()

    async def shutdown(self) -> None:
        """Cut every connection and wait until nobody serves it any more."""
        tasks = list(self._open)
        for task, writer in list(self._open.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
