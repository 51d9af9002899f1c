"""What every wish has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from console.domain.capability import Capability
from console.domain.facts.base import Fact
from console.domain.ids import new_id
from console.domain.problem import Problem

if TYPE_CHECKING:
    from console.domain.state import State


ANYBODY = "operator"
"""The actor of a wish while nobody said who sits at the console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A frozen wish of `actor`.

    A device command names the device it goes to with `route` and is done only when
    `satisfied` holds; a composite has `steps` instead; what the console itself does is `facts`.
    """

    actor: str = ANYBODY
    id: str = field(default_factory=new_id)

    needs: ClassVar[Capability] = Capability.NONE
    deadline_s: ClassVar[float] = 8.0
    """After this long without the device reporting it, the outcome is unknown."""
    hold: ClassVar[bool] = False
    """It can't be undone: the operator must hold the key for two seconds."""

    def route(self, state: State) -> str:
        """The id of the device this wish goes to, or "" if no device is known for it."""
        return ""

    @property
    def turn(self) -> str:
        """What this wish sets at its device, "" where it sets nothing that another could set, too:
        wishes of one turn reach the device in the order in which they were made."""
        return ""

    def guard(self, state: State) -> Problem | None:
        """Why this wish makes no sense now (someone else was quicker, the site is gone)."""
        return None

    def satisfied(self, state: State) -> bool:
        """Whether the State already agrees with this wish."""
        return False

    def inverse(self, state: State) -> Command | None:
        """The wish that takes this one back, given the State before it; None if nothing does."""
        return None

    def sites(self) -> tuple[str, ...]:
        """The sites whose tiles show this wish."""
        return ()

    def steps(self, state: State) -> tuple[Command, ...]:
        """The wishes that this one consists of; empty unless it is a composite."""
        return ()

    def facts(self, state: State) -> tuple[Fact, ...]:
        """What becomes so at once, by the wish alone, without any device."""
        return ()
