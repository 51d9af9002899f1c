"""What stands where the sync would be while this console belongs to no office."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.qt.actions import Actions
from console.qt.grid.sprites import Weight
from console.qt.looks.inspector import Said
from console.qt.panels.buttons import ActionButton
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.panels.sheet import draw_frame
from console.qt.record.state_card import HealthSign
from console.qt.theme import Theme
from console.qt.wording import say, wording

_GOOD = ("keep", "proof", "share")
_ASKED = ("ask_url", "ask_print", "ask_code")
_WIDE_PX = 760
"""Longer lines are hard to read."""


class Nowhere(QWidget):
    """What an office is for, what to ask for there, and the way to it."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = TextLine(theme, "text", 18, Weight.DemiBold)
        self.why = ToneText(theme, 13, lines=4)
        self.good = [ToneText(theme, 13, lines=2) for _ in _GOOD]
        self.ask_title = TextLine(theme, "text", 13, Weight.DemiBold)
        self.asked = [ToneText(theme, 13, lines=2) for _ in _ASKED]
        self.alone = ToneText(theme, 13, lines=2)
        self.button = ActionButton(actions, theme, "enrol")
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        sign = HealthSign(theme)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(sign)
        top.addWidget(self.title, 1)
        inside = QWidget()
        inside.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        inside.setMaximumWidth(_WIDE_PX)
        texts = QVBoxLayout(inside)
        texts.setContentsMargins(34, 0, 0, 0)
        texts.setSpacing(6)
        texts.addWidget(self.why)
        texts.addSpacing(8)
        for line in self.good:
            texts.addWidget(line)
        texts.addSpacing(16)
        texts.addWidget(self.ask_title)
        for line in self.asked:
            texts.addWidget(line)
        texts.addSpacing(16)
        texts.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        texts.addSpacing(16)
        texts.addWidget(self.alone)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 16)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(inside)
        column.addStretch(1)
        theme.changed.connect(self.update)
        wording.changed.connect(self.retell)
        self.retell()

    def retell(self) -> None:
        """Say everything anew."""
        self.title.say(say("record.nowhere.title"))
        self.why.say(Said(say("record.nowhere.why")))
        for name, line in zip(_GOOD, self.good, strict=True):
            line.say(Said(f"•  {say(f'record.nowhere.{name}')}", "muted"))
        self.ask_title.say(say("record.nowhere.ask_title"))
        for number, (name, line) in enumerate(zip(_ASKED, self.asked, strict=True), 1):
            line.say(Said(f"{number}.  {say(f'record.nowhere.{name}')}", "muted"))
        self.alone.say(Said(say("record.nowhere.alone"), "dim"))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_frame(self, self._theme, "line", 1)
