"""What is said of one site wherever it is named: its name, whether it is ready, its conference."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.alarm import Alarm
from console.domain.device import LinkHealth
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.state import State
from console.domain.text import clean_name, without_scheme
from console.qt.wording import say

_OUT = (Presence.ABSENT, Presence.DROPPED, Presence.UNKNOWN)
_POLICY = Policy()


def short(state: State, site: str) -> str:
    """A site's short name, cleaned; its id where the roster lacks it. Where it is an address (a
    guest's), that begins with who he is."""
    endpoint = state.endpoints.get(site)
    if endpoint is None:
        return clean_name(site)
    return without_scheme(clean_name(endpoint.short or endpoint.name))


def full(state: State, site: str) -> str:
    """A site's name with its district's, so that it is like no other: «Ea Hồ (Krông Năng)»."""
    endpoint = state.endpoints.get(site)
    parent = state.endpoints.get(endpoint.parent) if endpoint else None
    if endpoint is None or parent is None or not parent.parent:
        return short(state, site)
    return f"{short(state, site)} ({short(state, parent.id)})"


def conference_of(state: State) -> str:
    """The conference that the session is about: its own, the chair's, or the only live one."""
    session = state.session
    if session.conference in state.conferences:
        return session.conference
    leg = state.legs.get(session.chair)
    if leg is not None and leg.conference in state.conferences:
        return leg.conference
    return next((c.id for c in state.conferences.values() if c.live), "")


def connected(state: State, site: str) -> bool:
    """Whether a site is in the conference."""
    leg = state.legs.get(site)
    return leg is not None and leg.presence in (Presence.CONNECTED, Presence.ON_HOLD)


def worst_alarm(state: State, site: str, now_us: int) -> Alarm | None:
    """The most urgent alarm that concerns a site and is neither over nor put aside."""
    live = [
        alarm
        for alarm in state.alarms.values()
        if site in alarm.sites and not alarm.cleared_us and alarm.shelved_until_us <= now_us
    ]
    return min(live, key=lambda alarm: (alarm.priority, alarm.raised_us), default=None)


def stale_s(state: State, device: str, now_us: int) -> float:
    """For how long (s) a device has been silent; 0 where it never spoke."""
    heard = state.heard.get(device)
    return max(0.0, (now_us - heard) / 1e6) if heard else 0.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a site could go on the podium now; `text` says it, or what is missing."""

    ready: bool
    text: str
    out: bool = False
    """It is not in the conference at all."""


def readiness(state: State, site: str, now_us: int) -> Readiness:
    """What the technician must know before TAKE, most important first."""
    leg = state.legs.get(site)
    presence = leg.presence if leg else Presence.UNKNOWN
    if leg is None or presence in _OUT:
        since = (now_us - leg.presence_since_us) / 1e6 if leg else 0.0
        lost = presence is Presence.DROPPED
        key = "ready.lost" if lost else "ready.absent"
        return Readiness(False, say(key, s=since), out=True)
    if presence in (Presence.DIALLING, Presence.RINGING):
        return Readiness(False, say("ready.dialling"), out=True)
    if presence is Presence.ON_HOLD:
        return Readiness(False, say("ready.on_hold"))
    silent_s = stale_s(state, state.device_of(leg.conference), now_us)
    if silent_s >= _POLICY.grey_s:
        return Readiness(False, say("ready.stale", s=int(silent_s)))
    if leg.video_muted:
        return Readiness(False, say("ready.video_muted"))
    room = state.rooms.get(site)
    if room is not None and room.standby:
        return Readiness(False, say("ready.standby"))
    quality = state.quality.get(site)
    loss = quality.loss_pct if quality else None
    if loss is not None and loss >= _POLICY.loss_warn_pct:
        return Readiness(loss < _POLICY.loss_bad_pct, say("ready.lossy", loss=loss))
    if room is not None and room.mic_muted:
        return Readiness(True, say("ready.mic_off"))
    endpoint = state.endpoints.get(site)
    if endpoint is not None and endpoint.check == "failed":
        return Readiness(True, say("ready.check_failed"))
    device = state.devices.get(endpoint.room) if endpoint else None
    if device is not None and device.health is LinkHealth.DOWN:
        return Readiness(True, say("ready.no_room"))
    return Readiness(True, say("ready.yes"))
