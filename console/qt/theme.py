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
_R = QPalette.ColorRole
_ROLES = {
    _R.Window: "bg",
    _R.WindowText: "text",
    _R.Base: "surface",
    _R.AlternateBase: "surface",
    _R.Text: "text",
    _R.PlaceholderText: "dim",
    _R.Button: "raised",
    _R.ButtonText: "text",
    _R.BrightText: "red",
    _R.ToolTipBase: "raised",
    _R.ToolTipText: "text",
    _R.Highlight: "accent",
    _R.HighlightedText: "on_accent",
    _R.Link: "accent",
    _R.LinkVisited: "accent",
    _R.Light: "hover",
    _R.Midlight: "line",
    _R.Mid: "line",
    _R.Dark: "line",
    _R.Shadow: "bg",
}


def tokens() -> dict[str, dict[str, str]]:
    """The colours as written: theme → role → `#RRGGBB`."""
    return tomllib.loads((_FOLDER / "tokens.toml").read_text(encoding="utf-8"))


class Theme(QObject):
    """What is on: `dark` or `light`. Made once for an application, which it dresses at once.

    Signals: `changed` after every colour has changed; whoever paints by hand repaints then.
    """

    changed = Signal()

    def __init__(self, app: QApplication, name: str = THEMES[0]) -> None:
        super().__init__(app)
        self._app = app
        self._tokens = tokens()
        self._sheet = Template((_FOLDER / "style.qss").read_text(encoding="utf-8"))
        self._colors: dict[str, QColor] = {}
        self.current = ""
        load_fonts()
        app.setStyle("Fusion")
        app.setFont(font())
        self.use(name)

    def use(self, name: str) -> None:
        """Dress the application in a theme; an unknown name or the one that is on does nothing."""
        if name not in THEMES or name == self.current:
            return
        self.current = name
        chosen = self._tokens[name]
        self._colors = {role: QColor(value) for role, value in chosen.items()}
        self._app.setPalette(self._palette())
        icons = (RESOURCES / "icons" / name).as_posix()
        self._app.setStyleSheet(self._sheet.substitute(chosen, icons=icons))
        self.changed.emit()

    def color(self, role: str) -> QColor:
        """The colour of a role (`text`, `amber`, `sel`, …). Raises KeyError for an unknown one."""
        return self._colors[role]

    def hex(self, role: str) -> str:
        """The same as `#RRGGBB`."""
        return self._tokens[self.current][role]

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.color(token))
        for role in (_R.WindowText, _R.Text, _R.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("dim"))
        return palette
