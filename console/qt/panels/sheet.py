"""A sheet: the frame around a list with its bar, what it says when empty, and its foot; the
frame shows where the keyboard is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from console.qt.theme import Theme


class Sheet(QWidget):
    """A rounded frame that holds a bar, a list and a foot."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._body: QWidget | None = None
        theme.changed.connect(self.update)

    def fill(self, top: QHBoxLayout, empty: QWidget, body: QWidget, foot: QLayout | None) -> None:
        """Put the parts in their places; `empty` stands where the list has nothing to show."""
        self._body = body
        body.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        top.setContentsMargins(14, 8, 10, 8)
        top.setSpacing(6)
        column.addLayout(top)
        hint = QHBoxLayout()
        hint.setContentsMargins(14, 0, 14, 0)
        hint.addWidget(empty)
        column.addLayout(hint)
        column.addWidget(body, 1)
        column.addStretch(0)
        if foot is not None:
            foot.setContentsMargins(14, 4, 10, 6)
            column.addLayout(foot)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        focused = self._body is not None and self._body.hasFocus()
        draw_frame(self, self._theme, "accent" if focused else "line", 2 if focused else 1)


def draw_frame(widget: QWidget, theme: Theme, edge: str, pen_px: int) -> None:
    """The ground of a widget with a border of a role."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color(edge), pen_px))
    painter.setBrush(theme.color("surface"))
    half = pen_px / 2
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(half, half, -half, -half), 4, 4)
