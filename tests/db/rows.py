"""Rows and stores that the tests of the store are made with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.engine import sqlite_module
from db.health import Limits
from db.record import JournalRow

SMALL = Limits(
    ballast=256 << 10,
    free_low=2 << 20,
    free_pause_samples=64 << 10,
    free_critical=128 << 10,
    wal_checkpoint=256 << 10,
    wal_alarm=1 << 20,
)
"""Limits for disks of a few MiB."""


def row(number: int, kind: str = "NoteWritten", text: str = "") -> JournalRow:
    """A row that can be told from every other."""
    body = f'{{"n":{number},"text":"{text}"}}'.encode()
    return JournalRow(
        kind=kind,
        body=body,
        actor="operator",
        utc_us=1_800_000_000_000_000 + number,
        mono_us=number,
        cause=f"cause-{number}",
    )


def raw(path: Path) -> Any:
    """A plain connection that may do to a file what the store never would."""
    return sqlite_module().connect(str(path), isolation_level=None)


def unguarded(path: Path) -> Any:
    """A plain connection to a journal whose guards have been taken away."""
    connection = raw(path)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    return connection
