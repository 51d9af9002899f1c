"""`kill -9` of a writing process, over and over: nothing it acknowledged may be missing.

100 times; as often as the environment variable HNTH_KILLS says (1,000 before a release).
A kill can't tell FULL from NORMAL, since the system's cache survives it: see `test_power_cut`.
"""

from __future__ import annotations

import os
import random
import struct
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from db.record import Sample
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.processes import CONTEXT
from tests.db.rows import raw, row

KILLS = int(os.environ.get("HNTH_KILLS", "100"))
ACK = struct.Struct("<QQ")


def write_until_killed(folder: Path, acks: Any, first: int, honest: bool) -> None:
    """Append rows as fast as they become durable, and tell each through the pipe.

    Without honesty a row is told as soon as it is queued: the control.
    """
    writer = JournalWriter.open(folder)
    room = threading.Semaphore(64)
    said = 0

    def acknowledge(number: int, future: Future[int]) -> None:
        seq = future.result()
        if honest:
            acks.send_bytes(ACK.pack(seq, number))
        room.release()

    number = first
    while True:
        room.acquire()
        future = writer.append(row(number))
        if not honest:
            said = said or future.result() - 1
            said += 1
            acks.send_bytes(ACK.pack(said, number))
        future.add_done_callback(lambda done, n=number: acknowledge(n, done))
        writer.add_sample(Sample("s", f"e{number % 200}", number, loss_pct=0.1))
        number += 1


def read_acks(pipe: Any) -> dict[int, int]:
    """Every acknowledgement that reached the pipe before the writer died."""
    acked: dict[int, int] = {}
    try:
        while pipe.poll(0.2):
            seq, number = ACK.unpack(pipe.recv_bytes())
            acked[seq] = number
    except EOFError:
        pass
    return acked


def kill_once(folder: Path, chance: random.Random, first: int, honest: bool = True) -> Any:
    """Start a writer, kill it at some moment, and return what it had acknowledged."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=write_until_killed, args=(folder, theirs, first, honest))
    process.start()
    theirs.close()
    found: dict[int, int] = {}
    reader = threading.Thread(target=lambda: found.update(read_acks(ours)))
    if chance.random() < 0.75:
        assert ours.poll(60), "the writer never wrote"
        reader.start()
        process.join(chance.uniform(0, 0.06))
    else:  # while it is still opening
        process.join(chance.uniform(0, 0.1))
        reader.start()
    process.kill()
    process.join()
    reader.join()
    process.close()
    ours.close()
    return found


def lost(folder: Path, acked: dict[int, int]) -> list[int]:
    """Acknowledged rows that are not there under their number; the chain must hold."""
    connection = raw(folder / "journal.sqlite3")
    stored = dict(connection.execute("SELECT seq, body FROM journal").fetchall())
    connection.close()
    assert verify_file(folder / "journal.sqlite3").bad == ()
    assert not list(folder.glob("*.damaged*"))
    return [seq for seq, number in acked.items() if stored.get(seq) != row(number).body]


@pytest.mark.slow
@pytest.mark.timeout(120 + 2 * KILLS)
def test_no_acknowledged_row_is_lost(tmp_path: Path):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    acked: dict[int, int] = {}
    for kill in range(1, KILLS + 1):
        acked.update(kill_once(tmp_path, chance, kill * 1_000_000))
        if kill % 10 == 0:
            assert lost(tmp_path, acked) == []
    assert len(acked) > KILLS
    print(f"{KILLS} kills, {len(acked)} rows acknowledged")
    with JournalWriter.open(tmp_path) as writer:
        assert writer.health.figures.notices == ()
        assert writer.health.figures.epoch == 1
    assert lost(tmp_path, acked) == []


@pytest.mark.slow
def test_the_same_kills_do_find_a_row_that_was_told_too_early(tmp_path: Path):
    """The control: acknowledging before the commit must lose rows."""
    chance = random.Random(1)
    acked: dict[int, int] = {}
    for kill in range(1, 81):  # on a busy machine the two are seldom caught apart
        acked.update(kill_once(tmp_path, chance, kill * 1_000_000, honest=False))
        if lost(tmp_path, acked):
            return
    pytest.fail("80 kills found no row that was told too early")
