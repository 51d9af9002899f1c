"""What happened to devices and alarms, the newest first; older ones come from the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QWidget,
)
from shiboken6 import isValid

from console.domain.event import Event
from console.domain.problem import Problem
from console.domain.text import clean_name
from console.qt.grid.sprites import Weight as FontWeight
from console.qt.happened import Happenings, with_alarms
from console.qt.looks.device_events import Weight
from console.qt.looks.inspector import Said
from console.qt.mcu.event_model import EventsModel, Part
from console.qt.mcu.table import DeskTable
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.filter_bar import SearchField
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.panels.sheet import Sheet
from console.qt.wording import clock, date, say, say_problem, wording

Page = Sequence[Event] | Problem
"""Older Events, oldest first (none: there are no more), or why they can't be read."""
Older = Callable[[int, Callable[[Page], None]], None]
"""Asks for the Events before a moment (µs UTC, 0: the newest), told to a function later."""
_TIME_PX, _DATED_PX, _SOURCE_PX, _NARROW_SOURCE_PX = 84, 128, 150, 124
_NARROW_PX, _TITLE_PX = 600, 400
_ROW_PX = 26


class EventsPanel(Sheet):
    """The list with its choices. `older` reads the journal, None while that can't be read."""

    def __init__(self, desk: Desk, happenings: Happenings, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, parent)
        self._desk, self._happenings, self._told = desk, happenings, 0
        self.older: Older | None = None
        self._asking = self._end = False
        self._before_us = 0
        """Where the next older page ends; 0: at the oldest line."""
        theme = desk.theme
        self._mcu_ids: list[str] = []
        self.title = TextLine(theme, "text", 13, FontWeight.DemiBold, hug=True)
        self.search = SearchField()
        self.search.key = ""
        self.mcus, self.weights = QComboBox(), QComboBox()
        self.model = EventsModel(desk.state, theme, self)
        self.table = DeskTable(self.model, _ROW_PX)
        self.empty = TextLine(theme, "muted")
        self.whole = ToneText(theme, 12, lines=3)
        self.more = QPushButton()
        top, foot = QHBoxLayout(), QHBoxLayout()
        self.fill(top, self.empty, self.table, foot)
        top.addWidget(self.title)
        top.addSpacing(6)
        top.addWidget(self.search, 1)
        top.addWidget(self.mcus)
        top.addWidget(self.weights)
        foot.addWidget(self.whole, 1)
        foot.addStretch(0)
        foot.addWidget(self.more)
        self._set_up_table()
        self.search.textChanged.connect(self._choose)
        self.search.left.connect(self._leave_search)
        self.search.entered.connect(self.table.setFocus)
        for box, letters in ((self.mcus, 9), (self.weights, 7)):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(letters)
            box.activated.connect(self._choose)
        self.table.copying.connect(self._copy)
        self.more.clicked.connect(self._ask)
        wording.changed.connect(self.retell)
        theme.changed.connect(self.table.viewport().update)
        self.retell()

    def _set_up_table(self) -> None:
        table, columns = self.table, self.table.horizontalHeader()
        columns.setSectionsClickable(False)
        columns.resizeSection(Part.TIME, _TIME_PX)
        columns.resizeSection(Part.SOURCE, _SOURCE_PX)
        table.selectionModel().currentChanged.connect(self._show_whole)
        self.model.modelReset.connect(self._show_whole)

    # -- what it shows -------------------------------------------------------------------------

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show what has happened since the last time."""
        new = self._happenings.since(self._told)
        if new:
            self._told = self._happenings.told
            top = self.table.verticalScrollBar().value() == 0
            self.model.add(new, now_us)
            if top:
                self.table.scrollToTop()
            self._show_empty()
        if touched.any(frozenset({"device"})):
            self._offer_mcus()

    def retell(self) -> None:
        """Say everything anew."""
        self.title.say(say("mcu.list.events"))
        self.search.setPlaceholderText(say("mcu.list.search"))
        self.search.setAccessibleName(say("mcu.list.search_event"))
        self.table.setAccessibleName(say("mcu.list.events"))
        self.more.setText(say("mcu.list.older"))
        self.more.setToolTip(say("mcu.list.older_tip"))
        self.mcus.setAccessibleName(say("mcu.list.filter_mcu"))
        self.weights.setAccessibleName(say("mcu.list.filter_weight"))
        chosen = max(0, self.weights.currentIndex())
        self.weights.clear()
        self.weights.addItems([say(f"mcu.least.{w.name.lower()}") for w in self._weights()])
        self.weights.setCurrentIndex(chosen)
        self._mcu_ids = []
        self._offer_mcus()
        self.model.retell()
        self._show_empty()

    @staticmethod
    def _weights() -> list[Weight]:
        return [Weight.TOLD, Weight.LOW, Weight.MEDIUM, Weight.HIGH]

    def _offer_mcus(self) -> None:
        """Every MCU as a choice; the one that is chosen stays so."""
        mcus = [d for d in self._desk.state.devices.values() if not d.endpoint]
        ids = ["", *(d.id for d in mcus)]
        if ids == self._mcu_ids:
            return
        chosen = self.mcu
        self._mcu_ids = ids
        self.mcus.clear()
        self.mcus.addItems([say("mcu.list.every_mcu"), *(clean_name(d.name) for d in mcus)])
        self.mcus.setCurrentIndex(ids.index(chosen) if chosen in ids else 0)
        self.mcus.setVisible(len(mcus) > 1)
        self._choose()

    @property
    def mcu(self) -> str:
        """The MCU whose events are shown, "" for every one."""
        at = self.mcus.currentIndex()
        return self._mcu_ids[at] if 0 <= at < len(self._mcu_ids) else ""

    def _show_empty(self) -> None:
        none = not self.model.rows
        self.empty.setVisible(none)
        self.table.setVisible(not none)
        self.empty.say(say("mcu.list.no_match" if self.model.total else "mcu.list.no_event"))
        dated = self.model.oldest_us and date(self.model.oldest_us) != date(
            self._desk.clock.now_us()
        )
        self.table.setColumnWidth(Part.TIME, _DATED_PX if dated else _TIME_PX)
        self._show_whole()
        self.show_more()

    def _show_whole(self, index: QModelIndex | None = None, _before: object = None) -> None:
        """The chosen line in full, where a line is too short for it."""
        at = (index or self.table.currentIndex()).row()
        if at >= 0 and not self.table.selectionModel().isRowSelected(at):
            self.table.selectRow(at)
        text = self.model.rows[at].text if 0 <= at < len(self.model.rows) else ""
        self.whole.say(Said(text))

    # -- choosing, and the journal -------------------------------------------------------------

    def clear(self) -> bool:
        """Show every line again; whether some were left out."""
        chosen = max(self.mcus.currentIndex(), self.weights.currentIndex()) > 0
        if not self.search.text() and not chosen:
            return False
        self.search.clear()
        self.mcus.setCurrentIndex(0)
        self.weights.setCurrentIndex(0)
        self._choose()
        return True

    def _choose(self, _: object = None) -> None:
        least = self._weights()[max(0, self.weights.currentIndex())]
        self.model.choose(self.mcu, least, self.search.text())
        self._show_empty()

    def _copy(self) -> None:
        at = self.table.currentIndex().row()
        if 0 <= at < len(self.model.rows):
            row = self.model.rows[at]
            moment = f"{date(row.at_us)} {clock(row.at_us)}"
            QGuiApplication.clipboard().setText(f"{moment} · {row.source} · {row.text}")

    def _leave_search(self) -> None:
        self.search.clear()
        self.table.setFocus()

    def show_more(self) -> None:
        """Offer older lines while there may be any and room for them."""
        self.more.setVisible(self.older is not None and not self._end and not self.model.full)
        self.more.setEnabled(not self._asking)

    def _ask(self) -> None:
        if self.older is not None and not self._asking:
            self._asking = True
            self.show_more()
            self.older(self._before_us or self.model.oldest_us, self._take)

    def _take(self, page: Page) -> None:
        """A page of the journal, unless the window was closed meanwhile. One in which nothing was
        worth a line leads to the next."""
        if not isValid(self):
            return
        self._asking = False
        if isinstance(page, Problem):
            self.whole.say(Said(say_problem(page), "warn"))
            self.show_more()
            return
        added = self.model.add_older(with_alarms(page, {}))
        before, self._before_us = self._before_us, page[0].at_us if page else 0
        self._end = not page or (not added and self._before_us == before)
        self._show_empty()
        if not added and not self._end:
            self._ask()
        if self._end:
            self.whole.say(Said(say("mcu.list.no_older"), "dim"))

    def resizeEvent(self, event: object) -> None:
        narrow = self.width() < _NARROW_PX
        self.title.setVisible(self.width() >= _TITLE_PX)
        self.table.setColumnWidth(Part.SOURCE, _NARROW_SOURCE_PX if narrow else _SOURCE_PX)
