"""A room's camera: positions, and the seconds it takes to reach one (R87, R88)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

SLOWEST_S = 4.0
QUICKEST_S = 1.5


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the mechanics go, lowest and highest of each axis, in the camera's own units."""

    pan: tuple[int, int] = (-17000, 17000)
    tilt: tuple[int, int] = (-9000, 9000)
    zoom: tuple[int, int] = (0, 12000)
    focus: tuple[int, int] = (0, 65535)


CODEC = Reach()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a camera looks, in its own units."""

    pan: int = 0
    tilt: int = 0
    zoom: int = 0
    focus: int = 4096

    def held(self, reach: Reach = CODEC) -> Position:
        """The nearest position the mechanics reach."""
        return Position(
            clamp(self.pan, *reach.pan),
            clamp(self.tilt, *reach.tilt),
            clamp(self.zoom, *reach.zoom),
            clamp(self.focus, *reach.focus),
        )


@dataclass(slots=True)
class Preset:
    """A remembered position."""

    preset_id: int
    camera_id: int
    name: str
    position: Position
    default_position: bool = False


def house_presets() -> dict[int, Preset]:
    """The six positions every hall of the province was set up with (R87)."""
    table = (
        ("Chủ tọa", Position(0, -300, 6500)),
        ("Toàn cảnh", Position(0, 0, 0)),
        ("Bên trái", Position(-5200, -200, 3000)),
        ("Bên phải", Position(5200, -200, 3000)),
        ("Bục nói", Position(2600, -450, 7200)),
        ("Phóng to", Position(0, -300, 11000)),
    )
    return {
        at: Preset(at, 1, name, position, default_position=at == 2)
        for at, (name, position) in enumerate(table, start=1)
    }


@dataclass(slots=True)
class Camera:
    """One camera; a move in progress is the line between two positions and two times."""

    camera_id: int = 1
    connected: bool = True
    reach: Reach = CODEC
    start: Position = field(default_factory=Position)
    target: Position = field(default_factory=Position)
    start_s: float = 0.0
    arrival_s: float = 0.0
    stuck_until_s: float = -1.0
    preset_id: int | None = 2
    drive: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def position(self, now_s: float) -> Position:
        """Where it looks at `now_s`."""
        if any(self.drive):
            return self.driven(now_s)
        if now_s >= self.arrival_s:
            return self.target
        share = (now_s - self.start_s) / (self.arrival_s - self.start_s)
        share = share * share * (3 - 2 * share)
        a, b = self.start, self.target
        return Position(
            round(a.pan + (b.pan - a.pan) * share),
            round(a.tilt + (b.tilt - a.tilt) * share),
            round(a.zoom + (b.zoom - a.zoom) * share),
            round(a.focus + (b.focus - a.focus) * share),
        )

    def driven(self, now_s: float) -> Position:
        """Where a drive in progress has taken it, stopped by the mechanical limits."""
        for_s = now_s - self.start_s
        pan, tilt, zoom, focus = self.drive
        return Position(
            clamp(self.start.pan + pan * for_s, *self.reach.pan),
            clamp(self.start.tilt + tilt * for_s, *self.reach.tilt),
            clamp(self.start.zoom + zoom * for_s, *self.reach.zoom),
            clamp(self.start.focus + focus * for_s, *self.reach.focus),
        )

    def moving(self, now_s: float) -> bool:
        """Whether it is on its way."""
        return any(self.drive) or now_s < self.arrival_s

    def stuck(self, now_s: float) -> bool:
        """Whether its motor refuses to move."""
        return now_s < self.stuck_until_s

    def go(
        self, target: Position, now_s: float, preset_id: int | None = None, slowness: float = 1.0
    ) -> float:
        """Set out for `target`; returns the seconds the way takes (0 when stuck)."""
        here = self.position(now_s)
        self.start, self.start_s = here, now_s
        self.drive = (0.0, 0.0, 0.0, 0.0)
        if self.stuck(now_s):
            self.target, self.arrival_s = here, now_s
            return 0.0
        way = math.hypot(target.pan - here.pan, target.tilt - here.tilt) / self.reach.pan[1]
        way = max(way, abs(target.zoom - here.zoom) / self.reach.zoom[1])
        duration_s = (QUICKEST_S + (SLOWEST_S - QUICKEST_S) * min(1.0, way)) * slowness
        self.target, self.arrival_s, self.preset_id = target, now_s + duration_s, preset_id
        return duration_s

    def ramp(self, drive: tuple[float, float, float, float], now_s: float) -> None:
        """Drive pan, tilt, zoom and focus at these units a second; all zero stops."""
        here = self.position(now_s)
        self.start, self.target, self.start_s, self.arrival_s = here, here, now_s, now_s
        self.drive = (0.0, 0.0, 0.0, 0.0) if self.stuck(now_s) else drive
        if any(self.drive):
            self.preset_id = None


def clamp(value: float, low: int, high: int) -> int:
    """`value` rounded and held between `low` and `high`."""
    return max(low, min(high, round(value)))
