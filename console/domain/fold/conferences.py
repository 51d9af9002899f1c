"""What MCUs report: conferences, legs, speech, quality."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.endpoint import Endpoint
from console.domain.event import Event
from console.domain.observed import Leg, Presence, Speech
from console.domain.state import Key, State

_OUT = (Presence.ABSENT, Presence.DROPPED)


def _conference_seen(state: State, event: Event, fact: f.ConferenceSeen) -> tuple[Key, ...]:
    new = fact.conference
    old = state.conferences.get(new.id)
    same_podium = old is not None and old.podium == new.podium
    since = old.podium_since_us if old is not None and same_podium else event.at_us
    new = replace(new, podium_since_us=since if new.podium else 0)
    if new == old:
        return ()
    state.conferences[new.id] = new
    keys: tuple[Key, ...] = (("conference", new.id),)
    _picture_and_sound(state, event.at_us)
    if not same_podium:
        touched = {new.podium, old.podium if old else None} - {None, ""}
        keys += tuple(("endpoint", site) for site in touched if site)
        keys += (("session", ""),)
    return keys


def _picture_and_sound(state: State, at_us: int) -> bool:
    """t2 of the connection time: the MCU reports the called site's picture and sound (R5)."""
    calls = state.session.calls
    if not calls or not calls[-1].take_us or calls[-1].confirmed_us:
        return False
    leg = state.legs.get(calls[-1].endpoint)
    if leg is None or leg.mic_muted is not False or state.podium != leg.endpoint:
        return False
    call = replace(calls[-1], confirmed_us=at_us)
    state.session = replace(state.session, calls=(*calls[:-1], call))
    return True


def _roster_seen(state: State, event: Event, fact: f.RosterSeen) -> tuple[Key, ...]:
    touched: list[Key] = []
    for site in state.endpoints:
        if site in fact.present:
            continue
        leg = state.legs.get(site)
        if leg is None:
            state.legs[site] = Leg(
                site, fact.conference, Presence.ABSENT, presence_since_us=event.at_us
            )
            touched.append(("endpoint", site))
        elif leg.conference == fact.conference and leg.presence not in _OUT:
            state.legs[site] = _ended(leg, "", event.at_us)
            touched.append(("endpoint", site))
    return tuple(touched)


def _ended(leg: Leg, reason: str, at_us: int) -> Leg:
    joined = leg.presence in (Presence.CONNECTED, Presence.ON_HOLD, Presence.DROPPED)
    return Leg(
        leg.endpoint,
        leg.conference,
        Presence.DROPPED if joined else Presence.ABSENT,
        name=leg.name,
        address=leg.address,
        reason=reason,
        presence_since_us=at_us,
    )


def _dated(leg: Leg, presence_us: int, mic_us: int) -> Leg:
    """The leg with its two times; written out because `replace` costs three times as much."""
    return Leg(
        leg.endpoint,
        leg.conference,
        leg.presence,
        leg.mic_muted,
        leg.video_muted,
        leg.deaf,
        leg.layout,
        leg.name,
        leg.address,
        leg.hand_raised,
        leg.encrypted,
        leg.reason,
        presence_us,
        mic_us,
    )


def _leg_seen(state: State, event: Event, fact: f.LegSeen) -> tuple[Key, ...]:
    new = fact.leg
    old = state.legs.get(new.endpoint)
    at = event.at_us
    if old is None:
        new = _dated(new, at, at)
    else:
        elsewhere = old.presence not in _OUT and old.conference != new.conference
        if elsewhere and new.presence in _OUT:
            return ()
        new = _dated(
            new,
            old.presence_since_us if old.presence is new.presence else at,
            old.mic_since_us if old.mic_muted is new.mic_muted else at,
        )
        if new == old:
            return ()
    state.legs[new.endpoint] = new
    confirmed = _picture_and_sound(state, at)
    if new.endpoint not in state.endpoints:
        state.endpoints[new.endpoint] = Endpoint(
            new.endpoint,
            new.name or new.address or new.endpoint,
            new.name or new.address or new.endpoint,
            level="guest",
            address=new.address,
            order=1_000_000 + len(state.endpoints),
        )
        return (("roster", state.roster), ("endpoint", new.endpoint))
    own: tuple[Key, ...] = (("endpoint", new.endpoint),)
    return (*own, ("session", "")) if confirmed else own


def _leg_ended(state: State, event: Event, fact: f.LegEnded) -> tuple[Key, ...]:
    leg = state.legs.get(fact.endpoint)
    if leg is None or leg.conference != fact.conference or leg.presence in _OUT:
        return ()
    state.legs[fact.endpoint] = _ended(leg, fact.reason, event.at_us)
    state.speech.pop(fact.endpoint, None)
    state.quality.pop(fact.endpoint, None)
    return (("endpoint", fact.endpoint),)


def _speech_heard(state: State, event: Event, fact: f.SpeechHeard) -> tuple[Key, ...]:
    site = fact.endpoint
    old = state.speech.get(site)
    if old is not None and old.talking == fact.talking:
        if old.level == fact.level:
            return ()
        since = old.since_us
    else:
        since = event.at_us
    state.speech[site] = Speech(site, fact.talking, fact.level, since)
    return (("endpoint", site),)


def _quality_measured(state: State, event: Event, fact: f.QualityMeasured) -> tuple[Key, ...]:
    state.quality[fact.endpoint] = fact.quality
    return (("endpoint", fact.endpoint),)


FOLDERS = {
    f.ConferenceSeen: _conference_seen,
    f.RosterSeen: _roster_seen,
    f.LegSeen: _leg_seen,
    f.LegEnded: _leg_ended,
    f.SpeechHeard: _speech_heard,
    f.QualityMeasured: _quality_measured,
}
