"""What consoles propose, until a person at the office decides.

A proposal that waits is always on the newest version of its record: whatever changes the record
makes it `outdated`, and its console asks its operator again.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from db.office import kinds, records
from db.office.problem import Refusal
from db.office.revision import one_writer
from db.office.tables import proposals
from db.reference import PAGE_CHARS, Proposal, Record

MAX_WAITING = 200
"""Of one console; whoever proposes more than people can read is asked to wait."""


def receive(
    connection: Connection, console_id: str, offered: Proposal, now_us: int
) -> tuple[str, str]:
    """Take a proposal, or say what became of it if it is here already: its state, and the note.

    Raises Refusal: 409 `record.version` with the record as it is, where it was made on another
    version; 409 `proposal.id` where another proposal has its id; 409 `proposal.many`.
    """
    one_writer(connection)
    query = select(proposals).where(proposals.c.id == offered.id)
    row = connection.execute(query).one_or_none()
    text = "{}" if offered.body is None else kinds.stored(offered.kind, offered.body, "")
    values: dict[str, Any] = {
        "console_id": console_id,
        "kind": offered.kind,
        "record_id": offered.record_id,
        "base_version": offered.base_version,
        "deleted": int(offered.body is None),
        "body": text,
    }
    if row is not None:
        if any(getattr(row, name) != value for name, value in values.items()):
            raise Refusal(409, "proposal.id")
        return row.state, row.note
    known = records.find(connection, offered.kind, offered.record_id)
    if offered.base_version != (known.version if known else 0):
        raise records.mismatch(known)
    records.check(known, offered.body)
    if waiting(connection, console_id) >= MAX_WAITING:
        raise Refusal(409, "proposal.many", {"most": MAX_WAITING})
    connection.execute(
        insert(proposals).values(
            id=offered.id,
            **values,
            operator=offered.operator,
            at_us=now_us,
            state="waiting",
            note="",
            decided_by="",
        )
    )
    return "waiting", ""


def accept(
    connection: Connection, proposal_id: str, *, author: str, note: str, now_us: int
) -> Record:
    """Make a proposal the next version of its record; its author is whoever accepts it."""
    row = one_waiting(connection, proposal_id)
    body = None if row.deleted else json.loads(row.body)
    records.decide(connection, proposal_id, "accepted", note, author, now_us)
    return records.put(
        connection,
        row.kind,
        row.record_id,
        body,
        version=row.base_version,
        author=author,
        now_us=now_us,
    )


def reject(
    connection: Connection, proposal_id: str, *, author: str, note: str, now_us: int
) -> None:
    """Turn a proposal down, with a reason for its operator."""
    one_waiting(connection, proposal_id)
    records.decide(connection, proposal_id, "rejected", note, author, now_us)


def one_waiting(connection: Connection, proposal_id: str) -> Row[Any]:
    """A proposal that waits, in a transaction that may decide it. Raises Refusal."""
    one_writer(connection)
    query = select(proposals).where(proposals.c.id == proposal_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refusal(404, "proposal.none")
    if row.state != "waiting":
        raise Refusal(409, "proposal.decided", {"state": row.state})
    return row


def waiting(connection: Connection, console_id: str = "") -> int:
    """How many wait, of one console or of all."""
    query = select(func.count()).where(proposals.c.state == "waiting")
    if console_id:
        query = query.where(proposals.c.console_id == console_id)
    return connection.scalar(query) or 0


def listed(
    connection: Connection, *, state: str, console_id: str, hidden: frozenset[str], limit: int
) -> list[Row[Any]]:
    """Proposals in a state ("" for any), of one console or ("") of all, the oldest first.

    No more than make a page.
    """
    table = proposals.c
    query = select(proposals).where(table.kind.not_in(hidden))
    if state:
        query = query.where(table.state == state)
    if console_id:
        query = query.where(table.console_id == console_id)
    found: list[Row[Any]] = []
    chars = 0
    for row in connection.execute(query.order_by(table.at_us, table.id).limit(limit)):
        found.append(row)
        chars += len(row.body)
        if chars >= PAGE_CHARS:
            break
    return found
