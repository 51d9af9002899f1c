"""Is everything in the office's database as it was written? Read through `Database`, on any engine.

Chains row by row, what was countersigned, what witnesses saw, and the records' versions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select, union

from db.office.database import Database
from db.office.journal import floor_of
from db.office.tables import heads, journal, receipts, record_versions, records, revision
from db.protocol import Head, head_message
from db.record import Place
from db.verify import wrong

_PAGE = 500
_TAIL_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Seen:
    """A head that somebody else was told of; `source` names who. Signed by the office."""

    place: Place
    head: Head
    received_us: int
    signature: bytes
    source: str

    def signed_with(self, key: Ed25519PublicKey) -> bool:
        """Whether the office's key signed this."""
        try:
            key.verify(self.signature, head_message(self.place, self.head, self.received_us))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing of its kind that is not as it was written.

    `what`: `row` (`reason` as in `db.verify.BadRow`, or `head`), `receipt` (its signature does
    not hold), `other` (not the row that `reason` names: a receipt, or a witness), `cut` (the
    chain ends before a row that `reason` names), `record` (`reason` says which), `file`.
    """

    what: str
    reason: str
    place: Place | None = None
    seq: int = 0

    def __str__(self) -> str:
        where = self.place
        told = f"console {where.console_id} {where.stream} epoch {where.epoch} " if where else ""
        row = f"row {self.seq} " if self.seq else ""
        return f"{told}{row}{_SAID[self.what].format(self.reason)}"


_SAID = {
    "row": "is not as it was written ({})",
    "receipt": "has a countersignature that does not hold",
    "other": "is not the row that {} names",
    "cut": "is not there, although {} names it",
    "record": "{}",
    "file": "the database file is damaged: {}",
}


@dataclass(slots=True)
class Checked:
    """What a check found, and how much it looked at."""

    rows: int = 0
    receipts: int = 0
    records: int = 0
    chains: list[tuple[Place, Head]] = field(default_factory=list[tuple[Place, Head]])
    findings: list[Finding] = field(default_factory=list[Finding])


def check(database: Database, key: Ed25519PublicKey, seen: Sequence[Seen] = ()) -> Checked:
    """Look at everything at one moment of it; the first bad row of each chain is found.

    Raises StoreFault.
    """
    found = Checked()
    with database.read() as connection:
        if connection.dialect.name != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.exec_driver_sql("BEGIN")
            said = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar())
            if said != "ok":
                found.findings.append(Finding("file", said))
                return found
        known = {place for place, _ in _chains(connection)}
        for place in sorted({*known, *(each.place for each in seen)}, key=_order):
            _Chain(connection, place, key, [s for s in seen if s.place == place]).walk(found)
        _check_records(connection, found)
    return found


def quick(database: Database) -> Finding | None:
    """A look at what an end without closing may have harmed: the file, and each chain's last rows.

    Raises StoreFault.
    """
    with database.read() as connection:
        if connection.dialect.name == "sqlite":
            said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
            if said != "ok":
                return Finding("file", said)
    for bad in database.verdict(_TAIL_ROWS).bad:
        return Finding("row", bad.reason, Place(bad.console_id, bad.stream, bad.epoch), bad.seq)
    return None


class _Chain:
    """One chain, its receipts, and what others saw of it."""

    def __init__(
        self, connection: Connection, place: Place, key: Ed25519PublicKey, seen: Sequence[Seen]
    ) -> None:
        self._connection, self._place, self._key = connection, place, key
        own = [
            Seen(place, Head(row.seq, bytes(row.hash)), row.received_us, bytes(row.signature),
                 "a receipt")
            for row in connection.execute(select(receipts).where(*_of(receipts, place)))
        ]  # fmt: skip
        self._own = len(own)
        self._named: dict[int, list[Seen]] = {}
        for each in (*own, *seen):
            self._named.setdefault(each.head.seq, []).append(each)

    def walk(self, found: Checked) -> None:
        """Walk the chain; what is wrong first goes into `found`."""
        place = self._place
        found.receipts += self._own
        for seq, named in sorted(self._named.items()):
            if any(not each.signed_with(self._key) for each in named):
                found.findings.append(Finding("receipt", "", place, seq))
                break
        head = self._recorded()
        floor = floor_of(self._connection, place)
        seq, prev = floor.seq, floor.hash
        for each in self._named.get(seq, ()):
            if each.head.hash != prev:
                found.findings.append(Finding("other", each.source, place, seq))
                return
        while page := self._page(seq):
            for row in page:
                reason = wrong(row, seq + 1, prev)
                if reason is None:
                    seq, prev = seq + 1, bytes(row[13])
                    beyond = head is None or seq > head.seq
                    mismatch = head is not None and seq == head.seq and prev != head.hash
                    reason = "beyond" if beyond else "head" if mismatch else None
                    found.rows += not reason
                else:
                    seq += 1
                if reason:
                    found.findings.append(Finding("row", reason, place, seq))
                    return
                for each in self._named.get(seq, ()):
                    if each.head.hash != prev:
                        found.findings.append(Finding("other", each.source, place, seq))
                        return
        if head is not None and seq < head.seq:
            found.findings.append(Finding("row", "missing", place, seq + 1))
        elif (ahead := max(self._named, default=0)) > seq:
            source = self._named[ahead][0].source
            found.findings.append(Finding("cut", source, place, seq + 1))
        else:
            found.chains.append((place, Head(seq, prev)))

    def _recorded(self) -> Head | None:
        row = self._connection.execute(
            select(heads.c.seq, heads.c.hash).where(*_of(heads, self._place))
        ).one_or_none()
        return None if row is None else Head(row.seq, bytes(row.hash))

    def _page(self, after: int) -> list[tuple[Any, ...]]:
        query = select(journal).where(*_of(journal, self._place), journal.c.seq > after)
        rows = self._connection.execute(query.order_by(journal.c.seq).limit(_PAGE)).all()
        return [tuple(row) for row in rows]


def _chains(connection: Connection) -> Iterable[tuple[Place, None]]:
    tables = (heads, journal, receipts)
    query = union(*(select(t.c.console_id, t.c.stream, t.c.epoch) for t in tables))
    for row in connection.execute(query):
        yield Place(row[0], row[1], row[2]), None


def _check_records(connection: Connection, found: Checked) -> None:
    newest: dict[tuple[str, str], tuple[int, int, str]] = {}
    top = connection.execute(select(revision.c.rev)).scalar_one()
    versions = record_versions.c
    query = select(record_versions).order_by(versions.kind, versions.id, versions.version)
    for row in connection.execute(query):
        found.records += 1
        before = newest.get((row.kind, row.id), (0, 0, ""))
        if row.version != before[0] + 1 or not before[1] < row.rev <= top:
            _bad_record(found, row.kind, row.id, "a version is missing or out of order")
            return
        if not _is_object(row.body):
            _bad_record(found, row.kind, row.id, f"version {row.version} is no JSON object")
            return
        newest[row.kind, row.id] = (row.version, row.rev, row.body)
    for row in connection.execute(select(records).order_by(records.c.kind, records.c.id)):
        if newest.pop((row.kind, row.id), None) != (row.version, row.rev, row.body):
            _bad_record(found, row.kind, row.id, "is not its newest version")
            return
    for kind, name in newest:
        _bad_record(found, kind, name, "is gone, although its versions are here")
        return


def _bad_record(found: Checked, kind: str, name: str, what: str) -> None:
    found.findings.append(Finding("record", f"record {kind} {name}: {what}"))


def _is_object(body: str) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def _of(table: Any, place: Place) -> tuple[Any, ...]:
    return (
        table.c.console_id == place.console_id,
        table.c.stream == place.stream,
        table.c.epoch == place.epoch,
    )


def _order(place: Place) -> tuple[str, str, int]:
    return place.console_id, place.stream, place.epoch
