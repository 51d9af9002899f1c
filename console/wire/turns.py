"""Turns: one exchange at a time with a device, each within its deadline, cut from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from console.wire.deadline import REAPER, Guard
from console.wire.problems import Closed, DeadlinePassed


class Turns:
    """Who may use a session's connection now. `reaped`: its overdue exchanges are cut by the
    Reaper; otherwise the session itself looks at the time."""

    def __init__(self, *, reaped: bool = True) -> None:
        self._lock = threading.Lock()
        self._reaped = reaped
        self.closed = False
        self.guard = Guard(0)
        """The deadline of the exchange under way, or of the last one."""
        if reaped:
            REAPER.attach()

    @contextmanager
    def take(self, deadline_s: float) -> Generator[Guard]:
        """One exchange; waiting for an earlier one counts against its deadline (in seconds).
        Raises DeadlinePassed where that takes too long, Closed once the session is closed."""
        guard = Guard(deadline_s)
        if not self._lock.acquire(timeout=deadline_s):
            raise DeadlinePassed(seconds=deadline_s)
        try:
            if self.closed:
                raise Closed(reason="aborted")
            self.guard = guard
            if self._reaped:
                REAPER.add(guard)
            yield guard
        finally:
            guard.finish()
            self._lock.release()

    def abort(self) -> None:
        """End the exchange under way, if any, from any thread; it raises Closed."""
        self.guard.abort()

    def close(self, hang_up: Callable[[], None]) -> None:
        """End the exchange under way, and the session for good; from any thread."""
        if self.closed:
            return
        self.closed = True
        self.abort()
        with self._lock:
            hang_up()
        if self._reaped:
            REAPER.detach()
