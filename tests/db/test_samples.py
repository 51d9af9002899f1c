"""The samples: kept to their precision, coalesced, rolled up by the minute."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import files
from db import writer as writer_module
from db.record import Sample
from db.sample_file import SampleFile
from db.sample_queries import Figure, minutes, series
from db.writer import JournalWriter
from tests.db.rows import raw, row

MINUTE = 60_000_000


class Folder:
    """A store that nobody writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder


def written(folder: Path, batches: list[list[Sample]]) -> Folder:
    """A folder whose samples file holds these."""
    file = SampleFile(folder / "samples.sqlite3")
    for batch in batches:
        file.write(batch)
    file.close()
    return Folder(folder)


def test_a_sample_comes_back_as_it_was_measured(tmp_path: Path):
    sample = Sample("s", "buon-ho", 7, 0.1234, 12.345, 250.001, 1999, 512, 1920, 1080)
    assert series(written(tmp_path, [[sample]]), "s", "buon-ho") == [sample]


def test_what_was_not_measured_stays_unknown(tmp_path: Path):
    store = written(tmp_path, [[Sample("s", "e", 7)]])
    assert series(store, "s", "e") == [Sample("s", "e", 7)]
    assert minutes(store, "s")[0].loss_pct == Figure(0, None, None)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_figure_is_unknown(tmp_path: Path, value: float):
    store = written(tmp_path, [[Sample("s", "e", 7, loss_pct=value, rx_kbps=value)]])
    assert series(store, "s", "e") == [Sample("s", "e", 7)]


def test_a_second_sample_of_the_same_moment_is_left_out_and_not_rolled_up(tmp_path: Path):
    one, other = Sample("s", "e", 7, loss_pct=1.0), Sample("s", "e", 7, loss_pct=3.0)
    store = written(tmp_path, [[one], [other]])
    assert series(store, "s", "e") == [one]
    assert minutes(store, "s")[0].loss_pct == Figure(1, 1.0, 1.0)


FIGURES = st.one_of(st.none(), st.integers(0, 100_000))
SAMPLES = st.builds(
    Sample,
    session=st.sampled_from(["s1", "s2"]),
    endpoint=st.sampled_from(["a", "b", "c"]),
    t_us=st.integers(0, 5 * MINUTE),
    rtt_ms=FIGURES,
    rx_kbps=FIGURES,
)


@settings(max_examples=40)
@given(st.lists(st.lists(SAMPLES, max_size=12), max_size=5))
def test_minutes_are_what_their_samples_amount_to(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Sample]]
):
    store = written(tmp_path_factory.mktemp("samples"), batches)
    kept: dict[tuple[str, str, int], Sample] = {}
    for sample in (sample for batch in batches for sample in batch):
        kept.setdefault((sample.session, sample.endpoint, sample.t_us), sample)
    for session in ("s1", "s2"):
        expected: dict[tuple[str, int], list[Sample]] = {}
        for sample in kept.values():
            if sample.session == session:
                start = sample.t_us - sample.t_us % MINUTE
                expected.setdefault((sample.endpoint, start), []).append(sample)
        found = {(minute.endpoint, minute.t_us): minute for minute in minutes(store, session)}
        assert found.keys() == expected.keys()
        for key, group in expected.items():
            for name in ("rtt_ms", "rx_kbps", "loss_pct"):
                values = [v for s in group if (v := getattr(s, name)) is not None]
                figure = getattr(found[key], name)
                assert figure.n == len(values)
                assert figure.max == max(values, default=None)
                if values:
                    assert figure.mean == pytest.approx(sum(values) / len(values))


def test_pages_of_minutes_meet(tmp_path: Path):
    samples = [
        Sample("s", f"e{e}", m * MINUTE + 5, loss_pct=1.0) for e in range(30) for m in range(40)
    ]
    store = written(tmp_path, [samples])
    found = minutes(store, "s")
    assert len(found) == 500
    while page := minutes(store, "s", after=found[-1], limit=123):
        found += page
    assert sorted((m.endpoint, m.t_us) for m in found) == sorted(
        (s.endpoint, s.t_us - 5) for s in samples
    )


def test_pages_of_a_series_meet(tmp_path: Path):
    store = written(tmp_path, [[Sample("s", "e", t) for t in range(1, 1201)]])
    found = series(store, "s", "e")
    while page := series(store, "s", "e", after_us=found[-1].t_us):
        found += page
    assert [s.t_us for s in found] == list(range(1, 1201))
    assert series(store, "s", "nobody") == []
    assert series(store, "other", "e") == []


def test_a_sample_takes_no_more_than_44_bytes(tmp_path: Path):
    start = 1_800_000_000_000_000
    samples = [
        Sample(f"session-{start}", f"DLK-{e:03}", start + t * 10_000_000, 0.5, 12.5, 40.0, 1984,
               1984, 1920, 1080)
        for e in range(200)
        for t in range(100)
    ]  # fmt: skip
    written(tmp_path, [samples])
    connection = raw(tmp_path / "samples.sqlite3")
    connection.execute("DELETE FROM rollups")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert (tmp_path / "samples.sqlite3").stat().st_size / len(samples) <= 44


def test_the_writer_keeps_the_newest_of_each_endpoint(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        for t in range(1, 50):
            for e in range(3):
                writer.add_sample(Sample("s", f"e{e}", t))
        assert writer.flush(10)
        for e in range(3):
            found = [s.t_us for s in series(writer, "s", f"e{e}")]
            assert found[-1] == 49
            assert len(found) <= 2


def test_samples_are_written_by_themselves_within_some_seconds(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        writer.add_sample(Sample("s", "e", 1))
        waiting = threading.Event()
        for _ in range(100):
            if series(writer, "s", "e"):
                return
            waiting.wait(0.05)
    pytest.fail("never written")


def test_samples_waiting_at_the_end_are_written(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        for e in range(600):
            writer.add_sample(Sample("s", f"e{e}", 1))
    assert len(minutes(writer, "s")) == 500
    assert len(minutes(writer, "s", after=minutes(writer, "s")[-1])) == 100


def test_a_row_never_waits_behind_more_than_one_batch_of_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """1,000 samples are due when a row comes: it is committed after the first 256 of them."""
    happened: list[str] = []
    row_queued, samples_begun = threading.Event(), threading.Event()
    write, append = files.SampleFile.write, files.JournalFile.append

    def watched_write(self: files.SampleFile, batch: list[Sample]) -> None:
        samples_begun.set()
        row_queued.wait(10)
        happened.append(f"samples {len(batch)}")
        write(self, batch)

    def watched_append(self: files.JournalFile, rows: list) -> list[int]:
        happened.append("row")
        return append(self, rows)

    monkeypatch.setattr(files.SampleFile, "write", watched_write)
    monkeypatch.setattr(files.JournalFile, "append", watched_append)
    monkeypatch.setattr(writer_module, "_TICK_S", 0.1)
    with JournalWriter.open(tmp_path) as writer:
        with writer._gate:  # all of them in one tick
            writer._samples |= {("s", f"e{e}"): Sample("s", f"e{e}", 1) for e in range(1000)}
        assert samples_begun.wait(10)
        future = writer.append(row(1))
        row_queued.set()
        assert future.result(10) == 1
    assert happened == ["samples 256", "row", "samples 256", "samples 256", "samples 232"]


def test_samples_that_make_no_sense_hurt_nothing(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        writer.add_sample(Sample("s", "e\ud800", 1))
        assert writer.flush(10)
        writer.add_sample(Sample("s", "e", 3))
        assert writer.flush(10)
        assert [s.t_us for s in series(writer, "s", "e")] == [3]
        assert writer.health.figures.samples_dropped == 1
        assert writer.health.figures.samples_fault is None
        assert writer.append(row(1)).result() == 1
