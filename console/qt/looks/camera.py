"""What the camera pad shows: a room's camera memories and how the last wish about them stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.room import HomeCamera, RecallPreset, StorePreset
from console.domain.device import LinkHealth
from console.domain.observed import HOME
from console.domain.problem import Problem
from console.domain.state import Phase, State, Tracked
from console.domain.text import clean_name
from console.qt.wording import say, say_problem, say_refused

SHOWN = 6
"""So many memories have a place at least, empty ones included."""
MOST = 9
"""Memories with a key (Alt+1–9) and a place on the pad."""
_TROUBLE_SHOWN_S = 60
_ABOUT = (RecallPreset, StorePreset, HomeCamera)

clean = lru_cache(maxsize=1024)(clean_name)
"""Names from outside made safe, remembered: the same ones are shown again and again."""


class PresetMark(Enum):
    """How one memory stands: asked, achieved, refused and unknown look different."""

    NONE = "none"
    PENDING = "pending"
    """Asked; the camera does not turn yet."""
    MOVING = "moving"
    REACHED = "reached"
    """The camera stands there, as the room reports."""
    STORING = "storing"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PresetLook:
    """One memory: the number on its key, the room's own name for it ("" where it is empty)."""

    number: int
    name: str
    mark: PresetMark = PresetMark.NONE


@dataclass(frozen=True, slots=True)
class CameraLook:
    """The pad. `status` is one line below it, `tone` how it is to be seen; `why` says why
    nothing can be recalled, `why_store` why nothing can be stored ("" where it can)."""

    presets: tuple[PresetLook, ...]
    status: str = ""
    tone: str = "dim"
    why: str = ""
    why_store: str = ""


def camera_look(state: State, site: str, now_us: int) -> CameraLook:
    """A site's camera as its room device reports it."""
    room = state.rooms.get(site)
    listed = room.presets if room is not None else None
    names = {p.number: clean(p.name) for p in listed or () if 1 <= p.number <= MOST}
    newest = _newest(state, site, now_us)
    count = max(SHOWN, *names) if names else SHOWN
    presets = tuple(
        PresetLook(n, names.get(n, ""), _mark(state, site, n, newest)) for n in range(1, count + 1)
    )
    why = _why_not(state, site, RecallPreset(endpoint=site, number=1))
    why_store = why or _why_not(state, site, StorePreset(endpoint=site, number=1, name=""))
    status, tone = _status(state, site, newest, names)
    if why:
        status, tone = why, "dim"
    elif not status and not names:
        status = say("inspector.camera.unread" if listed is None else "inspector.camera.empty")
    return CameraLook(presets, status, tone, why, why_store)


def _why_not(state: State, site: str, command: Command) -> str:
    """Why this can't be asked of the room, in words; "" if it can."""
    device = state.devices.get(command.route(state))
    if device is None:
        return say("inspector.camera.no_room")
    if device.health in (LinkHealth.IDLE, LinkHealth.CONNECTING):
        return say("inspector.camera.connecting")
    if device.health is LinkHealth.DOWN:
        return say_problem(device.problem or Problem.of("link.down", device=device.name))
    if device.capabilities is Capability.NONE:
        return say("inspector.camera.connecting")
    problem = state.why_not(command)
    return say_problem(problem) if problem is not None else ""


def _newest(state: State, site: str, now_us: int) -> Tracked | None:
    """The newest wish about the camera that is still worth telling."""
    for tracked in reversed(state.commands.values()):
        command = tracked.command
        if isinstance(command, _ABOUT) and command.endpoint == site:
            old = not tracked.phase.open and now_us - tracked.ended_us > _TROUBLE_SHOWN_S * 1e6
            return None if old else tracked
    return None


def _mark(state: State, site: str, number: int, newest: Tracked | None) -> PresetMark:
    room = state.rooms.get(site)
    asked = newest is not None and getattr(newest.command, "number", 0) == number
    if newest is not None and asked and newest.phase.open:
        if isinstance(newest.command, StorePreset):
            return PresetMark.STORING
        moving = room is not None and room.camera_moving is True
        return PresetMark.MOVING if moving else PresetMark.PENDING
    if newest is not None and asked and not newest.command.satisfied(state):
        if newest.phase is Phase.REFUSED:
            return PresetMark.REFUSED
        if newest.phase is Phase.UNKNOWN:
            return PresetMark.UNKNOWN
    there = room is not None and room.preset == number and room.camera_moving is not True
    return PresetMark.REACHED if there else PresetMark.NONE


def _status(
    state: State, site: str, newest: Tracked | None, names: dict[int, str]
) -> tuple[str, str]:
    room = state.rooms.get(site)
    if newest is not None:
        name = _place(names, getattr(newest.command, "number", HOME))
        storing = isinstance(newest.command, StorePreset)
        if newest.phase.open:
            moving = room is not None and room.camera_moving is True
            key = "storing" if storing else "moving" if moving else "asked"
            return say(f"inspector.camera.{key}", preset=name), "pending"
        if newest.phase is Phase.REFUSED and newest.problem is not None:
            why = say_refused(newest.problem)
            return say("inspector.camera.refused", preset=name, why=why), "refused"
        if newest.phase is Phase.UNKNOWN and not newest.command.satisfied(state):
            return say("inspector.camera.unknown", preset=name), "unknown"
        if storing and newest.phase is Phase.CONFIRMED:
            return say("inspector.camera.stored", preset=name), "muted"
    if room is not None and room.camera_moving:
        return say("inspector.camera.turning"), "muted"
    if room is not None and room.preset is not None:
        return say("inspector.camera.stands", preset=_place(names, room.preset)), "muted"
    return "", "dim"


def _place(names: dict[int, str], number: int) -> str:
    if number == HOME:
        return say("inspector.camera.home")
    return names.get(number) or say("inspector.camera.number", n=number)
