"""A site with a room system and a camera by itself: who is asked, and who is believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import codec
from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    MuteRoom,
    RecallPreset,
    RoomCommand,
    SetStandby,
    StorePreset,
)
from console.domain.conditions import conditions
from console.domain.device import CAMERAS, DeviceSpec, LinkHealth
from console.domain.fold import fold
from console.domain.observed import Preset, Room
from console.domain.policy import Policy
from console.domain.state import State
from console.drivers.protocol import Setting
from console.drivers.registry import KINDS, make_driver
from tests.domain.worlds import ROSTER, event

SITE = "653"
CODEC = DeviceSpec("vcs", "roomos", "VCS", "https://x", SITE)
CAMERA = DeviceSpec("cam", "visca", "Camera", "visca+tcp://x", SITE, memories=((1, "Bục nói"),))
OF_CAMERA = (
    RecallPreset(endpoint=SITE, number=1),
    StorePreset(endpoint=SITE, number=1, name="x"),
    MoveCamera(endpoint=SITE),
    HomeCamera(endpoint=SITE),
)
OF_ROOM = (MuteRoom(endpoint=SITE, muted=True), SetStandby(endpoint=SITE, on=True))


@pytest.fixture
def state() -> State:
    made = State()
    tell(made, f.RosterLoaded("r", ROSTER))
    return made


def tell(state: State, *facts: f.Fact) -> None:
    for fact in facts:
        fold(state, event(fact))


def asked(state: State, *commands: RoomCommand) -> set[str]:
    return {command.route(state) for command in commands}


@pytest.mark.parametrize("order", [(CODEC, CAMERA), (CAMERA, CODEC)])
def test_each_is_asked_for_its_own_part(state: State, order: tuple[DeviceSpec, ...]):
    tell(state, *(f.DeviceNamed(spec) for spec in order))
    assert asked(state, *OF_CAMERA) == {"cam"}
    assert asked(state, *OF_ROOM) == {"vcs"}
    tell(state, f.RosterLoaded("again", tuple(replace(e, carrier="VNPT") for e in ROSTER)))
    assert asked(state, *OF_CAMERA) == {"cam"}
    assert asked(state, *OF_ROOM) == {"vcs"}


@pytest.mark.parametrize("spec", [CODEC, CAMERA])
def test_who_is_alone_is_asked_everything(state: State, spec: DeviceSpec):
    assert asked(state, *OF_CAMERA, *OF_ROOM) == {""}
    tell(state, f.DeviceNamed(spec))
    assert asked(state, *OF_CAMERA, *OF_ROOM) == {spec.id}


def test_each_is_believed_about_its_own_part(state: State):
    tell(state, f.DeviceNamed(CODEC), f.DeviceNamed(CAMERA))
    tell(
        state,
        f.RoomSeen(SITE, "vcs", mic_muted=True, standby=False, in_call=True),
        f.RoomSeen(SITE, "cam", standby=True),
        f.PresetsListed(SITE, "cam", (Preset(1, "Bục nói"),)),
        f.PresetsListed(SITE, "vcs", ()),
        f.CameraSeen(SITE, "cam", False, 1),
        f.CameraSeen(SITE, "vcs", True),
    )
    told = Room(SITE, "vcs", True, False, True, False, 1, (Preset(1, "Bục nói"),))
    assert state.rooms[SITE] == told


def test_a_camera_alone_tells_of_its_standby(state: State):
    tell(state, f.DeviceNamed(CAMERA), f.RoomSeen(SITE, "cam", standby=True))
    assert state.rooms[SITE].standby is True


def test_a_camera_that_moves_to_another_site(state: State):
    tell(state, f.DeviceNamed(CODEC), f.DeviceNamed(CAMERA))
    tell(state, f.DeviceNamed(replace(CAMERA, endpoint="651")))
    assert asked(state, *OF_CAMERA) == {"vcs"}
    assert state.endpoints["651"].camera == "cam"
    tell(state, f.DeviceNamed(replace(CAMERA, endpoint="651", kind="roomos")))
    assert (state.endpoints["651"].room, state.endpoints["651"].camera) == ("cam", "")


def test_a_site_whose_both_devices_are_lost_is_one_site(state: State):
    tell(state, f.DeviceNamed(CODEC), f.DeviceNamed(CAMERA))
    tell(state, f.LinkChanged("vcs", LinkHealth.DOWN), f.LinkChanged("cam", LinkHealth.DOWN))
    assert conditions(state, Policy())["link:rooms"].alarm.sites == (SITE,)


def test_memories_are_kept_in_the_journal():
    fact = f.DeviceNamed(CAMERA)
    assert codec.from_json(codec.to_json(fact)) == fact


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_camera_where_it_has_no_microphone_and_no_conference(kind: str):
    spec = DeviceSpec("x", kind, "x", "https://x")
    can = make_driver(Setting(spec, {}, lambda: 0)).can
    alone = Capability.PRESET_RECALL in can and not can & Capability.ROOM_MICROPHONE
    assert (kind in CAMERAS) is alone
