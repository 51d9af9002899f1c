"""Stores for the verifier to look at, and what may be done to them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db.fault import StoreFault
from db.verifier.folder import verify_path
from db.verifier.walk import BadRow, FileReport
from db.writer import JournalWriter
from tests.db.rows import raw, row

JOURNAL = "journal.sqlite3"


def make(folder: Path, rows: int, streams: tuple[str, ...] = ("ops",)) -> str:
    """A sound store, closed in order; its console's id."""
    with JournalWriter.open(folder) as writer:
        for stream in streams:
            writer.append_many([row(n) for n in range(rows)], stream).result()
        return writer.health.figures.console_id


def copied(store: Path, to: Path) -> Path:
    """A fresh copy of a store's folder."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(store, to)
    return to


def hand_on(journal: Path) -> Any:
    """A connection that may do what the guards would refuse; what it does need not be durable."""
    connection = raw(journal)
    connection.execute("PRAGMA synchronous = OFF")
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in found:
        connection.execute(f"DROP TRIGGER {name}")
    return connection


def tamper(journal: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    """Do to a journal what its guards would refuse."""
    connection = hand_on(journal)
    try:
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())
    finally:
        connection.close()


def damaged(folder: Path) -> str:
    """Open a store whose last end was not clean, so that it is checked; the evidence's name."""
    (folder / "holder.pid").write_text("1")
    told: list[StoreFault] = []
    JournalWriter.open(folder, on_fault=told.append).close()
    return str(
        next(f.params["evidence"] for f in told if f.code in {"store.damaged", "store.missing"})
    )


def bad(path: Path, **given: Any) -> list[BadRow]:
    """Every bad row, of every file."""
    return [row for report in verify_path(path, **given) for row in report.bad]


def named(path: Path, **given: Any) -> list[tuple[str, int]]:
    """Reason and number of every bad row."""
    return [(row.reason, row.seq) for row in bad(path, **given)]


def notes(reports: list[FileReport]) -> dict[str, dict[str, str | int]]:
    """Every note by its code."""
    return {note.code: note.params for report in reports for note in report.notes}


def untouched(folder: Path) -> Callable[[], bool]:
    """A question to ask later: is everything in the folder as it is now?"""

    def look() -> dict[str, tuple[int, str]]:
        return {
            file.name: (file.stat().st_mtime_ns, hashlib.sha256(file.read_bytes()).hexdigest())
            for file in folder.iterdir()
        }

    before = look()
    return lambda: look() == before
