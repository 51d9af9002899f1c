"""Rows of data as a Qt table: what every such model does alike. What a cell says is its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from console.qt.wording import say

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Frozen rows under named columns, whose titles stand in the wording under `titles`."""

    columns: ClassVar[Sequence[str]]
    titles: ClassVar[str]
    right: ClassVar[Sequence[str]] = ()
    """The columns that stand at the right: numbers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def insert(self, at: int, rows: Sequence[Row]) -> None:
        """Let more come in at a place; the rest moves on."""
        if rows:
            self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
            self.rows[at:at] = rows
            self.endInsertRows()

    def put(self, at: int, row: Row) -> bool:
        """Replace a row; whether it was another."""
        if row == self.rows[at]:
            return False
        self.rows[at] = row
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return say(f"{self.titles}.{self.columns[section]}")
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self.aligned(section)
        return None

    def aligned(self, column: int) -> Qt.AlignmentFlag:
        """On which side a column stands."""
        return RIGHT if self.columns[column] in self.right else LEFT
