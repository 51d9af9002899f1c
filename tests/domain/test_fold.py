"""What holds for the fold whatever is told."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings

from console.domain import facts as f
from console.domain.event import Event
from console.domain.fold import FOLDERS, fold
from console.domain.presence import Presence
from console.domain.state import State
from tests.domain.worlds import CALLS, TOLD_ANEW, changed, covered, event, histories, leg, records


def told(events: list[Event]) -> State:
    state = State()
    for one in events:
        fold(state, one)
    return state


@given(histories())
def test_the_same_events_make_the_same_state(history: list[Event]):
    assert told(history) == told(deepcopy(history))


@settings(max_examples=300)
@given(histories())
def test_keys_tell_of_every_record_that_changed_and_of_none_else(history: list[Event]):
    state = State()
    before = records(state)
    for one in history:
        keys = set(fold(state, one))
        after = records(state)
        different = changed(before, after)
        missing = {change for change in different if not covered(keys, change)}
        assert not missing, one
        if not isinstance(one.fact, TOLD_ANEW):
            assert bool(keys) == bool(different), one
        before = after


@given(histories())
def test_telling_something_twice_tells_nothing_new(history: list[Event]):
    state = State()
    for one in history:
        fold(state, one)
        if isinstance(one.fact, TOLD_ANEW):
            continue
        before = records(state)
        assert fold(state, one) == (), one
        assert records(state) == before


@given(histories())
def test_every_leg_has_a_site_and_every_wish_mark_a_wish(history: list[Event]):
    state = told(history)
    assert set(state.wishes.values()) <= set(state.commands)
    for site, one in state.legs.items():
        assert one.endpoint == site
        assert site in state.endpoints
        if one.presence in (Presence.CONNECTED, Presence.ON_HOLD, Presence.DROPPED):
            assert one.joined
        if one.presence in (Presence.ABSENT, Presence.DROPPED):
            assert site not in state.speech


@given(histories())
def test_a_roster_read_on_one_mcu_ends_no_leg_of_another(history: list[Event]):
    state = told(history)
    there = {
        s: one
        for s, one in state.legs.items()
        if one.conference == CALLS[1] and one.presence is not Presence.ABSENT
    }
    fold(state, event(f.RosterSeen(CALLS[0], frozenset()), 1000))
    assert {s: state.legs[s] for s in there} == there


def test_every_fact_has_a_folder():
    kinds = {k for k in vars(f).values() if isinstance(k, type) and issubclass(k, f.Fact)}
    assert kinds - {f.Fact} == set(FOLDERS)


def test_an_unknown_fact_is_a_mistake_of_ours():
    class Rumour(f.Fact):
        pass

    with pytest.raises(KeyError):
        fold(State(), event(Rumour()))


def test_whoever_is_unknown_to_the_roster_is_a_guest():
    state = State()
    keys = fold(state, event(f.LegSeen(leg("?sip:z", address="sip:z"))))
    assert set(keys) == {("roster", ""), ("endpoint", "?sip:z")}
    assert state.endpoints["?sip:z"].level == "guest"
    assert state.endpoints["?sip:z"].name == "sip:z"
