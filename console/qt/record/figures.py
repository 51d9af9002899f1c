"""The sync in numbers: a row of cells, each with its name, its value and what goes with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from console.qt.grid.sprites import Weight, text_width
from console.qt.looks.mcu import FigureCell
from console.qt.panels.painted import draw_line
from console.qt.panels.sheet import draw_frame
from console.qt.theme import Theme

HEIGHT = 84
_AFTER_PX = 8
_LABEL_PX, _VALUE_PX, _PAD_PX = 12, 20, 16


def _needed(cell: FigureCell) -> float:
    """How much room (px) a cell needs; a value may grow by a digit without moving the others."""
    value = text_width(cell.value + "0", _VALUE_PX, Weight.Medium)
    return max(text_width(cell.label, _LABEL_PX), value, text_width(cell.unit, _LABEL_PX))


class FigureRow(QWidget):
    """The cells share the width by what each needs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cells: tuple[FigureCell, ...] = ()
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_cells(self, cells: tuple[FigureCell, ...]) -> None:
        """Show these; repaints only where one is another."""
        if cells != self.cells:
            self.cells = cells
            told = (f"{c.label}: {c.value} {c.unit}".rstrip() for c in cells)
            self.setAccessibleName(", ".join(told))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def places(self) -> list[tuple[FigureCell, QRectF]]:
        """Where each cell stands."""
        needed = [_needed(cell) + _PAD_PX + _AFTER_PX for cell in self.cells]
        more = (self.width() - sum(needed)) / max(1, len(needed))
        placed: list[tuple[FigureCell, QRectF]] = []
        x = 0.0
        for cell, width in zip(self.cells, needed, strict=True):
            placed.append((cell, QRectF(x, 0, width + more, HEIGHT)))
            x += width + more
        return placed

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_frame(self, self._theme, "line", 1)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        for cell, rect in self.places():
            if rect.left() > 0:
                x = round(rect.left()) + 0.5
                painter.setPen(QPen(color("line"), 1))
                painter.drawLine(QPointF(x, 1), QPointF(x, HEIGHT - 1))
            inner = rect.adjusted(_PAD_PX, 10, -4, 0)
            line = QRectF(inner.left(), inner.top(), inner.width(), 17)
            draw_line(painter, line, cell.label, color("muted"), _LABEL_PX)
            line = QRectF(inner.left(), inner.top() + 19, inner.width(), 26)
            draw_line(painter, line, cell.value, color(cell.role), _VALUE_PX, Weight.Medium)
            line = QRectF(inner.left(), inner.top() + 46, inner.width(), 17)
            draw_line(painter, line, cell.unit, color("muted"), _LABEL_PX)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            x = event.pos().x()
            tips = (cell.tip for cell, rect in self.places() if rect.left() <= x < rect.right())
            QToolTip.showText(event.globalPos(), next(tips, ""), self)
            return True
        return super().event(event)
