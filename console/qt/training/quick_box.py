"""The common faults, each with a button and a key."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from console.qt.action_table import key_text
from console.qt.panels.desk import Desk
from console.qt.panels.painted import TextLine
from console.qt.training.fault_box import FLEXIBLE
from console.qt.training.quick import Quick, quick_faults
from console.qt.wording import say

_BUTTON_EDGES_PX = 28


class QuickBox(QFrame):
    """The buttons, a row each. Signals: `fired` (what is to be sent), `nobody` (there is no one
    whom it could befall)."""

    fired = Signal(object)
    nobody = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._lot = desk.clock.now_us() // 1_000_000
        self.setProperty("role", "panel")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        self._buttons: list[QPushButton] = []
        for at, quick in enumerate(self._now()):
            rows.addLayout(self._row(at, quick))

    def _now(self) -> tuple[Quick, ...]:
        return quick_faults(self._desk.state, self._desk.actions.selection, self._lot)

    def _row(self, at: int, quick: Quick) -> QHBoxLayout:
        button = QPushButton()
        button.setProperty("role", "key")
        button.setObjectName(quick.name)
        button.setSizePolicy(FLEXIBLE)
        button.clicked.connect(lambda _=False: self.fire(at))
        shortcut = QShortcut(QKeySequence(quick.keys), self)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(partial(self.fire, at))
        self._buttons.append(button)
        keys = TextLine(self._desk.theme, "dim", 11, hug=True)
        keys.say(key_text(quick.keys))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(button, 1)
        row.addWidget(keys)
        return row

    def follow(self) -> None:
        """Name again whom they would befall: the selection moved."""
        for button, quick in zip(self._buttons, self._now(), strict=True):
            text = say(f"training.quick.{quick.name}")
            if quick.target:
                text = f"{text}: {quick.target}"
            room = button.width() - _BUTTON_EDGES_PX
            metrics = button.fontMetrics()
            button.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
            button.setAccessibleName(text)
            button.setEnabled(bool(quick.bodies))
            button.setToolTip(text if quick.bodies else say("training.nobody"))

    def fire(self, at: int) -> None:
        """One of them, by its place."""
        quick = self._now()[at]
        if not quick.bodies:
            self.nobody.emit()
            return
        self._lot += 7
        for body in quick.bodies:
            self.fired.emit(body)
