"""The links' health as a list: every device, found, chosen, sorted, its problem copied."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from console.qt.grid.sprites import Weight
from console.qt.looks.inspector import Said
from console.qt.mcu.device_model import SIGN_PX, Column, DevicesModel, DevicesOrder, Which
from console.qt.mcu.table import DeskTable
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.filter_bar import SearchField
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.panels.sheet import Sheet
from console.qt.wording import say, wording

_SORTS = (Column.HEALTH, Column.NAME, Column.PLACE, Column.SINCE, Column.RTT)
_WIDTHS = {
    Column.HEALTH: 118,
    Column.NAME: 170,
    Column.KIND: 92,
    Column.PLACE: 170,
    Column.SINCE: 92,
    Column.RTT: 70,
    Column.FEED: 92,
}
_NARROW = {
    Column.HEALTH: 116,
    Column.NAME: 142,
    Column.PLACE: 118,
    Column.SINCE: 80,
    Column.RTT: 68,
    Column.FEED: 86,
}
_NARROW_PX = 1000
_SORTS_PX = 800
"""Where there is less room, the heads of the columns sort alone, and two of them go."""
_ROW_PX = 28


class DevicesPanel(Sheet):
    """All devices. Signals: `copied` (what was put on the clipboard)."""

    copied = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, parent)
        self._desk = desk
        theme = desk.theme
        self.title = TextLine(theme, "text", 13, Weight.DemiBold, hug=True)
        self.search = SearchField()
        self.search.setFixedWidth(170)
        self.chips = {which: QPushButton() for which in Which}
        group = QButtonGroup(self)
        self.sorts = QComboBox()
        self.model = DevicesModel(desk.state, theme, self)
        self.order = DevicesOrder(self.model, desk.state, self)
        self.table = DeskTable(self.order, _ROW_PX)
        self.empty = TextLine(theme, "muted")
        self.problem = ToneText(theme, 12, lines=2)
        self.copy = QPushButton()
        top, foot = QHBoxLayout(), QHBoxLayout()
        self.fill(top, self.empty, self.table, foot)
        top.addWidget(self.title)
        top.addSpacing(6)
        top.addWidget(self.search)
        for which, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setProperty("role", "chip")
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.clicked.connect(self._choose)
            group.addButton(chip)
            top.addWidget(chip)
            chip.setChecked(which is Which.ALL)
        top.addStretch(1)
        top.addWidget(self.sorts)
        foot.addWidget(self.problem, 1)
        foot.addWidget(self.copy)
        self._set_up_table()
        self.search.textChanged.connect(self._choose)
        self.search.left.connect(self._leave_search)
        self.search.entered.connect(self.table.setFocus)
        self.sorts.activated.connect(self._sort)
        self.table.copying.connect(self._copy)
        self.copy.clicked.connect(self._copy)
        self.model.moved.connect(self._count)
        self._looked_at = ""
        self.order.modelAboutToBeReset.connect(self._remember)
        self.order.modelReset.connect(lambda: self.choose(self._looked_at))
        wording.changed.connect(self.retell)
        theme.changed.connect(self.table.viewport().update)
        self.retell()

    def _set_up_table(self) -> None:
        table, columns = self.table, self.table.horizontalHeader()
        table.setIconSize(QSize(SIGN_PX, SIGN_PX))
        table.setSortingEnabled(True)
        columns.setMinimumSectionSize(48)
        for column, width in _WIDTHS.items():
            columns.resizeSection(column, width)
        columns.setSortIndicator(Column.HEALTH, Qt.SortOrder.AscendingOrder)
        columns.sortIndicatorChanged.connect(self._sorted)
        table.selectionModel().currentChanged.connect(self._show_problem)

    # -- what it shows -------------------------------------------------------------------------

    def refresh(self, touched: Touched) -> None:
        """Show what was touched."""
        self.model.refresh(touched)

    def _remember(self) -> None:
        row = self.order.row_of(self.table.currentIndex())
        self._looked_at = row.id if row else ""

    def choose(self, device: str) -> None:
        """Look at a device, if it is shown."""
        for at in range(self.order.rowCount()):
            index = self.order.index(at, 0)
            row = self.order.row_of(index)
            if row is not None and row.id == device:
                self.table.setCurrentIndex(index)
                return

    def retell(self) -> None:
        """Say everything anew."""
        self.title.say(say("mcu.list.devices"))
        self.search.setPlaceholderText(say("mcu.list.search_device"))
        self.search.setAccessibleName(say("mcu.list.search_device"))
        self.table.setAccessibleName(say("mcu.list.devices"))
        self.copy.setText(say("mcu.list.copy"))
        self.copy.setToolTip(say("mcu.list.copy_tip"))
        self.sorts.setAccessibleName(say("mcu.list.sort"))
        self.sorts.clear()
        self.sorts.addItems([say(f"mcu.sort_by.{c.name.lower()}") for c in _SORTS])
        self._sorted(self.table.horizontalHeader().sortIndicatorSection())
        if self.isVisible():  # else it is told anew when it is shown
            self.model.reload()
        self._count()

    def _count(self) -> None:
        for which, chip in self.chips.items():
            chip.setText(f"{say(f'mcu.which.{which.value}')}  {self.model.count(which)}")
        none = self.order.rowCount() == 0
        self.empty.setVisible(none)
        self.table.setVisible(not none)
        self.empty.say(say("mcu.list.no_match" if self.model.rows else "mcu.list.no_device"))
        self._show_problem(self.table.currentIndex())

    def _show_problem(self, index: QModelIndex, _before: object = None) -> None:
        row = self.order.row_of(index)
        chosen = self.table.selectionModel()
        if row is not None and not chosen.isRowSelected(index.row()):
            self.table.selectRow(index.row())
        text = row.problem if row else ""
        self.problem.say(Said(f"{row.name}: {text}" if row and text else ""))
        for widget in (self.problem, self.copy):
            widget.setVisible(bool(text))

    # -- choosing, sorting, copying ------------------------------------------------------------

    @property
    def which(self) -> Which:
        """The choice that is on."""
        return next(which for which, chip in self.chips.items() if chip.isChecked())

    def clear(self) -> bool:
        """Show every device again; whether some were left out."""
        if self.which is Which.ALL and not self.search.text():
            return False
        self.search.clear()
        self.chips[Which.ALL].setChecked(True)
        self._choose()
        return True

    def _choose(self, _: object = None) -> None:
        self.order.choose(self.which, self.search.text())
        self._count()

    def _leave_search(self) -> None:
        self.search.clear()
        self.table.setFocus()

    def _sort(self, at: int) -> None:
        down = _SORTS[at] in (Column.SINCE, Column.RTT)
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(_SORTS[at], order)

    def _sorted(self, column: int, _order: object = None) -> None:
        at = _SORTS.index(Column(column)) if column in _SORTS else -1
        self.sorts.setCurrentIndex(at)

    def _copy(self) -> None:
        """The row as one line, its problem whole."""
        row = self.order.row_of(self.table.currentIndex())
        if row is None:
            return
        parts = (row.name, row.kind, row.place, row.health_text, row.since, row.problem)
        text = " · ".join(part for part in parts if part)
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    def resizeEvent(self, event: object) -> None:
        narrow = self.width() < _NARROW_PX
        tight = self.width() < _SORTS_PX
        for widget in (self.sorts, self.title):
            widget.setVisible(not tight)
        for column in (Column.PLACE, Column.RTT):
            self.table.setColumnHidden(column, tight)
        self.table.setColumnHidden(Column.KIND, narrow)
        for column, width in (_NARROW if narrow else _WIDTHS).items():
            self.table.setColumnWidth(column, width)
        self.search.setFixedWidth(120 if narrow else 170)
