"""The devices as a table: health as a shape, name, kind, address, and why one is down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QHeaderView, QTableView

from console.qt.looks.device_rows import DeviceRow
from console.qt.looks.header import Health
from console.qt.panels.painted import draw_health
from console.qt.panels.rows import be_rows
from console.qt.panels.rows_model import Index, RowsModel
from console.qt.theme import Theme
from console.qt.wording import say

COLUMNS = ("name", "kind", "address", "state")
_ROW_PX, _WIDTHS_PX = 30, (186, 90, 206)
_TONES = {Health.BAD: "mag", Health.WARN: "amber", Health.OFF: "dim"}


class DeviceListModel(RowsModel[DeviceRow]):
    """The rows, in the profile's order."""

    columns = COLUMNS
    titles = "devices.column"

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def show_rows(self, rows: Sequence[DeviceRow]) -> None:
        """Show other rows; where the devices are the same, each keeps its place."""
        if [r.id for r in rows] != [r.id for r in self.rows]:
            super().show_rows(rows)
            return
        for at, row in enumerate(rows):
            self.put(at, row)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.brief if column == "state" else getattr(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return getattr(row, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name}, {row.kind}, {row.state}"
            case Qt.ItemDataRole.DecorationRole:
                return self._shape(row.health) if column == "name" else None
            case Qt.ItemDataRole.ForegroundRole:
                tone = _TONES.get(row.health, "text") if column == "state" else ""
                tone = tone or ("muted" if column in ("kind", "address") else "text")
                return self._theme.color(tone)
            case _:
                return None

    def _shape(self, health: Health) -> QPixmap:
        made = QPixmap(14, 14)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_health(painter, QPointF(7, 7), health, self._theme)
        painter.end()
        return made


class DeviceTable(QTableView):
    """The list itself; one device is pointed at wherever there are any."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.rows = DeviceListModel(theme)
        be_rows(self, self.rows, _ROW_PX)
        self.setAccessibleName(say("devices.title"))
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        for at, width in enumerate(_WIDTHS_PX):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(at, width)

    @property
    def row(self) -> DeviceRow | None:
        """The device that is pointed at."""
        at = self.currentIndex().row()
        return self.rows.rows[at] if 0 <= at < len(self.rows.rows) else None

    def point_at(self, device: str) -> None:
        """Point at a device; at the first where it is not there."""
        ids = [row.id for row in self.rows.rows]
        if ids:
            self.selectRow(ids.index(device) if device in ids else 0)
