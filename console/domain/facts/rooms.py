"""What a room reports of its codec and camera."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.facts.base import Fact, sample_of
from console.domain.observed import Preset, Quality


@dataclass(frozen=True, slots=True)
class RoomSeen(Fact):
    """A room device reported its switches; None where it did not."""

    endpoint: str
    device: str
    mic_muted: bool | None = None
    standby: bool | None = None
    in_call: bool | None = None


@dataclass(frozen=True, slots=True)
class PresetsListed(Fact):
    """A room device listed its camera memories."""

    endpoint: str
    device: str
    presets: tuple[Preset, ...]


@dataclass(frozen=True, slots=True)
class CameraSeen(Fact):
    """A room's camera is moving or at rest; `preset` is the memory it is known to stand on,
    `HOME` where it has gone home."""

    endpoint: str
    device: str
    moving: bool | None
    preset: int | None = None


@sample_of("endpoint")
@dataclass(frozen=True, slots=True)
class RoomMeasured(Fact):
    """A room device measured what it receives; `QualityMeasured` is the MCU's own side."""

    endpoint: str
    quality: Quality
