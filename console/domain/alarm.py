"""An alarm: something wrong that someone must act on (ISA-18.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Priority(IntEnum):
    """1 is the most urgent; the console shows it as a numbered shape."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. `kind` names its texts (cause, consequence, action); `sites` whom it concerns.

    It latches: `cleared_us` is set when the condition ends, and the alarm stays listed until
    acknowledged. `shelved_until_us` hides it for a while, whether it ends and comes again
    meanwhile or not. Times in µs UTC, 0 = not.
    """

    id: str
    kind: str
    priority: Priority
    sites: tuple[str, ...] = ()
    device: str = ""
    group: str = ""
    """The district or device that several sites' alarms were gathered under, or ""."""
    raised_us: int = 0
    cleared_us: int = 0
    acknowledged_us: int = 0
    acknowledged_by: str = ""
    shelved_until_us: int = 0
