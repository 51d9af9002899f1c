"""An SQLite file opened so that it and its folder stay as they are, whoever else has it open."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

_MAGIC = b"SQLite format 3\0"


class Unreadable(Exception):
    """What can't be read, a file or a page of it; the text is SQLite's or the system's."""


class OpenedFile:
    """One file for reading. Everything raises Unreadable, and nothing else.

    No WAL: it is opened as a file that does not change (`moved` tells when it did). A WAL with
    its shared memory (the console is running, or was killed): as a reader that writes neither.
    Anything else (a WAL alone, a transaction broken off): as a copy that SQLite can mend.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.copied = False
        self._still: tuple[int, int] | None = None
        self._undo = contextlib.ExitStack()
        try:
            self.is_wal = self._starts_as_wal()
            self._connection = self._open()
            self.schema: dict[str, str] = dict(self.ask("SELECT name, type FROM sqlite_master"))
        except OSError as error:
            self.close()
            raise Unreadable(str(error)) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go."""
        self._undo.close()

    @property
    def moved(self) -> bool:
        """Whether someone wrote to the file after it was opened as one that does not change."""
        return self._still is not None and self._still != self._stat()

    def beside(self, suffix: str) -> Path:
        """The file of the same name with a suffix: `-wal`, `-journal`."""
        return self.path.with_name(self.path.name + suffix)

    def ask(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Every row of a query. Text comes as stored, bytes that are no UTF-8 as surrogates."""
        return _fetch(self._connection, query, values)

    def identity(self) -> tuple[Any, Any] | None:
        """Console and epoch that the file says it is of."""
        if self.schema.get("meta") != "table":
            return None
        rows = self.ask("SELECT console_id, epoch FROM meta LIMIT 1")
        return (rows[0][0], rows[0][1]) if rows else None

    def _starts_as_wal(self) -> bool:
        with self.path.open("rb") as file:
            start = file.read(20)
        if not start.startswith(_MAGIC):
            raise Unreadable("not an SQLite file, or its beginning is destroyed")
        return start[18:20] != b"\x01\x01"

    def _open(self) -> Any:
        wal = self.beside("-wal")
        if self.is_wal and not (wal.exists() and wal.stat().st_size):
            self._still = self._stat()
            return self._connect(self.path, "mode=ro&immutable=1")
        try:
            return self._connect(self.path, "mode=ro&readonly_shm=1")
        except Unreadable:
            return self._connect(self._copy(), "mode=rw")

    def _connect(self, path: Path, how: str) -> Any:
        driver = _driver()
        try:
            uri = f"{path.absolute().as_uri()}?{how}"
            connection = driver.connect(uri, uri=True, isolation_level=None)
        except driver.Error as error:
            raise Unreadable(str(error)) from error
        self._undo.callback(connection.close)
        connection.text_factory = _as_stored
        for pragma in ("query_only=ON", "trusted_schema=OFF", "cell_size_check=ON"):
            _fetch(connection, f"PRAGMA {pragma}")
        _fetch(connection, "SELECT count(*) FROM sqlite_master")
        return connection

    def _copy(self) -> Path:
        self._still = self._stat()
        folder = self._undo.enter_context(tempfile.TemporaryDirectory(prefix="hnth-verify-"))
        for suffix in ("", "-wal", "-journal"):
            if (part := self.beside(suffix)).exists():
                shutil.copyfile(part, Path(folder, self.path.name + suffix))
        self.copied = True
        return Path(folder, self.path.name)

    def _stat(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_size, found.st_mtime_ns


def _as_stored(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _driver() -> Any:
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")


def _fetch(connection: Any, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
    try:
        return connection.execute(query, values).fetchall()
    except _driver().Error as error:
        raise Unreadable(str(error)) from error
