"""Text and shapes painted by hand: what changes often, in colours that mean something.

A painted line keeps its size whatever it says, so a name of 300 characters moves nothing, markup
stays text, and a new text costs one repaint and no layout.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from console.qt.fonts import BODY_PX, font
from console.qt.grid.sprites import Weight, elided, metrics, text_height, text_width
from console.qt.looks.header import Health
from console.qt.theme import Theme

Align = Qt.AlignmentFlag


class TextLine(QWidget):
    """One line of text in one colour, elided where it does not fit (the tip then has it whole).

    `pill` stands it on a patch of the colour, `outline` in a thin frame. `hug` makes it as wide
    as its text, `shrinks` lets such a line become narrower where there is no room. `least_px` is
    how small its letters may become before anything is cut off.
    """

    def __init__(
        self,
        theme: Theme,
        role: str = "text",
        size_px: int = BODY_PX,
        weight: Weight = Weight.Normal,
        align: Align = Align.AlignLeft,
        pill: bool = False,
        outline: bool = False,
        hug: bool = False,
        shrinks: bool = False,
        least_px: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._least_px = least_px or size_px
        self._outline, self._shrinks = outline, shrinks
        self._role, self._size_px, self._weight = role, size_px, weight
        self._align, self._pill, self._hug = align, pill, hug
        self._text = ""
        self._tip = ""
        policy = QSizePolicy.Policy
        horizontal = policy.Ignored
        if hug:
            horizontal = policy.Maximum if shrinks else policy.Fixed
        self.setSizePolicy(horizontal, policy.Fixed)
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
        boxed = self._pill or self._outline
        pad = 13 if boxed else 1
        width = text_width(self._text, self._size_px, self._weight) if self._hug else 0
        height = text_height(self._size_px) + (2 if boxed else 0)
        return QSize(int(width) + pad if self._text or not self._hug else 0, int(height))

    def minimumSizeHint(self) -> QSize:
        fixed = self._hug and not self._shrinks
        return QSize(self.sizeHint().width() if fixed else 0, self.sizeHint().height())

    def resizeEvent(self, event: object) -> None:
        self._set_tip()

    def _set_tip(self) -> None:
        cut = text_width(self._text, self._least_px, self._weight) > self.width()
        loose = not self._hug or self._shrinks
        self.setToolTip(self._tip or (self._text if cut and loose else ""))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        color = self._theme.color(self._role)
        if self._outline:
            painter.setPen(QPen(self._theme.color("line"), 1))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
            rect.adjust(6, 0, -6, 0)
        elif self._pill:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            width = min(rect.width(), text_width(self._text, self._size_px, self._weight) + 12)
            rect.setWidth(width)
            painter.drawRoundedRect(rect, 2, 2)
            color = self._theme.color(f"on_{self._role}")
            rect.adjust(6, 0, -6, 0)
        size_px = fitting_px(self._text, self._size_px, self._least_px, rect.width(), self._weight)
        draw_line(painter, rect, self._text, color, size_px, self._weight, self._align)


def caption(theme: Theme, text: str = "", hug: bool = False) -> TextLine:
    """The heading of a group: small, bold and quiet, the same everywhere."""
    line = TextLine(theme, "muted", 11, Weight.DemiBold, hug=hug)
    line.say(text)
    return line


def fitting_px(text: str, size_px: int, least_px: int, width: float, weight: Weight) -> int:
    """The largest size (px) from `size_px` down to `least_px` at which a text fits a width."""
    sizes = range(size_px, least_px, -1)
    return next((px for px in sizes if text_width(text, px, weight) <= width + 0.5), least_px)


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
    width = text_width(shown, size_px, weight)
    x = rect.left()
    if align & Align.AlignRight:
        x = rect.right() - width
    elif align & Align.AlignHCenter:
        x = rect.center().x() - width / 2
    y = rect.center().y() + (measured.ascent() - measured.descent()) / 2
    painter.drawText(QPointF(x, y), shown)
    return width


def _wrapped(text: str, size_px: int, width: float) -> QTextLayout:
    """A text laid out in lines, broken between words, within one where it must be."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font(size_px))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(20.0, width))
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    return layout


def wrapped_height(text: str, size_px: int, width: float) -> float:
    """How tall (px) a text is in lines of a width."""
    return _wrapped(text, size_px, width).boundingRect().height()


def draw_wrapped(painter: QPainter, rect: QRectF, text: str, color: QColor, size_px: int) -> None:
    """Draw a text in lines, in the middle of a rectangle's height."""
    layout = _wrapped(text, size_px, rect.width())
    y = rect.top() + max(0.0, (rect.height() - layout.boundingRect().height()) / 2)
    painter.setPen(color)
    layout.draw(painter, QPointF(rect.left(), y))


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


def draw_touched(painter: QPainter, widget: QWidget, theme: Theme, down: bool = False) -> None:
    """The ground of a flat button while mouse or keyboard are on it."""
    if widget.underMouse() or widget.hasFocus() or down:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(QRectF(widget.rect()), 4, 4)
    if widget.hasFocus():
        painter.setPen(theme.color("accent"))
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 4, 4)


def rule(vertical: bool = False) -> QWidget:
    """A hair line between two grounds."""
    line = QFrame()
    line.setProperty("role", "vrule" if vertical else "rule")
    return line
