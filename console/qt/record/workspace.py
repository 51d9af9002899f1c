"""The record workspace: how the office has what happened here, and the sessions that are kept."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.state import Key
from console.qt.clock import FrameClock
from console.qt.looks.sync import figures
from console.qt.office_state import OfficeState
from console.qt.page import Page
from console.qt.panels.column import add_column
from console.qt.panels.desk import Desk, Touched
from console.qt.record.figures import FigureRow
from console.qt.record.incidents import IncidentsPanel
from console.qt.record.nowhere import Nowhere
from console.qt.record.proposals import ProposalsPanel
from console.qt.record.sessions import SessionsPanel
from console.qt.record.state_card import StateCard
from console.qt.record.unsent import UnsentCard
from console.qt.wording import say, wording

_GAP_PX, _MARGIN_PX = 8, 12
_PLOT_PX = (130, 220)


class RecordWorkspace(Page):
    """Everything that is kept, and where. Signals: `decide` (id of a change that met another),
    `report` (id of a session), `pressed_down` and `let_go` (action id) of what is held."""

    decide = Signal(str)
    report = Signal(str)
    pressed_down = Signal(str)
    let_go = Signal(str)

    def __init__(
        self,
        desk: Desk,
        office: OfficeState,
        frame: FrameClock | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._office = desk, office
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        theme = desk.theme
        self.state = StateCard(theme, desk.actions)
        self.figures = FigureRow(theme)
        self.plot = UnsentCard(theme, office.history, frame)
        self.incidents = IncidentsPanel(desk, office.history)
        self.nowhere = Nowhere(theme, desk.actions)
        self.proposals = ProposalsPanel(theme, office)
        self.sessions = SessionsPanel(desk)
        self._lay_out()
        self.state.pressed_down.connect(self.pressed_down)
        self.state.let_go.connect(self.let_go)
        self.proposals.decide.connect(self.decide)
        self.sessions.report.connect(self.report)
        office.tied.connect(self._tied)
        wording.changed.connect(self._show)
        self._tied()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        row.setSpacing(_MARGIN_PX)
        self._left, self._right = add_column(row, 65, _GAP_PX), add_column(row, 35, _GAP_PX)
        for widget in (self.state, self.figures, self.plot):
            self._left.addWidget(widget)
        self._left.addWidget(self.incidents, 1)
        self._left.addWidget(self.nowhere, 1)
        self._right.addWidget(self.proposals, 2)
        self._right.addWidget(self.sessions, 3)

    def _tied(self) -> None:
        """This console came to belong to an office, or to none."""
        member = self._office.member
        for widget in (self.state, self.figures, self.plot, self.incidents, self.proposals):
            widget.setVisible(member)
        self.nowhere.setVisible(not member)
        if self.isVisible():
            self._show()
            self.home().setFocus()

    # -- what the window asks ------------------------------------------------------------------

    def refresh(self, keys: set[Key], touched: Touched, now_us: int) -> None:
        if "second" in touched.kinds:
            self._show()
        if "session" in touched.kinds:
            self.sessions.read()

    def show_all(self) -> None:
        self._show()
        self.sessions.read()

    def _show(self) -> None:
        health = self._office.health
        if health is None:
            return
        now_us = self._desk.clock.now_us()
        self.state.show_story(self._office.story(now_us), *self._account())
        self.figures.show_cells(figures(health, now_us))
        self.plot.show_now(now_us)
        self.incidents.show_now(now_us)
        self.proposals.show_now()

    def _account(self) -> tuple[str, str]:
        """Where the office is, and who this console is there."""
        account = self._office.account()
        if account is None:
            return "", ""
        place = urlsplit(account.url).hostname or account.url
        return place, say("record.account", console=account.name, office=account.url)

    def home(self) -> QWidget:
        return self.state.buttons["sync_now"] if self._office.member else self.nowhere.button

    def panes(self) -> list[QWidget]:
        return [
            self.home(), self.incidents.table, self.proposals.table, self.sessions.list,
        ]  # fmt: skip

    def resizeEvent(self, event: object) -> None:
        least, most = _PLOT_PX
        self.plot.setFixedHeight(max(least, min(most, self.height() * 22 // 100)))
        self._show()

    def end(self) -> None:
        """Let go of what runs."""
        self.sessions.end()
