"""Whether a site is in the conference."""

from __future__ import annotations

from enum import Enum


class Presence(Enum):
    """Whether a site is in the conference, as the MCU reports it."""

    UNKNOWN = "unknown"
    """No MCU has said anything of this site yet."""
    ABSENT = "absent"
    """The MCU's roster is known and the site has not been in it."""
    DIALLING = "dialling"
    RINGING = "ringing"
    CONNECTED = "connected"
    ON_HOLD = "on_hold"
    DROPPED = "dropped"
    """Was in the conference and is no longer."""
