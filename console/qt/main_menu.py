"""The menu at the right of the header: what has no place on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from console.qt.actions import Actions
from console.qt.theme import THEMES, Theme
from console.qt.wording import LANGUAGES, say, wording

if TYPE_CHECKING:
    from console.qt.training.panel import InstructorPanel

INSTRUCTOR_KEYS = "Ctrl+Shift+F12"
_PARTS = (
    ("paste_script", "plans", "load_roster", "devices", "export"),
    ("sync_now", "conflicts", "edit_contact", "enrol", "leave_office"),
    ("alarms", "acknowledge_all", "palette", "keys", "full_screen"),
    ("lock", "clear_podium"),
    ("lock_console", "change_operator", "sign_out"),
    ("hang_up_all", "close_session", "quit"),
)


class MainMenu(QMenu):
    """Script and roster, windows, meeting, language and theme. Signals: `language_chosen`,
    `theme_chosen`."""

    language_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, actions: Actions, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        for part in _PARTS[:3]:
            self._add(actions, part)
        self._languages = QMenu(self)
        self._themes = QMenu(self)
        self._choices: list[tuple[QAction, str, str]] = []
        self._offer(self._languages, LANGUAGES, self.language_chosen)
        self._offer(self._themes, THEMES, self.theme_chosen)
        self.addMenu(self._languages)
        self.addMenu(self._themes)
        self.addSeparator()
        for part in _PARTS[3:]:
            self._add(actions, part)
        self.aboutToShow.connect(self._mark)
        wording.changed.connect(self._retell)
        self._retell()

    def _add(self, actions: Actions, part: tuple[str, ...]) -> None:
        for action_id in part:
            self.addAction(actions.of[action_id])
        self.addSeparator()

    def _offer(self, menu: QMenu, names: tuple[str, ...], chosen: SignalInstance) -> None:
        group = QActionGroup(menu)
        for name in names:
            action = QAction(menu)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, n=name: chosen.emit(n))
            group.addAction(action)
            menu.addAction(action)
            self._choices.append((action, name, f"menu.{name}"))

    def _mark(self) -> None:
        for action, name, _ in self._choices:
            action.setChecked(name in (wording.language, self._theme.current))

    def _retell(self) -> None:
        self._languages.setTitle(say("menu.language"))
        self._themes.setTitle(say("menu.theme"))
        for action, _, key in self._choices:
            action.setText(say(key))
        self._mark()

    def add_instructor(self, panel: InstructorPanel) -> QAction:
        """Training mode: the instructor's panel, on and off."""
        action = QAction(panel.windowTitle() or say("header.training"), self)
        action.setCheckable(True)
        action.setChecked(panel.isVisible())
        action.toggled.connect(panel.setVisible)
        panel.visibility_changed.connect(action.setChecked)
        panel.windowTitleChanged.connect(action.setText)
        action.setShortcut(QKeySequence(INSTRUCTOR_KEYS))
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.setAutoRepeat(False)
        self.insertAction(self.actions()[0], action)
        window = self.parentWidget()
        assert window is not None
        window.addAction(action)  # the key works while the menu is closed
        return action
