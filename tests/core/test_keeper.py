"""The Keeper: troubles of the store and of the clock, told when they begin and when they end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.core import clock as clock_module
from console.core.clock import Clock
from console.core.journal import Journal, read_event
from console.core.keeper import Keeper
from console.core.store import Store
from console.domain import facts as f
from console.domain.event import Event
from db.fault import StoreFault
from db.health import Figures, Health
from db.queries import latest
from db.writer import JournalWriter

S = 1_000_000


class Hand:
    """The machine's two clocks, under a test's hand."""

    def __init__(self) -> None:
        self.wall_ns, self.mono_ns = 1_800_000_000 * 10**9, 10**9

    def time_ns(self) -> int:
        return self.wall_ns

    def monotonic_ns(self) -> int:
        return self.mono_ns

    def passes(self, seconds: float, *, stepped: float = 0.0) -> None:
        self.mono_ns += round(seconds * 1e9)
        self.wall_ns += round((seconds + stepped) * 1e9)


class Desk:
    """A Keeper before a store that a test says the health of."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.clock = Clock()
        self.told: list[Event] = []
        self.offset_s: float | None = None
        self.health = Health(Figures(), "3", 0, 0.0, ())
        self.store = Store(self.told.extend, lambda _: None)
        writer: Any = self
        offset = lambda: None if self.offset_s is None else round(self.offset_s * S)  # noqa: E731
        self.keeper = Keeper(self.store, self.clock, writer, offset)

    def look(self, seconds: float = 1.0, *, stepped: float = 0.0) -> list[f.Fact]:
        """Time goes by, the Keeper looks; what it told."""
        self.hand.passes(seconds, stepped=stepped)
        before = len(self.told)
        self.keeper.look(self.clock.now_us())
        self.store.drain()
        return [event.fact for event in self.told[before:]]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    hand = Hand()
    monkeypatch.setattr(clock_module, "time", hand)
    return Desk(hand)  # pyright: ignore[reportReturnType]


def test_a_step_of_the_clock_is_told_once_and_with_its_sign(desk: Desk):
    assert desk.look() == []
    assert desk.look(stepped=3600.0) == [f.ClockStepped(3600.0)]
    assert desk.look() == []
    assert desk.look(stepped=-3600.5) == [f.ClockStepped(-3600.5)]
    assert [desk.look() for _ in range(5)] == [[]] * 5


def test_up_to_a_second_is_no_step_and_neither_is_a_slow_drift(desk: Desk):
    assert desk.look(stepped=0.9) == []
    assert desk.look(stepped=-0.9) == []
    for _ in range(100):
        assert desk.look(stepped=0.05) == []
    assert desk.look(stepped=1.1) == [f.ClockStepped(1.1)]


def test_rows_keep_a_time_that_does_not_jump(desk: Desk):
    before = desk.clock.now_us()
    desk.look(stepped=-86400.0)
    assert desk.clock.now_us() - before == S
    assert desk.told[-1].at_us == desk.clock.now_us()


def test_a_minute_off_the_office_marks_the_rows_until_it_is_over(desk: Desk):
    desk.offset_s = 60.0
    assert desk.look() == []
    desk.offset_s = -60.5
    assert desk.look() == [f.ClockSuspected(-60.5)]
    for offset_s in (-70.0, -55.0, -50.0, None):
        desk.offset_s = offset_s
        assert desk.look() == [], "told at the edge alone"
    desk.offset_s = 1.0
    assert desk.look() == [f.ClockTrusted(1.0)]
    assert desk.look() == []


def test_without_an_office_nothing_is_suspect(desk: Desk):
    assert [desk.look() for _ in range(3)] == [[]] * 3


def test_what_the_weekly_check_found_is_an_alarm_once(desk: Desk):
    fault = StoreFault("store.altered", {"seq": 7})
    figures = replace(desk.health.figures, notices=(fault,))
    desk.health = replace(desk.health, figures=figures)
    (told,) = desk.look()
    assert isinstance(told, f.AlarmRaised)
    assert told.alarm.kind == "own_store_altered"
    assert desk.look() == []


def test_it_is_in_the_journal_as_a_row_and_comes_back_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    hand = Hand()
    monkeypatch.setattr(clock_module, "time", hand)
    clock = Clock()
    journal = Journal(clock)
    store = Store(journal.sink, journal.measured)
    with JournalWriter.open(tmp_path) as writer:
        journal.open(writer)
        keeper = Keeper(store, clock, writer, lambda: 90 * S)
        hand.passes(1.0, stepped=5.0)
        keeper.look(clock.now_us())
        store.drain()
        assert writer.flush(10)
        rows = latest(writer)[::-1]
    assert [row.kind for row in rows] == ["ClockStepped", "ClockSuspected"]
    events = [read_event(row) for row in rows]
    assert [event.fact for event in events if event] == [
        f.ClockStepped(5.0),
        f.ClockSuspected(90.0),
    ]
