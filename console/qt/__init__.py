"""The window: all that knows Qt. Facts come in as touched keys, wishes go out as Commands."""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).parents[2] / "resources"
"""Texts, icons, fonts, themes and rosters: data beside the code, in a checkout and installed."""
