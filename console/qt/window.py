"""The window: the grid first, then everything around it; what the program asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.qt.grid.density import Density
from console.qt.grid.first_picture import FirstPicture
from console.qt.place import MINIMUM, grid_area
from console.qt.settings import Settings
from console.qt.theme import Theme
from console.qt.wording import wording

if TYPE_CHECKING:
    from console.core.clock import Clock
    from console.core.dispatcher import Dispatcher
    from console.core.equipment import Equipment
    from console.core.operators import Operators
    from console.core.store import Store
    from console.domain.endpoint import Endpoint
    from console.domain.event import Event
    from console.domain.state import Key
    from console.qt.clock import FrameClock
    from console.qt.dialogs.devices import Running
    from console.qt.dialogs.export import Find, Make
    from console.qt.grid.model import SiteGridModel
    from console.qt.grid.view import SiteGridView
    from console.qt.interior import Interior
    from console.qt.looks.header import JournalHealth
    from console.qt.mcu.events import Older
    from console.qt.record.office import Office
    from console.qt.training.office import OfficeActs
    from console.qt.training.panel import InstructorPanel


_AROUND_US = 66_000
"""What is around the sites is shown again so long (µs) after it was, at the soonest."""
_SEEN_OR_NOT = (QEvent.Type.WindowStateChange, QEvent.Type.Hide, QEvent.Type.Show)


def _anything_seen() -> bool:
    """Whether a window of the program is on the screen, a torn-off workspace included."""
    windows = QApplication.topLevelWidgets()
    return any(window.isVisible() and not window.isMinimized() for window in windows)


class SessionWindow(QWidget):
    """The console's window.

    It first shows the sites alone, so that they stand within moments of the start; `furnish`
    builds the table and its interior. Signals: `closing` when the operator wants to leave; the
    window stays until `end`. `settings` is what is remembered. The caller subscribes `follow` to
    the frame clock; the window reads the State and never waits for anything.
    """

    closing = Signal()

    model: SiteGridModel
    grid: SiteGridView
    """There is neither before `furnish`."""

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        theme: Theme,
        settings: Settings | None = None,
    ) -> None:
        super().__init__()
        self.settings = settings or Settings()
        wording.use(self.settings.now.language)
        theme.use(self.settings.now.theme)
        self._theme = theme
        self._frame: FrameClock | None = None
        self._store: Store | None = None
        self._inside: Interior | None = None
        self._ended = False
        self._podium = ""
        self._left: set[Key] = set()
        self._around_us = 0
        """What was touched and is not yet shown around the sites."""
        self.painted = False
        """Whether the sites have been painted for the first time."""
        self._ask_journal: Callable[[], JournalHealth | None] = lambda: None
        self.instructor: InstructorPanel | None = None
        self._density = Density.__members__.get(self.settings.now.density, Density.S)
        self._first = FirstPicture(endpoints, theme, self._density)
        self.setWindowTitle("HNTH Console")
        self.setMinimumSize(*MINIMUM)
        self._restore_geometry()

    @property
    def inside(self) -> Interior:
        """Everything but the grid; there is none before `furnish`."""
        assert self._inside is not None
        return self._inside

    def furnish(
        self,
        store: Store,
        dispatcher: Dispatcher,
        clock: Clock,
        frame: FrameClock | None = None,
    ) -> None:
        """Build the table and what is around it. `frame` is the frame clock, for plots."""
        from console.qt.grid.model import SiteGridModel
        from console.qt.grid.view import SiteGridView
        from console.qt.interior import Interior
        from console.qt.qt_words import speak

        speak()
        self._theme.dress()
        self._store, self._frame = store, frame
        self.model = SiteGridModel(store.state)
        self.grid = SiteGridView(self.model, self._theme, self)
        self.grid.setGeometry(self._grid_area())
        self.grid.set_density(self._density)
        self._inside = Interior(
            self,
            self.grid,
            self.model,
            store,
            dispatcher,
            clock,
            self._theme,
            frame,
            self.settings,
        )
        self._inside.closing.connect(self.closing)
        self._inside.set_journal_health(self._ask_journal)
        store.on_told = self.tell
        self.refresh({("roster", store.state.roster)}, clock.now_us())

    # -- what the program asks -----------------------------------------------------------------

    def refresh(self, keys: set[Key], now_us: int) -> None:
        """Show at once all that was touched; with an empty set what a second changes."""
        if self._inside is None:
            return
        self._follow_sites(keys, now_us)
        self._inside.refresh(keys, now_us)

    def follow(self, keys: set[Key], now_us: int) -> bool:
        """A tick of the frame clock: the sites and the podium in this one, what is around them
        in a later one, 15 times a second. While the podium moves, all else waits. True while
        something is left."""
        if self._inside is None or self._store is None:
            return False
        self._follow_sites(keys, now_us)
        podium, before = self._store.state.podium, self._podium
        self._podium = podium
        lately = 0 <= now_us - self._around_us < _AROUND_US
        if podium != before or lately or (keys and not self._left):
            self._inside.refresh_podium(keys, now_us)
            self._left |= keys
            return True
        self._inside.refresh(self._left | keys, now_us)
        self._left, self._around_us = set(), now_us
        return False

    def _follow_sites(self, keys: set[Key], now_us: int) -> None:
        if self.model.refresh(keys, now_us) and self._frame is not None:
            self._frame.wake()

    def tell(self, events: Sequence[Event]) -> None:
        """What happened, for those who read it."""
        self.inside.tell(events)
        if self.instructor is not None:
            self.instructor.tell(events)

    def selected_sites(self) -> tuple[str, ...]:
        """The sites that the operator looks at."""
        return self.grid.selected_sites() if self._inside is not None else ()

    def set_journal_health(self, ask: Callable[[], JournalHealth | None]) -> None:
        """Where the header learns how the store does."""
        self._ask_journal = ask
        if self._inside is not None:
            self._inside.set_journal_health(ask)

    def set_older(self, older: Older) -> None:
        """Where the MCU workspace reads what happened before the program was opened."""
        self.inside.set_older(older)

    def set_reports(self, find: Find, make: Make) -> None:
        """Who knows the store's sessions, and who makes a report on one, in threads."""
        self.inside.set_reports(find, make)

    def set_office(self, office: Office) -> None:
        """The tie to the office, from now on."""
        self.inside.set_office(office)

    def instruct(self, control: Any, office: OfficeActs | None = None) -> None:
        """Training mode: say so, and offer the instructor's panel on the province's controls and,
        where the run has one, the office."""
        from console.qt.training.panel import InstructorPanel

        self.instructor = panel = InstructorPanel(self.inside.desk, control, self, office)
        self.inside.header.set_training(True)
        self.inside.office.furnished = 1
        self.inside.palette.instructor = self.inside.menu.add_instructor(panel)
        self.inside.key_sheet.instructor = True

    def admit(self, people: Operators) -> None:
        """Who says whether the person at the console is let in, from now on."""
        self.inside.seat.admit(people)

    def equip(self, equipment: Equipment, running: Running) -> None:
        """The devices that can be looked at and changed from now on."""
        self.inside.dialogs.equip(equipment, running)

    async def explain(self, why: str, exit_request: Any) -> None:
        """Say why the program can't go on, and wait until the operator has read it."""
        from console.qt.panels.explain import ExplainView

        view = ExplainView(self._theme, why, self)
        view.closed.connect(exit_request.ask)
        self.closing.connect(exit_request.ask)
        view.open()
        await exit_request.wait()

    def end(self) -> None:
        """Close for good."""
        self._ended = True
        if self._store is not None:
            self._store.on_told = None
        if self._inside is not None:
            self._inside.end()
        if self.instructor is not None:
            self.instructor.close()
        self.close()
        self.deleteLater()

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        inside = self._inside
        if inside is not None:
            if event.type() == QEvent.Type.ShortcutOverride and inside.overrides(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.WindowDeactivate:
                inside.deactivated()
        told = super().event(event)
        if event.type() in _SEEN_OR_NOT and self._frame is not None:
            self._frame.set_hidden(not _anything_seen())
        return told

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._inside is not None:
            self._inside.key_released(event)
        super().keyReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sites and the empty grounds of the panels to come, while they are not there."""
        if self._inside is not None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface"))
        self._first.paint(painter, self._grid_area(), self.devicePixelRatioF())
        self.painted = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._inside is not None:
            self._inside.resized()

    def _grid_area(self) -> QRect:
        return grid_area(self.size(), self.settings.now.folded)

    def _restore_geometry(self) -> None:
        kept = self.settings.now
        screen = self.screen().availableGeometry()
        if kept.geometry:
            self.setGeometry(*kept.geometry)
            if not screen.intersects(self.geometry()):
                self.move(screen.topLeft())
            if kept.maximised:
                self.setWindowState(Qt.WindowState.WindowMaximized)
        else:
            self.resize(min(1920, screen.width()), min(1080, screen.height()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """The operator wants to leave: ask, and stay until everything is in order."""
        if self._ended:
            super().closeEvent(event)
            return
        area = self.normalGeometry() if self.isMaximized() else self.geometry()
        self.settings.keep(
            geometry=(area.x(), area.y(), area.width(), area.height()),
            maximised=self.isMaximized(),
        )
        event.ignore()
        self.closing.emit()
