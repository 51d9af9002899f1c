"""A disk that fails at any write or sync: no false acknowledgement, and the store goes on."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from db import writer as writer_module
from db.fault import StoreFault
from db.health import Limits
from db.record import Sample
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.rows import SMALL, raw, row

pytest.importorskip("apsw", reason="the failing disk is made with apsw")

from tests.db.faulty_disk import Disk, broken, full, store_on

POINTS = 200
STEP = int(os.environ.get("HNTH_FAULT_STEP", "5"))
"""Every so many of the 200 points are tried; 1 tries them all."""

EVERYTHING_FITS = replace(Limits(), ballast=0, free_pause_samples=0, wal_checkpoint=1 << 16)


def stored(folder: Path) -> dict[int, bytes]:
    """What is in the journal; it must be whole."""
    connection = raw(folder / "journal.sqlite3")
    rows = dict(connection.execute("SELECT seq, body FROM journal").fetchall())
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert verify_file(folder / "journal.sqlite3").bad == ()
    assert not list(folder.glob("*.damaged*"))
    return rows


def work(writer: JournalWriter, rows: int) -> tuple[dict[int, int], list[StoreFault]]:
    """Append rows one by one: those acknowledged, by number, and the faults of the others."""
    acked: dict[int, int] = {}
    faults: list[StoreFault] = []
    for n in range(rows):
        future = writer.append(row(n, text="z" * 300))
        error = future.exception(20)
        if error is None:
            acked[future.result()] = n
        else:
            assert isinstance(error, StoreFault)
            faults.append(error)
    return acked, faults


def holds(folder: Path, acked: dict[int, int]) -> None:
    rows = stored(folder)
    assert [n for seq, n in acked.items() if rows.get(seq) != row(n, text="z" * 300).body] == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_sync_that_fails_is_not_acknowledged(tmp_path: Path):
    """EIO at one of the first 200 syncs of a store's life, checkpoints among them."""
    seen_fault = 0
    for nth in range(0, POINTS, STEP):
        folder = tmp_path / str(nth)
        disk, left = Disk(), nth

        def fail_once(_path: str) -> None:
            nonlocal left
            left -= 1
            if left == -1:
                broken()

        told: list[StoreFault] = []
        faults_at_start: list[StoreFault] = []
        with store_on(disk):
            disk.on_sync = fail_once
            try:
                writer = JournalWriter.open(folder, limits=EVERYTHING_FITS, on_fault=told.append)
            except StoreFault as fault:  # it failed while the store was first made
                faults_at_start.append(fault)
                writer = JournalWriter.open(folder, limits=EVERYTHING_FITS)
            with writer:
                acked, faults = work(writer, nth + 10)
                assert writer.health.figures.fault is None
                assert writer.health.figures.epoch == 1
        faults += faults_at_start
        assert len(faults) <= 1
        assert {fault.code for fault in [*faults, *told]} <= {"store.io"}
        seen_fault += len(faults)
        holds(folder, acked)
    assert seen_fault > POINTS // STEP // 2


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_disk_full_after_any_number_of_bytes_loses_nothing(tmp_path: Path):
    """ENOSPC at one of 200 byte budgets; then room comes back."""
    for point in range(0, POINTS, STEP):
        folder = tmp_path / str(point)
        disk = Disk()
        with store_on(disk), JournalWriter.open(folder, limits=EVERYTHING_FITS) as writer:
            budget = point * 1021

            def spend(_path: str, size: int) -> None:
                nonlocal budget
                budget -= size
                if budget < 0:
                    full()

            disk.on_write = spend
            acked, faults = work(writer, 60)
            assert {fault.code for fault in faults} <= {"store.full"}
            assert faults, "the budget was meant to run out"
            assert writer.health.figures.fault is not None
            disk.on_write = Disk().on_write
            more, none = work(writer, 5)
            assert none == []
            assert writer.health.figures.fault is None
        holds(folder, {**acked, **more})


@pytest.mark.slow
def test_a_disk_that_stays_broken_refuses_every_row_until_it_is_mended(tmp_path: Path):
    disk = Disk()
    told: list[StoreFault] = []

    with (
        store_on(disk),
        JournalWriter.open(tmp_path, limits=EVERYTHING_FITS, on_fault=told.append) as writer,
    ):
        before, _ = work(writer, 10)
        disk.on_write = disk.on_sync = broken
        acked, faults = work(writer, 10)
        assert acked == {}
        assert {fault.code for fault in faults} == {"store.io"}
        assert {fault.code for fault in told} == {"store.io"}  # again after each look at the disk
        writer.add_sample(Sample("s", "e", 1))
        assert writer.flush(10)
        assert writer.health.figures.samples_dropped == 1
        disk.on_write, disk.on_sync = Disk().on_write, Disk().on_sync
        deadline = time.monotonic() + 5
        while writer.health.figures.fault is not None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        after, none = work(writer, 10)
        assert none == []
        writer.add_sample(Sample("s", "e", 2))
        assert writer.flush(10)
        assert writer.health.figures.samples_fault is None
    holds(tmp_path, {**before, **after})


@pytest.mark.slow
def test_a_checkpoint_that_fails_closes_and_checks_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writer_module, "_TICK_S", 0.05)
    disk = Disk()
    told: list[StoreFault] = []

    def journal_fails(path: str) -> None:
        if Path(path).name == "journal.sqlite3":
            broken()

    with (
        store_on(disk),
        JournalWriter.open(tmp_path, limits=EVERYTHING_FITS, on_fault=told.append) as writer,
    ):
        disk.on_sync = journal_fails
        acked: dict[int, int] = {}
        deadline = time.monotonic() + 20
        while not told:
            assert time.monotonic() < deadline
            more, _ = work(writer, 50)
            acked.update(more)
        assert told[0].code == "store.io"
        disk.on_sync = Disk().on_sync
        while writer.health.figures.fault is not None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        more, none = work(writer, 10)
        assert none == []
    holds(tmp_path, {**acked, **more})


def test_whoever_is_told_of_a_fault_may_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    def fail(_: StoreFault) -> None:
        raise RuntimeError("told")

    disk = Disk()
    with (
        store_on(disk),
        JournalWriter.open(tmp_path, limits=EVERYTHING_FITS, on_fault=fail) as writer,
    ):
        disk.on_write = full
        assert isinstance(writer.append(row(1)).exception(10), StoreFault)
        disk.on_write = Disk().on_write
        assert writer.append(row(2)).result(10) == 1
    assert "who was told of a fault failed" in caplog.text


@pytest.mark.slow
def test_samples_that_can_not_be_written_never_hold_up_the_journal(tmp_path: Path):
    disk = Disk()

    def samples_fail(path: str, _size: int) -> None:
        if Path(path).name.startswith("samples"):
            full()

    with store_on(disk), JournalWriter.open(tmp_path, limits=SMALL) as writer:
        disk.on_write = samples_fail
        for n in range(5):
            writer.add_sample(Sample("s", f"e{n}", 1))
        acked, faults = work(writer, 20)
        assert writer.flush(10)
        assert faults == []
        figures = writer.health.figures
        assert figures.samples_dropped == 5
        assert figures.samples_fault is not None
        assert figures.samples_fault.code == "store.full"
        assert figures.fault is None
    holds(tmp_path, acked)
