"""Hold to confirm: a ring that fills for two seconds and names what it is about."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from console.qt.grid.sprites import Weight, text_width
from console.qt.panels.painted import draw_line
from console.qt.theme import Theme
from console.qt.wording import say

HOLD_S = 2.0
_STEP_MS = 33


class Hold(QObject):
    """A key or button that is being held. Signals: `progressed` (id, 0–1), `completed` (id),
    `released` (id, held seconds) let go before its time, `cancelled` (id) no longer counts."""

    progressed = Signal(str, float)
    completed = Signal(str)
    released = Signal(str, float)
    cancelled = Signal(str)

    def __init__(
        self, parent: QObject, seconds: float = HOLD_S, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.seconds = seconds
        self._now_s = now_s
        self._began_s = 0.0
        self.id = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)

    @property
    def running(self) -> bool:
        """Whether something is being held."""
        return bool(self.id)

    def begin(self, name: str) -> None:
        """It goes down. Ignored while something else is held."""
        if not self.id:
            self.id, self._began_s = name, self._now_s()
            self._timer.start()
            self.progressed.emit(name, 0.0)

    def end(self) -> None:
        """It is let go."""
        if not self.id:
            return
        name, self.id = self.id, ""
        self._timer.stop()
        self.released.emit(name, self._now_s() - self._began_s)

    def cancel(self) -> None:
        """Whatever is held no longer counts: the window lost the keyboard."""
        if self.id:
            name, self.id = self.id, ""
            self._timer.stop()
            self.cancelled.emit(name)

    def _step(self) -> None:
        held = self._now_s() - self._began_s
        if held < self.seconds:
            self.progressed.emit(self.id, held / self.seconds)
            return
        name, self.id = self.id, ""
        self._timer.stop()
        self.progressed.emit(name, 1.0)
        self.completed.emit(name)


class ConfirmView(QWidget):
    """What is being held, with its ring. Opened by a menu or the palette it waits to be held:
    Enter or the mouse on it. Signals: `pressed_down`, `let_go`, `left`."""

    pressed_down = Signal(str)
    let_go = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.action_id = ""
        self.text = ""
        self._note = ""
        self._share = 0.0
        self.waiting = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.hide()

    def show_holding(self, action_id: str, text: str, note: str, share: float) -> None:
        """It is being held: the ring fills."""
        self.action_id, self.text, self._note, self._share = action_id, text, note, share
        self._appear()

    def ask(self, action_id: str, text: str) -> None:
        """Wait for it to be held."""
        self.action_id, self.text, self._share = action_id, text, 0.0
        self._note, self.waiting = say("confirm.hold_to"), True
        self._appear()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Go away."""
        self.waiting, self.action_id = False, ""
        self.hide()

    def _appear(self) -> None:
        self.setAccessibleName(f"{self.text}. {self._note}")
        parent = self.parentWidget()
        size = self.sizeHint()
        if parent is not None:
            width = min(size.width(), parent.width() - 32)
            x, y = (parent.width() - width) // 2, int(parent.height() * 0.62)
            self.setGeometry(x, y, width, size.height())
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:
        wide = max(text_width(self.text, 16, Weight.DemiBold), text_width(self._note, 12), 240.0)
        return QSize(min(760, int(wide) + 104), 76)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        painter.setPen(QPen(color("accent" if self.hasFocus() else "dim"), 2))
        painter.setBrush(color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        center, radius = QPointF(40, self.height() / 2), 20.0
        ring = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("line"), 5))
        painter.drawEllipse(ring)
        painter.setPen(QPen(color("accent"), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, 90 * 16, -int(self._share * 360 * 16))
        rect = QRectF(76, 14, self.width() - 92, 26)
        draw_line(painter, rect, self.text, color("text"), 16, Weight.DemiBold)
        rect = QRectF(76, 40, self.width() - 92, 20)
        draw_line(painter, rect, self._note, color("muted"), 12)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # while it waits every key is its own
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed_down.emit(self.action_id)
        elif event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.let_go.emit(self.action_id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.waiting:
            self.pressed_down.emit(self.action_id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.waiting:
            self.let_go.emit(self.action_id)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self.waiting:
            self._leave()

    def _leave(self) -> None:
        self.dismiss()
        self.left.emit()
