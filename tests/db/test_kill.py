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


def write_until_killed(folder: Path, acks: Any, first: int) -> None:
    """Append rows as fast as they become durable, and tell each through the pipe."""
    writer = JournalWriter.open(folder)
    room = threading.Semaphore(64)

    def acknowledge(number: int, future: Future[int]) -> None:
        acks.send_bytes(ACK.pack(future.result(), number))
        room.release()

    number = first
    while True:
        room.acquire()
        future = writer.append(row(number))
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


@pytest.mark.slow
@pytest.mark.timeout(120 + 2 * KILLS)
def test_no_acknowledged_row_is_lost(tmp_path: Path):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    acked: dict[int, int] = {}
    for kill in range(KILLS):
        ours, theirs = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(
            target=write_until_killed, args=(tmp_path, theirs, (kill + 1) * 1_000_000)
        )
        process.start()
        theirs.close()
        found: dict[int, int] = {}
        reader = threading.Thread(target=lambda: found.update(read_acks(ours)))  # noqa: B023
        if kill % 4:
            assert ours.poll(60), f"writer {kill} never wrote"
            reader.start()
            process.join(chance.uniform(0, 0.06))
        else:  # also while it is opening
            process.join(chance.uniform(0, 0.1))
            reader.start()
        process.kill()
        process.join()
        reader.join()
        process.close()
        ours.close()
        acked.update(found)
        if kill % 10 == 9 or kill == KILLS - 1:
            check(tmp_path, acked)
    assert len(acked) > KILLS
    with JournalWriter.open(tmp_path) as writer:
        assert writer.health.figures.notices == ()
        assert writer.health.figures.epoch == 1
    check(tmp_path, acked)


def check(folder: Path, acked: dict[int, int]) -> None:
    """Every acknowledged row is there, under its number; the chain holds; nothing set aside."""
    connection = raw(folder / "journal.sqlite3")
    stored = dict(connection.execute("SELECT seq, body FROM journal").fetchall())
    connection.close()
    missing = [seq for seq, number in acked.items() if stored.get(seq) != row(number).body]
    assert missing == []
    assert verify_file(folder / "journal.sqlite3").bad == ()
    assert not list(folder.glob("*.damaged*"))
