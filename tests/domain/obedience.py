"""What a device that does as it is told would report."""

from __future__ import annotations

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    RecordConference,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.observed import HOME, Preset
from console.domain.presence import Presence
from tests.domain.meeting import Meeting


def obey(meeting: Meeting, command: Command) -> None:
    """Make a wish come true, as its devices would, or the console itself."""
    for step in command.steps(meeting.state):
        obey(meeting, step)
    meeting.tell(*command.facts(meeting.state), *_reported(meeting, command))


def _reported(it: Meeting, command: Command) -> list[f.Fact]:
    state = it.state
    match command:
        case MuteSite(endpoint=site, muted=muted):
            return [it.leg(site, mic_muted=muted)]
        case HideVideo(endpoint=site, hidden=hidden):
            return [it.leg(site, video_muted=hidden)]
        case SetScreenLayout(endpoint=site, layout=layout):
            return [it.leg(site, layout=layout)]
        case MuteAllBut():
            return [it.leg(site, mic_muted=True) for site in command.open_sites(state)]
        case PutOnPodium(conference=call, endpoint=site):
            return [it.conference(call, podium=site)]
        case SetConferenceLayout(conference=call, layout=layout):
            return [it.conference(call, layout=layout)]
        case LockConference(conference=call, locked=locked):
            return [it.conference(call, locked=locked)]
        case RecordConference(conference=call, on=on):
            return [it.conference(call, recording=on)]
        case ShowBanner(conference=call, text=text):
            return [it.conference(call, banner=text)]
        case DialSite(endpoint=site):
            return [it.leg(site, presence=Presence.CONNECTED)]
        case HangUpSite(endpoint=site):
            return [f.LegEnded(state.legs[site].conference, site)]
        case HangUpAll(conference=call):
            return [f.LegEnded(call, leg.endpoint) for leg in state.legs.values()]
        case _:
            return _reported_by_room(it, command)


def _reported_by_room(it: Meeting, command: Command) -> list[f.Fact]:
    device = command.route(it.state)
    match command:
        case RecallPreset(endpoint=site, number=number):
            return [f.CameraSeen(site, device, False, number)]
        case HomeCamera(endpoint=site):
            return [f.CameraSeen(site, device, False, HOME)]
        case MoveCamera(endpoint=site):
            moving = bool(command.pan or command.tilt or command.zoom)
            return [f.CameraSeen(site, device, moving, None)]
        case StorePreset(endpoint=site, number=number, name=name):
            kept = [p for p in it.state.rooms[site].presets or () if p.number != number]
            return [f.PresetsListed(site, device, (*kept, Preset(number, name)))]
        case MuteRoom(endpoint=site, muted=muted):
            return [f.RoomSeen(site, device, muted, it.state.rooms[site].standby)]
        case SetStandby(endpoint=site, on=on):
            return [f.RoomSeen(site, device, it.state.rooms[site].mic_muted, on)]
        case _:
            return []
