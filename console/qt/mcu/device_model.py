"""Every device as a row: the model, and the order and choice in which it is shown."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QObject, QSortFilterProxyModel, Qt, Signal

from console.domain.state import State
from console.domain.text import search_key
from console.qt.looks.devices import DeviceRow, device_row, rtt_text
from console.qt.looks.header import Health
from console.qt.panels.desk import Touched
from console.qt.panels.rows_model import Index, RowsModel
from console.qt.panels.signs import health_signs
from console.qt.theme import Theme
from console.qt.wording import say

_ALL = frozenset({"roster"})
SIGN_PX = 14


class Column(IntEnum):
    """The columns; the name in small letters names their texts."""

    HEALTH = 0
    NAME = 1
    KIND = 2
    PLACE = 3
    SINCE = 4
    RTT = 5
    FEED = 6
    PROBLEM = 7


class Which(Enum):
    """Which devices are shown; the value names its texts."""

    ALL = "all"
    MCU = "mcu"
    ROOM = "room"
    TROUBLED = "troubled"

    def holds(self, row: DeviceRow) -> bool:
        """Whether a device belongs to it."""
        match self:
            case Which.MCU:
                return row.is_mcu
            case Which.ROOM:
                return not row.is_mcu
            case Which.TROUBLED:
                return row.troubled
            case _:
                return True


class DevicesModel(RowsModel[DeviceRow]):
    """The devices in the order in which they were named.

    What a frame touched is told row by row; round trips, which change with every exchange, once a
    second. Signals: `moved` when rows may belong elsewhere or nowhere in an order or a choice.
    """

    columns = tuple(column.name.lower() for column in Column)
    titles = "mcu.column"
    right = ("rtt",)
    moved = Signal()

    def __init__(self, state: State, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._theme = state, theme
        self._at: dict[str, int] = {}
        self._heard: set[str] = set()
        self._signs = health_signs(theme, SIGN_PX)

    def reload(self) -> None:
        """Every row anew: another language, another roster, or the list was not looked at."""
        self._at = {device: at for at, device in enumerate(self._state.devices)}
        self.show_rows([device_row(self._state, d) for d in self._state.devices.values()])
        self.moved.emit()

    def refresh(self, touched: Touched) -> None:
        """Tell what was touched."""
        devices = self._state.devices
        if touched.any(_ALL) or len(self.rows) != len(devices):
            self.reload()
            return
        moved = False
        for kind, device in touched.keys:
            if kind == "heard":
                self._heard.add(device)
            elif kind == "device" and device in self._at:
                row = device_row(self._state, devices[device])
                moved = self.put(self._at[device], row) or moved
        if "second" in touched.kinds:
            for device in self._heard:
                at = self._at.get(device)
                if at is not None:
                    cell = self.index(at, Column.RTT)
                    self.dataChanged.emit(cell, cell)
            self._heard.clear()
        if moved:
            self.moved.emit()

    def count(self, which: Which) -> int:
        """How many devices belong to a choice."""
        return sum(which.holds(row) for row in self.rows)

    # -- Qt ------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.DecorationRole if column is Column.HEALTH:
                return self._signs.of(row.health)
            case Qt.ItemDataRole.ForegroundRole:
                return self._theme.color(_role(row, column))
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.aligned(column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._text(row, column) or None
            case Qt.ItemDataRole.AccessibleTextRole:
                text = self._text(row, column) or say("mcu.unknown")
                return f"{say(f'mcu.column.{column.name.lower()}')}: {text}"
            case _:
                return None

    def _text(self, row: DeviceRow, column: Column) -> str:
        match column:
            case Column.HEALTH:
                return row.health_text
            case Column.NAME:
                return row.name
            case Column.KIND:
                return row.kind
            case Column.PLACE:
                return row.place
            case Column.SINCE:
                return row.since
            case Column.RTT:
                return rtt_text(self._state, row.id)
            case Column.FEED:
                if row.feed is None:
                    return ""
                return say("mcu.feed_alive" if row.feed else "mcu.feed_silent")
            case _:
                return row.problem


def _role(row: DeviceRow, column: Column) -> str:
    """Normal is quiet; colour only where something is wrong."""
    match column:
        case Column.HEALTH:
            return {Health.BAD: "mag", Health.WARN: "amber"}.get(row.health, "muted")
        case Column.FEED:
            return "amber" if row.feed is False else "dim"
        case Column.NAME | Column.PROBLEM:
            return "text"
        case _:
            return "muted"


class DevicesOrder(QSortFilterProxyModel):
    """The devices of a choice, found by a search, in the order of a column.

    It sorts when something moved, not with every change of a cell: a round trip may not make the
    rows dance under the eye.
    """

    def __init__(self, model: DevicesModel, state: State, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._state = model, state
        self._which, self._needle = Which.ALL, ""
        self.setDynamicSortFilter(False)
        self.setSourceModel(model)
        model.moved.connect(self.invalidate)
        self.sort(Column.HEALTH)

    def choose(self, which: Which, search: str) -> None:
        """Show this choice from now on."""
        wanted = (which, search_key(search))
        if wanted != (self._which, self._needle):
            self._which, self._needle = wanted
            self.invalidate()

    def row_of(self, index: Index) -> DeviceRow | None:
        """The device at a place of the list."""
        if not index.isValid():
            return None
        return self._model.rows[self.mapToSource(index).row()]

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        row = self._model.rows[source_row]
        return self._which.holds(row) and self._needle in row.key

    def lessThan(self, left: Index, right: Index) -> bool:
        a, b = self._model.rows[left.row()], self._model.rows[right.row()]
        return self._key(a, Column(left.column())) < self._key(b, Column(right.column()))

    def _key(self, row: DeviceRow, column: Column) -> tuple[Any, ...]:
        """What a column sorts by; rows that are equal stand in the order of need, then by name."""
        match column:
            case Column.HEALTH:
                first: Any = 0
            case Column.SINCE:
                first = row.since_us
            case Column.RTT:
                first = self._state.rtt_ms.get(row.id, -1.0)
            case Column.FEED:
                first = {False: 0, True: 1, None: 2}[row.feed]
            case Column.KIND:
                first = row.kind
            case Column.PLACE:
                first = row.place_key
            case Column.PROBLEM:
                first = not row.problem, row.problem
            case _:
                first = 0
        if column is Column.NAME:
            return row.name_key, row.id
        return first, row.order, row.name_key, row.id
