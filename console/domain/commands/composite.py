"""Wishes made of wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.commands.base import Command

if TYPE_CHECKING:
    from console.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Command):
    """Several wishes submitted together; each stands or fails alone."""

    of: tuple[Command, ...]

    def steps(self, state: State) -> tuple[Command, ...]:
        return self.of

    def satisfied(self, state: State) -> bool:
        return all(step.satisfied(state) for step in self.of)

    def inverse(self, state: State) -> Command | None:
        back = tuple(i for step in self.of if (i := step.inverse(state)) is not None)
        return Batch(actor=self.actor, of=back) if back else None

    def sites(self) -> tuple[str, ...]:
        return tuple(site for step in self.of for site in step.sites())
