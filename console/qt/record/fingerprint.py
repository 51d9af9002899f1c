"""A fingerprint in numbered groups, to be compared aloud."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.qt.grid.sprites import Weight
from console.qt.panels.painted import Align, draw_line
from console.qt.record.prints import print_groups
from console.qt.theme import Theme
from console.qt.wording import say

_COLUMNS, _ROWS = 8, 2
_CELL = QSize(66, 42)


class Fingerprint(QWidget):
    """Two lines of eight groups; a group that is not there yet is an empty box."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.groups: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        theme.changed.connect(self.update)

    def show_print(self, text: str) -> None:
        """Show another."""
        self.groups = print_groups(text)[: _COLUMNS * _ROWS]
        told = (say("enrol.group", n=n, text=" ".join(g)) for n, g in enumerate(self.groups, 1))
        self.setAccessibleName(". ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_COLUMNS * _CELL.width(), _ROWS * _CELL.height())

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        for at in range(_COLUMNS * _ROWS):
            x, y = at % _COLUMNS * _CELL.width(), at // _COLUMNS * _CELL.height()
            box = QRectF(x + 0.5, y + 14.5, _CELL.width() - 8, 22)
            number = QRectF(x, y, _CELL.width() - 8, 14)
            draw_line(painter, number, str(at + 1), color("dim"), 11, align=Align.AlignHCenter)
            painter.setPen(QPen(color("line"), 1))
            painter.setBrush(color("bg"))
            painter.drawRoundedRect(box, 2, 2)
            if at < len(self.groups):
                draw_line(
                    painter, box, self.groups[at], color("text"), 14, Weight.DemiBold,
                    Align.AlignHCenter,
                )  # fmt: skip
