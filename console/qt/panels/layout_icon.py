"""Layouts as drawings: how many pictures a screen shows, and which of them is large."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from console.domain.layout import Layout

_BIG_AND_SMALL = {
    Layout.ONE_PLUS_FIVE: 3,
    Layout.ONE_PLUS_SEVEN: 4,
    Layout.ONE_PLUS_NINE: 5,
    Layout.ONE_PLUS_N: 6,
}
_EQUAL = {
    Layout.SINGLE: 1,
    Layout.EQUAL: 3,
    Layout.EQUAL_2X2: 2,
    Layout.EQUAL_3X3: 3,
    Layout.EQUAL_4X4: 4,
    Layout.EQUAL_5X5: 5,
}


def panes(layout: Layout) -> list[QRectF]:
    """Where the pictures are, in a square of 1 × 1; the large one first."""
    if layout in _EQUAL:
        n = _EQUAL[layout]
        return [QRectF(c / n, r / n, 1 / n, 1 / n) for r in range(n) for c in range(n)]
    if layout in _BIG_AND_SMALL:
        n = _BIG_AND_SMALL[layout]
        small = 1 / n
        column = [QRectF(1 - small, r * small, small, small) for r in range(n)]
        row = [QRectF(c * small, 1 - small, small, small) for c in range(n - 1)]
        return [QRectF(0, 0, 1 - small, 1 - small), *column, *row]
    if layout is Layout.STACKED:
        return [QRectF(0, 0, 1, 0.5), QRectF(0, 0.5, 1, 0.5)]
    if layout is Layout.TELEPRESENCE:
        return [QRectF(0, 0, 1, 1), *(QRectF(0.1 + i * 0.2, 0.74, 0.2, 0.2) for i in range(4))]
    return [QRectF(0, 0, 1, 1)]


def draw_layout(
    painter: QPainter, rect: QRectF, layout: Layout, color: QColor, ground: QColor
) -> None:
    """Draw a layout's panes; the automatic one bears an A."""
    painter.setPen(QPen(color, 1.2))
    painter.setBrush(ground)
    gap = 1.0
    for pane in panes(layout):
        box = QRectF(
            rect.left() + pane.left() * rect.width(),
            rect.top() + pane.top() * rect.height(),
            pane.width() * rect.width(),
            pane.height() * rect.height(),
        )
        painter.drawRect(box.adjusted(gap / 2, gap / 2, -gap, -gap))
    if layout is Layout.AUTOMATIC:
        made = painter.font()
        made.setPixelSize(round(rect.height() * 0.7))
        painter.setFont(made)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "A")
