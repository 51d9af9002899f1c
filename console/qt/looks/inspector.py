"""What the inspector shows of one site, from top to bottom as a phone call goes."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.commands import mcu, room
from console.domain.commands.base import Command
from console.domain.endpoint import Endpoint
from console.domain.observed import Leg, Quality
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.state import Phase, State, Tracked
from console.qt.looks.alarms import alarm_row
from console.qt.looks.camera import CameraLook, camera_look, clean
from console.qt.looks.contacts import ContactLook, contact_looks
from console.qt.looks.sites import stale_s, worst_alarm
from console.qt.wording import number, say, say_refused

OLD_S = 60
"""A measurement older than this (s) says nothing of the line now."""
_TROUBLE_SHOWN_S = 60
POLICY = Policy()
HERE = (Presence.CONNECTED, Presence.ON_HOLD)
FAILED = (Phase.REFUSED, Phase.UNKNOWN)
ASKED = (mcu.MuteSite, mcu.HideVideo, mcu.ShowBanner, mcu.DialSite, mcu.HangUpSite, room.MuteRoom)


@dataclass(frozen=True, slots=True)
class Said:
    """A text and how it is to be seen: `value`, `muted`, `dim`, `pending`, `refused`,
    `unknown`, `warn`, `bad`, `notice`."""

    text: str
    tone: str = "value"


@dataclass(frozen=True, slots=True)
class LineLook:
    """The line: what it is, where it is dialled, and how it does. `loss` and `jitter` have tones
    by band; `measured` tells that they are of now."""

    kind: str
    address: str
    loss: Said
    jitter: Said
    picture: str
    rtt: str
    measured: bool = False


@dataclass(frozen=True, slots=True)
class SoundLook:
    """Who has switched the sound off: the MCU's mute and the room's own are two things (R85).

    `room_muted` None: not reported. `asked` is what became of the newest wish.
    """

    mcu: Said
    room: Said
    asked: Said
    room_muted: bool | None = None


@dataclass(frozen=True, slots=True)
class SiteLook:
    """One site. `tally` is "podium", "next" or ""."""

    site: str
    crumb: str
    name: str
    tally: str
    chips: tuple[Said, ...]
    contacts: tuple[ContactLook, ...]
    line: LineLook
    sound: SoundLook
    camera: CameraLook


def site_look(state: State, site: str, now_us: int) -> SiteLook:
    """One site as it is now. Raises KeyError for a site that is not in the State."""
    endpoint = state.endpoints[site]
    leg = state.legs.get(site)
    tally = "podium" if state.podium == site else "next" if state.session.next == site else ""
    return SiteLook(
        site,
        _crumb(state, endpoint),
        clean(endpoint.name),
        tally,
        _chips(state, endpoint, leg, now_us),
        contact_looks(state, endpoint),
        line_look(state, endpoint, leg, now_us),
        _sound(state, site, leg, now_us),
        camera_look(state, site, now_us),
    )


def _crumb(state: State, endpoint: Endpoint) -> str:
    way: list[str] = []
    at = state.endpoints.get(endpoint.parent)
    while at is not None and len(way) < 8:
        way.append(clean(at.short))
        at = state.endpoints.get(at.parent)
    tier = say(f"inspector.tier.{endpoint.level}") if endpoint.level in _TIERS else endpoint.level
    place = " › ".join([*reversed(way), *([tier] if tier else [])])
    code = clean(endpoint.id)
    return f"{place} · {code}" if place and endpoint.level != "guest" else place or code


_TIERS = ("province", "district", "commune", "department", "guest")


# -- chips ---------------------------------------------------------------------------------------


def _chips(state: State, endpoint: Endpoint, leg: Leg | None, now_us: int) -> tuple[Said, ...]:
    chips = [presence_said(leg, now_us)]
    device = state.device_of(leg.conference) if leg is not None else ""
    silent_s = stale_s(state, device, now_us)
    if silent_s >= POLICY.stale_s:
        chips.append(Said(say("inspector.stale", s=silent_s), "unknown"))
    chips.append(
        {
            "passed": Said(say("inspector.check.passed"), "value"),
            "failed": Said(say("inspector.check.failed"), "notice"),
        }.get(endpoint.check, Said(say("inspector.check.none"), "dim"))
    )
    speech = state.speech.get(endpoint.id)
    if speech is not None and speech.talking and leg is not None and leg.presence in HERE:
        chips.append(Said(say("inspector.talking"), "value"))
    if leg is not None and leg.hand_raised:
        chips.append(Said(say("inspector.hand"), "pending"))
    if leg is not None and leg.video_muted and leg.presence in HERE:
        chips.append(Said(say("inspector.video_muted"), "notice"))
    if leg is not None and leg.encrypted is False and leg.presence in HERE:
        chips.append(Said(say("inspector.unencrypted"), "notice"))
    alarm = worst_alarm(state, endpoint.id, now_us)
    if alarm is not None:
        row = alarm_row(state, alarm, now_us)
        tone = {1: "bad", 2: "warn"}.get(row.priority, "notice")
        chips.append(Said(say("inspector.alarm", n=row.priority, title=row.title), tone))
    return tuple(chips)


def presence_said(leg: Leg | None, now_us: int) -> Said:
    """Whether a site is in the conference, and since when."""
    if leg is None or leg.presence is Presence.UNKNOWN:
        return Said(say("inspector.presence.unknown"), "dim")
    since = max(0.0, (now_us - leg.presence_since_us) / 1e6)
    tone = {Presence.CONNECTED: "value", Presence.DROPPED: "warn", Presence.ON_HOLD: "notice"}
    text = say(f"inspector.presence.{leg.presence.value}", s=since)
    if leg.presence is Presence.DROPPED and leg.reason:
        text = say("inspector.because", text=text, reason=clean(leg.reason))
    return Said(text, tone.get(leg.presence, "dim"))


# -- who and which line ----------------------------------------------------------------------------


def line_look(state: State, endpoint: Endpoint, leg: Leg | None, now_us: int) -> LineLook:
    kind = say(f"inspector.line.{endpoint.line.value}")
    if endpoint.carrier:
        kind = f"{kind} · {clean(endpoint.carrier)}"
    address = endpoint.address or (leg.address if leg is not None else "")
    quality = state.quality.get(endpoint.id)
    here = leg is not None and leg.presence in HERE
    fresh = quality is not None and here and now_us - quality.at_us < OLD_S * 1e6
    if quality is None or not fresh:
        none = Said(say("inspector.not_measured"), "dim")
        return LineLook(kind, clean(address), none, none, "", "")
    return LineLook(
        kind,
        clean(address),
        _banded(quality.loss_pct, "loss", POLICY.loss_warn_pct, POLICY.loss_bad_pct),
        _banded(quality.jitter_ms, "jitter", POLICY.jitter_warn_ms, POLICY.jitter_bad_ms),
        _picture(quality),
        "" if quality.rtt_ms is None else say("inspector.rtt", value=quality.rtt_ms),
        measured=True,
    )


def _banded(value: float | None, figure: str, warn: float, bad: float) -> Said:
    if value is None:
        return Said(say("inspector.not_measured"), "dim")
    text = say(f"inspector.{figure}", value=float(value))
    return Said(text, "bad" if value >= bad else "warn" if value >= warn else "value")


def _picture(quality: Quality) -> str:
    parts: list[str] = []
    if quality.width and quality.height:
        parts.append(f"{quality.width}×{quality.height}")
        if quality.fps:
            parts.append(number(quality.fps, 0))
    if quality.rx_kbps is not None:
        parts.append(say("inspector.rate", value=quality.rx_kbps / 1000))
    return " · ".join(parts)


# -- sound -----------------------------------------------------------------------------------------


def _sound(state: State, site: str, leg: Leg | None, now_us: int) -> SoundLook:
    at_room = state.rooms.get(site)
    room_muted = at_room.mic_muted if at_room is not None else None
    here = leg is not None and leg.presence in HERE
    return SoundLook(
        _mcu_said(state, leg, now_us) if here else Said(say("inspector.sound.not_here"), "dim"),
        _room_said(room_muted, opened=here and leg is not None and leg.mic_muted is False),
        asked_said(state, site, now_us),
        room_muted,
    )


def _mcu_said(state: State, leg: Leg | None, now_us: int) -> Said:
    if leg is None or leg.mic_muted is None:
        return Said(say("inspector.sound.mcu_unknown"), "unknown")
    if leg.mic_muted:
        return Said(say("inspector.sound.mcu_muted", at=leg.mic_since_us), "muted")
    open_s = max(0.0, (now_us - leg.mic_since_us) / 1e6)
    wanted = leg.endpoint in (state.podium, state.session.chair)
    text = say("inspector.sound.mcu_open", at=leg.mic_since_us, s=open_s)
    return Said(text, "value" if wanted else "warn")


def _room_said(muted: bool | None, opened: bool) -> Said:
    if muted is None:
        return Said(say("inspector.sound.room_unknown"), "dim")
    if not muted:
        return Said(say("inspector.sound.room_open"), "muted")
    return Said(say("inspector.sound.room_muted"), "warn" if opened else "muted")


def asked_said(state: State, site: str, now_us: int) -> Said:
    """What became of the newest wish about this site's sound, picture or call."""
    for tracked in reversed(state.commands.values()):
        command = tracked.command
        if isinstance(command, ASKED) and site in _about(state, command):
            return outcome_said(state, tracked, now_us)
    return Said("", "dim")


def _about(state: State, command: Command) -> tuple[str, ...]:
    if isinstance(command, mcu.ShowBanner):
        leg = state.legs.get(state.podium)
        cued = leg is not None and leg.conference == command.conference and command.text
        return (state.podium,) if cued else ()
    return command.sites()


def outcome_said(state: State, tracked: Tracked, now_us: int) -> Said:
    what = _what(tracked.command)
    if tracked.phase.open:
        waited = max(0.0, (now_us - tracked.submitted_us) / 1e6)
        return Said(say("inspector.asked", what=what, s=waited), "pending")
    recent = now_us - tracked.ended_us < _TROUBLE_SHOWN_S * 1e6
    if tracked.phase is Phase.REFUSED and recent:
        why = say_refused(tracked.problem) if tracked.problem is not None else ""
        return Said(say("inspector.refused", what=what, why=why), "refused")
    if tracked.phase is Phase.UNKNOWN and not tracked.command.satisfied(state):
        return Said(say("inspector.unknown", what=what), "unknown")
    return Said("", "dim")


def _what(command: Command) -> str:
    match command:
        case mcu.MuteSite():
            return say("inspector.what.mute" if command.muted else "inspector.what.unmute")
        case mcu.HideVideo():
            return say("inspector.what.hide" if command.hidden else "inspector.what.show")
        case mcu.DialSite():
            return say("inspector.what.dial")
        case mcu.HangUpSite():
            return say("inspector.what.hang_up")
        case room.MuteRoom():
            return say(
                "inspector.what.mute_room" if command.muted else "inspector.what.unmute_room"
            )
        case _:
            return say("inspector.what.cue")
