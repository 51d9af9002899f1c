"""What an MCU reports of its conferences and their legs."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conference import Conference
from console.domain.facts.base import Fact, sample_of
from console.domain.observed import Leg, Quality


@dataclass(frozen=True, slots=True)
class ConferenceSeen(Fact):
    """An MCU reported a conference as it now is (whole record; `podium_since_us` ignored)."""

    conference: Conference


@dataclass(frozen=True, slots=True)
class RosterSeen(Fact):
    """An MCU's complete roster was read: every other site is not in that conference."""

    conference: str
    present: frozenset[str]


@dataclass(frozen=True, slots=True)
class LegSeen(Fact):
    """An MCU reported a leg as it now is (whole record; the `since` times are ignored)."""

    leg: Leg


@dataclass(frozen=True, slots=True)
class LegEnded(Fact):
    """A site left a conference; `reason` is the device's word, cleaned, or "".

    Of a site on the podium it is told before the conference without it: that is how a site
    lost from the podium differs from one taken off it.
    """

    conference: str
    endpoint: str
    reason: str = ""


@sample_of("endpoint")
@dataclass(frozen=True, slots=True)
class SpeechHeard(Fact):
    """A site began or ceased to speak, or its level changed (0–8, None: no meter)."""

    endpoint: str
    talking: bool
    level: int | None = None


@sample_of("endpoint")
@dataclass(frozen=True, slots=True)
class QualityMeasured(Fact):
    """A leg's media were measured."""

    endpoint: str
    quality: Quality
