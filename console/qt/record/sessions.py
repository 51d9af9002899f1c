"""The sessions that the store keeps, and the report on one of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from console.core.sessions import SessionEntry
from console.domain.problem import Refused
from console.qt.dialogs.background import Background
from console.qt.dialogs.export import Find
from console.qt.dialogs.session_list import SessionList
from console.qt.grid.sprites import Weight
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.panels.sheet import Sheet
from console.qt.wording import say, say_problem, wording

_WIDTHS = {0: 100, 1: 68, 3: 102}


class SessionTable(SessionList):
    """Signals: `entered` (Enter on a line)."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class SessionsPanel(Sheet):
    """The list, read in a thread. `find` reads the store, None while that is not open.

    Signals: `report` (id of the session that is chosen).
    """

    report = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, parent)
        self._desk = desk
        self.find: Find | None = None
        self._background = Background(self)
        self._entries: Sequence[SessionEntry] = ()
        self._asking = False
        self.title = TextLine(desk.theme, "text", 13, Weight.DemiBold, hug=True)
        self.empty = ToneText(desk.theme, 13, lines=4)
        self.list = SessionTable(_WIDTHS)
        self.list.setProperty("role", "plain")
        self.button = QPushButton()
        top, foot = QHBoxLayout(), QHBoxLayout()
        self.fill(top, self.empty, self.list, foot)
        top.addWidget(self.title)
        top.addStretch(1)
        foot.addWidget(self.button)
        foot.addStretch(1)
        self.list.entered.connect(self._report)
        self.list.itemDoubleClicked.connect(lambda *_: self._report())
        self.button.clicked.connect(lambda _: self._report())
        wording.changed.connect(self.retell)
        self.retell()

    def retell(self) -> None:
        """Say everything anew."""
        self.title.say(say("record.sessions"))
        self.button.setText(say("record.report"))
        self.list.retell()
        empty = "record.sessions_not_yet" if self.find is None else "record.no_session"
        self._show(Said(say(empty), "muted"))

    def read(self) -> None:
        """Read the store's sessions anew; one reading at a time."""
        if self.find is None or self._asking:
            return
        self._asking = True
        if not self._entries:
            self._show(Said(say("record.sessions_wait"), "muted"))
        self._background.run(self.find, self._found)

    def _found(self, outcome: Sequence[SessionEntry] | Refused) -> None:
        self._asking = False
        if isinstance(outcome, Refused):
            self._entries = ()
            self._show(Said(say_problem(outcome.problem), "warn"))
            return
        self._entries = outcome
        self._show(Said(say("record.no_session"), "muted"))

    def _show(self, empty: Said) -> None:
        self.list.show_entries(self._entries, self._desk.state.session.id)
        some = bool(self._entries)
        self.list.setVisible(some)
        self.empty.say(Said("") if some else empty)
        self.button.setEnabled(some)

    def _report(self) -> None:
        if self.list.entry is not None:
            self.report.emit(self.list.entry.id)

    def end(self) -> None:
        """Read no more."""
        self._background.close()
