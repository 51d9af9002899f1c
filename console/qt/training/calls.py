"""Blocking calls made in one thread, their outcome brought back to the window's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from console.core.contact import problem_of
from console.domain.problem import Problem, Refused
from console.qt.wording import say
from console.wire.problems import WireError

Done = Callable[[Any], None]
"""Takes what a call returned, or the Problem it met."""


class ControlPlane(Protocol):
    """The pretend province's control plane. Blocking; raises WireError or Refused."""

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        ...

    def post(self, path: str, body: object) -> Any:
        """Send JSON to a path; the JSON answered."""
        ...

    def close(self) -> None:
        """End the call under way, and the connection; from any thread."""
        ...


class Calls(QObject):
    """Makes calls one after another in a thread of its own, so that the window never waits."""

    _arrived = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._ended = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(self, work: Callable[[], Any], done: Done) -> None:
        """Make a call; `done` is called in the window's thread, unless it was ended before."""
        if self._ended:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="hnth-instructor")
        self._pool.submit(work).add_done_callback(lambda made: self._came(made, done))

    def _came(self, made: Future[Any], done: Done) -> None:
        if not self._ended and not made.cancelled():
            self._arrived.emit(made, done)

    def _deliver(self, made: Future[Any], done: Done) -> None:
        if self._ended:
            return
        error = made.exception()
        if error is None:
            done(made.result())
        elif isinstance(error, Refused):
            done(error.problem)
        elif isinstance(error, WireError):
            done(problem_of(error, say("training.province")))
        else:
            done(Problem.of("training.failed", str(error)))

    def end(self, control: ControlPlane | None = None) -> None:
        """Make no more calls; the one under way is cut off where there is a plane to cut."""
        self._ended = True
        if control is not None:
            control.close()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
