"""The sessions of a store, to choose one: the newest first, the running one marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from console.core.sessions import SessionEntry
from console.domain.text import clean_name
from console.qt.fonts import BODY_PX
from console.qt.grid.sprites import Weight, text_width
from console.qt.wording import clock, date, say

_COLUMNS = ("day", "opened", "title", "standing")
_WIDTHS = {0: 104, 1: 84, 3: 128}
_TITLE = 2
_ONE_PX, _TWO_PX, _EDGES_PX = 24, 42, 24


class SessionList(QTreeWidget):
    """One line to a session."""

    def __init__(self, widths: Mapping[int, int] = _WIDTHS) -> None:
        super().__init__()
        self._entries: Sequence[SessionEntry] = ()
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.retell()
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for column, width in widths.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        header.sectionResized.connect(lambda *_: self._fit())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A title that is longer than its column has two lines."""
        wide = self.columnWidth(_TITLE) - _EDGES_PX
        for at in range(self.topLevelItemCount()):
            item = self.topLevelItem(at)
            if item is not None:
                long = text_width(item.text(_TITLE), BODY_PX, Weight.Normal) > wide
                size = QSize(0, _TWO_PX if long else _ONE_PX)
                if item.sizeHint(0) != size:
                    item.setSizeHint(0, size)

    def retell(self) -> None:
        """Name the columns anew."""
        self.setHeaderLabels([say(f"export.column.{name}") for name in _COLUMNS])
        self.setAccessibleName(say("export.sessions"))

    def show_entries(self, entries: Sequence[SessionEntry], running: str) -> None:
        """Show these; `running` is the id of the session under way. The choice is kept."""
        chosen = self.entry.id if self.entry else ""
        self._entries = entries
        self.clear()
        for entry in entries:
            self.addTopLevelItem(_item(entry, running))
        self._fit()
        ids = [entry.id for entry in entries]
        if ids:
            at = ids.index(chosen) if chosen in ids else 0
            self.setCurrentIndex(self.model().index(at, 0))

    def choose(self, session: str) -> None:
        """Choose a session by its id; one that is not there changes nothing."""
        ids = [entry.id for entry in self._entries]
        if session in ids:
            self.setCurrentIndex(self.model().index(ids.index(session), 0))

    @property
    def entry(self) -> SessionEntry | None:
        """The session that is chosen."""
        at = self.currentIndex().row()
        return self._entries[at] if 0 <= at < len(self._entries) else None


def _item(entry: SessionEntry, running: str) -> QTreeWidgetItem:
    now = entry.id == running
    standing = "running" if now else "closed" if entry.closed else "open"
    title = clean_name(entry.title) or say("export.untitled")
    told = [date(entry.opened_us), clock(entry.opened_us)[:5], title]
    item = QTreeWidgetItem([*told, say(f"export.standing.{standing}")])
    item.setToolTip(2, title)
    if now:
        face = item.font(3)
        face.setWeight(QFont.Weight.DemiBold)
        item.setFont(3, face)
    return item
