"""The office's power goes at any moment: what it acknowledged is there, and nothing is damaged.

As in tests/db/test_power_cut.py: 200 cuts, or as many as HNTH_CUTS says.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from db.office import embedded as module
from db.office.database import Database
from db.office.embedded import Embedded
from db.office.journal import Batch, Receipt, push
from db.office.tables import consoles
from db.protocol import Head
from db.record import FIRST_HASH
from db.verify import verify_file
from tests.db.rows import raw
from tests.office.rows import BOOT, ME, Chain, wire_row

pytest.importorskip("apsw", reason="the disk whose power is cut is made with apsw")

from tests.db.faulty_disk import Disk, power_cut, store_on
from tests.db.test_power_cut import CUTS

PUSHES, ROWS = 60, 3
Log = list[tuple[Any, ...]]


def record(folder: Path) -> Log:
    """A whole life of an office's file: made, pushed to, moved out of its WAL, opened again."""
    disk = Disk()
    folder.mkdir()
    chain = Chain(PUSHES * ROWS)
    with store_on(disk), pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LOOK_COMMITS", 7)
        patch.setattr(module, "_WAL_BYTES", 0)
        for half in (range(PUSHES // 2), range(PUSHES // 2, PUSHES)):
            database = Embedded(folder / "office.sqlite3")
            try:
                for n in half:
                    disk.log.append(("ack", pushed(database, chain, n).head))
            finally:
                database.close()
    return disk.log


def pushed(database: Database, chain: Chain, n: int) -> Receipt:
    """A push as the interface takes it; it is acknowledged when the block has ended."""
    first, last = n * ROWS, (n + 1) * ROWS
    batch = Batch(
        chain.place,
        first + 1,
        chain.hashes[first - 1] if first else FIRST_HASH,
        tuple(wire_row(BOOT, each) for each in chain.rows[first:last]),
        chain.hashes[last - 1],
    )
    with database.write() as connection:
        if not n:
            connection.execute(insert(consoles).values(console_id=ME, name="", enrolled_us=0))
        taken = push(connection, batch, n, lambda _: bytes(64))
    assert isinstance(taken, Receipt)
    return taken


def lost(folder: Path, log: Log, at: int) -> int:
    """Rows acknowledged before the cut that the disk does not have; -1 for a damaged disk."""
    heads = [entry[1] for entry in log[:at] if entry[0] == "ack"]
    acked: Head = heads[-1] if heads else Head(0, FIRST_HASH)
    path = folder / "office.sqlite3"
    if not path.exists() or not path.stat().st_size:
        return acked.seq
    connection = raw(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return -1
        made = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'receipts'")
        if not made.fetchone()[0]:
            return acked.seq
        stored = connection.execute("SELECT seq, hash FROM journal ORDER BY seq").fetchall()
        signed = connection.execute("SELECT max(seq) FROM receipts").fetchone()[0] or 0
    finally:
        connection.close()
    if verify_file(path).bad or signed != len(stored):
        return -1
    if acked.seq and len(stored) >= acked.seq and stored[acked.seq - 1][1] != acked.hash:
        return -1
    return max(0, acked.seq - len(stored))


def cut_often(tmp_path: Path, log: Log, cuts: int) -> list[int]:
    chance = random.Random(20261126)
    found: list[int] = []
    for cut in range(cuts):
        folder = tmp_path / f"cut{cut}"
        folder.mkdir()
        at = chance.randrange(1, len(log) + 1)
        power_cut(log, at, chance, folder)
        found.append(lost(folder, log, at))
        shutil.rmtree(folder)
    return found


@pytest.mark.slow
@pytest.mark.timeout(120 + CUTS)
def test_no_acknowledged_push_is_lost_and_the_file_is_whole(tmp_path: Path):
    assert cut_often(tmp_path, record(tmp_path / "office"), CUTS) == [0] * CUTS


@pytest.mark.slow
def test_the_same_cuts_do_find_what_normal_loses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The control: with synchronous=NORMAL the office must lose rows under these cuts."""
    careless: Callable[[Path], Engine] = partial(module.write_engine, synchronous="NORMAL")
    monkeypatch.setattr(module, "write_engine", careless)
    found = cut_often(tmp_path, record(tmp_path / "office"), 50)
    assert sum(count > 0 for count in found) > 10
