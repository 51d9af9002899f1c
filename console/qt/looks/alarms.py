"""What the alarm list shows: every alarm with its cause, its consequence and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from console.domain.alarm import Alarm
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.sites import full
from console.qt.wording import has, say, say_problem

_NAMED = 3
"""More sites than this are told by their number."""


class Standing(Enum):
    """Where an alarm stands, most pressing first (ISA-18.2)."""

    NEW = 0
    """Wrong, and nobody took note."""
    NOTED = 1
    """Wrong, and someone took note."""
    OVER = 2
    """No longer wrong, and nobody took note."""
    SHELVED = 3


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm in words. Times in µs UTC."""

    id: str
    priority: int
    standing: Standing
    title: str
    cause: str
    effect: str
    action: str
    since_us: int
    until_us: int = 0
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmCount:
    """How many alarms stand open and how urgent the worst is (0: none)."""

    open: int = 0
    unnoted: int = 0
    worst: int = 0


def standing(alarm: Alarm, now_us: int) -> Standing:
    """Where an alarm stands now."""
    if alarm.shelved_until_us > now_us:
        return Standing.SHELVED
    if alarm.cleared_us:
        return Standing.OVER
    return Standing.NOTED if alarm.acknowledged_us else Standing.NEW


def alarm_count(state: State, now_us: int) -> AlarmCount:
    """What the header says of the alarms."""
    standings = [(standing(a, now_us), int(a.priority)) for a in state.alarms.values()]
    wrong = [p for s, p in standings if s in (Standing.NEW, Standing.NOTED)]
    unnoted = sum(s in (Standing.NEW, Standing.OVER) for s, _ in standings)
    return AlarmCount(len(wrong), unnoted, min(wrong, default=0))


def alarm_rows(state: State, now_us: int) -> tuple[AlarmRow, ...]:
    """Every alarm, the most pressing first, the oldest first among equals."""
    rows = [alarm_row(state, alarm, now_us) for alarm in state.alarms.values()]
    return tuple(sorted(rows, key=lambda r: (r.standing.value, r.priority, r.since_us, r.id)))


def alarm_row(state: State, alarm: Alarm, now_us: int) -> AlarmRow:
    """One alarm in words."""
    kind = alarm.kind if has(f"alarm.{alarm.kind}.title") else "other"
    values = _values(state, alarm)
    return AlarmRow(
        alarm.id,
        int(alarm.priority),
        standing(alarm, now_us),
        say(f"alarm.{kind}.title", **values),
        _cause(state, alarm, kind, values),
        say(f"alarm.{kind}.effect", **values),
        say(f"alarm.{kind}.action", **values),
        alarm.raised_us,
        alarm.shelved_until_us,
        alarm.sites,
    )


def alarm_title(state: State, alarm: Alarm) -> str:
    """What is wrong, in one line."""
    kind = alarm.kind if has(f"alarm.{alarm.kind}.title") else "other"
    return say(f"alarm.{kind}.title", **_values(state, alarm))


def _values(state: State, alarm: Alarm) -> dict[str, object]:
    device = state.devices.get(alarm.device)
    group = alarm.group if alarm.group in state.endpoints else ""
    return {
        "n": len(alarm.sites),
        "site": full(state, alarm.sites[0]) if alarm.sites else "",
        "sites": sites_text(state, alarm.sites),
        "device": clean_name(device.name) if device else alarm.device,
        "group": full(state, group) if group else "",
        "kind": alarm.kind,
    }


def _cause(state: State, alarm: Alarm, kind: str, values: dict[str, object]) -> str:
    """The cause as far as it is known: the device's own problem, the leg's own reason."""
    device = state.devices.get(alarm.device)
    if device is not None and device.problem is not None:
        return say_problem(device.problem)
    leg = state.legs.get(alarm.sites[0]) if len(alarm.sites) == 1 else None
    if leg is not None and leg.reason:
        return say("alarm.reason", reason=clean_name(leg.reason))
    return say(f"alarm.{kind}.cause", **values)


def sites_text(state: State, sites: tuple[str, ...]) -> str:
    """The names of a few sites, or how many there are."""
    if len(sites) > _NAMED:
        names = ", ".join(full(state, site) for site in sites[:_NAMED])
        return say("alarm.and_more", names=names, n=len(sites) - _NAMED)
    return ", ".join(full(state, site) for site in sites)
