"""Alarms: raised, cleared, acknowledged, shelved (ISA-18.2)."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.event import Event
from console.domain.state import Key, State


def _keys(alarm: Alarm, before: Alarm | None = None) -> tuple[Key, ...]:
    sites = {*alarm.sites, *(before.sites if before else ())}
    return (("alarm", alarm.id), *(("endpoint", site) for site in sorted(sites)))


_LOST = {"site_lost", "speaker_lost", "podium_lost", "chair_lost", "district_lost", "many_lost"}


def _noted(state: State, alarm: Alarm) -> set[str]:
    """The sites whose loss somebody has taken note of, whichever alarm told of it."""
    others = (a for a in state.alarms.values() if a.kind in _LOST and alarm.kind in _LOST)
    return {site for a in others if a.acknowledged_us and not a.cleared_us for site in a.sites}


def _raised(state: State, event: Event, fact: f.AlarmRaised) -> tuple[Key, ...]:
    """What is worse than what somebody took note of has to be noted anew; what was put aside
    stays there until its time, even if it came and went meanwhile."""
    old = state.alarms.get(fact.alarm.id)
    new = replace(
        fact.alarm,
        raised_us=event.at_us,
        shelved_until_us=old.shelved_until_us if old is not None else 0,
    )
    if old is not None and not old.cleared_us:
        more = set(new.sites) - set(old.sites) - _noted(state, new)
        worse = bool(more) or new.priority < old.priority
        new = replace(
            new,
            raised_us=old.raised_us,
            acknowledged_us=0 if worse else old.acknowledged_us,
            acknowledged_by="" if worse else old.acknowledged_by,
        )
    if new == old:
        return ()
    state.alarms[new.id] = new
    return _keys(new, old)


def _cleared(state: State, event: Event, fact: f.AlarmCleared) -> tuple[Key, ...]:
    old = state.alarms.get(fact.alarm)
    if old is None or old.cleared_us:
        return ()
    if fact.within:
        del state.alarms[fact.alarm]
    else:
        _keep(state, replace(old, cleared_us=event.at_us))
    return _keys(old)


def _keep(state: State, alarm: Alarm) -> None:
    """List the alarm until it is over, noted and not put aside any more."""
    if alarm.cleared_us and alarm.acknowledged_us and not alarm.shelved_until_us:
        del state.alarms[alarm.id]
    else:
        state.alarms[alarm.id] = alarm


def _acknowledged(state: State, event: Event, fact: f.AlarmAcknowledged) -> tuple[Key, ...]:
    old = state.alarms.get(fact.alarm)
    if old is None or old.acknowledged_us:
        return ()
    _keep(state, replace(old, acknowledged_us=event.at_us, acknowledged_by=event.source))
    return _keys(old)


def _shelved(state: State, event: Event, fact: f.AlarmShelved) -> tuple[Key, ...]:
    """Who takes an alarm back has noted it; one whose time is up has to be noted anew."""
    old = state.alarms.get(fact.alarm)
    if old is None or old.shelved_until_us == fact.until_us:
        return ()
    new = replace(old, shelved_until_us=fact.until_us)
    if not fact.until_us and event.cause:
        new = replace(new, acknowledged_us=event.at_us, acknowledged_by=event.source)
    elif not fact.until_us and not old.cleared_us:
        new = replace(new, acknowledged_us=0, acknowledged_by="")
    _keep(state, new)
    return _keys(old)


FOLDERS = {
    f.AlarmRaised: _raised,
    f.AlarmCleared: _cleared,
    f.AlarmAcknowledged: _acknowledged,
    f.AlarmShelved: _shelved,
}
