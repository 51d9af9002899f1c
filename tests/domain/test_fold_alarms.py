"""Alarms, folded: latch, acknowledge, shelve (ISA-18.2)."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.fold import fold
from console.domain.state import Key, State
from tests.domain.worlds import S, event


@pytest.fixture
def state() -> State:
    return State()


def tell(
    state: State, fact: f.Fact, at_s: float = 0.0, source: str = "console", cause: str = ""
) -> set[Key]:
    return set(fold(state, event(fact, at_s, source, cause)))


def alarm(*sites: str, priority: Priority = Priority.LOW) -> f.AlarmRaised:
    return f.AlarmRaised(Alarm("a", "district_lost", priority, sites or ("653",)))


def test_an_alarm_stays_until_it_is_over_and_noted(state: State):
    assert tell(state, alarm(), 1) == {("alarm", "a"), ("endpoint", "653")}
    assert tell(state, alarm(), 2) == set()
    tell(state, f.AlarmCleared("a"), 3)
    assert state.alarms["a"].raised_us == 1 * S
    assert state.alarms["a"].cleared_us == 3 * S
    assert tell(state, f.AlarmCleared("a"), 4) == set()
    assert tell(state, f.AlarmAcknowledged("a"), 5) == {("alarm", "a"), ("endpoint", "653")}
    assert state.alarms == {}


def test_or_noted_and_then_over(state: State):
    tell(state, alarm(), 1)
    tell(state, f.AlarmAcknowledged("a"), 2, source="Lan")
    assert state.alarms["a"].acknowledged_by == "Lan"
    assert tell(state, f.AlarmAcknowledged("a"), 3) == set()
    tell(state, f.AlarmCleared("a"), 4)
    assert state.alarms == {}


def test_growth_has_to_be_noted_anew(state: State):
    tell(state, alarm("653"), 1)
    tell(state, f.AlarmAcknowledged("a"), 2)
    keys = tell(state, alarm("653", "651"), 3)
    assert keys == {("alarm", "a"), ("endpoint", "653"), ("endpoint", "651")}
    assert state.alarms["a"].acknowledged_us == 0
    assert state.alarms["a"].raised_us == 1 * S


def test_a_site_whose_loss_was_noted_is_no_growth(state: State):
    """The next one was lost, noted, and stepped past: now it is one of the many."""
    tell(state, alarm("653"), 1)
    tell(state, f.AlarmRaised(Alarm("b", "speaker_lost", Priority.MEDIUM, ("651",))), 1)
    tell(state, f.AlarmRaised(Alarm("c", "lossy", Priority.LOW, ("656",))), 1)
    for name in "abc":
        tell(state, f.AlarmAcknowledged(name), 2)
    tell(state, alarm("653", "651"), 3)
    assert state.alarms["a"].sites == ("653", "651")
    assert state.alarms["a"].acknowledged_us == 2 * S
    tell(state, alarm("653", "651", "656"), 4)
    assert state.alarms["a"].acknowledged_us == 0, "noted for its packets, not for being lost"


def test_so_has_a_higher_priority(state: State):
    tell(state, alarm(), 1)
    tell(state, f.AlarmAcknowledged("a"), 2)
    tell(state, alarm(priority=Priority.MEDIUM), 3)
    assert state.alarms["a"].acknowledged_us == 0


def test_shrinking_disturbs_nobody_and_touches_who_came_back(state: State):
    tell(state, alarm("653", "651"), 1)
    tell(state, f.AlarmAcknowledged("a"), 2, source="Lan")
    assert ("endpoint", "651") in tell(state, alarm("653"), 3)
    assert state.alarms["a"].acknowledged_by == "Lan"


def test_a_cleared_alarm_that_comes_again_begins_anew(state: State):
    tell(state, alarm(), 1)
    tell(state, f.AlarmCleared("a"), 2)
    tell(state, alarm(), 9)
    assert (state.alarms["a"].raised_us, state.alarms["a"].cleared_us) == (9 * S, 0)


def test_what_a_larger_alarm_took_over_is_listed_no_more(state: State):
    tell(state, alarm(), 1)
    assert tell(state, f.AlarmCleared("a", within="b"), 2) == {("alarm", "a"), ("endpoint", "653")}
    assert state.alarms == {}


def test_shelving_outlasts_the_alarms_coming_and_going(state: State):
    tell(state, alarm(), 1)
    tell(state, f.AlarmAcknowledged("a"), 2)
    tell(state, f.AlarmShelved("a", 100 * S), 3)
    assert tell(state, f.AlarmShelved("a", 100 * S), 3) == set()
    tell(state, f.AlarmCleared("a"), 4)
    tell(state, alarm(), 5)
    assert state.alarms["a"].shelved_until_us == 100 * S


def test_when_its_time_is_up_it_has_to_be_noted_anew(state: State):
    tell(state, alarm(), 1)
    tell(state, f.AlarmAcknowledged("a"), 2)
    tell(state, f.AlarmShelved("a", 100 * S), 3)
    tell(state, f.AlarmShelved("a", 0), 100)
    assert (state.alarms["a"].shelved_until_us, state.alarms["a"].acknowledged_us) == (0, 0)


def test_who_takes_it_back_has_noted_it(state: State):
    tell(state, alarm(), 1)
    tell(state, f.AlarmShelved("a", 100 * S), 3)
    tell(state, f.AlarmShelved("a", 0), 50, source="Lan", cause="C1")
    assert state.alarms["a"].acknowledged_by == "Lan"


def test_a_shelved_alarm_that_is_over_and_noted_goes_when_its_time_is_up(state: State):
    tell(state, alarm(), 1)
    tell(state, f.AlarmShelved("a", 100 * S), 2)
    tell(state, f.AlarmCleared("a"), 3)
    tell(state, f.AlarmAcknowledged("a"), 4)
    assert "a" in state.alarms
    tell(state, f.AlarmShelved("a", 0), 100)
    assert state.alarms == {}


@pytest.mark.parametrize(
    "fact", [f.AlarmCleared("x"), f.AlarmAcknowledged("x"), f.AlarmShelved("x", 1)]
)
def test_what_nobody_raised_is_nothing(state: State, fact: f.Fact):
    assert tell(state, fact) == set()
    assert state.alarms == {}
