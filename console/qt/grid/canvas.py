"""The canvas: every tile as it was last drawn, brought up to date by what changed.

Tiles are drawn on a canvas of our own because a dirty region of many rectangles makes each single
drawing slow, while copying through it once costs little (decision 042).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

from console.qt.grid.arrange import Place
from console.qt.grid.look import Site, Tally, TileLook
from console.qt.grid.model import SiteGridModel
from console.qt.grid.sprites import Sprites
from console.qt.grid.tile import Recipe, TilePainter
from console.qt.theme import Theme

_DIMMED = 0.3
_JOINED_PX = 400
"""What lies between two changed tiles is copied with them where it is no wider than this: each
rectangle of a region costs as much as some hundred pixels in each of its lines."""


class GridCanvas:
    """What the grid shows, in device pixels. `dirty` are the sites that look different now,
    `louder` those of whom only the level does."""

    def __init__(self, model: SiteGridModel, theme: Theme, sprites: Sprites) -> None:
        self._model, self._theme = model, theme
        self.selected: frozenset[str] = frozenset()
        self.dirty: set[str] = set()
        self.louder: set[str] = set()
        self.all_dirty = True
        self._canvas: QPixmap | None = None
        self._scrolled = self._height = 0
        self._drawn: dict[str, Recipe] = {}
        self.sprites = sprites
        self.tiles = TilePainter(sprites, model.arrangement)

    def paint_anew(self, sprites: Sprites, names: Sequence[Sequence[Site]]) -> None:
        """Begin with no sprite: names, sizes or the screen's pixels have changed."""
        sprites.clear()
        self.sprites = sprites
        self.tiles = TilePainter(sprites, self._model.arrangement)
        self.tiles.names.set_sites(names)

    def region(self, places: Sequence[Place]) -> QRegion:
        """Where these cells, which are in order, are, in px of the whole grid: stretches of its
        rows."""
        made = self._model.arrangement
        lefts, tops, height = made.lefts, made.tops, made.measures.height
        region = QRegion()
        above, start, end = -1, 0, 0
        for row, column in places:
            left = lefts[column]
            if row != above or left - end > _JOINED_PX:
                if end:
                    region += QRect(start, tops[above], end - start, height)
                above, start = row, left
            end = left + (made.tile_width if column else made.lead_width)
        if end:
            region += QRect(start, tops[above], end - start, height)
        return region

    def up_to_date(self, viewport: QSize, scrolled: int) -> QPixmap:
        """The canvas of a viewport that is scrolled so many px, with every tile that changed drawn
        anew."""
        self._scrolled, self._height = scrolled, viewport.height()
        size = viewport * self.sprites.ratio
        canvas = self._canvas
        if canvas is None or canvas.size() != size:
            canvas = self._canvas = QPixmap(size)
            self.all_dirty = True
        if self.all_dirty or self.dirty or self.louder:
            painter = QPainter(canvas)
            if self.all_dirty:
                painter.fillRect(canvas.rect(), self._theme.color("bg"))
                self.tiles.paint_labels(painter, self._scrolled)
                self._drawn.clear()
                self._paint_tiles(painter, self._model.looks)
            else:
                rest = self._paint_levels(painter, self.louder - self.dirty)
                self._paint_tiles(painter, self.dirty.union(rest))
            painter.end()
        self.dirty, self.louder, self.all_dirty = set(), set(), False
        return canvas

    def _paint_tiles(self, painter: QPainter, sites: Iterable[str]) -> None:
        """Draw these tiles; of one on which nothing but the level is to be seen anew, the level."""
        ratio, made = self.sprites.ratio, self._model.arrangement
        scrolled = self._scrolled
        xs = [round(x * ratio) for x in made.lefts]
        ys = [round((y - scrolled) * ratio) for y in made.tops]
        above, below = -made.measures.height * ratio, self._height * ratio
        looks, places, selected = self._model.looks, made.places, self.selected
        matches = self._model.matches if self._model.filtering else None
        drawn, tiles, draw = self._drawn, self.tiles, painter.drawPixmap
        for site in sites:
            place = places.get(site)
            if place is None:
                continue
            row, column = place
            x, y = xs[column], ys[row]
            if not above < y < below:
                continue
            look = looks[site]
            if matches is not None and site not in matches and not _must_be_seen(look):
                self._paint_dimmed(painter, x, y, look)
                drawn.pop(site, None)
                continue
            recipe = tiles.recipe(look, site in selected)
            if drawn.get(site) is not recipe:
                tiles.paint(painter, x, y, look, recipe)
                drawn[site] = recipe
            elif recipe.voice_at is not None:
                if recipe.plain:
                    dx, dy = recipe.voice_at
                    draw(x + dx, y + dy, recipe.voices[look.level])
                else:
                    tiles.paint(painter, x, y, look, recipe)

    def _paint_levels(self, painter: QPainter, sites: Iterable[str]) -> list[str]:
        """Draw the levels of those who are only louder or quieter than before; those whose whole
        tile is to be drawn, as a level may not be drawn over the one before."""
        rest: list[str] = []
        ratio, made = self.sprites.ratio, self._model.arrangement
        scrolled = self._scrolled
        xs = [round(x * ratio) for x in made.lefts]
        ys = [round((y - scrolled) * ratio) for y in made.tops]
        looks, places, drawn, draw = (
            self._model.looks, made.places, self._drawn, painter.drawPixmap
        )  # fmt: skip
        for site in sites:
            recipe = drawn.get(site)
            if recipe is None or not recipe.plain:
                rest.append(site)
            elif recipe.voice_at is not None:
                row, column = places[site]
                dx, dy = recipe.voice_at
                draw(xs[column] + dx, ys[row] + dy, recipe.voices[looks[site].level])
        return rest

    def _paint_dimmed(self, painter: QPainter, x: int, y: int, look: TileLook) -> None:
        """A tile that does not match the filter: pale, with neither marks nor colours."""
        calm = TileLook(look.site, look.presence)
        recipe = self.tiles.recipe(calm)
        painter.fillRect(QRect(QPoint(x, y), recipe.plate.size()), self._theme.color("bg"))
        painter.setOpacity(_DIMMED)
        self.tiles.paint(painter, x, y, calm, recipe)
        painter.setOpacity(1.0)


def _must_be_seen(look: TileLook) -> bool:
    """Whether a tile keeps its marks whatever is being looked for: the podium, the next, and an
    alarm that nobody has noted."""
    return look.tally is not Tally.NONE or (look.alarm > 0 and not look.acked)
