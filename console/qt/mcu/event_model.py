"""What happened, the newest first: a bounded list, and what of it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
)
from PySide6.QtGui import QIcon, QPainter

from console.domain.state import State
from console.domain.text import search_key
from console.qt.grid.sprites import draw_alarm
from console.qt.happened import Happened
from console.qt.looks.device_events import EventRow, Weight, event_row
from console.qt.panels.sheet import sign_icon
from console.qt.theme import Theme
from console.qt.wording import clock, date, say

Index = QModelIndex | QPersistentModelIndex
MOST = 3000
"""No more lines than this are held, older ones from the journal included."""
_SIGN_PX = 16


class Part(IntEnum):
    """The columns; the name in small letters names their texts."""

    TIME = 0
    SOURCE = 1
    TEXT = 2


class EventsModel(QAbstractTableModel):
    """The lines that are shown. `mcu` ("" for every one) and `least` choose them, a search finds
    them; sentences are made once, in the language of the moment."""

    def __init__(self, state: State, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._theme = state, theme
        self._kept: list[tuple[Happened, EventRow]] = []
        self.rows: list[EventRow] = []
        self._today = ""
        self._mcu, self._least, self._needle = "", Weight.TOLD, ""
        self._signs: dict[Weight, QIcon] = {}
        theme.changed.connect(self._signs.clear)

    # -- what there is -------------------------------------------------------------------------

    def add(self, happened: Iterable[Happened], now_us: int) -> None:
        """Put what happened, oldest first, on top."""
        self._today = date(now_us)
        new = self._made(happened)
        if not new:
            return
        self._kept[:0] = new
        shown = [row for _, row in new if self._fits(row)]
        if shown:
            self.beginInsertRows(QModelIndex(), 0, len(shown) - 1)
            self.rows[:0] = shown
            self.endInsertRows()
        self._forget()

    def add_older(self, happened: Iterable[Happened]) -> int:
        """Put older ones, oldest first, below; how many are new."""
        oldest = self.oldest_us
        edge = {row.text for _, row in self._kept if row.at_us == oldest}
        new = [
            (h, row)
            for h, row in self._made(happened)
            if not oldest or row.at_us < oldest or (row.at_us == oldest and row.text not in edge)
        ][: MOST - len(self._kept)]
        self._kept += new
        shown = [row for _, row in new if self._fits(row)]
        if shown:
            at = len(self.rows)
            self.beginInsertRows(QModelIndex(), at, at + len(shown) - 1)
            self.rows += shown
            self.endInsertRows()
        return len(new)

    def _made(self, happened: Iterable[Happened]) -> list[tuple[Happened, EventRow]]:
        """Those worth a line, the newest first."""
        made = [(h, row) for h in happened if (row := event_row(h, self._state)) is not None]
        return made[::-1]

    def _forget(self) -> None:
        gone = len(self._kept) - MOST
        if gone <= 0:
            return
        lost = {id(row) for _, row in self._kept[-gone:]}
        del self._kept[-gone:]
        count = sum(1 for row in self.rows if id(row) in lost)
        if count:
            last = len(self.rows) - 1
            self.beginRemoveRows(QModelIndex(), last - count + 1, last)
            del self.rows[-count:]
            self.endRemoveRows()

    def retell(self) -> None:
        """Say every line anew: another language, or a roster that names the sites."""
        self._show(self._made(h for h, _ in reversed(self._kept)))

    def _show(self, kept: Sequence[tuple[Happened, EventRow]]) -> None:
        self.beginResetModel()
        self._kept = list(kept)
        self.rows = [row for _, row in self._kept if self._fits(row)]
        self.endResetModel()

    @property
    def total(self) -> int:
        """How many lines there are, shown or not."""
        return len(self._kept)

    @property
    def oldest_us(self) -> int:
        """When the oldest line happened (µs UTC), 0 where there is none."""
        return self._kept[-1][1].at_us if self._kept else 0

    @property
    def full(self) -> bool:
        """Whether no more older lines are taken."""
        return len(self._kept) >= MOST

    # -- what is shown -------------------------------------------------------------------------

    def choose(self, mcu: str, least: Weight, search: str) -> None:
        """Show the lines of an MCU, from a weight on, that hold a text."""
        wanted = (mcu, least, search_key(search))
        if wanted != (self._mcu, self._least, self._needle):
            self._mcu, self._least, self._needle = wanted
            self._show(self._kept)

    def _fits(self, row: EventRow) -> bool:
        return (
            (not self._mcu or row.mcu == self._mcu)
            and row.weight <= self._least
            and self._needle in row.key
        )

    # -- Qt ------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(Part)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return say(f"mcu.column.{Part(section).name.lower()}")
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, part = self.rows[index.row()], Part(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, part)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{date(row.at_us)} {clock(row.at_us)}" if part is Part.TIME else row.text
            case Qt.ItemDataRole.DecorationRole if part is Part.TEXT:
                return self._sign(row)
            case Qt.ItemDataRole.ForegroundRole:
                loud = row.raised and part is Part.TEXT
                return self._theme.color("text" if loud else "muted")
            case Qt.ItemDataRole.AccessibleTextRole:
                weight = say(f"mcu.weight.{row.weight.name.lower()}")
                return f"{clock(row.at_us)}, {weight}, {row.source}: {row.text}"
            case _:
                return None

    def _text(self, row: EventRow, part: Part) -> str:
        match part:
            case Part.TIME:
                at = clock(row.at_us)
                day = date(row.at_us)
                return at if day == self._today else f"{day[:5]} {at}"
            case Part.SOURCE:
                return row.source
            case _:
                return row.text

    def _sign(self, row: EventRow) -> QIcon:
        """The numbered shape of a weight; room, but no shape, before what is only told."""
        weight = row.weight
        if weight not in self._signs:

            def draw(painter: QPainter) -> None:
                if weight is not Weight.TOLD:
                    box = QRectF(0, 0, _SIGN_PX, _SIGN_PX)
                    draw_alarm(painter, box, int(weight), False, self._theme)

            self._signs[weight] = sign_icon(_SIGN_PX, draw)
        return self._signs[weight]
