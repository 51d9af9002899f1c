"""What becomes of alarms."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.alarm import Alarm
from console.domain.facts.base import Fact


@dataclass(frozen=True, slots=True)
class AlarmRaised(Fact):
    """An alarm began, or its reach changed (same id, new `sites`)."""

    alarm: Alarm


@dataclass(frozen=True, slots=True)
class AlarmCleared(Fact):
    """An alarm's condition ended; it stays listed until acknowledged.

    `within` is the alarm of many sites that took this one's over, which then is listed no more.
    """

    alarm: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class AlarmAcknowledged(Fact):
    """Someone took note of an alarm."""

    alarm: str


@dataclass(frozen=True, slots=True)
class AlarmShelved(Fact):
    """Someone put an alarm aside until a time (µs UTC; 0 takes it back)."""

    alarm: str
    until_us: int
