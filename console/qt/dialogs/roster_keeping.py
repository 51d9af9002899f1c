"""Whether a roster is kept for the next start: the box for it, and what that comes to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from console.domain.commands.own import NextStart
from console.qt.dialogs.roster_words import keeping
from console.qt.panels.painted import TextLine
from console.qt.theme import Theme
from console.qt.wording import say


class Shelf(Protocol):
    """Where lists of sites are kept for the next start."""

    @property
    def in_use(self) -> str:
        """The file that the next start reads, "" for the one that is shipped."""
        ...

    @property
    def gone(self) -> bool:
        """Whether that file was not there when it was last looked for."""
        ...

    @property
    def files(self) -> tuple[Path, ...]:
        """Lists that are there to be loaded again, the newest first."""
        ...


class KeepingRow(QWidget):
    """The box, and beside it what it does; nothing where there is no shelf."""

    def __init__(self, theme: Theme, shelf: Callable[[], Shelf | None]) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._shelf = shelf
        self.box = QCheckBox(say("roster.keep"))
        self.box.setChecked(True)
        self.box.toggled.connect(self.refresh)
        self.line = TextLine(theme, "muted", 12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.box)
        row.addWidget(self.line, 1)
        self.refresh()

    def refresh(self, _checked: bool = False) -> None:
        """Follow the shelf."""
        shelf, kept = self._shelf(), self.box.isChecked()
        self.box.setVisible(shelf is not None)
        self.line.say(keeping(shelf.in_use, kept, shelf.gone) if shelf is not None else "")

    @property
    def next_start(self) -> NextStart:
        """What is wished for the next start."""
        kept = self._shelf() is not None and self.box.isChecked()
        return NextStart.KEPT if kept else NextStart.AS_IT_WAS
