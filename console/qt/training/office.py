"""The instructor's hand on the office: its line, an old backup, a row edited behind its back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout

from console.domain.problem import Problem
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.theme import Theme
from console.qt.training.calls import Calls
from console.qt.wording import say, say_problem


class OfficeActs(Protocol):
    """What can be done to the training office. Blocking; each act raises Refused."""

    cut_now: str
    """How the line is: `whole`, `silent` or `refused`."""
    copied_us: int
    """When the backup was made that can be restored, µs UTC; 0: there is none."""

    def cut(self, how: str = "silent") -> None:
        """Cut the line."""
        ...

    def reconnect(self) -> None:
        """Mend it."""
        ...

    def keep_backup(self) -> int:
        """Keep a copy of the office as it is now."""
        ...

    def restore_old_backup(self) -> int:
        """Put the copy back."""
        ...

    def edit_row_behind_its_back(self, where: str) -> int:
        """Edit an acknowledged row at the `console` or the `office`; its number."""
        ...


_ACTS: tuple[tuple[str, Callable[[OfficeActs], Any]], ...] = (
    ("silent", lambda office: office.cut("silent")),
    ("refused", lambda office: office.cut("refused")),
    ("reconnect", lambda office: office.reconnect()),
    ("backup", lambda office: office.keep_backup()),
    ("restore", lambda office: office.restore_old_backup()),
    ("edit_console", lambda office: office.edit_row_behind_its_back("console")),
    ("edit_office", lambda office: office.edit_row_behind_its_back("office")),
)
_WHOLE = "reconnect"


class OfficeBox(QFrame):
    """A button an act, and how the line is now. Signals: `told` (text, tone)."""

    told = Signal(str, str)

    def __init__(self, theme: Theme, office: OfficeActs) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._office = office
        self._calls = Calls(self)
        self.busy = False
        """Whether an act is under way."""
        self.line = ToneText(theme, 12, lines=2)
        self.about = ToneText(theme, 12, lines=4)
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for at, (name, act) in enumerate(_ACTS):
            button = QPushButton()
            button.setProperty("role", "key")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self._do, name, act))
            self.buttons[name] = button
            row, column = divmod(at if at < 2 else at + (at > 2), 2)
            grid.addWidget(button, row, column, 1, 2 if name == _WHOLE else 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.line)
        rows.addLayout(grid)
        rows.addWidget(self.about)
        self.retell()

    def retell(self) -> None:
        """Say everything anew."""
        for name, button in self.buttons.items():
            text = say(f"training.office.{name}")
            button.setText(text)
            button.setAccessibleName(text)
        self.about.say(Said(say("training.office.about"), "dim"))
        self.follow()

    def follow(self) -> None:
        """Show how the line is, and what can be done. While an act is under way the buttons stay as
        they are: one that was disabled would hand the keyboard to whatever comes next."""
        if self.busy:
            return
        office = self._office
        cut = office.cut_now != "whole"
        text = say(f"training.office.line_{office.cut_now}")
        if office.copied_us:
            text = f"{text} {say('training.office.copied', at=office.copied_us)}"
        self.line.say(Said(text, "warn" if cut else "muted"))
        for name, button in self.buttons.items():
            able = (cut or name != _WHOLE) and (office.copied_us > 0 or name != "restore")
            if not able and button.hasFocus():
                self.buttons["silent"].setFocus()
            button.setEnabled(able)

    def _do(self, name: str, act: Callable[[OfficeActs], Any], _checked: bool = False) -> None:
        if self.busy:
            return
        self.busy = True
        self.line.say(Said(say("training.office.working"), "pending"))
        self._calls.ask(partial(act, self._office), partial(self._done, name))

    def _done(self, name: str, answer: Any) -> None:
        self.busy = False
        what = say(f"training.office.{name}")
        if isinstance(answer, Problem):
            self.told.emit(f"{what}: {say_problem(answer)}", "refused")
        elif name.startswith("edit"):
            self.told.emit(say("training.office.edited", what=what, seq=answer), "muted")
        else:
            self.told.emit(what, "muted")
        self.follow()

    def end(self) -> None:
        """Ask no more; what is under way ends with the office's process."""
        self._calls.end()
