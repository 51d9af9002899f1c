"""Where things are in the window: the measures that its parts must agree on, in px."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize

MINIMUM = (1024, 640)
WIDE = 1600
"""From this width on the inspector opens by itself and the rail is wider."""
HEADER_PX, TABS_PX, FILTERS_PX, STRIP_PX = 48, 34, 44, 92
RULE_PX = 1
RAIL_WIDE_PX, RAIL_PX = 272, 248
INSPECTOR_PX, FOLDED_PX = 320, 32
GRID_MARGIN_PX = 14


def rail_width(window_px: int) -> int:
    """How wide the script and podium are."""
    return RAIL_WIDE_PX if window_px >= WIDE else RAIL_PX


def folds(window_px: int, chosen: bool | None) -> bool:
    """Whether the inspector is folded: as chosen, else where the window is narrow."""
    return window_px < WIDE if chosen is None else chosen


def grid_area(window: QSize, folded: bool | None) -> QRect:
    """Where the grid will be once everything is built."""
    width, height = window.width(), window.height()
    left = rail_width(width) + RULE_PX + GRID_MARGIN_PX
    top = HEADER_PX + RULE_PX + TABS_PX + RULE_PX + FILTERS_PX
    inspector = FOLDED_PX if folds(width, folded) else INSPECTOR_PX
    right, bottom = inspector + RULE_PX, STRIP_PX + RULE_PX
    return QRect(left, top, width - left - right, height - top - bottom)
