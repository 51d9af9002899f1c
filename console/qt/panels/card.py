"""A card: a frame whose border says what it holds; its tone may change without a new polish."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.qt.theme import Theme


class Card(QWidget):
    """A rounded frame of `width_px`, dashed or not, in the colour of a role."""

    def __init__(self, theme: Theme, margin: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role, self._width_px, self._dashed = "line", 1, False
        self._ground = "surface"
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin - 3, margin, margin - 2)
        self.column.setSpacing(4)
        theme.changed.connect(self.update)

    @property
    def tone(self) -> str:
        """The role of its border."""
        return self._role

    def set_tone(
        self, role: str, width_px: int = 1, dashed: bool = False, ground: str = "surface"
    ) -> None:
        """Another border; repaints only where it is another."""
        told = (role, width_px, dashed, ground)
        if told != (self._role, self._width_px, self._dashed, self._ground):
            self._role, self._width_px, self._dashed, self._ground = told
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self._width_px / 2
        rect = QRectF(self.rect()).adjusted(half, half, -half, -half)
        pen = QPen(self._theme.color(self._role), self._width_px)
        if self._dashed:
            pen.setDashPattern([2.0, 1.4])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(self._theme.color(self._ground))
        painter.drawRoundedRect(rect, 3, 3)
