"""The roster, the devices, the rooms and the links, folded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.conference import Conference
from console.domain.device import Device, DeviceSpec, Figures, LinkHealth
from console.domain.endpoint import Endpoint
from console.domain.layout import Layout
from console.domain.observed import Leg, Preset, Quality
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.state import State
from tests.domain.worlds import CALLS, ROSTER, S, leg, on_the_roster, tell

DOWN = Problem.of("wire.deadline", device="m1")


@pytest.fixture
def state() -> State:
    return on_the_roster()


def named(device: str, site: str = "", name: str = "VCS") -> f.DeviceNamed:
    return f.DeviceNamed(DeviceSpec(device, "roomos", name, "https://x", site))


# -- the roster ----------------------------------------------------------------------------------


def test_a_roster_is_the_sites_and_their_addresses(state: State):
    assert list(state.endpoints.values()) == list(ROSTER)
    assert state.directory == {"sip:66@x": "66", "sip:651@x": "651"}
    assert tell(state, f.RosterLoaded("r", ROSTER)) == set()


def test_the_drivers_mapping_is_kept_and_changed_in_place(state: State):
    directory = state.directory
    moved = replace(ROSTER[2], address="sip:new@x")
    tell(state, f.RosterLoaded("r", (ROSTER[0], moved)))
    assert state.directory is directory
    assert directory == {"sip:66@x": "66", "sip:new@x": "651"}


def test_a_file_takes_away_neither_rooms_nor_checks(state: State):
    tell(state, named("room-653", "653"))
    tell(state, f.CheckRecorded("653", "passed"))
    tell(state, f.RosterLoaded("again", tuple(replace(e, carrier="VNPT") for e in ROSTER)))
    site = state.endpoints["653"]
    assert (site.room, site.check, site.carrier) == ("room-653", "passed", "VNPT")


def test_a_room_named_before_its_site_is_known_finds_it_later(state: State):
    tell(state, named("room-9", "9"))
    tell(state, f.RosterLoaded("more", (*ROSTER, Endpoint("9", "Chín", "Chín", "66"))))
    assert state.endpoints["9"].room == "room-9"


def test_a_site_that_a_new_roster_lacks_goes_with_all_that_is_known_of_it(state: State):
    tell(state, f.RosterSeen(CALLS[0], frozenset()))
    tell(state, f.RoomSeen("24", "room-24", mic_muted=True))
    assert tell(state, f.RosterLoaded("r2", ROSTER[:2])) == {("roster", "r2")}
    assert set(state.endpoints) == set(state.legs) == {"66", "653"}
    assert "24" not in state.rooms


def test_but_who_is_in_the_conference_stays_as_a_guest(state: State):
    tell(state, f.LegSeen(leg("24")))
    tell(state, f.RosterLoaded("r2", ROSTER[:2]))
    assert state.endpoints["24"].level == "guest"
    assert "24" in state.legs
    tell(state, f.RosterLoaded("r", ROSTER))
    assert state.endpoints["24"] == ROSTER[3]


def test_guests_outlive_a_new_roster(state: State):
    tell(state, f.LegSeen(leg("?sip:z")))
    tell(state, f.RosterLoaded("r2", ROSTER[:2]))
    assert "?sip:z" in state.endpoints


# -- devices -------------------------------------------------------------------------------------


def test_a_room_device_belongs_to_its_site(state: State):
    assert tell(state, named("room", "653")) == {("device", "room"), ("endpoint", "653")}
    assert tell(state, named("room", "653")) == set()
    keys = tell(state, named("room", "651"))
    assert keys == {("device", "room"), ("endpoint", "653"), ("endpoint", "651")}
    assert (state.endpoints["653"].room, state.endpoints["651"].room) == ("", "room")


def test_naming_a_device_again_keeps_what_it_reported(state: State):
    tell(state, named("m1"))
    tell(state, f.DeviceProbed("m1", Capability.PODIUM, software="3.9"))
    tell(state, named("m1", name="MCU 1"))
    assert state.devices["m1"].name == "MCU 1"
    assert state.devices["m1"].software == "3.9"


def test_health_since_when_and_why(state: State):
    tell(state, named("m1"))
    tell(state, f.LinkChanged("m1", LinkHealth.DOWN, DOWN), 1)
    tell(state, f.LinkChanged("m1", LinkHealth.DOWN, None), 2)
    device = state.devices["m1"]
    assert (device.health, device.problem, device.health_since_us) == (
        LinkHealth.DOWN,
        None,
        1 * S,
    )
    assert tell(state, f.LinkChanged("m1", LinkHealth.DOWN, None), 3) == set()
    assert tell(state, f.LinkChanged("m1", LinkHealth.UP), 4) == {("device", "m1")}
    assert state.devices["m1"].health_since_us == 4 * S


def test_what_a_device_can_do_why_not_and_what_it_shows(state: State):
    refusals = ((Capability.MUTE_ALL_BUT, Problem.of("cms.too_old")),)
    probed = f.DeviceProbed(
        "m1", Capability.PODIUM, refusals, (Layout.SINGLE,), (Layout.STACKED,), "3.9", "CMS"
    )
    assert tell(state, probed) == set()
    tell(state, named("m1"))
    assert tell(state, probed) == {("device", "m1")}
    assert state.devices["m1"] == Device(
        "m1",
        "roomos",
        "VCS",
        capabilities=Capability.PODIUM,
        refusals=refusals,
        layouts=(Layout.SINGLE,),
        screen_layouts=(Layout.STACKED,),
        software="3.9",
        model="CMS",
    )
    assert tell(state, probed) == set()


def test_feed_and_figures(state: State):
    tell(state, named("m1"))
    assert tell(state, f.PushChanged("m1", True)) == {("device", "m1")}
    assert tell(state, f.PushChanged("m1", True)) == set()
    assert tell(state, f.FiguresMeasured("m1", Figures(1, legs=200))) == {("device", "m1")}
    figures = state.devices["m1"].figures
    assert state.devices["m1"].push is True
    assert figures is not None
    assert figures.legs == 200


def test_a_sign_of_life_moves_only_its_own_records(state: State):
    assert tell(state, f.DeviceHeard("m1", 24.0), 1) == {("heard", "m1")}
    assert tell(state, f.DeviceHeard("m1"), 2) == {("heard", "m1")}
    assert (state.heard["m1"], state.rtt_ms["m1"]) == (2 * S, 24.0)


def test_with_an_mcu_goes_all_that_only_it_told(state: State):
    tell(state, named("m1"))
    tell(state, f.ConferenceSeen(Conference("m1/call", "m1", live=True, podium="653")))
    tell(state, f.LegSeen(Leg("653", "m1/call", Presence.CONNECTED)))
    tell(state, f.LegSeen(Leg("?x", "m1/call", Presence.CONNECTED, name="Khách")))
    tell(state, f.ConferenceSeen(Conference("m2/call", "m2", live=True)))
    tell(state, f.LegSeen(Leg("651", "m2/call", Presence.CONNECTED)))
    tell(state, f.DeviceHeard("m1", 9.0))
    touched = tell(state, f.DeviceForgotten("m1"))
    assert {("device", "m1"), ("heard", "m1"), ("conference", "m1/call"), ("endpoint", "653"),
            ("session", "")} <= touched  # fmt: skip
    assert set(state.conferences) == {"m2/call"}
    assert set(state.legs) == {"651"}
    assert "?x" not in state.endpoints
    assert (state.podium, state.expected_podium, state.heard) == ("", "", {})
    assert tell(state, f.DeviceForgotten("m1")) == set()
    for late in (f.LinkChanged("m1", LinkHealth.DOWN), f.PushChanged("m1", False),
                 f.FiguresMeasured("m1", Figures(1))):  # fmt: skip
        assert tell(state, late) == set()


def test_with_a_room_device_goes_its_room(state: State):
    tell(state, named("room", "653"))
    tell(state, f.RoomSeen("653", "room", mic_muted=True))
    touched = tell(state, f.DeviceForgotten("room"))
    assert touched == {("device", "room"), ("endpoint", "653")}
    assert (state.endpoints["653"].room, state.rooms) == ("", {})


def test_with_a_camera_goes_its_place_and_the_room_stays(state: State):
    tell(state, named("room", "653"))
    tell(state, f.DeviceNamed(DeviceSpec("cam", "visca", "Camera", "visca+udp://x", "653")))
    assert (state.endpoints["653"].room, state.endpoints["653"].camera) == ("room", "cam")
    assert tell(state, f.DeviceForgotten("cam")) == {("device", "cam"), ("endpoint", "653")}
    assert (state.endpoints["653"].room, state.endpoints["653"].camera) == ("room", "")


# -- rooms ---------------------------------------------------------------------------------------


def test_a_room_is_put_together_from_its_reports(state: State):
    presets = (Preset(1, "Chủ tọa"),)
    for fact in (
        f.RoomSeen("653", "room", mic_muted=True, standby=False, in_call=True),
        f.PresetsListed("653", "room", presets),
        f.CameraSeen("653", "room", moving=True, preset=None),
    ):
        assert tell(state, fact) == {("endpoint", "653")}
        assert tell(state, fact) == set()
    room = state.rooms["653"]
    assert (room.mic_muted, room.standby, room.in_call) == (True, False, True)
    assert (room.presets, room.camera_moving, room.preset) == (presets, True, None)


def test_what_a_room_no_longer_reports_is_unknown(state: State):
    tell(state, f.RoomSeen("653", "room", mic_muted=True))
    tell(state, f.RoomSeen("653", "room", in_call=True))
    assert state.rooms["653"].mic_muted is None


def test_what_the_room_receives_is_apart_from_what_it_sends(state: State):
    assert tell(state, f.RoomMeasured("653", Quality(1, 4.0))) == {("endpoint", "653")}
    assert "653" not in state.quality
    assert state.room_quality["653"].loss_pct == 4.0
