"""The office's database: one writing connection under a lock, readers that keep nothing open."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from db.engine import read_engine, write_engine
from db.fault import StoreFault, fault_of
from db.migrate import upgrade
from db.office.tables import OFFICE_HEAD

_WAIT_S = 5.0
_CHECKPOINT_COMMITS = 500
_FILE_STAYS_OPEN = {"store.full", "store.busy"}


class Database:
    """The embedded database of one office. Any thread may use it. Raises StoreFault.

    One transaction writes at a time, as BEGIN IMMEDIATE with `synchronous=FULL`: what a `with`
    block wrote is on the disk when the block has ended. After any failure but a full or busy
    disk the connection is made anew, since an open file's state is unknown then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
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
        """One transaction; it commits when the block ends, and is undone when that raises."""
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
        """A look at what is committed; fetch whole pages and let go."""
        try:
            with self._reader.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise fault_of(error, str(self.path.parent)) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._drop()
            self._engine.dispose()
            self._reader.dispose()

    def _tend(self, connection: Connection) -> None:
        self._commits += 1
        if self._commits % _CHECKPOINT_COMMITS == 0:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
