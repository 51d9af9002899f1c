"""A disk that is really full: a file system of a few MiB, filled to the last byte."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.fault import StoreFault
from db.health import Limits
from db.queries import latest
from db.record import JournalRow, Sample
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.rows import SMALL, raw, row

LARGE = JournalRow("Large", b"x" * 20_000, "operator", 1, 1)
RECOVER_S = 5.0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """An empty file system of 3 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a small file system here; test_disk_faults has the byte budgets")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, leave: int = 0) -> None:
    """Take all the room there is, but `leave` bytes."""
    with (disk / "other-program").open("ab", buffering=0) as file:
        for size in (1 << 16, 4096, 1):
            try:
                while os.statvfs(disk).f_bavail * 4096 - size >= leave:
                    file.write(bytes(size))
            except OSError:
                pass


def free(disk: Path) -> None:
    (disk / "other-program").unlink()


def until_full(writer: JournalWriter, limit: int = 2000) -> tuple[list[int], StoreFault]:
    """Append until the disk is full: the numbers acknowledged, and the fault."""
    acked: list[int] = []
    for n in range(limit):
        future = writer.append(row(n, text="y" * 400))
        error = future.exception(10)
        if error is not None:
            assert isinstance(error, StoreFault)
            return acked, error
        acked.append(future.result())
    raise AssertionError("never full")


def with_ballast(writer: JournalWriter) -> None:
    deadline = time.monotonic() + 10
    while writer.health.figures.ballast_bytes < SMALL.ballast:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def recovered(writer: JournalWriter) -> None:
    """Within five seconds the fault is gone by itself, and rows are taken again."""
    deadline = time.monotonic() + RECOVER_S
    while writer.health.figures.fault is not None:
        assert time.monotonic() < deadline, "the fault stayed"
        time.sleep(0.05)
    writer.append(row(1)).result(10)


def sound(store: Path, acked: list[int]) -> None:
    connection = raw(store / "journal.sqlite3")
    stored = {seq for (seq,) in connection.execute("SELECT seq FROM journal")}
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert set(acked) <= stored
    assert verify_file(store / "journal.sqlite3").bad == ()
    assert not list(store.glob("*.damaged*"))


@pytest.mark.slow
def test_the_ballast_buys_rows_and_nothing_acknowledged_is_lost(disk: Path):
    told: list[StoreFault] = []
    with JournalWriter.open(disk / "store", limits=SMALL, on_fault=told.append) as writer:
        with_ballast(writer)
        fill(disk)
        acked, fault = until_full(writer)
        assert fault.code == "store.full"
        assert fault.params["folder"] == str(disk / "store")
        print(len(acked))
        assert len(acked) > 100, "the ballast bought too little"
        assert not (disk / "store" / "ballast").exists()
        assert writer.health.figures.fault is not None
        for n in range(50):
            assert isinstance(writer.append(row(n)).exception(10), StoreFault)
        assert [f.code for f in told] == ["store.full"], "told once, not for each row"
        assert len(latest(writer, 10)) == 10, "what is there can still be read"
        free(disk)
        recovered(writer)
        with_ballast(writer)
        assert "store.ballast_gone" not in writer.health.warnings
    sound(disk / "store", acked)


def test_without_ballast_a_full_disk_refuses_at_once(disk: Path):
    none = Limits(0, 0, 0, 0, SMALL.wal_checkpoint, SMALL.wal_alarm)
    with JournalWriter.open(disk / "store", limits=none) as writer:
        fill(disk, leave=64 << 10)
        acked, fault = until_full(writer)
        assert fault.code == "store.full"
        fill(disk)
        free(disk)
        recovered(writer)
    sound(disk / "store", acked)


def test_a_batch_too_large_for_the_rest_of_the_disk_leaves_nothing_behind(disk: Path):
    none = Limits(0, 0, 0, 0, SMALL.wal_checkpoint, SMALL.wal_alarm)
    with JournalWriter.open(disk / "store", limits=none) as writer:
        writer.append(row(0)).result()
        with pytest.raises(StoreFault, match="full"):
            writer.append_many([LARGE] * 400).result(20)
        assert writer.append(row(1)).result(10) == 2
        assert [r.kind for r in latest(writer)] == ["NoteWritten", "NoteWritten"]
    sound(disk / "store", [1, 2])


def test_samples_give_way_before_the_journal_does(disk: Path):
    with JournalWriter.open(disk / "store", limits=SMALL) as writer:
        writer.add_sample(Sample("s", "e", 1))
        assert writer.flush(10)
        assert writer.health.figures.samples_dropped == 0
        fill(disk, leave=48 << 10)
        time.sleep(1.2)  # the writer looks at the disk once a second
        assert "store.samples_paused" in writer.health.warnings
        assert "store.space_critical" in writer.health.warnings
        writer.add_sample(Sample("s", "e", 2))
        assert writer.append(row(1)).result(10) == 1
        assert writer.flush(10)
        assert writer.health.figures.samples_dropped == 1
        free(disk)
        time.sleep(1.2)
        writer.add_sample(Sample("s", "e", 3))
        assert writer.flush(10)
        assert writer.health.figures.samples_dropped == 1


def test_opening_on_a_full_disk_gives_up_the_ballast(disk: Path):
    with JournalWriter.open(disk / "store", limits=SMALL) as writer:
        with_ballast(writer)
        writer.append(row(1)).result()
    fill(disk)
    with JournalWriter.open(disk / "store", limits=SMALL) as writer:
        assert writer.append(row(2)).result(10) == 2
        assert writer.health.figures.notices == ()
    sound(disk / "store", [1, 2])


def test_opening_on_a_full_disk_without_ballast_says_so(disk: Path):
    with JournalWriter.open(disk / "store", limits=SMALL) as writer:
        writer.append(row(1)).result()
    (disk / "store" / "ballast").unlink(missing_ok=True)
    fill(disk)
    with pytest.raises(StoreFault) as caught:
        JournalWriter.open(disk / "store", limits=SMALL)
    assert caught.value.code == "store.no_room"
    assert caught.value.params["folder"] == str(disk / "store")
    free(disk)
    with JournalWriter.open(disk / "store", limits=SMALL) as writer:
        assert writer.append(row(2)).result(10) == 2
    sound(disk / "store", [1, 2])
