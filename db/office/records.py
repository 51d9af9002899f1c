"""Records and their versions: each change a new version, each version kept with its author."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, insert, select, update

from db.office import kinds
from db.office.problem import Refusal
from db.office.revision import next_revision
from db.office.tables import proposals, record_versions, records
from db.reference import Record


def put(
    connection: Connection,
    kind: str,
    record_id: str,
    body: dict[str, Any] | None,
    *,
    version: int,
    author: str,
    now_us: int,
) -> Record:
    """A new version in the place of `version` (0: there is none), a tombstone for a body of None.

    Raises Refusal: 409 `record.version` with the record as it is, 409 `record.approved` where an
    approved plan would become a draft, 404 `record.none` where there is nothing to delete.
    """
    rev = next_revision(connection)  # first, so that no two writers are past this line
    known = find(connection, kind, record_id)
    if version != (known.version if known else 0):
        raise mismatch(known)
    check(known, body)
    text = "{}" if body is None else kinds.stored(kind, body, author)
    values: dict[str, Any] = {
        "version": version + 1,
        "rev": rev,
        "deleted": int(body is None),
        "body": text,
        "author": author,
        "at_us": now_us,
    }
    key = {"kind": kind, "id": record_id}
    connection.execute(insert(record_versions).values(**key, **values))
    if known is None:
        connection.execute(insert(records).values(**key, **values))
    else:
        same = (records.c.kind == kind, records.c.id == record_id)
        connection.execute(update(records).where(*same).values(**values))
    _outdate(connection, kind, record_id, now_us)
    return Record(kind, record_id, version + 1, rev, json.loads(text), body is None, author, now_us)


def find(connection: Connection, kind: str, record_id: str) -> Record | None:
    """The newest version of a record, a tombstone among them; None where there never was one."""
    query = select(records).where(records.c.kind == kind, records.c.id == record_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Record.of_row(row)


def listed(connection: Connection, kind: str) -> list[Record]:
    """Every record of a kind that is not deleted, by id."""
    query = select(records).where(records.c.kind == kind, records.c.deleted == 0)
    return [Record.of_row(row) for row in connection.execute(query.order_by(records.c.id))]


def history(connection: Connection, kind: str, record_id: str, limit: int) -> list[Record]:
    """The newest versions of a record, the newest first."""
    table = record_versions.c
    query = select(record_versions).where(table.kind == kind, table.id == record_id)
    query = query.order_by(table.version.desc()).limit(limit)
    return [Record.of_row(row) for row in connection.execute(query)]


def mismatch(known: Record | None) -> Refusal:
    """The refusal of a change that was made on another version; it brings what there is."""
    version = known.version if known else 0
    return Refusal(409, "record.version", {"version": version}, record=known)


def none() -> Refusal:
    """The refusal where there is no such record."""
    return Refusal(404, "record.none")


def check(known: Record | None, body: dict[str, Any] | None) -> None:
    """Whether this may follow that. Raises Refusal, 404 or 409, as `put` does."""
    if body is None:
        if known is None or known.deleted:
            raise none()
    elif known and _approved(known) and body.get("state") != "approved":
        raise Refusal(409, "record.approved", {"version": known.version}, record=known)


def _approved(record: Record) -> bool:
    return not record.deleted and record.kind == "session" and record.body["state"] == "approved"


def _outdate(connection: Connection, kind: str, record_id: str, now_us: int) -> None:
    """What was proposed on the version before this one is for its console to look at again."""
    table = proposals.c
    waiting = select(table.id).where(
        table.state == "waiting", table.kind == kind, table.record_id == record_id
    )
    for proposal_id in list(connection.scalars(waiting.order_by(table.at_us, table.id))):
        decide(connection, proposal_id, "outdated", "", "", now_us)


def decide(
    connection: Connection, proposal_id: str, state: str, note: str, author: str, now_us: int
) -> None:
    """Write down what became of a proposal; its console learns of it by the feed."""
    connection.execute(
        update(proposals)
        .where(proposals.c.id == proposal_id)
        .values(
            state=state,
            note=note,
            decided_by=author,
            decided_us=now_us,
            rev=next_revision(connection),
        )
    )
