"""The theme: colours by role, one palette and one style sheet for the whole application."""

from __future__ import annotations

import tomllib
from string import Template

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from console.qt import RESOURCES
from console.qt.fonts import font, load_fonts

THEMES = ("dark", "light")
_FOLDER = RESOURCES / "theme"
_ROLES = {
    "Window": "bg",
    "WindowText": "text",
    "Base": "surface",
    "AlternateBase": "surface",
    "Text": "text",
    "PlaceholderText": "dim",
    "Button": "raised",
    "ButtonText": "text",
    "BrightText": "red",
    "ToolTipBase": "raised",
    "ToolTipText": "text",
    "Highlight": "accent",
    "HighlightedText": "on_accent",
    "Link": "accent",
    "LinkVisited": "accent",
    "Light": "hover",
    "Midlight": "line",
    "Mid": "line",
    "Dark": "line",
    "Shadow": "bg",
}


def tokens() -> dict[str, dict[str, str]]:
    """The colours as written: theme → role → `#RRGGBB`."""
    return tomllib.loads((_FOLDER / "tokens.toml").read_text(encoding="utf-8"))


class Theme(QObject):
    """What is on: `dark` or `light`. Made once for an application.

    It dresses the application at once, or later where `dressed` is False: until then only what is
    painted by hand wears the theme, which is all that the first picture needs. Signals: `changed`
    after every colour has changed; whoever paints by hand repaints then.
    """

    changed = Signal()

    def __init__(self, app: QApplication, name: str = THEMES[0], dressed: bool = True) -> None:
        super().__init__(app)
        self._app = app
        self._tokens = tokens()
        self._sheet: Template | None = None
        self._colors: dict[str, QColor] = {}
        self.current = ""
        load_fonts()
        self.use(name)
        if dressed:
            self.dress()

    def dress(self) -> None:
        """Give Qt's own widgets style, face, palette and sheet; once."""
        if self._sheet is None:
            self._sheet = Template((_FOLDER / "style.qss").read_text(encoding="utf-8"))
            self._app.setStyle("Fusion")
            self._app.setFont(font())
            self._put_on(self._sheet)

    def use(self, name: str) -> None:
        """Take a theme; an unknown name or the one that is on does nothing."""
        if name not in THEMES or name == self.current:
            return
        self.current = name
        self._colors = {role: QColor(value) for role, value in self._tokens[name].items()}
        if self._sheet is not None:
            self._put_on(self._sheet)
        self.changed.emit()

    def _put_on(self, sheet: Template) -> None:
        self._app.setPalette(self._palette())
        icons = (RESOURCES / "icons" / self.current).as_posix()
        self._app.setStyleSheet(sheet.substitute(self._tokens[self.current], icons=icons))

    def color(self, role: str) -> QColor:
        """The colour of a role (`text`, `amber`, `sel`, …). Raises KeyError for an unknown one."""
        return self._colors[role]

    def hex(self, role: str) -> str:
        """The same as `#RRGGBB`."""
        return self._tokens[self.current][role]

    def _palette(self) -> QPalette:
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, token in _ROLES.items():
            palette.setColor(roles[role], self.color(token))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("dim"))
        return palette
