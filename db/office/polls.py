"""Long polls: whoever waits for a revision is woken when one is made.

A poll that waits holds no thread and no connection to the database. What another process writes
(`hnth-office record put`) is found by looking, every two seconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

LOOK_S = 2.0


class Poll:
    """One poll that waits, in its event loop. Where `over`, it is to answer with what it has."""

    def __init__(self) -> None:
        self.over = False
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    async def wait(self, timeout_s: float) -> None:
        """Until something was written since the last wait, or the time is up."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), timeout_s)
        self._woken.clear()

    def wake(self) -> None:
        """From any thread; a loop that has ended waits for nothing."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._woken.set)


class Polls:
    """The polls that wait; one for each console or person, the newest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, Poll] = {}
        self._over = False

    @contextmanager
    def waiting(self, who: str) -> Generator[Poll]:
        """A poll of somebody; one of theirs that waits already ends now, for it was given up."""
        poll = Poll()
        with self._lock:
            poll.over = self._over
            before = self._waiting.get(who)
            self._waiting[who] = poll
        if before is not None:
            before.over = True
            before.wake()
        try:
            yield poll
        finally:
            with self._lock:
                if self._waiting.get(who) is poll:
                    del self._waiting[who]

    def written(self) -> None:
        """There is a new revision."""
        with self._lock:
            waiting = list(self._waiting.values())
        for poll in waiting:
            poll.wake()

    def end(self) -> None:
        """Let every poll answer now, and none wait from now on: the office closes."""
        with self._lock:
            self._over = True
            for poll in self._waiting.values():
                poll.over = True
        self.written()

    @property
    def count(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._waiting)
