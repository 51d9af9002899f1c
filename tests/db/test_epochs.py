"""A new epoch that is broken off at any step is taken up again, and still names the old one."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from db import epochs
from db.fault import StoreFault
from db.folder import StoreFolder
from db.health import Limits
from db.identity import Identity
from db.journal_file import JournalFile
from db.queries import Position, after
from db.record import JournalRow
from db.verifier.folder import verify_path
from db.writer import JournalWriter
from tests.db.processes import CONTEXT
from tests.db.rows import row, unguarded

JOURNAL = "journal.sqlite3"
ROWS = 30
NO_BALLAST = Limits(ballast=0)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with an edited row, left without closing, its newest rows in the WAL alone."""
    with JournalWriter.open(tmp_path / "made") as writer:
        writer.append_many([row(n) for n in range(ROWS)]).result()
        connection = unguarded(tmp_path / "made" / JOURNAL)
        connection.execute("UPDATE journal SET actor = 'x' WHERE seq = 17")
        store = tmp_path / "store"
        store.mkdir()
        for part in (tmp_path / "made").iterdir():
            if part.name not in {"store.lock", "ballast"}:
                (store / part.name).write_bytes(part.read_bytes())
        connection.close()
    assert (store / f"{JOURNAL}-wal").stat().st_size
    return store


def open_and_die(folder: Path, at: int) -> None:
    """Open the store, and end at once before the file system is asked for the `at`-th change."""
    asked = 0
    rename, unlink, identify = Path.rename, Path.unlink, JournalFile.identify

    def count() -> None:
        nonlocal asked
        asked += 1
        if asked == at:
            os._exit(9)

    def dying_rename(self: Path, target: Path) -> Path:
        count()
        return rename(self, target)

    def dying_unlink(self: Path, missing_ok: bool = False) -> None:
        if self.exists():
            count()
        unlink(self, missing_ok)

    def dying_identify(
        self: JournalFile, identity: Identity, first: JournalRow | None = None
    ) -> None:
        count()
        identify(self, identity, first)
        count()

    Path.rename, Path.unlink, JournalFile.identify = dying_rename, dying_unlink, dying_identify  # type: ignore[method-assign]
    JournalWriter.open(folder, limits=NO_BALLAST)
    os._exit(0)


def opened(folder: Path) -> tuple[list[StoreFault], dict[str, str | int]]:
    """Open and write a row; what was told, and what the epoch's first row tells."""
    told: list[StoreFault] = []
    with JournalWriter.open(folder, limits=NO_BALLAST, on_fault=told.append) as writer:
        writer.append(row(1)).result()
        assert writer.health.figures.epoch == 2
        first = after(writer, Position(2, 0))[0]
    assert (first.kind, first.seq) == ("EpochOpened", 1)
    return told, json.loads(first.body)


def is_linked(folder: Path, first: dict[str, str | int]) -> None:
    """The first row names the old chain's last row and the file that is kept of it."""
    assert (first["old_epoch"], first["old_seq"]) == (1, ROWS)
    assert first["reason"] == "epoch 1 row 17: altered"
    kept = list(folder.glob("journal.damaged-*.sqlite3"))
    assert [file.name for file in kept] == [first["evidence"]]
    reports = {report.epoch: report for report in verify_path(folder)}
    assert reports.keys() == {1, 2}
    assert reports[2].bad == []
    assert [(bad.reason, bad.seq) for bad in reports[1].bad] == [("altered", 17)]
    assert list(folder.glob("next-epoch*")) == []


@pytest.mark.slow
def test_a_new_epoch_killed_at_any_step_still_names_the_old_one(store: Path, tmp_path: Path):
    steps = 0
    for at in range(1, 40):
        folder = tmp_path / f"killed-{at}"
        folder.mkdir()
        for part in store.iterdir():
            (folder / part.name).write_bytes(part.read_bytes())
        process = CONTEXT.Process(target=open_and_die, args=(folder, at))
        process.start()
        process.join()
        ended, steps = process.exitcode, at
        process.close()
        if ended != 9:
            break
        told, first = opened(folder)
        is_linked(folder, first)
        assert [fault.code for fault in told] == ["store.damaged"]
        assert told[0].params["evidence"] == first["evidence"]
    assert 4 < steps < 39


def test_a_disk_too_full_for_a_new_epoch_leaves_the_old_file_where_it_is(
    store: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(JournalFile, "identify", full)
        with pytest.raises(StoreFault) as caught:
            JournalWriter.open(store, limits=NO_BALLAST)
    assert caught.value.code == "store.no_room"
    assert (store / JOURNAL).exists()
    told, first = opened(store)
    assert [fault.code for fault in told] == ["store.damaged"]
    is_linked(store, first)


def test_a_beginning_that_is_not_complete_is_begun_anew(store: Path):
    (store / "next-epoch.sqlite3").write_bytes(b"half of a page")
    told, first = opened(store)
    assert [fault.code for fault in told] == ["store.damaged"]
    is_linked(store, first)


def test_a_beginning_left_beside_a_sound_journal_is_dropped(tmp_path: Path):
    JournalWriter.open(tmp_path).close()
    (tmp_path / "next-epoch.sqlite3").write_bytes(b"")
    JournalWriter.open(tmp_path).close()
    assert not (tmp_path / "next-epoch.sqlite3").exists()


def test_there_is_nothing_to_take_up_in_an_empty_folder(tmp_path: Path):
    assert epochs.finish(StoreFolder(tmp_path, 0), "boot") is None
    assert list(tmp_path.iterdir()) == []
