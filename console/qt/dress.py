"""Which language the window speaks, how it is dressed, and whether it fills the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.qt.settings import Settings
from console.qt.theme import THEMES, Theme
from console.qt.wording import LANGUAGES, wording


class Dress:
    """Changes language and theme, and remembers them."""

    def __init__(self, window: QWidget, theme: Theme, settings: Settings) -> None:
        self._window, self._theme, self._settings = window, theme, settings

    def use_language(self, language: str) -> None:
        """Speak this language from now on; remembered."""
        self._settings.keep(language=language)
        wording.use(language)

    def use_theme(self, theme: str) -> None:
        """Dress in this theme; remembered."""
        self._settings.keep(theme=theme)
        self._theme.use(theme)

    def other_language(self) -> None:
        """Speak the language that is not spoken now."""
        self.use_language(LANGUAGES[1 - LANGUAGES.index(wording.language)])

    def other_theme(self) -> None:
        """Dress in the theme that is not worn now."""
        self.use_theme(THEMES[1 - THEMES.index(self._theme.current)])

    def full_screen(self) -> None:
        """Fill the screen, or stop filling it."""
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()
