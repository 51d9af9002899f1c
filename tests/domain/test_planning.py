"""An approved plan becomes a meeting, and a newer version of it the meeting's running order."""

from __future__ import annotations

from dataclasses import replace

from console.domain.planning import begun, changes, fitted, newer, place, runs, wish_for
from console.domain.reference import Plan
from console.domain.session import ChairCall, ScriptLine, Session
from console.domain.state import State
from tests.domain.worlds import ROSTER

A, B, C, D = (ScriptLine(name) for name in "ABCD")
SITE, GONE = ScriptLine("Krông Bông", "653"), ScriptLine("Xã lạ", "99")
PLAN = Plan("s1", 2, "Giao ban", 7, "66", script=(A, SITE, GONE))


def world(**session: object) -> State:
    state = State(endpoints={e.id: e for e in ROSTER})
    state.session = Session(id="m", title="Họp", chair="66", **session)  # pyright: ignore[reportArgumentType]
    return state


def test_a_site_that_the_roster_lacks_becomes_a_line_without_one() -> None:
    made = fitted(PLAN, {"66", "653"})
    assert made.lines == (A, SITE, ScriptLine("Xã lạ"))
    assert (made.chair, made.lacking) == ("66", ("99",))
    assert fitted(replace(PLAN, chair="77"), {"653"}).lacking == ("77", "99")


def test_a_plan_that_is_not_run_opens_a_session_of_its_own() -> None:
    state = world()
    wish = wish_for(state, PLAN)
    assert wish.session not in ("", "m")
    assert (wish.title, wish.chair, wish.line) == ("Giao ban", "66", -1)
    assert wish.inverse(state) is None
    assert wish_for(state, replace(PLAN, chair="")).chair == "66"


def test_a_newer_version_stands_where_the_meeting_stood_and_is_taken_back() -> None:
    state = world(plan="s1", plan_version=1, script=(A, B, C), line=1)
    state.plans["s1"] = PLAN
    assert runs(state, PLAN)
    assert newer(state) == PLAN
    wish = wish_for(state, replace(PLAN, script=(D, A, B)))
    assert (wish.session, wish.line) == ("", 2)
    back = wish.inverse(state)
    assert back is not None
    assert not back.satisfied(state) or state.session.script == (A, B, C)
    assert (back.version, back.lines, back.line) == (1, (A, B, C), 1)  # type: ignore[attr-defined]
    state.session = replace(state.session, plan_version=2)
    assert newer(state) is None
    assert newer(world()) is None


def test_a_line_that_is_gone_leaves_the_meeting_at_the_one_before() -> None:
    session = Session(script=(A, B, C), line=2)
    assert place(session, (A, B, D)) == 1
    assert place(session, (D,)) == -1
    assert place(Session(script=(A,), line=-1), (A,)) == -1


def test_what_a_newer_running_order_changes() -> None:
    found = changes((A, B, C), (A, replace(B, minutes=5), C, D))
    assert (found.altered, found.added, found.gone) == (((B, replace(B, minutes=5)),), (D,), ())
    assert changes((A, B), (B,)).gone == (A,)
    assert not changes((A, B), (A, B))


def test_a_meeting_has_begun_once_somebody_was_called_or_it_was_moved_along() -> None:
    assert not begun(Session(id="m"))
    assert begun(Session(id="m", line=0))
    assert begun(Session(id="m", calls=(ChairCall("653", 1),)))
