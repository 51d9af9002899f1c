"""The tile painter: one TileLook at one density, put together from cached sprites.

Normal is silent: a connected, muted, healthy site is its name and a thin grey line. What is not
normal stands in a fixed order of importance, and what does not fit gives way from its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from console.qt.fonts import font
from console.qt.grid import words
from console.qt.grid.arrange import MARGIN, Arrangement
from console.qt.grid.density import Density, Measures
from console.qt.grid.look import Band, Site, Stale, Tally, TileLook
from console.qt.grid.marks import Form, Item, Marks, chosen
from console.qt.grid.names import bare_name, fit, tier_of
from console.qt.grid.sprites import (
    Sprites,
    Weight,
    elided,
    headroom,
    metrics,
    rough_width,
    text_height,
    text_width,
)


class Ground(IntEnum):
    """What a tile stands on."""

    TILE = 0
    OFF = 1
    HATCHED = 2
    GREYED = 3
    SELECTED = 4


Part = tuple[int, int, QPixmap]
"""A sprite and its place on the tile, in device pixels."""


class Composition(NamedTuple):
    """What a look comes to on any site's tile: its ground, the sprites above it, how much room
    (px) the name has, and where the level of speech goes (device pixels, None if nobody speaks).
    """

    ground: Ground
    parts: tuple[Part, ...]
    name_width: float
    voice_at: tuple[int, int] | None


class Recipe(NamedTuple):
    """A composition drawn out: the plate is all of it but name and level. `voices` are the
    sprites by level, of which the last is for no meter; `plain` is whether one may be drawn over
    another without the rest of the tile."""

    plate: QPixmap
    name_width: float
    dim: bool
    voice_at: tuple[int, int] | None
    voices: tuple[QPixmap, ...]
    plain: bool


RING_PX = 2
_PLATES_BYTES = 24 * 1024 * 1024
_LOSS, _PICTURE, _EVERY = map(TileLook._fields.index, ("loss", "picture", "stale"))
_RADIUS = 2
_GAP = 3
_TIGHT = 50
"""Narrower tiles have less padding and may give all their room to a mark."""
_LEAST_NAME = 24
_LEAST_LEAD_NAME = 70
_NO_NAME = 12
"""A name that has less room than this (px) is left to the tooltip."""
_SQUEEZE, _TIGHT_SQUEEZE = 0.94, 0.9
"""Letters may stand this much closer before a name is shortened; so much on the narrow tiles."""
_LINE_SHARE = {Band.WARN: (1.0, 0.75), Band.BAD: (0.45, 0.15)}
_LINE_ROLE = {Band.UNKNOWN: "line", Band.GOOD: "good", Band.WARN: "amber", Band.BAD: "mag"}


def ground_of(look: TileLook, selected: bool) -> Ground:
    """What a look stands on."""
    if look.stale is Stale.GREYED:
        return Ground.GREYED
    if selected:
        return Ground.SELECTED
    if not look.here:
        return Ground.OFF
    return Ground.HATCHED if look.stale is Stale.HATCHED else Ground.TILE


class TilePainter:
    """Paints tiles of one arrangement. Recipes are cached by look, sprites by what they show."""

    def __init__(self, sprites: Sprites, arrangement: Arrangement) -> None:
        self.sprites = sprites
        self.arrangement = arrangement
        self.measures: Measures = arrangement.measures
        self.density = arrangement.density
        tight = arrangement.tile_width < _TIGHT
        self.pad = 3 if tight else self.measures.pad
        self._squeeze = _TIGHT_SQUEEZE if tight else _SQUEEZE
        self._iconic = self.density is Density.XS
        self._wordy = self.density in (Density.M, Density.L)
        self._marks = Marks(sprites, self.density, self.measures.text_px)
        self._recipes: dict[tuple[object, ...], Recipe] = {}
        plate = sprites.device(self._width(True)) * sprites.device(self.measures.height) * 4
        self._most_plates = max(256, _PLATES_BYTES // plate)
        self._name_at = [self._corner_of_name(lead) for lead in (False, True)]
        self._voice_at: tuple[int, int] | None = None
        self._names: dict[tuple[str, int], str] = {}
        self._groups: dict[str, tuple[Site, ...]] = {}
        self._leads: dict[str, str] = {}

    def set_sites(self, groups: Sequence[Sequence[Site]]) -> None:
        """Who stands together: names are told apart within each group."""
        self._names.clear()
        self._groups = {site.id: tuple(group) for group in groups for site in group}
        self._leads = {s.id: group[0].short for group in groups for s in group if group[0].lead}

    def clear(self) -> None:
        """Forget what was drawn: the theme, the language or the arrangement has changed."""
        self._recipes.clear()
        self.sprites.clear()

    # -- painting ------------------------------------------------------------------------------

    def recipe(self, look: TileLook, selected: bool = False) -> Recipe:
        """How to draw a look."""
        key = self._visible(look, selected)
        recipe = self._recipes.get(key)
        if recipe is None:
            if len(self._recipes) > self._most_plates:
                self._recipes.clear()
            recipe = self._recipes[key] = self._recipe(look, selected)
        return recipe

    def _visible(self, look: TileLook, selected: bool) -> tuple[object, ...]:
        """What of a look is to be seen at this density: looks that differ in nothing else share
        a recipe. An enum stands as its value, whose hash is quick."""
        site, presence = look.site, look.presence._value_
        every = look[_EVERY:-1]
        trouble = look.loss_band >= Band.WARN or look.jitter_band >= Band.WARN
        if self._iconic:
            strain = self._strain(look) if trouble else 0
            return presence, every, look.mic_s >= 0, strain, selected, site.lead
        if self._wordy:
            return presence, look[2:-1], selected, site
        figures = look[_LOSS:_PICTURE] if trouble else ()
        return presence, every, look[2:_LOSS], figures, selected, site.lead

    def paint(self, painter: QPainter, x: int, y: int, look: TileLook, recipe: Recipe) -> None:
        """Draw a tile by its look's recipe, its corner at `x`, `y` in device pixels."""
        plate, name_width, dim, voice_at, voices, _ = recipe
        draw = painter.drawPixmap
        draw(x, y, plate)
        if name_width:
            site = look[0]
            name = self.sprites.kept.get((site.id, name_width, dim))
            dx, dy = self._name_at[site.lead]
            draw(x + dx, y + dy, name or self._name(site, name_width, dim))
        if voice_at is not None:
            dx, dy = voice_at
            draw(x + dx, y + dy, voices[look.level])

    def paint_labels(self, painter: QPainter, scrolled: int = 0) -> None:
        """What stands in the leads' column where nobody leads, `scrolled` px up."""
        made, ratio, size = self.arrangement, self.sprites.ratio, self.measures.name_px
        painter.save()
        painter.scale(ratio, ratio)
        painter.setPen(self._color("dim"))
        painter.setFont(font(size, Weight.DemiBold))
        for row, label in made.labels.items():
            where = QRect(MARGIN, made.tops[row] - scrolled, made.lead_width, self.measures.height)
            text = elided(words.label(label), size, made.lead_width - 8, Weight.DemiBold)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def ring(self, lead: bool) -> QPixmap:
        """The keyboard cursor: two pixels of accent around the tile, `RING_PX` beyond its edge."""
        width, height = self._width(lead) + 2 * RING_PX, self.measures.height + 2 * RING_PX

        def draw(painter: QPainter) -> None:
            painter.setPen(QPen(self._color("accent"), 2))
            rect = QRectF(1, 1, width - 2, height - 2)
            painter.drawRoundedRect(rect, _RADIUS + RING_PX, _RADIUS + RING_PX)

        return self.sprites.get(("ring", width, height), width, height, draw)

    # -- names ---------------------------------------------------------------------------------

    def name_of(self, site: Site, width: float) -> str:
        """The site's name as it is written within `width` px: unlike any other of its district."""
        key = (site.id, int(width))
        if key not in self._names:
            group = [s for s in self._groups.get(site.id, (site,)) if s.lead == site.lead]
            full = self._width(site.lead) - 2 * self.pad
            wide = [] if width >= full else [self.name_of(s, full) for s in group]
            size = self._name_px(site.lead)
            weight = self._name_weight(site.lead)
            names = fit(
                [(s.id, self._called(s)) for s in group],
                lambda text: rough_width(text, size, weight) * self._squeeze,
                width,
                wide,
                "" if site.lead else self._leads.get(site.id, ""),
            )
            self._names.update(
                ((s.id, int(width)), name) for s, name in zip(group, names, strict=True)
            )
        return self._names[key]

    def _called(self, site: Site) -> str:
        """Its short name; with its tier where it would read like the district's (`Xã Ea H'leo`)."""
        lead = "" if site.lead else self._leads.get(site.id, "")
        alike = lead and site.tier and bare_name(site.short) == bare_name(lead)
        return f"{site.tier} {site.short}" if alike and not tier_of(site.short) else site.short

    def _name_weight(self, lead: bool) -> Weight:
        return Weight.DemiBold if lead or self._wordy else Weight.Medium

    def _name_px(self, lead: bool) -> int:
        bigger = lead and self.density in (Density.XS, Density.S)
        return self.measures.name_px + bigger

    # -- building ------------------------------------------------------------------------------

    def _width(self, lead: bool) -> int:
        return self.arrangement.lead_width if lead else self.arrangement.tile_width

    def _rect(self, width: float) -> QRectF:
        return QRectF(0, 0, width, self.measures.height)

    def _color(self, role: str) -> QColor:
        return self.sprites.theme.color(role)

    def _recipe(self, look: TileLook, selected: bool) -> Recipe:
        made = self.compose(look, selected)
        ground, parts, name_width, voice_at = made
        lead = look.site.lead
        plate = QPixmap(self._ground(ground, lead))
        painter = QPainter(plate)
        for x, y, sprite in parts:
            painter.drawPixmap(x, y, sprite)
        painter.end()
        dim = ground in (Ground.OFF, Ground.GREYED)
        plain = ground in (Ground.TILE, Ground.SELECTED)
        shown = name_width if name_width >= _NO_NAME else 0.0
        return Recipe(plate, shown, dim, voice_at, self._voices(ground), plain)

    def _ground(self, ground: Ground, lead: bool) -> QPixmap:
        width, height = self._width(lead), self.measures.height

        def draw(painter: QPainter) -> None:
            self._draw_ground(painter, ground, width)

        return self.sprites.get(
            ("ground", ground, width, height), width, height, draw, self._color("bg")
        )

    def _name(self, site: Site, room: float, dim: bool) -> QPixmap:
        """A site's name as a sprite, its letters closer together where the room is tight."""
        size, weight = self._name_px(site.lead), self._name_weight(site.lead)
        name = self.name_of(site, room)
        wide = text_width(name, size, weight)
        face = font(size, weight)
        closer = min(0.0, round((room - wide) / max(1, len(name)), 2))
        face.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, closer)

        def draw(painter: QPainter) -> None:
            painter.setFont(face)
            painter.setPen(self._color("dim" if dim else "text"))
            painter.drawText(QPointF(0, headroom(size) + metrics(size, weight).ascent()), name)

        key = (site.id, room, dim)
        return self.sprites.get(key, min(room, wide) + 2, text_height(size), draw)

    def _corner_of_name(self, lead: bool) -> tuple[int, int]:
        size, ratio = self._name_px(lead), self.sprites.ratio
        return round(self.pad * ratio), round((self._name_top(size) - headroom(size)) * ratio)

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

    def _name_top(self, size: int) -> float:
        height = metrics(size).height()
        if self.density is Density.XS:
            return (self.measures.height - self.measures.line - height) / 2
        return {Density.S: 3.5, Density.M: 8, Density.L: 14}[self.density]

    def compose(self, look: TileLook, selected: bool = False) -> Composition:
        """What a look comes to."""
        lead = look.site.lead
        width, pad = self._width(lead), self.pad
        ground = ground_of(look, selected)
        parts: list[Part] = []
        self._voice_at = None
        self._put_line(parts, look, ground, width)
        if look.tally is not Tally.NONE:
            parts.append((0, 0, self._tally_frame(look.tally, width)))
        size = self._name_px(lead)
        middle = self._name_top(size) + metrics(size).height() / 2
        right: float = width - pad
        count = self._marks.count(look) if lead else None
        if count is not None and self._leaves_tally(look, right - pad - count.width - _GAP):
            right = self._put_right(parts, count, right, middle)
        marks = self._marks.of(look)
        if self.density is Density.XS:
            least = _LEAST_LEAD_NAME if lead else _LEAST_NAME if width >= _TIGHT else 0
            room = right - pad - least
            for item in reversed(chosen(marks, room, _GAP, 2 if lead else 1)):
                right = self._put_right(parts, item.form, right, middle)
        else:
            self._put_row(parts, marks, width)
        if self._wordy:
            self._put_words(parts, look, width)
        return Composition(ground, tuple(parts), max(0.0, right - pad), self._voice_at)

    def _leaves_tally(self, look: TileLook, room: float) -> bool:
        """Whether a count leaves room for the words of podium and next, which their frame's
        colour alone does not say."""
        if self.density is not Density.XS or look.tally is Tally.NONE:
            return True
        return self._marks.tally_width(look) <= room - _LEAST_LEAD_NAME

    def _voices(self, ground: Ground) -> tuple[QPixmap, ...]:
        """The levels 0–8 and the one for no meter, which index −1 finds too."""
        role = {Ground.TILE: "tile", Ground.SELECTED: "sel"}.get(ground, "")
        size = self._marks.icon_px
        return tuple(self.sprites.bars(level, size, role) for level in (*range(9), -1))

    def _put_right(self, parts: list[Part], form: Form, right: float, middle: float) -> float:
        """Put a form left of `right`; what is left of the room ends at the returned place."""
        left = right - form.width
        self._put(parts, form.sprite, left, middle - form.height / 2)
        return left - _GAP

    def _put(self, parts: list[Part], sprite: QPixmap | None, x: float, y: float) -> None:
        ratio = self.sprites.ratio
        if sprite is None:
            self._voice_at = (round(x * ratio), round(y * ratio))
        else:
            parts.append((round(x * ratio), round(y * ratio), sprite))

    def _row_mid(self) -> float:
        return {Density.S: 25.5, Density.M: 40, Density.L: 53}[self.density]

    def _put_row(self, parts: list[Part], marks: list[Item], width: float) -> None:
        pad, middle = self.pad, self._row_mid()
        kept = chosen(marks, width - 2 * pad, _GAP)
        right = width - pad
        for item in reversed([i for i in kept if i.right]):
            right = self._put_right(parts, item.form, right, middle)
        left: float = pad
        for item in [i for i in kept if not i.right]:
            self._put(parts, item.form.sprite, left, middle - item.form.height / 2)
            left += item.form.width + _GAP

    def _put_line(
        self,
        parts: list[Part],
        look: TileLook,
        ground: Ground,
        width: float,
    ) -> None:
        """The quality line at the foot: whole and grey while good, shorter and coloured if not."""
        if not look.here or ground is Ground.GREYED:
            return
        band = look.band
        share = 1.0
        if band >= Band.WARN:
            most, least = _LINE_SHARE[band]
            share = most - (most - least) * self._strain(look) / 4
        inset = 1 if look.tally is Tally.NONE else self.measures.frame
        long = width - 2 * inset
        filled = round(long * share)
        line = self.measures.line

        def draw(painter: QPainter) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.fillRect(QRectF(0, 0, long, line), self._color("line"))
            painter.fillRect(QRectF(0, 0, filled, line), self._color(_LINE_ROLE[band]))

        sprite = self.sprites.get(("line", long, filled, band), long, line, draw)
        self._put(parts, sprite, inset, self.measures.height - line - inset)

    @staticmethod
    def _strain(look: TileLook) -> int:
        """How far the worse figure is into its band, in quarters: few sprites are needed."""
        bad = look.band is Band.BAD
        if look.loss_band >= look.jitter_band:
            reach = (look.loss - 50) / 100 if bad else (look.loss - 10) / 40
        else:
            reach = (look.jitter - 50) / 50 if bad else (look.jitter - 30) / 20
        return round(max(0.0, min(1.0, reach)) * 4)

    def _tally_frame(self, tally: Tally, width: float) -> QPixmap:
        thick = self.measures.frame

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

        key = ("tally", tally, width, self.measures.height)
        return self.sprites.get(key, width, self.measures.height, draw)

    # -- the words of M and L ------------------------------------------------------------------

    def _put_words(self, parts: list[Part], look: TileLook, width: float) -> None:
        room = width - 2 * self.pad
        size = self.measures.text_px
        current = look.here and look.stale is not Stale.GREYED
        if self.density is Density.M:
            figures = words.figures(look) if current else ""
            text = words.DOT.join(t for t in (words.line(look), figures) if t)
            self._put_text(parts, elided(text, size, room), "dim", size, 53)
            return
        self._put_text(parts, elided(words.place(look), size, room), "muted", size, 68)
        if current:
            figures = words.figures(look)
            left: float = self.pad
            if look.trend:
                parts.append(self._trend(look.trend, left, 90))
                left += 128
            role = {Band.WARN: "amber", Band.BAD: "mag"}.get(look.band, "text")
            self._put_text(parts, figures, role, size, 90, left)
        self._put_text(parts, elided(words.media(look), size, room), "dim", size, 110)
        self._put_text(parts, elided(words.contact(look), size, room), "dim", size, 127)

    def _put_text(
        self,
        parts: list[Part],
        text: str,
        role: str,
        size: int,
        top: float,
        left: float = -1,
    ) -> None:
        if text:
            at = self.pad if left < 0 else left
            self._put(parts, self.sprites.text(text, role, size), at, top - headroom(size))

    def _trend(self, trend: tuple[float, ...], left: float, top: float) -> Part:
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

        sprite = self.sprites.get(("trend", trend), width, height, draw)
        ratio = self.sprites.ratio
        return round(left * ratio), round(top * ratio), sprite
