"""The office's database in a file: one writing connection under a lock, short readers."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from db.engine import read_engine, sqlite_module, write_engine
from db.fault import StoreFault, fault_of
from db.migrate import upgrade
from db.office.database import Database
from db.office.tables import OFFICE_HEAD
from db.verify import Verdict, verify_file

_WAIT_S = 5.0
_LOOK_COMMITS = 16
_WAL_BYTES = 16 << 20
"""Beyond this much the WAL is moved in: a larger one holds the next push up for longer."""

_FILE_STAYS_OPEN = {"store.full", "store.busy"}


class Embedded(Database):
    """The database of one office in one SQLite file.

    One transaction writes at a time, as BEGIN IMMEDIATE with `synchronous=FULL`. After any
    failure but a full or busy disk the connection is made anew, since an open file's state is
    unknown then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = str(path)
        self._lock = threading.Lock()
        self._engine = write_engine(path)
        self._reader = read_engine(path)
        self._commits = 0
        self._connection: Connection | None = None
        try:
            upgrade(self._engine, "office", OFFICE_HEAD)
            self._connection = self._engine.connect()
        except DBAPIError as error:
            raise fault_of(error, str(path.parent)) from error

    @contextmanager
    def write(self) -> Generator[Connection]:
        """See Database."""
        if not self._lock.acquire(timeout=_WAIT_S):
            raise StoreFault("store.busy", {"folder": str(self.path.parent)})
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                yield self._connection
            self._tend(self._connection)
        except DBAPIError as error:
            fault = fault_of(error, str(self.path.parent))
            if fault.code not in _FILE_STAYS_OPEN:
                self._drop()
            raise fault from error
        finally:
            self._lock.release()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """See Database."""
        try:
            with self._reader.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise fault_of(error, str(self.path.parent)) from error

    def verdict(self, tail: int | None = None) -> Verdict:
        """See Database."""
        try:
            return verify_file(self.path, tail, retired=True)
        except sqlite_module().Error as error:
            raise fault_of(error, str(self.path.parent)) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._drop()
            self._engine.dispose()
            self._reader.dispose()

    def _tend(self, connection: Connection) -> None:
        self._commits += 1
        wal = self.path.with_name(self.path.name + "-wal")
        if self._commits % _LOOK_COMMITS == 0 and wal.exists() and wal.stat().st_size > _WAL_BYTES:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
