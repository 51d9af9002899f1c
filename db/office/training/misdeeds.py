"""What a training office can do behind a console's back, so that both learn what it looks like."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, update
from sqlalchemy.sql import text

from db.engine import write_engine
from db.record import OPS, JournalRow, Place, chain_hash
from db.schema import heads, journal

_ADDED = b',"edited":true}'


class NothingThere(Exception):
    """No row that could be edited."""


def edit_last(path: Path) -> int:
    """Edit the newest row of an office's journal as a careful forger would: its hash and the head
    fit the new bytes. Its number. Raises NothingThere."""
    return _edit(path, None, forged=True)


def edit_one(path: Path, seq: int) -> int:
    """Edit one row of a console's journal as somebody with a database tool would: the hash stays
    as it was. Its number. Raises NothingThere."""
    return _edit(path, seq, forged=False)


def _edit(path: Path, seq: int | None, *, forged: bool) -> int:
    engine = write_engine(path)
    try:
        with engine.begin() as connection:
            guards = _lift_guards(connection)
            done = _change(connection, seq, forged=forged)
            for sql in guards:
                connection.execute(text(sql.replace(":", r"\:")))
        return done
    finally:
        engine.dispose()


def _change(connection: Connection, seq: int | None, *, forged: bool) -> int:
    query = journal.select().where(journal.c.stream == OPS)
    if seq is not None:
        query = query.where(journal.c.seq == seq)
    order = (journal.c.epoch.desc(), journal.c.seq.desc())
    found = connection.execute(query.order_by(*order).limit(1)).one_or_none()
    if found is None:
        raise NothingThere
    body = bytes(found.body)
    body = body[:-1] + _ADDED if body.endswith(b"}") else body + b" "
    values: dict[str, bytes] = {"body": body}
    place = Place(found.console_id, found.stream, found.epoch)
    own = [
        (table.c.console_id == place.console_id)
        & (table.c.stream == place.stream)
        & (table.c.epoch == place.epoch)
        for table in (journal, heads)
    ]
    if forged:
        row = JournalRow(
            kind=found.kind,
            body=body,
            actor=found.actor,
            utc_us=found.utc_us,
            mono_us=found.mono_us,
            cause=found.cause,
            schema_v=found.schema_v,
        )
        values["hash"] = chain_hash(place, found.seq, found.boot_id, row, found.prev_hash)
        connection.execute(update(heads).where(own[1]).values(hash=values["hash"]))
    connection.execute(update(journal).where(own[0], journal.c.seq == found.seq).values(**values))
    return int(found.seq)


def _lift_guards(connection: Connection) -> list[str]:
    """Take the triggers away; how to make them again."""
    told = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    guards = [(str(name), str(sql)) for name, sql in told]
    for name, _ in guards:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    return [sql for _, sql in guards]
