"""The chain walk: an independent reading of the journal that names the first bad row.

It shares no code with the writer, so that one mistake cannot hide in both: the record format
`vcj1` (see `db.record`) is worked out here a second time, from the stored bytes alone.
"""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLUMNS = (
    "console_id, stream, epoch, seq, utc_us, mono_us, boot_id, kind, schema_v, actor, cause, "
    "body, prev_hash, hash"
)
_TEXTS = {0, 1, 6, 7, 9, 10}
"""Which of the columns before the body are text; the others are whole numbers."""
_PAGE = 500
_ZERO = bytes(32)
_NOTHING = (0, _ZERO)


@dataclass(frozen=True, slots=True)
class BadRow:
    """The first row of a chain that is not as it was written.

    `reason`: `missing` (the row is not there), `altered` (its bytes don't give its hash),
    `unlinked` (it does not follow the row before), `beyond` (it is past the recorded head) or
    `head` (it is not the row that the recorded head names, or that names none: row 0).
    """

    console_id: str
    stream: str
    epoch: int
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found: the rows walked, and the first bad row of each chain that has one."""

    rows: int
    bad: tuple[BadRow, ...]


def verify_file(path: Path, tail: int | None = None, *, retired: bool = False) -> Verdict:
    """Walk every chain of a journal file from its first row, or only its last `tail` rows; the
    file is only read, at one moment of it where someone writes to it meanwhile."""
    module = _sqlite_module()
    connection = module.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.text_factory = _as_stored
    try:
        connection.execute("BEGIN")
        return verify(connection, tail, retired=retired)
    finally:
        connection.close()


def verify(
    connection: Any, tail: int | None = None, mark: str = "?", *, retired: bool = False
) -> Verdict:
    """Walk every chain, or only its last `tail` rows, over a DB-API connection.

    `mark` is what stands for a value in the driver's statements. Reads by pages and keeps no
    cursor between them. Raises the DB-API's own errors; text must come as stored, bytes that are
    no UTF-8 as surrogates. `retired`: there is a table of rows that left, and chains begin after
    those.
    """
    floors: dict[tuple[str, str, int], tuple[int, bytes]] = {}
    if retired:
        query = "SELECT console_id, stream, epoch, seq, hash FROM retirements ORDER BY seq"
        floors = {(row[0], row[1], row[2]): row[3:] for row in connection.execute(query).fetchall()}
    chains = connection.execute(
        "SELECT console_id, stream, epoch FROM heads"
        " UNION SELECT DISTINCT console_id, stream, epoch FROM journal ORDER BY 1, 2, 3"
    ).fetchall()
    rows = 0
    bad: list[BadRow] = []
    for console_id, stream, epoch in chains:
        if not f"{console_id}{stream}".isprintable():  # no name that was ever given
            bad.append(BadRow(console_id, stream, epoch, 0, "head"))
            continue
        chain = (console_id, stream, epoch)
        walked, fault = _walk(_Asked(connection, mark), chain, tail, floors.get(chain, _NOTHING))
        rows += walked
        if fault is not None:
            bad.append(BadRow(console_id, stream, epoch, *fault))
    return Verdict(rows, tuple(bad))


class _Asked:
    """A connection that takes `?` for a value, whatever its driver's mark."""

    def __init__(self, connection: Any, mark: str) -> None:
        self._connection = connection
        self._mark = mark

    def execute(self, query: str, values: tuple[Any, ...]) -> Any:
        return self._connection.execute(query.replace("?", self._mark), values)


def _walk(
    connection: _Asked, chain: tuple[str, str, int], tail: int | None, floor: tuple[int, bytes]
) -> tuple[int, tuple[int, str] | None]:
    head = connection.execute(
        "SELECT seq, hash FROM heads WHERE console_id = ? AND stream = ? AND epoch = ?", chain
    ).fetchone()
    head_seq, head_hash = head or (0, _ZERO)
    if not isinstance(head_seq, int):
        return 0, (0, "head")
    seq, prev = floor
    if tail is not None and head_seq - tail > seq:
        seq = head_seq - tail
        before = _page(connection, chain, seq - 1, 1)
        if not before or before[0][3] != seq:
            return 0, (seq, "missing")
        prev = before[0][13]
    walked = 0
    while page := _page(connection, chain, seq, _PAGE):
        for row in page:
            reason = wrong(row, seq + 1, prev)
            if reason is not None:
                return walked, (seq + 1, reason)
            seq, prev = seq + 1, row[13]
            walked += 1
            if seq > head_seq:
                return walked, (seq, "beyond")
            if seq == head_seq and prev != head_hash:
                return walked, (seq, "head")
    return walked, (seq + 1, "missing") if seq < head_seq else None


def _page(connection: _Asked, chain: tuple[str, str, int], after: int, limit: int) -> list[Any]:
    return connection.execute(
        f"SELECT {COLUMNS} FROM journal"  # noqa: S608 - names only
        " WHERE console_id = ? AND stream = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
        (*chain, after, limit),
    ).fetchall()


def wrong(row: Any, seq: int, prev: bytes) -> str | None:
    """What is wrong with a row (values in the order of `COLUMNS`) that should be number `seq`."""
    if row[3] != seq:
        return "missing"
    if not isinstance(row[12], bytes) or not isinstance(row[13], bytes):
        return "altered"
    if row[12] != prev:
        return "unlinked"
    return None if _recomputed(row) == row[13] else "altered"


def _recomputed(row: Any) -> bytes | None:
    """The hash the stored bytes give, None where a value's type is not the column's."""
    header = b""
    for index, value in enumerate(row[:11]):
        if isinstance(value, str) and index in _TEXTS:
            field = value.encode("utf-8", "surrogateescape")
        elif isinstance(value, int) and index not in _TEXTS:
            field = value.to_bytes(8, "big", signed=True)
        else:
            return None
        header += len(field).to_bytes(4, "big") + field
    if not isinstance(row[11], bytes):
        return None
    digest = hashlib.sha256(b"vcj1")
    digest.update(len(header).to_bytes(4, "big"))
    digest.update(header)
    digest.update(hashlib.sha256(row[11]).digest())
    digest.update(row[12])
    return digest.digest()


def _as_stored(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _sqlite_module() -> Any:
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")
