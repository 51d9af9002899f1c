"""A scene and the window on it, for a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from console.qt.clock import FrameClock
from console.qt.scene import Scene
from console.qt.settings import Settings
from console.qt.theme import Theme
from console.qt.window import SessionWindow

if TYPE_CHECKING:
    from console.core.clock import Clock

_SECOND = 1_000_000
_NESTED = 4
"""Who needs another size tells the layout around him, which tells the one around it."""


class Stage:
    """A scene and the window on it."""

    def __init__(self, played: Scene, theme: Theme, size: tuple[int, int]) -> None:
        self.scene = played
        self.frame = FrameClock(played.settle, played.clock.now_us)
        self.window = SessionWindow(played.state.endpoints, theme, Settings(None))
        clock = cast("Clock", played.clock)
        self.window.furnish(played.store, played.dispatcher, clock, self.frame)
        self.frame.subscribe(self.window.refresh)
        self.window.tell(played.told)
        self.window.resize(*size)
        self.window.show()
        self.settle()

    def settle(self, seconds: float = 0.0) -> None:
        """Let some time pass and everything be painted."""
        self.scene.clock.at_us += int(seconds * _SECOND)
        self.frame.tick_now()
        for _ in range(_NESTED):
            QApplication.processEvents()

    def do(self, action: str) -> None:
        """What a key does."""
        self.window.inside.actions.of[action].trigger()
        self.settle()

    def close(self) -> None:
        """Take the window away, now: no event loop runs that would delete it later, and every
        change of theme dresses the windows that are left."""
        self.frame.stop()
        self.window.end()
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


Shot = Callable[[Stage], None]
"""Brings the stage into a state."""
