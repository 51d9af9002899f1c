"""The header's word on who sits at the console; a press opens what one can do about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from console.qt.grid.sprites import text_width
from console.qt.icons import draw_icon
from console.qt.looks.seat import SeatLook
from console.qt.panels.painted import draw_line, draw_touched
from console.qt.theme import Theme

_MOST_PX, _MOST_SHORT_PX = 260, 120
_ICON_PX = 14


class OperatorButton(QToolButton):
    """A name in a tone, with a lock before it while the console takes no wishes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = SeatLook("", "", "")
        self._short = False
        self.setProperty("role", "flat")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def look(self) -> SeatLook:
        """What it shows."""
        return self._look

    def show_look(self, look: SeatLook) -> None:
        """Show another."""
        if look == self._look:
            return
        self._look = look
        self.setToolTip(look.tip)
        self.setAccessibleDescription(look.tip)
        self._say()

    def set_short(self, short: bool) -> None:
        """Whether there is little room."""
        if short != self._short:
            self._short = short
            self._say()

    def _say(self) -> None:
        self.setText(self._look.short if self._short else self._look.text)
        self.setAccessibleName(self._look.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        most = _MOST_SHORT_PX if self._short else _MOST_PX
        wide = min(most, text_width(self.text(), 12))
        return QSize(int(wide) + 14 + (_ICON_PX + 5 if self._look.locked else 0), 28)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_touched(painter, self, self._theme, self.isDown())
        color, left = self._theme.color(self._look.tone), 6.0
        if self._look.locked:
            top = (self.height() - _ICON_PX) / 2
            draw_icon(painter, "lock", QRectF(left, top, _ICON_PX, _ICON_PX), color)
            left += _ICON_PX + 5
        rect = QRectF(left, 0, self.width() - left - 6, self.height())
        draw_line(painter, rect, self.text(), color, 12)
