"""Alarms: raised, cleared, acknowledged, shelved (ISA-18.2)."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.event import Event
from console.domain.state import Key, State


def _keys(*alarms: Alarm | None) -> tuple[Key, ...]:
    sites = {site for alarm in alarms if alarm for site in alarm.sites}
    ids = {alarm.id for alarm in alarms if alarm}
    return tuple(("alarm", i) for i in ids) + tuple(("endpoint", s) for s in sorted(sites))


def _raised(state: State, event: Event, fact: f.AlarmRaised) -> tuple[Key, ...]:
    old = state.alarms.get(fact.alarm.id)
    new = fact.alarm
    if old is not None and not old.cleared_us:
        grown = set(new.sites) - set(old.sites)
        new = replace(
            new,
            raised_us=old.raised_us,
            acknowledged_us=0 if grown else old.acknowledged_us,
            acknowledged_by="" if grown else old.acknowledged_by,
            shelved_until_us=old.shelved_until_us,
        )
    else:
        new = replace(new, raised_us=event.at_us)
    if new == old:
        return ()
    state.alarms[new.id] = new
    return _keys(old, new)


def _cleared(state: State, event: Event, fact: f.AlarmCleared) -> tuple[Key, ...]:
    old = state.alarms.get(fact.alarm)
    if old is None or old.cleared_us:
        return ()
    if old.acknowledged_us:
        del state.alarms[fact.alarm]
    else:
        state.alarms[fact.alarm] = replace(old, cleared_us=event.at_us)
    return _keys(old)


def _acknowledged(state: State, event: Event, fact: f.AlarmAcknowledged) -> tuple[Key, ...]:
    old = state.alarms.get(fact.alarm)
    if old is None or old.acknowledged_us:
        return ()
    if old.cleared_us:
        del state.alarms[fact.alarm]
    else:
        state.alarms[fact.alarm] = replace(
            old, acknowledged_us=event.at_us, acknowledged_by=event.source
        )
    return _keys(old)


def _shelved(state: State, event: Event, fact: f.AlarmShelved) -> tuple[Key, ...]:
    old = state.alarms.get(fact.alarm)
    if old is None or old.shelved_until_us == fact.until_us:
        return ()
    state.alarms[fact.alarm] = replace(old, shelved_until_us=fact.until_us)
    return _keys(old)


FOLDERS = {
    f.AlarmRaised: _raised,
    f.AlarmCleared: _cleared,
    f.AlarmAcknowledged: _acknowledged,
    f.AlarmShelved: _shelved,
}
