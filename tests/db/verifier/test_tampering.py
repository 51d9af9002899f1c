"""Whatever is done to a row of a journal is found, and the row is named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from db.engine import sqlite_module
from db.record import JournalRow, Place, chain_hash
from db.verifier.folder import verify_path
from tests.db.rows import raw, row
from tests.db.verifier.stores import JOURNAL, bad, hand_on, make, named, notes, tamper

ROWS = 40
COLUMNS = (
    "console_id", "stream", "epoch", "seq", "utc_us", "mono_us", "boot_id", "kind", "schema_v",
    "actor", "cause", "body", "prev_hash", "hash",
)  # fmt: skip
KEY = {"console_id", "stream", "epoch", "seq"}
VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=8),
    st.binary(max_size=40),
    st.floats(allow_nan=False),
)
SEQS = st.integers(1, ROWS)
QUICK = settings(
    max_examples=int(os.environ.get("HNTH_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    make(folder, ROWS, ("ops", "qos"))
    return folder


def fresh(sound: Path, folder: Path) -> Path:
    """A journal for one example, alone in its folder."""
    for suffix in ("-wal", "-shm"):
        (folder / f"{JOURNAL}{suffix}").unlink(missing_ok=True)
    return Path(shutil.copyfile(sound / JOURNAL, folder / JOURNAL))


@pytest.fixture
def journal(sound: Path, tmp_path: Path) -> Path:
    return fresh(sound, tmp_path)


def test_a_sound_store_is_whole(sound: Path):
    (report,) = verify_path(sound)
    assert (report.bad, report.unreadable) == ([], "")
    assert [(c.stream, c.rows) for c in report.chains] == [("ops", ROWS), ("qos", ROWS)]
    assert notes([report]) == {}


@given(seq=SEQS, column=st.sampled_from(COLUMNS), value=VALUES)
@QUICK
def test_an_edited_value_is_found(sound: Path, tmp_path: Path, seq: int, column: str, value: Any):
    journal = fresh(sound, tmp_path)
    connection = hand_on(journal)
    where = "WHERE stream = 'ops' AND seq = ?"
    before = connection.execute(f"SELECT rowid, {column} FROM journal {where}", (seq,)).fetchone()
    try:
        connection.execute(f"UPDATE journal SET {column} = ? {where}", (value, seq))
    except sqlite_module().IntegrityError:
        assume(False)
    finally:
        after = connection.execute(
            f"SELECT typeof({column}), {column} FROM journal WHERE rowid = ?", (before[0],)
        ).fetchone()
        connection.close()
    assume(after[1] != before[1] or type(after[1]) is not type(before[1]))
    found = bad(journal)
    if column in KEY:
        numbers = {each.seq for each in found} | {each.more.get("number") for each in found}
        assert {seq, after[1], repr(after[1])} & numbers
    else:
        assert [(each.seq, each.stream) for each in found] == [(seq, "ops")]
        assert found[0].reason == "altered"
        assert column == "kind" or found[0].kind == "NoteWritten"


@given(st.data())
@QUICK
def test_a_turned_bit_is_found(sound: Path, tmp_path: Path, data: st.DataObject):
    journal = fresh(sound, tmp_path)
    seq = data.draw(SEQS)
    column = data.draw(st.sampled_from(["body", "prev_hash", "hash", "kind", "actor", "boot_id"]))
    connection = hand_on(journal)
    connection.text_factory = bytes
    where = "WHERE stream = 'ops' AND seq = ?"
    turned = bytearray(
        connection.execute(f"SELECT {column} FROM journal {where}", (seq,)).fetchone()[0]
    )
    at = data.draw(st.integers(0, len(turned) - 1))
    turned[at] ^= 1 << data.draw(st.integers(0, 7))  # in a text it may then be no UTF-8
    kind = "BLOB" if column in {"body", "prev_hash", "hash"} else "TEXT"
    connection.execute(
        f"UPDATE journal SET {column} = CAST(? AS {kind}) {where}", (bytes(turned), seq)
    )
    connection.close()
    assert named(journal) == [("altered", seq)]


@given(seqs=st.sets(SEQS, min_size=1))
@QUICK
def test_a_row_taken_out_is_found(sound: Path, tmp_path: Path, seqs: set[int]):
    journal = fresh(sound, tmp_path)
    chosen = ", ".join(map(str, seqs))
    tamper(journal, f"DELETE FROM journal WHERE stream = 'ops' AND seq IN ({chosen})")
    assert named(journal) == [("missing", min(seqs))]


@given(seqs=st.sets(SEQS, min_size=2, max_size=2))
@QUICK
def test_two_rows_that_changed_places_are_found(sound: Path, tmp_path: Path, seqs: set[int]):
    journal = fresh(sound, tmp_path)
    one, two = sorted(seqs)
    move = "UPDATE journal SET seq = {} WHERE stream = 'ops' AND seq = {}"
    tamper(journal, move.format(-1, one), move.format(one, two), move.format(two, -1))
    assert named(journal) == [("altered", one)]


@pytest.mark.parametrize("column", ["utc_us", "mono_us", "schema_v"])
def test_a_number_that_became_the_text_of_the_same_bytes_is_found(journal: Path, column: str):
    text = f"CAST(unhex(printf('%016X', {column})) AS TEXT)"
    tamper(journal, f"UPDATE journal SET {column} = {text} WHERE stream = 'ops' AND seq = 9")
    assert named(journal) == [("altered", 9)]


@given(seq=SEQS)
@QUICK
def test_numbers_closed_up_over_a_gap_are_found(sound: Path, tmp_path: Path, seq: int):
    """Hashed anew, each row by itself, as someone would who knows the format but not the chain."""
    journal = fresh(sound, tmp_path)
    assume(seq < ROWS)
    ops = "stream = 'ops' AND"
    tamper(
        journal,
        f"DELETE FROM journal WHERE {ops} seq = {seq}",
        f"UPDATE journal SET seq = -(seq - 1) WHERE {ops} seq > {seq}",
        f"UPDATE journal SET seq = -seq WHERE {ops} seq < 0",
    )
    assert named(journal) == [("altered", seq)]
    rehash(journal, seq)
    assert named(journal) == [("unlinked", seq)]


def rehash(journal: Path, seq: int) -> bytes:
    """Give a row the hash that is right for what is in it; returns it."""
    connection = hand_on(journal)
    got = connection.execute(
        "SELECT console_id, epoch, utc_us, mono_us, boot_id, kind, schema_v, actor, cause, body,"
        " prev_hash FROM journal WHERE stream = 'ops' AND seq = ?", (seq,),
    ).fetchone()  # fmt: skip
    changed = JournalRow(got[5], got[9], got[7], got[2], got[3], got[8], got[6])
    digest = chain_hash(Place(got[0], "ops", got[1]), seq, got[4], changed, got[10])
    update = "UPDATE journal SET hash = ? WHERE stream = 'ops' AND seq = ?"
    connection.execute(update, (digest, seq))
    connection.close()
    return digest


@pytest.mark.parametrize("seq", [1, ROWS // 2, ROWS])
def test_a_row_written_anew_with_its_own_hash_is_found(journal: Path, seq: int):
    tamper(journal, f"UPDATE journal SET body = x'7B7D' WHERE stream = 'ops' AND seq = {seq}")
    rehash(journal, seq)
    assert named(journal) == [("head", ROWS) if seq == ROWS else ("unlinked", seq + 1)]


@pytest.mark.parametrize("seq", [None, -(2**63), -1, 0, ROWS + 1, ROWS + 9, 2**63 - 1, "x", b"\1"])
def test_a_row_put_in_is_found(journal: Path, seq: Any):
    tamper(
        journal,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'seq INTEGER NOT NULL', 'seq INTEGER')",
        "PRAGMA writable_schema = RESET",
    )
    copy = (
        "INSERT INTO journal SELECT console_id, stream, epoch, ?, utc_us, mono_us, boot_id, kind,"
    )
    copy += " schema_v, actor, cause, body, prev_hash, hash FROM journal WHERE seq = 3 LIMIT 1"
    tamper(journal, copy, values=(seq,))
    ((reason, number),) = named(journal)
    if isinstance(seq, int) and seq > ROWS:
        assert (reason, number) in {("altered", seq), ("missing", ROWS + 1)}
    else:
        place = ROWS + 1 if seq in ("x", b"\1") else 1
        assert (reason, number) == ("extra", seq if isinstance(seq, int) else place)


def test_a_sound_row_past_the_recorded_head_is_found(journal: Path):
    console_id, prev = raw_one(journal, "SELECT console_id, hash FROM heads WHERE stream = 'ops'")
    new = row(99)
    digest = chain_hash(Place(console_id, "ops", 1), ROWS + 1, "b", new, prev)
    tamper(
        journal,
        f"INSERT INTO journal VALUES (?, 'ops', 1, {ROWS + 1}, ?, ?, 'b', ?, 1, ?, ?, ?, ?, ?)",
        values=(console_id, new.utc_us, new.mono_us, new.kind, new.actor, new.cause, new.body,
                prev, digest),
    )  # fmt: skip
    assert named(journal) == [("beyond", ROWS + 1)]


def raw_one(journal: Path, query: str) -> Any:
    connection = raw(journal)
    try:
        return connection.execute(query).fetchone()
    finally:
        connection.close()


@given(upto=st.integers(0, ROWS - 1))
@QUICK
def test_a_cut_tail_is_found(sound: Path, tmp_path: Path, upto: int):
    journal = fresh(sound, tmp_path)
    tamper(journal, f"DELETE FROM journal WHERE stream = 'ops' AND seq > {upto}")
    assert named(journal) == [("missing", upto + 1)]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("DELETE FROM heads WHERE stream = 'ops'", ("headless", ROWS)),
        ("UPDATE heads SET seq = 'x' WHERE stream = 'ops'", ("headless", ROWS)),
        ("UPDATE heads SET seq = 7 WHERE stream = 'ops'", ("head", 7)),
        ("UPDATE heads SET seq = 9999999999 WHERE stream = 'ops'", ("missing", ROWS + 1)),
        ("UPDATE heads SET hash = zeroblob(32) WHERE stream = 'ops'", ("head", ROWS)),
        ("UPDATE meta SET console_id = 'other'", ("foreign", 1)),
        ("UPDATE meta SET epoch = 3", ("foreign", 1)),
        ("DELETE FROM meta", ("nameless", 1)),
    ],
)
def test_what_the_file_says_of_itself_is_checked(
    journal: Path, change: str, found: tuple[str, int]
):
    tamper(journal, change)
    assert found in named(journal)


def test_guards_that_are_gone_are_noted(journal: Path):
    tamper(journal)
    assert "journal_no_update" in str(notes(verify_path(journal))["guards_missing"]["detail"])


def test_a_view_in_the_place_of_the_journal_is_refused(journal: Path):
    tamper(journal, "ALTER TABLE journal RENAME TO j", "CREATE VIEW journal AS SELECT * FROM j")
    assert "journal" in verify_path(journal)[0].unreadable


def test_a_row_twice_in_a_table_without_its_key_is_found(journal: Path):
    tamper(
        journal,
        "CREATE TABLE j AS SELECT * FROM journal",
        "INSERT INTO j SELECT * FROM j WHERE stream = 'ops' AND seq = 17",
        "DROP TABLE journal",
        "ALTER TABLE j RENAME TO journal",
    )
    assert named(journal) == [("extra", 17)]
