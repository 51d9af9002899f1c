"""A prepared drill: what goes wrong, what the trainee should do, and how fast it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain import facts as f
from console.domain.commands.mcu import MuteSite
from console.domain.commands.take import TakeToPodium
from console.domain.event import Event

ACTS = ("alarm", "acknowledged", "take", "take_confirmed", "mute", "mute_confirmed")


@dataclass(frozen=True, slots=True)
class DrillStep:
    """Something to be seen in the journal within `bar_s` seconds of the trouble: `on` is one of
    ACTS. Its words are `text` by language."""

    on: str
    bar_s: float
    text: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DrillFault:
    """One trouble. `target` is podium, silent, mcus or half; `kind` and `values` are what the
    province is asked."""

    kind: str
    target: str
    values: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill as data. `when` says what sets it off: "start", or "take" for the trainee's next
    TAKE. `limit_s` after the trouble began it ends, whatever was done."""

    name: str
    title: tuple[tuple[str, str], ...]
    task: tuple[tuple[str, str], ...]
    when: str
    limit_s: float
    faults: tuple[DrillFault, ...]
    steps: tuple[DrillStep, ...]


@dataclass(frozen=True, slots=True)
class StepScore:
    """How one step went: seconds from the trouble, None where it was not done."""

    step: DrillStep
    took_s: float | None

    @property
    def passed(self) -> bool:
        """Whether it was done in time."""
        return self.took_s is not None and self.took_s <= self.step.bar_s


def score(drill: Drill, events: Sequence[Event], began_us: int) -> tuple[StepScore, ...]:
    """Each step's time from `began_us` (µs UTC) by what the journal has of it.

    A confirmation counts only for a wish that was made after the trouble began.
    """
    after = [event for event in events if event.at_us >= began_us]
    return tuple(StepScore(step, _time(step.on, after, began_us)) for step in drill.steps)


def _time(on: str, events: Sequence[Event], began_us: int) -> float | None:
    asked: set[str] = set()
    for event in events:
        match event.fact:
            case f.CommandSubmitted(command=TakeToPodium() as wish):
                asked.add(f"take {wish.id}")
                done = on == "take"
            case f.CommandSubmitted(command=MuteSite(muted=True) as wish):
                asked.add(f"mute {wish.id}")
                done = on == "mute"
            case f.CommandConfirmed(command=wish_id):
                done = f"{on.removesuffix('_confirmed')} {wish_id}" in asked and on.endswith(
                    "_confirmed"
                )
            case f.AlarmRaised():
                done = on == "alarm"
            case f.AlarmAcknowledged():
                done = on == "acknowledged"
            case _:
                done = False
        if done:
            return (event.at_us - began_us) / 1e6
    return None
