"""The matched rows of a running order as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from console.domain.script import ScriptRow
from console.domain.state import State
from console.qt.dialogs.script_words import site_text, told
from console.qt.fonts import font
from console.qt.panels.rows_model import Index, RowsModel
from console.qt.theme import Theme

COLUMNS = ("number", "title", "minutes", "preset", "site")


class ScriptPreviewModel(RowsModel[ScriptRow]):
    """The rows; a doubtful one begins its site with «?» and is amber."""

    columns = COLUMNS
    titles = "paste.column"
    right = ("number", "minutes", "preset")

    def __init__(self, state: State, theme: Theme) -> None:
        super().__init__()
        self._state = state
        self._theme = theme

    def show_rows(self, rows: Sequence[ScriptRow]) -> None:
        """Show other rows; where as many, each keeps its place."""
        if len(rows) == len(self.rows):
            for at, row in enumerate(rows):
                self.put(at, row)
            return
        super().show_rows(rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
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
                return self.aligned(index.column()) if column in self.right else None
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
