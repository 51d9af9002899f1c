"""What kept rows from the office since the program was opened; a list that stands still."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QWidget

from console.qt.grid.sprites import Weight
from console.qt.looks.inspector import Said
from console.qt.looks.sync import Story, told
from console.qt.mcu.table import DeskTable
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.panels.rows_model import Index, RowsModel
from console.qt.panels.sheet import Sheet
from console.qt.panels.signs import health_signs
from console.qt.record.history import Episode, SyncHistory
from console.qt.record.text import incident_cells
from console.qt.theme import Theme
from console.qt.wording import say, wording

_ROW_PX, _SIGN_PX = 28, 16
_SINCE_PX, _LASTED_PX = 128, 190


class Part(IntEnum):
    """The columns; the name in small letters names their texts."""

    SINCE = 0
    WHAT = 1
    LASTED = 2


class IncidentsModel(RowsModel[Episode]):
    """The episodes, the newest on top. A row changes only when its episode ends or comes back."""

    columns = tuple(part.name.lower() for part in Part)
    titles = "record.column"

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._now_us = 0
        self._signs = health_signs(theme, _SIGN_PX)

    def show_episodes(self, episodes: list[Episode], now_us: int) -> None:
        """Show these; what is new comes in at the top, the rest stays where it is."""
        self._now_us = now_us
        new = len(episodes) - len(self.rows)
        keys = [(e.code, e.since_us) for e in self.rows]
        if new < 0 or keys != [(e.code, e.since_us) for e in episodes[new:]]:
            self.show_rows(episodes)
            return
        self.insert(0, episodes[:new])
        for at, episode in enumerate(episodes):
            self.put(at, episode)

    def retell(self) -> None:
        """Say every row anew."""
        self.show_rows(self.rows)

    def told(self, at: int) -> Story:
        """What an episode was about."""
        episode = self.rows[at]
        return told(episode.code, episode.health, episode.since_us)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        episode, part = self.rows[index.row()], Part(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return incident_cells(episode, self._now_us)[part]
            case Qt.ItemDataRole.DecorationRole if part is Part.WHAT:
                return self._signs.of(self.told(index.row()).health)
            case Qt.ItemDataRole.ForegroundRole:
                loud = not episode.until_us and part is not Part.SINCE
                return self._theme.color("text" if loud else "muted")
            case Qt.ItemDataRole.ToolTipRole if part is Part.WHAT:
                return self.told(index.row()).what
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(incident_cells(episode, self._now_us))
            case _:
                return None


class IncidentsPanel(Sheet):
    """The list, and under it the chosen one in full."""

    def __init__(self, desk: Desk, history: SyncHistory, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, parent)
        self._desk, self._history, self._version = desk, history, -1
        theme = desk.theme
        self.title = TextLine(theme, "text", 13, Weight.DemiBold, hug=True)
        self.count = TextLine(theme, "muted", 12, hug=True)
        self.empty = TextLine(theme, "muted")
        self.model = IncidentsModel(theme, self)
        self.table = DeskTable(self.model, _ROW_PX)
        self.whole = ToneText(theme, 12, lines=3)
        top, foot = QHBoxLayout(), QHBoxLayout()
        self.fill(top, self.empty, self.table, foot)
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.count)
        foot.addWidget(self.whole, 1)
        columns = self.table.horizontalHeader()
        columns.setSectionsClickable(False)
        columns.setStretchLastSection(False)
        columns.setSectionResizeMode(Part.WHAT, QHeaderView.ResizeMode.Stretch)
        columns.resizeSection(Part.SINCE, _SINCE_PX)
        columns.resizeSection(Part.LASTED, _LASTED_PX)
        self.table.selectionModel().currentChanged.connect(self._show_whole)
        self.model.modelReset.connect(self._show_whole)
        self.table.copying.connect(self._copy)
        theme.changed.connect(self.table.viewport().update)
        wording.changed.connect(self.retell)
        self.retell()

    def retell(self) -> None:
        """Say everything anew."""
        self.title.say(say("record.incidents"))
        self.table.setAccessibleName(say("record.incidents"))
        self.empty.say(say("record.no_incident"))
        self.model.retell()
        self._version = -1
        self.show_now(self._desk.clock.now_us())

    def show_now(self, now_us: int) -> None:
        """Show what there is, where something changed."""
        if self._history.version == self._version:
            return
        self._version = self._history.version
        self.model.show_episodes(self._history.episodes, now_us)
        some = bool(self.model.rows)
        self.table.setVisible(some)
        self.empty.setVisible(not some)
        self.count.say(say("record.incidents_count", n=len(self.model.rows)) if some else "")
        self._show_whole()

    def _show_whole(self, index: QModelIndex | None = None, _before: object = None) -> None:
        at = (index or self.table.currentIndex()).row()
        self.whole.say(Said(self._told(at), "muted"))

    def _told(self, at: int) -> str:
        if not 0 <= at < len(self.model.rows):
            return ""
        told = self.model.told(at)
        return ". ".join(text.rstrip(".") for text in (told.what, told.cause, told.action) if text)

    def _copy(self) -> None:
        at = self.table.currentIndex().row()
        if 0 <= at < len(self.model.rows):
            cells = incident_cells(self.model.rows[at], self._desk.clock.now_us())
            QGuiApplication.clipboard().setText(f"{' · '.join(cells)}\n{self._told(at)}")
