"""The Digester: parses what is large in a process of its own, so that no key waits for it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

_SMALL = 64 * 1024
"""Bytes up to which parsing takes less than the hand-over would (about 1 ms)."""

_NICE = 10


class Digester:
    """Runs a parse function at once for a small body, in one worker process for a large one.

    Where no process can be started (a guard against viruses forbids it, or a policy), large
    bodies are parsed here as well: later, but the device is heard.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._alone = False

    async def digest(self, parse: Callable[[bytes], Any], body: bytes) -> Any:
        """What `parse(body)` returns, or raises. A worker that dies is replaced once; a body that
        kills the second too raises BrokenProcessPool."""
        if len(body) <= _SMALL or self._alone:
            return parse(body)
        try:
            return await self._elsewhere(parse, body)
        except BrokenProcessPool:
            with suppress(BrokenProcessPool):
                return await self._elsewhere(parse, body)
        try:
            await self._elsewhere(len, b"")
        except BrokenProcessPool:
            self._alone = True
            return parse(body)
        raise BrokenProcessPool("the body ends every process that parses it")

    async def _elsewhere(self, work: Callable[[bytes], Any], body: bytes) -> Any:
        pool = self._worker()
        try:
            try:
                promised = pool.submit(work, body)
            except OSError as error:
                raise BrokenProcessPool("no process can be started") from error
            return await asyncio.wrap_future(promised)
        except BrokenProcessPool:
            _unblock(pool)
            if self._pool is pool:  # nobody else has replaced it meanwhile
                self.close()
            raise

    def _worker(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawned = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, spawned, initializer=_step_back)
        return self._pool

    def close(self) -> None:
        """End the worker."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _step_back() -> None:
    """In the worker: on a busy machine the window and the wire come first."""
    if sys.platform != "win32":
        os.nice(_NICE)


def _unblock(pool: ProcessPoolExecutor) -> None:
    """Let a broken pool end where its feeder still writes to the worker that died. Debian 12's
    Python 3.11.2 waits for that for ever, the program's end included (CPython gh-94777)."""
    if sys.version_info < (3, 11, 5):
        queue: Any = getattr(pool, "_call_queue", None)
        if queue is not None:
            queue._reader.close()
