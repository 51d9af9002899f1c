"""The changes made here that wait for the office or met another change there."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QWidget

from console.qt.grid.sprites import Weight
from console.qt.looks.header import Health
from console.qt.looks.proposals import ProposalRow, disputed, proposal_row
from console.qt.mcu.table import DeskTable
from console.qt.office_state import OfficeState
from console.qt.panels.painted import TextLine
from console.qt.panels.rows_model import Index, RowsModel
from console.qt.panels.sheet import Sheet
from console.qt.panels.signs import health_signs
from console.qt.theme import Theme
from console.qt.wording import say, wording

_ROW_PX, _SIGN_PX = 28, 16
_KIND_PX, _STATE_PX = 96, 128
_MOST_PX = 16_777_215


class Part(IntEnum):
    """The columns; the name in small letters names their texts."""

    KIND = 0
    NAME = 1
    STATE = 2


class ProposalsModel(RowsModel[ProposalRow]):
    """The lines."""

    columns = tuple(part.name.lower() for part in Part)
    titles = "record.column"

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._signs = health_signs(theme, _SIGN_PX)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, part = self.rows[index.row()], Part(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (row.kind, row.name, row.state)[part]
            case Qt.ItemDataRole.DecorationRole if part is Part.STATE:
                return self._signs.of(row.health)
            case Qt.ItemDataRole.ForegroundRole:
                loud = part is Part.NAME or row.health is not Health.OFF
                return self._theme.color("text" if loud and part else "muted")
            case Qt.ItemDataRole.ToolTipRole:
                return f"{row.name}\n{row.tip}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.kind}, {row.name}, {row.state}"
            case _:
                return None


class ProposalTable(DeskTable):
    """Signals: `entered` (Enter on a line)."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class ProposalsPanel(Sheet):
    """The list. Signals: `decide` (id of the change that is chosen)."""

    decide = Signal(str)

    def __init__(self, theme: Theme, office: OfficeState, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._office, self._changes = office, -1
        self.title = TextLine(theme, "text", 13, Weight.DemiBold, hug=True)
        self.empty = TextLine(theme, "muted")
        self.model = ProposalsModel(theme, self)
        self.table = ProposalTable(self.model, _ROW_PX)
        self.button = QPushButton()
        top, foot = QHBoxLayout(), QHBoxLayout()
        self.fill(top, self.empty, self.table, foot)
        top.addWidget(self.title)
        top.addStretch(1)
        foot.addWidget(self.button)
        foot.addStretch(1)
        columns = self.table.horizontalHeader()
        columns.setSectionsClickable(False)
        columns.setStretchLastSection(False)
        columns.setSectionResizeMode(Part.NAME, QHeaderView.ResizeMode.Stretch)
        columns.resizeSection(Part.KIND, _KIND_PX)
        columns.resizeSection(Part.STATE, _STATE_PX)
        self.table.doubleClicked.connect(lambda _: self._decide())
        self.table.entered.connect(self._decide)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._enable())
        self.button.clicked.connect(lambda _: self._decide())
        theme.changed.connect(self.table.viewport().update)
        wording.changed.connect(self.retell)
        self.retell()

    def retell(self) -> None:
        """Say everything anew."""
        self.title.say(say("record.proposals"))
        self.table.setAccessibleName(say("record.proposals"))
        self.empty.say(say("record.no_proposal"))
        self.button.setText(say("record.decide"))
        self._changes = -1
        self.model.show_rows([])
        self.show_now()

    def show_now(self) -> None:
        """Show what there is, where there is something else."""
        if self._office.changes == self._changes:
            return
        self._changes = self._office.changes
        chosen = self._chosen()
        rows = [proposal_row(entry) for entry in self._office.entries()]
        if rows == self.model.rows and rows:
            return
        self.model.show_rows(rows)
        ids = [row.entry.proposal.id for row in rows]
        if rows:
            self.table.selectRow(ids.index(chosen) if chosen in ids else 0)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.button.setVisible(any(disputed(row.entry) for row in rows))
        self.setMaximumHeight(_MOST_PX if rows else self.sizeHint().height())
        self._enable()

    def _chosen(self) -> str:
        at = self.table.currentIndex().row()
        return self.model.rows[at].entry.proposal.id if 0 <= at < len(self.model.rows) else ""

    def _enable(self) -> None:
        at = self.table.currentIndex().row()
        rows = self.model.rows
        self.button.setEnabled(0 <= at < len(rows) and disputed(rows[at].entry))

    def _decide(self) -> None:
        if self.button.isEnabled():
            self.decide.emit(self._chosen())
