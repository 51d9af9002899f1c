"""What each key wishes: from State and Selection to a Command, or the Problem that forbids it."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.own import (
    AcknowledgeAlarms,
    CloseSession,
    ConfirmTwoWay,
    MoveScript,
    NoteChairCall,
    StageNext,
)
from console.domain.commands.room import HomeCamera, RecallPreset, StorePreset
from console.domain.commands.take import TakeToPodium
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.state import State
from console.qt.looks.alarms import Standing, standing
from console.qt.looks.layouts import NUMBERED
from console.qt.looks.podium import returned_podium
from console.qt.looks.script import pointer
from console.qt.looks.sites import conference_of, connected, short
from console.qt.selection import Selection, camera_target, dial_targets, take_target
from console.qt.wording import say

Wish = Command | Problem
CUE_S = 20
"""So long (s) the site is asked on the picture to open its microphone."""


def _batch(wishes: Sequence[Command]) -> Command:
    return wishes[0] if len(wishes) == 1 else Batch(of=tuple(wishes))


# -- podium ------------------------------------------------------------------------------------


def take(state: State, selection: Selection) -> Wish:
    """F12: the next, else the selected site, goes on the podium (R83)."""
    site = take_target(state, selection)
    if not site:
        return Problem.of("select.next")
    return TakeToPodium(endpoint=site, expected=state.podium, preset=_preset(state, site))


def _preset(state: State, site: str) -> int | None:
    """The camera memory that the running order gives a site, at the line nearest ahead."""
    script, line = state.session.script, state.session.line
    presets = [
        (abs(i - line - 1), item.preset)
        for i, item in enumerate(script)
        if item.endpoint == site and item.preset is not None
    ]
    return min(presets)[1] if presets else None


def stage(state: State, selection: Selection) -> Wish:
    """Space: the selected site is made ready as the next."""
    if not selection.single:
        return Problem.of("select.one")
    if selection.single == state.podium:
        return Problem.of("stage.on_podium", site=short(state, selection.single))
    return StageNext(endpoint=selection.single)


def unstage(state: State, selection: Selection) -> Wish:
    """Esc: nobody is next."""
    return StageNext(endpoint="") if state.session.next else Problem.of("stage.nobody")


def clear_podium(state: State, selection: Selection) -> Wish:
    """Nobody on the podium."""
    if not state.podium:
        return Problem.of("podium.nobody")
    on = [c.id for c in state.conferences.values() if c.podium]
    return _batch([PutOnPodium(conference=c, endpoint="") for c in on])


def chair_calls(state: State, selection: Selection) -> Wish:
    """C: the chair calls; the stopwatch starts (R80)."""
    if not state.session.id:
        return Problem.of("session.none")
    site = take_target(state, selection)
    return NoteChairCall(endpoint="" if site == state.podium else site)


def two_way(state: State, selection: Selection) -> Wish:
    """V: the operator heard both ways (R6)."""
    calls = state.session.calls
    if not state.podium or not calls or not calls[-1].take_us:
        return Problem.of("two_way.nobody")
    if calls[-1].proven_us:
        return Problem.of("two_way.already")
    return ConfirmTwoWay()


# -- sound and picture -------------------------------------------------------------------------


def mute(state: State, selection: Selection) -> Wish:
    """M: the selected sites are silenced, or heard again if all of them are silent (R27)."""
    here = [s for s in selection.sites if connected(state, s)]
    if not here:
        return _not_here(state, selection)
    opened = [s for s in here if state.legs[s].mic_muted is not True]
    return _batch([MuteSite(endpoint=s, muted=bool(opened)) for s in opened or here])


def mute_others(state: State, selection: Selection) -> Wish:
    """Shift+M: everyone but the podium and the chair."""
    live = [c.id for c in state.conferences.values() if c.live]
    if not live:
        return Problem.of("conference.none")
    keep = tuple(s for s in (state.podium, state.session.chair) if s)
    return _batch([MuteAllBut(conference=c, keep=keep) for c in live])


def cue(state: State, selection: Selection) -> Wish:
    """U: the picture asks the site to open its own microphone (R85)."""
    site = selection.single or ("" if selection.sites else state.podium)
    leg = state.legs.get(site)
    if not site or leg is None:
        return Problem.of("select.one")
    text = say("cue.unmute", name=short(state, site))
    return ShowBanner(conference=leg.conference, text=text, seconds=CUE_S)


def hide(state: State, selection: Selection) -> Wish:
    """The selected sites' cameras are hidden, or shown again if all are hidden."""
    here = [s for s in selection.sites if connected(state, s)]
    if not here:
        return _not_here(state, selection)
    shown = [s for s in here if state.legs[s].video_muted is not True]
    return _batch([HideVideo(endpoint=s, hidden=bool(shown)) for s in shown or here])


def layout(state: State, number: int) -> Wish:
    """L then 1–9: the picture that everyone sees."""
    conference = state.conferences.get(conference_of(state))
    if conference is None:
        return Problem.of("conference.none")
    wanted = NUMBERED[number - 1]
    device = state.devices.get(conference.device)
    return _shown(
        SetConferenceLayout(conference=conference.id, layout=wanted),
        wanted,
        device.layouts if device else (),
        device.name if device else "",
    )


def screen(state: State, number: int) -> Wish:
    """Shift+L then 1–9: the chair's own screen (R84)."""
    chair = state.session.chair
    if not chair or chair not in state.legs:
        return Problem.of("chair.none")
    wanted = NUMBERED[number - 1]
    device = state.device_for(chair)
    return _shown(
        SetScreenLayout(endpoint=chair, layout=wanted),
        wanted,
        device.screen_layouts if device else (),
        device.name if device else "",
    )


def _shown(command: Command, wanted: Layout, shown: tuple[Layout, ...], device: str) -> Wish:
    if wanted not in shown and device:
        return Problem.of("layout.not_supported", device=device)
    return command


# -- camera ------------------------------------------------------------------------------------


def recall(state: State, selection: Selection, number: int) -> Wish:
    """Alt+1–9: the camera turns to a memory (R87)."""
    site = camera_target(state, selection)
    return RecallPreset(endpoint=site, number=number) if site else Problem.of("select.one")


def home(state: State, selection: Selection) -> Wish:
    """Alt+0: the camera looks straight ahead."""
    site = camera_target(state, selection)
    return HomeCamera(endpoint=site) if site else Problem.of("select.one")


def store(state: State, selection: Selection, number: int) -> Wish:
    """Alt+1–9 held: where the camera points becomes the memory; it keeps its name."""
    site = camera_target(state, selection)
    if not site:
        return Problem.of("select.one")
    room = state.rooms.get(site)
    known = {p.number: p.name for p in room.presets or ()} if room else {}
    name = known.get(number) or say("camera.preset", n=number)
    return StorePreset(endpoint=site, number=number, name=name)


# -- calls -------------------------------------------------------------------------------------


def redial(state: State, selection: Selection) -> Wish:
    """F4: call again, whatever is left of the old leg (R67); once the site that fell off the
    podium is back, it goes on again. Who is on the podium or has the chair is not thrown out by a
    tap: the key for that is held."""
    back = returned_podium(state)
    if back and back != state.session.next:
        return TakeToPodium(endpoint=back, expected="", preset=_preset(state, back))
    sites = dial_targets(state, selection)
    conference = conference_of(state)
    if not sites:
        return Problem.of("select.some")
    if not conference:
        return Problem.of("conference.none")
    live = next((s for s in sites if _needed(state, s)), None)
    if live is not None:
        return Problem.of("dial.needed", site=short(state, live))
    wishes: list[Command] = []
    for site in sites:
        leg, endpoint = state.legs.get(site), state.endpoints.get(site)
        address = (endpoint.address if endpoint else "") or (leg.address if leg else "")
        if address:
            own = leg.conference if leg and leg.conference in state.conferences else conference
            wishes.append(DialSite(conference=own, endpoint=site, address=address, fresh=True))
    if not wishes:
        return Problem.of("dial.no_address", site=short(state, sites[0]))
    return _batch(wishes)


def _needed(state: State, site: str) -> bool:
    """Whether the meeting would stop if a tap threw the site out: it speaks, or it is the chair."""
    return connected(state, site) and site in (state.podium, state.session.chair)


def hang_up(state: State, selection: Selection) -> Wish:
    """The selected sites leave; can't be taken back."""
    here = [
        s
        for s in selection.sites
        if (leg := state.legs.get(s)) is not None
        and leg.presence not in (Presence.ABSENT, Presence.DROPPED)
    ]
    if not here:
        return _not_here(state, selection)
    return _batch([HangUpSite(endpoint=s) for s in here])


def hang_up_all(state: State, selection: Selection) -> Wish:
    """Everyone leaves; can't be taken back."""
    live = [c.id for c in state.conferences.values() if c.live]
    return (
        _batch([HangUpAll(conference=c) for c in live]) if live else Problem.of("conference.none")
    )


def lock(state: State, selection: Selection) -> Wish:
    """Nobody else gets in on any MCU, or every door opens again."""
    live = [c for c in state.conferences.values() if c.live]
    if not live:
        return Problem.of("conference.none")
    close = not all(c.locked for c in live)
    return _batch([LockConference(conference=c.id, locked=close) for c in live])


def close_session(state: State, selection: Selection) -> Wish:
    """The meeting ends at this console; can't be taken back."""
    return CloseSession() if state.session.id else Problem.of("session.none")


# -- script and alarms -------------------------------------------------------------------------


def step_script(state: State, by: int) -> Wish:
    """F9 and F10: the line before or after becomes the next; one without a site becomes current.

    Stepping back onto the line where we are takes the staging back.
    """
    session = state.session
    target = pointer(session) + by
    if not session.script:
        return Problem.of("script.none")
    if target >= len(session.script):
        return Problem.of("script.end")
    if target < -1 or (target == -1 and session.line == -1 and not session.next):
        return Problem.of("script.start")
    site = session.script[target].endpoint if target >= 0 else ""
    if site and site != state.podium and target != session.line:
        return StageNext(endpoint=site)
    moves: list[Command] = [StageNext(endpoint="")] if session.next else []
    if target != session.line:
        moves.append(MoveScript(line=target))
    return _batch(moves)


def acknowledge(state: State, now_us: int) -> Wish:
    """F8: the most pressing alarm that nobody took note of."""
    waiting = [
        (standing(a, now_us).value, a.priority, a.raised_us, a.id)
        for a in state.alarms.values()
        if standing(a, now_us) in (Standing.NEW, Standing.OVER)
    ]
    return AcknowledgeAlarms(alarms=(min(waiting)[3],)) if waiting else Problem.of("alarm.none")


def acknowledge_all(state: State, now_us: int) -> Wish:
    """Shift+F8: every alarm that nobody took note of."""
    waiting = tuple(
        a.id for a in state.alarms.values() if standing(a, now_us) in (Standing.NEW, Standing.OVER)
    )
    return AcknowledgeAlarms(alarms=waiting) if waiting else Problem.of("alarm.none")


def _not_here(state: State, selection: Selection) -> Problem:
    if not selection.sites:
        return Problem.of("select.some")
    return Problem.of("site.not_connected", site=short(state, selection.sites[0]))
