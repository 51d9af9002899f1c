"""Wishes to the office: they are asked of it, and it decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain import facts as f
from console.domain.commands import own
from console.domain.commands.base import Command
from console.domain.endpoint import Contact
from console.domain.problem import Problem
from console.domain.reference import OPEN
from console.domain.session import ScriptLine

if TYPE_CHECKING:
    from console.domain.facts import Fact
    from console.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeContact(Command):
    """Ask the office to say this of a contact from now on. It is satisfied once the proposal is
    kept for the office, which alone makes it so. `version` 0: the office has no such record."""

    endpoint: str
    record: str
    version: int
    contact: Contact

    def guard(self, state: State) -> Problem | None:
        return Problem.of("contact.asked_already") if self.satisfied(state) else None

    def satisfied(self, state: State) -> bool:
        return any(
            (asked.record, asked.contact) == (self.record, self.contact)
            and not asked.removal
            and asked.state in OPEN
            for asked in state.proposed.get(self.endpoint, ())
        )

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRemoval(Command):
    """Ask the office to have a contact no more; like `ProposeContact` otherwise. `name` is whose
    it is, so that the journal can be read without the office."""

    endpoint: str
    record: str
    version: int
    name: str

    def guard(self, state: State) -> Problem | None:
        return Problem.of("contact.asked_already") if self.satisfied(state) else None

    def satisfied(self, state: State) -> bool:
        return any(
            asked.removal and asked.record == self.record and asked.state in OPEN
            for asked in state.proposed.get(self.endpoint, ())
        )

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer(Command):
    """Write down how somebody answered a conflict: `kept` (the office's version) or `sent` (ours
    once more). `kind` and `record` say of what, `name` what it is called."""

    proposal: str
    kind: str
    record: str
    name: str
    answer: str
    endpoint: str = ""

    def satisfied(self, state: State) -> bool:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePlan(Command):
    """Run the meeting by this version of an approved plan."""

    record: str
    version: int

    def satisfied(self, state: State) -> bool:
        return (state.session.plan, state.session.plan_version) == (self.record, self.version)

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.PlanTaken(self.record, self.version),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan(Command):
    """Run the meeting by an approved plan: in a new `session`, which takes the place of the running
    one, or with "" as the running one's newer running order, at `line` of it."""

    session: str
    record: str
    version: int
    title: str
    chair: str
    lines: tuple[ScriptLine, ...]
    line: int = -1

    def steps(self, state: State) -> tuple[Command, ...]:
        opening: tuple[Command, ...] = ()
        if self.session:
            opening = (
                own.OpenSession(
                    actor=self.actor,
                    session=self.session,
                    title=self.title,
                    phase="session",
                    chair=self.chair,
                    conference=state.session.conference,
                ),
            )
        return (
            *opening,
            own.LoadScript(actor=self.actor, lines=self.lines, line=self.line),
            TakePlan(actor=self.actor, record=self.record, version=self.version),
        )

    def satisfied(self, state: State) -> bool:
        taken = (state.session.plan, state.session.plan_version)
        return taken == (self.record, self.version) and state.session.script == self.lines

    def inverse(self, state: State) -> Command | None:
        """The running order of before; a session that was opened is closed by its own wish."""
        before = state.session
        if self.session:
            return None
        return RunPlan(
            actor=self.actor,
            session="",
            record=before.plan,
            version=before.plan_version,
            title=before.title,
            chair=before.chair,
            lines=before.script,
            line=before.line,
        )

    def facts(self, state: State) -> tuple[Fact, ...]:
        replaced = state.session.id if self.session else ""
        return (f.SessionClosed(replaced),) if replaced else ()
