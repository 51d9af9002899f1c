"""Widths that stand still while figures change, so that nothing beside them moves."""

from __future__ import annotations

import re

from console.qt.grid.sprites import Weight, text_width

_FIGURES = re.compile(r"[\d.,]+")


class SteadyWidth:
    """How wide (px) a text is to be that is told anew each second: as wide as with its widest
    figures so far, and another width only once its words are others."""

    def __init__(self, size_px: int, weight: Weight = Weight.Normal) -> None:
        self._size_px, self._weight = size_px, weight
        self._words = ""
        self.px = 0

    def hold(self, text: str) -> int:
        """The width with this text."""
        words = _FIGURES.sub("", text)
        wide = int(text_width(text, self._size_px, self._weight))
        self.px = max(self.px, wide) if words == self._words else wide
        self._words = words
        return self.px
