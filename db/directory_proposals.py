"""What this console proposed to the office, in the directory's file, and what became of it."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from db import directory_records as records
from db.directory_file import said
from db.reference import Conflict, Decision, Proposal, Record, Standing
from db.schema import proposals as table

_OPEN = (Standing.QUEUED, Standing.WAITING, Standing.CONFLICT)
_DECIDED = {
    "accepted": Standing.ACCEPTED,
    "rejected": Standing.REJECTED,
    "outdated": Standing.CONFLICT,
}
_log = logging.getLogger("db.directory")


def proposed(connection: Connection, limit: int) -> list[Proposal]:
    """What was proposed here, the newest first."""
    query = select(table).where(table.c.cause == "proposed")
    return _found(connection, query.order_by(table.c.number.desc()).limit(limit))


def queued(connection: Connection) -> Proposal | None:
    """The oldest that the office does not have yet."""
    query = select(table).where(table.c.state == Standing.QUEUED)
    return next(iter(_found(connection, query.order_by(table.c.number).limit(1))), None)


def conflicts(connection: Connection) -> list[Conflict]:
    """What somebody must choose between, the oldest first."""
    query = select(table).where(table.c.state == Standing.CONFLICT).order_by(table.c.number)
    return [_conflict(connection, row) for row in connection.execute(query).all()]


def conflict(connection: Connection, proposal_id: str) -> Conflict | None:
    """One of them, None where it is none."""
    query = select(table).where(table.c.id == proposal_id, table.c.state == Standing.CONFLICT)
    row = connection.execute(query).one_or_none()
    return None if row is None else _conflict(connection, row)


def counts(connection: Connection) -> tuple[int, int]:
    """Proposals that are not decided, and conflicts."""
    query = select(table.c.state, func.count()).where(table.c.state.in_(_OPEN))
    found = {row[0]: int(row[1]) for row in connection.execute(query.group_by(table.c.state))}
    undecided = found.get(Standing.QUEUED, 0) + found.get(Standing.WAITING, 0)
    return undecided, found.get(Standing.CONFLICT, 0)


def add(connection: Connection, made: Proposal) -> None:
    """Keep one."""
    values = {
        "id": made.id,
        "kind": made.kind,
        "record_id": made.record_id,
        "base_version": made.base_version,
        "deleted": int(made.body is None),
        "body": records.dumped(made.body or {}),
        "operator": made.operator,
        "at_us": made.at_us,
        "cause": made.cause,
        "state": made.state,
        "note": made.note,
        "office": "",
    }
    connection.execute(insert(table).values(values))


def stand(connection: Connection, proposal_id: str, before: Standing, after: Standing) -> bool:
    """Let one stand elsewhere; whether it stood where it should."""
    query = update(table).where(table.c.id == proposal_id, table.c.state == before)
    return connection.execute(query.values(state=after)).rowcount == 1


def answer(
    connection: Connection, proposal_id: str, state: Standing, note: str, office: Record | None
) -> None:
    """What the office said to a queued one; in a conflict, the version that it has."""
    query = select(table).where(table.c.id == proposal_id, table.c.state == Standing.QUEUED)
    row = connection.execute(query).one_or_none()
    if row is None:
        return
    if state == Standing.CONFLICT and office and office.same(_of_row(row).body):
        state = Standing.ACCEPTED  # somebody else proposed the very same
    text = "" if office is None else records.dumped(records.as_json(office))
    values = {"state": state, "note": note, "office": text}
    connection.execute(update(table).where(table.c.id == proposal_id).values(values))


def decide(connection: Connection, decision: Decision) -> None:
    """What became of one at the office. A conflict that was answered here meanwhile stays so."""
    state = _DECIDED.get(decision.state)
    if state is None:
        _log.warning("the office decided %r, which this program does not know", decision.state)
        return
    answered = (Standing.KEPT_OFFICE, Standing.REPLACED)
    query = update(table).where(table.c.id == decision.id, table.c.state.not_in(answered))
    connection.execute(query.values(state=state, note=decision.note))


def lose(connection: Connection, own: Record, now_us: int) -> int:
    """Keep a version that the office has lost as a conflict; 0 where that is kept already."""
    body = None if own.deleted else own.body
    query = select(table).where(
        table.c.kind == own.kind, table.c.record_id == own.id, table.c.state.in_(_OPEN)
    )
    if any(kept.body == body for kept in _found(connection, query)):
        return 0
    lost = Proposal(
        uuid.uuid4().hex, own.kind, own.id, own.version, body, own.author, now_us,
        state=Standing.CONFLICT, cause="restored",
    )  # fmt: skip
    add(connection, lost)
    return 1


def offer_again(connection: Connection) -> None:
    """The office may have lost what waits with it: that is offered once more."""
    again = update(table).where(table.c.state == Standing.WAITING)
    connection.execute(again.values(state=Standing.QUEUED))
    connection.execute(update(table).values(office=""))


def salvage(old: Engine, connection: Connection) -> None:
    """What was proposed and is not decided, out of a damaged file."""
    try:
        with old.connect() as damaged:
            found = damaged.execute(select(table)).all()
    except DBAPIError as error:
        _log.error("what was proposed here can't be read from the damaged file: %s", said(error))
        return
    for row in found:
        try:
            made = _of_row(row)
        except (ValueError, TypeError):
            _log.error("one proposal of the damaged file can't be read")
            continue
        if made.state in _OPEN:
            add(connection, made)


def _conflict(connection: Connection, row: Row[Any]) -> Conflict:
    """With the office's side: the newer of what it answered and what it gave out since."""
    known = records.known(connection, row.kind, row.record_id)
    told = Record(**json.loads(row.office)) if row.office else None
    if told is not None and (known is None or told.version > known.version):
        known = told
    return Conflict(_of_row(row), known)


def _found(connection: Connection, query: Select[Any]) -> list[Proposal]:
    return [_of_row(row) for row in connection.execute(query)]


def _of_row(row: Row[Any]) -> Proposal:
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
