"""What becomes of wishes, folded."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import MuteSite
from console.domain.problem import Problem
from console.domain.state import Key, Phase, State
from tests.domain.worlds import S, tell

WHY = Problem.of("cms.refused")


@pytest.fixture
def state() -> State:
    return State()


def mute(wish: str, site: str = "653") -> MuteSite:
    return MuteSite(id=wish, endpoint=site, muted=True)


def test_a_wish_runs_its_course(state: State):
    keys = tell(state, f.CommandSubmitted(mute("A")), 1)
    assert keys == {("command", "A"), ("endpoint", "653")}
    assert state.wishes == {"653": "A"}
    for fact, phase in (
        (f.CommandSent("A"), Phase.SENT),
        (f.CommandAnswered("A"), Phase.ANSWERED),
        (f.CommandConfirmed("A"), Phase.CONFIRMED),
    ):
        assert tell(state, fact, 2) == keys
        assert state.commands["A"].phase is phase
        assert tell(state, fact, 3) == set()
    tracked = state.commands["A"]
    assert (tracked.submitted_us, tracked.sent_us, tracked.ended_us) == (1 * S, 2 * S, 2 * S)


@pytest.mark.parametrize(
    ("end", "phase"),
    [
        (f.CommandRefused("A", WHY), Phase.REFUSED),
        (f.CommandLost("A", WHY), Phase.UNKNOWN),
    ],
)
def test_what_has_ended_stays_ended(state: State, end: f.Fact, phase: Phase):
    tell(state, f.CommandSubmitted(mute("A")))
    tell(state, end, 2)
    tracked = state.commands["A"]
    assert (tracked.phase, tracked.problem, tracked.ended_us) == (phase, WHY, 2 * S)
    for late in (f.CommandSent("A"), f.CommandAnswered("A"), f.CommandConfirmed("A")):
        assert tell(state, late, 3) == set()
    assert state.commands["A"] == tracked
    assert not tracked.phase.open


def test_a_late_sent_does_not_take_back_an_answer(state: State):
    tell(state, f.CommandSubmitted(mute("A")))
    tell(state, f.CommandAnswered("A"))
    assert tell(state, f.CommandSent("A")) == set()
    assert state.commands["A"].phase is Phase.ANSWERED


def test_a_wish_is_submitted_once(state: State):
    tell(state, f.CommandSubmitted(mute("A")))
    tell(state, f.CommandSent("A"))
    assert tell(state, f.CommandSubmitted(mute("A"))) == set()
    assert state.commands["A"].phase is Phase.SENT


def test_the_newest_wish_about_a_site_marks_it(state: State):
    tell(state, f.CommandSubmitted(mute("A")))
    tell(state, f.CommandSubmitted(mute("B")))
    assert state.wishes["653"] == "B"
    assert [t.command.id for t in state.open_commands()] == ["A", "B"]


def test_a_step_tried_again_opens_its_composite(state: State):
    whole = Batch(id="W", of=(mute("A"), mute("B", "651")))
    tell(state, f.CommandSubmitted(whole, steps=("A", "B")))
    for step in whole.of:
        tell(state, f.CommandSubmitted(step, parent="W"))
    tell(state, f.CommandConfirmed("A"), 1)
    tell(state, f.CommandRefused("B", WHY), 1)
    tell(state, f.CommandRefused("W", WHY), 1)
    keys = tell(state, f.CommandSubmitted(mute("C", "651"), parent="W", replaces="B"), 2)
    assert ("command", "W") in keys
    tracked = state.commands["W"]
    assert tracked.steps == ("A", "C")
    assert (tracked.phase, tracked.problem, tracked.ended_us) == (Phase.SENT, None, 0)


def test_memory_of_wishes_is_bounded_and_says_what_it_forgets(state: State):
    tell(state, f.CommandSubmitted(mute("open", "66")))
    forgotten: set[Key] = set()
    for n in range(3000):
        keys = tell(state, f.CommandSubmitted(mute(f"C{n}", f"site{n}")), n)
        forgotten |= keys - {("command", f"C{n}"), ("endpoint", f"site{n}")}
        tell(state, f.CommandConfirmed(f"C{n}"), n)
    assert len(state.commands) < 700
    assert "open" in state.commands
    assert f"C{2999}" in state.commands
    assert set(state.wishes.values()) <= set(state.commands)
    gone = {f"C{n}" for n in range(3000)} - set(state.commands)
    assert {("command", wish) for wish in gone} <= forgotten
    assert ("endpoint", "site0") in forgotten


def test_the_steps_of_what_is_under_way_are_not_forgotten(state: State):
    steps = tuple(mute(f"S{n}", f"site{n}") for n in range(500))
    tell(state, f.CommandSubmitted(Batch(id="W", of=steps), steps=tuple(s.id for s in steps)))
    for step in steps:
        tell(state, f.CommandSubmitted(step, parent="W"))
        tell(state, f.CommandRefused(step.id, WHY))
    for n in range(1000):
        tell(state, f.CommandSubmitted(mute(f"C{n}")))
        tell(state, f.CommandConfirmed(f"C{n}"))
    assert {step.id for step in steps} <= set(state.commands)
    tell(state, f.CommandRefused("W", WHY))
    for n in range(1000, 2000):
        tell(state, f.CommandSubmitted(mute(f"C{n}")))
        tell(state, f.CommandConfirmed(f"C{n}"))
    assert not {step.id for step in steps} & set(state.commands)
