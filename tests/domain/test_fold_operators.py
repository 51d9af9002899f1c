"""What people do, folded: the session, its running order, the chair's calls, notes, checks."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.commands.mcu import MuteSite, PutOnPodium
from console.domain.commands.take import TakeToPodium
from console.domain.conference import Conference
from console.domain.fold import fold
from console.domain.session import ChairCall, ScriptLine, Session
from console.domain.state import Key, State
from tests.domain.worlds import CALLS, DRILLED, ROSTER, SCORES, S, event, leg

SCRIPT = (ScriptLine("Khai mạc"), ScriptLine("Krông Bông", "653"), ScriptLine("Ea Kar", "651"))
CALL = CALLS[0]


@pytest.fixture
def state() -> State:
    made = State()
    for fact in (
        f.RosterLoaded("r", ROSTER),
        f.SessionOpened("S1", "Giao ban", "session", "66", CALL),
        f.ScriptLoaded(SCRIPT),
    ):
        tell(made, fact)
    return made


def tell(state: State, fact: f.Fact, at_s: float = 0.0) -> set[Key]:
    return set(fold(state, event(fact, at_s, source="operator")))


def take(state: State, site: str, at_s: float, wish: str = "") -> None:
    command = TakeToPodium(id=wish or f"T{at_s}", endpoint=site, expected="")
    tell(state, f.CommandSubmitted(command), at_s)


def appear(state: State, site: str, at_s: float) -> None:
    """The MCU reports picture and sound."""
    tell(state, f.ConferenceSeen(Conference(CALL, "m1", live=True, podium=site)), at_s)
    tell(state, f.LegSeen(leg(site, mic_muted=False)), at_s)


# -- session and script --------------------------------------------------------------------------


def test_a_session_begins_and_ends(state: State):
    assert state.session.started_us == 0
    assert state.session.chair == "66"
    assert tell(state, f.SessionClosed("other")) == set()
    assert tell(state, f.SessionClosed("S1")) == {("session", "")}
    assert state.session == Session()


def test_the_script_is_walked_and_loaded_anew(state: State):
    assert tell(state, f.ScriptMoved(1)) == {("session", "")}
    assert tell(state, f.ScriptMoved(1)) == set()
    assert tell(state, f.ScriptLoaded(SCRIPT)) == {("session", "")}
    assert state.session.line == -1
    assert tell(state, f.ScriptLoaded(SCRIPT)) == set()


def test_staging_touches_both_tiles(state: State):
    tell(state, f.NextStaged("653"))
    keys = tell(state, f.NextStaged("651"))
    assert keys == {("session", ""), ("endpoint", "653"), ("endpoint", "651")}
    assert tell(state, f.NextStaged("651")) == set()
    tell(state, f.NextStaged(""))
    assert state.session.next == ""


def test_notes_and_deviations_live_in_the_journal_alone(state: State):
    before = state.session
    assert tell(state, f.NoteWritten("mất điện", "653")) == {("note", "653")}
    assert tell(state, f.DrillScored("d", DRILLED, 5, SCORES)) == {("note", "")}
    assert ("note", "") in tell(state, f.ScriptDeviated(0, "653", "651"))
    assert state.session == before


def test_a_check_is_kept_with_its_site(state: State):
    assert tell(state, f.CheckRecorded("653", "passed")) == {("endpoint", "653")}
    assert tell(state, f.CheckRecorded("653", "passed")) == set()
    assert tell(state, f.CheckRecorded("nobody", "passed")) == set()
    assert state.endpoints["653"].check == "passed"


# -- the connection time (R5, R6, R80) -------------------------------------------------------------


def test_the_connection_time_from_the_call_to_two_way_talk(state: State):
    tell(state, f.ChairCalled("653"), 10)
    take(state, "653", 12)
    appear(state, "653", 12.5)
    assert tell(state, f.TwoWayProven("653", "speech"), 14) == {("session", "")}
    call = ChairCall("653", 10 * S, 12 * S, int(12.5 * S), 14 * S, "speech")
    assert state.session.calls == (call,)
    assert call.connection_s == 4.0


def test_the_chair_may_have_meant_another_site(state: State):
    tell(state, f.ChairCalled("653"), 10)
    take(state, "651", 12)
    assert state.session.calls == (ChairCall("651", 10 * S, 12 * S),)


def test_calling_again_before_a_take_starts_the_stopwatch_anew(state: State):
    tell(state, f.ChairCalled(""), 10)
    tell(state, f.ChairCalled("653"), 20)
    assert state.session.calls == (ChairCall("653", 20 * S),)


def test_without_a_call_the_time_runs_from_the_take(state: State):
    take(state, "653", 12)
    appear(state, "653", 13)
    tell(state, f.TwoWayProven("653", "operator"), 15)
    assert state.session.calls[0].connection_s == 3.0


def test_a_site_taken_once_more_answers_the_same_call(state: State):
    tell(state, f.ChairCalled("653"), 10)
    take(state, "653", 12)
    take(state, "653", 20)
    assert state.session.calls == (ChairCall("653", 10 * S, 12 * S),)
    take(state, "653", 200)  # much later: another speech
    assert len(state.session.calls) == 2


def test_each_speech_is_a_call_of_its_own(state: State):
    take(state, "653", 10)
    appear(state, "653", 11)
    take(state, "651", 20)
    take(state, "653", 30)
    assert [c.endpoint for c in state.session.calls] == ["653", "651", "653"]


def test_proof_counts_for_the_site_that_was_taken_and_once(state: State):
    assert tell(state, f.TwoWayProven("653", "operator")) == set()
    tell(state, f.ChairCalled("653"), 9)
    assert tell(state, f.TwoWayProven("653", "operator"), 10) == set()
    take(state, "653", 12)
    assert tell(state, f.TwoWayProven("651", "operator"), 13) == set()
    tell(state, f.TwoWayProven("653", "operator"), 14)
    assert tell(state, f.TwoWayProven("653", "speech"), 15) == set()
    assert state.session.calls[0].proven_us == 14 * S


def test_the_chair_may_call_on_before_the_last_site_is_proven(state: State):
    take(state, "653", 12)
    tell(state, f.ChairCalled("651"), 13)
    appear(state, "653", 14)
    tell(state, f.TwoWayProven("653", "speech"), 15)
    first, second = state.session.calls
    assert (first.confirmed_us, first.proven_us) == (14 * S, 15 * S)
    assert second == ChairCall("651", 13 * S)


@pytest.mark.parametrize("order", ["picture first", "sound first"])
def test_the_mcu_has_confirmed_when_both_are_there(state: State, order: str):
    take(state, "653", 10)
    picture = f.ConferenceSeen(Conference(CALL, "m1", live=True, podium="653"))
    sound = f.LegSeen(leg(mic_muted=False))
    first, second = (picture, sound) if order == "picture first" else (sound, picture)
    tell(state, first, 11)
    assert state.session.calls[0].confirmed_us == 0
    assert ("session", "") in tell(state, second, 12)
    assert state.session.calls[0].confirmed_us == 12 * S


def test_after_a_restart_the_confirmed_steps_tell_when_it_was(state: State):
    """What devices reported is not taken up again; what became of wishes is."""
    steps = (
        PutOnPodium(id="P", conference=CALL, endpoint="653"),
        MuteSite(id="M", endpoint="653", muted=False),
        MuteSite(id="B", endpoint="651", muted=True),
    )
    whole = TakeToPodium(id="T", endpoint="653", expected="651")
    tell(state, f.CommandSubmitted(whole, steps=("P", "M", "B")), 10)
    for step in steps:
        tell(state, f.CommandSubmitted(step, parent="T"), 10)
    tell(state, f.CommandConfirmed("P"), 11)
    assert state.session.calls[0].confirmed_us == 0
    tell(state, f.CommandConfirmed("M"), 12)
    assert state.session.calls[0].confirmed_us == 12 * S
    tell(state, f.CommandConfirmed("B"), 13)
    assert state.session.calls[0].confirmed_us == 12 * S
    assert state.expected_podium == "653"
