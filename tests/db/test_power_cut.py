"""The power goes at any moment: what was acknowledged is on the disk, and nothing is damaged.

The store runs on a file system that records every write and sync; each cut rebuilds a disk that
kept what was synced and some part of the rest, torn and out of order. 200 cuts; as many as the
environment variable HNTH_CUTS says. Not modelled: a disk that lies about a sync, and the loss of
a file's name.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from db import writer
from db.journal_file import JournalFile
from db.record import Sample
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.rows import SMALL, raw, row

pytest.importorskip("apsw", reason="the disk whose power is cut is made with apsw")

from tests.db.faulty_disk import Disk, power_cut, store_on

CUTS = int(os.environ.get("HNTH_CUTS", "200"))
ROWS = 400
Log = list[tuple[Any, ...]]


def record(folder: Path) -> Log:
    """A whole life of a store: first made, written, moved out of its WAL, closed, opened again."""
    disk = Disk()
    with store_on(disk), pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_TICK_S", 0.02)  # many checkpoints in a short life
        live(folder, disk)
    return disk.log


def live(folder: Path, disk: Disk) -> None:
    for start in (0, ROWS // 2):
        with JournalWriter.open(folder, limits=SMALL) as store:
            for n in range(start, start + ROWS // 2):
                future = store.append(row(n, text="x" * (n % 7) * 100))
                future.add_done_callback(
                    lambda done, n=n: disk.log.append(("ack", done.result(), n))
                )
                if n % 3:
                    future.result()
                store.add_sample(Sample("s", f"e{n % 20}", n, loss_pct=1.0))


def lost_rows(folder: Path, log: Log, at: int) -> int:
    """Rows acknowledged before the cut that the disk does not have; -1 for a damaged disk."""
    acked = {entry[1]: entry[2] for entry in log[:at] if entry[0] == "ack"}
    path = folder / "journal.sqlite3"
    if not path.exists() or not path.stat().st_size:
        return len(acked)
    connection = raw(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return -1
        tables = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name IN ('journal', 'heads')"
        ).fetchone()[0]
        if tables != 2:
            return len(acked)
        stored = dict(connection.execute("SELECT seq, body FROM journal").fetchall())
    finally:
        connection.close()
    if verify_file(path).bad:
        return -1
    return sum(stored.get(seq) != row(n, text="x" * (n % 7) * 100).body for seq, n in acked.items())


def cut_often(tmp_path: Path, log: Log, cuts: int) -> list[int]:
    """What each of many cuts lost."""
    chance = random.Random(20260101)
    lost: list[int] = []
    for cut in range(cuts):
        folder = tmp_path / f"cut{cut}"
        folder.mkdir()
        at = chance.randrange(1, len(log) + 1)
        power_cut(log, at, chance, folder)
        lost.append(lost_rows(folder, log, at))
        shutil.rmtree(folder)
    return lost


@pytest.mark.slow
@pytest.mark.timeout(120 + CUTS)
def test_no_acknowledged_row_is_lost_and_no_file_damaged(tmp_path: Path):
    lost = cut_often(tmp_path, record(tmp_path / "store"), CUTS)
    assert lost == [0] * CUTS


@pytest.mark.slow
def test_the_same_cuts_do_find_what_normal_loses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The control: with synchronous=NORMAL the journal must lose rows under these cuts."""
    begin = JournalFile.__init__

    def careless(self: JournalFile, path: Path, boot_id: str) -> None:
        begin(self, path, boot_id)
        self.driver.execute("PRAGMA synchronous=NORMAL")

    monkeypatch.setattr(JournalFile, "__init__", careless)
    lost = cut_often(tmp_path, record(tmp_path / "store"), 50)
    assert sum(count > 0 for count in lost) > 10


@pytest.mark.slow
def test_after_a_cut_the_store_opens_and_goes_on(tmp_path: Path):
    """The opening itself after every tenth of the cuts."""
    log = record(tmp_path / "store")
    chance = random.Random(42)
    for cut in range(CUTS // 10):
        folder = tmp_path / f"cut{cut}"
        folder.mkdir()
        (folder / "holder.pid").write_text("1")
        at = chance.randrange(1, len(log) + 1)
        power_cut(log, at, chance, folder)
        acked = [entry[1] for entry in log[:at] if entry[0] == "ack"]
        with JournalWriter.open(folder) as store:
            assert store.append(row(1)).result() > max(acked, default=0)
            assert store.health.figures.epoch == 1
            assert store.health.figures.notices == ()
