"""SiteGridModel: State as a table of tiles, in the fixed order of the site tree."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from console.domain.observed import Presence
from console.domain.policy import Policy
from console.domain.state import Key, State
from console.domain.text import search_key
from console.qt.grid import words
from console.qt.grid.arrange import Arrangement, arrange
from console.qt.grid.density import Density
from console.qt.grid.filters import Filter, flags_of, found, search_text
from console.qt.grid.groups import GUESTS, Group, groups_of, only
from console.qt.grid.look import Site, TileLook
from console.qt.grid.projection import (
    Scene,
    alarms_by_site,
    counts_by_lead,
    look_of,
    site_of,
    stale_by_device,
)
from console.qt.wording import say

Index = QModelIndex | QPersistentModelIndex
SITE_ROLE = Qt.ItemDataRole.UserRole + 1
LOOK_ROLE = Qt.ItemDataRole.UserRole + 2
_TREND = 60
_NOTHING: frozenset[str] = frozenset()


class SiteGridModel(QAbstractTableModel):
    """Every site's look by site, and which cell holds whom.

    `refresh` looks again only at sites that were touched, or that show a time that runs, and
    emits `dataChanged` for cells whose look is another one. Signals: `counts_changed` when a
    filter matches more or fewer sites; `matches_changed` when other sites match the filter.
    """

    counts_changed = Signal()
    matches_changed = Signal()

    def __init__(
        self, state: State, policy: Policy | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._policy = policy or Policy()
        self._now_us = 0
        self._scene = Scene(0, policy=self._policy)
        self._groups: tuple[Group, ...] = ()
        self._sites: dict[str, Site] = {}
        self._texts: dict[str, str] = {}
        self._flags: dict[str, int] = {}
        self._counts: Counter[int] = Counter()
        self._speakers: frozenset[str] = _NOTHING
        self._script: object = None
        self._running: set[str] = set()
        self._trends: dict[str, deque[float]] = {}
        self._filter = Filter.ALL
        self._needle = ""
        self._hide = False
        self._shown: tuple[Group, ...] = ()
        self._cells: list[list[str]] = []
        self._indexes: dict[str, QModelIndex] = {}
        self.looks: dict[str, TileLook] = {}
        self.matches: frozenset[str] = _NOTHING
        self.arrangement: Arrangement = arrange((), 0, 0)
        self._load()

    # -- what the window asks ------------------------------------------------------------------

    @property
    def order(self) -> list[str]:
        """Every site in the order of the grid, leads before their own; hidden ones too."""
        return [s for g in self._groups for s in ((g.lead, *g.sites) if g.lead else g.sites)]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that are shown."""
        return self._shown

    def count(self, which: Filter) -> int:
        """How many sites a filter matches."""
        return self._counts[which] if which else len(self.looks)

    @property
    def filtering(self) -> bool:
        """Whether some sites may not match."""
        return bool(self._filter) or bool(self._needle)

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
        """Sites by row and column."""
        return self._cells

    def by_code(self, code: str) -> str:
        """The site with this code, else the first shown whose code begins with it, else ""."""
        if code in self._indexes:
            return code
        return next((s for s in self.order if s.startswith(code) and s in self._indexes), "")

    # -- arranging -----------------------------------------------------------------------------

    def arrange(self, width: int, height: int, density: Density) -> bool:
        """Arrange the shown sites for a viewport; whether anything moved. Resets the model."""
        made = arrange(self._shown, width, height, density)
        if made == self.arrangement and len(self._indexes) == len(made.places):
            return False
        self.beginResetModel()
        self.arrangement = made
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
        text = self.arrangement.labels.get(row, "")
        return say("grid.guests") if text == GUESTS else text

    # -- following the State -------------------------------------------------------------------

    def refresh(self, keys: set[Key], now_us: int) -> None:
        """Look again at what was touched, and at every running time when a second has passed."""
        state = self._state
        second_passed = now_us // 1_000_000 != self._now_us // 1_000_000
        self._now_us = now_us
        touched: set[str] = set()
        alarms = False
        for kind, name in keys:
            if kind == "endpoint":
                touched.add(name)
            elif kind == "alarm":
                alarms = True
            elif kind == "roster":
                self._load()
                return
        if second_passed:
            touched |= self._running
        if state.session.script is not self._script:
            touched |= self._read_script()
        touched |= self._set_scene(alarms or second_passed, second_passed)
        self._look_at(touched)

    def reword(self) -> None:
        """The language has changed: every cell says something else."""
        self._emit_all()

    def _set_scene(self, alarms: bool, second_passed: bool) -> set[str]:
        """The Scene of now; the sites for whom it has changed."""
        state, old = self._state, self._scene
        podium, session = state.podium, state.session
        touched: set[str] = set()
        by_site, stale = old.alarms, old.stale
        if alarms:
            by_site = alarms_by_site(state, self._now_us)
            touched |= {site for site, _ in by_site.items() ^ old.alarms.items()}
        if second_passed or stale:
            stale = stale_by_device(state, self._now_us, self._policy)
            changed = {device for device, _ in stale.items() ^ old.stale.items()}
            if changed:
                touched |= {
                    s for s, leg in state.legs.items() if state.device_of(leg.conference) in changed
                }
        if podium != old.podium:
            touched |= {podium, old.podium}
        if session.next != old.next:
            touched |= {session.next, old.next}
        if session.chair != old.chair:
            touched |= {session.chair, old.chair}
        self._scene = Scene(
            self._now_us, podium, session.next, session.chair, by_site, stale, old.counts,
            self._policy,
        )  # fmt: skip
        return touched

    def _read_script(self) -> set[str]:
        before = self._speakers
        self._script = self._state.session.script
        self._speakers = frozenset(
            item.endpoint for item in self._state.session.script if item.endpoint
        )
        for site in before ^ self._speakers:
            if site in self.looks:
                self._flag(site, self.looks[site])
        if before != self._speakers:
            self.counts_changed.emit()
        return set()

    def _load(self) -> None:
        """Take the roster anew."""
        state = self._state
        self._groups = groups_of(state.endpoints)
        leads = {group.lead for group in self._groups if group.lead}
        self._sites = {s: site_of(state, s, s in leads) for s in self.order}
        self._texts = {s: search_text(site) for s, site in self._sites.items()}
        self._scene = Scene(self._now_us, counts=counts_by_lead(state), policy=self._policy)
        self._set_scene(alarms=True, second_passed=True)
        self.looks = {}
        self._flags, self._counts = {}, Counter()
        self._running = set()
        self._read_script()
        for site, known in self._sites.items():
            look = look_of(state, site, self._now_us, self._scene, known)
            self.looks[site] = look
            if look.running:
                self._running.add(site)
            self._flag(site, look)
        self._match(roster=True)
        self.counts_changed.emit()

    def _look_at(self, touched: set[str]) -> None:
        """Look at these sites again and tell of the cells that show something else."""
        state, now_us, scene = self._state, self._now_us, self._scene
        looks, sites, running = self.looks, self._sites, self._running
        trends = self._trends if self.arrangement.density is Density.L else None
        changed: list[str] = []
        leads: set[str] = set()
        flagged = False
        for site in touched:
            known = sites.get(site)
            if known is None:
                continue
            endpoint = state.endpoints.get(site)
            if endpoint is None:
                continue
            if known.line is not endpoint.line or known.name is not endpoint.name:
                known = sites[site] = site_of(state, site, known.lead)
            trend = self._trend(site) if trends is not None else ()
            old = looks[site]
            new = look_of(state, site, now_us, scene, known, trend)
            if new == old:
                continue
            looks[site] = new
            changed.append(site)
            if new.running:
                running.add(site)
            else:
                running.discard(site)
            if (new.presence is Presence.CONNECTED) != (old.presence is Presence.CONNECTED):
                leads.add(self._recount(site, new.presence is Presence.CONNECTED))
            flagged |= self._flag(site, new)
        for lead in leads & looks.keys():
            looks[lead] = look_of(state, lead, now_us, scene, sites[lead], looks[lead].trend)
            changed.append(lead)
        self._tell(changed)
        if flagged:
            self.counts_changed.emit()
            if self._filter:
                self._match()

    def _recount(self, site: str, here: bool) -> str:
        parent = self._state.endpoints[site].parent
        connected, total = self._scene.counts.get(parent, (0, 0))
        self._scene.counts[parent] = (connected + (1 if here else -1), total)
        return parent

    def _trend(self, site: str) -> tuple[float, ...]:
        kept = self._trends.setdefault(site, deque(maxlen=_TREND))
        quality = self._state.quality.get(site)
        if quality is not None and quality.loss_pct is not None:
            kept.append(quality.loss_pct)
        return tuple(kept) if len(kept) > 1 else ()

    def _flag(self, site: str, look: TileLook) -> bool:
        """Keep the filters' counts; whether any of them changed."""
        new = flags_of(look, site in self._speakers)
        old = self._flags.get(site, 0)
        if new == old:
            return False
        self._flags[site] = new
        changed = new ^ old
        for which in Filter:
            if changed & which:
                self._counts[which] += 1 if new & which else -1
        return True

    def _match(self, roster: bool = False) -> None:
        """Work out who matches; rearranging is the view's part."""
        which, needle, texts = self._filter, self._needle, self._texts
        matches = frozenset(
            site
            for site in self.looks
            if (not which or self._flags.get(site, 0) & which)
            and (not needle or found(needle, texts[site]))
        )
        shown = only(self._groups, matches) if self._hide and self.filtering else self._groups
        if not roster and matches == self.matches and shown == self._shown:
            return
        self.matches = matches
        self._shown = shown
        self.matches_changed.emit()

    # -- telling Qt ----------------------------------------------------------------------------

    def _tell(self, changed: list[str]) -> None:
        indexes = self._indexes
        if len(changed) > len(indexes) // 2 > 20:
            self._emit_all()
            return
        emit = self.dataChanged.emit
        for site in changed:
            index = indexes.get(site)
            if index is not None:
                emit(index, index)

    def _emit_all(self) -> None:
        if self._cells:
            last = self.createIndex(len(self._cells) - 1, len(self._cells[0]) - 1)
            self.dataChanged.emit(self.createIndex(0, 0), last)

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
        look = self.looks[site]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return look.site.short
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return words.sentence(look)
            case _ if role == SITE_ROLE:
                return site
            case _ if role == LOOK_ROLE:
                return look
            case _:
                return None
