"""apsw behind the face of a DB-API module, so that the store itself runs on a faulting disk.

Only what SQLAlchemy's SQLite dialect and the store ask for. apsw offers no shared memory to a
file system of its own, so the WAL is used with an exclusive lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import apsw


class Error(Exception):
    """Any error of SQLite; `sqlite_errorcode` is its extended code."""

    sqlite_errorcode = 0


class DatabaseError(Error):
    """The base that SQLAlchemy wraps."""


class OperationalError(DatabaseError):
    """Errors of the disk among them."""


class IntegrityError(DatabaseError):
    """Constraints and triggers."""


class ProgrammingError(DatabaseError):
    """SQLAlchemy looks for it."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        kind = IntegrityError if isinstance(error, apsw.ConstraintError) else OperationalError
        told = kind(str(error))
        told.sqlite_errorcode = getattr(error, "extendedresult", 1)
        raise told from error


class Cursor:
    """Runs one statement and holds all its rows."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: Any = None
        self.lastrowid = 0
        self.rowcount = -1

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        self.description = None

        def describe(cursor: apsw.Cursor, _sql: str, _values: Any) -> bool:
            if columns := cursor.get_description():
                self.description = [(name, *[None] * 6) for name, _ in columns]
            return True

        with _translated():
            cursor = self._connection.cursor()
            cursor.exec_trace = describe
            before = self._connection.total_changes()
            self._rows = iter(cursor.execute(sql, tuple(values)).fetchall())
            self.lastrowid = self._connection.last_insert_rowid()
            changed = self._connection.total_changes() - before
            self.rowcount = self._connection.changes() if changed else 0
        return self

    def executemany(self, sql: str, many: Sequence[Sequence[Any]]) -> Cursor:
        for values in many:
            self.execute(sql, values)
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def close(self) -> None:
        self._rows = iter(())


class Connection:
    """One connection, in autocommit as the store asks."""

    isolation_level = None

    def __init__(self, path: str, vfs: str) -> None:
        with _translated():
            self._apsw = apsw.Connection(path, vfs=vfs)
            self._apsw.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()

    def cursor(self) -> Cursor:
        return Cursor(self._apsw)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(sql, values)

    def create_function(self, name: str, count: int, call: Any, **_: Any) -> None:
        self._apsw.create_scalar_function(name, call, count)

    def commit(self) -> None:
        if self._apsw.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self._apsw.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        with _translated():
            self._apsw.close()


def module(vfs: str) -> Any:
    """A stand-in for a DB-API module whose connections all use this file system."""

    def connect(address: str, **_: Any) -> Connection:
        return Connection(unquote(urlsplit(address).path), vfs)

    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    return SimpleNamespace(
        connect=connect,
        Error=Error,
        DatabaseError=DatabaseError,
        OperationalError=OperationalError,
        IntegrityError=IntegrityError,
        ProgrammingError=ProgrammingError,
        sqlite_version=apsw.sqlite_lib_version(),
        sqlite_version_info=version,
        paramstyle="qmark",
        Binary=bytes,
    )
