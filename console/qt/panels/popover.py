"""A popover: an explanation under the chip that was pressed."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from console.qt.fonts import BODY_PX, font
from console.qt.looks.header import Chip, Health
from console.qt.theme import Theme

_WIDTH = 380
_EDGES = {Health.WARN: "amber", Health.BAD: "mag"}


class Popover(QWidget):
    """What a link's health means and what to do; a press anywhere on it closes it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chip = Chip("", Health.OFF, "", "")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._chip.detail

    def explain(self, chip: Chip, under: QWidget) -> None:
        """Explain a chip, or stop explaining it."""
        if self.isVisible() and chip.id == self._chip.id:
            self.hide()
            return
        self._chip = chip
        parent = self.parentWidget()
        if parent is None:
            return
        box = QFontMetrics(font(BODY_PX)).boundingRect(
            QRect(0, 0, _WIDTH - 32, 1000), Qt.TextFlag.TextWordWrap, chip.detail
        )
        corner = under.mapTo(parent, under.rect().bottomLeft())
        x = min(corner.x(), parent.width() - _WIDTH - 12)
        self.setGeometry(max(12, x), corner.y() + 8, _WIDTH, box.height() + 60)
        self.setAccessibleName(f"{chip.text}. {chip.detail}")
        self.show()
        self.raise_()
        self.update()

    def dismiss(self) -> None:
        """Close."""
        self.hide()

    def mousePressEvent(self, event: object) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        painter.setPen(QPen(color(_EDGES.get(self._chip.health, "dim")), 1.2))
        painter.setBrush(color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 4, 4)
        painter.setPen(color("text"))
        made = font(BODY_PX)
        made.setWeight(made.Weight.DemiBold)
        painter.setFont(made)
        painter.drawText(QRectF(16, 12, self.width() - 32, 20), 0, self._chip.text)
        painter.setFont(font(BODY_PX))
        painter.setPen(color("muted"))
        rect = QRectF(16, 38, self.width() - 32, self.height() - 46)
        painter.drawText(rect, Qt.TextFlag.TextWordWrap, self._chip.detail)
