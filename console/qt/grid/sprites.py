"""Small pictures of which tiles are put together, drawn once and kept while they are in use."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from console.qt.fonts import font
from console.qt.icons import draw_icon
from console.qt.theme import Theme

LIMIT_BYTES = 48 * 1024 * 1024
Weight = QFont.Weight
Draw = Callable[[QPainter], None]

BARS = 5
_PATTERN = (0.45, 0.8, 1.0, 0.65, 0.35)


@lru_cache(maxsize=32)
def metrics(size_px: int, weight: Weight = Weight.Normal) -> QFontMetricsF:
    """The measures of Inter at a size."""
    return QFontMetricsF(font(size_px, weight))


@lru_cache(maxsize=8192)
def text_width(text: str, size_px: int, weight: Weight = Weight.Normal) -> float:
    """How wide (px) a text is."""
    return metrics(size_px, weight).horizontalAdvance(text)


@lru_cache(maxsize=4096)
def _advance(letter: str, size_px: int, weight: Weight) -> float:
    return metrics(size_px, weight).horizontalAdvance(letter)


@lru_cache(maxsize=8192)
def rough_width(text: str, size_px: int, weight: Weight = Weight.Normal) -> float:
    """The width letter by letter, without kerning: within a pixel, ten times as quick."""
    return sum(_advance(letter, size_px, weight) for letter in text)


def headroom(size_px: int) -> int:
    """Room (px) above a line of text for the second accent of Ế or Ẩ, and as much below."""
    return round(size_px * 0.25)


def text_height(size_px: int) -> float:
    """The height (px) of a line of text with all its accents."""
    return metrics(size_px).height() + 2 * headroom(size_px)


def elided(text: str, size_px: int, width: float, weight: Weight = Weight.Normal) -> str:
    """The text, its end cut where it is wider than `width` px."""
    if text_width(text, size_px, weight) <= width:
        return text
    return metrics(size_px, weight).elidedText(text, Qt.TextElideMode.ElideRight, width)


class Sprites:
    """Pictures by key, at `ratio` device pixels to a pixel; the oldest go beyond 48 MiB.

    Sprites are plain device-pixel pixmaps: whoever draws them works in device coordinates, so
    that they are copied and never scaled.
    """

    def __init__(self, theme: Theme, ratio: float) -> None:
        self.theme = theme
        self.ratio = ratio
        self.kept: dict[Hashable, QPixmap] = {}
        """The pictures by key."""
        self.dropped = 0
        """How many had to go."""
        self._bytes = 0

    @property
    def size_bytes(self) -> int:
        """How much the kept pictures weigh."""
        return self._bytes

    def clear(self) -> None:
        """Forget everything: the theme, the ratio or the language has changed."""
        self.kept.clear()
        self._bytes = 0

    def get(
        self, key: Hashable, width: float, height: float, draw: Draw, ground: QColor | None = None
    ) -> QPixmap:
        """The picture of a key, drawn by `draw` in logical pixels if it is not kept yet."""
        found = self.kept.get(key)
        if found is not None:
            return found
        made = QPixmap(self.device(width), self.device(height))
        made.fill(ground if ground is not None else Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.ratio, self.ratio)
        draw(painter)
        painter.end()
        self._keep(key, made)
        return made

    def device(self, length: float) -> int:
        """A length in device pixels."""
        return max(1, round(length * self.ratio))

    def _keep(self, key: Hashable, made: QPixmap) -> None:
        self.kept[key] = made
        self._bytes += made.width() * made.height() * 4
        while self._bytes > LIMIT_BYTES and len(self.kept) > 1:
            old = self.kept.pop(next(iter(self.kept)))
            self.dropped += 1
            self._bytes -= old.width() * old.height() * 4

    # -- the small ones ------------------------------------------------------------------------

    def text(
        self, text: str, role: str, size_px: int, weight: Weight = Weight.Normal, dots: bool = False
    ) -> QPixmap:
        """A line of text; `dots` underlines it with dots, which marks what is only asked for.

        As high as `text_height`: a capital with two accents rises above the font's own ascent.
        """
        measured = metrics(size_px, weight)
        height = text_height(size_px)

        def draw(painter: QPainter) -> None:
            color = self.theme.color(role)
            painter.setFont(font(size_px, weight))
            painter.setPen(color)
            painter.translate(0, headroom(size_px))
            painter.drawText(QPointF(0, measured.ascent()), text)
            if dots:
                pen = QPen(color, 1, Qt.PenStyle.DotLine)
                painter.setPen(pen)
                y = round(measured.ascent() + 2) + 0.5
                painter.drawLine(QPointF(0, y), QPointF(measured.horizontalAdvance(text), y))

        key = ("text", text, role, size_px, weight, dots)
        return self.get(key, measured.horizontalAdvance(text) + 1, height, draw)

    def pill(self, text: str, role: str, size_px: int, filled: bool) -> QPixmap:
        """A text in a patch of colour, or in an outline of it."""
        weight = Weight.DemiBold if filled else Weight.Medium
        width, height = pill_size(text, size_px, filled)

        def draw(painter: QPainter) -> None:
            color = self.theme.color(role)
            rect = QRectF(0, 0, width, height)
            if filled:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawRoundedRect(rect, 2, 2)
                painter.setPen(self.theme.color(f"on_{role}"))
            else:
                painter.setPen(QPen(color, 1))
                painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
            painter.setFont(font(size_px, weight))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

        return self.get(("pill", text, role, size_px, filled), width, height, draw)

    def icon(self, name: str, role: str, size: int) -> QPixmap:
        """A drawing of `resources/icons`."""

        def draw(painter: QPainter) -> None:
            draw_icon(painter, name, QRectF(0, 0, size, size), self.theme.color(role))

        return self.get(("icon", name, role, size), size, size, draw)

    def bars(self, level: int, size: int, ground: str = "") -> QPixmap:
        """Someone speaks: five bars as high as the level (0–8), of a fixed shape without one;
        on a ground of its own where one is named, so that it covers the level before."""

        def draw(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color("text"))
            loud = 0.85 if level < 0 else 0.2 + 0.1 * level
            step = size / BARS
            for i, share in enumerate(_PATTERN):
                tall = max(2.0, size * share * loud)
                painter.drawRoundedRect(
                    QRectF(i * step, (size - tall) / 2, step * 0.62, tall), 0.8, 0.8
                )

        opaque = self.theme.color(ground) if ground else None
        return self.get(("bars", level, size, ground), size, size, draw, opaque)

    def alarm(self, priority: int, acked: bool, size: int) -> QPixmap:
        """The numbered shape of an alarm: 1 diamond, 2 triangle, 3 circle; hollow once noted."""

        def draw(painter: QPainter) -> None:
            draw_alarm(painter, QRectF(0, 0, size, size), priority, acked, self.theme)

        return self.get(("alarm", priority, acked, size), size, size, draw)

    def failed(self, size: int) -> QPixmap:
        """The technical check failed: an exclamation mark on a yellow square."""

        def draw(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color("yellow"))
            painter.drawRoundedRect(QRectF(0.5, 0.5, size - 1, size - 1), 2, 2)
            painter.setPen(self.theme.color("on_yellow"))
            painter.setFont(font(round(size * 0.75), Weight.DemiBold))
            painter.drawText(QRectF(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, "!")

        return self.get(("failed", size), size, size, draw)

    def dots(self, role: str, size: int) -> QPixmap:
        """Three dots: something was asked and is not known to be done."""

        def draw(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color(role))
            for i in range(3):
                painter.drawEllipse(QPointF(size * (0.2 + 0.3 * i), size / 2), 1.4, 1.4)

        return self.get(("dots", role, size), size, size, draw)


def pill_size(text: str, size_px: int, filled: bool) -> tuple[float, float]:
    """Width and height (px) of a pill."""
    weight = Weight.DemiBold if filled else Weight.Medium
    return round(text_width(text, size_px, weight) + 8), round(metrics(size_px).height() + 1)


def draw_alarm(painter: QPainter, rect: QRectF, priority: int, acked: bool, theme: Theme) -> None:
    """Draw the numbered shape of an alarm of priority 1, 2 or 3; hollow once acknowledged."""
    role = {1: "mag", 2: "amber"}.get(priority, "yellow")
    color = theme.color(role)
    shape = QPainterPath()
    center, half = rect.center(), min(rect.width(), rect.height()) / 2 - 0.5
    drop = 0.0
    if priority == 1:
        shape.moveTo(center.x(), center.y() - half)
        shape.lineTo(center.x() + half, center.y())
        shape.lineTo(center.x(), center.y() + half)
        shape.lineTo(center.x() - half, center.y())
    elif priority == 2:
        shape.moveTo(center.x(), center.y() - half)
        shape.lineTo(center.x() + half, center.y() + half * 0.85)
        shape.lineTo(center.x() - half, center.y() + half * 0.85)
        drop = half * 0.28
    else:
        shape.addEllipse(center, half, half)
    shape.closeSubpath()
    painter.setPen(QPen(color, 1.2) if acked else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if acked else color)
    painter.drawPath(shape)
    painter.setPen(color if acked else theme.color(f"on_{role}"))
    painter.setFont(font(max(8, round(half * 1.15)), Weight.DemiBold))
    painter.drawText(rect.translated(0, drop), Qt.AlignmentFlag.AlignCenter, str(priority))
