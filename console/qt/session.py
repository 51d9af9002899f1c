"""The session workspace: script and podium at the left, the grid in the middle, the inspector."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from console.domain.event import Event
from console.domain.state import Key
from console.domain.text import search_key
from console.qt.clock import FrameClock
from console.qt.grid.density import Density
from console.qt.grid.model import SiteGridModel
from console.qt.grid.view import SiteGridView
from console.qt.looks.journal_lines import JournalLine
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.filter_bar import FilterBar
from console.qt.panels.inspector import InspectorPanel
from console.qt.panels.journal_strip import JournalStrip
from console.qt.panels.layouts import LayoutsPanel
from console.qt.panels.painted import rule
from console.qt.panels.podium import PodiumPanel
from console.qt.panels.script_rail import ScriptRail
from console.qt.place import GRID_MARGIN_PX, STRIP_PX, WIDE, folds, rail_width
from console.qt.settings import Settings

_MENU = ("stage", "take", "", "mute", "cue", "hide", "", "redial", "hang_up")


class SessionWorkspace(QWidget):
    """Everything the technician works with during a session.

    Signals: `pressed_down` and `let_go` (action id) of buttons that are held.
    """

    pressed_down = Signal(str)
    let_go = Signal(str)

    def __init__(
        self,
        desk: Desk,
        grid: SiteGridView,
        model: SiteGridModel,
        settings: Settings,
        frame: FrameClock | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._settings = desk, settings
        known = Density.__members__
        self._asked = known.get(settings.now.density, Density.S)
        self.grid, self.model = grid, model
        self.filter_bar = FilterBar(self.model, desk.theme)
        self.script = ScriptRail(desk)
        self.podium = PodiumPanel(desk)
        self.strip = JournalStrip(desk)
        self.layouts = LayoutsPanel(desk)
        self.inspector = InspectorPanel(desk, self._about, frame)
        self._menu = QMenu(self)
        width = grid.window().width()
        self._lay_out()
        self.fit(width)
        self._connect()

    def _lay_out(self) -> None:
        self.rail = QWidget()
        self.rail.setProperty("role", "panel")
        left = QVBoxLayout(self.rail)
        middle, foot, row = QVBoxLayout(), QHBoxLayout(), QHBoxLayout(self)
        for layout in (left, middle, foot, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        left.addWidget(self.script, 1)
        left.addWidget(rule())
        left.addWidget(self.podium)
        self._foot = QWidget()
        self._foot.setProperty("role", "panel")
        self._foot.setFixedHeight(STRIP_PX)
        foot.addWidget(self.strip, 1)
        foot.addWidget(self.layouts)
        self._foot.setLayout(foot)
        beside = QHBoxLayout()
        beside.setContentsMargins(GRID_MARGIN_PX, 0, 0, 0)
        beside.addWidget(self.grid)
        middle.addWidget(self.filter_bar)
        middle.addLayout(beside, 1)
        middle.addWidget(rule())
        middle.addWidget(self._foot)
        row.addWidget(self.rail)
        row.addWidget(rule(vertical=True))
        row.addLayout(middle, 1)
        row.addWidget(rule(vertical=True))
        row.addWidget(self.inspector)

    def _connect(self) -> None:
        grid, bar, actions = self.grid, self.filter_bar, self._desk.actions
        grid.sites_selected.connect(self._selected)
        grid.site_activated.connect(lambda _site: actions.of["stage"].trigger())
        grid.menu_wanted.connect(self._show_menu)
        grid.density_changed.connect(lambda shown: bar.show_density(shown, self._asked))
        bar.filtered.connect(self.model.set_filter)
        bar.density_wanted.connect(self.set_density)
        bar.left.connect(grid.setFocus)
        bar.entered.connect(self._to_first_match)
        self.strip.left.connect(grid.setFocus)
        self.inspector.pressed_down.connect(self.pressed_down)
        self.inspector.let_go.connect(self.let_go)
        for action_id in _MENU:
            if action_id:
                self._menu.addAction(actions.of[action_id])
            else:
                self._menu.addSeparator()
        bar.show_density(grid.density, self._asked)

    def _about(self, site: str, count: int) -> Sequence[JournalLine]:
        return self.strip.journal.about(site, self._desk.state, count)

    # -- pointing ------------------------------------------------------------------------------

    def point(self, sites: tuple[str, ...]) -> None:
        """Select sites and put the cursor on the first; a filter that hides them goes."""
        if any(not self.model.index_of(site).isValid() for site in sites):
            self.filter_bar.clear()
        self.grid.select_sites(sites)

    def _selected(self, sites: Sequence[str]) -> None:
        self._desk.actions.select(sites)
        self.inspector.show_sites(sites)
        self.podium.retell()

    def _to_first_match(self) -> None:
        """Leave the search for the site it found: one that is named so before one that is not."""
        found = [s for row in self.model.cells() for s in row if s in self.model.matches]
        if found and self.filter_bar.filtering:
            needle = search_key(self.filter_bar.search.text())
            names = self._desk.state.endpoints
            named = (s for s in found if needle in search_key(names[s].name))
            self.grid.select_sites((next(named, found[0]),))
        self.grid.setFocus()

    def _show_menu(self, site: str, at: QPoint) -> None:
        if site not in self._desk.actions.selection.sites:
            self.grid.select_sites((site,))
        self._menu.popup(at)

    # -- density and folding -------------------------------------------------------------------

    def set_density(self, density: Density) -> None:
        """Ask for a density; the grid falls to a smaller one where it would scroll."""
        self._asked = density
        self._settings.keep(density=density.name)
        self.grid.set_density(density)
        self.filter_bar.show_density(self.grid.density, density)

    def step_density(self, by: int) -> None:
        """The next smaller or larger density that looks another."""
        every, before = list(Density), self.grid.density
        at = every.index(before) + by
        while 0 <= at < len(every) and self.grid.density is before:
            self.set_density(every[at])
            at += by

    def fold(self, folded: bool) -> None:
        """Fold the inspector away, or open it; remembered."""
        self._settings.keep(folded=folded)
        self.inspector.set_folded(folded)

    def resizeEvent(self, event: object) -> None:
        self.fit(self.width())

    def fit(self, width: int) -> None:
        """Take the measures for a window of this width."""
        wide = width >= WIDE
        self.rail.setFixedWidth(rail_width(width))
        self.layouts.set_usual(5 if wide else 4, 4 if wide else 3)
        folded = folds(width, self._settings.now.folded)
        if folded != self.inspector.folded:
            self.inspector.set_folded(folded)

    # -- following the State -------------------------------------------------------------------

    def tell(self, events: Sequence[Event]) -> None:
        """What happened, for those who read it."""
        self.strip.tell(events)

    def refresh(self, keys: set[Key], touched: Touched, now_us: int) -> None:
        """Show what was touched; the grid has its own refresh."""
        self.podium.refresh(touched, now_us)
        self.filter_bar.refresh()
        self.script.refresh(touched, now_us)
        self.layouts.refresh(touched, now_us)
        self.strip.refresh(touched, now_us)
        self.inspector.refresh(keys, now_us)
