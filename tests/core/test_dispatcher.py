"""The Dispatcher: durable before it is sent, confirmed by the State and by nothing else."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import (
    HangUpSite,
    LockConference,
    MuteSite,
    PutOnPodium,
)
from console.domain.commands.own import LoadScript, MoveScript, OpenSession, StageNext
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.core.desk import Desk, StoreFailed, mute, take
from tests.domain.meeting import CALL, CHAIR, FAR, MCU, NEXT, SCRIPT, SPEAKER
from tests.domain.obedience import obey

WHY = Problem.of("cms.refused")
GONE = Problem.of("wire.deadline", device="M1")


@pytest.fixture
def desk() -> Desk:
    return Desk()


# -- the row before the byte -------------------------------------------------------------------


def test_nothing_is_sent_before_its_row_is_durable(desk: Desk):
    wish = mute()
    desk.submit(wish)
    desk.settle()
    assert desk.asked() == []
    assert desk.phase(wish.id) is Phase.PENDING
    desk.disk.write()
    assert desk.asked() == [wish]
    assert [type(row.fact) for row in desk.disk.rows] == [f.CommandSubmitted]


def test_it_says_that_something_is_on_its_way_once_a_wish_and_only_to_a_device(desk: Desk):
    told: list[int] = []
    desk.dispatcher.on_sending = lambda: told.append(len(desk.asked()))
    desk.submit(StageNext(endpoint=FAR))
    assert told == []
    desk.submit(take(preset=2))
    assert told == [0]


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


# -- confirmed by the State --------------------------------------------------------------------


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


def test_what_a_later_wish_about_the_same_thing_overtook_is_told_so_at_once(desk: Desk):
    first, other = PutOnPodium(conference=CALL, endpoint=NEXT), mute()
    second = PutOnPodium(conference=CALL, endpoint=FAR)
    for wish in (first, other, second):
        desk.submit(wish)
    desk.disk.write()
    desk.answer(first.id, other.id, second.id)
    assert desk.phase(first.id) is Phase.ANSWERED, "it may still come true"
    desk.obey([second])
    assert desk.phase(second.id) is Phase.CONFIRMED
    overtaken = desk.tracked(first.id)
    assert (overtaken.phase, overtaken.problem) == (
        Phase.UNKNOWN, Problem.of("command.overtaken"),
    )  # fmt: skip
    assert desk.phase(other.id) is Phase.ANSWERED, "it sets another thing"


def test_an_earlier_wish_that_came_true_as_well_was_not_overtaken(desk: Desk):
    first, second = mute(), mute()
    desk.submit(first)
    desk.submit(second)
    desk.disk.write()
    desk.answer(first.id, second.id)
    desk.obey([second])
    assert (desk.phase(first.id), desk.phase(second.id)) == (Phase.CONFIRMED, Phase.CONFIRMED)


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


# -- why not -----------------------------------------------------------------------------------


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


# -- within one frame --------------------------------------------------------------------------


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


# -- the console's own -------------------------------------------------------------------------


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


# -- memory ------------------------------------------------------------------------------------


def test_what_is_settled_is_looked_at_no_more(desk: Desk):
    for n in range(50):
        desk.done(StageNext(endpoint=FAR if n % 2 else SPEAKER))
    wish = PutOnPodium(conference=CALL, endpoint=NEXT)
    desk.submit(wish)
    desk.settle()
    assert list(desk.dispatcher._open) == [wish.id]
    obey(desk.meeting, wish)
    assert not desk.dispatcher.review()
