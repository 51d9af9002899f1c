"""Picture layouts by what they look like; each driver maps them to its device's names."""

from __future__ import annotations

from enum import Enum


class Layout(Enum):
    """How many pictures a screen shows and which of them is large."""

    SINGLE = "single"
    AUTOMATIC = "automatic"
    STACKED = "stacked"
    TELEPRESENCE = "telepresence"
    EQUAL = "equal"
    EQUAL_2X2 = "equal_2x2"
    EQUAL_3X3 = "equal_3x3"
    EQUAL_4X4 = "equal_4x4"
    EQUAL_5X5 = "equal_5x5"
    ONE_PLUS_FIVE = "one_plus_five"
    ONE_PLUS_SEVEN = "one_plus_seven"
    ONE_PLUS_NINE = "one_plus_nine"
    ONE_PLUS_N = "one_plus_n"
