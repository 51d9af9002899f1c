"""The workspaces of the window: a tab each, built when first shown, torn off or in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from console.domain.state import Key
from console.qt.actions import Actions
from console.qt.panels.desk import Touched
from console.qt.settings import Settings
from console.qt.wording import say, wording

if TYPE_CHECKING:
    from console.qt.page import Page
    from console.qt.session import SessionWorkspace

SESSION = "session"
NUMBERS = {SESSION: 1, "mcu": 2, "record": 4}
"""The figure that Ctrl goes with, for each workspace; 3 is kept for the one that prepares."""
_LEAST = (960, 600)
_RESTORE_AT = 2
"""In which second of the window's life what was open the last time is opened again: never while
the program starts."""
_KEYS = ("acknowledge", "acknowledge_all", "alarms", "next_pane", "pane_back", "tear_off")
"""The actions whose keys work in a torn-off window too."""


class TornOff(QWidget):
    """A workspace in a window of its own. Signals: `closing` when it is to be put back."""

    closing = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.setMinimumSize(*_LEAST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        page.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.closing.emit()


class Workspaces(QObject):
    """Which workspace is shown, and where. The session has the window; each other one is built by
    its maker when it is first shown. Signals: `shown` (name) after another one was shown."""

    shown = Signal(str)

    def __init__(
        self,
        window: QWidget,
        session: SessionWorkspace,
        makers: Mapping[str, Callable[[], Page]],
        actions: Actions,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._makers = window, session, makers
        self._actions, self._settings = actions, settings
        self.names = (SESSION, *makers)
        self.built: dict[str, Page] = {}
        self.torn: dict[str, TornOff] = {}
        self._seconds = 0
        self._current = SESSION
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pages = QStackedWidget()
        self.pages.addWidget(session)
        for _ in self.names:
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(self._chose)
        wording.changed.connect(self.retell)
        self.retell()

    @property
    def current(self) -> str:
        """The workspace that the main window shows."""
        return self._current

    @property
    def page(self) -> Page | None:
        """The same as a page, None for the session."""
        return self.built.get(self._current)

    @property
    def front(self) -> Page | None:
        """The page that the operator works with: the one in the window that has the keyboard."""
        torn = self._active()
        return torn.page if torn is not None else self.page

    def _active(self) -> TornOff | None:
        return next((torn for torn in self.torn.values() if torn.isActiveWindow()), None)

    def retell(self) -> None:
        """Name the tabs anew."""
        for number, name in enumerate(self.names):
            text = say(f"workspace.{name}")
            if name in self.torn:
                text = f"{text} ↗"
                self.torn[name].setWindowTitle(f"HNTH Console — {say(f'workspace.{name}')}")
            self.tabs.setTabText(number, f"{text}   Ctrl+{NUMBERS[name]}")

    # -- showing -------------------------------------------------------------------------------

    def show(self, name: str) -> None:
        """Show a workspace, where it is: in the main window, or in its own, which comes up."""
        if name in self.torn:
            self._raise(self.torn[name])
            return
        self.tabs.setCurrentIndex(self.names.index(name))
        if self._active() is not None:
            self._raise(self._window)

    def show_number(self, number: int) -> None:
        """The same by the figure that Ctrl goes with."""
        self.show(next(name for name in self.names if NUMBERS[name] == number))

    @staticmethod
    def _raise(window: QWidget) -> None:
        window.show()
        window.raise_()
        window.activateWindow()

    def _chose(self, place: int) -> None:
        name = self.names[place]
        if name == self._current:
            return
        if name in self.torn:
            self.tabs.setCurrentIndex(self.names.index(self._current))
            self._raise(self.torn[name])
            return
        self._current = name
        self._settings.keep(workspace=name)
        if name == SESSION:
            self.pages.setCurrentWidget(self._session)
        else:
            page = self._built(name)
            self.pages.setCurrentWidget(page)
            page.show_all()
        self.home().setFocus()
        self.shown.emit(name)

    def _built(self, name: str) -> Page:
        page = self.built.get(name)
        if page is None:
            page = self.built[name] = self._makers[name]()
            self.pages.addWidget(page)
        return page

    def home(self) -> QWidget:
        """Who has the keyboard when nobody else wants it."""
        page = self.page
        return page.home() if page is not None else self._session.grid

    def step_pane(self, by: int) -> None:
        """The keyboard goes to the next pane of the workspace in front, or to the one before."""
        panes = [pane for pane in self._panes() if pane.isVisible() and pane.isEnabled()]
        if not panes:
            return
        focus = QApplication.focusWidget()
        at = next((i for i, pane in enumerate(panes) if pane is focus or _within(focus, pane)), -1)
        if at < 0:
            at = -1 if by > 0 else 0
        panes[(at + by) % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)

    def _panes(self) -> list[QWidget]:
        page = self.front
        if page is not None:
            return page.panes()
        session = self._session
        return [session.grid, session.filter_bar.search, session.strip.note]

    # -- tearing off ---------------------------------------------------------------------------

    def tear_off(self) -> bool:
        """Put the workspace in front into a window of its own, or back; False for the session,
        which has the main window."""
        active = self._active()
        if active is not None:
            self.put_back(self._name_of(active))
            return True
        if self._current == SESSION:
            return False
        self._tear(self._current)
        return True

    def _name_of(self, torn: TornOff) -> str:
        return next(name for name, window in self.torn.items() if window is torn)

    def _tear(self, name: str) -> None:
        page = self._built(name)
        self.pages.removeWidget(page)
        torn = self.torn[name] = TornOff(page)
        torn.closing.connect(lambda: self.put_back(name))
        for action_id in _KEYS:
            for key in self._actions.specs[action_id].keys:
                shortcut = QShortcut(QKeySequence(key), torn)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(lambda a=action_id: self._actions.run(a))
        for other in self.names:
            shortcut = QShortcut(QKeySequence(f"Ctrl+{NUMBERS[other]}"), torn)
            shortcut.activated.connect(lambda o=other: self.show(o))
        QShortcut(QKeySequence("Esc"), torn).activated.connect(page.clear)
        self._settings.keep(torn_off=tuple(self.torn))
        self._place(torn, name)
        self.tabs.setCurrentIndex(0)
        self.retell()
        self._raise(torn)
        page.show_all()
        page.home().setFocus()

    def _place(self, torn: TornOff, name: str) -> None:
        """Where it was the last time; the first time, on another screen if there is one."""
        kept = self._settings.now.torn_geometry.get(name, ())
        here = self._window.screen()
        other = next((s for s in QApplication.screens() if s is not here), here)
        if kept and any(s.availableGeometry().contains(*kept[:2]) for s in QApplication.screens()):
            torn.setGeometry(*kept)
        else:
            room = other.availableGeometry()
            torn.resize(min(1920, room.width()), min(1040, room.height()))
            torn.move(room.topLeft())

    def put_back(self, name: str) -> None:
        """Take a torn-off workspace back into the main window, and show it there."""
        torn = self.torn.pop(name)
        self._remember(torn, name)
        self._settings.keep(torn_off=tuple(self.torn))
        self.pages.addWidget(torn.page)
        _end(torn)
        self.retell()
        self.show(name)
        self._raise(self._window)

    def _remember(self, torn: TornOff, name: str) -> None:
        area = torn.geometry()
        kept = (area.x(), area.y(), area.width(), area.height())
        self._settings.keep(torn_geometry={**self._settings.now.torn_geometry, name: kept})

    # -- following the State -------------------------------------------------------------------

    def refresh(self, keys: set[Key], touched: Touched, now_us: int) -> None:
        """Show what was touched in the workspaces that can be seen."""
        for page in self.built.values():
            if page.isVisible():
                page.refresh(keys, touched, now_us)
        if "second" in touched.kinds and self._seconds < _RESTORE_AT:
            self._seconds += 1
            if self._seconds == _RESTORE_AT:
                self._restore()

    def _restore(self) -> None:
        """Open what was open the last time, unless the operator has chosen meanwhile."""
        kept = self._settings.now
        if self.built:
            return
        for name in kept.torn_off:
            if name in self._makers:
                self._tear(name)
        if self.torn:
            self._raise(self._window)
        if kept.workspace in self.names and kept.workspace not in self.torn:
            self.show(kept.workspace)

    def end(self) -> None:
        """Let go of the windows, and of what the pages run."""
        for page in self.built.values():
            page.end()
        for name, torn in self.torn.items():
            self._remember(torn, name)
            _end(torn)
        self.torn.clear()


def _end(torn: TornOff) -> None:
    torn.closing.disconnect()
    torn.hide()
    torn.deleteLater()


def _within(widget: QWidget | None, pane: QWidget) -> bool:
    return widget is not None and pane.isAncestorOf(widget)
