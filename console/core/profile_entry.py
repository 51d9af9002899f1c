"""What a profile tells of its devices, and what is wrong in it: records, no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from console.domain.device import DeviceSpec
from console.domain.finding import Severity
from console.domain.problem import Problem
from console.wire.tls import Trust

FIELDS = (
    "id", "kind", "name", "address", "endpoint", "conference", "user", "ca", "pin", "memories",
)  # fmt: skip
"""The keys of a device, in the order in which the program writes them."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a profile: its line (0: the whole), how bad, and in words. `field` is
    the key concerned, `number` the device's place in the file (from 0), -1 for none."""

    line: int
    severity: Severity
    problem: Problem
    number: int = -1
    field: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One device as the profile tells it: its account and whom to believe as they are written,
    and why it can't be used (None: it can). `number` is its place in the file."""

    spec: DeviceSpec
    user: str = ""
    trust: Trust = field(default_factory=Trust)
    number: int = 0
    line: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a profile tells, as far as it can be used."""

    roster: Path | None
    chair: str
    title: str
    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...]
