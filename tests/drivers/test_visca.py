"""The VISCA driver, fed by hand: what counts as reached, what is refused, what stays unknown."""

from __future__ import annotations

from itertools import count

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.mcu import MuteSite
from console.domain.commands.room import (
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.observed import Preset
from console.domain.problem import Refused
from console.drivers.visca import ViscaDriver, packets
from console.wire.problems import DeadlinePassed, Unreachable
from console.wire.visca import ViscaNews
from tests.drivers.eye import ACK, DONE, SITE, Eye, error


def recall(eye: Eye, number: int = 1) -> f.CameraSeen:
    """Recall and look until the driver's own patience ends; what it last told."""
    command = RecallPreset(endpoint=SITE, number=number)
    eye.player.hold(eye.driver.perform(command))
    for _ in range(4):
        eye.player.hold(eye.driver.look(command))
        eye.now_us += 300_000
    return eye.told(f.CameraSeen)[-1]


def refused(eye: Eye, command: MoveCamera | RecallPreset | StorePreset | SetStandby) -> str:
    with pytest.raises(Refused) as caught:
        eye.player.hold(eye.driver.perform(command))
    problem = caught.value.problem
    reason = dict(problem.params).get("reason")
    return f"{problem.code}.{reason}" if reason else problem.code


# -- first contact -------------------------------------------------------------------------------


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


# -- recall --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lens_block", [True, False])
@pytest.mark.parametrize("loses_completions", [True, False])
def test_a_recall_seen_under_way_is_reached_when_it_rests(
    lens_block: bool, loses_completions: bool
):
    eye = Eye()
    eye.lens_block, eye.loses_completions = lens_block, loses_completions
    eye.meet()
    told = recall(eye)
    assert (told.moving, told.preset) == (False, 1)
    assert eye.sent() == ["8101043f0200ff"]
    under_way = [seen.moving for seen in eye.told(f.CameraSeen)]
    assert True in under_way


def test_accepted_is_neither_moving_nor_reached():
    eye = Eye()
    eye.meet()
    eye.look(6)
    eye.turning = False
    eye.lens_block = False
    eye.player.hold(eye.driver.perform(RecallPreset(endpoint=SITE, number=1)))
    assert eye.told(f.CameraSeen)[-1] == f.CameraSeen(SITE, "cam-7", None, None)


def test_a_camera_that_has_not_begun_is_nowhere():
    eye = Eye()
    eye.lens_block = False
    eye.meet()
    eye.turning = False
    assert recall(eye).preset is None


def test_a_stuck_camera_that_says_it_is_done_is_not_believed():
    eye = Eye()
    eye.meet()
    recall(eye, 1)
    eye.stuck = True
    eye.lens_block = False
    assert recall(eye, 2).preset is None
    eye.stuck = False
    eye.lens_block = True
    assert recall(eye, 2).preset == 2


def test_a_recall_of_where_it_stands_is_reached_by_completion_and_position():
    eye = Eye()
    eye.meet()
    assert recall(eye).preset == 1
    eye.look()
    assert recall(eye).preset == 1
    eye.loses_completions = True
    assert recall(eye).preset == 1, "by its position, once the completion is taken for lost"


def test_completion_alone_proves_nothing_of_a_place_never_seen():
    eye = Eye()
    eye.stored[0] = [0, 0, 0]
    eye.lens_block = False
    eye.meet()
    assert recall(eye).preset is None


def test_a_memory_stored_anew_elsewhere_is_not_believed_once_then_learnt():
    eye = Eye()
    eye.meet()
    assert recall(eye, 1).preset == 1
    assert recall(eye, 2).preset == 2
    eye.stored[0] = [1500, 0, 0]
    assert recall(eye, 1).preset is None
    assert recall(eye, 2).preset == 2
    assert recall(eye, 1).preset == 1


def test_a_completion_that_came_instead_of_the_acknowledgement():
    eye = Eye()
    eye.meet()
    recall(eye)
    eye.meddle = lambda packet: DONE if packet[1:5] == b"\x01\x04\x3f\x02" else None
    assert recall(eye).preset == 1


def test_an_answer_lost_on_the_way_counts_as_accepted_only():
    eye = Eye()
    eye.lens_block = False
    eye.meet()
    eye.meddle = lambda packet: b"" if packet[1:5] == b"\x01\x04\x3f\x02" else None
    assert recall(eye).preset is None


def test_a_recall_that_fails_after_all_is_refused_with_the_reason():
    eye = Eye()
    eye.meet()
    eye.turning = False
    command = RecallPreset(endpoint=SITE, number=1)
    eye.player.hold(eye.driver.perform(command))
    assert eye.running is not None
    eye.news.append(ViscaNews(eye.running, error(4, 1)))
    eye.player.hold(eye.driver.look(command))
    told = eye.told(f.CommandRefused)
    assert [(one.command, dict(one.problem.params)["reason"]) for one in told] == [
        (command.id, "cancelled")
    ]


def test_movement_long_after_a_recall_is_not_its_own():
    eye = Eye()
    eye.lens_block = False
    eye.meet()
    eye.turning = False
    recall(eye)
    eye.now_us += 20_000_000
    eye.turning = True
    assert eye.look(12).preset is None


def test_the_position_is_read_before_so_that_old_movement_proves_nothing():
    """Moved by hand since the last look, then recalled, and stuck."""
    eye = Eye()
    eye.lens_block = False
    eye.meet()
    eye.position = [900, 0, 0]
    eye.stuck = True
    assert recall(eye).preset is None


def test_a_look_that_fails_does_not_hold_up_the_recall():
    eye = Eye()
    eye.meet()
    eye.meddle = lambda p: DeadlinePassed(seconds=0.8) if p == packets.PAN_TILT else None
    eye.player.hold(eye.driver.perform(RecallPreset(endpoint=SITE, number=2)))
    assert eye.sent() == ["8101043f0201ff"]
    eye.meddle = lambda _: None
    for _ in range(3):
        eye.player.hold(eye.driver.look(RecallPreset(endpoint=SITE, number=2)))
    assert eye.told(f.CameraSeen)[-1].preset == 2


@pytest.mark.parametrize(("number", "pp"), [(1, 0), (64, 63), (90, 89), (101, 100), (255, 254)])
def test_a_memorys_number_is_one_less_on_the_wire(number: int, pp: int):
    assert packets.memory(number) == pp


@pytest.mark.parametrize("number", [-1, 0, 91, 100, 256, 1000])
def test_numbers_not_to_be_touched(number: int):
    eye = Eye()
    assert refused(eye, RecallPreset(endpoint=SITE, number=number)) == "visca.memory"
    assert refused(eye, StorePreset(endpoint=SITE, number=number, name="x")) == "visca.memory"
    assert eye.player.requests == []


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
