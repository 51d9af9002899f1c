"""The directory's file: one writing connection under a lock, short reads, and healing.

A file that turns out damaged, at the start or later, is set aside under a name that says so and
made anew, as one that has gone is; whoever was at it gets StoreFault once, the next finds a sound
file.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from db.engine import read_engine
from db.fault import StoreFault, Unsound, fault_of, is_damage
from db.folder import StoreFolder
from db.schema import DIRECTORY_HEAD
from db.sqlite_file import SqliteFile

FILE = "directory.sqlite3"
_WAIT_S = 5.0
_CHECKPOINT_COMMITS = 50
_log = logging.getLogger("db.directory")


class DirectoryFile:
    """One file, for any thread. `salvage(old, new)` takes over what it can from a damaged one."""

    def __init__(self, folder: Path, salvage: Callable[[Engine, Connection], None]) -> None:
        self.path = folder / FILE
        self.evidence = ""
        """The name under which the last damaged file is kept, "" where there was none."""
        self._salvage = salvage
        self._lock = threading.Lock()
        self._reader = read_engine(self.path)
        self.changes = 0
        """Committed transactions, and files made anew, since the start."""
        self._file: SqliteFile | None = None
        with self._lock, self._faults():
            self._file = self._opened()

    @contextmanager
    def write(self) -> Generator[Connection]:
        """One transaction; it commits when the block ends, and is undone when that raises."""
        if not self._lock.acquire(timeout=_WAIT_S):
            raise StoreFault("store.busy", {"folder": str(self.path.parent)})
        try:
            with self._faults():
                if self._file is None:
                    self._file = self._opened()
                with self._file.connection.begin():
                    yield self._file.connection
                self.changes += 1
                if self.changes % _CHECKPOINT_COMMITS == 0:
                    self._file.checkpoint("PASSIVE")
        except StoreFault as fault:
            if fault.code not in ("store.full", "store.busy"):
                self._drop()
            raise
        finally:
            self._lock.release()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A look at what is committed."""
        try:
            with self._reader.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            if is_damage(error) or not self.path.exists():
                with self._lock:
                    self._drop()  # the next write looks at the whole file
                with suppress(StoreFault), self.write():
                    pass
            raise fault_of(error, str(self.path.parent)) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._drop()
            self._reader.dispose()

    @contextmanager
    def _faults(self) -> Generator[None]:
        try:
            yield
        except (DBAPIError, OSError) as error:
            raise fault_of(error, str(self.path.parent)) from error

    def _opened(self) -> SqliteFile:
        """The file, sound; made anew where it is damaged or missing."""
        try:
            return self._checked()
        except (DBAPIError, Unsound) as error:
            if not is_damage(error):
                raise
            _log.error("the directory is damaged and will be filled again: %s", said(error))
        self.changes += 1
        self.evidence = StoreFolder.evidence_name(self.path)
        StoreFolder.set_aside(self.path, self.evidence)
        file = self._checked()
        old = read_engine(self.path.with_name(self.evidence))
        try:
            with file.connection.begin():
                self._salvage(old, file.connection)
        finally:
            old.dispose()
        return file

    def _checked(self) -> SqliteFile:
        if not self.path.exists():
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600))  # it holds accounts
        file = SqliteFile(self.path, "directory", DIRECTORY_HEAD, synchronous="FULL")
        try:
            if (found := file.quick_check()) != "ok":
                raise Unsound(found)
        except BaseException:
            file.close()
            raise
        return file

    def _drop(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(DBAPIError):
                file.close()


def said(error: Exception) -> str:
    """What SQLite says, without the statement around it."""
    return str(getattr(error, "orig", None) or error)
