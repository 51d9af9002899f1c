"""Total deadlines: a socket is shut down when its exchange has had its time.

A read timeout begins anew with every byte, so a device that drips one byte at a time holds a
reader for ever. Here the whole exchange is watched, and one thread cuts whatever is overdue.
"""

from __future__ import annotations

import heapq
import itertools
import socket
import threading
import time

from console.wire.problems import Closed, DeadlinePassed, WireError


class Guard:
    """One exchange's deadline and its way to be cut short from any thread."""

    def __init__(self, deadline_s: float) -> None:
        self.deadline_s = deadline_s
        self.due = time.monotonic() + deadline_s
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._verdict: WireError | None = None
        self.over = False

    def left_s(self) -> float:
        """Seconds left; raises what cut the exchange, or DeadlinePassed when none are left."""
        self.check()
        left = self.due - time.monotonic()
        if left <= 0:
            raise DeadlinePassed(seconds=self.deadline_s)
        return left

    def check(self) -> None:
        """Raise what cut the exchange, if it was cut."""
        if self._verdict is not None:
            raise self._verdict

    def watch(self, sock: socket.socket) -> None:
        """Cut this socket from now on. Keeps a duplicate: the original may be wrapped or closed
        meanwhile, and its number given to another socket."""
        handle = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            old, self._handle = self._handle, handle
            if old is not None:
                old.close()
            if self._verdict is not None or self.over:
                self._shut()
        self.check()

    def expire(self) -> None:
        """Cut the exchange because its time is up."""
        self._cut(DeadlinePassed(seconds=self.deadline_s))

    def abort(self) -> None:
        """Cut the exchange because nobody wants it any more."""
        self._cut(Closed(reason="aborted"))

    def finish(self) -> None:
        """The exchange is over, one way or the other; nothing is cut after this."""
        with self._lock:
            self.over = True
            if self._handle is not None:
                self._handle.close()
                self._handle = None

    def _cut(self, verdict: WireError) -> None:
        with self._lock:
            if self.over or self._verdict is not None:
                return
            self._verdict = verdict
            self._shut()

    def _shut(self) -> None:
        if self._handle is not None:
            try:
                self._handle.shutdown(socket.SHUT_RDWR)
            except OSError:  # not connected, or gone already
                pass


class Reaper:
    """One thread that cuts overdue exchanges; it lives while at least one session is attached."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._queue: list[tuple[float, int, Guard]] = []
        self._order = itertools.count()
        self._users = 0
        self._thread: threading.Thread | None = None

    def attach(self) -> None:
        """A session needs the reaper."""
        with self._wake:
            self._users += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hnth-reaper", daemon=True)
                self._thread.start()

    def detach(self) -> None:
        """A session needs it no more; returns when the thread has ended, if it was the last."""
        with self._wake:
            self._users -= 1
            if self._users:
                return
            thread, self._thread = self._thread, None
            self._queue.clear()
            self._wake.notify_all()
        if thread is not None:
            thread.join()

    def add(self, guard: Guard) -> None:
        """Cut this exchange when it is due."""
        with self._wake:
            heapq.heappush(self._queue, (guard.due, next(self._order), guard))
            if self._queue[0][2] is guard:
                self._wake.notify_all()

    def _run(self) -> None:
        me = threading.current_thread()
        with self._wake:
            while self._thread is me:
                overdue: list[Guard] = []
                now = time.monotonic()
                while self._queue and (self._queue[0][2].over or self._queue[0][0] <= now):
                    overdue.append(heapq.heappop(self._queue)[2])
                for guard in overdue:
                    guard.expire()
                self._wake.wait(self._queue[0][0] - time.monotonic() if self._queue else None)


REAPER = Reaper()
"""The process's own."""
