"""Scoring a drill: how fast each step was done, by what the journal has of it."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import MuteAllBut, MuteSite
from console.domain.commands.take import TakeToPodium
from console.domain.drill import Drill, StepScore
from console.domain.event import Event


def score(drill: Drill, events: Sequence[Event], began_us: int) -> tuple[StepScore, ...]:
    """Each step's time from `began_us` (µs UTC) by what the journal has of it.

    A confirmation counts only for a wish that was made, and taking note only of an alarm that was
    raised, after the trouble began. Muting counts for whom an alarm named; that a TAKE mutes the
    site before is no answer to an open microphone.
    """
    after = [event for event in events if event.at_us >= began_us]
    return tuple(StepScore(step, _time(step.on, after, began_us)) for step in drill.steps)


def _time(on: str, events: Sequence[Event], began_us: int) -> float | None:
    asked: set[str] = set()
    heard: set[str] = set()
    raised: set[str] = set()
    for event in events:
        match event.fact:
            case f.CommandSubmitted(command=TakeToPodium() as wish):
                asked.add(f"take {wish.id}")
                done = on == "take"
            case f.CommandSubmitted(command=wish, parent=parent) if _silences(wish, heard):
                if done := f"take {parent}" not in asked:
                    asked.add(f"mute {wish.id}")
                done = done and on == "mute"
            case f.AlarmRaised(alarm=alarm):
                raised.add(alarm.id)
                heard.update(alarm.sites if alarm.kind in ("open_mic", "open_mics") else ())
                done = on == "alarm"
            case f.CommandConfirmed(command=wish_id):
                done = f"{on.removesuffix('_confirmed')} {wish_id}" in asked and on.endswith(
                    "_confirmed"
                )
            case f.AlarmAcknowledged(alarm=alarm_id):
                done = on == "acknowledged" and alarm_id in raised
            case _:
                done = False
        if done:
            return (event.at_us - began_us) / 1e6
    return None


def _silences(wish: Command, heard: set[str]) -> bool:
    """Whether a wish silences whom an alarm named, or anybody while none has."""
    match wish:
        case MuteSite(muted=True):
            return not heard or wish.endpoint in heard
        case MuteAllBut():
            return not heard or not heard <= set(wish.keep)
        case _:
            return False
