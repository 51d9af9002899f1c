"""An office's journal on a PostgreSQL server, seen at one moment of it; nothing is ever written."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from ipaddress import ip_address
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from db.verifier.heads import BadHead, Head
from db.verifier.opened import Unreadable
from db.verifier.record import COLUMNS, RETIRED, Floor, Key, Row
from db.verifier.walk import BadRow, FileReport, first_heads, walk

GUARDS = {"journal_no_update", "journal_no_delete", "journal_no_truncate", "journal_follows"}

_PAGE = 500
_SECRETS = {"password", "sslpassword"}
_ASKED = {
    "connect_timeout": 10,
    "application_name": "hnth-verify",
    "client_encoding": "utf8",
    "options": "-c default_transaction_read_only=on -c statement_timeout=1h -c lock_timeout=10s",
}
_SELECT = f"SELECT {COLUMNS} FROM journal WHERE console_id = %s AND stream = %s AND epoch = %s"  # noqa: S608 - names only


def is_server(text: str) -> bool:
    """Whether a word of the command line is the URL of a server."""
    return text.startswith(("postgresql://", "postgresql+psycopg://"))


def shown(url: str) -> str:
    """A URL without what nobody else should see."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in _SECRETS]
    plain = f"{user.partition(':')[0]}{at}{place}"
    return f"{parts.scheme}://{plain}{parts.path}" + (f"?{urlencode(query)}" if query else "")


def verify_server(url: str, heads: Sequence[Head] = (), public_key: Any = None) -> FileReport:
    """Check every chain of an office's database. Raises BadHead `no_psycopg`."""
    report = FileReport(shown(url), shown(url))
    try:
        with closing(ServerTable(url)) as table:
            told, unfit = first_heads(table, public_key)
            report.bad += unfit
            walk(table, report, [*heads, *told])
    except Unreadable as error:
        report.unreadable = str(error)
        return report
    found = {(chain.console_id, chain.stream, chain.epoch) for chain in report.chains}
    for head in heads:
        if head.key not in found:
            more: dict[str, str | int] = {"source": head.source, "file": "", "told": head.seq}
            report.bad.append(BadRow("gone", *head.key, 1, more=more))
    return report


class ServerTable:
    """The table `journal` of one database. Everything raises Unreadable, and nothing else."""

    damage = ""
    copied = wal_is_missing = False
    is_office = True

    def __init__(self, url: str) -> None:
        try:
            self._driver: Any = importlib.import_module("psycopg")
        except ImportError as error:
            raise BadHead("no_psycopg") from error
        self._names = count()
        try:
            asked = self._driver.conninfo.conninfo_to_dict(url.replace("+psycopg", "", 1))
            if not _is_local(asked):
                asked.setdefault("sslmode", "verify-full")
            self._connection: Any = self._driver.connect(**(_ASKED | asked))
        except self._driver.Error as error:
            raise Unreadable(str(error).strip()) from error
        self._connection.isolation_level = self._driver.IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        if not self._has("journal"):
            self.close()
            raise Unreadable("no table `journal`")

    def close(self) -> None:
        """Let the server go."""
        self._connection.close()

    def identity(self) -> tuple[Any, Any] | None:
        """An office has chains of many consoles."""
        return None

    def guards_missing(self) -> set[str]:
        """The triggers against accidents that are gone, or switched off."""
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'journal'::regclass"
        return GUARDS - {row[0] for row in self._ask(query + " AND tgenabled IN ('O', 'A')")}

    def heads(self, table: str = "heads") -> list[tuple[Any, ...]]:
        """Recorded heads, or the office's `receipts`: console_id, stream, epoch, seq, hash, …"""
        if not self._has(table):
            return []
        more = ", received_us, signature" if table == "receipts" else ""
        return self._ask(f"SELECT console_id, stream, epoch, seq, hash{more} FROM {table}")  # noqa: S608 - names only

    def floors(self) -> dict[Key, Floor]:
        """Of each chain, the last row that left for a sealed segment."""
        if not self._has("retirements"):
            return {}
        return {(row[0], row[1], row[2]): Floor(*row[3:]) for row in self._ask(RETIRED)}

    def chains(self) -> dict[Key, tuple[Any, ...]]:
        """Every chain that has rows, with where its first one is."""
        query = "SELECT console_id, stream, epoch, min(seq) FROM journal GROUP BY 1, 2, 3"
        return {(row[0], row[1], row[2]): row for row in self._ask(query)}

    def row_at(self, place: tuple[Any, ...]) -> Row | None:
        """The row in one place."""
        found = self._ask(f"{_SELECT} AND seq = %s", place)
        return Row(*found[0]) if found else None

    def rows(self, key: Key) -> Iterator[Row]:
        """The rows of a chain by number, whatever their numbers are."""
        try:
            with self._connection.cursor(f"rows{next(self._names)}") as cursor:
                cursor.execute(f"{_SELECT} ORDER BY seq, ctid", key)
                while page := cursor.fetchmany(_PAGE):
                    yield from (Row(*row) for row in page)
        except self._driver.Error as error:
            raise Unreadable(str(error).strip()) from error

    def _has(self, table: str) -> bool:
        return self._ask("SELECT to_regclass(%s)", (table,))[0][0] is not None

    def _ask(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except self._driver.Error as error:
            raise Unreadable(str(error).strip()) from error


def _is_local(asked: dict[str, Any]) -> bool:
    """Whether a server is reached by a socket or the loopback, where no one else listens."""
    host = str(asked.get("hostaddr") or asked.get("host") or os.environ.get("PGHOST", ""))
    if host in {"", "localhost"} or host.startswith(("/", "@")):
        return host != "" or not (asked.get("service") or "PGSERVICE" in os.environ)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
