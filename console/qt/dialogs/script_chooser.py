"""Which site a line means: the candidates on digits, and a search over all sites."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from console.domain.script import ScriptRow
from console.domain.site_match import Candidate
from console.domain.state import State
from console.domain.text import search_key
from console.qt.dialogs.script_words import site_name
from console.qt.panels.painted import caption
from console.qt.theme import Theme
from console.qt.wording import say

_FOUND = 8


class SiteChooser(QWidget):
    """The sites that one line may mean. Signals: `chosen(site)`, "" for none."""

    chosen = Signal(str)

    def __init__(self, state: State, theme: Theme) -> None:
        super().__init__()
        self._state = state
        self._row: ScriptRow | None = None
        self._title = caption(theme)
        self._search = QLineEdit()
        self._search.setPlaceholderText(say("paste.search"))
        self._search.setAccessibleName(say("paste.search"))
        self._search.textChanged.connect(self._fill)
        self._search.returnPressed.connect(self._take_current)
        self._search.installEventFilter(self)
        self._list = QListWidget()
        self._list.setUniformItemSizes(True)
        self._list.itemActivated.connect(self._take)
        self._list.itemClicked.connect(self._take)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self._title)
        rows.addWidget(self._list, 1)
        rows.addWidget(self._search)

    def show_row(self, row: ScriptRow | None) -> None:
        """Show the candidates of a line; None: no line is current."""
        if row is not None and self._row is not None and row.number != self._row.number:
            self._search.clear()
        self._row = row
        if row is None:
            self._title.say(say("paste.no_row"))
        else:
            self._title.say(say("paste.candidates", n=row.number, title=row.line.title))
        self.setEnabled(row is not None)
        self._fill()

    def offers(self) -> list[tuple[str, str]]:
        """What can be chosen, as (site, words), the last being none at all."""
        if self._row is None:
            return []
        key = search_key(self._search.text())
        if key:
            offers = [(site, site_name(self._state, site)) for site in self._found(key)]
        else:
            offers = [(c.endpoint, self._candidate(c)) for c in self._row.candidates]
        return [*offers, ("", say("paste.not_site"))]

    def _candidate(self, candidate: Candidate) -> str:
        share = say("paste.share", n=round(candidate.score * 100))
        return f"{site_name(self._state, candidate.endpoint)}   {share}"

    def _found(self, key: str) -> list[str]:
        words = key.split()
        found: list[str] = []
        for endpoint in sorted(self._state.endpoints.values(), key=lambda e: e.order):
            name = search_key(
                f"{endpoint.name} {site_name(self._state, endpoint.id)} {endpoint.id}"
            )
            if all(word in name for word in words):
                found.append(endpoint.id)
        return found[:_FOUND]

    def _fill(self) -> None:
        offers = self.offers()
        self._list.clear()
        for at, (site, words) in enumerate(offers, 1):
            number = 0 if not site else at
            item = QListWidgetItem(f"{number}   {words}")
            item.setData(Qt.ItemDataRole.UserRole, site)
            self._list.addItem(item)
        self._list.setCurrentRow(0 if offers else -1)

    def take(self, number: int) -> None:
        """Choose by its digit; 0 is none at all. A digit that is not offered does nothing."""
        offers = self.offers()
        if number == 0 and offers:
            self.chosen.emit("")
        elif 0 < number < len(offers):
            self.chosen.emit(offers[number - 1][0])

    def _take(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _take_current(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._take(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows in the search field move in the list."""
        if watched is self._search and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and event.type() is QEvent.Type.KeyPress:
                row = max(0, min(self._list.count() - 1, self._list.currentRow() + step))
                self._list.setCurrentRow(row)
                return True
        return super().eventFilter(watched, event)

    def retire(self) -> None:
        """The line was settled: forget what was searched."""
        self._search.clear()
