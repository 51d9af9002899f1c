"""The feed: what changed after a revision, and everything as it was at one, both by pages.

A page ends at a revision that was committed before its rows were looked for. What changes
meanwhile moves to a later revision and comes with a later page, so that nothing is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from db.office.problem import Refusal
from db.office.revision import standing
from db.office.tables import proposals, record_versions, records
from db.reference import PAGE_CHARS, Record


@dataclass(frozen=True, slots=True)
class Page:
    """Records and (id, state, note) of decisions after a revision; `next` is where to go on."""

    server_epoch: str
    next: int
    rows: list[Record]
    decisions: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """Records as they were at `rev`; `after` is where the next page begins, None for the last."""

    server_epoch: str
    rev: int
    rows: list[Record]
    after: int | None


def page(
    connection: Connection,
    after: int,
    server_epoch: str,
    limit: int,
    *,
    console_id: str = "",
    hidden: frozenset[str] = frozenset(),
) -> Page:
    """What came after a revision of a server epoch.

    Raises Refusal 410 `feed.gone` for a revision that this office does not know, which is so for
    all of another epoch: whoever asks must compare all it has with a snapshot.
    """
    epoch, newest = standing(connection)
    if server_epoch != epoch or after > newest:
        raise Refusal(410, "feed.gone")
    table = records
    shown = (table.c.kind.not_in(hidden),)
    sizes = _sizes(connection, table, after, newest, limit, shown)
    own = proposals.c.console_id == console_id
    decided = select(proposals.c.rev).where(own, proposals.c.rev > after, proposals.c.rev <= newest)
    for rev in connection.scalars(decided.order_by(proposals.c.rev).limit(limit + 1)):
        sizes.append((rev, 0))
    last = _end(sorted(sizes), limit)
    upto = newest if last is None else last
    query = select(proposals).where(own, proposals.c.rev > after, proposals.c.rev <= upto)
    return Page(
        epoch,
        upto,
        _rows(connection, table, after, upto, shown),
        [
            (row.id, row.state, row.note)
            for row in connection.execute(query.order_by(proposals.c.rev))
        ],
    )


def snapshot(
    connection: Connection,
    rev: int | None,
    after: int,
    server_epoch: str,
    limit: int,
    *,
    hidden: frozenset[str] = frozenset(),
) -> SnapshotPage:
    """All records as they were at a revision, None for the newest.

    Raises Refusal 410 `feed.gone` where the epoch changed between two pages.
    """
    epoch, newest = standing(connection)
    if rev is None:
        rev = newest
    elif server_epoch != epoch or rev > newest:
        raise Refusal(410, "feed.gone")
    table, later = record_versions, record_versions.alias("later")
    newer = select(later.c.rev).where(
        later.c.kind == table.c.kind,
        later.c.id == table.c.id,
        later.c.version > table.c.version,
        later.c.rev <= rev,
    )
    shown = (table.c.kind.not_in(hidden), ~newer.exists())
    last = _end(_sizes(connection, table, after, rev, limit, shown), limit)
    rows = _rows(connection, table, after, rev if last is None else last, shown)
    return SnapshotPage(epoch, rev, rows, last)


def _sizes(
    connection: Connection, table: Table, after: int, upto: int, limit: int, where: tuple[Any, ...]
) -> list[tuple[int, int]]:
    """Revisions and their bodies' lengths, before any body is fetched; one more than a page."""
    query = select(table.c.rev, func.length(table.c.body)).where(
        table.c.rev > after, table.c.rev <= upto, *where
    )
    found = connection.execute(query.order_by(table.c.rev).limit(limit + 1))
    return [(row[0], row[1]) for row in found]


def _end(sizes: list[tuple[int, int]], limit: int) -> int | None:
    """The revision at which a page is full, None where everything goes into it."""
    chars = 0
    for number, (rev, size) in enumerate(sizes, 1):
        chars += size
        if (number >= limit or chars >= PAGE_CHARS) and number < len(sizes):
            return rev
    return None


def _rows(
    connection: Connection, table: Table, after: int, upto: int, where: tuple[Any, ...]
) -> list[Record]:
    query = select(table).where(table.c.rev > after, table.c.rev <= upto, *where)
    found: list[Row[Any]] = list(connection.execute(query.order_by(table.c.rev)))
    return [Record.of_row(row) for row in found]
