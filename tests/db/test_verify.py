"""The chain walk names the row that was tampered with, whatever was done to it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from db.fault import StoreFault
from db.record import JournalRow, Place, chain_hash
from db.verify import BadRow, verify, verify_file
from db.writer import JournalWriter
from tests.db.rows import raw, row, unguarded

ROWS = 1200
JOURNAL = "journal.sqlite3"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A sound journal of 1,200 rows."""
    with JournalWriter.open(tmp_path) as writer:
        writer.append_many([row(n) for n in range(ROWS)]).result()
    return tmp_path / JOURNAL


def first_bad(journal: Path) -> tuple[int, str] | None:
    bad = verify_file(journal).bad
    return (bad[0].seq, bad[0].reason) if bad else None


def test_a_sound_journal_has_no_bad_row(journal: Path):
    verdict = verify_file(journal)
    assert (verdict.rows, verdict.bad) == (ROWS, ())


@pytest.mark.parametrize("seq", [1, 2, 499, 500, 501, 777, ROWS - 1, ROWS])
@pytest.mark.parametrize(
    "change",
    [
        "body = CAST(body || ' ' AS BLOB)",
        "body = CAST(body AS TEXT)",
        "utc_us = utc_us + 1",
        "mono_us = mono_us - 1",
        "boot_id = 'other'",
        "kind = 'SiteMuted'",
        "schema_v = 2",
        "actor = 'nobody'",
        "cause = ''",
        "utc_us = 'then'",
        "utc_us = CAST(unhex(printf('%016X', utc_us)) AS TEXT)",
    ],
)
def test_an_edited_row_is_named(journal: Path, seq: int, change: str):
    connection = unguarded(journal)
    connection.execute(f"UPDATE journal SET {change} WHERE seq = ?", (seq,))
    connection.close()
    assert first_bad(journal) == (seq, "altered")


@pytest.mark.parametrize("seq", [1, 2, 500, 501, ROWS - 1, ROWS])
def test_a_row_taken_out_is_named(journal: Path, seq: int):
    connection = unguarded(journal)
    connection.execute("DELETE FROM journal WHERE seq = ?", (seq,))
    connection.close()
    assert first_bad(journal) == (seq, "missing")


def test_a_row_taken_out_with_the_numbers_closed_up_is_named(journal: Path):
    connection = unguarded(journal)
    connection.execute("DELETE FROM journal WHERE seq = 700")
    connection.execute("UPDATE journal SET seq = -(seq - 1) WHERE seq > 700")
    connection.execute("UPDATE journal SET seq = -seq WHERE seq < 0")
    connection.close()
    assert first_bad(journal) == (700, "unlinked")


def test_two_rows_that_changed_places_are_named(journal: Path):
    connection = unguarded(journal)
    for old, new in ((300, -1), (301, 300), (-1, 301)):
        connection.execute("UPDATE journal SET seq = ? WHERE seq = ?", (new, old))
    connection.close()
    assert first_bad(journal) == (300, "unlinked")


def test_a_cut_tail_is_named(journal: Path):
    connection = unguarded(journal)
    connection.execute("DELETE FROM journal WHERE seq > 1000")
    connection.close()
    assert first_bad(journal) == (1001, "missing")


def test_a_chain_that_is_gone_is_named(journal: Path):
    connection = unguarded(journal)
    connection.execute("DELETE FROM journal")
    connection.close()
    assert first_bad(journal) == (1, "missing")


def forged(journal: Path, seq: int, changed: JournalRow) -> bytes:
    """Write `changed` over row `seq` with a hash that is right for it; returns that hash."""
    connection = unguarded(journal)
    console_id, stream, epoch, boot_id, prev = connection.execute(
        "SELECT console_id, stream, epoch, boot_id, prev_hash FROM journal WHERE seq = ?", (seq,)
    ).fetchone()
    digest = chain_hash(Place(console_id, stream, epoch), seq, boot_id, changed, prev)
    connection.execute(
        "UPDATE journal SET body = ?, hash = ? WHERE seq = ?", (changed.body, digest, seq)
    )
    connection.close()
    return digest


def test_a_row_rewritten_with_its_own_hash_breaks_the_link_after_it(journal: Path):
    original = row(599)
    forged(journal, 600, JournalRow(original.kind, b"{}", original.actor, original.utc_us,
                                    original.mono_us, original.cause))  # fmt: skip
    assert first_bad(journal) == (601, "unlinked")


def test_a_last_row_rewritten_with_its_own_hash_is_not_the_recorded_head(journal: Path):
    original = row(ROWS - 1)
    forged(journal, ROWS, JournalRow(original.kind, b"{}", original.actor, original.utc_us,
                                     original.mono_us, original.cause))  # fmt: skip
    assert first_bad(journal) == (ROWS, "head")


def test_a_row_put_in_past_the_head_is_named(journal: Path):
    connection = unguarded(journal)
    console_id, head = connection.execute("SELECT console_id, hash FROM heads").fetchone()
    new = row(9999)
    digest = chain_hash(Place(console_id, "ops", 1), ROWS + 1, "b", new, head)
    connection.execute(
        "INSERT INTO journal VALUES (?, 'ops', 1, ?, ?, ?, 'b', ?, 1, ?, ?, ?, ?, ?)",
        (console_id, ROWS + 1, new.utc_us, new.mono_us, new.kind, new.actor, new.cause, new.body,
         head, digest),
    )  # fmt: skip
    connection.close()
    assert first_bad(journal) == (ROWS + 1, "beyond")


def test_each_chain_s_first_bad_row_is_named(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        for n in range(10):
            writer.append(row(n), stream="ops" if n % 2 else "qos").result()
        console_id = writer.health.figures.console_id
    connection = unguarded(tmp_path / JOURNAL)
    connection.execute("UPDATE journal SET actor = 'x' WHERE seq IN (2, 3)")
    connection.close()
    assert verify_file(tmp_path / JOURNAL).bad == (
        BadRow(console_id, "ops", 1, 2, "altered"),
        BadRow(console_id, "qos", 1, 2, "altered"),
    )


def test_any_bit_of_a_row_that_is_turned_is_found(journal: Path):
    chance = random.Random(7)
    for _ in range(40):
        seq, column = chance.randrange(1, ROWS), chance.choice(["body", "hash", "prev_hash"])
        connection = unguarded(journal)
        before = connection.execute(
            f"SELECT {column} FROM journal WHERE seq = ?", (seq,)
        ).fetchone()[0]
        turned = bytearray(before)
        turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
        update = f"UPDATE journal SET {column} = ? WHERE seq = ?"
        connection.execute(update, (bytes(turned), seq))
        connection.close()
        found = first_bad(journal)
        assert found is not None
        assert found[0] == seq
        connection = raw(journal)
        connection.execute(update, (before, seq))
        connection.close()
    assert first_bad(journal) is None


def test_a_walk_of_the_tail_reads_the_tail_alone(journal: Path):
    connection = unguarded(journal)
    connection.execute("UPDATE journal SET actor = 'x' WHERE seq = 100")
    assert (verify(connection, 50).rows, verify(connection, 50).bad) == (50, ())
    assert [bad.seq for bad in verify(connection).bad] == [100]
    connection.execute("UPDATE journal SET actor = 'x' WHERE seq = ?", (ROWS - 49,))
    assert [bad.seq for bad in verify(connection, 50).bad] == [ROWS - 49]
    connection.close()


def test_an_unclean_start_walks_the_tail_and_begins_a_new_epoch(journal: Path):
    connection = unguarded(journal)
    connection.execute("UPDATE journal SET actor = 'x' WHERE seq = 1150")
    connection.close()
    (journal.parent / "holder.pid").write_text("1")
    told: list[StoreFault] = []
    with JournalWriter.open(journal.parent, on_fault=told.append) as writer:
        assert writer.health.figures.epoch == 2
    assert [fault.code for fault in told] == ["store.damaged"]
    assert told[0].params["reason"] == "epoch 1 row 1150: altered"
    evidence = journal.with_name(str(told[0].params["evidence"]))
    assert first_bad(evidence) == (1150, "altered")
