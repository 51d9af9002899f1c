"""What room systems and cameras report.

Where a site has both, each is believed about its own part: the camera about the camera, the room
system about all else."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.event import Event
from console.domain.observed import Room
from console.domain.state import Key, State


def _put(state: State, room: Room) -> tuple[Key, ...]:
    if state.rooms.get(room.endpoint) == room:
        return ()
    state.rooms[room.endpoint] = room
    return (("endpoint", room.endpoint),)


def _speaks_for(state: State, endpoint: str, device: str, part: Capability) -> bool:
    """Whether this is the device to be believed about that part of a room."""
    return state.device_at(endpoint, part) in ("", device)


def _room(state: State, endpoint: str, device: str) -> Room:
    return state.rooms.get(endpoint) or Room(endpoint, device)


def _room_seen(state: State, event: Event, fact: f.RoomSeen) -> tuple[Key, ...]:
    if not _speaks_for(state, fact.endpoint, fact.device, Capability.STANDBY):
        return ()
    return _put(
        state,
        replace(
            _room(state, fact.endpoint, fact.device),
            device=fact.device,
            mic_muted=fact.mic_muted,
            standby=fact.standby,
            in_call=fact.in_call,
        ),
    )


def _presets_listed(state: State, event: Event, fact: f.PresetsListed) -> tuple[Key, ...]:
    if not _speaks_for(state, fact.endpoint, fact.device, Capability.PRESET_LIST):
        return ()
    return _put(state, replace(_room(state, fact.endpoint, fact.device), presets=fact.presets))


def _camera_seen(state: State, event: Event, fact: f.CameraSeen) -> tuple[Key, ...]:
    if not _speaks_for(state, fact.endpoint, fact.device, Capability.PRESET_RECALL):
        return ()
    return _put(
        state,
        replace(
            _room(state, fact.endpoint, fact.device),
            camera_moving=fact.moving,
            preset=fact.preset,
        ),
    )


def _room_measured(state: State, event: Event, fact: f.RoomMeasured) -> tuple[Key, ...]:
    if state.room_quality.get(fact.endpoint) == fact.quality:
        return ()
    state.room_quality[fact.endpoint] = fact.quality
    return (("endpoint", fact.endpoint),)


FOLDERS = {
    f.RoomMeasured: _room_measured,
    f.RoomSeen: _room_seen,
    f.PresetsListed: _presets_listed,
    f.CameraSeen: _camera_seen,
}
