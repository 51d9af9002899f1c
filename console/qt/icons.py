"""The small drawings, in any colour and at any size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.qt import RESOURCES
from console.qt.theme import Theme

_INK = b"currentColor"


@lru_cache(maxsize=64)
def _drawing(name: str) -> bytes:
    return (RESOURCES / "icons" / f"{name}.svg").read_bytes()


def draw_icon(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draw `resources/icons/<name>.svg` in one colour. Raises OSError for an unknown name."""
    QSvgRenderer(QByteArray(_drawing(name).replace(_INK, color.name().encode()))).render(
        painter, rect
    )


def pixmap(name: str, color: QColor, size_px: int = 16, ratio: float = 1.0) -> QPixmap:
    """The drawing as a pixmap, `ratio` device pixels to a pixel."""
    made = QPixmap(round(size_px * ratio), round(size_px * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw_icon(painter, name, QRectF(made.rect()), color)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, theme: Theme, role: str = "text", size_px: int = 16) -> QIcon:
    """The drawing for a button, dim where disabled; made anew when the theme changes."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, theme.color(role), size_px, ratio))
        made.addPixmap(pixmap(name, theme.color("dim"), size_px, ratio), QIcon.Mode.Disabled)
    return made
