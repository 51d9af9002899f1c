"""The Dispatcher taking a wish back: what there is to undo, and in which order."""

from __future__ import annotations

import pytest

from console.core.dispatcher import OWN
from console.domain import facts as f
from console.domain.commands.mcu import (
    MuteSite,
)
from console.domain.commands.own import LoadScript, StageNext, WriteNote
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.core.desk import Desk, StoreFailed, failed_take, mute, take
from tests.domain.meeting import FAR, NEXT, SCRIPT, SPEAKER

GONE = Problem.of("wire.deadline", device="M1")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_undo_brings_it_back_and_only_once(desk: Desk):
    wish = mute()
    desk.done(wish)
    assert desk.dispatcher.undoable() == desk.tracked(wish.id)
    undo = desk.dispatcher.undo()
    assert isinstance(undo.command, MuteSite)
    assert undo.command.muted is True
    desk.disk.write()
    desk.answer(undo.command.id)
    desk.obey([undo.command])
    assert desk.phase(undo.command.id) is Phase.CONFIRMED
    assert desk.dispatcher.undo().problem == Problem.of("command.nothing_to_undo")


def test_undo_within_ten_seconds(desk: Desk):
    desk.done(mute())
    desk.clock.wait(9.9)
    assert desk.dispatcher.undoable() is not None
    desk.clock.wait(0.2)
    assert desk.dispatcher.undoable() is None
    assert not desk.dispatcher.undo().accepted


def test_the_newest_is_undone_first_and_then_the_one_before(desk: Desk):
    first, second = StageNext(endpoint=FAR), StageNext(endpoint=SPEAKER)
    desk.submit(first)
    desk.submit(second)
    desk.settle()
    desk.dispatcher.undo()
    desk.settle()
    assert desk.state.session.next == FAR
    desk.dispatcher.undo()
    desk.settle()
    assert desk.state.session.next == NEXT
    assert not desk.dispatcher.undo().accepted


def test_what_is_under_way_or_was_refused_is_not_undone(desk: Desk):
    wish = mute()
    desk.submit(wish)
    assert desk.dispatcher.undoable() is None
    desk.disk.fail(StoreFailed())
    desk.settle()
    assert desk.dispatcher.undoable() is None


def test_undo_of_a_take_brings_back_podium_sound_and_staging(desk: Desk):
    desk.done(take())
    assert (desk.state.podium, desk.state.session.next, desk.state.session.line) == (NEXT, "", 2)
    undo = desk.dispatcher.undo()
    assert undo.command is not None
    desk.disk.write()
    steps = [desk.tracked(i).command for i in desk.tracked(undo.command.id).steps]
    routed = [s for s in steps if s.route(desk.state)]
    desk.answer(*(s.id for s in routed))
    desk.obey(routed)
    assert desk.phase(undo.command.id) is Phase.CONFIRMED
    assert (desk.state.podium, desk.state.session.next, desk.state.session.line) == (
        SPEAKER,
        NEXT,
        1,
    )
    assert desk.state.legs[NEXT].mic_muted is True
    assert desk.state.legs[SPEAKER].mic_muted is False


def test_what_was_done_of_a_failed_take_can_be_undone(desk: Desk):
    wish, _ = failed_take(desk)
    assert desk.dispatcher.undoable() == desk.tracked(wish.id)


def test_what_was_done_of_a_take_that_did_nothing_can_not(desk: Desk):
    wish = take()
    desk.submit(wish)
    desk.disk.fail(StoreFailed())
    desk.settle()
    assert desk.dispatcher.undoable() is None


def test_an_undo_that_was_declined_may_be_tried_again(desk: Desk):
    wish = mute()
    desk.done(wish)
    desk.meeting.tell(f.LinkChanged("m1", LinkHealth.DOWN, GONE))
    assert desk.dispatcher.undo().problem == GONE
    desk.meeting.tell(f.LinkChanged("m1", LinkHealth.UP))
    assert desk.dispatcher.undo().accepted


def test_what_the_program_did_by_itself_is_not_taken_back(desk: Desk):
    desk.done(LoadScript(lines=SCRIPT[:1], actor=OWN))
    assert desk.dispatcher.undoable() is None
    desk.done(LoadScript(lines=SCRIPT[:2]))
    assert desk.dispatcher.undoable() is not None


def test_notes_are_not_undone(desk: Desk):
    desk.submit(WriteNote(text="ghi"))
    desk.settle()
    assert desk.dispatcher.undoable() is None
