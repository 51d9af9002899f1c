"""Wishes that a site's own room device carries out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.observed import HOME

if TYPE_CHECKING:
    from console.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCommand(Command):
    """A wish about one site's room; it goes to the room system or the camera of that site."""

    endpoint: str

    def route(self, state: State) -> str:
        return state.device_at(self.endpoint, self.needs)

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallPreset(RoomCommand):
    """Turn a room's camera to a memory (R87, R88). Done when the camera has come to rest there."""

    number: int
    needs: ClassVar[Capability] = Capability.PRESET_RECALL
    deadline_s: ClassVar[float] = 15.0

    def satisfied(self, state: State) -> bool:
        room = state.rooms.get(self.endpoint)
        return room is not None and room.preset == self.number and room.camera_moving is False

    def inverse(self, state: State) -> Command | None:
        return _back(self, state, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCamera(RoomCommand):
    """Let a room's camera look straight ahead. Done when it has come to rest there."""

    needs: ClassVar[Capability] = Capability.CAMERA_HOME
    deadline_s: ClassVar[float] = 15.0

    def satisfied(self, state: State) -> bool:
        room = state.rooms.get(self.endpoint)
        return room is not None and room.preset == HOME and room.camera_moving is False

    def inverse(self, state: State) -> Command | None:
        return _back(self, state, HOME)


def _back(command: RoomCommand, state: State, goal: int) -> Command | None:
    """The wish that turns a camera back from its goal to where it is known to stand."""
    room = state.rooms.get(command.endpoint)
    if room is None or room.preset is None or room.preset == goal:
        return None
    if room.preset == HOME:
        return HomeCamera(actor=command.actor, endpoint=command.endpoint)
    return RecallPreset(actor=command.actor, endpoint=command.endpoint, number=room.preset)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePreset(RoomCommand):
    """Keep where a room's camera now points as a memory, under a name."""

    number: int
    name: str
    needs: ClassVar[Capability] = Capability.PRESET_STORE
    hold: ClassVar[bool] = True

    def satisfied(self, state: State) -> bool:
        room = state.rooms.get(self.endpoint)
        return room is not None and any(
            preset.number == self.number and preset.name == self.name
            for preset in room.presets or ()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCamera(RoomCommand):
    """Start turning a room's camera, or stop it: each axis −1, 0 or 1; all 0 stops."""

    pan: int = 0
    tilt: int = 0
    zoom: int = 0
    needs: ClassVar[Capability] = Capability.CAMERA_MOVE

    def satisfied(self, state: State) -> bool:
        room = state.rooms.get(self.endpoint)
        moving = bool(self.pan or self.tilt or self.zoom)
        return room is not None and room.camera_moving is moving


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRoom(RoomCommand):
    """Switch a room's own microphones off or on (R27, R85)."""

    muted: bool
    needs: ClassVar[Capability] = Capability.ROOM_MICROPHONE

    def satisfied(self, state: State) -> bool:
        room = state.rooms.get(self.endpoint)
        return room is not None and room.mic_muted is self.muted

    def inverse(self, state: State) -> Command | None:
        room = state.rooms.get(self.endpoint)
        if room is None or room.mic_muted in (None, self.muted):
            return None
        return MuteRoom(actor=self.actor, endpoint=self.endpoint, muted=not self.muted)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStandby(RoomCommand):
    """Put a room system to sleep or wake it."""

    on: bool
    needs: ClassVar[Capability] = Capability.STANDBY

    def satisfied(self, state: State) -> bool:
        room = state.rooms.get(self.endpoint)
        return room is not None and room.standby is self.on

    def inverse(self, state: State) -> Command | None:
        room = state.rooms.get(self.endpoint)
        if room is None or room.standby in (None, self.on):
            return None
        return SetStandby(actor=self.actor, endpoint=self.endpoint, on=not self.on)
