"""The prompt after L: all nine layouts with their numbers, waiting for one key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from console.domain.state import State
from console.qt.grid.sprites import Weight
from console.qt.looks.layouts import LayoutChoice, conference_choices, screen_choices
from console.qt.panels.desk import Desk
from console.qt.panels.layout_icon import draw_layout
from console.qt.panels.painted import Align, draw_line
from console.qt.wording import say

_CELL_W, _CELL_H = 92, 84
_CHOICES: dict[str, Callable[[State, int], tuple[LayoutChoice, ...]]] = {
    "conference": conference_choices,
    "screen": screen_choices,
}


class LayoutPrompt(QWidget):
    """Takes the keyboard until a number, Esc or a click elsewhere. Signals: `chosen` (action id),
    `left`."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.kind = ""
        self._choices: tuple[LayoutChoice, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def open(self, kind: str) -> None:
        """Ask for the conference's layout or the chair's screen's."""
        self.kind = kind
        self._choices = _CHOICES[kind](self._desk.state, self._desk.clock.now_us())
        self.setAccessibleName(say(f"layouts.prompt_{kind}"))
        parent = self.parentWidget()
        if parent is not None:
            size = self.sizeHint()
            x, y = (parent.width() - size.width()) // 2, parent.height() - size.height() - 140
            self.setGeometry(max(8, x), y, size.width(), size.height())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(9 * _CELL_W + 32, _CELL_H + 58)

    def _cell(self, number: int) -> QRectF:
        return QRectF(16 + (number - 1) * _CELL_W, 42, _CELL_W - 8, _CELL_H)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._desk.theme.color
        painter.setPen(QPen(color("accent"), 2))
        painter.setBrush(color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        top = QRectF(16, 8, self.width() - 32, 28)
        title = say(f"layouts.prompt_{self.kind}") if self.kind else ""
        draw_line(painter, top, title, color("text"), 14, Weight.DemiBold)
        draw_line(painter, top, say("layouts.escape"), color("dim"), 12, align=Align.AlignRight)
        for choice in self._choices:
            cell = self._cell(choice.number)
            able = choice.enabled
            pen = QPen(color("accent" if choice.reported else "line"), 2 if choice.reported else 1)
            painter.setPen(pen)
            ground = color("sel" if choice.reported else "raised")
            painter.setBrush(ground)
            painter.drawRoundedRect(cell, 4, 4)
            number = QRectF(cell.left() + 7, cell.top() + 4, 16, 16)
            role = "text" if able else "dim"
            draw_line(painter, number, str(choice.number), color(role), 13, Weight.DemiBold)
            box = QRectF(cell.left() + 24, cell.top() + 12, cell.width() - 36, 34)
            ink = "accent" if choice.reported else ("muted" if able else "line")
            draw_layout(painter, box, choice.layout, color(ink), ground)
            foot = QRectF(cell.left() + 4, cell.bottom() - 26, cell.width() - 8, 20)
            name = say(f"layout.{choice.layout.value}")
            draw_line(
                painter, foot, name, color("muted" if able else "dim"), 12,
                align=Align.AlignHCenter,
            )  # fmt: skip

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F12:
                self.dismiss()  # a key of the session is never lost to a list of layouts
            else:
                event.accept()  # while it is open every other key is its own
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        number = event.key() - Qt.Key.Key_0
        if 1 <= number <= 9:
            self._choose(number)
        elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
            self.dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for choice in self._choices:
            if self._cell(choice.number).contains(event.position()):
                self._choose(choice.number)
                return

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self.isVisible():
            self.dismiss()

    def _choose(self, number: int) -> None:
        kind = self.kind
        self.dismiss()
        self.chosen.emit(f"layout_{number}" if kind == "conference" else f"screen_{number}")

    def dismiss(self) -> None:
        """Go away."""
        if self.isVisible():
            self.hide()
            self.left.emit()
