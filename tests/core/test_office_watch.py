"""What is told of the office, and when: once for each change, and never a journal full of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from console.core.office_watch import OfficeWatch
from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Priority
from db.sync.health import SyncHealth, SyncIncident
from tests.core.desk import HandClock

S = 1_000_000
FORK = SyncIncident("sync.fork", (("seq", 7), ("stream", "ops")), 1)


class Link:
    """A link whose health a test sets."""

    def __init__(self) -> None:
        self.now: SyncHealth | None = SyncHealth(offset_us=0)

    def health(self) -> SyncHealth | None:
        return self.now

    def account(self) -> object:
        return SimpleNamespace(office=SimpleNamespace(office_id="o1"))


class Desk:
    """A watch whose seconds a test counts."""

    def __init__(self) -> None:
        self.link, self.clock = Link(), HandClock(S)
        self.store = Store(self._journalled, lambda _: None)
        self.watch = OfficeWatch(self.link, self.store, self.clock)  # pyright: ignore[reportArgumentType]
        self.told: list[f.Fact] = []

    def _journalled(self, events) -> None:
        self.told += [event.fact for event in events]

    def after(self, seconds: int, **health: object) -> list[f.Fact]:
        """What is told within so many seconds of this health."""
        if health:
            self.link.now = SyncHealth(**{"offset_us": 0, **health})
        self.told = []
        for _ in range(seconds):
            self.clock.wait(1)
            self.watch.look(self.clock.at_us)
            self.store.drain()
        return self.told


@pytest.fixture
def desk() -> Desk:
    return Desk()


def raised(told: list[f.Fact]) -> list[tuple[str, Priority]]:
    return [(x.alarm.kind, x.alarm.priority) for x in told if isinstance(x, f.AlarmRaised)]


def test_an_office_that_answers_or_none_at_all_is_worth_no_word(desk: Desk) -> None:
    assert desk.after(100) == []
    desk.link.now = None
    assert desk.after(100) == []


def test_lost_after_fifteen_seconds_and_back_at_once_with_how_long_it_was(desk: Desk) -> None:
    assert desk.after(15, failure="deadline") == []
    assert desk.after(5) == [f.OfficeLost("o1", "deadline")]
    assert desk.after(600, failure="unreachable") == []
    assert desk.after(1, failure="") == [f.OfficeBack("o1", 620)]
    assert desk.after(100) == []


def test_a_line_that_comes_and_goes_does_not_fill_the_journal(desk: Desk) -> None:
    told: list[f.Fact] = []
    for _ in range(30):
        told += desk.after(40, failure="deadline")
        told += desk.after(5, failure="")
    assert [type(fact) for fact in told] == [f.OfficeLost, f.OfficeBack] * (len(told) // 2)
    assert 2 <= len(told) <= 6


def test_a_journal_that_cant_be_read_is_not_the_offices_absence(desk: Desk) -> None:
    assert desk.after(100, failure="store.io") == []


def test_an_incident_is_journalled_once_a_run_and_its_alarm_outlives_its_pauses(
    desk: Desk,
) -> None:
    (seen, alarm) = desk.after(1, incident=FORK)
    assert seen == f.SyncIncidentSeen("sync.fork", FORK.params)
    assert raised([alarm]) == [("office_fork", Priority.HIGH)]
    assert desk.after(90, incident=None) == []
    assert desk.after(90, incident=FORK) == []
    assert desk.after(299, incident=None) == []
    assert desk.after(2) == [f.AlarmCleared("own:office_fork")]
    again = desk.after(1, incident=FORK)
    assert raised(again) == [("office_fork", Priority.HIGH)]
    assert not any(isinstance(fact, f.SyncIncidentSeen) for fact in again)


def test_amber_is_medium_and_red_is_high_and_rows_behind_an_incident_are_not_told_twice(
    desk: Desk,
) -> None:
    assert desk.after(60, oldest_unsent_s=301.0) == []
    assert raised(desk.after(5)) == [("office_behind", Priority.MEDIUM)]
    assert raised(desk.after(5, oldest_unsent_s=3601.0)) == [("office_behind", Priority.HIGH)]
    assert desk.after(59, oldest_unsent_s=0.0) == []
    assert desk.after(5) == [f.AlarmCleared("own:office_behind")]
    found = raised(desk.after(1, oldest_unsent_s=4000.0, incident=FORK))
    assert found == [("office_fork", Priority.HIGH)]
    found = raised(desk.after(1, offset_us=-3 * S, conflicts=2))
    assert found == [("office_clock", Priority.MEDIUM), ("office_conflict", Priority.MEDIUM)]
    assert raised(desk.after(1, offset_us=61 * S)) == [("office_clock", Priority.HIGH)]


def test_rows_that_come_late_but_come_are_no_alarm(desk: Desk) -> None:
    assert desk.after(50, oldest_unsent_s=9000.0) == [], "a console that joins with an old journal"
    assert desk.after(5, oldest_unsent_s=0.0) == []
    assert desk.after(50, oldest_unsent_s=9000.0) == []
    assert raised(desk.after(30)) == [("office_behind", Priority.HIGH)]
