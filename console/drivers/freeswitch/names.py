"""The device's words for layouts, and ours (`wire/mcu.md` §3)."""

from __future__ import annotations

from console.domain.layout import Layout

LAYOUTS: dict[str, Layout] = {
    "1x1": Layout.SINGLE,
    "2x2": Layout.EQUAL_2X2,
    "3x3": Layout.EQUAL_3X3,
    "4x4": Layout.EQUAL_4X4,
    "5x5": Layout.EQUAL_5X5,
    "1up_top_left+5": Layout.ONE_PLUS_FIVE,
    "1up_top_left+7": Layout.ONE_PLUS_SEVEN,
    "1up_top_left+9": Layout.ONE_PLUS_NINE,
    "grid": Layout.AUTOMATIC,
}
"""The vanilla configuration's names; `grid` is a group, of which the device takes the layout that
fits the number of members."""
WORDS = {layout: name for name, layout in LAYOUTS.items()}
GROUPS = ("grid",)


def offered(listed: set[str]) -> tuple[Layout, ...]:
    """What can be chosen, in the order of the keys. Groups are not listed: the grid's is taken
    for there where its first layouts are."""
    grid = {"1x1", "2x2", "3x3"} <= listed
    return tuple(
        layout for name, layout in LAYOUTS.items() if name in listed or (name in GROUPS and grid)
    )
