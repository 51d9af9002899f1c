"""What a console waits for: lost replies, a busy office, one that is away, its own journal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from db.fault import StoreFault
from db.record import Place
from db.sync.exchange import Lost, Reply, Request
from db.sync.health import Level
from db.sync.office_sync import LOOK_S, Clocks
from tests.office.rows import ME
from tests.sync.office_sync.bench import Bench, answering


def beats(bench: Bench) -> int:
    return sum("/heartbeat/" in request.path for request in bench.sent)


def losing(reason: str) -> Callable[[Request], Reply]:
    def wire(_: Request) -> Reply:
        raise Lost(reason)

    return wire


def test_a_heartbeat_comes_every_30_seconds_and_measures_the_clock(bench: Bench):
    bench.sync._clocks = Clocks(bench.clock.monotonic_s, lambda: bench.clock.utc_us() - 3_000_000)
    bench.run(301)
    assert 11 <= beats(bench) <= 12
    assert bench.health.offset_us == 3_000_000
    assert bench.health.level == Level.AMBER


def test_a_lost_reply_is_followed_by_the_same_rows_and_no_row_twice(bench: Bench):
    bench.write(20)
    real = bench.wire

    def lose_reply(request: Request) -> Reply:
        real(request)
        raise Lost("deadline")

    bench.sync.step()
    bench.wire = lose_reply
    bench.run(1)
    assert bench.acked() == 0
    assert bench.health.failure == "deadline"
    bench.wire = real
    bench.run(40)
    assert bench.acked() == 20
    auditor = bench.office.person("auditor")
    page = bench.office.ask("GET", f"/v1/journal/{ME}/ops", token=auditor).json
    assert [row["seq"] for row in page["rows"]] == list(range(1, 21))


def test_time_outs_halve_the_batch_and_the_waits_grow(bench: Bench):
    bench.write(400)
    bench.sync.step()
    times: list[float] = []

    def lose(request: Request) -> Reply:
        if "/journal/" in request.path:
            times.append(bench.clock.now_s)
        raise Lost("deadline")

    bench.wire = lose
    bench.run(4000)
    assert [len(b["rows"]) for b in bench.pushes()][:7] == [50, 25, 12, 6, 3, 1, 1]
    waits = [later - sooner for sooner, later in pairwise(times)]
    assert 1 <= waits[0] <= 3
    assert max(waits) > 60
    assert all(1 <= wait <= 301 for wait in waits)


def test_back_pressure_is_waited_for_with_the_heartbeat_too(bench: Bench):
    bench.write(5)
    for status in (429, 503):
        bench.wire = answering(status, b"{}", 40.0)
        before = len(bench.sent)
        bench.sync.hurry()
        bench.run(39)
        assert len(bench.sent) == before + 1
        assert bench.health.failure == f"status {status}"
        assert bench.health.incident is None
    bench.wire = bench.office.client
    bench.run(42)
    assert bench.acked() == 5


def test_while_the_office_is_away_the_heartbeat_alone_goes_on_and_finds_it_again(bench: Bench):
    bench.write(5)
    bench.run(1)
    bench.wire = losing("unreachable")
    bench.write(5)
    bench.run(3600)
    assert 115 <= beats(bench) <= 140
    assert len(bench.sent) < 200
    assert bench.health.oldest_unsent_s >= 3598
    assert (bench.health.unsent_rows, bench.health.level) == (5, Level.AMBER)
    bench.run(60)
    assert bench.health.level == Level.RED
    bench.wire = bench.office.client
    bench.run(31)
    assert (bench.health.unsent_rows, bench.health.level) == (0, Level.CALM)


def test_a_journal_that_can_not_be_read_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: str) -> Place:
        raise StoreFault("store.io")

    bench.write(3)
    monkeypatch.setattr(bench.journal, "place", fail)
    assert bench.sync.step() == LOOK_S
    assert bench.health.failure == "store.io"
    monkeypatch.undo()
    bench.run(31)
    assert bench.acked() == 3
