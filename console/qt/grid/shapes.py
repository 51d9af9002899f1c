"""The shapes of tiles as sprites: what they stand on, their frames, and lines."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from console.qt.grid.density import Measures
from console.qt.grid.look import Band, Stale, Tally, TileLook
from console.qt.grid.sprites import Sprites

RING_PX = 2
_RADIUS = 2
_LINE_SHARE = {Band.WARN: (1.0, 0.75), Band.BAD: (0.45, 0.15)}
_LINE_ROLE = {Band.UNKNOWN: "line", Band.GOOD: "good", Band.WARN: "amber", Band.BAD: "mag"}


class Ground(IntEnum):
    """What a tile stands on."""

    TILE = 0
    OFF = 1
    HATCHED = 2
    GREYED = 3
    SELECTED = 4


def ground_of(look: TileLook, selected: bool) -> Ground:
    """What a look stands on."""
    if look.stale is Stale.GREYED:
        return Ground.GREYED
    if selected:
        return Ground.SELECTED
    if not look.here:
        return Ground.OFF
    return Ground.HATCHED if look.stale is Stale.HATCHED else Ground.TILE


def strain(look: TileLook) -> int:
    """How far the worse figure is into its band, in quarters: few sprites are needed."""
    bad = look.band is Band.BAD
    if look.loss_band >= look.jitter_band:
        reach = (look.loss - 50) / 100 if bad else (look.loss - 10) / 40
    else:
        reach = (look.jitter - 50) / 50 if bad else (look.jitter - 30) / 20
    return round(max(0.0, min(1.0, reach)) * 4)


class Shapes:
    """Drawn once each, in the theme's colours; widths in px. A sprite is as high as its tile
    where nothing else is said."""

    def __init__(self, sprites: Sprites, measures: Measures) -> None:
        self._sprites, self._measures = sprites, measures

    def _color(self, role: str) -> QColor:
        return self._sprites.theme.color(role)

    def _rect(self, width: float) -> QRectF:
        return QRectF(0, 0, width, self._measures.height)

    def ground(self, ground: Ground, width: int) -> QPixmap:
        """What a tile stands on, with its edge."""
        height = self._measures.height

        def draw(painter: QPainter) -> None:
            self._draw_ground(painter, ground, width)

        return self._sprites.get(
            ("ground", ground, width, height), width, height, draw, self._color("bg")
        )

    def _draw_ground(self, painter: QPainter, ground: Ground, width: float) -> None:
        off = ground in (Ground.OFF, Ground.GREYED)
        role = "sel" if ground is Ground.SELECTED else "tileoff" if off else "tile"
        rect = self._rect(width)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(role))
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
        if ground in (Ground.HATCHED, Ground.GREYED):
            painter.save()
            painter.setClipRect(rect.adjusted(1, 1, -1, -1))
            painter.setPen(QPen(self._color("hatchoff" if off else "hatch"), 1.2))
            height = int(rect.height())
            for x in range(-height, int(width) + height, 7):
                painter.drawLine(QPointF(x, height), QPointF(x + height, 0))
            painter.restore()
        selected = ground is Ground.SELECTED
        pen = QPen(self._color("accent" if selected else "line"), 2 if selected else 1)
        inset = pen.widthF() / 2
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)

    def frame(self, tally: Tally, width: float) -> QPixmap:
        """The frame of podium or next."""
        thick = self._measures.frame

        def draw(painter: QPainter) -> None:
            podium = tally is Tally.PODIUM
            pen = QPen(self._color("red" if podium else "bg"), thick)
            rect = self._rect(width).adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
            painter.setPen(pen)
            painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
            if not podium:
                pen.setColor(self._color("green"))
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                pen.setDashPattern([2.2, 1.2])
                painter.setPen(pen)
                painter.drawRoundedRect(rect, _RADIUS, _RADIUS)

        key = ("tally", tally, width, self._measures.height)
        return self._sprites.get(key, width, self._measures.height, draw)

    def ring(self, tile_width: int) -> QPixmap:
        """The keyboard cursor: two pixels of accent around the tile, `RING_PX` beyond its edge."""
        width, height = tile_width + 2 * RING_PX, self._measures.height + 2 * RING_PX

        def draw(painter: QPainter) -> None:
            painter.setPen(QPen(self._color("accent"), 2))
            rect = QRectF(1, 1, width - 2, height - 2)
            painter.drawRoundedRect(rect, _RADIUS + RING_PX, _RADIUS + RING_PX)

        return self._sprites.get(("ring", width, height), width, height, draw)

    def line(self, look: TileLook, width: float) -> tuple[QPixmap, int]:
        """The quality line at the foot, whole and grey while good, shorter and coloured if not;
        and how far (px) it is from the tile's edges."""
        band = look.band
        share = 1.0
        if band >= Band.WARN:
            most, least = _LINE_SHARE[band]
            share = most - (most - least) * strain(look) / 4
        inset = 1 if look.tally is Tally.NONE else self._measures.frame
        long = width - 2 * inset
        filled = round(long * share)
        line = self._measures.line

        def draw(painter: QPainter) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.fillRect(QRectF(0, 0, long, line), self._color("line"))
            painter.fillRect(QRectF(0, 0, filled, line), self._color(_LINE_ROLE[band]))

        return self._sprites.get(("line", long, filled, band), long, line, draw), inset

    def trend(self, trend: tuple[float, ...]) -> QPixmap:
        """The newest losses as a line, 0–5 %."""
        width, height = 120.0, 16.0

        def draw(painter: QPainter) -> None:
            painter.setPen(QPen(self._color("good"), 1.2))
            step = width / max(1, len(trend) - 1)
            points = [
                QPointF(i * step, height - 1.5 - min(value, 5.0) / 5 * (height - 3))
                for i, value in enumerate(trend)
            ]
            painter.drawPolyline(points)

        return self._sprites.get(("trend", trend), width, height, draw)
