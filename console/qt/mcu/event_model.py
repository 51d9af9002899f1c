"""What happened, the newest first: a bounded list, and what of it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QRectF, Qt
from PySide6.QtGui import QPainter

from console.domain.state import State
from console.domain.text import search_key
from console.qt.grid.sprites import draw_alarm
from console.qt.happened import Happened
from console.qt.looks.device_events import EventRow, Weight, event_row
from console.qt.panels.rows_model import Index, RowsModel
from console.qt.panels.signs import Signs
from console.qt.theme import Theme
from console.qt.wording import clock, date, say

MOST = 3000
"""No more lines than this are held, older ones from the journal included."""
_SIGN_PX = 16


class Part(IntEnum):
    """The columns; the name in small letters names their texts."""

    TIME = 0
    SOURCE = 1
    TEXT = 2


class EventsModel(RowsModel[EventRow]):
    """The lines that are shown. `mcu` ("" for every one) and `least` choose them, a search finds
    them; sentences are made once, in the language of the moment."""

    columns = tuple(part.name.lower() for part in Part)
    titles = "mcu.column"

    def __init__(self, state: State, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._theme = state, theme
        self._kept: list[tuple[Happened, EventRow]] = []
        self._today = ""
        self._mcu, self._least, self._needle = "", Weight.TOLD, ""
        self._signs = Signs(theme, _SIGN_PX, partial(_draw, theme))

    # -- what there is -------------------------------------------------------------------------

    def add(self, happened: Iterable[Happened], now_us: int) -> None:
        """Put what happened, oldest first, on top."""
        self._today = date(now_us)
        new = self._made(happened)
        if not new:
            return
        self._kept[:0] = new
        self.insert(0, self._shown(new))
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
        self.insert(len(self.rows), self._shown(new))
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
        self._kept = list(kept)
        self.show_rows(self._shown(kept))

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

    def _shown(self, kept: Iterable[tuple[Happened, EventRow]]) -> list[EventRow]:
        return [row for _, row in kept if self._fits(row)]

    def _fits(self, row: EventRow) -> bool:
        return (
            (not self._mcu or row.mcu == self._mcu)
            and row.weight <= self._least
            and self._needle in row.key
        )

    # -- Qt ------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, part = self.rows[index.row()], Part(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, part)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{date(row.at_us)} {clock(row.at_us)}" if part is Part.TIME else row.text
            case Qt.ItemDataRole.DecorationRole if part is Part.TEXT:
                return self._signs.of(row.weight)
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


def _draw(theme: Theme, painter: QPainter, weight: Weight) -> None:
    """The numbered shape of a weight; room, but no shape, before what is only told."""
    if weight is not Weight.TOLD:
        draw_alarm(painter, QRectF(0, 0, _SIGN_PX, _SIGN_PX), int(weight), False, theme)
