"""The frame clock: what a tick does and in which order, when it rests, and who can't stop it."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.domain.state import Key
from console.qt.clock import FrameClock


class Life:
    """A pretend store and a subscriber, noting what happens."""

    def __init__(self) -> None:
        self.now_us = 1_000_000
        self.inbox: set[Key] = set()
        self.notes: list[str] = []
        self.seen: list[set[Key]] = []
        self.left = False

    def drain(self) -> set[Key]:
        self.notes.append("drain")
        keys, self.inbox = self.inbox, set()
        return keys

    def refresh(self, keys: set[Key], now_us: int) -> bool:
        self.notes.append("apply")
        self.seen.append(keys)
        return self.left


@pytest.fixture
def life() -> Life:
    return Life()


@pytest.fixture
def clock(qtbot: QtBot, life: Life) -> Iterator[FrameClock]:
    made = FrameClock(life.drain, lambda: life.now_us, period_s=0.005)
    made.subscribe(life.refresh)
    yield made
    made.stop()


class Paper(QWidget):
    """A widget that notes when it is painted."""

    def __init__(self, life: Life) -> None:
        super().__init__()
        self._life = life

    def paintEvent(self, event: QPaintEvent) -> None:
        self._life.notes.append("paint")


def test_a_tick_drains_applies_paints_and_plots_in_this_order(
    qtbot: QtBot, clock: FrameClock, life: Life
) -> None:
    paper = Paper(life)
    qtbot.addWidget(paper)
    paper.show()
    qtbot.waitUntil(lambda: "paint" in life.notes)
    clock.subscribe(lambda keys, now_us: paper.update())
    clock.queue_plot(lambda: life.notes.append("plot"))
    life.notes.clear()
    life.inbox = {("endpoint", "651")}
    clock.tick_now()
    assert life.notes == ["drain", "apply", "paint", "plot"]
    assert life.seen[-1] == {("endpoint", "651")}


def test_only_one_plot_repaints_in_a_tick_and_a_plot_asked_twice_once(clock: FrameClock) -> None:
    drawn: list[str] = []

    def first() -> None:
        drawn.append("first")

    def second() -> None:
        drawn.append("second")

    for plot in (first, second, first):
        clock.queue_plot(plot)
    clock.tick_now()
    assert drawn == ["first"]
    clock.tick_now()
    clock.tick_now()
    assert drawn == ["first", "second"]


def test_nothing_touched_means_nobody_is_called_but_once_a_second(
    clock: FrameClock, life: Life
) -> None:
    clock.tick_now()
    life.seen.clear()
    clock.tick_now()
    assert life.seen == []
    life.now_us += 1_000_000
    clock.tick_now()
    assert life.seen == [set()]


def test_who_has_something_left_is_called_again(clock: FrameClock, life: Life) -> None:
    life.left = True
    clock.tick_now()
    life.seen.clear()
    clock.tick_now()
    life.left = False
    clock.tick_now()
    clock.tick_now()
    assert life.seen == [set(), set()]


def test_hurried_it_does_not_wait_for_its_turn_but_not_again_and_again(
    qtbot: QtBot, life: Life
) -> None:
    clock = FrameClock(life.drain, lambda: life.now_us, period_s=60.0)
    clock.start()
    qtbot.waitUntil(lambda: life.notes.count("drain") == 1)
    clock.wake()
    thread = threading.Thread(target=clock.hurry)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: life.notes.count("drain") == 2)
    clock.hurry()
    qtbot.wait(50)
    clock.stop()
    assert life.notes.count("drain") == 2


def test_a_thread_can_wake_it(qtbot: QtBot, clock: FrameClock, life: Life) -> None:
    clock.start()
    qtbot.waitUntil(lambda: len(life.notes) > 0)
    life.inbox = {("alarm", "a1")}
    thread = threading.Thread(target=clock.wake)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: {("alarm", "a1")} in life.seen)


def test_it_rests_when_nothing_waits_and_stops_when_told(
    qtbot: QtBot, clock: FrameClock, life: Life
) -> None:
    clock.start()
    qtbot.waitUntil(lambda: len(life.notes) > 0)
    qtbot.wait(50)
    life.notes.clear()
    qtbot.wait(100)
    assert life.notes.count("drain") <= 1
    clock.stop()
    life.notes.clear()
    clock.wake()
    qtbot.wait(30)
    assert life.notes == []


def test_a_subscriber_that_raises_is_reported_and_stops_nobody(
    clock: FrameClock, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: reported.append(kind))
    after = Life()

    def broken(keys: set[Key], now_us: int) -> None:
        raise ZeroDivisionError

    clock.subscribe(broken)
    clock.subscribe(after.refresh)
    life.inbox = {("session", "")}
    clock.tick_now()
    assert reported == [ZeroDivisionError]
    assert after.seen == [{("session", "")}]


def test_it_counts_how_long_its_ticks_took(clock: FrameClock) -> None:
    for _ in range(5):
        clock.tick_now()
    health = clock.health()
    assert health.ticks == 5
    assert 0 <= health.p50_ms <= health.p99_ms <= health.worst_ms
    clock.forget()
    assert clock.health().ticks == 0


def test_the_collector_is_as_before_once_it_stops(clock: FrameClock) -> None:
    before = gc.get_threshold()
    clock.start()
    assert gc.get_threshold() != before
    clock.stop()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_a_tick_gives_way_to_a_command_on_its_way_but_not_when_hurried(
    qtbot: QtBot, clock: FrameClock, life: Life, monkeypatch: pytest.MonkeyPatch
):
    clock.start()
    qtbot.waitUntil(lambda: "drain" in life.notes)
    monkeypatch.setattr("console.qt.clock.GIVE_WAY_S", 3600.0)
    clock.give_way()
    life.notes.clear()
    life.inbox = {("leg", "1")}
    clock.wake()
    qtbot.wait(30)  # six periods
    assert life.notes == []
    clock.hurry()
    qtbot.waitUntil(lambda: "drain" in life.notes)
