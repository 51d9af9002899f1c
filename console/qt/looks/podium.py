"""What the podium panel shows: who is on, how TAKE is doing step by step, who is next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from console.domain.commands.base import Command
from console.domain.commands.mcu import MuteSite, PutOnPodium, SetScreenLayout
from console.domain.commands.room import RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.conference import Conference
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.session import ChairCall
from console.domain.state import Phase, State, Tracked
from console.qt.looks.sites import Readiness, connected, full, readiness, stale_s
from console.qt.wording import elapsed, say, say_refused, seconds

_GONE = (Presence.DROPPED, Presence.DIALLING, Presence.RINGING, Presence.ABSENT)
_STEPS_SHOWN_S = 600
_ATTEMPT_SHOWN_S = 120
_CALL_SHOWN_S = 300
"""A call of the chair that nobody answers is shown for so long."""


NOT_READY = Readiness(False, "")


class Stand(Enum):
    """How the podium stands."""

    VACANT = "vacant"
    TAKING = "taking"
    ON = "on"
    LOST = "lost"
    """The site on the podium has dropped (R71)."""
    BACK = "back"
    """It has come back, and the podium waits for it."""


class StepTone(Enum):
    """How far one step of TAKE has come."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    """It was confirmed, and since then the device reports the contrary."""


FAILED = (StepTone.REFUSED, StepTone.UNKNOWN, StepTone.UNDONE)


@dataclass(frozen=True, slots=True)
class StepLook:
    """One step of TAKE. `why` says what went wrong and what to do; "" while nothing did."""

    command: str
    text: str
    tone: StepTone
    why: str = ""


@dataclass(frozen=True, slots=True)
class PodiumLook:
    """The podium. `spoken_s` is the speaking time (−1: not speaking), `planned_s` what the
    running order gives it (0: nothing); `connection` the connection time as a sentence,
    `running` whether that stopwatch is still going; `stale_s` since when its MCU is silent (0: it
    is not). `unheard` says why nobody hears the site on the podium, "" if nothing reports it."""

    stand: Stand = Stand.VACANT
    site: str = ""
    name: str = ""
    spoken_s: int = -1
    planned_s: int = 0
    connection: str = ""
    running: bool = False
    steps: tuple[StepLook, ...] = ()
    note: str = ""
    stale_s: int = 0
    unheard: str = ""
    attempt: str = ""
    """Whom the newest TAKE did not bring onto the podium; its failed steps are in `failed`."""
    failed: tuple[StepLook, ...] = ()


@dataclass(frozen=True, slots=True)
class NextLook:
    """Who is next and whether that site could speak now."""

    site: str = ""
    name: str = ""
    readiness: Readiness = NOT_READY
    alarmed: bool = False


def podium_look(state: State, now_us: int) -> PodiumLook:
    """The podium as it is now."""
    take = _newest_take(state)
    lost = lost_podium(state)
    if lost:
        since = (now_us - state.legs[lost].presence_since_us) / 1e6
        again = state.legs[lost].presence in (Presence.DIALLING, Presence.RINGING)
        note = say("podium.redialling" if again else "podium.lost_for", s=max(0.0, since))
        return PodiumLook(Stand.LOST, lost, full(state, lost), note=note)
    back = returned_podium(state)
    if back:
        note = say("podium.returned")
        return PodiumLook(Stand.BACK, back, full(state, back), note=note)
    taking = take is not None and take.phase.open and not _stands(state, take)
    site = take.command.sites()[0] if take is not None and taking else state.podium
    unsaid = None if site else _unsaid(state, state.expected_podium)
    if unsaid is not None:
        site = state.expected_podium
    if not site:
        connection, running = _connection(state, "", now_us)
        attempt, failed = _attempt(state, take, now_us)
        return PodiumLook(connection=connection, running=running, attempt=attempt, failed=failed)
    own = take if take is not None and site in take.command.sites() else None
    recent = own is not None and now_us - own.submitted_us < _STEPS_SHOWN_S * 1e6
    steps = _steps(state, own) if own is not None and recent else ()
    attempt, failed = _attempt(state, take, now_us)
    since = unsaid.podium_since_us if unsaid is not None else state.podium_since_us()
    connection, running = _connection(state, site, now_us)
    return PodiumLook(
        Stand.TAKING if taking else Stand.ON,
        site,
        full(state, site),
        -1 if taking or not since else int(max(0, now_us - since) // 1_000_000),
        _planned_s(state, site),
        connection,
        running,
        steps,
        stale_s=_stale_s(state, site, now_us),
        unheard="" if taking else _unheard(state, site),
        attempt=attempt,
        failed=failed or tuple(step for step in steps if step.tone in FAILED),
    )


def _attempt(state: State, take: Tracked | None, now_us: int) -> tuple[str, tuple[StepLook, ...]]:
    """Whom a TAKE that ended did not bring onto the podium, and the steps that failed."""
    if take is None or take.phase.open or _stands(state, take) or _stood(state, take):
        return "", ()
    if now_us - take.ended_us > _ATTEMPT_SHOWN_S * 1e6:
        return "", ()
    failed = tuple(step for step in _steps(state, take) if step.tone in FAILED)
    return (full(state, take.command.sites()[0]), failed) if failed else ("", ())


def _stale_s(state: State, site: str, now_us: int) -> int:
    leg = state.legs.get(site)
    silent_s = stale_s(state, state.device_of(leg.conference), now_us) if leg else 0.0
    return int(silent_s) if silent_s >= Policy().stale_s else 0


def _unheard(state: State, site: str) -> str:
    """Which microphone of the site on the podium is reported off: at the MCU, or in its room."""
    leg, room = state.legs.get(site), state.rooms.get(site)
    if leg is not None and leg.mic_muted:
        return say("podium.muted")
    return say("ready.mic_off") if room is not None and room.mic_muted else ""


def lost_podium(state: State) -> str:
    """The site that should be on the podium and has left the conference, or ""."""
    site = state.expected_podium
    leg = state.legs.get(site)
    if leg is None or leg.presence not in _GONE or state.podium not in ("", site):
        return ""
    return site


def returned_podium(state: State) -> str:
    """The site that should be on the podium and has come back without it, or ""."""
    site = state.expected_podium
    taking = any(isinstance(t.command, TakeToPodium) for t in state.open_commands())
    away = site and not state.podium and not taking and not _unsaid(state, site)
    return site if away and connected(state, site) else ""


def _unsaid(state: State, site: str) -> Conference | None:
    """The conference that had a site on its podium and, its MCU having been away, can't say yet
    whether it still has."""
    for conference in state.conferences.values():
        had = state.podiums.get(conference.id) == site and conference.podium_since_us
        if conference.podium is None and had and connected(state, site):
            return conference
    return None


def next_look(state: State, now_us: int) -> NextLook:
    """Who is staged as next."""
    site = state.session.next
    if not site:
        return NextLook()
    ready = readiness(state, site, now_us)
    return NextLook(site, full(state, site), ready, not ready.ready)


def _newest_take(state: State) -> Tracked | None:
    for tracked in reversed(state.commands.values()):
        if isinstance(tracked.command, TakeToPodium):
            return tracked
    return None


def _stands(state: State, take: Tracked) -> bool:
    """The picture is there already, whatever else is still under way."""
    return state.podium == take.command.sites()[0]


def _stood(state: State, take: Tracked) -> bool:
    """The picture was there, and was taken back since."""
    steps = (state.commands.get(step) for step in take.steps)
    return any(
        isinstance(step.command, PutOnPodium)
        and step.command.endpoint in take.command.sites()
        and step.phase is Phase.CONFIRMED
        for step in steps
        if step is not None
    )


def _steps(state: State, take: Tracked) -> tuple[StepLook, ...]:
    found: list[StepLook] = []
    for step_id in take.steps:
        step = state.commands.get(step_id)
        if step is None:
            continue
        tone = {
            Phase.CONFIRMED: StepTone.DONE,
            Phase.REFUSED: StepTone.REFUSED,
            Phase.UNKNOWN: StepTone.UNKNOWN,
        }.get(step.phase, StepTone.PENDING)
        if tone is StepTone.UNKNOWN and step.command.satisfied(state):
            tone = StepTone.DONE
        unmutes = isinstance(step.command, MuteSite) and not step.command.muted
        stands = unmutes and _stands(state, take)
        if tone is StepTone.DONE and stands and not step.command.satisfied(state):
            tone = StepTone.UNDONE
        why = say_refused(step.problem) if step.problem and tone is not StepTone.DONE else ""
        found.append(StepLook(step_id, step_text(take.command, step.command), tone, why))
    return tuple(found)


def step_text(take: Command, step: Command) -> str:
    """What a step of TAKE does, in a few words."""
    match step:
        case PutOnPodium():
            return say("step.podium" if step.endpoint in take.sites() else "step.release")
        case MuteSite(muted=False):
            return say("step.unmute")
        case MuteSite():
            return say("step.mute")
        case SetScreenLayout():
            return say("step.screen")
        case RecallPreset():
            return say("step.camera", n=step.number)
        case _:
            return say("step.other")


def _planned_s(state: State, site: str) -> int:
    session = state.session
    if not 0 <= session.line < len(session.script):
        return 0
    line = session.script[session.line]
    return (line.minutes or 0) * 60 if line.endpoint == site else 0


def _connection(state: State, site: str, now_us: int) -> tuple[str, bool]:
    """The connection time (R5) in words and whether it still runs."""
    calls = state.session.calls
    call = calls[-1] if calls else ChairCall()
    start = call.called_us or call.take_us
    if not start:
        return "", False
    if not call.take_us:
        if now_us - start > _CALL_SHOWN_S * 1e6:
            return "", False
        return say("podium.called", s=elapsed((now_us - start) / 1e6)), True
    if call.endpoint != site:
        return "", False
    taken = call.connection_s
    if taken is not None:
        return say("podium.connected_in", time=seconds(taken)), False
    if not connected(state, site):
        return "", False
    key = "podium.waits_two_way" if call.confirmed_us else "podium.connecting"
    return say(key, s=elapsed((now_us - start) / 1e6)), True
