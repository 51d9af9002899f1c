"""A SQLite file at the schema this program knows, open for writing on one connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from db.engine import BUSY_TIMEOUT_S, write_engine
from db.identity import Identity
from db.migrate import upgrade


class SqliteFile:
    """What the journal file and the samples file have in common. Belongs to one thread.

    Errors come as SQLAlchemy's or, from what goes to the driver directly, as the driver's own.
    """

    def __init__(self, path: Path, branch: str, head: str, *, synchronous: str) -> None:
        self.path = path
        self.moved_in = False
        """Whether the WAL holds nothing that is not in the file."""
        self._engine = write_engine(path, synchronous=synchronous)
        try:
            upgrade(self._engine, branch, head)
            self.connection = self._engine.connect()
            self.driver: Any = self.connection.connection.driver_connection
            """The DB-API connection, for what is asked of it directly."""
        except BaseException:
            self._engine.dispose()
            raise

    @property
    def journal_mode(self) -> str:
        """The journal mode that the file really is in."""
        return str(self.driver.execute("PRAGMA journal_mode").fetchone()[0])

    def read_identity(self, meta: Table) -> Identity | None:
        """The identity in the file, None where none was written yet. Raises Unsound."""
        with self.connection.begin():
            row = self.connection.execute(
                select(meta.c.console_id, meta.c.epoch, meta.c.created_utc_us)
            ).one_or_none()
        return None if row is None else Identity.read(*row)

    def quick_check(self) -> str:
        """`ok`, or the first thing that SQLite finds wrong with the file."""
        return str(self.driver.execute("PRAGMA quick_check(1)").fetchone()[0])

    def checkpoint(self, mode: str) -> None:
        """Move the WAL into the file (`PASSIVE`, `TRUNCATE`); waits for no reader."""
        self.driver.execute("PRAGMA busy_timeout=0")
        try:
            busy, frames, done = self.driver.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
            self.moved_in = not busy and frames == done
        finally:
            self.driver.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")

    def wal_bytes(self) -> int:
        """Size of the WAL file."""
        wal = self.path.with_name(self.path.name + "-wal")
        return wal.stat().st_size if wal.exists() else 0

    def close(self) -> None:
        """Close the file; the last connection to close moves the WAL in and removes it."""
        try:
            self.connection.close()
        finally:
            self._engine.dispose()
