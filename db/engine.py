"""SQLAlchemy engines on one SQLite file: the single writer's, and the readers'.

Every SQLite from 3.7.0 to 3.51.2 can lose committed rows in WAL mode when one connection
checkpoints while another commits (sqlite.org, "WAL-reset bug"). Where the library is not
known to be free of that, the journal mode is DELETE and `Health` says so.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

BUSY_TIMEOUT_S = 5.0
_BACKPORTS = {(3, 50): 7, (3, 44): 6}


def sqlite_module() -> ModuleType:
    """The DB-API module in use: pysqlite3 with its own SQLite, else Python's."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is known to be free of the WAL-reset bug."""
    if version >= (3, 51, 3):
        return True
    patch = _BACKPORTS.get(version[:2])
    return patch is not None and version[2] >= patch


def journal_mode() -> str:
    """The journal mode that the SQLite at hand may be trusted with: `wal` or `delete`."""
    return "wal" if wal_is_safe(sqlite_module().sqlite_version_info) else "delete"


def sqlite_version() -> str:
    """The version of the SQLite library in use."""
    return str(sqlite_module().sqlite_version)


def write_engine(path: Path, *, synchronous: str = "FULL") -> Engine:
    """The writer's engine: every transaction is BEGIN IMMEDIATE, checkpoints are its own."""
    engine = _engine(f"{path.absolute().as_uri()}?mode=rwc", as_stored)
    pragmas = (
        f"journal_mode={journal_mode()}",
        f"synchronous={synchronous}",
        "wal_autocheckpoint=0",
        "recursive_triggers=ON",
        "cell_size_check=ON",
    )
    _on_connect(engine, pragmas)

    def begin_immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "begin", begin_immediate)
    return engine


def read_engine(path: Path) -> Engine:
    """A reader's engine: read-only, one short-lived connection per page, no snapshot kept."""
    engine = _engine(f"{path.absolute().as_uri()}?mode=ro", shown)
    _on_connect(engine, ("query_only=ON",))
    return engine


def as_stored(data: bytes) -> str:
    """Text of a row, whatever its bytes are: one damaged text must not hide all the others."""
    return data.decode("utf-8", "surrogateescape")


def shown(data: bytes) -> str:
    """Text of a row as people are shown it, whatever its bytes are."""
    return data.decode("utf-8", "replace")


def _engine(uri: str, text: Callable[[bytes], str]) -> Engine:
    module = sqlite_module()

    def connect() -> Any:
        connection = module.connect(
            uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = text
        return connection

    return create_engine("sqlite+pysqlite://", module=module, creator=connect, poolclass=NullPool)


def _on_connect(engine: Engine, pragmas: tuple[str, ...]) -> None:
    def apply(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", apply)
