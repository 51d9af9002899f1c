"""What the store tells of itself."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from db import writer as writer_module
from db.engine import sqlite_module
from db.fault import StoreFault, fault_of
from db.folder import StoreFolder
from db.health import Figures, Limits, warnings_of
from db.writer import JournalWriter
from tests.db.rows import raw, row

GIB = 1 << 30
FINE = Figures(free_bytes=50 * GIB, ballast_bytes=64 << 20, journal_mode="wal")


@pytest.mark.parametrize(
    ("changed", "warnings"),
    [
        ({}, ()),
        ({"wal_bytes": 65 << 20}, ("store.wal_large",)),
        ({"free_bytes": GIB}, ("store.space_low",)),
        ({"free_bytes": 400 << 20}, ("store.space_low", "store.samples_paused")),
        (
            {"free_bytes": 50 << 20, "ballast_bytes": 0},
            ("store.space_critical", "store.samples_paused", "store.ballast_gone"),
        ),
        ({"ballast_bytes": 0}, ()),
        ({"journal_mode": "delete"}, ("store.journal_delete_mode",)),
    ],
)
def test_what_a_person_is_warned_of(changed: dict, warnings: tuple[str, ...]):
    assert warnings_of(replace(FINE, **changed), Limits()) == warnings


def test_a_working_store_has_figures_and_no_fault(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        writer.append(row(1)).result()
        health = writer.health
        assert health.figures.console_id
        assert (health.figures.epoch, health.figures.journal_mode) == (1, "wal")
        assert health.figures.free_bytes > 0
        assert health.figures.fault is None
        assert (health.queued, health.oldest_wait_s) == (0, 0.0)
        assert tuple(map(int, health.sqlite_version.split("."))) >= (3, 51, 3)


def test_an_idle_store_moves_its_wal_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writer_module, "_TICK_S", 0.05)
    monkeypatch.setattr(writer_module, "_IDLE_S", 0.1)
    limits = Limits(wal_checkpoint=1 << 20)
    with JournalWriter.open(tmp_path, limits=limits) as writer:
        for number, size in ((1, 100), (1002, 3000)):
            rows = [row(n, text="x" * size) for n in range(1000)]
            writer.append_many(rows).result()
            moved_in(tmp_path / "journal.sqlite3", number + 998)
            assert writer.append(row(1)).result() == number + 1000
        wal = tmp_path / "journal.sqlite3-wal"
        deadline = time.monotonic() + 10
        while wal.stat().st_size > limits.wal_checkpoint:
            assert time.monotonic() < deadline, "a large WAL is cut"
            time.sleep(0.02)


def moved_in(file: Path, rows: int) -> None:
    """Wait until a copy of the file without its WAL has so many rows."""
    deadline = time.monotonic() + 10
    copy = file.with_name("copy.sqlite3")
    while True:
        copy.write_bytes(file.read_bytes())
        connection = raw(copy)
        try:
            found = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
        except sqlite_module().DatabaseError:
            found = 0  # copied while it was being written
        finally:
            connection.close()
        if found >= rows:
            return
        assert time.monotonic() < deadline, "the WAL stayed outside"
        time.sleep(0.05)


def test_a_wal_that_a_reader_holds_back_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writer_module, "_TICK_S", 0.05)
    monkeypatch.setattr(writer_module, "_IDLE_S", 0.1)
    limits = Limits(wal_checkpoint=1 << 19, wal_alarm=1 << 20)
    with JournalWriter.open(tmp_path, limits=limits) as writer:
        reader = raw(tmp_path / "journal.sqlite3")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM journal").fetchall()
        writer.append_many([row(n, text="x" * 3000) for n in range(1000)]).result()
        deadline = time.monotonic() + 10
        while "store.wal_large" not in writer.health.warnings:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.3)
        assert "store.wal_large" in writer.health.warnings
        assert writer.append(row(1)).result() == 1001
        reader.close()
        while "store.wal_large" in writer.health.warnings:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_the_ballast_grows_to_its_size_and_no_further(tmp_path: Path):
    folder = StoreFolder(tmp_path, (2 << 20) + 5)
    sizes: list[int] = []
    for _ in range(5):
        folder.grow_ballast()
        sizes.append(folder.ballast_bytes())
    assert sizes == [1 << 20, 2 << 20, (2 << 20) + 5, (2 << 20) + 5, (2 << 20) + 5]
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= (2 << 20) + 5, "room that is taken"
    assert folder.drop_ballast()
    assert not folder.drop_ballast()
    assert folder.ballast_bytes() == 0


def test_no_ballast_is_laid_where_there_is_little_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = StoreFolder(tmp_path, 1000)
    monkeypatch.setattr(StoreFolder, "free_bytes", lambda _self: 2999)
    folder.grow_ballast()
    assert folder.ballast_bytes() == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left on device"), "store.full"),
        (PermissionError(13, "denied"), "store.readonly"),
        (OSError(30, "Read-only file system"), "store.readonly"),
        (OSError(5, "Input/output error"), "store.io"),
        (RuntimeError("ours"), "store.internal"),
        (StoreFault("store.newer"), "store.newer"),
    ],
)
def test_every_error_has_a_code(error: Exception, code: str):
    assert fault_of(error, "/folder").code == code
