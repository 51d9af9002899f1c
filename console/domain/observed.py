"""What devices last reported of a site: its leg, its speech, its quality, its room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from console.domain.layout import Layout
from console.domain.presence import Presence


@dataclass(frozen=True, slots=True)
class Leg:
    """One site's leg in a conference; None means that the device has not said.

    A driver leaves the two `since` times 0 and `joined` False; the fold sets them, times in µs
    of UTC. `joined` is whether the site has been in the conference: a redial that fails does not
    make a lost site one that never came. `mic_muted` is the MCU's mute (H.243), not the room's
    own switch, which is in `Room`.
    """

    endpoint: str
    conference: str
    presence: Presence
    mic_muted: bool | None = None
    video_muted: bool | None = None
    deaf: bool | None = None
    layout: Layout | None = None
    """What this site's own screen shows."""
    name: str = ""
    address: str = ""
    hand_raised: bool | None = None
    encrypted: bool | None = None
    reason: str = ""
    """The device's word for why the leg ended."""
    presence_since_us: int = 0
    mic_since_us: int = 0
    joined: bool = False


class Speech(NamedTuple):
    """Whether a site is heard speaking; `level` is 0–8, or None where the MCU has no meter.

    A tuple, since most news is of this kind and one is made in a third of a dataclass's time.
    """

    endpoint: str
    talking: bool
    level: int | None = None
    since_us: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """One measurement of a leg's media. Loss in %, jitter and rtt in ms, rates in kbit/s.

    Loss, jitter and `rx_kbps` concern what the site sends as the MCU receives it. None where
    the device does not measure it.
    """

    at_us: int
    loss_pct: float | None = None
    jitter_ms: float | None = None
    rtt_ms: float | None = None
    rx_kbps: float | None = None
    tx_kbps: float | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    codec: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A camera memory: its number as the room's own panel shows it, and its name (R87)."""

    number: int
    name: str


HOME = 0
"""Stands for a memory where a camera has gone home: straight ahead, no memory at all."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a site's room device last reported; None means not reported.

    `presets` None: never listed; `preset` is the last one this device reported as reached,
    `HOME` among them.
    """

    endpoint: str
    device: str
    mic_muted: bool | None = None
    standby: bool | None = None
    in_call: bool | None = None
    camera_moving: bool | None = None
    preset: int | None = None
    presets: tuple[Preset, ...] | None = None
