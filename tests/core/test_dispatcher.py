"""The Dispatcher: durable before it is sent, confirmed by the State and by nothing else."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from console.core.dispatcher import OWN
from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import (
    HangUpSite,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
)
from console.domain.commands.own import LoadScript, MoveScript, OpenSession, StageNext, WriteNote
from console.domain.commands.room import RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.core.desk import Desk
from tests.domain.meeting import CALL, CHAIR, FAR, MCU, NEXT, OTHER, SCRIPT, SPEAKER
from tests.domain.obedience import obey

WHY = Problem.of("cms.refused")
GONE = Problem.of("wire.deadline", device="M1")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def mute(site: str = NEXT, muted: bool = False) -> MuteSite:
    return MuteSite(endpoint=site, muted=muted)


def take(site: str = NEXT, **more: object) -> TakeToPodium:
    return TakeToPodium(endpoint=site, expected=SPEAKER, **more)  # type: ignore[arg-type]


class StoreFailed(Exception):
    code = "store.full"
    params = {"folder": "D"}  # noqa: RUF012


# -- the row before the byte -----------------------------------------------------------------------


def test_nothing_is_sent_before_its_row_is_durable(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.settle()
    assert desk.asked() == []
    assert desk.phase(wish.id) is Phase.PENDING
    desk.disk.write()
    assert desk.asked() == [wish]
    assert [type(row.fact) for row in desk.disk.rows] == [f.CommandSubmitted]


def test_the_row_is_written_once(desk: Desk):
    desk.submit(mute())
    desk.disk.write()
    desk.settle()
    assert not any(isinstance(e.fact, f.CommandSubmitted) for e in desk.disk.rows[1:])
    assert not desk.disk.busy


def test_the_whole_of_a_composite_is_durable_before_any_step_is_sent(desk: Desk):
    wish = take(preset=2)
    desk.submit(wish)
    assert desk.asked() == []
    desk.disk.write()
    rows = [row.fact for row in desk.disk.rows]
    assert all(isinstance(row, f.CommandSubmitted) for row in rows)
    assert [row.command.id for row in rows] == [wish.id, *desk.tracked(wish.id).steps]  # type: ignore[union-attr]
    assert len(desk.asked()) == 5


def test_what_can_not_be_written_is_not_done(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.disk.fail(StoreFailed())
    desk.settle()
    assert desk.asked() == []
    tracked = desk.tracked(wish.id)
    assert tracked.phase is Phase.REFUSED
    assert tracked.problem == Problem.of("store.full", folder="D")


def test_a_composite_that_can_not_be_written_is_refused_whole(desk: Desk):
    wish = take()
    desk.submit(wish)
    desk.disk.fail(StoreFailed())
    desk.settle()
    assert desk.asked() == []
    assert desk.phase(wish.id) is Phase.REFUSED
    assert all(desk.phase(i) is Phase.REFUSED for i in desk.tracked(wish.id).steps)


def test_what_the_disk_held_up_too_long_is_not_done_belatedly(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.clock.wait(wish.deadline_s + 1)
    desk.settle()
    assert desk.phase(wish.id) is Phase.UNKNOWN
    desk.disk.write()
    assert desk.asked() == []


def test_the_disk_may_tell_from_its_own_thread(desk: Desk):
    wish = mute()
    desk.submit(wish)
    writer = threading.Thread(target=desk.disk.write)
    writer.start()
    writer.join()
    assert desk.asked() == [wish]


# -- confirmed by the State ------------------------------------------------------------------------


def test_neither_sending_nor_an_answer_confirms(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.disk.write()
    desk.answer(wish.id)
    assert desk.phase(wish.id) is Phase.ANSWERED
    desk.obey([wish])
    assert desk.phase(wish.id) is Phase.CONFIRMED


def test_a_lost_answer_does_not_matter_where_the_state_shows_it(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.disk.write()
    desk.send(wish.id)
    desk.obey([wish])
    assert desk.phase(wish.id) is Phase.CONFIRMED


def test_nothing_is_confirmed_before_it_was_sent(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.obey([wish])  # somebody else did it meanwhile
    assert desk.phase(wish.id) is Phase.PENDING


def test_what_was_so_before_needs_the_devices_own_answer(desk: Desk):
    desk.obey([mute()])
    wish = mute()
    desk.submit(wish)
    desk.disk.write()
    desk.send(wish.id)
    assert desk.tracked(wish.id).held_before
    assert desk.phase(wish.id) is Phase.SENT
    desk.answer(wish.id)
    assert desk.phase(wish.id) is Phase.CONFIRMED


def test_what_is_not_seen_in_time_is_unknown(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.disk.write()
    desk.answer(wish.id)
    desk.clock.wait(wish.deadline_s - 0.1)
    desk.settle()
    assert desk.phase(wish.id) is Phase.ANSWERED
    desk.clock.wait(0.2)
    desk.settle()
    tracked = desk.tracked(wish.id)
    assert tracked.phase is Phase.UNKNOWN
    assert tracked.problem == Problem.of("command.timeout", seconds=wish.deadline_s)
    desk.obey([wish])
    assert desk.phase(wish.id) is Phase.UNKNOWN


def test_what_the_device_declines_is_refused_with_its_reason(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.disk.write()
    desk.send(wish.id)
    desk.post(f.CommandRefused(wish.id, WHY))
    desk.settle()
    assert (desk.phase(wish.id), desk.tracked(wish.id).problem) == (Phase.REFUSED, WHY)


def test_every_phase_is_told_to_the_journal(desk: Desk):
    wish = mute()
    desk.done(wish)
    kinds = [type(e.fact) for e in desk.journal if e.cause in ("", wish.id)]
    assert f.CommandSent in kinds
    assert f.CommandConfirmed in kinds
    assert next(e.cause for e in desk.journal if type(e.fact) is f.CommandConfirmed) == wish.id


# -- why not ---------------------------------------------------------------------------------------


def refusal(desk: Desk, wish: Command) -> Problem:
    assert desk.dispatcher.why_not(wish) is not None
    verdict = desk.dispatcher.submit(wish)
    assert not verdict.accepted
    assert verdict.problem is not None
    assert not desk.disk.busy
    assert wish.id not in desk.state.commands
    return verdict.problem


def test_a_link_that_is_down_refuses_with_its_own_problem(desk: Desk):
    desk.meeting.tell(f.LinkChanged("m1", LinkHealth.DOWN, GONE))
    assert refusal(desk, mute()) == GONE
    desk.meeting.tell(f.LinkChanged("m1", LinkHealth.CONNECTING))
    assert refusal(desk, mute()).code == "link.down"
    desk.meeting.tell(f.LinkChanged("m1", LinkHealth.DEGRADED, GONE))
    assert desk.dispatcher.why_not(mute()) is None


def test_no_device_no_wish(desk: Desk):
    assert refusal(desk, mute("nobody")).code == "command.no_device"
    del desk.lines["m1"]
    assert refusal(desk, mute()).code == "command.no_device"


def test_what_a_device_can_not_do_is_refused_before_it_is_written(desk: Desk):
    desk.meeting.able("m1", MCU & ~Capability.LOCK)
    assert refusal(desk, LockConference(conference=CALL, locked=True)).code == (
        "command.not_supported"
    )


def test_a_wish_that_makes_no_sense_any_more(desk: Desk):
    assert refusal(desk, replace(take(), expected="")).code == "take.podium_changed"


def test_who_may_not_wish_it(desk: Desk):
    desk.dispatcher.permit = lambda command: (
        Problem.of("sign_in.viewer") if isinstance(command, HangUpSite) else None
    )
    assert refusal(desk, HangUpSite(endpoint=NEXT)).code == "sign_in.viewer"
    desk.submit(mute())


def test_nobody_gets_around_that_by_wishing_several_things(desk: Desk):
    desk.dispatcher.permit = lambda command: (
        Problem.of("sign_in.viewer") if isinstance(command, HangUpSite) else None
    )
    desk.submit(Batch(of=(HangUpSite(endpoint=NEXT), mute())))
    desk.disk.write()
    assert [type(c) for c in desk.asked()] == [MuteSite]


def test_the_same_wish_is_not_submitted_twice(desk: Desk):
    wish = mute()
    desk.submit(wish)
    verdict = desk.dispatcher.submit(wish)
    assert verdict.problem == Problem.of("command.twice")
    desk.disk.write()
    assert desk.asked() == [wish]


# -- within one frame ------------------------------------------------------------------------------


def test_a_double_press_within_one_frame_does_nothing(desk: Desk):
    """Keys queue while the window is busy: the second comes before anything was drained."""
    desk.submit(take())
    desk.disk.write()
    assert refusal(desk, take()).code == "take.already"


def test_two_keys_within_one_frame_see_each_other(desk: Desk):
    desk.submit(OpenSession(session="S2", title="", phase="", chair=CHAIR, conference=CALL))
    desk.submit(LoadScript(lines=SCRIPT))
    desk.submit(MoveScript(line=2))
    assert (desk.state.session.id, desk.state.session.line) == ("S2", 2)
    keys = desk.settle()
    assert ("session", "") in keys


def test_a_wish_shows_with_the_next_frame(desk: Desk):
    wish = mute()
    desk.submit(wish)
    assert desk.store.waiting
    assert {("command", wish.id), ("endpoint", NEXT)} <= desk.settle()


# -- the console's own -----------------------------------------------------------------------------


def test_what_the_console_does_itself_is_done_at_once(desk: Desk):
    wish = StageNext(endpoint=FAR)
    desk.submit(wish)
    assert desk.state.session.next == FAR
    desk.settle()
    assert desk.phase(wish.id) is Phase.CONFIRMED
    assert desk.asked() == []
    fact = next(e for e in desk.journal if isinstance(e.fact, f.NextStaged))
    assert (fact.cause, fact.source) == (wish.id, wish.actor)


def test_so_are_several_of_them_together(desk: Desk):
    wish = Batch(of=(StageNext(endpoint=""), MoveScript(line=0)))
    desk.submit(wish)
    desk.settle()
    assert (desk.state.session.next, desk.state.session.line) == ("", 0)
    assert desk.phase(wish.id) is Phase.CONFIRMED


# -- composites ------------------------------------------------------------------------------------


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


# -- trying again ----------------------------------------------------------------------------------


def failed_take(desk: Desk) -> tuple[TakeToPodium, Command]:
    """A TAKE whose camera was refused."""
    wish = take(preset=2)
    desk.submit(wish)
    desk.disk.write()
    steps = desk.asked()
    camera = next(s for s in steps if isinstance(s, RecallPreset))
    others = [s for s in steps if s is not camera]
    desk.answer(*(s.id for s in others))
    desk.obey(others)
    desk.post(f.CommandRefused(camera.id, WHY))
    desk.settle()
    for line in desk.lines.values():
        line.asked.clear()
    return wish, camera


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


# -- undo ------------------------------------------------------------------------------------------


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


# -- memory ----------------------------------------------------------------------------------------


def test_what_is_settled_is_looked_at_no_more(desk: Desk):
    for n in range(50):
        desk.done(StageNext(endpoint=FAR if n % 2 else SPEAKER))
    wish = PutOnPodium(conference=CALL, endpoint=NEXT)
    desk.submit(wish)
    desk.settle()
    assert list(desk.dispatcher._open) == [wish.id]
    obey(desk.meeting, wish)
    assert not desk.dispatcher.review()
