"""What can be asked of a device."""

from __future__ import annotations

from enum import STRICT, Flag, auto


class Capability(Flag, boundary=STRICT):  # by itself, 3.11.2 lets unknown bits pass
    """What can be asked of a device; a device's set is narrowed by probing it.

    Podium, conference layout and one screen's layout are three different things: few MCUs
    offer all of them in the same sense.
    """

    NONE = 0
    ROSTER = auto()
    """Who is in the conference."""
    TALK = auto()
    """Who is speaking."""
    MUTE_ONE = auto()
    """Silence one site at the MCU (H.243 far-end mute)."""
    MUTE_ALL_BUT = auto()
    """Silence every site but a few, in one wish."""
    VIDEO_MUTE = auto()
    PODIUM = auto()
    """Give one site the picture that everyone sees."""
    CONFERENCE_LAYOUT = auto()
    SCREEN_LAYOUT = auto()
    """Choose what one site's own screen shows."""
    DIAL = auto()
    HANG_UP = auto()
    LOCK = auto()
    BANNER = auto()
    RECORD = auto()
    QUALITY = auto()
    """Media statistics of a leg."""
    HEALTH = auto()
    """Load, ports, uptime, alarms of the device itself."""
    PRESET_LIST = auto()
    PRESET_RECALL = auto()
    PRESET_STORE = auto()
    CAMERA_MOVE = auto()
    ROOM_MICROPHONE = auto()
    """Mute or unmute the room's own microphones."""
    STANDBY = auto()
    CAMERA_HOME = auto()
    """Look straight ahead."""


CAMERA = (
    Capability.PRESET_LIST
    | Capability.PRESET_RECALL
    | Capability.PRESET_STORE
    | Capability.CAMERA_MOVE
    | Capability.CAMERA_HOME
)
"""What a camera does, be it one by itself or a room system's own."""
