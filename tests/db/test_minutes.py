"""The minutes of the samples as rows of the second stream: complete, once, and in nobody's way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import minutes as minutes_module
from db import writer as writer_module
from db.minutes import COLUMNS, MOST_AT_ONCE, Minutes
from db.queries import Position, after, latest
from db.reading import Store
from db.record import QOS, Sample
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.rows import SMALL, row

MINUTE = 60_000_000
START = 1_800_000_000_000_000 - 1_800_000_000_000_000 % MINUTE


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that looks at its samples often, and a minute that settles at once."""
    monkeypatch.setattr(writer_module, "_TICK_S", 0.02)
    monkeypatch.setattr(minutes_module, "SETTLE_S", 0.0)


def told(store: Store) -> list[dict[str, Any]]:
    """The rows of figures, oldest first."""
    return [json.loads(r.body) for r in after(store, Position(0, 0), stream=QOS)]


def test_a_minute_is_told_when_a_later_one_has_begun(tmp_path: Path):
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        for n in range(6):
            writer.add_sample(Sample("họp", "ea-kar", START + n * 10_000_000, loss_pct=n, rtt_ms=9))
            writer.flush()
        writer.add_sample(Sample("họp", "buôn-hồ", START + 1, rx_kbps=512))
        writer.flush()
        assert told(writer) == []
        writer.add_sample(Sample("họp", "ea-kar", START + MINUTE, loss_pct=50))
        until(lambda: len(told(writer)) == 1)
        (body,) = told(writer)
    assert (body["session"], body["t_us"]) == ("họp", START)
    assert body["columns"] == ["endpoint", *COLUMNS]
    figures = {item[0]: dict(zip(COLUMNS, item[1:], strict=True)) for item in body["endpoints"]}
    assert figures["ea-kar"]["loss_ppm_n"] == 6
    assert figures["ea-kar"]["loss_ppm_sum"] == 150_000
    assert figures["ea-kar"]["loss_ppm_max"] == 50_000
    assert figures["buôn-hồ"]["loss_ppm_n"] == 0
    assert figures["buôn-hồ"]["loss_ppm_max"] is None
    assert figures["buôn-hồ"]["rx_kbps_sum"] == 512
    assert verify_file(tmp_path / "journal.sqlite3").bad == ()


def test_what_was_not_told_before_the_end_is_told_after_the_next_start_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        for n in range(10):
            writer.add_sample(Sample("s", "e", START + n * MINUTE, loss_pct=1))
            writer.flush()
        until(lambda: len(told(writer)) >= 3)
    known = [body["t_us"] for body in told(writer)]
    monkeypatch.setattr(minutes_module, "IDLE_S", 0.0)
    for _ in range(2):
        with JournalWriter.open(tmp_path, limits=SMALL) as writer:
            writer.append(row(1)).result()
            until(lambda store=writer: len(told(store)) >= 10)
            writer.flush()
    assert [body["t_us"] for body in told(writer)] == [START + n * MINUTE for n in range(10)]
    assert [body["t_us"] for body in told(writer)][: len(known)] == known


def test_each_session_has_a_row_and_a_thousand_endpoints_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(minutes_module, "MAX_ENDPOINTS", 2)
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        for session, endpoint in ("ax", "ay", "az", "bx"):
            writer.add_sample(Sample(session, endpoint, START, loss_pct=1))
        writer.flush()
        writer.add_sample(Sample("a", "x", START + MINUTE))
        until(lambda: len(told(writer)) == 3)
        found = [(b["session"], [e[0] for e in b["endpoints"]]) for b in told(writer)]
    assert found == [("a", ["x", "y"]), ("a", ["z"]), ("b", ["x"])]


def test_a_flood_of_minutes_is_told_a_few_at_a_time_between_rows_of_evidence(tmp_path: Path):
    """Each time the writer looks, it tells four minutes at most; evidence goes in between."""
    minutes = Minutes()
    minutes.touch((START + n * MINUTE for n in range(1000)), 0.0)
    assert minutes.due(1.0) == [START + n * MINUTE for n in range(MOST_AT_ONCE)]
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        for n in range(40):
            for endpoint in range(20):
                writer.add_sample(Sample("s", f"site-{endpoint}", START + n * MINUTE, loss_pct=1))
            writer.flush()
        numbers = [writer.append(row(n)).result(30) for n in range(20)]
        assert numbers == list(range(1, 21))
        until(lambda: len(told(writer)) == 39)
        assert len(latest(writer)) == 20
    assert verify_file(tmp_path / "journal.sqlite3").bad == ()


def test_a_minute_that_the_clock_went_back_into_is_told_again():
    minutes = Minutes()
    minutes.touch([START, START + MINUTE], 0.0)
    assert minutes.due(6.0) == [START]
    minutes.told([START])
    minutes.touch([START + 5], 7.0)
    assert minutes.due(7.0 + minutes_module.SETTLE_S) == [START]
    assert len(minutes) == 2


def test_a_bodyless_row_has_no_minute():
    assert [minutes_module.minute_of(b) for b in (b"", b"[]", b'{"t_us":"x"}', b'{"t_us":7}')] == [
        0,
        0,
        0,
        7,
    ]
