"""What MCUs report: conferences, legs, speech, quality."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.commands.mcu import HangUpAll, HangUpSite
from console.domain.conference import Conference
from console.domain.event import Event
from console.domain.fold import guests
from console.domain.observed import Leg, Speech
from console.domain.presence import Presence
from console.domain.state import Key, Phase, State

_DROPPED = Presence.DROPPED
_OUT = (Presence.ABSENT, _DROPPED)
_IN = (Presence.CONNECTED, Presence.ON_HOLD)
_SESSION: tuple[Key, ...] = (("session", ""),)


def _conference_seen(state: State, event: Event, fact: f.ConferenceSeen) -> tuple[Key, ...]:
    new = fact.conference
    old = state.conferences.get(new.id)
    same_podium = old is not None and old.podium == new.podium
    since_us = _podium_since(state, old, new, event.at_us)
    if since_us != new.podium_since_us:
        new = replace(new, podium_since_us=since_us)
    if new == old:
        return ()
    state.conferences[new.id] = new
    keys: tuple[Key, ...] = (("conference", new.id),)
    if _picture_and_sound(state, event.at_us) or not same_podium:
        keys += _SESSION
    if not same_podium:
        touched = {new.podium, old.podium if old else None} - {None, ""}
        keys += tuple(("endpoint", site) for site in sorted(s for s in touched if s))
        _expect(state, old, new)
    return keys


def _podium_since(state: State, old: Conference | None, new: Conference, at_us: int) -> int:
    """Since when whoever is on the podium is there. An MCU that was away for a while and does not
    know yet who has it takes nobody off: the speaking time of who is still there goes on."""
    if new.podium == "":
        return 0
    if old is None:
        return at_us if new.podium else 0
    if new.podium in (None, old.podium):
        return old.podium_since_us
    resumed = old.podium is None and state.podiums.get(new.id) == new.podium
    return (old.podium_since_us if resumed else 0) or at_us


def _expect(state: State, old: Conference | None, new: Conference) -> None:
    """Who is to be on the podium from now on: whoever is there; and nobody any more where a site
    that is still in the conference was taken off it. A site that was lost from it and has come
    back is not taken off, though its MCU did not know at first what it is now."""
    known = state.podiums.get(new.id, "")
    was_there = old is not None and (old.podium == known or old.podium_since_us > 0)
    if new.podium:
        state.podiums[new.id] = new.podium
    elif new.podium == "" and known and was_there:
        leg = state.legs.get(known)
        if leg is not None and leg.presence in _IN:
            state.podiums[new.id] = ""


def _picture_and_sound(state: State, at_us: int) -> bool:
    """t2 of the connection time: the MCU reports the called site's picture and sound (R5)."""
    call = state.session.taken
    if call is None or call.confirmed_us:
        return False
    leg = state.legs.get(call.endpoint)
    if leg is None or leg.mic_muted is not False or state.podium != leg.endpoint:
        return False
    state.session = state.session.with_taken(replace(call, confirmed_us=at_us))
    return True


def _roster_seen(state: State, event: Event, fact: f.RosterSeen) -> tuple[Key, ...]:
    touched: list[Key] = []
    everyone_hung_up = _everyone_hung_up(state, fact.conference)
    for leg in list(state.legs.values()):
        live = leg.conference == fact.conference and leg.presence not in _OUT
        if live and leg.endpoint not in fact.present:
            touched += _end(state, leg, "", event.at_us, everyone_hung_up)
    for site in state.endpoints:
        if site not in state.legs and site not in fact.present:
            state.legs[site] = Leg(
                site, fact.conference, Presence.ABSENT, presence_since_us=event.at_us
            )
            touched += (("endpoint", site), *_fall_silent(state, site))
    return tuple(touched)


def _everyone_hung_up(state: State, conference: str) -> bool:
    """Whether this console is ending every leg of a conference."""
    return any(
        isinstance(tracked.command, HangUpAll)
        and tracked.command.conference == conference
        and tracked.phase.open
        for tracked in state.commands.values()
    )


def _hung_up(state: State, site: str) -> bool:
    """Whether this console asked for a site's leg to end."""
    tracked = state.commands.get(state.wishes.get(site, ""))
    return (
        tracked is not None
        and isinstance(tracked.command, HangUpSite)
        and tracked.phase is not Phase.REFUSED
    )


def _end(state: State, leg: Leg, reason: str, at_us: int, hung_up: bool) -> tuple[Key, ...]:
    """The leg is over. A site that was in the conference and did not go by our own wish is lost."""
    site = leg.endpoint
    hung_up = hung_up or _hung_up(state, site)
    lost = leg.joined and not hung_up
    state.legs[site] = Leg(
        site,
        leg.conference,
        Presence.DROPPED if lost else Presence.ABSENT,
        name=leg.name,
        address=leg.address,
        reason=reason,
        presence_since_us=at_us,
        joined=lost,
    )
    keys: tuple[Key, ...] = (("endpoint", site), *_fall_silent(state, site))
    if hung_up and state.podiums.get(leg.conference) == site:
        state.podiums[leg.conference] = ""
        return (*keys, *_SESSION)
    return keys


def _fall_silent(state: State, site: str) -> tuple[Key, ...]:
    """What is measured of a leg ends with it; the key of its speech, if there was any."""
    state.quality.pop(site, None)
    return (("speech", site),) if state.speech.pop(site, None) is not None else ()


def _folded(leg: Leg, presence_us: int, mic_us: int, joined: bool) -> Leg:
    """The leg with what the fold knows; `replace` would cost three times as much."""
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
        joined,
    )


def _told_before(new: Leg, old: Leg) -> bool:
    """Whether a device tells of a leg what is known of it."""
    return (
        new.presence is old.presence
        and new.mic_muted is old.mic_muted
        and new.video_muted is old.video_muted
        and new.deaf is old.deaf
        and new.conference == old.conference
        and new.hand_raised is old.hand_raised
        and new.encrypted is old.encrypted
        and new.name == old.name
        and new.address == old.address
        and new.reason == old.reason
        and new.layout == old.layout
    )


def _leg_seen(state: State, event: Event, fact: f.LegSeen) -> tuple[Key, ...]:
    new = fact.leg
    site, presence = new.endpoint, new.presence
    old = state.legs.get(site)
    at = event.at_us
    out = presence in _OUT
    joined = presence in _IN or presence is _DROPPED
    if old is None:
        new = _folded(new, at, at, joined)
    else:
        if out and old.conference != new.conference and old.presence not in _OUT:
            return ()
        joined = joined or (old.joined and not out)
        if joined is old.joined and _told_before(new, old):
            return ()
        new = _folded(
            new,
            old.presence_since_us if old.presence is presence else at,
            old.mic_since_us if old.mic_muted is new.mic_muted else at,
            joined,
        )
    silent = _fall_silent(state, site) if out else ()
    state.legs[site] = new
    keys: tuple[Key, ...] = (("endpoint", site), *silent)
    if new.mic_muted is False and _picture_and_sound(state, at):
        keys += _SESSION
    endpoint = state.endpoints.get(site)
    if endpoint is None or endpoint.level == guests.LEVEL:
        keys += guests.welcome(state, new)
    return keys


def _leg_ended(state: State, event: Event, fact: f.LegEnded) -> tuple[Key, ...]:
    leg = state.legs.get(fact.endpoint)
    if leg is None or leg.conference != fact.conference or leg.presence in _OUT:
        return ()
    return _end(state, leg, fact.reason, event.at_us, _everyone_hung_up(state, leg.conference))


def _speech_heard(state: State, event: Event, fact: f.SpeechHeard) -> tuple[Key, ...]:
    site = fact.endpoint
    old = state.speech.get(site)
    if old is not None and old.talking == fact.talking:
        if old.level == fact.level:
            return ()
        since = old.since_us
    else:
        leg = state.legs.get(site)
        if leg is not None and leg.presence in _OUT:
            return ()  # samples are folded after facts: this one is of before the leg ended
        since = event.at_us
    state.speech[site] = Speech(site, fact.talking, fact.level, since)
    return (("speech", site),)


def _quality_measured(state: State, event: Event, fact: f.QualityMeasured) -> tuple[Key, ...]:
    site, new = fact.endpoint, fact.quality
    old = state.quality.get(site)
    if old is None:
        leg = state.legs.get(site)
        if leg is not None and leg.presence in _OUT:
            return ()
    elif old.at_us == new.at_us and old == new:
        return ()
    state.quality[site] = new
    return (("endpoint", site),)


FOLDERS = {
    f.ConferenceSeen: _conference_seen,
    f.RosterSeen: _roster_seen,
    f.LegSeen: _leg_seen,
    f.LegEnded: _leg_ended,
    f.SpeechHeard: _speech_heard,
    f.QualityMeasured: _quality_measured,
}
