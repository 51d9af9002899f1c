"""Wishes that the console itself fulfils: they become facts at once and touch no device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.device import DeviceSpec
from console.domain.drill import StepScore, Texts
from console.domain.endpoint import Endpoint
from console.domain.problem import Problem
from console.domain.session import ScriptLine

if TYPE_CHECKING:
    from console.domain.facts import Fact
    from console.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class StageNext(Command):
    """Make a site ready as the next on the podium; "" takes it back."""

    endpoint: str

    def satisfied(self, state: State) -> bool:
        return state.session.next == self.endpoint

    def inverse(self, state: State) -> Command | None:
        if self.satisfied(state):
            return None
        return StageNext(actor=self.actor, endpoint=state.session.next)

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.NextStaged(self.endpoint),)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChairCall(Command):
    """The chair calls for a site: start the stopwatch (R80)."""

    endpoint: str = ""

    def satisfied(self, state: State) -> bool:
        return True

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.ChairCalled(self.endpoint),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmTwoWay(Command):
    """The operator heard both ways: stop the stopwatch (R6)."""

    def satisfied(self, state: State) -> bool:
        return True

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.TwoWayProven(state.podium, "operator"),) if state.podium else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote(Command):
    """Write a line in the journal (R82, R92)."""

    text: str
    endpoint: str = ""

    def satisfied(self, state: State) -> bool:
        return True

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.NoteWritten(self.text, self.endpoint),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDrill(Command):
    """Write down how a drill went."""

    drill: str
    title: Texts
    began_us: int
    scores: tuple[StepScore, ...]

    def satisfied(self, state: State) -> bool:
        return True

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.DrillScored(self.drill, self.title, self.began_us, self.scores),)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadScript(Command):
    """Replace the running order (R34); `line` is where it stands (index, −1 at its beginning)."""

    lines: tuple[ScriptLine, ...]
    line: int = -1

    def satisfied(self, state: State) -> bool:
        return state.session.script == self.lines

    def inverse(self, state: State) -> Command | None:
        session = state.session
        return LoadScript(actor=self.actor, lines=session.script, line=session.line)

    def facts(self, state: State) -> tuple[Fact, ...]:
        loaded = f.ScriptLoaded(self.lines)
        if not 0 <= self.line < len(self.lines):
            return (loaded,)
        return (loaded, f.ScriptMoved(self.line))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveScript(Command):
    """Go to a line of the running order (index; −1 before the first)."""

    line: int

    def satisfied(self, state: State) -> bool:
        return state.session.line == self.line

    def inverse(self, state: State) -> Command | None:
        if self.satisfied(state):
            return None
        return MoveScript(actor=self.actor, line=state.session.line)

    def guard(self, state: State) -> Problem | None:
        return None if self._there(state) else Problem.of("script.end")

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.ScriptMoved(self.line),) if self._there(state) else ()

    def _there(self, state: State) -> bool:
        return -1 <= self.line < len(state.session.script)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlarms(Command):
    """Take note of alarms (F8)."""

    alarms: tuple[str, ...]

    def satisfied(self, state: State) -> bool:
        return True

    def facts(self, state: State) -> tuple[Fact, ...]:
        return tuple(f.AlarmAcknowledged(i) for i in self.alarms if i in state.alarms)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelveAlarm(Command):
    """Put an alarm aside until a time (µs UTC)."""

    alarm: str
    until_us: int

    def satisfied(self, state: State) -> bool:
        return True

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.AlarmShelved(self.alarm, self.until_us),) if self.alarm in state.alarms else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession(Command):
    """Begin to run a meeting from this console."""

    session: str
    title: str
    phase: str
    chair: str
    conference: str

    def satisfied(self, state: State) -> bool:
        return state.session.id == self.session

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.SessionOpened(self.session, self.title, self.phase, self.chair, self.conference),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession(Command):
    """End the meeting at this console; its legs stay as they are."""

    def satisfied(self, state: State) -> bool:
        return not state.session.id

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.SessionClosed(state.session.id),) if state.session.id else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCheck(Command):
    """Write down a site's technical check (R59): "passed", "failed" or "" for not checked."""

    endpoint: str
    result: str

    def satisfied(self, state: State) -> bool:
        endpoint = state.endpoints.get(self.endpoint)
        return endpoint is not None and endpoint.check == self.result

    def inverse(self, state: State) -> Command | None:
        endpoint = state.endpoints.get(self.endpoint)
        if endpoint is None or endpoint.check == self.result:
            return None
        return RecordCheck(actor=self.actor, endpoint=self.endpoint, result=endpoint.check)

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.CheckRecorded(self.endpoint, self.result),)

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


class NextStart(Enum):
    """What a roster that is loaded means for the next start."""

    AS_IT_WAS = "as it was"
    """It is for the running program."""
    KEPT = "kept"
    """It is there again."""
    BEFORE = "before"
    """What the last one to be kept replaced is there again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRoster(Command):
    """Replace the site tree; `record` and `version` where the list is the office's."""

    name: str
    endpoints: tuple[Endpoint, ...]
    record: str = ""
    version: int = 0
    next_start: NextStart = NextStart.AS_IT_WAS

    def satisfied(self, state: State) -> bool:
        known, source = state.endpoints, (self.record, self.version)
        named = (state.roster, state.roster_source) == (self.name, source)
        return named and all(e.id in known for e in self.endpoints)

    def inverse(self, state: State) -> Command | None:
        before = tuple(e for e in state.endpoints.values() if e.level != "guest")
        record, version = state.roster_source
        kept = self.next_start is NextStart.KEPT
        return (
            LoadRoster(
                actor=self.actor,
                name=state.roster,
                endpoints=before,
                record=record,
                version=version,
                next_start=NextStart.BEFORE if kept else NextStart.AS_IT_WAS,
            )
            if before
            else None
        )

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.RosterLoaded(self.name, self.endpoints, self.record, self.version),)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDevice(Command):
    """Take a device on, or run it by another description."""

    spec: DeviceSpec

    def satisfied(self, state: State) -> bool:
        spec, known = self.spec, state.devices.get(self.spec.id)
        return known is not None and (
            (known.kind, known.name, known.endpoint) == (spec.kind, spec.name, spec.endpoint)
        )

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.DeviceNamed(self.spec),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetDevice(Command):
    """Run a device no more."""

    device: str

    def satisfied(self, state: State) -> bool:
        return self.device not in state.devices

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.DeviceForgotten(self.device),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustCertificate(Command):
    """Believe the certificate that a device shows, in place of `before` ("" for none).
    `fingerprint` "": believe none by hand any more. `approver` is the account of the supervisor
    who agreed, "" where there are no accounts.
    """

    device: str
    address: str
    fingerprint: str
    before: str = ""
    approver: str = ""

    def satisfied(self, state: State) -> bool:
        return True

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (
            f.CertificateTrusted(
                self.device, self.address, self.fingerprint, self.before, self.approver
            ),
        )
