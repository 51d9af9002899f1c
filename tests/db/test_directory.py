"""The directory: pages and cursor as one, snapshots compared, proposals kept, damage healed."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from db.directory import Directory
from db.directory_file import FILE
from db.engine import write_engine
from db.fault import StoreFault
from db.reference import Cursor, Decision, Record, Standing
from db.writer import JournalWriter
from tests.db.rows import SMALL, raw, row

E1, E2 = "1" * 32, "2" * 32


def contact(number: int, version: int, rev: int, name: str = "An", **changes: Any) -> Record:
    body = {} if changes.get("deleted") else {"name": name, "site": "Krông Bông"}
    return Record("contact", f"c{number}", version, rev, body, author="lan", at_us=7, **changes)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    made = Directory(tmp_path, clock_us=lambda: 42)
    yield made
    made.close()


def standing(directory: Directory, proposal_id: str) -> Standing:
    return next(p.state for p in directory.proposals() if p.id == proposal_id)


def test_a_page_and_its_cursor_are_there_together_and_after_a_restart(tmp_path: Path):
    first = Directory(tmp_path)
    assert (first.cursor(), first.records("contact")) == (Cursor(), [])
    rows = [contact(2, 1, 1), contact(1, 3, 2), contact(3, 2, 3, deleted=True)]
    first.apply(rows, Cursor(E1, 3))
    first.apply([contact(1, 4, 4, "Bình")], Cursor(E1, 4))
    first.close()
    again = Directory(tmp_path)
    assert again.cursor() == Cursor(E1, 4)
    assert again.records("contact") == [contact(1, 4, 4, "Bình"), contact(2, 1, 1)]
    assert again.record("contact", "c3") is None
    assert len(again.everything()) == 3
    again.close()


def crash_at(directory: Directory, statement: int) -> None:
    """The program dies at its n-th statement from now; what is not committed is gone."""
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            raise KeyboardInterrupt

    file = directory._file._file
    assert file is not None
    event.listen(file._engine, "before_cursor_execute", count)


@pytest.mark.parametrize("statement", range(2, 9))
def test_a_crash_leaves_neither_rows_without_cursor_nor_cursor_without_rows(
    tmp_path: Path, statement: int
):
    directory = Directory(tmp_path)
    directory.apply([contact(1, 1, 1)], Cursor(E1, 1))
    crash_at(directory, statement)
    with suppress(KeyboardInterrupt):
        for rev in (2, 3):
            directory.apply([contact(1, rev, rev)], Cursor(E1, rev))
        pytest.fail("it did not crash")
    directory.close()
    again = Directory(tmp_path)
    known = again.record("contact", "c1")
    assert known is not None
    assert (known.rev, again.cursor().server_epoch) == (again.cursor().rev, E1)
    again.close()


def test_a_snapshot_is_compared_and_what_the_office_lost_is_a_conflict(directory: Directory):
    rows = [contact(n, 2, n) for n in range(1, 6)] + [contact(6, 2, 6, deleted=True)]
    directory.apply(rows, Cursor(E1, 6))
    restored = [
        contact(1, 2, 1),
        contact(2, 1, 2),  # an earlier version
        contact(3, 2, 3, "Chi"),  # another one under the same number
        contact(4, 3, 4),  # a later one
        contact(6, 1, 6),  # not deleted yet
    ]  # and 5 is not there at all
    assert directory.replace(restored, Cursor(E2, 5)) == 4
    assert directory.everything() == restored
    found = {item.proposal.record_id: item for item in directory.conflicts()}
    assert {p.proposal.cause for p in found.values()} == {"restored"}
    assert {i: p.proposal.base_version for i, p in found.items()} == dict.fromkeys(found, 2)
    assert set(found) == {"c2", "c3", "c5", "c6"}
    assert found["c2"].office == contact(2, 1, 2)
    assert (found["c5"].office, found["c6"].proposal.body) == (None, None)
    assert directory.counts() == (0, 4)
    directory.replace(restored[:1], Cursor(E1, 1))
    assert {item.proposal.record_id for item in directory.conflicts()} == {
        "c2",
        "c3",
        "c4",
        "c5",
        "c6",
    }


def test_a_proposal_survives_and_its_conflict_is_answered_either_way(tmp_path: Path):
    first = Directory(tmp_path)
    first.apply([contact(1, 3, 9)], Cursor(E1, 9))
    one = first.propose("contact", "c1", {"name": "Dũng"}, operator="hoa")
    two = first.propose("contact", "c9", None, operator="hoa", base_version=5)
    first.close()
    again = Directory(tmp_path)
    assert again.queued() == one
    assert (one.base_version, two.base_version, again.counts()) == (3, 5, (2, 0))
    again.answered(one.id, Standing.CONFLICT, "record.version", contact(1, 4, 10, "Em"))
    assert again.queued() == two
    again.answered(two.id, Standing.WAITING)
    assert (again.queued(), again.counts()) == (None, (1, 1))
    [conflict] = again.conflicts()
    assert (conflict.proposal.body, conflict.office) == ({"name": "Dũng"}, contact(1, 4, 10, "Em"))
    newer = again.propose_again(one.id, operator="hoa", body={"name": "Dũng Em"})
    assert newer is not None
    assert (newer.base_version, newer.body) == (4, {"name": "Dũng Em"})
    assert again.propose_again(one.id, operator="hoa") is None
    again.apply([contact(1, 5, 11)], Cursor(E1, 11), [Decision(newer.id, "outdated")])
    [conflict] = again.conflicts()
    assert conflict.office == contact(1, 5, 11)
    assert again.keep_office(newer.id)
    assert not again.keep_office(newer.id)
    again.apply([], Cursor(E1, 12), [Decision(newer.id, "accepted"), Decision(two.id, "rejected")])
    assert standing(again, newer.id) == Standing.KEPT_OFFICE
    assert standing(again, two.id) == Standing.REJECTED
    again.close()


def test_what_somebody_else_proposed_in_the_same_words_is_no_conflict(directory: Directory):
    mine = directory.propose("contact", "c1", {"name": "An"}, operator="hoa")
    same = Record("contact", "c1", 1, 1, {"name": "An"})
    directory.answered(mine.id, Standing.CONFLICT, "record.version", same)
    assert (directory.conflicts(), standing(directory, mine.id)) == ([], Standing.ACCEPTED)


def test_what_waits_at_a_restored_office_is_offered_again(directory: Directory):
    mine = directory.propose("contact", "c1", {"name": "An"}, operator="hoa")
    directory.answered(mine.id, Standing.WAITING)
    directory.replace([], Cursor(E2, 0))
    again = directory.queued()
    assert again is not None
    assert again.id == mine.id


def test_a_damaged_file_is_set_aside_and_what_was_proposed_comes_over(tmp_path: Path):
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        writer.append(row(1)).result()
    first = Directory(tmp_path)
    first.apply([contact(n, 1, n) for n in range(1, 300)], Cursor(E1, 299))
    mine = first.propose("contact", "c1", {"name": "Dũng"}, operator="hoa")
    first.close()
    connection = raw(tmp_path / FILE)
    query = "SELECT rootpage FROM sqlite_master WHERE name = 'records'"
    page = connection.execute(query).fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    data = bytearray((tmp_path / FILE).read_bytes())
    data[(page - 1) * size : page * size] = b"\xaa" * size
    (tmp_path / FILE).write_bytes(data)
    before = (tmp_path / "journal.sqlite3").read_bytes()
    again = Directory(tmp_path)
    assert again.evidence.startswith("directory.damaged-")
    assert (tmp_path / again.evidence).read_bytes() == bytes(data)
    assert (again.cursor(), again.everything()) == (Cursor(), [])
    assert again.queued() == mine
    assert (tmp_path / "journal.sqlite3").read_bytes() == before
    again.close()


def test_damage_while_it_is_open_is_told_once_and_healed(tmp_path: Path):
    directory = Directory(tmp_path)
    directory.apply([contact(n, 1, n) for n in range(1, 300)], Cursor(E1, 299))
    file = directory._file._file
    assert file is not None
    file.checkpoint("TRUNCATE")
    data = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(data[:4096] + b"\xaa" * (len(data) - 4096))
    with pytest.raises(StoreFault, match=r"store\.damaged"):
        directory.everything()
    assert directory.evidence
    assert (directory.cursor(), directory.everything()) == (Cursor(), [])
    directory.replace([contact(1, 1, 1)], Cursor(E1, 1))
    assert directory.records("contact") == [contact(1, 1, 1)]
    directory.close()


@pytest.mark.skipif(os.name != "posix", reason="an open file can't be removed there")
def test_a_file_that_is_removed_while_it_is_open_is_made_anew(tmp_path: Path):
    directory = Directory(tmp_path)
    directory.apply([contact(1, 1, 1)], Cursor(E1, 1))
    for part in tmp_path.glob(f"{FILE}*"):
        part.unlink()
    with pytest.raises(StoreFault):
        directory.cursor()
    assert (directory.cursor(), directory.everything()) == (Cursor(), [])
    directory.replace([contact(1, 1, 1)], Cursor(E1, 1))
    directory.close()
    assert (tmp_path / FILE).exists()


@pytest.mark.parametrize("body", [{"name": float("nan")}, {"name": "\ud800"}])
def test_what_json_can_not_hold_is_never_queued(directory: Directory, body: dict[str, Any]):
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        directory.propose("contact", "c1", body, operator="hoa")
    assert directory.queued() is None


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(4096)])
def test_whatever_is_there_in_its_place_a_directory_opens(tmp_path: Path, content: bytes):
    (tmp_path / FILE).write_bytes(content)
    directory = Directory(tmp_path)
    assert directory.cursor() == Cursor()
    assert bool(directory.evidence) == bool(content)
    directory.close()


def test_a_directory_of_a_newer_program_is_left_alone(tmp_path: Path):
    Directory(tmp_path).close()
    connection = raw(tmp_path / FILE)
    connection.execute("UPDATE alembic_version SET version_num = 'directory_0777'")
    connection.close()
    with pytest.raises(StoreFault, match=r"store\.newer"):
        Directory(tmp_path)
    assert not list(tmp_path.glob("*damaged*"))


def test_only_its_owner_reads_it_and_leaving_an_office_empties_it(tmp_path: Path):
    directory = Directory(tmp_path)
    directory.apply([contact(1, 1, 1)], Cursor(E1, 1))
    directory.propose("contact", "c1", None, operator="hoa")
    if os.name == "posix":
        for part in tmp_path.glob(f"{FILE}*"):
            assert stat.S_IMODE(part.stat().st_mode) == 0o600
    directory.clear()
    assert (directory.cursor(), directory.everything(), directory.proposals()) == (Cursor(), [], [])
    directory.close()


def test_readers_and_operators_do_not_disturb_the_feed(directory: Directory):
    errors: list[BaseException] = []
    done = threading.Event()

    def look() -> None:
        try:
            while not done.is_set():
                revs = {record.rev for record in directory.records("contact")}
                assert len(revs) <= 1
                directory.propose("roster", "r", None, operator="hoa")
        except (StoreFault, AssertionError) as error:
            errors.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for rev in range(1, 30):
        directory.apply([contact(n, rev, rev) for n in range(5)], Cursor(E1, rev))
    done.set()
    for thread in threads:
        thread.join(30)
    assert errors == []


def test_a_file_that_somebody_else_holds_is_a_fault_and_stays(tmp_path: Path):
    directory = Directory(tmp_path)
    blocker = write_engine(tmp_path / FILE)
    file = directory._file._file
    assert file is not None
    file.driver.execute("PRAGMA busy_timeout=0")
    busy = pytest.raises(StoreFault, match=r"store\.busy")
    with blocker.connect() as other, other.begin(), busy:
        directory.apply([contact(1, 1, 1)], Cursor(E1, 1))
    blocker.dispose()
    directory.apply([contact(1, 1, 1)], Cursor(E1, 1))
    assert directory.evidence == ""
    directory.close()
