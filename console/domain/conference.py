"""A meeting on one MCU."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.layout import Layout


@dataclass(frozen=True, slots=True)
class Conference:
    """A meeting on one MCU, as that MCU last reported it; None means not reported.

    `podium` is the site whose picture everyone sees ("" = nobody, None = not reported);
    `podium_since_us` is set by the fold.
    """

    id: str
    device: str
    name: str = ""
    live: bool = False
    locked: bool | None = None
    layout: Layout | None = None
    podium: str | None = None
    recording: bool | None = None
    banner: str | None = None
    podium_since_us: int = 0
