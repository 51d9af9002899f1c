"""Whole stores: alive, killed, damaged, of several epochs, exchanged; none of them is changed."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from db.verifier.folder import NothingHere, verify_path
from db.verifier.heads import Head
from db.writer import JournalWriter
from tests.db.processes import CONTEXT
from tests.db.rows import raw, row
from tests.db.test_kill import kill_once, write_until_killed
from tests.db.verifier.stores import (
    JOURNAL,
    bad,
    copied,
    damaged,
    make,
    named,
    notes,
    tamper,
    untouched,
)


def head_of(journal: Path, seq: int, **more: Any) -> Head:
    connection = raw(journal)
    found = connection.execute(
        "SELECT console_id, stream, epoch, hash FROM journal WHERE stream = 'ops' AND seq = ?",
        (seq,),
    ).fetchone()
    connection.close()
    return Head((found[0], found[1], found[2]), seq, found[3], "office", **more)


@pytest.mark.slow
def test_a_killed_store_is_whole_and_stays_as_it_is(tmp_path: Path):
    chance = random.Random(5)
    acked: dict[int, int] = {}
    for kill in range(1, 5):
        acked.update(kill_once(tmp_path, chance, kill * 1_000_000))
    same = untouched(tmp_path)
    (report,) = verify_path(tmp_path)
    assert (report.bad, report.unreadable) == ([], "")
    assert sum(chain.rows for chain in report.chains) >= max(acked, default=0)
    (tmp_path / f"{JOURNAL}-shm").unlink(missing_ok=True)
    if (tmp_path / f"{JOURNAL}-wal").exists():  # a WAL alone: a copy of it is read
        same = untouched(tmp_path)
        (again,) = verify_path(tmp_path)
        assert again.chains == report.chains
        assert "copied" in notes([again])
    assert same()


@pytest.mark.slow
def test_a_store_can_be_checked_while_it_is_written(tmp_path: Path):
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=write_until_killed, args=(tmp_path, theirs, 1, True))
    process.start()
    theirs.close()
    try:
        assert ours.poll(60)
        seen = 0
        for _ in range(8):
            (report,) = verify_path(tmp_path / JOURNAL)
            assert (report.bad, report.unreadable) == ([], "")
            assert report.chains[0].rows >= seen
            seen = report.chains[0].rows
            while ours.poll(0):
                ours.recv_bytes()
        assert process.is_alive()
        assert seen
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def test_nothing_new_lies_beside_a_checked_file(tmp_path: Path):
    make(tmp_path, 20)
    same = untouched(tmp_path)
    assert named(tmp_path) == []
    assert same()


def test_a_wal_that_is_gone_after_an_unclean_end_is_noted(tmp_path: Path):
    make(tmp_path, 20)
    assert "wal_missing" not in notes(verify_path(tmp_path))
    (tmp_path / "holder.pid").write_text("1")
    assert "wal_missing" in notes(verify_path(tmp_path))


def test_rows_that_were_only_in_a_lost_wal_are_shown_by_a_head_kept_elsewhere(tmp_path: Path):
    make(tmp_path / "a", 20)
    with JournalWriter.open(tmp_path / "a") as writer:
        writer.append_many([row(n) for n in range(20, 30)]).result()
        head = head_of(tmp_path / "a" / JOURNAL, 30)
        copied(tmp_path / "a", tmp_path / "b")
    (tmp_path / "b" / f"{JOURNAL}-wal").unlink()
    assert named(tmp_path / "b") == []
    assert notes(verify_path(tmp_path / "b")).keys() == {"wal_missing"}
    assert named(tmp_path / "b", heads=[head]) == [("cut", 21)]
    assert named(tmp_path / "a", heads=[head]) == []
    assert verify_path(tmp_path / "a", heads=[head])[0].chains[0].vouched_seq == 30


def test_a_tail_cut_with_its_head_is_shown_by_a_head_kept_elsewhere(tmp_path: Path):
    make(tmp_path, 20)
    head = head_of(tmp_path / JOURNAL, 18)
    tamper(
        tmp_path / JOURNAL,
        "DELETE FROM journal WHERE seq > 12",
        "UPDATE heads SET seq = 12, hash = (SELECT hash FROM journal WHERE seq = 12)",
    )
    assert named(tmp_path) == []
    (found,) = bad(tmp_path, heads=[head])
    assert (found.reason, found.seq, found.more) == ("cut", 13, {"source": "office", "told": 18})


def test_a_journal_written_anew_is_shown_by_a_head_kept_elsewhere(tmp_path: Path):
    make(tmp_path / "a", 20)
    head = head_of(tmp_path / "a" / JOURNAL, 9)
    make(tmp_path / "b", 20)
    other = head_of(tmp_path / "b" / JOURNAL, 9)
    forged = Head(other.key, 9, head.hash, "minutes")
    assert named(tmp_path / "b", heads=[forged]) == [("other", 9)]
    assert named(tmp_path / "b", heads=[head]) == [("swapped", 9)]


def test_a_journal_brought_from_another_console_is_found(tmp_path: Path):
    make(tmp_path / "a", 20)
    make(tmp_path / "b", 20)
    shutil.copyfile(tmp_path / "b" / JOURNAL, tmp_path / "a" / JOURNAL)
    (found,) = bad(tmp_path / "a")
    assert (found.reason, found.more["source"]) == ("swapped", "samples.sqlite3")


def test_a_journal_that_is_gone_is_found(tmp_path: Path):
    console_id = make(tmp_path, 20)
    (tmp_path / JOURNAL).unlink()
    (found,) = bad(tmp_path)
    assert (found.reason, found.console_id, found.epoch) == ("gone", console_id, 1)


@pytest.fixture(scope="module")
def two_epochs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Epoch 1 was set aside for a page of an index, so that its rows are whole; epoch 2 runs."""
    folder = tmp_path_factory.mktemp("epochs")
    make(folder, 20)
    spoil(folder / JOURNAL, page_of(folder / JOURNAL, "journal_kind"))
    damaged(folder)
    make(folder, 20)
    return folder


def page_of(journal: Path, name: str) -> int:
    """The first page of a table or an index, counted from 1."""
    connection = raw(journal)
    found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,))
    try:
        return int(found.fetchone()[0])
    finally:
        connection.close()


def spoil(journal: Path, page: int, size: int = 4096) -> None:
    """Overwrite a page with garbage."""
    with journal.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


def test_a_store_of_two_epochs_is_whole_and_says_why(two_epochs: Path):
    reports = verify_path(two_epochs)
    assert [(report.epoch, report.bad) for report in reports] == [(2, []), (1, [])]
    told = notes(reports)
    assert (told["epoch_opened"]["old_epoch"], told["epoch_opened"]["old_seq"]) == (1, 20)
    assert told["damaged"]
    assert reports[1].chains[0].vouched_seq == 20


def test_the_next_epoch_s_opening_shows_that_the_evidence_was_cut(two_epochs: Path, tmp_path: Path):
    folder = copied(two_epochs, tmp_path / "store")
    (evidence,) = folder.glob("journal.damaged*.sqlite3")
    tamper(
        evidence,
        "PRAGMA writable_schema = ON",
        "DELETE FROM sqlite_master WHERE name = 'journal_kind'",
        "PRAGMA writable_schema = RESET",
        "DELETE FROM journal WHERE seq > 12",
        "UPDATE heads SET seq = 12, hash = (SELECT hash FROM journal WHERE seq = 12)",
    )
    (found,) = bad(folder)
    assert (found.reason, found.epoch, found.seq) == ("cut", 1, 13)
    evidence.unlink()
    (found,) = bad(folder)
    assert (found.reason, found.epoch, found.more["file"]) == ("gone", 1, evidence.name)
    assert named(folder / JOURNAL) == []  # asked for one file, it looks at one file


def test_evidence_with_an_edited_row_is_found(tmp_path: Path):
    make(tmp_path, 20)
    tamper(tmp_path / JOURNAL, "UPDATE journal SET actor = 'x' WHERE seq = 11")
    evidence = damaged(tmp_path)
    make(tmp_path, 5)
    (found,) = bad(tmp_path)
    assert (found.reason, found.epoch, found.seq) == ("altered", 1, 11)
    assert verify_path(tmp_path / evidence)[0].bad == [found]


def test_an_epoch_without_its_opening_is_found(tmp_path: Path):
    make(tmp_path, 5)
    tamper(
        tmp_path / JOURNAL, "UPDATE meta SET epoch = 2", "DELETE FROM journal", "DELETE FROM heads"
    )
    assert named(tmp_path / JOURNAL) == [("missing", 1)]
    make(tmp_path, 5)
    assert named(tmp_path / JOURNAL) == [("unopened", 1)]


def test_an_older_journal_put_back_is_found(tmp_path: Path):
    make(tmp_path, 5)
    shutil.copyfile(tmp_path / JOURNAL, tmp_path / "old")
    (tmp_path / JOURNAL).unlink()
    make(tmp_path, 5)
    shutil.copyfile(tmp_path / "old", tmp_path / JOURNAL)
    assert ("older", 1) in named(tmp_path)


def test_a_page_of_garbage_loses_its_rows_and_no_others(tmp_path: Path):
    make(tmp_path, 400)
    journal = tmp_path / JOURNAL
    data, root = journal.read_bytes(), page_of(journal, "journal")
    starts = range(0, len(data), 4096)
    (page,) = [
        at // 4096 + 1
        for at in starts
        if data[at] == 0x0D and at // 4096 + 1 != root and b'"n":200,' in data[at : at + 4096]
    ]
    spoil(journal, page)
    (report,) = verify_path(journal)
    (found,) = report.bad
    assert found.reason == "unreadable"
    assert 150 < found.seq <= 201
    assert report.chains[0].rows == found.seq - 1
    assert "damaged" in notes([report])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_cut_short_is_read_as_far_as_it_goes(tmp_path: Path, share: float):
    make(tmp_path, 400)
    journal = tmp_path / JOURNAL
    data = journal.read_bytes()
    journal.write_bytes(data[: int(len(data) * share)])
    (report,) = verify_path(journal)
    assert report.unreadable or [each.reason for each in report.bad] == ["unreadable"]


@pytest.mark.parametrize("content", [b"", b"not a database at all", bytes(8192)])
def test_what_is_no_journal_is_called_unreadable(tmp_path: Path, content: bytes):
    (tmp_path / JOURNAL).write_bytes(content)
    (report,) = verify_path(tmp_path / JOURNAL)
    assert report.unreadable


def test_an_empty_folder_is_no_store(tmp_path: Path):
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(NothingHere):
            verify_path(path)


def test_a_new_store_without_rows_is_whole(tmp_path: Path):
    JournalWriter.open(tmp_path).close()
    (report,) = verify_path(tmp_path)
    assert (report.bad, report.chains) == ([], [])
    assert "empty" in notes([report])


def test_a_clock_that_was_set_is_noted(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        writer.append_many([row(n) for n in range(5)]).result()
        back = row(0)
        writer.append(
            type(back)(back.kind, back.body, "x", back.utc_us - 7_200_000_000, 6)
        ).result()
    told = notes(verify_path(tmp_path))
    assert named(tmp_path) == []
    assert (told["clock_step"]["seq"], told["clock_step"]["seconds"]) == (6, -7200)


def test_an_office_s_file_has_chains_of_many_consoles(tmp_path: Path):
    make(tmp_path / "a", 10)
    make(tmp_path / "b", 10)
    tamper(
        tmp_path / "a" / JOURNAL,
        "ALTER TABLE meta RENAME TO office",
        f"ATTACH '{tmp_path / 'b' / JOURNAL}' AS b",
        "INSERT INTO journal SELECT * FROM b.journal",
        "INSERT INTO heads SELECT * FROM b.heads",
    )
    office = shutil.copyfile(tmp_path / "a" / JOURNAL, tmp_path / "office.sqlite3")
    (report,) = verify_path(office)
    assert (report.bad, [chain.rows for chain in report.chains]) == ([], [10, 10])
    assert notes([report]) == {}
    tamper(office, "UPDATE journal SET kind = 'x' WHERE seq = 4")
    assert named(office) == [("altered", 4), ("altered", 4)]
