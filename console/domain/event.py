"""An Event: a fact, stamped."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.facts import Fact
from console.domain.ids import next_number


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with its time (µs of UTC), its source (a device's id, an operator, `console`) and
    its cause (the id of the Command it came of, or ""). `number` orders events of one process.
    """

    number: int
    at_us: int
    source: str
    cause: str
    fact: Fact


def stamped(fact: Fact, at_us: int, source: str, cause: str = "") -> Event:
    """The fact as an Event of now."""
    return Event(next_number(), at_us, source, cause, fact)
