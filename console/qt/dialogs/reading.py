"""Work on a file in a thread, with how far it is and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from console.core.tables import Cancelled
from console.qt.panels.painted import TextLine
from console.qt.theme import Theme
from console.qt.wording import say

Progress = Callable[[float], None]
Asked = Callable[[], bool]
Work = Callable[[Progress, Asked], Any]
"""Does it; is given whom to tell the share done (0–1), and whether it is no longer wanted."""


class _Hand:
    """The thread, and which work is wanted: the newest. Outlives no dialog."""

    def __init__(self) -> None:
        self.serial = 0
        self._pool: ThreadPoolExecutor | None = None
        self._ended = False

    def start(self, work: Callable[[], Any]) -> Future[Any] | None:
        """Begin it; None once it has ended for good."""
        if self._ended:
            return None
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="hnth-file")
        return self._pool.submit(work)

    def end(self) -> None:
        """Want nothing more; what is under way stops at its next look."""
        self.serial += 1
        self._ended = True
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


class ReadingBar(QWidget):
    """Shows that a file is being read; hidden otherwise. Signals: `stopped`."""

    stopped = Signal()
    _progressed = Signal(int, float)
    _arrived = Signal(int, object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._hand = _Hand()
        self._text = TextLine(theme, "muted", 12, hug=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._stop = QPushButton(say("files.stop"))
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(lambda _: self.stop())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self._stop)
        self._progressed.connect(self._show_share, Qt.ConnectionType.QueuedConnection)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self._hand.end)
        self.busy = False
        """Whether something is being read."""
        self.hide()

    def read(self, name: str, work: Work, done: Callable[[Any], None]) -> None:
        """Do `work` in the thread; `done` gets in this one what it returned, unless it was
        stopped or other work was asked for meanwhile."""
        hand = self._hand
        hand.serial += 1
        serial = hand.serial

        def cancelled() -> bool:
            return hand.serial != serial

        def run() -> Any:
            if cancelled():
                raise Cancelled
            return work(lambda share: self._progressed.emit(serial, share), cancelled)

        made = hand.start(run)
        if made is None:
            return
        self.busy = True
        self._text.say(say("files.reading", file=name))
        self._bar.setValue(0)
        self._bar.setAccessibleName(self._text.text)
        self.show()
        made.add_done_callback(lambda future: self._came(serial, future, done))

    def _came(self, serial: int, future: Future[Any], done: Callable[[Any], None]) -> None:
        if serial == self._hand.serial:
            self._arrived.emit(serial, future, done)

    def _deliver(self, serial: int, future: Future[Any], done: Callable[[Any], None]) -> None:
        if serial != self._hand.serial:
            return
        self._rest()
        done(future.result())

    def _show_share(self, serial: int, share: float) -> None:
        if serial == self._hand.serial:
            self._bar.setValue(round(share * 100))

    def _rest(self) -> None:
        self.busy = False
        self.hide()

    def stop(self) -> None:
        """What is being read is not wanted any more."""
        if self.busy:
            self._hand.serial += 1
            self._rest()
            self.stopped.emit()

    def end(self) -> None:
        """The dialog is closing: no thread stays behind."""
        self._hand.end()
