"""The weekly check of the whole journal, while it is written to."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db import full_check
from db.fault import StoreFault
from db.health import Limits
from db.record import JournalRow
from db.verify import Verdict, verify_file
from db.writer import JournalWriter
from tests.db.rows import SMALL, raw, row, unguarded

NOW: Limits = replace(SMALL, check_after_s=0.0)
DAY_S = 24 * 3600.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.writer._TICK_S", 0.02)


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def checked(folder: Path) -> dict[str, float]:
    try:
        return json.loads((folder / "checked.json").read_text())
    except (OSError, ValueError):
        return {}


def long_ago(folder: Path, days: float) -> None:
    (folder / "checked.json").write_text(json.dumps({"utc_s": time.time() - days * DAY_S}))


def filled(folder: Path, rows: int = 6000) -> Path:
    """A store of more rows than the check of a start looks at, closed in order."""
    with JournalWriter.open(folder, limits=SMALL) as writer:
        writer.append_many([row(n) for n in range(rows)]).result()
    return folder


def test_it_comes_once_a_week_and_counts_every_row(tmp_path: Path):
    filled(tmp_path, 50)
    with JournalWriter.open(tmp_path, limits=NOW) as writer:
        until(lambda: checked(tmp_path).get("rows") == 50)
        assert writer.health.figures.notices == ()
    for days, again in ((6.9, False), (7.1, True), (-1.0, True)):
        long_ago(tmp_path, days)
        before = checked(tmp_path)
        with JournalWriter.open(tmp_path, limits=NOW) as writer:
            if again:
                until(lambda before=before: checked(tmp_path) != before)
            else:
                writer.append(row(1)).result()
                time.sleep(0.3)
                assert checked(tmp_path) == before


def test_it_leaves_a_start_alone(tmp_path: Path):
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        writer.append(row(1)).result()
        time.sleep(0.2)
    assert checked(tmp_path) == {}


def test_an_altered_row_is_told_with_its_number_and_writing_goes_on(tmp_path: Path):
    connection = unguarded(filled(tmp_path) / "journal.sqlite3")
    connection.execute("UPDATE journal SET actor = 'nobody' WHERE seq = 7")
    connection.close()
    told: list[StoreFault] = []
    with JournalWriter.open(tmp_path, limits=SMALL, on_fault=told.append):
        assert told == [], "the control: a start does not look so far back"
    (tmp_path / "holder.pid").write_text("1")
    with JournalWriter.open(tmp_path, limits=NOW, on_fault=told.append) as writer:
        until(lambda: told)
        assert writer.append(row(1)).result() == 6001
        assert [fault.code for fault in writer.health.figures.notices] == ["store.altered"]
        assert writer.health.figures.epoch == 1
    assert told[0].params["seq"] == 7
    assert told[0].params["reason"] == "altered"


def test_a_file_that_sqlite_calls_damaged_is_set_aside_and_an_epoch_begins(tmp_path: Path):
    """An index that does not go with its table: the quick check of a start can't see it."""
    path = filled(tmp_path) / "journal.sqlite3"
    connection = unguarded(path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_master SET sql = ? WHERE name = 'journal_kind'",
        ("CREATE INDEX journal_kind ON journal (stream, actor, epoch, seq)",),
    )
    connection.close()
    told: list[StoreFault] = []
    (tmp_path / "holder.pid").write_text("1")
    with JournalWriter.open(tmp_path, limits=SMALL, on_fault=told.append):
        pass
    assert told == [], "the control: the quick check finds nothing"
    with JournalWriter.open(tmp_path, limits=NOW, on_fault=told.append) as writer:
        until(lambda: told)
        assert (told[0].code, told[0].params["epoch"]) == ("store.damaged", 2)
        assert writer.append(row(1)).result() == 2
        evidence = tmp_path / str(told[0].params["evidence"])
    assert evidence.exists()
    assert verify_file(tmp_path / "journal.sqlite3").bad == ()
    new = raw(tmp_path / "journal.sqlite3")
    opened = json.loads(new.execute("SELECT body FROM journal WHERE seq = 1").fetchone()[0])
    new.close()
    assert (opened["old_epoch"], opened["old_seq"]) == (1, 6000)


def test_closing_breaks_a_check_off_and_it_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    filled(tmp_path, 50)
    begun: list[float] = []

    def endless(connection: object) -> Verdict:
        begun.append(time.monotonic())
        query = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        )
        connection.execute(query)  # pyright: ignore[reportAttributeAccessIssue]
        raise AssertionError("ended by itself")

    with monkeypatch.context() as patch:
        patch.setattr(full_check, "verify", endless)
        writer = JournalWriter.open(tmp_path, limits=NOW)
        until(lambda: begun)
        assert writer.close(10.0)
    assert checked(tmp_path) == {}
    with JournalWriter.open(tmp_path, limits=NOW):
        until(lambda: checked(tmp_path).get("rows") == 50)


def test_rows_are_taken_while_it_runs(tmp_path: Path):
    filled(tmp_path, 3000)
    with JournalWriter.open(tmp_path, limits=NOW) as writer:
        count = 0
        while not checked(tmp_path):
            writer.append(row(count)).result(10)
            count += 1
        until(lambda: checked(tmp_path).get("rows", 0) >= 3000)
        assert writer.health.figures.notices == ()
    assert verify_file(tmp_path / "journal.sqlite3").bad == ()


def test_faults_are_told_and_not_printed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    """What people read is made of the fault elsewhere; nothing raw goes to the terminal."""
    filled(tmp_path, 10)
    (tmp_path / "journal.sqlite3").write_bytes(bytes(5000))
    told: list[StoreFault] = []
    with caplog.at_level(logging.WARNING), JournalWriter.open(tmp_path, on_fault=told.append) as w:
        w.append(JournalRow("X", b"{}", "a", 1, 1)).result()
    assert [fault.code for fault in told] == ["store.damaged"]
    assert caplog.records == []
    assert capfd.readouterr().err == ""
