"""What happened to devices and alarms, as the MCU operator reads it: a line an Event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.device import LinkHealth
from console.domain.state import State
from console.domain.text import clean_name, search_key
from console.qt.happened import Happened
from console.qt.looks.alarms import alarm_title
from console.qt.looks.wishes import wish_text
from console.qt.wording import say, say_problem, say_refused


class Weight(IntEnum):
    """How much an event matters: 1–3 as an alarm's priority, else it is only told."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3
    TOLD = 4


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line. `mcu` is the MCU that it concerns, "" where none or several; `raised` marks what
    began, beside what ended or was noted."""

    at_us: int
    weight: Weight
    source: str
    text: str
    mcu: str = ""
    raised: bool = True
    key: str = ""
    """What a search looks at."""


def event_row(happened: Happened, state: State) -> EventRow | None:
    """An event in words; None where it is not worth a line."""
    event, alarm = happened.event, happened.alarm
    fact: Any = event.fact
    match fact:
        case f.LinkChanged():
            said = _link(fact, state)
        case f.PushChanged():
            key = "mcu.event.feed_alive" if fact.alive else "mcu.event.feed_silent"
            weight = Weight.TOLD if fact.alive else Weight.MEDIUM
            said = weight, say(key), fact.device
        case f.DeviceProbed():
            told = say("mcu.event.probed", software=fact.software) if fact.software else ""
            said = Weight.TOLD, told, fact.device
        case f.CommandRefused() | f.CommandLost():
            said = _wish(fact, state)
        case f.AlarmRaised():
            said = Weight(int(fact.alarm.priority)), alarm_title(state, fact.alarm), ""
        case _:
            said = Weight.TOLD, _alarm_said(fact, state, alarm), ""
    weight, text, device = said
    if not text:
        return None
    source = _name(state, device) if device else _alarm_source(state, alarm)
    return EventRow(
        event.at_us,
        weight,
        source,
        text,
        _mcu(state, device) if device else _alarm_mcu(state, alarm),
        weight is not Weight.TOLD,
        search_key(f"{source} {text}"),
    )


def _link(fact: f.LinkChanged, state: State) -> tuple[Weight, str, str]:
    known = state.devices.get(fact.device)
    room = known is not None and bool(known.endpoint)
    why = say_problem(fact.problem) if fact.problem else ""
    match fact.health:
        case LinkHealth.UP:
            return Weight.TOLD, say("mcu.event.up"), fact.device
        case LinkHealth.DEGRADED:
            weight = Weight.LOW if room else Weight.MEDIUM
            return weight, _with(say("mcu.event.degraded"), why), fact.device
        case LinkHealth.DOWN:
            weight = Weight.LOW if room else Weight.HIGH
            return weight, _with(say("mcu.event.down"), why), fact.device
        case _:
            return Weight.TOLD, "", fact.device


def _with(text: str, why: str) -> str:
    return f"{text} {why}" if why else text


def _wish(fact: f.CommandRefused | f.CommandLost, state: State) -> tuple[Weight, str, str]:
    """A wish that came to nothing; a composite's own end is told by its steps."""
    tracked = state.commands.get(fact.command)
    refused = isinstance(fact, f.CommandRefused)
    key = "mcu.event.refused" if refused else "mcu.event.lost"
    what, device = say("mcu.event.some_wish"), ""
    if tracked is not None:
        if tracked.steps:
            return Weight.TOLD, "", ""
        what = wish_text(state, tracked.command)
        device = tracked.command.route(state)
    return Weight.LOW, say(key, what=what, why=say_refused(fact.problem)), device


def _alarm_said(fact: Any, state: State, alarm: Alarm | None) -> str:
    what = alarm_title(state, alarm) if alarm else say("journal.some_alarm")
    match fact:
        case f.AlarmCleared():
            return say("journal.cleared", what=what)
        case f.AlarmAcknowledged():
            return say("journal.noted", what=what)
        case f.AlarmShelved() if fact.until_us:
            return say("journal.shelved", what=what, until=fact.until_us)
        case _:
            return say("journal.unshelved", what=what)


def _name(state: State, device: str) -> str:
    known = state.devices.get(device)
    return clean_name(known.name if known else device)


def _mcu(state: State, device: str) -> str:
    """The MCU that a device is, or that carries the site in which it stands."""
    known = state.devices.get(device)
    if known is None or not known.endpoint:
        return device
    mcu = state.device_for(known.endpoint)
    return mcu.id if mcu else ""


def _alarm_mcu(state: State, alarm: Alarm | None) -> str:
    if alarm is None:
        return ""
    if alarm.device:
        return alarm.device
    carriers = {mcu.id for site in alarm.sites if (mcu := state.device_for(site))}
    return carriers.pop() if len(carriers) == 1 else ""


def _alarm_source(state: State, alarm: Alarm | None) -> str:
    """The device that an alarm is of, else the console, which found it."""
    if alarm is not None and alarm.device:
        return _name(state, alarm.device)
    return say("mcu.event.console")
