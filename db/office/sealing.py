"""Sealing a month: the rows that the office countersigned in it, as a signed segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, func, select

from db.office.database import Database
from db.office.tables import journal, office, receipts
from db.protocol import Head
from db.record import FIRST_HASH, Place
from db.segments import segment
from db.segments.months import Month
from db.segments.segment import Run, Vouched

_PAGE = 500


class NotOver(Exception):
    """A month that is still going on."""


def seal(
    database: Database, month: Month, to: Path, sign: Callable[[bytes], bytes], now_us: int
) -> Path | None:
    """Make the segment of a month in a folder of its name below `to`; None where it has no rows.

    Raises NotOver, FileExistsError, `segment.NotSound`, StoreFault, OSError.
    """
    if now_us < month.plus(1).start_us:
        raise NotOver(str(month))
    with database.read() as connection:
        runs = _runs(connection, month)
        office_id = str(connection.scalar(select(office.c.office_id)))
    if not runs:
        return None

    def page(place: Place, after: int) -> Sequence[Sequence[Any]]:
        table = journal.c
        query = select(journal).where(
            table.console_id == place.console_id,
            table.stream == place.stream,
            table.epoch == place.epoch,
            table.seq > after,
        )
        with database.read() as connection:
            return connection.execute(query.order_by(table.seq).limit(_PAGE)).all()

    told = {"source": "office", "office_id": office_id, "month": str(month)}
    segment.write(to / str(month), told, runs, page, sign)
    return to / str(month)


def _runs(connection: Connection, month: Month) -> list[Run]:
    ends = _newest_before(connection, month.plus(1).start_us)
    starts = _newest_before(connection, month.start_us)
    runs: list[Run] = []
    for place, end in ends.items():
        start = starts.get(place)
        after = start.head if start else Head(0, FIRST_HASH)
        if end.head.seq > after.seq:
            runs.append(Run(place, after, end.head, (end,)))
    return runs


def _newest_before(connection: Connection, end_us: int) -> dict[Place, Vouched]:
    """The last row of each chain that was countersigned before a moment, in the chains' order."""
    key = (receipts.c.console_id, receipts.c.stream, receipts.c.epoch)
    last = (
        select(*key, func.max(receipts.c.seq).label("seq"))
        .where(receipts.c.received_us < end_us)
        .group_by(*key)
        .subquery()
    )
    same = [column == last.c[column.name] for column in (*key, receipts.c.seq)]
    found = connection.execute(select(receipts).join(last, and_(*same)).order_by(*key))
    return {
        Place(row.console_id, row.stream, row.epoch): Vouched(
            Head(row.seq, bytes(row.hash)), row.received_us, bytes(row.signature)
        )
        for row in found
    }
