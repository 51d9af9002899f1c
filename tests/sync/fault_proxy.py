"""A proxy between a console and its office that does to their bytes what bad lines do.

It knows nothing of TLS or HTTP. A fault takes hold of the next bytes, on connections that are
open already too, until another is set.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_CHUNK_BYTES = 16 << 10
_SLOW_BYTES = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a chunk of bytes. `answers`: to the office's, else to the console's too.

    `end`: "" passes it on; `lost` swallows it and closes; `reset` ends with RST; `cut` passes
    half of it on and closes; `silent` swallows it and all after it, and closes nothing.
    """

    name: str
    end: str = ""
    answers: bool = True
    delay_s: float = 0.0
    bytes_per_s: int = 0


NONE = Fault("none")
LATENCY = Fault("latency", delay_s=0.05, answers=False)
LOST_REQUEST = Fault("lost request", "lost", answers=False)
LOST_ANSWER = Fault("lost answer", "lost")
RESET = Fault("reset", "reset")
HALF_OPEN = Fault("half-open", "silent")
TRUNCATED = Fault("truncated", "cut")
BLACK_HOLE = Fault("black hole", "silent", answers=False)
SLOW = Fault("8 kbit/s", bytes_per_s=1000, answers=False)

BREAKING = (LOST_REQUEST, LOST_ANSWER, RESET, HALF_OPEN, TRUNCATED, BLACK_HOLE)
"""Those after which there is no whole answer."""


class _Over(Exception):
    """This connection is at its end."""


class FaultProxy:
    """Passes connections on to a port of this machine. One thread of its own."""

    def __init__(self, port: int) -> None:
        self.fault = NONE
        self.struck = 0
        """How many chunks a fault befell."""
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._pairs: set[asyncio.Task[None]] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="fault-proxy")
        self._thread.start()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accepted, sock=self._listener)
        await self._stop.wait()
        server.close()
        pairs = list(self._pairs)
        for task in pairs:
            task.cancel()
        await asyncio.gather(*pairs, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pairs.add(task)
        writers = [writer]
        with suppress(OSError, asyncio.CancelledError):
            upstream, onward = await asyncio.open_connection("127.0.0.1", self._to)
            writers.append(onward)
            pumps = [
                asyncio.create_task(self._pump(reader, onward, writer, answers=False)),
                asyncio.create_task(self._pump(upstream, writer, writer, answers=True)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        for item in writers:
            item.close()
            with suppress(OSError, asyncio.CancelledError):
                await item.wait_closed()
        self._pairs.discard(task)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        *,
        answers: bool,
    ) -> None:
        silent = False
        with suppress(_Over, OSError):
            while chunk := await source.read(_CHUNK_BYTES):
                fault = self.fault
                if fault.answers and not answers:
                    fault = NONE
                self.struck += fault is not NONE
                silent = silent or fault.end == "silent"
                if not silent:
                    await self._pass(fault, chunk, sink, client)

    async def _pass(
        self, fault: Fault, chunk: bytes, sink: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        if fault.end == "lost":
            raise _Over
        if fault.end == "reset":
            sock: socket.socket = client.get_extra_info("socket")
            linger = struct.pack("ii", 1, 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            client.transport.abort()
            raise _Over
        await asyncio.sleep(fault.delay_s)
        if fault.end == "cut":
            chunk = chunk[: len(chunk) // 2]
        for start in range(0, len(chunk), _SLOW_BYTES if fault.bytes_per_s else len(chunk)):
            part = chunk[start : start + _SLOW_BYTES] if fault.bytes_per_s else chunk
            if fault.bytes_per_s:
                await asyncio.sleep(len(part) / fault.bytes_per_s)
            sink.write(part)
            await sink.drain()
        if fault.end == "cut":
            raise _Over


@contextmanager
def proxied(port: int) -> Iterator[FaultProxy]:
    """A proxy before a port, until the block ends."""
    proxy = FaultProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
