"""The interior: everything in the window but the grid, built once the grid has been painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.core.clock import Clock
from console.core.dispatcher import Dispatcher
from console.core.store import Store
from console.domain.event import Event
from console.domain.facts import SessionClosed
from console.domain.problem import Problem
from console.domain.state import Key
from console.qt.action_table import SPECS
from console.qt.actions import Actions
from console.qt.beside import Beside
from console.qt.clock import FrameClock
from console.qt.dialog_desk import DialogDesk
from console.qt.dialog_keys import DialogKeys
from console.qt.dress import Dress
from console.qt.grid.model import SiteGridModel
from console.qt.grid.view import SiteGridView
from console.qt.hint import HintLine
from console.qt.holding import Holding
from console.qt.icons import icon
from console.qt.keyboard import Keyboard
from console.qt.looks.header import JournalHealth
from console.qt.main_menu import MainMenu
from console.qt.panels.alarms import AlarmsView
from console.qt.panels.confirm import ConfirmView, Hold
from console.qt.panels.desk import EVERYTHING, Desk, Touched
from console.qt.panels.header import HeaderPanel
from console.qt.panels.keys import KeySheet
from console.qt.panels.layout_prompt import LayoutPrompt
from console.qt.panels.painted import rule
from console.qt.panels.palette import PaletteView
from console.qt.panels.popover import Popover
from console.qt.panels.toast import Offer, Toasts
from console.qt.place import TABS_PX
from console.qt.refusals import Refusals
from console.qt.seat import Seat
from console.qt.session import SessionWorkspace
from console.qt.settings import Settings
from console.qt.theme import Theme
from console.qt.typed_code import TypedCode
from console.qt.ways import Ways
from console.qt.wording import say, wording
from console.qt.workspaces import NUMBERS, SESSION, Workspaces

if TYPE_CHECKING:
    from console.qt.dialogs.export import Find, Make
    from console.qt.mcu.events import Older
    from console.qt.office_desk import OfficeDesk
    from console.qt.record.office import Office


class Interior(QObject):
    """Joins the panels, the keyboard and what lies over them. Signals: `closing`."""

    closing = Signal()

    def __init__(
        self,
        window: QWidget,
        grid: SiteGridView,
        model: SiteGridModel,
        store: Store,
        dispatcher: Dispatcher,
        clock: Clock,
        theme: Theme,
        frame: FrameClock | None,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window, self._store, self._clock = window, store, clock
        self._theme = theme
        self._second = 0
        self._code = TypedCode()
        self.dress = Dress(window, theme, settings)
        self.actions = Actions(self, store, dispatcher, clock)
        self.desk = Desk(store, self.actions, clock, theme, self._point)
        self.beside = Beside(self, frame, settings)
        self.menu = MainMenu(self.actions, theme, window)
        self._menu_button = QToolButton()
        self._menu_button.setProperty("role", "flat")
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu_button.setMenu(self.menu)
        self.header = HeaderPanel(self.desk, self._menu_button)
        self.session = SessionWorkspace(self.desk, grid, model, settings, frame)
        self._lay_out(settings)
        self.toasts = Toasts(theme, window)
        self.hold = Hold(self)
        self.confirm = ConfirmView(theme, window)
        self.holding = Holding(self.desk, self.hold, self.confirm, self)
        self.prompt = LayoutPrompt(self.desk, window)
        self.palette = PaletteView(self.desk, window)
        self.key_sheet = KeySheet(theme, window)
        self.alarms = AlarmsView(self.desk, window)
        self.popover = Popover(theme, window)
        self.ways = Ways(self.workspaces, self.session, self.actions, self.alarms, self.popover)
        numbers = [NUMBERS[name] for name in self.workspaces.names]
        self.keyboard = Keyboard(window, self.actions, numbers)
        self.refusals = Refusals(self.desk, self.toasts)
        self.seat = Seat(self.desk, self.header, window, self._put_away, self._seat_changed)
        self.dialogs = DialogDesk(self.desk, window, settings, self.seat, self.say_briefly)
        self.dialog_keys = DialogKeys(window, self.desk, self.keyboard, self.refusals, self.seat)
        self._connect()
        self._retell()
        self.toasts.place(self.session.strip)
        self.session.grid.setFocus()

    def _lay_out(self, settings: Settings) -> None:
        self.workspaces = Workspaces(
            self._window, self.session, self.beside.pages, self.actions, settings
        )
        self.tabs = self.workspaces.tabs
        self.hint = HintLine(self._theme)
        bar = QWidget()
        bar.setProperty("role", "bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setFixedHeight(TABS_PX)
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 0, 16, 0)
        row.addWidget(self.tabs)
        row.addWidget(self.hint, 1)
        column = QVBoxLayout(self._window)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, rule(), bar, rule()):
            column.addWidget(widget)
        column.addWidget(self.workspaces.pages, 1)

    @property
    def office(self) -> OfficeDesk:
        """What is shown of the office."""
        return self.beside.office

    def _connect(self) -> None:
        session, keyboard, actions = self.session, self.keyboard, self.actions
        not_yet = Problem.of("office.not_yet")
        actions.limit({s.id: lambda: not_yet for s in SPECS if s.group == "office"})
        actions.refused.connect(self.refusals.tell)
        actions.told.connect(lambda text: self._toast(text, "told"))
        actions.serve(
            {
                "find": self.ways.find,
                "palette": self._toggle_palette,
                "note": self.ways.note,
                "alarms": self.ways.alarms,
                "layout_prompt": lambda: self.prompt.open("conference"),
                "screen_prompt": lambda: self.prompt.open("screen"),
                "denser": lambda: session.step_density(-1),
                "larger": lambda: session.step_density(1),
                "keys": self.key_sheet.toggle,
                "next_pane": lambda: self.workspaces.step_pane(1),
                "pane_back": lambda: self.workspaces.step_pane(-1),
                "tear_off": self._tear_off,
                "inspector": lambda: session.fold(not session.inspector.folded),
                "full_screen": self.dress.full_screen,
                "theme": self.dress.other_theme,
                "language": self.dress.other_language,
                "quit": self.closing.emit,
            }
        )
        actions.accepted.connect(self.ways.follow)
        keyboard.went_down.connect(self.holding.begin)
        keyboard.came_up.connect(self.holding.end)
        keyboard.digit.connect(self._digit)
        keyboard.escaped.connect(self.escape)
        keyboard.workspace.connect(self.workspaces.show_number)
        session.pressed_down.connect(self.holding.begin)
        session.let_go.connect(self.holding.end)
        session.inspector.copied.connect(lambda text: self._toast(say("toast.copied"), "told"))
        self.hold.progressed.connect(session.inspector.show_holding)
        for ended in (self.hold.released, self.hold.completed, self.hold.cancelled):
            ended.connect(self._ring_off)
        self.prompt.chosen.connect(actions.run)
        self.toasts.taken.connect(actions.run)
        self.palette.chosen.connect(self.ways.choose)
        for over in (self.prompt, self.palette, self.alarms, self.confirm):
            over.left.connect(self.ways.home)
        session.layouts.prompt_wanted.connect(self.prompt.open)
        self.header.explain_wanted.connect(self.ways.explain)
        self.header.alarms_wanted.connect(self.ways.alarms)
        self.menu.language_chosen.connect(self.dress.use_language)
        self.menu.theme_chosen.connect(self.dress.use_theme)
        self.workspaces.shown.connect(self._went)
        wording.changed.connect(self._retell)
        self._theme.changed.connect(self._redraw)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    # -- what the window asks ------------------------------------------------------------------

    def refresh(self, keys: set[Key], now_us: int) -> None:
        """Show what was touched, the grid apart."""
        second = now_us // 1_000_000
        touched = Touched(keys, "second") if second != self._second else Touched(keys)
        self._second = second
        self.actions.refresh(keys, now_us)
        self.session.refresh(keys, touched, now_us)
        self.beside.refresh_office(touched, now_us)
        self.header.refresh(touched, now_us)
        self.alarms.refresh(touched, now_us)
        self.beside.observe(self._store.state, touched, now_us)
        self.workspaces.refresh(keys, touched, now_us)
        self.toasts.refresh(now_us)
        self.seat.refresh(now_us)
        self.dialog_keys.refresh(now_us)
        if self._code.rests(now_us):
            self._notice()
        if "session" in touched.kinds:
            self._title()
        self.dialogs.refresh(touched.kinds)

    def refresh_podium(self, keys: set[Key], now_us: int) -> None:
        """Show on the podium's panel what was touched; `refresh` shows it too."""
        self.session.podium.refresh(Touched(keys), now_us)

    def tell(self, events: Sequence[Event]) -> None:
        """What happened: for the journal strip, a site's history, refusals."""
        self.session.tell(events)
        self.refusals.hear(events)
        self.beside.tell(events)
        if self.dialogs.offers_report() and any(isinstance(e.fact, SessionClosed) for e in events):
            offer = Offer("export", say("export.offer_do"))
            self.toasts.tell(say("export.offer"), "told", self._clock.now_us(), offer)

    def set_journal_health(self, ask: Callable[[], JournalHealth | None]) -> None:
        """Where the header learns how the store does."""
        self.header.journal = ask

    def set_older(self, older: Older) -> None:
        """Where older Events than those since the start are read."""
        self.beside.set_older(older)

    def set_office(self, office: Office) -> None:
        """The tie to the office, from now on."""
        self.office.take(office)

    def set_reports(self, find: Find, make: Make) -> None:
        """Who knows the store's sessions, and who makes a report on one, from now on."""
        self.dialogs.set_reports(find, make)
        self.beside.set_find(find)

    def resized(self) -> None:
        """The window has another size."""
        for over in (self.palette, self.key_sheet, self.alarms):
            if over.isVisible():
                over.place()
        self.toasts.place(self.session.strip)
        self.seat.resized()

    def overrides(self, event: QEvent) -> bool:
        """Whether a text field keeps a key that would be a shortcut."""
        return self.keyboard.override(event)

    def key_released(self, event: QKeyEvent) -> None:
        """A key came up."""
        self.keyboard.released(event)

    def deactivated(self) -> None:
        """The keyboard went to another window: nothing is held any more."""
        self.keyboard.forget()
        self.hold.cancel()

    def end(self) -> None:
        """Let go of what lives longer than the window."""
        self.deactivated()
        self.dialogs.end()
        self.seat.end()
        self.beside.end()
        self.workspaces.end()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._focus_moved)

    # -- keys ----------------------------------------------------------------------------------

    def _point(self, sites: tuple[str, ...]) -> None:
        self.ways.point(sites)

    def _went(self, name: str) -> None:
        """Another workspace is in front."""
        self.keyboard.session = name == SESSION
        self.deactivated()
        for over in (self.alarms, self.prompt, self.popover):
            if over.isVisible():
                over.dismiss()
        self._notice()

    def _tear_off(self) -> None:
        if not self.workspaces.tear_off():
            self._toast(say("toast.session_stays"), "told")

    def _digit(self, figure: str) -> None:
        code = self._code.type(figure, self._clock.now_us())
        if not self.session.grid.jump_to_code(code):
            self._toast(say("toast.no_code", code=code), "told")
            self._code.digits = ""
        self._notice()

    def escape(self) -> None:
        """Close what is open, else take the staging back, else look at every site again."""
        for over in (self.palette, self.prompt, self.confirm, self.alarms, self.popover,
                     self.key_sheet):  # fmt: skip
            if over.isVisible():
                over.dismiss()
                self.ways.home()
                return
        page = self.workspaces.page
        if self.toasts.isVisible():
            self.toasts.clear()
        elif page is not None:
            page.clear()
        elif self.session.filter_bar.filtering:
            self.session.filter_bar.clear()
        elif self._store.state.session.next:
            self.actions.run("unstage")
        self.ways.home()

    # -- words that are its own ----------------------------------------------------------------

    def _toggle_palette(self) -> None:
        view = self.palette
        view.dismiss() if view.isVisible() else view.open()

    def _retell(self) -> None:
        self._menu_button.setToolTip(say("header.menu"))
        self._menu_button.setAccessibleName(say("header.menu"))
        self._redraw()
        self._title()
        self._notice()
        self.session.refresh(set(), EVERYTHING, self._clock.now_us())

    def _redraw(self) -> None:
        self._menu_button.setIcon(icon("menu", self._theme, "muted", 18))

    def _title(self) -> None:
        title = self._store.state.session.title
        self._window.setWindowTitle(f"HNTH Console — {title}" if title else "HNTH Console")

    def _notice(self) -> None:
        """Say what the keyboard does now."""
        self.hint.tell(
            self._code.digits,
            closed=self.seat.closed,
            typing=self.keyboard.typing,
            session=self.workspaces.current == SESSION,
        )

    def _toast(self, text: str, tone: str, offer: Offer | None = None) -> None:
        self.toasts.tell(text, tone, self._clock.now_us(), offer)

    def say_briefly(self, text: str, tone: str = "told", offer: Offer | None = None) -> None:
        """Tell something in passing, and perhaps offer what to do about it."""
        self._toast(text, tone, offer)

    def _ring_off(self, action_id: str, *_: object) -> None:
        self.session.inspector.show_holding(action_id, 0.0)

    # -- who sits here -------------------------------------------------------------------------

    def _put_away(self) -> None:
        """The console closes, or a sign-in was left: nothing is held or half chosen."""
        self.deactivated()
        for over in (self.palette, self.prompt, self.confirm, self.popover, self.key_sheet):
            if over.isVisible():
                over.dismiss()
        if self.seat.closed:
            self.beside.put_away()
        else:
            self.ways.home()

    def _seat_changed(self) -> None:
        self.session.layouts.retell()
        self.session.inspector.retell()
        self._notice()
        if self.dialogs.devices is not None:
            self.dialogs.devices.refresh()

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        self.dialog_keys.follow(now)
        self._notice()
