"""The preview of a roster: its site tree as the grid will show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from console.domain.endpoint import Endpoint
from console.qt.fonts import font
from console.qt.wording import say

COLUMNS = ("name", "code", "change", "line", "address", "contact")
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class RosterPreviewModel(QAbstractItemModel):
    """Sites by parent and order, with what is new about each."""

    def __init__(self) -> None:
        super().__init__()
        self._sites: dict[str, Endpoint] = {}
        self._children: dict[str, list[str]] = {}
        self._rows: dict[str, int] = {}
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._marks: Mapping[str, str] = {}
        self._removed: set[str] = set()

    def show_sites(
        self,
        sites: Sequence[Endpoint],
        marks: Mapping[str, str],
        removed: Sequence[Endpoint] = (),
    ) -> None:
        """Show another roster, and struck out under their parents the sites it leaves out."""
        self.beginResetModel()
        known = {e.id for e in (*sites, *removed)}
        self._removed = {e.id for e in removed}
        sites = (*sites, *(e if e.parent in known else replace(e, parent="") for e in removed))
        self._sites = {e.id: e for e in sites}
        self._children = {}
        for site in sites:
            family = self._children.setdefault(site.parent, [])
            self._rows[site.id] = len(family)
            family.append(site.id)
        self._ids = list(self._sites)
        self._numbers = {site: at for at, site in enumerate(self._ids)}
        self._marks = marks
        self.endResetModel()

    def _site(self, index: _Index) -> str:
        return self._ids[index.internalId()] if index.isValid() else ""

    def index(self, row: int, column: int, parent: _Index = _ROOT) -> QModelIndex:
        family = self._children.get(self._site(parent), [])
        if not 0 <= row < len(family) or not 0 <= column < len(COLUMNS):
            return QModelIndex()
        return self.createIndex(row, column, self._numbers[family[row]])

    def parent(self, index: _Index = _ROOT) -> QModelIndex:
        site = self._sites.get(self._site(index))
        if site is None or not site.parent:
            return QModelIndex()
        return self.createIndex(self._rows[site.parent], 0, self._numbers[site.parent])

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.column() > 0 else len(self._children.get(self._site(parent), ()))

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        site = self._sites.get(self._site(index))
        if site is None:
            return None
        text = self._text(site, COLUMNS[index.column()])
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return text or None
        if role == Qt.ItemDataRole.FontRole and site.id in self._removed:
            struck = font(13)
            struck.setStrikeOut(index.column() == 0)
            return struck
        return None

    def _text(self, site: Endpoint, column: str) -> str:
        match column:
            case "name":
                return site.name
            case "code":
                return site.id
            case "line":
                parts = [say(f"inspector.line.{site.line.value}"), site.carrier]
                return " · ".join(parts if site.line.value != "unknown" else parts[1:]).strip(" ·")
            case "address":
                return site.address
            case "contact":
                return ", ".join(c.name or c.title or c.phone for c in site.contacts)
            case _:
                return self._marks.get(site.id, "")

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return say(f"roster.column.{COLUMNS[section]}")
        return None
