"""The VISCA driver's recalls, fed by hand: what counts as reached."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.commands.room import (
    RecallPreset,
    StorePreset,
)
from console.drivers.visca import packets
from console.wire.problems import DeadlinePassed
from console.wire.visca import ViscaNews
from tests.drivers.eye import DONE, SITE, Eye, error, recall, refused


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
