"""Text and shapes painted by hand: what changes often, in colours that mean something.

A painted line keeps its size whatever it says, so a name of 300 characters moves nothing, markup
stays text, and a new text costs one repaint and no layout.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from console.qt.fonts import BODY_PX, font
from console.qt.grid.sprites import Weight, elided, metrics, text_height, text_width
from console.qt.looks.header import Health
from console.qt.theme import Theme

Align = Qt.AlignmentFlag


class TextLine(QWidget):
    """One line of text in one colour, elided where it does not fit (the tip then has it whole).

    `pill` stands it on a patch of the colour. `hug` makes it as wide as its text.
    """

    def __init__(
        self,
        theme: Theme,
        role: str = "text",
        size_px: int = BODY_PX,
        weight: Weight = Weight.Normal,
        align: Align = Align.AlignLeft,
        pill: bool = False,
        hug: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role, self._size_px, self._weight = role, size_px, weight
        self._align, self._pill, self._hug = align, pill, hug
        self._text = ""
        self._tip = ""
        horizontal = QSizePolicy.Policy.Fixed if hug else QSizePolicy.Policy.Ignored
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """What it says, whole."""
        return self._text

    @property
    def role(self) -> str:
        """The role of its colour."""
        return self._role

    def say(self, text: str, role: str = "", tip: str = "") -> None:
        """Say something; repaints only where it is something else."""
        role = role or self._role
        if (text, role, tip) == (self._text, self._role, self._tip):
            return
        resize = self._hug and text_width(text, self._size_px, self._weight) != text_width(
            self._text, self._size_px, self._weight
        )
        self._text, self._role, self._tip = text, role, tip
        self.setAccessibleName(text)
        self._set_tip()
        if resize:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        pad = 12 if self._pill else 0
        width = text_width(self._text, self._size_px, self._weight) + 1 if self._hug else 0
        height = text_height(self._size_px) + (2 if self._pill else 0)
        return QSize(int(width) + pad if self._text or not self._hug else 0, int(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width() if self._hug else 0, self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        self._set_tip()

    def _set_tip(self) -> None:
        cut = text_width(self._text, self._size_px, self._weight) > self.width()
        self.setToolTip(self._tip or (self._text if cut and not self._hug else ""))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        color = self._theme.color(self._role)
        if self._pill:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            width = min(rect.width(), text_width(self._text, self._size_px, self._weight) + 12)
            rect.setWidth(width)
            painter.drawRoundedRect(rect, 2, 2)
            color = self._theme.color(f"on_{self._role}")
            rect.adjust(6, 0, -6, 0)
        draw_line(
            painter, rect, self._text, color, self._size_px, self._weight, self._align
        )  # fmt: skip


def draw_line(
    painter: QPainter,
    rect: QRectF,
    text: str,
    color: QColor,
    size_px: int = BODY_PX,
    weight: Weight = Weight.Normal,
    align: Align = Align.AlignLeft,
) -> float:
    """Draw one line in the middle of a rectangle's height, elided; how wide it became."""
    shown = elided(text, size_px, rect.width() + 0.5, weight)
    painter.setFont(font(size_px, weight))
    painter.setPen(color)
    measured = metrics(size_px, weight)
    width = measured.horizontalAdvance(shown)
    x = rect.left()
    if align & Align.AlignRight:
        x = rect.right() - width
    elif align & Align.AlignHCenter:
        x = rect.center().x() - width / 2
    y = rect.center().y() + (measured.ascent() - measured.descent()) / 2
    painter.drawText(QPointF(x, y), shown)
    return width


def draw_health(painter: QPainter, center: QPointF, health: Health, theme: Theme) -> None:
    """The shape of a link's health: a disc, a ring, a triangle, a cross, each in its colour."""
    x, y = center.x(), center.y()
    painter.setPen(Qt.PenStyle.NoPen)
    match health:
        case Health.GOOD:
            painter.setBrush(theme.color("good"))
            painter.drawEllipse(center, 4, 4)
        case Health.OFF:
            painter.setPen(QPen(theme.color("dim"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(center, 3.6, 3.6)
        case Health.WARN:
            painter.setBrush(theme.color("amber"))
            corners = [QPointF(x, y - 5), QPointF(x + 5.2, y + 4.2), QPointF(x - 5.2, y + 4.2)]
            painter.drawPolygon(QPolygonF(corners))
        case Health.BAD:
            painter.setPen(
                QPen(theme.color("mag"), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            painter.drawLine(QPointF(x - 4, y - 4), QPointF(x + 4, y + 4))
            painter.drawLine(QPointF(x - 4, y + 4), QPointF(x + 4, y - 4))


def rule(vertical: bool = False) -> QWidget:
    """A hair line between two grounds."""
    line = QFrame()
    line.setProperty("role", "vrule" if vertical else "rule")
    return line
