"""How large tiles are: four densities and the measures of each, in logical pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Density(Enum):
    """How much a tile shows: XS a name and one mark, L all that is known of the line."""

    XS = "XS"
    S = "S"
    M = "M"
    L = "L"


@dataclass(frozen=True, slots=True)
class Measures:
    """A density's sizes in px. A tile is at least `min_width` wide and at most `max_width`;
    `tight_width` is what an overfull grid may shrink it to before it scrolls. The tile of a
    district leads with `lead_min` to `lead_max`. Heights never fall below 24 (WCAG 2.2 target).
    """

    min_width: int
    max_width: int
    tight_width: int
    height: int
    lead_min: int
    lead_max: int
    gap: int
    row_gap: int
    pad: int
    name_px: int
    text_px: int
    frame: int
    line: int = 2
    """Height of the quality line at the foot."""
    after_first: int = 6
    """Extra room under the row of the province."""


MEASURES = {
    Density.XS: Measures(58, 104, 30, 24, 124, 152, 3, 3, 5, 11, 10, 3, 2, 2),
    Density.S: Measures(72, 116, 72, 38, 132, 168, 3, 4, 6, 12, 11, 4),
    Density.M: Measures(150, 190, 150, 76, 170, 190, 6, 6, 10, 14, 12, 4),
    Density.L: Measures(300, 340, 300, 150, 300, 340, 8, 8, 14, 20, 13, 4),
}
