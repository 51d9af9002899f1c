"""Small drawings before texts, one for each meaning, made once a theme."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from console.qt.looks.header import Health
from console.qt.panels.painted import draw_health
from console.qt.theme import Theme

Meaning = TypeVar("Meaning", bound=Hashable)


class Signs(Generic[Meaning]):
    """The signs of a list; `draw` draws one into a square of `size_px`."""

    def __init__(
        self, theme: Theme, size_px: int, draw: Callable[[QPainter, Meaning], None]
    ) -> None:
        self._size_px, self._draw = size_px, draw
        self._made: dict[Meaning, QIcon] = {}
        theme.changed.connect(self._made.clear)

    def of(self, meaning: Meaning) -> QIcon:
        """The sign of a meaning, the same whether its row is chosen or not."""
        if meaning not in self._made:
            self._made[meaning] = self._icon(meaning)
        return self._made[meaning]

    def _icon(self, meaning: Meaning) -> QIcon:
        made = QPixmap(2 * self._size_px, 2 * self._size_px)
        made.setDevicePixelRatio(2)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, meaning)
        painter.end()
        icon = QIcon(made)
        icon.addPixmap(made, QIcon.Mode.Selected)
        return icon


def health_signs(theme: Theme, size_px: int) -> Signs[Health]:
    """The shapes of a health."""
    middle = QPointF(size_px / 2, size_px / 2)
    return Signs(theme, size_px, lambda painter, it: draw_health(painter, middle, it, theme))
