"""Reading the journal by pages: what is found, in which order, and that nothing is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import read_engine
from db.fault import StoreFault
from db.journal_file import JournalFile
from db.queries import Position, StoredRow, after, latest, rows_since_last
from db.reading import PAGE_ROWS, folded
from db.record import OPS, JournalRow
from db.writer import JournalWriter
from tests.db.rows import raw, row

TOTAL = 1300


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[JournalWriter]:
    """Two sessions: opened at 101 and at 901 of 1,300 rows."""
    kinds = {101: "SessionOpened", 901: "SessionOpened"}
    rows = [row(n, kinds.get(n, "SiteMuted" if n % 2 else "NoteWritten")) for n in range(1, 1301)]
    with JournalWriter.open(tmp_path) as writer:
        writer.append_many(rows).result()
        yield writer


def seqs(rows: list[StoredRow]) -> list[int]:
    return [r.seq for r in rows]


def test_a_row_comes_back_as_it_was_written(writer: JournalWriter):
    stored = latest(writer, 1)[0]
    written = row(TOTAL)
    assert (stored.kind, stored.body, stored.actor) == (written.kind, written.body, written.actor)
    assert (stored.utc_us, stored.mono_us) == (written.utc_us, written.mono_us)
    assert (stored.cause, stored.schema_v) == (written.cause, 1)
    assert (stored.position, len(stored.hash)) == (Position(1, TOTAL), 32)


def test_pages_backwards_meet_without_gap_or_overlap(writer: JournalWriter):
    found = latest(writer)
    assert len(found) == PAGE_ROWS
    while page := latest(writer, 77, before=found[-1].position):
        found += page
    assert seqs(found) == list(range(TOTAL, 0, -1))


def test_pages_forwards_meet_without_gap_or_overlap(writer: JournalWriter):
    found: list[StoredRow] = []
    while page := after(writer, found[-1].position if found else Position(0, 0), 99):
        found += page
    assert seqs(found) == list(range(1, TOTAL + 1))


def test_a_page_of_the_newest_is_never_longer_than_500(writer: JournalWriter):
    assert len(latest(writer, 100_000)) == PAGE_ROWS


def test_a_page_of_what_follows_is_never_longer_than_2000(writer: JournalWriter):
    writer.append_many([row(n) for n in range(2000)]).result()
    assert len(after(writer, Position(0, 0), 100_000)) == 2000


def test_rows_of_some_kinds(writer: JournalWriter):
    assert seqs(latest(writer, kinds=["SessionOpened"])) == [901, 101]
    assert seqs(latest(writer, 3, kinds=["SiteMuted", "SessionOpened"])) == [1299, 1297, 1295]
    assert latest(writer, kinds=["Never"]) == []


def test_the_rows_of_one_session(writer: JournalWriter):
    second, first = latest(writer, kinds=["SessionOpened"])
    found = latest(writer, before=second.position, since=first.position)
    while page := latest(writer, before=found[-1].position, since=first.position):
        found += page
    assert seqs(found) == list(range(900, 100, -1))


def test_everything_since_the_last_of_a_kind(writer: JournalWriter):
    assert seqs(rows_since_last(writer, "SessionOpened")) == list(range(901, TOTAL + 1))
    assert rows_since_last(writer, "Never") == []


def test_what_was_just_acknowledged_is_found(writer: JournalWriter):
    number = writer.append(row(5, "SessionOpened")).result()
    assert seqs(rows_since_last(writer, "SessionOpened")) == [number]


def test_search_ignores_case_and_diacritics(writer: JournalWriter):
    for text in ("Krông Bông đã lên bục", "KRONG BONG", "Ea H'leo", "100% _x_"):
        writer.append(JournalRow("NoteWritten", text.encode(), "op", 1, 1)).result()
    assert len(latest(writer, containing="krong bong")) == 2
    assert len(latest(writer, containing="Krông Bông")) == 2
    assert len(latest(writer, containing="DA LEN BUC")) == 1
    assert len(latest(writer, containing="h'leo")) == 1
    assert len(latest(writer, containing="%")) == 1
    assert len(latest(writer, containing="_x_")) == 1
    assert latest(writer, containing="không có") == []
    assert len(latest(writer, 7, containing='"n":1')) == 7


def test_a_body_that_is_no_text_is_no_obstacle(writer: JournalWriter):
    writer.append(JournalRow("Raw", b"\xff\xfe\x00needle\x80", "op", 1, 1)).result()
    assert [r.kind for r in latest(writer, containing="needle")] == ["Raw"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Đắk Lắk", "dak lak"),
        ("BUÔN HỒ", "buon ho"),
        ("Cư M'gar", "cu m'gar"),
        ("Ea Kar", "ea kar"),
        ("Buo\u0302n Ho\u0302\u0300", "buon ho"),
        ("", ""),
    ],
)
def test_folding(text: str, same: str):
    assert folded(text) == same


def test_rows_of_an_older_epoch_come_before_those_of_a_newer(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        writer.append_many([row(n) for n in range(5)]).result()
    connection = raw(tmp_path / "journal.sqlite3")
    connection.execute("UPDATE meta SET epoch = 2")
    connection.close()
    file = JournalFile(tmp_path / "journal.sqlite3", "boot")
    file.append([(OPS, row(n)) for n in range(3)])
    file.close()
    places = [(1, n) for n in range(1, 6)] + [(2, n) for n in range(1, 4)]
    forwards = [(r.epoch, r.seq) for r in after(writer, Position(0, 0))]
    assert forwards == places
    backwards = [(r.epoch, r.seq) for r in latest(writer, before=Position(2, 2))]
    assert backwards == places[:6][::-1]
    since = [(r.epoch, r.seq) for r in latest(writer, since=Position(1, 4))]
    assert since == places[3:][::-1]


def test_readers_hold_back_no_checkpoint(writer: JournalWriter):
    """A reader that keeps a cursor lets the WAL grow; a page that was read keeps nothing."""
    latest(writer)
    after(writer, Position(0, 0))
    busy, _, _ = raw_checkpoint(writer.folder / "journal.sqlite3")
    assert busy == 0
    cursor = read_engine(writer.folder / "journal.sqlite3").connect()
    result = cursor.exec_driver_sql("SELECT * FROM journal")
    result.fetchone()
    writer.append(row(1)).result()
    busy, _, _ = raw_checkpoint(writer.folder / "journal.sqlite3")
    assert busy == 1
    result.close()
    cursor.close()


def raw_checkpoint(path: Path) -> tuple[int, int, int]:
    connection = raw(path)
    connection.execute("PRAGMA busy_timeout=0")
    answer = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.close()
    return answer


def test_a_store_that_is_not_there_is_a_fault(tmp_path: Path):
    class Nowhere:
        folder = tmp_path / "nowhere"

    with pytest.raises(StoreFault, match=r"store\.io"):
        latest(Nowhere())
