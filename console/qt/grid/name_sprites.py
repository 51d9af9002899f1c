"""Names as sprites: drawn once for each way in which one is written, some before they are needed.

To draw a name takes as long as to draw ten tiles from what is at hand. A site whose tile gets a
mark has less room for its name, one that is lost has it dimmed: what came to one site's name will
come to others', so those are drawn in the pauses (`draw_ahead`) and not in the middle of a picture.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter, QPixmap

from console.qt.fonts import font
from console.qt.grid.look import Site
from console.qt.grid.sprites import LIMIT_BYTES, Sprites, headroom, metrics, text_height, text_width
from console.qt.grid.tile_names import TileNames

Way = tuple[bool, float, bool]
"""How names are shown: of leads or of others, in how much room (px), dimmed or not."""


class NameSprites:
    """The names of one arrangement's sites. Where two are written alike, they share a sprite."""

    def __init__(self, sprites: Sprites, names: TileNames) -> None:
        self._sprites = sprites
        self._names = names
        self._dropped = sprites.dropped
        self._ways: set[Way] = set()
        self._ahead: list[Iterator[None]] = []
        self.kept: dict[tuple[str, float, bool], QPixmap] = {}
        """By site, room (px) and whether dimmed; read by whoever can't afford a call to `get`."""

    def clear(self) -> None:
        """Forget everything that was drawn."""
        self.kept.clear()
        self._ways.clear()
        self._ahead.clear()

    @property
    def waiting(self) -> bool:
        """Whether there are names to be drawn ahead."""
        return bool(self._ahead)

    def get(self, site: Site, room: float, dim: bool) -> QPixmap:
        """A site's name, drawn if it is not kept yet."""
        key = (site.id, room, dim)
        found = self.kept.get(key)
        if found is None:
            self._foresee((site.lead, room, dim))
            found = self._draw(site, room, dim)
            if self._dropped != self._sprites.dropped:  # what the Sprites let go, is let go
                self._dropped = self._sprites.dropped
                self.clear()
            self.kept[key] = found
        return found

    def draw_ahead(self, most_s: float) -> None:
        """Draw names that are likely to be needed, for about so long; no more of them once half
        the room for sprites is taken."""
        if self._sprites.size_bytes > LIMIT_BYTES // 2:
            self._ahead.clear()
        end = time.perf_counter() + most_s
        while self._ahead and time.perf_counter() < end:
            if next(self._ahead[0], self) is self:
                del self._ahead[:1]

    def _foresee(self, way: Way) -> None:
        for other in (way, (*way[:2], not way[2])):
            if other not in self._ways:
                self._ways.add(other)
                self._ahead.append(self._each(*other))

    def _each(self, lead: bool, room: float, dim: bool) -> Iterator[None]:
        for site in self._names.sites:
            if site.lead == lead and (site.id, room, dim) not in self.kept:
                self.get(site, room, dim)
                yield

    def _draw(self, site: Site, room: float, dim: bool) -> QPixmap:
        """The name, its letters closer together where the room is tight."""
        size, weight = self._names.px(site.lead), self._names.weight(site.lead)
        name = self._names.of(site, room)
        wide = text_width(name, size, weight)
        closer = min(0.0, round((room - wide) / max(1, len(name)), 2))

        def draw(painter: QPainter) -> None:
            face = font(size, weight)
            face.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, closer)
            painter.setFont(face)
            painter.setPen(self._sprites.theme.color("dim" if dim else "text"))
            painter.drawText(QPointF(0, headroom(size) + metrics(size, weight).ascent()), name)

        key = ("name", name, closer, dim, size, weight)
        return self._sprites.get(key, min(room, wide) + 2, text_height(size), draw)
