"""The window's event loop: asyncio inside Qt, ended by an awaited event and by nothing else."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any

import qasync
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

_log = logging.getLogger(__name__)


def run(app: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run the main coroutine inside Qt's loop until it returns its exit code."""
    app.setQuitOnLastWindowClosed(False)
    sys.excepthook = _told
    loop = qasync.QEventLoop(app)
    try:
        with loop:
            return loop.run_until_complete(main())
    finally:
        sys.excepthook = sys.__excepthook__


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An exception in a slot or a paint event: logged in full, the program goes on."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("unexpected failure", exc_info=(kind, error, trace))


class ExitRequest(QObject):
    """Closing the window asks; the main coroutine awaits the asking and puts things in order."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """End the program in good order."""
        self._asked.set()

    async def wait(self) -> None:
        """Until someone asks."""
        await self._asked.wait()

    def on_signals(self) -> None:
        """Let SIGINT and SIGTERM ask too, where there are such things."""
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), lambda *_: self._asked.set())
