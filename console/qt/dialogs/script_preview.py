"""The matched rows of a running order as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from console.domain.script import ScriptRow
from console.domain.state import State
from console.qt.dialogs.script_words import site_text, told
from console.qt.fonts import font
from console.qt.theme import Theme
from console.qt.wording import say

COLUMNS = ("number", "title", "minutes", "preset", "site")
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ScriptPreviewModel(QAbstractTableModel):
    """The rows; a doubtful one begins its site with «?» and is amber."""

    def __init__(self, state: State, theme: Theme) -> None:
        super().__init__()
        self._state = state
        self._theme = theme
        self.rows: list[ScriptRow] = []

    def show_rows(self, rows: Sequence[ScriptRow]) -> None:
        """Show other rows; where as many, each keeps its place."""
        if len(rows) == len(self.rows):
            for at, row in enumerate(rows):
                self.put(at, row)
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def put(self, at: int, row: ScriptRow) -> None:
        """Replace one row."""
        if row != self.rows[at]:
            self.rows[at] = row
            self.dataChanged.emit(self.index(at, 0), self.index(at, len(COLUMNS) - 1))

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return row.text if column == "title" else self._text(row, column) or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return told(self._state, row)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_RIGHT) if column in ("number", "minutes", "preset") else None
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(row, column)
            case Qt.ItemDataRole.FontRole:
                site = column == "site" and bool(row.line.endpoint)
                return font(13, QFont.Weight.DemiBold if site else QFont.Weight.Normal)
            case _:
                return None

    def _color(self, row: ScriptRow, column: str) -> Any:
        if row.odd_time and column == "minutes":
            return self._theme.color("amber")
        if row.doubt and column in ("site", "title"):
            return self._theme.color("amber")
        return self._theme.color("dim") if column == "number" else None

    def _text(self, row: ScriptRow, column: str) -> str:
        line = row.line
        match column:
            case "number":
                return str(row.number)
            case "title":
                return " · ".join(part for part in (line.title, line.detail) if part)
            case "minutes":
                none = "?" if row.odd_time else ""
                return none if line.minutes is None else str(line.minutes)
            case "preset":
                return "" if line.preset is None else str(line.preset)
            case _:
                return site_text(self._state, row)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            if column in ("number", "minutes", "preset"):
                return int(_RIGHT)
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DisplayRole:
            return say(f"paste.column.{column}")
        return None
