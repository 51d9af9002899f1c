"""SiteGridModel: State as a table of tiles, in the fixed order of the site tree."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from console.domain.policy import Policy
from console.domain.state import Key, State
from console.domain.text import search_key
from console.qt.grid import words
from console.qt.grid.arrange import Arrangement, arrange, arrange_or_scroll
from console.qt.grid.density import Density
from console.qt.grid.filters import Filter, found, search_text
from console.qt.grid.groups import Group, only
from console.qt.grid.look import TileLook
from console.qt.grid.looks import Looks

Index = QModelIndex | QPersistentModelIndex
SITE_ROLE = Qt.ItemDataRole.UserRole + 1
LOOK_ROLE = Qt.ItemDataRole.UserRole + 2
_NOBODY: frozenset[str] = frozenset()


class SiteGridModel(QAbstractTableModel):
    """Every site's look by site, and which cell holds whom.

    Signals: `looks_changed` with the sites whose look is another one, those of which only the level
    of speech is, and the cells of all of them in order; then `dataChanged` for the smallest block
    that holds these; `matches_changed` when other sites match the filter, or the roster is another.
    """

    looks_changed = Signal(object, object, object)
    matches_changed = Signal()

    def __init__(
        self, state: State, policy: Policy | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._looks = Looks(state, policy)
        self._texts: dict[str, str] = {}
        self._filter = Filter.ALL
        self._needle = ""
        self._hide = False
        self._cells: list[list[str]] = []
        self._indexes: dict[str, QModelIndex] = {}
        self.groups: tuple[Group, ...] = ()
        """The groups that are shown."""
        self.matches: frozenset[str] = _NOBODY
        """The sites that match the filter."""
        self.arrangement: Arrangement = arrange((), 0, 0)
        self._take_roster()

    # -- what the window asks ------------------------------------------------------------------

    @property
    def looks(self) -> dict[str, TileLook]:
        """Every site's look, in the order of the grid."""
        return self._looks.by_site

    @property
    def filtering(self) -> bool:
        """Whether some sites may not match."""
        return bool(self._filter) or bool(self._needle)

    def count(self, which: Filter) -> int:
        """How many sites a filter matches."""
        return self._looks.counts[which] if which else len(self.looks)

    def set_filter(self, which: Filter = Filter.ALL, search: str = "", hide: bool = False) -> None:
        """Look at these sites only: the others are dimmed, or hidden and the rest moved up."""
        needle = search_key(search)
        if (which, needle, hide) == (self._filter, self._needle, self._hide):
            return
        self._filter, self._needle, self._hide = which, needle, hide
        self._match()

    def site_at(self, row: int, column: int) -> str:
        """Who is in a cell, "" if nobody."""
        if 0 <= row < len(self._cells) and 0 <= column < len(self._cells[row]):
            return self._cells[row][column]
        return ""

    def index_of(self, site: str) -> QModelIndex:
        """The cell of a site; invalid while it is not shown."""
        return self._indexes.get(site, QModelIndex())

    def cells(self) -> list[list[str]]:
        """Sites by row and column, "" where nobody is."""
        return self._cells

    def by_code(self, code: str) -> str:
        """The site with this code, else the first shown whose code begins with it, else ""."""
        if code in self._indexes:
            return code
        return next((s for s in self.looks if s.startswith(code) and s in self._indexes), "")

    # -- arranging -----------------------------------------------------------------------------

    def arrange(self, width: int, height: int, density: Density) -> bool:
        """Arrange the shown sites for a viewport; whether anything moved. Resets the model."""
        made = arrange_or_scroll(self.groups, width, height, density)
        if made == self.arrangement and len(self._indexes) == len(made.places):
            return False
        self.beginResetModel()
        self.arrangement = made
        self._looks.show(made.density is not Density.XS, made.density is Density.L)
        columns = made.columns + 1 if made.rows else 0
        self._cells = [[""] * columns for _ in range(made.rows)]
        self._indexes = {}
        for site, place in made.places.items():
            self._cells[place.row][place.column] = site
            self._indexes[site] = self.createIndex(place.row, place.column)
        self.endResetModel()
        return True

    def label(self, row: int) -> str:
        """What stands in place of a lead: a letter, or the word for guests."""
        return words.label(self.arrangement.labels.get(row, ""))

    # -- following the State -------------------------------------------------------------------

    def refresh(self, keys: set[Key], now_us: int) -> bool:
        """Follow what a tick touched; whether something is left for the next ticks."""
        changes = self._looks.refresh(keys, now_us)
        if changes.roster:
            self._take_roster()
        elif changes.sites or changes.levels:
            self._tell(changes.sites, changes.levels)
        if changes.counted and self._filter:
            self._match()
        return self._looks.waiting

    def reword(self) -> None:
        """The language has changed: every cell says something else."""
        if self._cells:
            last = self.createIndex(len(self._cells) - 1, len(self._cells[0]) - 1)
            self.dataChanged.emit(self.createIndex(0, 0), last)

    def _take_roster(self) -> None:
        sites = self._looks.sites
        self._texts = {site: search_text(known) for site, known in sites.items()}
        self._match(roster=True)

    def _match(self, roster: bool = False) -> None:
        """Work out who matches; rearranging is the view's part."""
        which, needle, texts, flags = self._filter, self._needle, self._texts, self._looks.flags
        matches = frozenset(
            site
            for site in self.looks
            if (not which or flags.get(site, 0) & which)
            and (not needle or found(needle, texts[site]))
        )
        groups = self._looks.groups
        shown = only(groups, matches) if self._hide and self.filtering else groups
        if not roster and matches == self.matches and shown == self.groups:
            return
        self.matches, self.groups = matches, shown
        self.matches_changed.emit()

    def _tell(self, sites: list[str], levels: list[str]) -> None:
        """Tell the view who changed, and Qt where."""
        shown = self.arrangement.places
        places = sorted([shown[site] for site in (*sites, *levels) if site in shown])
        self.looks_changed.emit(sites, levels, places)
        if places:
            columns = [column for _, column in places]
            first = self.createIndex(places[0].row, min(columns))
            self.dataChanged.emit(first, self.createIndex(places[-1].row, max(columns)))

    # -- what Qt asks --------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or not self._cells else len(self._cells[0])

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.site_at(index.row(), index.column()):
            return (
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemNeverHasChildren
            )
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        site = self.site_at(index.row(), index.column())
        if not site:
            return self.label(index.row()) if role == Qt.ItemDataRole.DisplayRole else None
        look = self.looks.get(site)
        if look is None:  # no roster has it any more, and the cells are not arranged anew yet
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return look.site.short
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return words.sentence(self._looks.now(site))
            case _ if role == SITE_ROLE:
                return site
            case _ if role == LOOK_ROLE:
                return look
            case _:
                return None
