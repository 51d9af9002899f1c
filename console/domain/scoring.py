"""Scoring a drill: how fast each step was done, by what the journal has of it."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain import facts as f
from console.domain.commands.mcu import MuteSite
from console.domain.commands.take import TakeToPodium
from console.domain.drill import Drill, StepScore
from console.domain.event import Event


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
