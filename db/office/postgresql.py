"""The office's database on a PostgreSQL server: pooled connections that never wait for ever.

Any number of office processes may use one database. Every wait has an end: for a connection,
for a lock, for a statement on the server, and, where the server falls silent, for its answer.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, QueuePool

from db.fault import StoreFault
from db.migrate import upgrade
from db.office.address import STRICT, is_local, parsed, with_tls
from db.office.database import Database
from db.office.tables import OFFICE_HEAD
from db.verify import Verdict, verify

CONNECT_S = 5
LOCK_S = 5
STATEMENT_S = 10
MIGRATION_S = 600
"""For each statement of a migration, and for another process that migrates meanwhile."""
_GRACE_S = 5.0
"""How much later than the server a silent connection is given up from here."""
_IDLE_S = 30
_POOL_WAIT_S = 5.0
_CONNECTIONS = 8
"""Of each kind, for each office process; more requests than that wait."""
_RECYCLE_S = 1800
_OLDEST = 13_00_00
_MIGRATING = int.from_bytes(b"hnthoffi", "big")

_CODES = {
    "08": "store.io",  # connection
    "53": "store.busy",  # too many connections, no memory
    "53100": "store.full",
    "40": "store.busy",  # deadlock, serialization
    "55P03": "store.busy",  # lock_timeout
    "57014": "store.busy",  # statement_timeout
    "57": "store.io",  # the server stops or starts
    "25006": "store.readonly",  # a standby
    "25P03": "store.io",  # idle in a transaction for too long
    "28": "store.io",  # not let in
    "3D": "store.io",  # no such database
    "42501": "store.readonly",
    "58": "store.io",
    "XX001": "store.damaged",
    "XX002": "store.damaged",
}
"""By SQLSTATE, else by its class (postgresql.org, appendix A)."""


class Postgresql(Database):
    """The database of one office behind a URL without secrets.

    Transactions are READ COMMITTED with `synchronous_commit` on; readers can't write. A lost
    connection fails the block it was lost in (`store.io`); the next one has another.
    """

    def __init__(self, where: str) -> None:
        url = parsed(where)
        self.where = url.render_as_string(hide_password=True)
        self.url = with_tls(url)
        try:
            self._migrate()
        except DBAPIError as error:
            raise fault(error, self.where) from error
        self._writer = self._engine(STATEMENT_S, LOCK_S, pooled=True)
        self._reader = self._engine(
            STATEMENT_S, LOCK_S, pooled=True, more=" -c default_transaction_read_only=on"
        ).execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def write(self) -> Generator[Connection]:
        """See Database."""
        try:
            with self._writer.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout, psycopg.Error) as error:
            raise fault(error, self.where) from error

    @contextmanager
    def read(self) -> Generator[Connection]:
        """See Database."""
        try:
            with self._reader.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise fault(error, self.where) from error

    def verdict(self, tail: int | None = None) -> Verdict:
        """See Database."""
        try:
            with self._reader.connect() as connection:
                connection.execution_options(isolation_level="REPEATABLE READ")
                driver = connection.connection.driver_connection
                return verify(driver, tail, mark="%s", retired=True)
        except (DBAPIError, PoolTimeout, psycopg.Error) as error:
            raise fault(error, self.where) from error

    def close(self) -> None:
        """Close every connection."""
        self._writer.dispose()
        self._reader.dispose()

    def _migrate(self) -> None:
        """One process at a time; the others find it done."""
        engine = self._engine(MIGRATION_S, MIGRATION_S, pooled=False)
        with engine.connect() as guard:
            guard.execution_options(isolation_level="AUTOCOMMIT")
            guard.execute(select(func.pg_advisory_lock(_MIGRATING)))
            upgrade(engine, "office", OFFICE_HEAD)

    def _engine(self, statement_s: int, lock_s: int, *, pooled: bool, more: str = "") -> Engine:
        pool = {"pool_size": _CONNECTIONS, "max_overflow": 0, "pool_timeout": _POOL_WAIT_S}
        pool |= {"pool_recycle": _RECYCLE_S, "pool_pre_ping": True}
        engine = create_engine(
            self.url,
            poolclass=QueuePool if pooled else NullPool,
            use_native_hstore=False,
            hide_parameters=True,
            **(pool if pooled else {}),
        )
        own = {
            "connect_timeout": CONNECT_S,
            "target_session_attrs": "primary",
            "application_name": "hnth-office",
            "client_encoding": "utf8",
            "options": f"-c statement_timeout={statement_s}s -c lock_timeout={lock_s}s"
            f" -c idle_in_transaction_session_timeout={_IDLE_S if pooled else 0}s{more}",
        }

        def connect(_d: object, _r: object, words: Any, asked: dict[str, Any]) -> Any:
            connection = _Answering.connect(*words, **(own | asked))
            connection.wait_s = statement_s + _GRACE_S
            try:
                _trusted(connection)
            except BaseException:
                connection.close()
                raise
            return connection

        event.listen(engine, "do_connect", connect)
        return engine


class _Answering(psycopg.Connection[Any]):
    """A connection whose server must answer within `wait_s`; else it is closed from here."""

    wait_s = CONNECT_S + _GRACE_S

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer. Raises OperationalError where none comes."""
        try:
            return super().wait(gen, interval, timeout or self.wait_s)
        except errors._WaitTimeout as error:  # pyright: ignore[reportPrivateUsage]
            self.pgconn.finish()
            raise errors.OperationalError("the server fell silent") from error


def _trusted(connection: psycopg.Connection[Any]) -> None:
    """Whether this server may be told anything, and keeps what it says it kept.

    Sets `synchronous_commit` where it is off. Raises StoreFault.
    """
    told = {item.keyword: item.val or b"" for item in connection.pgconn.info}
    host = told[b"hostaddr"] or told[b"host"] or connection.info.host.encode()
    if not is_local(host.decode()) and told[b"sslmode"] != STRICT.encode():
        raise _unfit(f"sslmode must be {STRICT} for a server that is not this machine")
    names = ("server_version_num", "server_encoding", "fsync", "synchronous_commit")
    query = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    version, encoding, fsync, commit = connection.execute(query).fetchall()[0]
    if int(version) < _OLDEST:
        raise _unfit(f"PostgreSQL {int(version) // 10_000}; it must be 13 or newer")
    if encoding != "UTF8":
        raise _unfit(f"the database's encoding is {encoding}; it must be UTF8")
    if fsync != "on":
        raise _unfit("fsync is off on this server: what it says is kept may be lost")
    if commit not in {"on", "remote_apply"}:
        connection.execute("SET synchronous_commit = on")
    connection.commit()


def _unfit(detail: str) -> StoreFault:
    return StoreFault("store.internal", {"detail": detail})


def fault(error: Exception, where: str) -> StoreFault:
    """The fault that an exception of the driver or of the pool amounts to."""
    if isinstance(error, PoolTimeout):
        return StoreFault("store.busy", {"folder": where, "detail": "every connection is in use"})
    cause = error.orig if isinstance(error, DBAPIError) else error
    detail = str(cause).strip()
    state = str(getattr(cause, "sqlstate", None) or "")
    code = _CODES.get(state) or _CODES.get(state[:2])
    if code is None and not state and isinstance(cause, psycopg.OperationalError):
        code = "store.io"
    if code is None:
        return StoreFault("store.internal", {"detail": f"{type(cause).__name__}: {detail}"})
    return StoreFault(code, {"folder": where, "detail": detail, "sqlstate": state})
