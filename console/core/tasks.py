"""The I/O thread: one asyncio loop beside the window's, and the only place that starts tasks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

Report = Callable[[str, BaseException], None]
_REST_S = 1.0


class IoThread:
    """An asyncio loop in a thread of its own, so that painting never delays the wire.

    A task that fails is told to `report` with its name; nothing fails in silence.
    """

    def __init__(self, report: Report, name: str = "hnth-io") -> None:
        self.report = report
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ready = threading.Event()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        self._ready.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(self._ready.set)
        self.loop.run_forever()
        self.loop.run_until_complete(self._rest())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def _rest(self) -> None:
        """End what libraries started here and their connections, which go one turn later."""
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=_REST_S)
        await asyncio.sleep(0)

    def call(self, function: Callable[..., object], *args: object) -> bool:
        """Run a function in the I/O thread soon; from any thread. False, and nothing done, once
        the thread has ended."""
        try:
            self.loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            if not self.loop.is_closed():
                raise
            return False
        return True

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Start a named task; from the I/O thread itself."""
        task = self.loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.report(task.get_name(), error)

    def run(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Run a coroutine in the I/O thread; its outcome as a future of this world."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Cancel every task, stop the loop, join the thread; whether all ended in time."""

        async def cancel_all() -> None:
            cancelled: set[asyncio.Task[Any]] = set()
            end = self.loop.time() + timeout_s
            while new := self._tasks - cancelled:  # tasks may start others as they end
                for task in new:
                    task.cancel()
                cancelled |= new
                await asyncio.wait(cancelled, timeout=max(0.0, end - self.loop.time()))

        if self._thread.is_alive():
            try:
                self.run(cancel_all()).result(timeout_s + 1)
            finally:
                self.call(self.loop.stop)
                self._thread.join(timeout_s)
        return not self._thread.is_alive() and not self._tasks
