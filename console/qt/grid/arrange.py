"""arrange: which cell holds whom, and how large cells are. Pure; sizes in logical pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from console.qt.grid.density import MEASURES, Density, Measures
from console.qt.grid.groups import GUESTS, Group

LABEL_WIDTH = 40
NAME_WIDTH = 128
"""Room for initial letters, and for groups that the roster names."""
_LETTERS = 5
MARGIN = 2
"""Room around all tiles for the cursor's ring."""
_SCROLL_BAR = 12


class Place(NamedTuple):
    """A site's cell: row, and column, of which 0 is the leads'."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where everyone stands. `columns` counts the cells of a row without the lead's.

    `lead_width` is 0 where nobody leads; `lefts` and `tops` are the cells' corners, `labels` the
    texts in the lead's column by row. `fits` is whether all is visible without scrolling.
    """

    density: Density
    measures: Measures
    columns: int
    rows: int
    lead_width: int
    tile_width: int
    lefts: tuple[int, ...]
    tops: tuple[int, ...]
    places: dict[str, Place]
    labels: dict[int, str]
    fits: bool

    @property
    def width(self) -> int:
        """From the viewport's edge to the right of the last column."""
        return self.lefts[-1] + (self.tile_width if self.columns else self.lead_width)

    @property
    def height(self) -> int:
        """From the viewport's edge to the foot of the last row."""
        return self.tops[-1] + self.measures.height if self.tops else 0

    def cell_width(self, column: int) -> int:
        """How wide the tiles of a column are."""
        return self.lead_width if column == 0 else self.tile_width


def arrange(
    groups: Sequence[Group], width: int, height: int, density: Density = Density.S
) -> Arrangement:
    """The arrangement that shows the widest tiles and yet fits `width` × `height`.

    S falls to XS before it scrolls, and XS shrinks its tiles to their tight width; M and L are
    chosen to read one district at ease, and scroll.
    """
    width, height = width - 2 * MARGIN, height - 2 * MARGIN
    tries = [density]
    if density is Density.S:
        tries.append(Density.XS)
    for candidate in tries:
        found = _fitting(groups, width, height, candidate)
        if found is not None:
            return found
    measures = MEASURES[tries[-1]]
    columns = _most_columns(groups, width, measures, measures.min_width)
    return _placed(groups, width, tries[-1], columns, fits=False)


def arrange_or_scroll(
    groups: Sequence[Group], width: int, height: int, density: Density = Density.S
) -> Arrangement:
    """The same with room for a scroll bar where not all is visible without one."""
    made = arrange(groups, width, height, density)
    return made if made.fits else arrange(groups, width - _SCROLL_BAR, height, density)


def _fitting(
    groups: Sequence[Group], width: int, height: int, density: Density
) -> Arrangement | None:
    measures = MEASURES[density]
    for least in dict.fromkeys((measures.min_width, measures.tight_width)):
        most = _most_columns(groups, width, measures, least)
        low, high = 1, most
        if _height(groups, most, measures) > height:
            continue
        while low < high:
            middle = (low + high) // 2
            if _height(groups, middle, measures) <= height:
                high = middle
            else:
                low = middle + 1
        return _placed(groups, width, density, _no_wider(groups, width, measures, low), fits=True)
    return None


def _lead_width(groups: Sequence[Group], width: int, measures: Measures) -> int:
    if any(group.lead for group in groups):
        return max(measures.lead_min, min(measures.lead_max, width * 14 // 100))
    labels = [group.label for group in groups if group.label]
    named = any(len(label) > _LETTERS and label != GUESTS for label in labels)
    return NAME_WIDTH if named else LABEL_WIDTH if labels else 0


def _first_left(groups: Sequence[Group], width: int, measures: Measures) -> int:
    lead = _lead_width(groups, width, measures)
    return lead + measures.gap if lead else 0


def _most_columns(groups: Sequence[Group], width: int, measures: Measures, least: int) -> int:
    room = width - _first_left(groups, width, measures) + measures.gap
    return max(1, room // (least + measures.gap))


def _no_wider(groups: Sequence[Group], width: int, measures: Measures, columns: int) -> int:
    """At least so many columns that tiles do not grow past their largest width."""
    room = width - _first_left(groups, width, measures) + measures.gap
    return max(columns, -(-room // (measures.max_width + measures.gap)))


def _rows(group: Group, columns: int) -> int:
    return max(1, -(-len(group.sites) // columns))


def _height(groups: Sequence[Group], columns: int, measures: Measures) -> int:
    rows = sum(_rows(group, columns) for group in groups)
    extra = measures.after_first if len(groups) > 1 else 0
    return rows * (measures.height + measures.row_gap) - measures.row_gap + extra


def _placed(
    groups: Sequence[Group], width: int, density: Density, columns: int, fits: bool
) -> Arrangement:
    measures = MEASURES[density]
    widest = max((len(group.sites) for group in groups), default=0)
    first = _first_left(groups, width, measures)
    room = width - first + measures.gap
    first += MARGIN
    tile_width = min(measures.max_width, max(1, room // columns - measures.gap))
    columns = min(columns, max(1, widest))
    places: dict[str, Place] = {}
    labels: dict[int, str] = {}
    tops: list[int] = []
    top = MARGIN
    for number, group in enumerate(groups):
        row = len(tops)
        if group.lead:
            places[group.lead] = Place(row, 0)
        elif group.label:
            labels[row] = group.label
        for index, site in enumerate(group.sites):
            places[site] = Place(row + index // columns, 1 + index % columns)
        for _ in range(_rows(group, columns)):
            tops.append(top)
            top += measures.height + measures.row_gap
        if number == 0:
            top += measures.after_first
    lefts = (MARGIN, *(first + i * (tile_width + measures.gap) for i in range(columns)))
    lead = _lead_width(groups, width, measures)
    return Arrangement(
        density, measures, columns, len(tops), lead, tile_width, lefts, tuple(tops), places,
        labels, fits,
    )  # fmt: skip
