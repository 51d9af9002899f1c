"""What is remembered of the sync: episodes that stand still, an hour of unsent rows."""

from __future__ import annotations

import math

from console.qt.record.history import MOST, SyncHistory
from db.sync.health import SyncHealth, SyncIncident
from tests.qt.scene import NOW_US, S

AWAY = SyncHealth(5, 10.0, 1, 0, "unreachable")
CALM = SyncHealth(0, 0.0, 1, 0)


def told(history: SyncHistory) -> list[tuple[str, int, int, int]]:
    """Code, since and until in seconds after the beginning (-1: lasts), times."""
    return [
        (e.code, (e.since_us - NOW_US) // S, (e.until_us - NOW_US) // S if e.until_us else -1,
         e.times)
        for e in history.episodes
    ]  # fmt: skip


def watch(history: SyncHistory, health: SyncHealth | None, first_s: int, last_s: int) -> None:
    for at in range(first_s, last_s):
        history.observe(health, NOW_US + at * S)


def test_a_missed_exchange_is_no_episode_and_a_longer_one_began_when_it_began() -> None:
    history = SyncHistory()
    watch(history, AWAY, 0, 10)
    watch(history, CALM, 10, 20)
    assert told(history) == []
    watch(history, AWAY, 20, 60)
    assert told(history) == [("away", 20, -1, 1)]
    watch(history, CALM, 60, 62)
    assert told(history) == [("away", 20, 60, 1)]


def test_what_comes_back_at_once_had_not_gone() -> None:
    history = SyncHistory()
    watch(history, AWAY, 0, 30)
    watch(history, CALM, 30, 40)
    watch(history, AWAY, 40, 70)
    assert told(history) == [("away", 0, -1, 2)]
    watch(history, CALM, 70, 200)
    watch(history, AWAY, 200, 230)
    assert told(history) == [("away", 200, -1, 1), ("away", 0, 70, 2)]


def test_being_away_lasts_while_it_becomes_late_and_very_late() -> None:
    history = SyncHistory()
    for at in range(0, 4000, 10):
        history.observe(SyncHealth(5, float(at), 1, 0, "deadline"), NOW_US + at * S)
    assert told(history) == [
        ("very_late", 3610, -1, 1), ("late", 310, -1, 1), ("away", 0, -1, 1),
    ]  # fmt: skip
    history.observe(CALM, NOW_US + 4000 * S)
    assert all(until == 4000 for _, _, until, _ in told(history))


def test_an_incident_has_its_own_beginning_and_ends_with_the_membership() -> None:
    history = SyncHistory()
    fork = SyncIncident("sync.fork", (("seq", 3),), NOW_US - 5 * S)
    history.observe(SyncHealth(incident=fork), NOW_US)
    assert told(history) == [("fork", -5, -1, 1)]
    history.observe(None, NOW_US + S)
    assert told(history) == [("fork", -5, 1, 1)]


def test_the_greatest_count_of_five_seconds_is_kept_for_an_hour() -> None:
    history = SyncHistory()
    for at in range(7200):
        rows = 900 if at == 6001 else 1
        history.observe(SyncHealth(rows, 0.5, 1, 0), NOW_US + at * S)
    end_s = NOW_US // S + 7200
    xs, ys = history.line(end_s - 3600, end_s, 200)
    assert max(ys) == 900
    assert min(xs) >= 0
    assert max(xs) <= 3600
    assert len(xs) <= 400
    assert len(history._at_s) <= 3600 / 5 + 121


def test_time_in_which_nobody_looked_is_a_gap() -> None:
    history = SyncHistory()
    watch(history, CALM, 0, 20)
    watch(history, CALM, 120, 140)
    _, ys = history.line(NOW_US // S, NOW_US // S + 3600, 500)
    assert sum(math.isnan(y) for y in ys) == 1


def test_no_more_than_a_few_hundred_episodes_are_kept() -> None:
    history = SyncHistory()
    for at in range(0, 70 * (MOST + 20), 70):
        history.observe(SyncHealth(conflicts=1), NOW_US + at * S)
        history.observe(CALM, NOW_US + (at + 1) * S)
    assert len(history.episodes) == MOST
