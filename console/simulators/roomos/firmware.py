"""What differs between the releases that the province's rooms run."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Firmware:
    """One release: its version text, and what it knows (vendor schemas 9.15, 11.24, 26.4)."""

    version: str
    name: str
    system_state: bool
    round_trip: bool
    preset_events: bool
    camera_id_needed: bool


RELEASES = (
    Firmware("ce9.15.17.4.8f2a1c3d5e7", "RoomOS 9.15.17.4", False, False, False, True),
    Firmware("ce11.24.4.1.3b2f1d8a4c5", "RoomOS 11.24.4.1", True, False, True, True),
    Firmware("ce26.4.1.1.ddab38ccabf", "RoomOS 26.4.1.1", True, True, True, False),
)


def draw(rng: Random) -> Firmware:
    """A release for one room: most run the middle one."""
    return rng.choices(RELEASES, (2, 6, 2))[0]
