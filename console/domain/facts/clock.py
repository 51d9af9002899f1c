"""What becomes known of this machine's clock."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.facts.base import Fact


@dataclass(frozen=True, slots=True)
class ClockStepped(Fact):
    """The machine's clock was moved against its monotonic clock by more than a second: by so many
    seconds, forward where they are positive. Rows before and after are ordered by number alone."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ClockSuspected(Fact):
    """Rows from here on have a time that is more than a minute off: the office's clock less this
    console's, in seconds."""

    offset_s: float


@dataclass(frozen=True, slots=True)
class ClockTrusted(Fact):
    """The time of rows agrees with the office's again; `offset_s` as in ClockSuspected."""

    offset_s: float
