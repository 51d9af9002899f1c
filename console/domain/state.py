"""State: every current record by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from console.domain.alarm import Alarm
from console.domain.capability import CAMERA, Capability
from console.domain.conference import Conference
from console.domain.device import Device
from console.domain.endpoint import Endpoint
from console.domain.observed import Leg, Quality, Room, Speech
from console.domain.problem import Problem
from console.domain.reference import ContactProposal, OfficeContact, OfficeRoster, Plan
from console.domain.session import Session

if TYPE_CHECKING:
    from console.domain.commands.base import Command

Key = tuple[str, str]
"""What a fold touched: a kind and an id. Kinds: `endpoint` (a site and all that was observed of
it but its speech), `speech` (who speaks there how loud), `roster` (which sites there are),
`conference`, `device`, `heard` (a device's sign of life), `command`, `alarm`, `session`, `note`,
`operator` (who sits at the console), `contact` (whom to call about a site, and what was asked of
that), `plan` (an approved session's), `list` (a list of sites that the office has)."""


class Phase(Enum):
    """How far a wish has come."""

    PENDING = "pending"
    """Accepted; its row is being made durable."""
    SENT = "sent"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"

    @property
    def open(self) -> bool:
        """Whether the wish may still come true."""
        return self in _OPEN


_OPEN = (Phase.PENDING, Phase.SENT, Phase.ANSWERED)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A wish and what became of it. Times in µs UTC, 0 = not yet."""

    command: Command
    phase: Phase
    submitted_us: int
    parent: str = ""
    steps: tuple[str, ...] = ()
    inverse: Command | None = None
    held_before: bool = False
    sent_us: int = 0
    ended_us: int = 0
    problem: Problem | None = None


@dataclass(slots=True)
class State:
    """Every current record by id; changed by `fold` alone, and read by anyone on the main thread.

    `speech` and `quality` hold the newest sample by site; `heard` the last time (µs UTC) that a
    device answered and `rtt_ms` its last exchange; `wishes` the newest command about each site.
    """

    endpoints: dict[str, Endpoint] = field(default_factory=dict[str, Endpoint])
    directory: dict[str, str] = field(default_factory=dict[str, str])
    """Dial address (lower case) → site."""
    legs: dict[str, Leg] = field(default_factory=dict[str, Leg])
    speech: dict[str, Speech] = field(default_factory=dict[str, Speech])
    quality: dict[str, Quality] = field(default_factory=dict[str, Quality])
    room_quality: dict[str, Quality] = field(default_factory=dict[str, Quality])
    """What room devices measured of what they receive."""
    rooms: dict[str, Room] = field(default_factory=dict[str, Room])
    conferences: dict[str, Conference] = field(default_factory=dict[str, Conference])
    devices: dict[str, Device] = field(default_factory=dict[str, Device])
    heard: dict[str, int] = field(default_factory=dict[str, int])
    rtt_ms: dict[str, float] = field(default_factory=dict[str, float])
    commands: dict[str, Tracked] = field(default_factory=dict[str, Tracked])
    wishes: dict[str, str] = field(default_factory=dict[str, str])
    podiums: dict[str, str] = field(default_factory=dict[str, str])
    """By conference: the site that is to be on the podium, still there or lost; "" nobody."""
    alarms: dict[str, Alarm] = field(default_factory=dict[str, Alarm])
    session: Session = field(default_factory=Session)
    roster: str = ""
    roster_source: tuple[str, int] = ("", 0)
    """Which of the office's lists the roster is: its record and version."""
    contacts: dict[str, tuple[OfficeContact, ...]] = field(
        default_factory=dict[str, tuple[OfficeContact, ...]]
    )
    """By site: whom to call as the office has it, in place of the roster's."""
    proposed: dict[str, tuple[ContactProposal, ...]] = field(
        default_factory=dict[str, tuple[ContactProposal, ...]]
    )
    """By site: what was asked of the office about its contacts and has not come true."""
    rosters: dict[str, OfficeRoster] = field(default_factory=dict[str, OfficeRoster])
    """By record: the lists of sites that the office has."""
    plans: dict[str, Plan] = field(default_factory=dict[str, Plan])
    """By record: the approved plans that the office has."""

    @property
    def podium(self) -> str:
        """The site on the podium, "" if nobody is, as the MCUs report it."""
        own = self.conferences.get(self.session.conference)
        if own is not None and own.podium:
            return own.podium
        return next((c.podium for c in self.conferences.values() if c.podium), "")

    def podium_since_us(self) -> int:
        """When the site on the podium got there (µs UTC), 0 if nobody is."""
        podium = self.podium
        shown = [c for c in self.conferences.values() if podium and c.podium == podium]
        return min((c.podium_since_us for c in shown), default=0)

    @property
    def expected_podium(self) -> str:
        """The site that is to be on the podium, whether it is still there or was lost."""
        own = self.podiums.get(self.session.conference)
        return own or next((site for site in self.podiums.values() if site), "")

    def device_of(self, conference: str) -> str:
        """The MCU that carries a conference, or ""."""
        found = self.conferences.get(conference)
        return found.device if found else ""

    def device_for(self, endpoint: str) -> Device | None:
        """The MCU that carries a site's leg."""
        leg = self.legs.get(endpoint)
        return self.devices.get(self.device_of(leg.conference)) if leg else None

    def device_at(self, endpoint: str, needs: Capability) -> str:
        """The device at a site that such a wish goes to, and that is believed about it: the
        camera by itself for what a camera does, else the room system; of one alone, that one.
        "" where there is none."""
        site = self.endpoints.get(endpoint)
        if site is None:
            return ""
        return (site.camera or site.room) if needs & CAMERA else (site.room or site.camera)

    def why_not(self, command: Command) -> Problem | None:
        """Why this wish can't be submitted now; None if it can."""
        if command.needs is Capability.NONE:
            return None
        device = self.devices.get(command.route(self))
        if device is None:
            return Problem.of("command.no_device")
        if command.needs in device.capabilities:
            return None
        for capability, problem in device.refusals:
            if command.needs in capability:
                return problem
        return Problem.of("command.not_supported", device=device.name, kind=device.kind)

    def can(self, command: Command) -> bool:
        """Whether the device concerned is able to do this."""
        return self.why_not(command) is None

    def open_commands(self) -> list[Tracked]:
        """Every wish that may still come true, oldest first."""
        return [t for t in self.commands.values() if t.phase in _OPEN]
