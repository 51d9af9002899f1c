"""Work beside the window: what may block runs in a thread, what came of it is told here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.domain.problem import Refused
from console.wire.problems import WireError

Failure = Refused | WireError


class Background(QObject):
    """A few threads of a dialog. `done` is called in the window's thread with what the work
    returned, or with the Refused or WireError that it ended in; not at all after `close`."""

    _came = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(3, "hnth-devices")
        self._closed = False
        self._came.connect(self._tell)

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Start it; returns at once. Nothing is started after `close`."""
        if not self._closed:
            self._pool.submit(self._work, work, done)

    def post(self, tell: Callable[[Any], None], value: object) -> None:
        """From the work's own thread: call something in the window's thread."""
        if not self._closed:
            with suppress(RuntimeError):  # the window has gone meanwhile
                self._came.emit(tell, value)

    def _work(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        try:
            outcome = work()
        except (Refused, WireError) as error:
            outcome = error
        self.post(done, outcome)

    def _tell(self, done: Callable[[Any], None], outcome: object) -> None:
        if not self._closed:
            done(outcome)

    def close(self, *, wait: bool = False) -> None:
        """Tell nothing any more; what is under way ends by itself."""
        self._closed = True
        self._pool.shutdown(wait=wait, cancel_futures=True)
