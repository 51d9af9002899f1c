"""The Dispatcher and wishes of several steps: which was done, which is tried again."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import (
    MuteAllBut,
    MuteSite,
)
from console.domain.commands.room import RecallPreset
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.core.desk import Desk, StoreFailed, failed_take, mute, take
from tests.domain.meeting import CALL, CHAIR, NEXT, OTHER, SPEAKER

WHY = Problem.of("cms.refused")
GONE = Problem.of("wire.deadline", device="M1")


@pytest.fixture
def desk() -> Desk:
    return Desk()


# -- composites --------------------------------------------------------------------------------


def test_a_take_is_confirmed_when_all_its_steps_are(desk: Desk):
    wish = take(preset=2)
    desk.submit(wish)
    desk.disk.write()
    steps = desk.asked()
    desk.answer(*(s.id for s in steps))
    for step in steps[:-1]:
        desk.obey([step])
        assert desk.phase(wish.id).open
    desk.obey(steps[-1:])
    assert desk.phase(wish.id) is Phase.CONFIRMED
    assert desk.state.session.next == ""
    assert desk.state.session.calls[-1].confirmed_us


def test_a_failed_step_is_named_and_the_others_stand(desk: Desk):
    wish = take(preset=2)
    desk.submit(wish)
    desk.disk.write()
    steps = desk.asked()
    camera = next(s for s in steps if isinstance(s, RecallPreset))
    others = [s for s in steps if s is not camera]
    desk.answer(*(s.id for s in others))
    desk.obey(others)
    desk.send(camera.id)
    desk.post(f.CommandRefused(camera.id, WHY))
    desk.settle()
    tracked = desk.tracked(wish.id)
    assert tracked.phase is Phase.REFUSED
    assert tracked.problem == Problem.of("command.partly", failed=1, steps=5)
    assert desk.tracked(camera.id).problem == WHY
    assert desk.state.podium == NEXT


def test_a_step_that_nobody_knows_of_leaves_the_whole_unknown(desk: Desk):
    wish = Batch(of=(mute(NEXT), mute(SPEAKER, True)))
    desk.submit(wish)
    desk.disk.write()
    first, _ = desk.asked()
    desk.answer(first.id)
    desk.obey([first])
    desk.clock.wait(9)
    desk.settle()
    tracked = desk.tracked(wish.id)
    assert tracked.phase is Phase.UNKNOWN
    assert tracked.problem == Problem.of("command.partly", failed=1, steps=2)


def test_a_step_whose_device_is_away_is_refused_at_once_and_the_rest_is_done(desk: Desk):
    desk.meeting.tell(f.LinkChanged("room-651", LinkHealth.DOWN, GONE))
    wish = take(preset=2)
    desk.submit(wish)
    desk.disk.write()
    assert RecallPreset not in [type(c) for c in desk.asked()]
    camera = next(t for t in desk.state.commands.values() if isinstance(t.command, RecallPreset))
    assert (camera.phase, camera.problem, camera.parent) == (Phase.REFUSED, GONE, wish.id)
    desk.answer(*(c.id for c in desk.asked()))
    desk.obey(desk.asked())
    assert desk.phase(wish.id) is Phase.REFUSED


def test_where_no_step_can_be_taken_the_whole_is_declined(desk: Desk):
    desk.meeting.tell(f.LinkChanged("m1", LinkHealth.DOWN, GONE))
    verdict = desk.dispatcher.submit(Batch(of=(mute(NEXT), mute(SPEAKER, True))))
    assert verdict.problem == GONE
    assert not desk.disk.busy


def test_steps_of_steps_are_steps(desk: Desk):
    everyone = Batch(
        of=(MuteAllBut(conference=CALL, keep=()), MuteAllBut(conference=OTHER, keep=()))
    )
    opened = {s for s, leg in desk.state.legs.items() if leg.mic_muted is False}
    assert opened == {CHAIR, SPEAKER}
    desk.done(everyone)
    assert all(leg.mic_muted is not False for leg in desk.state.legs.values())
    undo = desk.dispatcher.undo()
    assert undo.command is not None
    desk.disk.write()
    again = [c for c in desk.asked() if isinstance(c, MuteSite)]
    assert {c.endpoint for c in again} == opened
    desk.answer(*(c.id for c in again))
    desk.obey(again)
    assert desk.phase(undo.command.id) is Phase.CONFIRMED


# -- trying again ------------------------------------------------------------------------------


def test_one_step_can_be_tried_again_within_its_whole(desk: Desk):
    wish, camera = failed_take(desk)
    verdict = desk.dispatcher.retry(camera.id)
    assert verdict.accepted
    assert verdict.command is not None
    desk.disk.write()
    assert [type(c) for c in desk.asked()] == [RecallPreset]
    assert desk.phase(wish.id).open
    assert verdict.command.id in desk.tracked(wish.id).steps
    assert camera.id not in desk.tracked(wish.id).steps
    desk.answer(verdict.command.id)
    desk.obey([verdict.command])
    assert desk.phase(verdict.command.id) is Phase.CONFIRMED
    assert desk.phase(wish.id) is Phase.CONFIRMED


def test_a_step_that_fails_again_fails_its_whole_again(desk: Desk):
    wish, camera = failed_take(desk)
    again = desk.dispatcher.retry(camera.id).command
    assert again is not None
    desk.disk.write()
    desk.post(f.CommandRefused(again.id, WHY))
    desk.settle()
    assert desk.phase(wish.id) is Phase.REFUSED
    desk.clock.wait(60)
    desk.settle()
    desk.meeting.tell(desk.meeting.conference(podium=SPEAKER))
    desk.submit(take())  # nothing is left open that would be in the way


def test_only_what_failed_is_tried_again(desk: Desk):
    assert desk.dispatcher.retry("nothing").problem == Problem.of("command.nothing_to_retry")
    wish = mute()
    desk.submit(wish)
    assert desk.dispatcher.retry(wish.id).problem is not None
    desk.disk.write()
    desk.answer(wish.id)
    desk.obey([wish])
    assert desk.dispatcher.retry(wish.id).problem is not None


def test_a_refused_batch_can_be_tried_again_whole(desk: Desk):
    wish = Batch(of=(mute(NEXT), mute(SPEAKER, True)))
    desk.submit(wish)
    desk.disk.fail(StoreFailed())
    desk.settle()
    again = desk.dispatcher.retry(wish.id).command
    assert again is not None
    desk.disk.write()
    asked = desk.asked()
    assert len(asked) == 2
    desk.answer(*(c.id for c in asked))
    desk.obey(asked)
    assert desk.phase(again.id) is Phase.CONFIRMED
    assert len({c.id for c in asked} & set(desk.tracked(wish.id).steps)) == 0
