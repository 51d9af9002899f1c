"""What the instructor has done: the faults in force, and the last things that were asked."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.theme import Theme
from console.qt.training.faults import Active
from console.qt.training.targets import active_text
from console.qt.wording import clock, say

_KEPT = 5


class ActiveFaults(QFrame):
    """The faults in force, each with a button that ends it. Signals: `ended(number)`."""

    ended = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._desk = desk
        self.faults: tuple[Active, ...] = ()
        """What is in force, as last heard."""
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)

    def show_faults(self, faults: tuple[Active, ...]) -> None:
        """Show these; does nothing where they are the same."""
        if faults != self.faults:
            self.faults = faults
            self.retell()

    def retell(self) -> None:
        """Show them anew: they or the language have changed."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for fault in self.faults:
            self._rows.addWidget(self._row(fault))
        if not self.faults:
            none = ToneText(self._desk.theme, 12)
            self._rows.addWidget(none)
            none.say(Said(say("training.none_active"), "dim"))

    def _row(self, fault: Active) -> QWidget:
        holder = QFrame()
        holder.setProperty("role", "panel")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        words = active_text(fault, self._desk.state)
        text = ToneText(self._desk.theme, 13, lines=2)
        text.say(Said(words, "warn"))
        end = QPushButton(say("training.clear"))
        end.setProperty("role", "flat")
        end.setAccessibleName(f"{say('training.clear')} {words}")
        end.clicked.connect(lambda _=False: self.ended.emit(fault.number))
        row.addWidget(text, 1)
        row.addWidget(end)
        return holder


class FaultLog(QFrame):
    """The last things that were asked and what went wrong, the newest first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.lines: tuple[Said, ...] = ()
        """What it says."""
        self._texts = [ToneText(theme, 12, lines=2) for _ in range(_KEPT)]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for text in self._texts:
            rows.addWidget(text)

    def tell(self, text: str, tone: str, now_us: int) -> None:
        """One more thing (at `now_us`, µs UTC)."""
        self.lines = (Said(f"{clock(now_us)} {text}", tone), *self.lines)[:_KEPT]
        for line, shown in zip(self.lines, self._texts, strict=False):
            shown.say(line)
