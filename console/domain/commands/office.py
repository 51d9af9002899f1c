"""Wishes to the office: they are asked of it, and it decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.endpoint import Contact
from console.domain.problem import Problem
from console.domain.reference import OPEN

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
            (asked.record, asked.contact) == (self.record, self.contact) and asked.state in OPEN
            for asked in state.proposed.get(self.endpoint, ())
        )

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePlan(Command):
    """Run the meeting by this version of an approved plan."""

    record: str
    version: int

    def satisfied(self, state: State) -> bool:
        return (state.session.plan, state.session.plan_version) == (self.record, self.version)

    def facts(self, state: State) -> tuple[Fact, ...]:
        return (f.PlanTaken(self.record, self.version),)
