"""The office's records in the directory's file, and how far they were taken."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from db.reference import Cursor, Record
from db.schema import cursor as cursor_table
from db.schema import records as table


def cursor(connection: Connection) -> Cursor:
    """How far the feed was taken."""
    row = connection.execute(select(cursor_table)).one_or_none()
    return Cursor() if row is None else Cursor(row.server_epoch, row.rev)


def advance(connection: Connection, to: Cursor) -> None:
    """The feed was taken as far as this."""
    values = {"server_epoch": to.server_epoch, "rev": to.rev}
    if not connection.execute(update(cursor_table).values(values)).rowcount:
        connection.execute(insert(cursor_table).values(id=1, **values))


def everything(connection: Connection) -> list[Record]:
    """Every record, deleted ones among them, by kind and id."""
    return _found(connection, select(table).order_by(table.c.kind, table.c.id))


def of_kind(connection: Connection, kind: str) -> list[Record]:
    """Every record of a kind that is not deleted, by id."""
    query = select(table).where(table.c.kind == kind, table.c.deleted == 0)
    return _found(connection, query.order_by(table.c.id))


def known(connection: Connection, kind: str, record_id: str) -> Record | None:
    """One record, a deleted one too; None where there is none."""
    query = select(table).where(table.c.kind == kind, table.c.id == record_id)
    return next(iter(_found(connection, query)), None)


def keep(connection: Connection, record: Record) -> None:
    """Keep a record in the place of the one before."""
    drop(connection, record)
    values = {**as_json(record), "deleted": int(record.deleted), "body": dumped(record.body)}
    connection.execute(insert(table).values(values))


def drop(connection: Connection, record: Record) -> None:
    """Have a record no more."""
    same = (table.c.kind == record.kind, table.c.id == record.id)
    connection.execute(delete(table).where(*same))


def ahead(own: Record, office: Record) -> bool:
    """Whether what is here is no earlier version of what the office has."""
    if own.version != office.version:
        return own.version > office.version
    return not office.same(None if own.deleted else own.body)


def as_json(record: Record) -> dict[str, Any]:
    """A record's fields by name."""
    return {name: getattr(record, name) for name in Record.__slots__}


def dumped(value: Any) -> str:
    """JSON as the file keeps it. Raises ValueError for what JSON can't hold."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _found(connection: Connection, query: Select[Any]) -> list[Record]:
    return [Record.of_row(row) for row in connection.execute(query)]
