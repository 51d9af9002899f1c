"""What is hashed, and that the writer and the verifier work it out alike."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.queries import Position, after
from db.record import FIRST_HASH, MAX_BODY_BYTES, JournalRow, Place, chain_hash
from db.verify import verify_file
from db.writer import JournalWriter

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
INTS = st.integers(-(2**63), 2**63 - 1)
ROWS = st.builds(
    JournalRow,
    kind=TEXTS,
    body=st.binary(max_size=300),
    actor=TEXTS,
    utc_us=INTS,
    mono_us=INTS,
    cause=TEXTS,
    schema_v=INTS,
)


def test_the_format_is_the_documented_one():
    """Written out by hand from the description of `vcj1`."""

    def field(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    row = JournalRow("Kind", b"\x00body", "Nguyễn", 7, -8, "c", 2)
    header = b"".join(
        field(part)
        for part in (
            b"console",
            b"ops",
            (3).to_bytes(8, "big"),
            (4).to_bytes(8, "big"),
            (7).to_bytes(8, "big"),
            (-8).to_bytes(8, "big", signed=True),
            b"boot",
            b"Kind",
            (2).to_bytes(8, "big"),
            "Nguyễn".encode(),
            b"c",
        )
    )
    expected = hashlib.sha256(
        b"vcj1"
        + len(header).to_bytes(4, "big")
        + header
        + hashlib.sha256(b"\x00body").digest()
        + FIRST_HASH
    ).digest()
    assert chain_hash(Place("console", "ops", 3), 4, "boot", row, FIRST_HASH) == expected


@given(ROWS, ROWS)
def test_no_two_rows_share_a_hash(one: JournalRow, other: JournalRow):
    place = Place("c", "ops", 1)
    same = chain_hash(place, 1, "b", one, FIRST_HASH) == chain_hash(
        place, 1, "b", other, FIRST_HASH
    )
    assert same == (one == other)


@given(TEXTS, TEXTS)
def test_a_border_between_fields_can_not_move(kind: str, actor: str):
    place = Place("c", "ops", 1)
    one = JournalRow(kind + actor, b"", "", 0, 0)
    other = JournalRow(kind, b"", actor, 0, 0)
    same = chain_hash(place, 1, "b", one, FIRST_HASH) == chain_hash(
        place, 1, "b", other, FIRST_HASH
    )
    assert same == (not actor)


@settings(max_examples=25)
@given(st.lists(ROWS, min_size=1, max_size=40))
def test_what_is_written_is_read_back_and_verified(rows: list[JournalRow]):
    with tempfile.TemporaryDirectory() as folder:
        with JournalWriter.open(Path(folder)) as writer:
            assert writer.append_many(rows).result() == len(rows)
            stored = after(writer, Position(0, 0))
        verdict = verify_file(Path(folder) / "journal.sqlite3")
    again = [
        JournalRow(r.kind, r.body, r.actor, r.utc_us, r.mono_us, r.cause, r.schema_v)
        for r in stored
    ]
    assert again == rows
    assert [r.seq for r in stored] == list(range(1, len(rows) + 1))
    assert (verdict.rows, verdict.bad) == (len(rows), ())


@pytest.mark.parametrize(
    "change",
    [
        {"body": bytes(MAX_BODY_BYTES + 1)},
        {"actor": "x" * 4097},
        {"kind": "\ud800"},
        {"cause": "\udfff"},
        {"kind": "\0"},
        {"actor": "a\0"},
        {"cause": "\0b"},
        {"utc_us": 2**63},
        {"mono_us": -(2**63) - 1},
        {"schema_v": 2**70},
    ],
)
def test_what_could_not_be_stored_is_refused_at_once(change: dict):
    given_values = {"kind": "k", "body": b"", "actor": "a", "utc_us": 0, "mono_us": 0, **change}
    with pytest.raises(ValueError, match=r"bytes|surrogates|NUL|64 bits"):
        JournalRow(**given_values)
