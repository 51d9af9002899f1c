"""Reading the journal: plain rows by pages of at most 500, or of 2000 from its beginning on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    tuple_,
)

from db.folder import JOURNAL
from db.identity import Identity
from db.reading import LONG_PAGE_ROWS, PAGE_ROWS, Store, fetch, folded
from db.record import FIRST_HASH, OPS
from db.schema import heads, journal, meta


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A row's place in its stream."""

    epoch: int
    seq: int


class StoredRow(NamedTuple):
    """A row as it is in the journal."""

    epoch: int
    seq: int
    utc_us: int
    mono_us: int
    boot_id: str
    kind: str
    schema_v: int
    actor: str
    cause: str
    body: bytes
    hash: bytes

    @property
    def position(self) -> Position:
        """Where it stands: the key to the page before or after it."""
        return Position(self.epoch, self.seq)


_COLUMNS = [journal.c[name] for name in StoredRow._fields]


def latest(
    store: Store,
    limit: int = PAGE_ROWS,
    *,
    before: Position | None = None,
    since: Position | None = None,
    kinds: Sequence[str] = (),
    containing: str = "",
    stream: str = OPS,
) -> list[StoredRow]:
    """The newest rows, newest first; the page before it with `before` the last row's position.

    `since` begins a session: the position of the row that opened it (`before` then being that
    of the row that opened the next). `kinds` keeps rows of these kinds. `containing` keeps
    rows whose body has this text, whatever its case and diacritics: «dak lak» finds «Đắk Lắk».
    """
    query = _rows(stream).order_by(journal.c.epoch.desc(), journal.c.seq.desc())
    if before is not None:
        query = query.where(_earlier(before))
    if since is not None:
        query = query.where(or_(_at(since), _later(since)))
    if kinds:
        query = query.where(journal.c.kind.in_(kinds))
    if containing:
        query = query.where(func.folded_contains(journal.c.body, folded(containing)))
    return _stored(store, query, limit)


def after(
    store: Store, position: Position, limit: int = PAGE_ROWS, *, stream: str = OPS
) -> list[StoredRow]:
    """The rows that follow a position, oldest first; at most 2000."""
    place = {"after_epoch": position.epoch, "after_seq": position.seq}
    return _stored(store, _following(stream), limit, place, LONG_PAGE_ROWS)


def rows_since_last(store: Store, kind: str, *, stream: str = OPS) -> list[StoredRow]:
    """The newest row of a kind and every row after it, oldest first; read page by page."""
    rows = latest(store, 1, kinds=[kind], stream=stream)
    while rows and (page := after(store, rows[-1].position, stream=stream)):
        rows += page
    return rows


def identity(store: Store) -> Identity | None:
    """Whose journal this is and at which epoch, None before its first writing."""
    query: Any = select(meta.c.console_id, meta.c.epoch, meta.c.created_utc_us)
    found = fetch(store, JOURNAL, query, 1)
    return Identity(*found[0]) if found else None


def head(store: Store, epoch: int, *, stream: str = OPS) -> tuple[int, bytes]:
    """Number and hash of a stream's last row in an epoch; (0, zeros) before its first."""
    query: Any = select(heads.c.seq, heads.c.hash).where(
        heads.c.console_id == select(meta.c.console_id).scalar_subquery(),
        heads.c.stream == stream,
        heads.c.epoch == epoch,
    )
    found = fetch(store, JOURNAL, query, 1)
    return (found[0].seq, found[0].hash) if found else (0, FIRST_HASH)


def heads_now(store: Store) -> tuple[str, int, dict[str, tuple[int, bytes]]]:
    """Console, epoch, and of each stream in that epoch the last row: read at one moment.

    ("", 0, {}) before the journal's first writing.
    """
    found = fetch(store, JOURNAL, _HEADS_NOW, PAGE_ROWS)
    if not found:
        return "", 0, {}
    known = {row.stream: (row.seq, row.hash) for row in found if row.stream is not None}
    return found[0].console_id, found[0].epoch, known


_HEADS_NOW: Any = select(
    meta.c.console_id, meta.c.epoch, heads.c.stream, heads.c.seq, heads.c.hash
).select_from(
    meta.outerjoin(
        heads, and_(heads.c.console_id == meta.c.console_id, heads.c.epoch == meta.c.epoch)
    )
)


@lru_cache(maxsize=4)
def _following(stream: str) -> Select[Any]:
    """The rows after a place. Made once: the sync asks for it more often than anything else."""
    place = tuple_(bindparam("after_epoch", type_=Integer), bindparam("after_seq", type_=Integer))
    later = tuple_(journal.c.epoch, journal.c.seq) > place
    return _rows(stream).where(later).order_by(journal.c.epoch, journal.c.seq)


def _rows(stream: str) -> Select[Any]:
    """Rows of a stream, but for those that the next epoch, begun in this file, has once more."""
    own = select(meta.c.console_id).scalar_subquery()
    next_epoch = journal.alias("next_epoch")
    body = cast(next_epoch.c.body, Text)
    common = func.json_extract(body, f"$.common.{stream}")
    again = (
        select(next_epoch.c.seq)
        .where(next_epoch.c.console_id == journal.c.console_id, next_epoch.c.stream == OPS)
        .where(next_epoch.c.epoch == journal.c.epoch + 1, next_epoch.c.seq == 1)
        .where(journal.c.seq > case((func.json_valid(body), common)))
    )
    mine = (journal.c.console_id == own, journal.c.stream == stream, ~again.exists())
    return select(*_COLUMNS).where(*mine)


def _at(position: Position) -> ColumnElement[bool]:
    return and_(journal.c.epoch == position.epoch, journal.c.seq == position.seq)


def _later(position: Position) -> ColumnElement[bool]:
    return tuple_(journal.c.epoch, journal.c.seq) > tuple_(position.epoch, position.seq)


def _earlier(position: Position) -> ColumnElement[bool]:
    return tuple_(journal.c.epoch, journal.c.seq) < tuple_(position.epoch, position.seq)


def _stored(
    store: Store,
    query: Select[Any],
    limit: int,
    values: dict[str, Any] | None = None,
    most: int = PAGE_ROWS,
) -> list[StoredRow]:
    return [StoredRow._make(row) for row in fetch(store, JOURNAL, query, limit, values, most)]
