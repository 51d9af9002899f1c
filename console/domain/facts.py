"""Every fact that can be told: what devices reported, what people did, what became of wishes.

A fact whose class says `sample = True` is a measurement: only the newest of each key counts,
so it is coalesced before the fold and never journalled row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from console.domain.alarm import Alarm
from console.domain.capability import Capability
from console.domain.conference import Conference
from console.domain.device import DeviceSpec, Figures, LinkHealth
from console.domain.drill import StepScore, Texts
from console.domain.endpoint import Endpoint
from console.domain.layout import Layout
from console.domain.observed import Leg, Preset, Quality
from console.domain.problem import Problem
from console.domain.reference import ContactProposal, OfficeContact, Plan
from console.domain.session import ScriptLine

if TYPE_CHECKING:
    from console.domain.commands.base import Command


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so, told once."""

    sample: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """For a sample: what it measures; the newest of one class and key replaces the others."""
        return ""


# -- the roster and the devices --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RosterLoaded(Fact):
    """The sites of the province, in the order of the site tree."""

    name: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class DeviceNamed(Fact):
    """A device belongs to this console from now on."""

    spec: DeviceSpec


@dataclass(frozen=True, slots=True)
class DeviceForgotten(Fact):
    """A device belongs to this console no more."""

    device: str


@dataclass(frozen=True, slots=True)
class CertificateTrusted(Fact):
    """Somebody decided to believe the certificate that a device at `address` (host:port) shows.

    `fingerprint` ("": none any more) and `before` (the one believed until then, "" for none) are
    SHA-256 in hex. `approver` is the account that agreed, "" where there are no accounts.
    """

    device: str
    address: str
    fingerprint: str
    before: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class LinkChanged(Fact):
    """The link to a device came up, degraded or went down, and why."""

    device: str
    health: LinkHealth
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class DeviceProbed(Fact):
    """What a device can do, as it showed when probed."""

    device: str
    capabilities: Capability
    refusals: tuple[tuple[Capability, Problem], ...] = ()
    layouts: tuple[Layout, ...] = ()
    screen_layouts: tuple[Layout, ...] = ()
    software: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class PushChanged(Fact):
    """A device's event feed came alive or fell silent."""

    device: str
    alive: bool


@dataclass(frozen=True, slots=True)
class DeviceHeard(Fact):
    """A device answered; `rtt_ms` is the exchange's duration in ms, None for pushed news."""

    sample = True
    device: str
    rtt_ms: float | None = None

    @property
    def key(self) -> str:
        return self.device


@dataclass(frozen=True, slots=True)
class FiguresMeasured(Fact):
    """A device's parameters were read."""

    sample = True
    device: str
    figures: Figures

    @property
    def key(self) -> str:
        return self.device


# -- what an MCU reports -----------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class SpeechHeard(Fact):
    """A site began or ceased to speak, or its level changed (0–8, None: no meter)."""

    sample = True
    endpoint: str
    talking: bool
    level: int | None = None

    @property
    def key(self) -> str:
        return self.endpoint


@dataclass(frozen=True, slots=True)
class QualityMeasured(Fact):
    """A leg's media were measured."""

    sample = True
    endpoint: str
    quality: Quality

    @property
    def key(self) -> str:
        return self.endpoint


# -- what a room reports -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoomSeen(Fact):
    """A room device reported its switches; None where it did not."""

    endpoint: str
    device: str
    mic_muted: bool | None = None
    standby: bool | None = None
    in_call: bool | None = None


@dataclass(frozen=True, slots=True)
class PresetsListed(Fact):
    """A room device listed its camera memories."""

    endpoint: str
    device: str
    presets: tuple[Preset, ...]


@dataclass(frozen=True, slots=True)
class CameraSeen(Fact):
    """A room's camera is moving or at rest; `preset` is the memory it is known to stand on."""

    endpoint: str
    device: str
    moving: bool | None
    preset: int | None = None


@dataclass(frozen=True, slots=True)
class RoomMeasured(Fact):
    """A room device measured what it receives; `QualityMeasured` is the MCU's own side."""

    sample = True
    endpoint: str
    quality: Quality

    @property
    def key(self) -> str:
        return self.endpoint


# -- what people do ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionOpened(Fact):
    """A meeting began to be run from this console."""

    session: str
    title: str
    phase: str
    chair: str
    conference: str


@dataclass(frozen=True, slots=True)
class SessionClosed(Fact):
    """The meeting was closed at this console."""

    session: str


@dataclass(frozen=True, slots=True)
class ScriptLoaded(Fact):
    """A running order replaced the one before (R34)."""

    lines: tuple[ScriptLine, ...]


@dataclass(frozen=True, slots=True)
class ScriptMoved(Fact):
    """The technician moved to a line of the running order (index, −1 = before the first)."""

    line: int


@dataclass(frozen=True, slots=True)
class ScriptDeviated(Fact):
    """A site went on the podium that the running order did not name (R81)."""

    line: int
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class NextStaged(Fact):
    """A site was made ready as the next on the podium; "" takes it back."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class ChairCalled(Fact):
    """The chair called for a site (t0, R80); "" while the technician has not said which."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class TwoWayProven(Fact):
    """Two-way talk with the site on the podium is proven (t3, R6) by "speech" or "operator"."""

    endpoint: str
    how: str


@dataclass(frozen=True, slots=True)
class NoteWritten(Fact):
    """The technician wrote a line in the journal (R82, R92)."""

    text: str
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class DrillScored(Fact):
    """A drill was played to its end: each step's time and bar. `began_us` (µs UTC) is when the
    trouble was caused, `title` its words by language."""

    drill: str
    title: Texts
    began_us: int
    scores: tuple[StepScore, ...]


@dataclass(frozen=True, slots=True)
class CheckRecorded(Fact):
    """A site's technical check has a result: "passed", "failed" or "" (R59)."""

    endpoint: str
    result: str


# -- who sits at the console -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OperatorSignedIn(Fact):
    """Somebody sits at the console from now on: by "password", or by "emergency" with the reason
    that was typed. `operator` is the account's name, of an emergency the name that was typed."""

    operator: str
    role: str
    how: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OperatorSignInRefused(Fact):
    """Somebody was not let in, and why: "unknown" (the account), "password", "locked_out",
    "disabled", "role" or "record".

    `operator` is a known account's name, "" for any other text: it may be a password typed in the
    wrong field. `failures` in a row so far; `until_us` (µs UTC) is set where the account is locked
    out until then. `purpose` is "sign_in" or "approval".
    """

    operator: str
    reason: str
    failures: int = 0
    until_us: int = 0
    purpose: str = "sign_in"


@dataclass(frozen=True, slots=True)
class OperatorSignedOut(Fact):
    """Somebody sits at the console no more: "asked" for it, was "relieved" by another, the
    account was "disabled" at the office, or the program was "closed"."""

    operator: str
    why: str


@dataclass(frozen=True, slots=True)
class ConsoleLocked(Fact):
    """The console takes no wishes until somebody signs in: nobody touched it ("idle") or it was
    "asked" for. What it watches and writes goes on."""

    operator: str
    why: str


@dataclass(frozen=True, slots=True)
class ConsoleUnlocked(Fact):
    """The console takes wishes again, those of `operator`."""

    operator: str


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


# -- the office --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfficeEnrolled(Fact):
    """The console became known to an office, by its id, at a URL; `since_us` in µs UTC."""

    office: str
    url: str
    since_us: int


@dataclass(frozen=True, slots=True)
class OfficeLeft(Fact):
    """The console belongs to that office no more."""

    office: str
    url: str


@dataclass(frozen=True, slots=True)
class OfficeLost(Fact):
    """The office has not answered for a while; `reason` is why the last exchange failed."""

    office: str
    reason: str


@dataclass(frozen=True, slots=True)
class OfficeBack(Fact):
    """The office answers again, after so many seconds."""

    office: str
    away_s: int


@dataclass(frozen=True, slots=True)
class SyncIncidentSeen(Fact):
    """Something keeps rows from being sent and does not go away by waiting: a code and its
    parameters as `db.sync.health` has them."""

    code: str
    params: tuple[tuple[str, str | int], ...] = ()


# -- what the office gives ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContactsTold(Fact):
    """The office said whom to call about a site, all of them; none: it says nothing of it.
    `office` is its id."""

    site: str
    contacts: tuple[OfficeContact, ...] = ()
    office: str = ""


@dataclass(frozen=True, slots=True)
class ContactsProposed(Fact):
    """What was asked of the office about a site's contacts and has not come true, all of it."""

    site: str
    proposals: tuple[ContactProposal, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTold(Fact):
    """The office gave an approved plan, by its record's id, or None: it has it no more."""

    record: str
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class PlanTaken(Fact):
    """The meeting is run by this version of an approved plan from now on."""

    record: str
    version: int


# -- what becomes of wishes --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommandSubmitted(Fact):
    """A wish was accepted; `parent` is the composite it is a step of, or ""."""

    command: Command
    parent: str = ""
    steps: tuple[str, ...] = ()
    inverse: Command | None = None
    held_before: bool = False
    """What it asks for was already so when it was submitted."""
    replaces: str = ""
    """The failed step of `parent` that this one tries again, or ""."""


@dataclass(frozen=True, slots=True)
class CommandSent(Fact):
    """The wish is durable and its first byte is about to leave."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandAnswered(Fact):
    """The device took the request; whether it did what was asked is still to be seen."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandConfirmed(Fact):
    """The device reports what was wished."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandRefused(Fact):
    """The device, or the console, declined the wish, and why."""

    command: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class CommandLost(Fact):
    """Nobody knows whether the wish was done: look before trying again."""

    command: str
    problem: Problem


# -- alarms ------------------------------------------------------------------------------------


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
