"""How far the making of a report has come, and calling it off."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int], None]
"""Told, now and then, how many lines are written; raises Cancelled to call it off."""


class Cancelled(Exception):
    """Whoever asked for the report no longer wants it."""


def unheeded(lines: int) -> None:
    """Nobody asks."""
