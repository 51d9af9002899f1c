"""The VISCA driver, fed by hand: what is refused, what is stored or driven, what stays unknown."""

from __future__ import annotations

from itertools import count

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.mcu import MuteSite
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.observed import HOME, Preset
from console.domain.problem import Refused
from console.drivers.visca import ViscaDriver, packets
from console.drivers.visca.driver import WAKES_US
from console.wire.problems import DeadlinePassed, Unreachable
from console.wire.visca import ViscaNews
from tests.drivers.eye import ACK, DONE, SITE, Eye, error, recall, refused, turned


def test_first_contact():
    eye = Eye()
    eye.meet()
    probed = eye.told(f.DeviceProbed)[0]
    assert (probed.model, probed.software) == ("Sony 0519", "0102")
    assert probed.capabilities == ViscaDriver.can
    presets = (Preset(1, "Bục nói"), Preset(2, "Hội trường"))
    assert eye.told(f.PresetsListed)[0].presets == presets
    assert eye.told(f.RoomSeen)[0] == f.RoomSeen(SITE, "cam-7", standby=False)
    assert eye.told(f.CameraSeen)[0] == f.CameraSeen(SITE, "cam-7", None, None)
    assert eye.look(6).moving is False


def test_names_are_the_profiles_and_without_them_there_is_no_list():
    eye = Eye(memories=())
    eye.meet()
    probed = eye.told(f.DeviceProbed)[0]
    assert Capability.PRESET_LIST not in probed.capabilities
    assert Capability.PRESET_RECALL in probed.capabilities
    assert probed.refusals[0][1].code == "visca.no_names"
    assert eye.told(f.PresetsListed) == []


def test_names_of_numbers_that_can_not_be_used_are_left_out():
    eye = Eye(memories=((0, "Không"), (95, "Menu"), (3, "Cửa \u202e\n")))
    eye.meet()
    assert eye.told(f.PresetsListed)[0].presets == (Preset(3, "Cửa"),)


def test_what_answers_neither_inquiry_is_no_camera():
    eye = Eye()
    eye.meddle = lambda _: error(2)
    with pytest.raises(Refused) as caught:
        eye.player.hold(eye.driver.probe())
    assert caught.value.problem.code == "device.other_kind"


@pytest.mark.parametrize("lens_block", [True, False])
def test_where_it_points(lens_block: bool):
    eye = Eye()
    eye.lens_block = lens_block
    eye.position = [-800, 20, 0x4000]
    eye.meet()
    asked = {r.packet for r in eye.player.requests if hasattr(r, "packet")}
    assert asked == set()
    eye.look(6)
    asked = {r.packet for r in eye.player.requests}
    assert asked == {packets.PAN_TILT, packets.LENS if lens_block else packets.ZOOM}


@pytest.mark.parametrize("state", [0x08, 0x80])
def test_a_lens_block_with_more_in_it_hides_nothing(state: int):
    """08h: too little contrast to focus on, as in a dark hall; 80h: what no document has."""
    eye = Eye()
    eye.meet()
    lens = bytes.fromhex("9050") + bytes((4, 0, 0, 0, *bytes(8), state, 0xFF))
    eye.meddle = lambda packet: lens if packet == packets.LENS else None
    assert eye.look(6).moving is False


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        ("0F0C0E00 00000104", (-800, 20)),
        ("0F06030509000000000D00", None),
        ("0F06030509 0F0E04050B", (-40103, -7077)),
        ("0F06030509 0F0E0405", (-40103, -443)),
        ("0F0C0E00000104", None),
        ("", None),
    ],
)
def test_pan_and_tilt_of_small_heads_and_large_ones(data: str, seen: tuple[int, int] | None):
    assert packets.read_pan_tilt(bytes.fromhex(data)) == seen


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1, "length"), (2, "syntax"), (5, "no_socket"), (0x41, "not_executable"), (0x77, "other")],
)
def test_the_cameras_reason(code: int, reason: str):
    eye = Eye()
    eye.meet()
    eye.meddle = lambda packet: error(code, 1) if packet[1] == 1 else None
    assert refused(eye, RecallPreset(endpoint=SITE, number=1)) == f"visca.refused.{reason}"
    assert refused(eye, SetStandby(endpoint=SITE, on=True)) == f"visca.refused.{reason}"


def test_both_sockets_taken_is_tried_again():
    eye = Eye()
    eye.meet()
    tries = count()
    eye.meddle = lambda p: error(3) if p[1] == 1 and next(tries) < 2 else None
    assert recall(eye).preset == 1
    assert eye.sent() == ["8101043f0200ff"] * 3
    eye.meddle = lambda p: error(3) if p[1] == 1 else None
    assert refused(eye, RecallPreset(endpoint=SITE, number=2)) == "device.busy"


def test_a_sleeping_camera_is_woken_and_then_recalled():
    eye = Eye()
    eye.on = False
    eye.meet()
    assert eye.told(f.RoomSeen)[-1].standby is True
    assert recall(eye).preset == 1
    assert eye.sent() == ["8101043f0200ff", "8101040002ff", "8101043f0200ff"]


def test_a_camera_that_was_just_switched_on_is_waited_for():
    eye = Eye()
    eye.meet()
    eye.player.hold(eye.driver.perform(SetStandby(endpoint=SITE, on=False)))
    tries = count()
    eye.meddle = lambda p: error(0x41, 1) if p[2:4] == b"\x04\x3f" and next(tries) < 2 else None
    assert recall(eye).preset == 1
    eye.now_us += WAKES_US
    tries = count()
    assert refused(eye, RecallPreset(endpoint=SITE, number=2)) == "visca.refused.not_executable"


@pytest.mark.parametrize("command", [MuteSite(endpoint=SITE, muted=True),
                                     MuteRoom(endpoint=SITE, muted=True)])  # fmt: skip
def test_what_a_camera_can_not(command: MuteSite | MuteRoom):
    eye = Eye()
    with pytest.raises(Refused) as caught:
        eye.player.hold(eye.driver.perform(command))
    assert caught.value.problem.code == "command.not_supported"


# -- store, move, standby ------------------------------------------------------------------------


def test_a_store_is_done_when_the_camera_has_completed_it():
    eye = Eye()
    eye.meet()
    eye.position = [50, 60, 70]
    eye.look(6)
    eye.player.hold(eye.driver.perform(StorePreset(endpoint=SITE, number=3, name="Mới")))
    assert eye.sent() == ["8101043f0102ff"]
    assert Preset(3, "Mới") in eye.told(f.PresetsListed)[-1].presets
    assert eye.told(f.CameraSeen)[-1].preset == 3
    eye.position = [0, 0, 0]
    eye.look(6)
    assert recall(eye, 3).preset == 3


def test_a_store_that_is_never_completed_stays_unknown():
    eye = Eye()
    eye.meet()
    eye.acknowledges_only = True
    command = StorePreset(endpoint=SITE, number=2, name="Hội trường")
    with pytest.raises(DeadlinePassed):
        eye.player.hold(eye.driver.perform(command))
    eye.player.hold(eye.driver.look(command))
    assert eye.told(f.PresetsListed)[-1].presets[1] == Preset(2, "Hội trường")
    late = StorePreset(endpoint=SITE, number=4, name="Cửa")
    with pytest.raises(DeadlinePassed):
        eye.player.hold(eye.driver.perform(late))
    eye.player.hold(eye.driver.look(late))
    assert len(eye.told(f.PresetsListed)[-1].presets) == 2
    stored = next(t for t, r in enumerate(eye.player.requests) if r.packet[4:6] == b"\x01\x03")
    ticket = eye.tickets - (len(eye.player.requests) - stored) + 1
    eye.news.append(ViscaNews(ticket, DONE))
    eye.player.hold(eye.driver.look(late))
    assert eye.told(f.PresetsListed)[-1].presets[-1] == Preset(4, "Cửa")


def test_a_drive_and_its_stop():
    eye = Eye()
    eye.meet()
    eye.player.hold(eye.driver.perform(MoveCamera(endpoint=SITE, pan=-1, tilt=1, zoom=1)))
    assert eye.sent() == ["810106010a0a0101ff", "8101040723ff"]
    assert eye.look(2).moving is True
    eye.player.hold(eye.driver.perform(MoveCamera(endpoint=SITE)))
    assert eye.sent()[2:] == ["810106010a0a0303ff", "8101040700ff"]
    assert eye.look(6).moving is False


@pytest.mark.parametrize(
    ("pan", "tilt", "zoom", "driven", "zoomed"),
    [
        (1, 0, 0, "0203", "00"),
        (-1, 0, 0, "0103", "00"),
        (0, 1, 0, "0301", "00"),
        (0, -1, 0, "0302", "00"),
        (0, 0, -1, "0303", "33"),
    ],
)
def test_directions(pan: int, tilt: int, zoom: int, driven: str, zoomed: str):
    eye = Eye()
    move = MoveCamera(endpoint=SITE, pan=pan, tilt=tilt, zoom=zoom)
    eye.player.hold(eye.driver.perform(move))
    assert eye.sent() == [f"810106010a0a{driven}ff", f"81010407{zoomed}ff"]


def test_a_camera_without_a_zoom_still_turns_and_stops():
    eye = Eye()
    eye.meddle = lambda packet: error(2) if packet[1:4] == b"\x01\x04\x07" else None
    eye.player.hold(eye.driver.perform(MoveCamera(endpoint=SITE, pan=1)))
    eye.player.hold(eye.driver.perform(MoveCamera(endpoint=SITE)))
    assert refused(eye, MoveCamera(endpoint=SITE, zoom=1)) == "visca.refused.syntax"


def test_home_is_straight_ahead_with_any_zoom():
    eye = Eye()
    eye.position = [-800, 20, 0x4000]
    eye.meet()
    assert turned(eye, HomeCamera(endpoint=SITE)).preset == HOME
    assert eye.sent() == ["81010604ff"]
    assert recall(eye, 1).preset == 1
    assert turned(eye, HomeCamera(endpoint=SITE)).preset == HOME


def test_a_stuck_camera_has_not_gone_home():
    eye = Eye()
    eye.position = [-800, 20, 0x4000]
    eye.meet()
    eye.stuck = eye.lens_block = True
    assert turned(eye, HomeCamera(endpoint=SITE)).preset is None


def test_a_drive_takes_over_from_a_recall():
    eye = Eye()
    eye.meet()
    eye.player.hold(eye.driver.perform(RecallPreset(endpoint=SITE, number=1)))
    eye.player.hold(eye.driver.perform(MoveCamera(endpoint=SITE, pan=1)))
    eye.player.hold(eye.driver.perform(MoveCamera(endpoint=SITE)))
    assert eye.look(12).preset is None


def test_a_camera_left_turning_is_stopped_on_leaving():
    eye = Eye()
    eye.player.hold(eye.driver.perform(MoveCamera(endpoint=SITE, pan=1)))
    eye.player.requests.clear()
    eye.player.hold(eye.driver.leave())
    assert eye.sent() == ["810106010a0a0303ff", "8101040700ff"]
    eye.player.requests.clear()
    eye.player.hold(eye.driver.leave())
    assert eye.sent() == []


@pytest.mark.parametrize("on", [True, False])
def test_standby_is_read_back(on: bool):
    eye = Eye()
    eye.meet()
    command = SetStandby(endpoint=SITE, on=on)
    eye.player.hold(eye.driver.perform(command))
    assert eye.sent() == ["81010400" + ("03" if on else "02") + "ff"]
    eye.player.hold(eye.driver.look(command))
    assert eye.told(f.RoomSeen)[-1].standby is on


# -- what can't be read --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "9050ff",
        "905010000000000000000000ff",
        "9050" + "10" * 8 + "ff",
        "9050" + "00" * 7 + "ff",
        "906041ff",
        "9041ff",
    ],
)
def test_a_position_that_is_none_is_unknown(answer: str):
    eye = Eye()
    eye.meet()
    assert eye.look(6).moving is False
    eye.meddle = lambda p: bytes.fromhex(answer) if p == packets.PAN_TILT else None
    told = eye.look(6)
    assert (told.moving, told.preset) == (None, None)


def test_after_a_lost_link_nothing_is_known_until_seen():
    eye = Eye()
    eye.meet()
    assert recall(eye).preset == 1
    eye.driver.forget()
    told = eye.look()
    assert (told.moving, told.preset) == (None, None)
    assert recall(eye).preset == 1


def test_a_wire_that_fails_is_the_links_business():
    eye = Eye()
    eye.meddle = lambda _: Unreachable(reason="refused")
    with pytest.raises(Unreachable):
        eye.player.hold(eye.driver.probe())


def test_signed_positions():
    assert packets.read_pan_tilt(bytes.fromhex("0f0f0f0f00000801")) == (-1, 0x81)
    assert packets.read_pan_tilt(bytes.fromhex("0800000007 0f 0f 0f")) == (-0x8000, 0x7FFF)
    assert packets.read_zoom(bytes.fromhex("04000000")) == 0x4000


def test_an_acknowledgement_is_no_reading():
    eye = Eye()
    eye.meddle = lambda p: ACK if p == packets.POWER else None
    eye.player.hold(eye.driver.observe())
    assert eye.told(f.RoomSeen)[-1].standby is None
