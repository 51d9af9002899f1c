"""The tile painter: one TileLook at one density, put together from cached sprites.

Normal is silent: a connected, muted, healthy site is its name and a thin grey line. What is not
normal stands in a fixed order of importance, and what does not fit gives way from its end.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from console.qt.fonts import font
from console.qt.grid import words
from console.qt.grid.arrange import MARGIN, Arrangement
from console.qt.grid.density import Density, Measures
from console.qt.grid.look import Band, Stale, Tally, TileLook
from console.qt.grid.marks import Form, Item, Marks, chosen
from console.qt.grid.name_sprites import NameSprites
from console.qt.grid.shapes import Ground, Shapes, ground_of, strain
from console.qt.grid.sprites import (
    Sprites,
    Weight,
    elided,
    headroom,
    metrics,
)
from console.qt.grid.tile_names import TIGHT, TileNames

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


_WARN = Band.WARN
_PLATES_BYTES = 12 * 1024 * 1024
_LOSS, _PICTURE, _EVERY = map(TileLook._fields.index, ("loss", "picture", "stale"))
_GAP = 3
_LEAST_NAME = 24
_LEAST_LEAD_NAME = 70
_NO_NAME = 12
"""A name that has less room than this (px) is left to the tooltip."""


class TilePainter:
    """Paints tiles of one arrangement. Recipes are cached by look, sprites by what they show."""

    def __init__(self, sprites: Sprites, arrangement: Arrangement) -> None:
        self.sprites = sprites
        self.arrangement = arrangement
        self.measures: Measures = arrangement.measures
        self.density = arrangement.density
        self.names = TileNames(arrangement)
        self.written = NameSprites(sprites, self.names)
        self.pad = self.names.pad
        self._shapes = Shapes(sprites, self.measures)
        self._iconic = self.density is Density.XS
        self._wordy = self.density in (Density.M, Density.L)
        self._marks = Marks(sprites, self.density, self.measures.text_px)
        self._recipes: dict[tuple[object, ...], Recipe] = {}
        plate = sprites.device(self._width(True)) * sprites.device(self.measures.height) * 4
        self._most_plates = max(256, _PLATES_BYTES // plate)
        self._name_at = [self._corner_of_name(lead) for lead in (False, True)]
        self._voice_at: tuple[int, int] | None = None

    def clear(self) -> None:
        """Forget what was drawn: the theme, the language or the arrangement has changed."""
        self._recipes.clear()
        self.written.clear()
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
        trouble = look.loss_band >= _WARN or look.jitter_band >= _WARN
        if self._iconic:
            reach = strain(look) if trouble else 0
            return presence, every, look.mic_s >= 0, reach, selected, site.lead
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
            name = self.written.kept.get((site.id, name_width, dim))
            dx, dy = self._name_at[site.lead]
            draw(x + dx, y + dy, name or self.written.get(site, name_width, dim))
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
        """The keyboard cursor around a tile, `RING_PX` beyond its edge."""
        return self._shapes.ring(self._width(lead))

    # -- building ------------------------------------------------------------------------------

    def _width(self, lead: bool) -> int:
        return self.names.width(lead)

    def _color(self, role: str) -> QColor:
        return self.sprites.theme.color(role)

    def _recipe(self, look: TileLook, selected: bool) -> Recipe:
        made = self.compose(look, selected)
        ground, parts, name_width, voice_at = made
        lead = look.site.lead
        plate = QPixmap(self._shapes.ground(ground, self._width(lead)))
        painter = QPainter(plate)
        for x, y, sprite in parts:
            painter.drawPixmap(x, y, sprite)
        painter.end()
        dim = ground in (Ground.OFF, Ground.GREYED)
        plain = ground in (Ground.TILE, Ground.SELECTED)
        shown = name_width if name_width >= _NO_NAME else 0.0
        return Recipe(plate, shown, dim, voice_at, self._voices(ground), plain)

    def _corner_of_name(self, lead: bool) -> tuple[int, int]:
        size, ratio = self.names.px(lead), self.sprites.ratio
        return round(self.pad * ratio), round((self._name_top(size) - headroom(size)) * ratio)

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
        if look.here and ground is not Ground.GREYED:
            line, inset = self._shapes.line(look, width)
            self._put(parts, line, inset, self.measures.height - self.measures.line - inset)
        if look.tally is not Tally.NONE:
            parts.append((0, 0, self._shapes.frame(look.tally, width)))
        size = self.names.px(lead)
        middle = self._name_top(size) + metrics(size).height() / 2
        right: float = width - pad
        count = self._marks.count(look) if lead else None
        if count is not None and self._leaves_tally(look, right - pad - count.width - _GAP):
            right = self._put_right(parts, count, right, middle)
        marks = self._marks.of(look)
        if self.density is Density.XS:
            least = _LEAST_LEAD_NAME if lead else _LEAST_NAME if width >= TIGHT else 0
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
                self._put(parts, self._shapes.trend(look.trend), left, 90)
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
