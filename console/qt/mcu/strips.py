"""Every MCU's parameters as a strip of numbers; the chosen one is the one that is plotted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from console.qt.grid.sprites import Weight, text_width
from console.qt.looks.mcu import FigureCell, McuLook
from console.qt.panels.painted import Align, draw_health, draw_line
from console.qt.theme import Theme
from console.qt.wording import say, wording

HEIGHT = 62
_LABEL_PX, _VALUE_PX, _NAME_PX = 12, 20, 14
_PAD_PX, _LEAST_PAD_PX = 30, 16
_NAME_WIDE = (130, 230)
_SPARED = ("uptime", "legs", "rtt", "alarms")
"""What is left out first where there is no room: a number is never cut. The tip of the name and
what is read aloud have all of them."""


def _wide(cell: FigureCell) -> float:
    """How much room (px) a cell needs. A figure may grow by a digit without moving the others."""
    digits = "0" * max(2, len(cell.value))
    value = text_width(digits, _VALUE_PX, Weight.Medium)
    unit = text_width(cell.unit, _LABEL_PX) + 5 if cell.unit else 0
    return max(text_width(cell.label, _LABEL_PX), value + unit)


def _second(look: McuLook) -> str:
    """The small line over the name: what it is and how its link does, or how old its news is."""
    return look.stale or f"{look.about} · {look.health_text}".strip(" ·")


def _name_wide(look: McuLook) -> float:
    name = text_width(look.name, _NAME_PX, Weight.DemiBold)
    about = text_width(f"{look.about} · {look.health_text}", _LABEL_PX) + 16
    return min(_NAME_WIDE[1], max(_NAME_WIDE[0], name, about))


def _widths(looks: tuple[McuLook, ...]) -> tuple[float, ...]:
    """The room that the name and each figure need, over all MCUs."""
    rows = [[_name_wide(look), *(_wide(cell) for cell in look.cells)] for look in looks]
    return tuple(max(column) for column in zip(*rows, strict=True))


class McuStrip(QAbstractButton):
    """One MCU. Checked where it is the chosen one of several."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.look: McuLook | None = None
        self._widths: tuple[float, ...] = ()
        self.alone = True
        """Whether it is the only one, so that nothing need be chosen."""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_look(self, look: McuLook, alone: bool, widths: tuple[float, ...]) -> None:
        """Show an MCU; repaints only where something is another. `widths` is the room that the
        name and each cell need in all the strips together, so that they stand in columns."""
        if (look, alone, widths) != (self.look, self.alone, self._widths):
            self.look, self.alone, self._widths = look, alone, widths
            self.setText(look.name)
            self.setAccessibleName(look.told)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    minimumSizeHint = sizeHint

    def cells(self) -> list[tuple[FigureCell | None, QRectF]]:
        """Where each cell stands; the first (None) is the name."""
        look = self.look
        if look is None:
            return []
        name, *wide = self._widths
        cells = dict(zip(look.cells, wide, strict=True))
        for spare in _SPARED:
            if name + sum(cells.values()) + _LEAST_PAD_PX * (len(cells) + 1) > self.width():
                cells = {cell: width for cell, width in cells.items() if cell.id != spare}
        count = len(cells) + 1
        free = (self.width() - name - sum(cells.values())) / count
        pad = min(_PAD_PX, max(_LEAST_PAD_PX, free))
        x, placed = 0.0, list[tuple[FigureCell | None, QRectF]]()
        for cell, needed in ((None, name), *cells.items()):
            placed.append((cell, QRectF(x, 0, needed + pad, self.height())))
            x += needed + pad
        return placed

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        if look is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        chosen = self.isChecked() and not self.alone
        edge, pen_px = ("accent", 2.0) if self.hasFocus() else ("accent" if chosen else "line", 1.0)
        half = pen_px / 2
        painter.setPen(QPen(color(edge), pen_px))
        painter.setBrush(color("hover" if self.underMouse() and not self.alone else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 4, 4)
        for cell, rect in self.cells():
            if cell is None:
                self._draw_name(painter, rect, look, chosen)
            else:
                self._draw_cell(painter, rect, cell, bool(look.stale))
        painter.end()

    def _draw_name(self, painter: QPainter, rect: QRectF, look: McuLook, chosen: bool) -> None:
        color = self._theme.color
        inner = rect.adjusted(14, 10, -8, 0)
        draw_health(painter, QPointF(inner.left() + 5, inner.top() + 8), look.health, self._theme)
        about = QRectF(inner.left() + 16, inner.top(), inner.width() - 16, 17)
        role = "amber" if look.stale else "muted"
        draw_line(painter, about, _second(look), color(role), _LABEL_PX)
        name = QRectF(inner.left(), inner.top() + 20, inner.width(), 22)
        role = "accent" if chosen else "text"
        draw_line(painter, name, look.name, color(role), _NAME_PX, Weight.DemiBold)

    def _draw_cell(self, painter: QPainter, rect: QRectF, cell: FigureCell, stale: bool) -> None:
        color = self._theme.color
        painter.setPen(QPen(color("line"), 1))
        painter.drawLine(
            QPointF(round(rect.left()) + 0.5, 1), QPointF(round(rect.left()) + 0.5, HEIGHT - 1)
        )
        inner = rect.adjusted(13, 10, -2, 0)
        label = QRectF(inner.left(), inner.top(), inner.width(), 17)
        draw_line(painter, label, cell.label, color("muted"), _LABEL_PX)
        value = QRectF(inner.left(), inner.top() + 18, inner.width(), 26)
        role = "dim" if stale else cell.role
        used = draw_line(painter, value, cell.value, color(role), _VALUE_PX, Weight.Medium)
        value.adjust(used + 5, 3, 0, 3)
        draw_line(painter, value, cell.unit, color("dim" if stale else "muted"), _LABEL_PX)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def tip_at(self, x: float) -> str:
        """What the tip says over a place: the whole name, or more about a figure."""
        look = self.look
        for cell, rect in self.cells():
            if look is not None and rect.left() <= x < rect.right():
                if cell is None:
                    figures = [f"{c.label}: {c.value} {c.unit}".rstrip() for c in look.cells]
                    return "\n".join(t for t in (look.name, _second(look), *figures) if t)
                head = f"{cell.label}: {cell.value} {cell.unit}".rstrip()
                return f"{head}\n{cell.tip}" if cell.tip else head
        return ""


class McuStrips(QWidget):
    """All of them, one under the other. Signals: `chosen` (device id)."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.strips: list[McuStrip] = []
        self.device = ""
        """The MCU that is chosen, "" where there is none."""
        self._empty = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        wording.changed.connect(self._retell)
        theme.changed.connect(self.update)
        self._retell()

    def _retell(self) -> None:
        self._empty = say("mcu.none")
        self.update()

    def show_looks(self, looks: tuple[McuLook, ...]) -> None:
        """Show these MCUs; the chosen one stays chosen as long as it is there."""
        while len(self.strips) < len(looks):
            strip = McuStrip(self._theme)
            strip.clicked.connect(lambda _=False, s=strip: self._choose(s))
            self._column.addWidget(strip)
            self.strips.append(strip)
        widths = _widths(looks)
        for strip, look in zip(self.strips, looks, strict=False):
            strip.show_look(look, len(looks) == 1, widths)
            strip.show()
        for strip in self.strips[len(looks) :]:
            strip.hide()
        ids = [look.id for look in looks]
        if self.device not in ids:
            self.choose(ids[0] if ids else "")
        self.setMinimumHeight(0 if looks else HEIGHT)
        self.setAccessibleName("" if looks else self._empty)

    def choose(self, device: str) -> None:
        """Plot this one from now on."""
        for strip in self.strips:
            if strip.look is not None and strip.look.id == device:
                strip.setChecked(True)
        if device != self.device:
            self.device = device
            self.chosen.emit(device)

    def _choose(self, strip: McuStrip) -> None:
        if strip.look is not None:
            self.choose(strip.look.id)

    @property
    def shown(self) -> list[McuStrip]:
        """The strips that are shown."""
        return [strip for strip in self.strips if not strip.isHidden()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go from one to the next and choose it."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        shown = self.shown
        at = next((i for i, strip in enumerate(shown) if strip.hasFocus()), -1)
        if step and at >= 0:
            strip = shown[max(0, min(len(shown) - 1, at + step))]
            strip.setFocus(Qt.FocusReason.TabFocusReason)
            strip.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("surface"))
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, 4, 4)
        inner = rect.adjusted(14, 0, -14, 0)
        draw_line(painter, inner, self._empty, self._theme.color("muted"), align=Align.AlignLeft)
