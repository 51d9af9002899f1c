"""The office's reference data at a console: `directory.sqlite3` beside the journal.

Nothing in it is evidence. A file that is damaged is set aside, one that is missing is made, and
the office's snapshot fills it; what this console proposed is taken over from the damaged one as
far as that can be read. The journal is another file, which nothing here touches.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from db.directory_file import DirectoryFile, said
from db.reference import Conflict, Cursor, Decision, Proposal, Record, Standing
from db.schema import cursor as cursor_table
from db.schema import proposals as proposals_table
from db.schema import records as records_table

_OPEN = (Standing.QUEUED, Standing.WAITING, Standing.CONFLICT)
_DECIDED = {
    "accepted": Standing.ACCEPTED,
    "rejected": Standing.REJECTED,
    "outdated": Standing.CONFLICT,
}
_log = logging.getLogger("db.directory")


class Directory:
    """What the office last said, and what this console would have otherwise.

    The sync writes the one, operators the other; any thread may read. Raises StoreFault.
    `clock_us` gives µs of UTC, for a proposal's time alone.
    """

    def __init__(
        self, folder: Path, *, clock_us: Callable[[], int] = lambda: time.time_ns() // 1000
    ) -> None:
        self._clock_us = clock_us
        self._file = DirectoryFile(folder, _salvage)

    @property
    def evidence(self) -> str:
        """The name under which a damaged file was set aside, "" where none was."""
        return self._file.evidence

    @property
    def changes(self) -> int:
        """Grows with everything that was written, so that a look at it tells of news."""
        return self._file.changes

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def clear(self) -> None:
        """Forget everything: the console has left its office."""
        with self._file.write() as connection:
            for table in (records_table, proposals_table, cursor_table):
                connection.execute(delete(table))

    def cursor(self) -> Cursor:
        """How far the feed was taken."""
        with self._file.read() as connection:
            return _cursor(connection)

    def records(self, kind: str) -> list[Record]:
        """Every record of a kind that is not deleted, by id."""
        table = records_table.c
        query = select(records_table).where(table.kind == kind, table.deleted == 0)
        with self._file.read() as connection:
            return [_record(row) for row in connection.execute(query.order_by(table.id))]

    def record(self, kind: str, record_id: str) -> Record | None:
        """One record, None where there is none or it is deleted."""
        with self._file.read() as connection:
            found = _known(connection, kind, record_id)
        return None if found is None or found.deleted else found

    def everything(self) -> list[Record]:
        """Every record, deleted ones among them."""
        table = records_table.c
        query = select(records_table).order_by(table.kind, table.id)
        with self._file.read() as connection:
            return [_record(row) for row in connection.execute(query)]

    def apply(
        self, rows: Iterable[Record], cursor: Cursor, decisions: Iterable[Decision] = ()
    ) -> None:
        """Take a page of the feed, and the cursor after it, as one."""
        with self._file.write() as connection:
            for row in rows:
                _keep(connection, row)
            for decision in decisions:
                _decide(connection, decision)
            _advance(connection, cursor)

    def replace(self, rows: Sequence[Record], cursor: Cursor) -> int:
        """Take a whole snapshot; how many versions that were here the office no longer has.

        Only what differs is written. A version that the office gave out and then lost becomes a
        conflict. What waits at the office is offered once more, since the office may have lost it.
        """
        with self._file.write() as connection:
            found = connection.execute(select(records_table))
            known = {(row.kind, row.id): _record(row) for row in found}
            lost = 0
            for row in rows:
                own = known.pop((row.kind, row.id), None)
                if own is not None and _ahead(own, row):
                    lost += _lose(connection, own, self._clock_us())
                if own != row:
                    _keep(connection, row)
            for own in known.values():
                lost += 0 if own.deleted else _lose(connection, own, self._clock_us())
                connection.execute(delete(records_table).where(*_same(records_table, own)))
            table = proposals_table.c
            again = update(proposals_table).where(table.state == Standing.WAITING)
            connection.execute(again.values(state=Standing.QUEUED))
            connection.execute(update(proposals_table).values(office=""))
            _advance(connection, cursor)
        return lost

    def propose(
        self,
        kind: str,
        record_id: str,
        body: dict[str, Any] | None,
        *,
        operator: str,
        base_version: int | None = None,
    ) -> Proposal:
        """Queue a change for the office, None to delete; on the version that is here now.

        `base_version` names the version that the operator saw, where that may be an older one.
        Raises ValueError for a body that JSON in UTF-8 can't hold.
        """
        with self._file.write() as connection:
            known = _known(connection, kind, record_id)
            base = known.version if known else 0
            base = base if base_version is None else base_version
            return self._queue(connection, kind, record_id, base, body, operator)

    def proposals(self, limit: int = 500) -> list[Proposal]:
        """What was proposed here, the newest first."""
        table = proposals_table.c
        query = select(proposals_table).where(table.cause == "proposed")
        with self._file.read() as connection:
            found = connection.execute(query.order_by(table.number.desc()).limit(limit))
            return [_proposal(row) for row in found]

    def conflicts(self) -> list[Conflict]:
        """What somebody must choose between, the oldest first."""
        table = proposals_table.c
        query = select(proposals_table).where(table.state == Standing.CONFLICT)
        with self._file.read() as connection:
            found = connection.execute(query.order_by(table.number)).all()
            return [Conflict(_proposal(row), _office(connection, row)) for row in found]

    def keep_office(self, proposal_id: str) -> bool:
        """Answer a conflict with the office's version; False where there is no such conflict."""
        with self._file.write() as connection:
            return _stand(connection, proposal_id, Standing.CONFLICT, Standing.KEPT_OFFICE)

    def propose_again(
        self, proposal_id: str, *, operator: str, body: dict[str, Any] | None = None
    ) -> Proposal | None:
        """Answer a conflict with a proposal on the office's version: the same, or a `body` of both.

        None where there is no such conflict.
        """
        with self._file.write() as connection:
            query = select(proposals_table).where(proposals_table.c.id == proposal_id)
            row = connection.execute(query).one_or_none()
            if row is None or row.state != Standing.CONFLICT:
                return None
            _stand(connection, proposal_id, Standing.CONFLICT, Standing.REPLACED)
            old, office = _proposal(row), _office(connection, row)
            base = office.version if office else 0
            wanted = old.body if body is None else body
            return self._queue(connection, old.kind, old.record_id, base, wanted, operator)

    def queued(self) -> Proposal | None:
        """The oldest proposal that the office does not have yet."""
        table = proposals_table.c
        query = select(proposals_table).where(table.state == Standing.QUEUED)
        with self._file.read() as connection:
            row = connection.execute(query.order_by(table.number).limit(1)).one_or_none()
        return None if row is None else _proposal(row)

    def answered(
        self, proposal_id: str, state: Standing, note: str = "", office: Record | None = None
    ) -> None:
        """What the office said to a queued proposal; in a conflict, the version that it has."""
        with self._file.write() as connection:
            table = proposals_table
            query = select(table).where(table.c.id == proposal_id)
            row = connection.execute(query).one_or_none()
            if row is None or row.state != Standing.QUEUED:
                return
            if state == Standing.CONFLICT and office and office.same(_proposal(row).body):
                state = Standing.ACCEPTED  # somebody else proposed the very same
            text = "" if office is None else _dumped(_as_json(office))
            values = {"state": state, "note": note, "office": text}
            connection.execute(update(table).where(table.c.id == proposal_id).values(values))

    def counts(self) -> tuple[int, int]:
        """Proposals that are not decided, and conflicts."""
        table = proposals_table.c
        query = select(table.state, func.count()).where(table.state.in_(_OPEN))
        with self._file.read() as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query.group_by(table.state))}
        undecided = found.get(Standing.QUEUED, 0) + found.get(Standing.WAITING, 0)
        return undecided, found.get(Standing.CONFLICT, 0)

    def _queue(
        self,
        connection: Connection,
        kind: str,
        record_id: str,
        base_version: int,
        body: dict[str, Any] | None,
        operator: str,
    ) -> Proposal:
        made = Proposal(
            uuid.uuid4().hex, kind, record_id, base_version, body, operator, self._clock_us()
        )
        _add(connection, made)
        return made


def _cursor(connection: Connection) -> Cursor:
    row = connection.execute(select(cursor_table)).one_or_none()
    return Cursor() if row is None else Cursor(row.server_epoch, row.rev)


def _advance(connection: Connection, cursor: Cursor) -> None:
    values = {"server_epoch": cursor.server_epoch, "rev": cursor.rev}
    if not connection.execute(update(cursor_table).values(values)).rowcount:
        connection.execute(insert(cursor_table).values(id=1, **values))


def _same(table: Table, record: Record) -> tuple[Any, ...]:
    return table.c.kind == record.kind, table.c.id == record.id


def _known(connection: Connection, kind: str, record_id: str) -> Record | None:
    table = records_table.c
    query = select(records_table).where(table.kind == kind, table.id == record_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _record(row)


def _keep(connection: Connection, record: Record) -> None:
    connection.execute(delete(records_table).where(*_same(records_table, record)))
    values = {**_as_json(record), "deleted": int(record.deleted), "body": _dumped(record.body)}
    connection.execute(insert(records_table).values(values))


def _ahead(own: Record, office: Record) -> bool:
    """Whether what is here is no earlier version of what the office has."""
    if own.version != office.version:
        return own.version > office.version
    return not office.same(None if own.deleted else own.body)


def _lose(connection: Connection, own: Record, now_us: int) -> int:
    """Keep a version that the office has lost as a conflict; 0 where that is kept already."""
    body = None if own.deleted else own.body
    table = proposals_table.c
    query = select(proposals_table).where(
        table.kind == own.kind, table.record_id == own.id, table.state.in_(_OPEN)
    )
    if any(_proposal(row).body == body for row in connection.execute(query)):
        return 0
    lost = Proposal(uuid.uuid4().hex, own.kind, own.id, own.version, body, own.author, now_us)
    _add(connection, lost, cause="restored", state=Standing.CONFLICT)
    return 1


def _add(connection: Connection, made: Proposal, **values: str) -> None:
    known = {
        "id": made.id,
        "kind": made.kind,
        "record_id": made.record_id,
        "base_version": made.base_version,
        "deleted": int(made.body is None),
        "body": _dumped(made.body or {}),
        "operator": made.operator,
        "at_us": made.at_us,
        "cause": made.cause,
        "state": made.state,
        "note": made.note,
        "office": "",
    }
    connection.execute(insert(proposals_table).values(known | values))


def _stand(connection: Connection, proposal_id: str, before: Standing, after: Standing) -> bool:
    table = proposals_table.c
    query = update(proposals_table).where(table.id == proposal_id, table.state == before)
    return connection.execute(query.values(state=after)).rowcount == 1


def _decide(connection: Connection, decision: Decision) -> None:
    """A conflict that was answered here meanwhile stays as it was answered."""
    state = _DECIDED.get(decision.state)
    if state is None:
        _log.warning("the office decided %r, which this program does not know", decision.state)
        return
    table = proposals_table.c
    answered = (Standing.KEPT_OFFICE, Standing.REPLACED)
    query = update(proposals_table).where(table.id == decision.id, table.state.not_in(answered))
    connection.execute(query.values(state=state, note=decision.note))


def _office(connection: Connection, row: Row[Any]) -> Record | None:
    """The office's side of a conflict: the newer of what it answered and what it gave out since."""
    known = _known(connection, row.kind, row.record_id)
    told = Record(**json.loads(row.office)) if row.office else None
    if told is not None and (known is None or told.version > known.version):
        known = told
    return known


def _salvage(old: Engine, connection: Connection) -> None:
    """What was proposed and is not decided, out of a damaged file."""
    try:
        with old.connect() as damaged:
            found = damaged.execute(select(proposals_table)).all()
    except DBAPIError as error:
        _log.error("what was proposed here can't be read from the damaged file: %s", said(error))
        return
    for row in found:
        try:
            made = _proposal(row)
        except (ValueError, TypeError):
            _log.error("one proposal of the damaged file can't be read")
            continue
        if made.state in _OPEN:
            _add(connection, made)


def _record(row: Row[Any]) -> Record:
    return Record(
        row.kind,
        row.id,
        row.version,
        row.rev,
        json.loads(row.body),
        bool(row.deleted),
        row.author,
        row.at_us,
    )


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        str(row.id),
        str(row.kind),
        str(row.record_id),
        int(row.base_version),
        None if row.deleted else json.loads(row.body),
        str(row.operator),
        int(row.at_us),
        Standing(row.state),
        str(row.note),
        str(row.cause),
    )


def _as_json(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Record.__slots__}


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
