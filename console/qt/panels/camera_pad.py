"""The camera pad: a room's memories. A tap recalls, holding two seconds stores (R87, R88)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from console.qt.fonts import font
from console.qt.looks.camera import MOST, CameraLook, PresetLook, PresetMark
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.theme import Theme
from console.qt.wording import say

_COLUMNS = 3
_HEIGHT = 32
_RING = 16
_FRAMES = {
    PresetMark.PENDING: ("accent", Qt.PenStyle.DashLine),
    PresetMark.MOVING: ("accent", Qt.PenStyle.SolidLine),
    PresetMark.REACHED: ("accent", Qt.PenStyle.SolidLine),
    PresetMark.STORING: ("accent", Qt.PenStyle.DashLine),
    PresetMark.REFUSED: ("amber", Qt.PenStyle.SolidLine),
    PresetMark.UNKNOWN: ("amber", Qt.PenStyle.DashLine),
}
_SIGNS = {
    PresetMark.PENDING: "…",
    PresetMark.MOVING: "↻",
    PresetMark.STORING: "…",
    PresetMark.REFUSED: "×",
    PresetMark.UNKNOWN: "?",
}


class PresetButton(QAbstractButton):
    """One camera memory; it only tells when it goes down and is let go. How long that was, and
    what it means, is judged where the keys are.

    Signals: `pressed_down` and `let_go` (action id).
    """

    pressed_down = Signal(str)
    let_go = Signal(str)

    def __init__(self, number: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = PresetLook(number, "")
        self._fraction = 0.0
        self.setObjectName(f"camera_{number}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.pressed.connect(lambda: self.pressed_down.emit(self.objectName()))
        self.released.connect(lambda: self.let_go.emit(self.objectName()))

    @property
    def look(self) -> PresetLook:
        """What it shows."""
        return self._look

    def show_look(self, look: PresetLook, why: str, why_store: str) -> None:
        """Show a memory; `why` disables it, `why_store` only its storing."""
        key = "inspector.camera.tip" if look.name else "inspector.camera.tip_empty"
        tip = say(key, n=look.number, preset=look.name)
        if why or why_store:
            tip = f"{tip}\n{why or say('inspector.camera.no_store', why=why_store)}"
        if look == self._look and tip == self.toolTip():
            return
        self._look = look
        self.setEnabled(not why)
        self.setToolTip(tip)
        mark = say(f"inspector.camera.mark.{look.mark.value}")
        name = look.name or say("inspector.camera.slot")
        self.setAccessibleName(f"{look.number} {name}" + (f", {mark}" if mark else ""))
        self.update()

    def show_holding(self, fraction: float) -> None:
        """How far it, or its key, is held (0–1)."""
        if fraction != self._fraction:
            self._fraction = fraction
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it; the space bar always stages the next."""
        if event.key() == Qt.Key.Key_Return and not event.isAutoRepeat():
            self.setDown(True)
            self.pressed.emit()
            return
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Return and not event.isAutoRepeat() and self.isDown():
            self.setDown(False)
            self.released.emit()
            return
        event.ignore()

    def sizeHint(self) -> QSize:
        return QSize(90, _HEIGHT)

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        color = self._theme.color
        able = self.isEnabled()
        number_font = font(11, QFont.Weight.Medium)
        painter.setFont(number_font)
        painter.setPen(color("muted" if able else "dim"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(8, 0, 0, 0), left, str(self._look.number))
        room = self.rect().adjusted(20, 0, -5, 0)
        sign = _SIGNS.get(self._look.mark, "")
        if self._fraction > 0 or sign:
            room.adjust(0, 0, -_RING, 0)
        text_font = font(12)
        painter.setFont(text_font)
        painter.setPen(color("text" if able and self._look.name else "dim"))
        name = self._look.name or say("inspector.camera.slot")
        metrics = painter.fontMetrics()
        painter.drawText(
            room, left, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        )
        ring = QRectF(self.width() - _RING - 7, (self.height() - _RING) / 2, _RING, _RING)
        if self._fraction > 0:
            draw_ring(painter, ring, self._fraction, color("line"), color("accent"))
        elif sign:
            painter.setFont(font(13, QFont.Weight.DemiBold))
            painter.setPen(color(_FRAMES[self._look.mark][0]))
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, sign)

    def _paint_ground(self, painter: QPainter) -> None:
        color = self._theme.color
        role, style = _FRAMES.get(self._look.mark, ("line", Qt.PenStyle.SolidLine))
        width = 1.0 if role == "line" else 1.5
        if self.hasFocus():
            role, style, width = "accent", Qt.PenStyle.SolidLine, 2.0
        ground: QColor = color("raised" if self.isEnabled() else "surface")
        if self._look.mark is PresetMark.REACHED or self.isDown():
            ground = color("sel")
        elif self.underMouse() and self.isEnabled():
            ground = color("hover")
        painter.setBrush(ground)
        painter.setPen(QPen(color(role), width, style))
        edge = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 4, 4)


class CameraPad(QWidget):
    """A room's memories on keys 1–9, and one line that says where the camera stands.

    Signals: `pressed_down` and `let_go` (action id `camera_<number>`).
    """

    pressed_down = Signal(str)
    let_go = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self.buttons: list[PresetButton] = []
        for number in range(1, MOST + 1):
            button = PresetButton(number, theme, self)
            button.pressed_down.connect(self.pressed_down)
            button.let_go.connect(self.let_go)
            grid.addWidget(button, (number - 1) // _COLUMNS, (number - 1) % _COLUMNS)
            self.buttons.append(button)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self._status = ToneText(theme, 12, lines=3)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(grid)
        rows.addWidget(self._status)
        theme.changed.connect(self.update)

    def show_look(self, look: CameraLook) -> None:
        """Show a room's camera."""
        for button in self.buttons:
            button.setVisible(button.look.number <= len(look.presets))
        for button, preset in zip(self.buttons, look.presets, strict=False):
            button.show_look(preset, look.why, look.why_store)
        self._status.say(Said(look.status, look.tone))

    def show_holding(self, number: int, fraction: float) -> None:
        """Fill the ring of a memory that is held, here or by its key (0–1)."""
        for button in self.buttons:
            button.show_holding(fraction if button.look.number == number else 0.0)


def draw_ring(
    painter: QPainter, rect: QRectF, fraction: float, ground: QColor, color: QColor
) -> None:
    """A ring that fills clockwise from the top."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ground, 2))
    painter.drawEllipse(rect)
    painter.setPen(QPen(color, 2.5))
    painter.drawArc(rect, 90 * 16, -int(360 * 16 * min(1.0, fraction)))
