"""The open journal file: its chains' heads, and the one way by which a row gets in.

Belongs to one thread, the writer's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from db import verify
from db.bulk import BulkInsert
from db.fault import Unsound
from db.identity import Identity
from db.record import FIRST_HASH, OPS, JournalRow, Place, chain_hash
from db.schema import JOURNAL_HEAD, journal, meta
from db.sqlite_file import SqliteFile

TAIL_ROWS = 4096
"""How many rows of each chain are walked at an unclean start."""

_INSERT = BulkInsert("journal", [column.name for column in journal.columns])


class JournalFile(SqliteFile):
    """One journal file, open for writing on one connection.

    `boot_id` marks the rows of this run of the program: their `mono_us` can be compared.
    """

    def __init__(self, path: Path, boot_id: str) -> None:
        super().__init__(path, "journal", JOURNAL_HEAD, synchronous="FULL")
        self._boot_id = boot_id
        try:
            self.identity = self.read_identity(meta)
        except BaseException:
            self.close()
            raise

    def identify(self, identity: Identity, first: JournalRow | None = None) -> None:
        """Write the identity into a new file, and the first row of its epoch, as one."""
        with self.connection.begin():
            self.connection.execute(insert(meta).values(identity.values()))
            if first is not None:
                self._insert(identity, [(OPS, first)])
        self.identity = identity

    def append(self, rows: Sequence[tuple[str, JournalRow]]) -> list[int]:
        """Commit rows, each with its stream, in one transaction; returns their numbers.

        Numbers and hashes are made inside that transaction. When this returns the rows are on
        the disk; when it raises, none of them counts.
        """
        assert self.identity is not None
        with self.connection.begin():
            numbers = self._insert(self.identity, rows)
        self.moved_in = False
        return numbers

    def head(self, place: Place) -> tuple[int, bytes]:
        """Number and hash of the last row of a chain; (0, zeros) before its first.

        Raises Unsound where the file has neither.
        """
        row = self.driver.execute(
            "SELECT seq, hash FROM heads WHERE console_id = ? AND stream = ? AND epoch = ?",
            (place.console_id, place.stream, place.epoch),
        ).fetchone()
        match row:
            case None:
                return 0, FIRST_HASH
            case (int(seq), bytes(digest)):
                return seq, digest
            case _:
                raise Unsound("head")

    def last_body(self, stream: str) -> bytes | None:
        """The body of the last row of a stream in this epoch, None where it has none."""
        assert self.identity is not None
        row = self.driver.execute(
            "SELECT body FROM journal WHERE console_id = ? AND stream = ? AND epoch = ?"
            " ORDER BY seq DESC LIMIT 1",
            (self.identity.console_id, stream, self.identity.epoch),
        ).fetchone()
        return None if row is None else bytes(row[0])

    def holds_another_s(self) -> bool:
        """Whether there are chains here of another console or another epoch than the file's."""
        identity = self.identity
        assert identity is not None
        ours = (identity.console_id, identity.epoch)
        heads = self.driver.execute("SELECT DISTINCT console_id, epoch FROM heads").fetchall()
        return any(tuple(head) != ours for head in heads)

    def broken_tail(self) -> verify.BadRow | None:
        """The first bad row among the last ones of any chain."""
        bad = verify.verify(self.driver, TAIL_ROWS).bad
        return bad[0] if bad else None

    def _insert(self, identity: Identity, rows: Sequence[tuple[str, JournalRow]]) -> list[int]:
        numbers: list[int] = []
        values: list[Any] = []
        ends: dict[str, tuple[Place, int, bytes]] = {}
        for stream, row in rows:
            if stream not in ends:
                place = Place(identity.console_id, stream, identity.epoch)
                ends[stream] = (place, *self.head(place))
            place, last, prev = ends[stream]
            seq = last + 1
            digest = chain_hash(place, seq, self._boot_id, row, prev)
            ends[stream] = (place, seq, digest)
            numbers.append(seq)
            values += (place.console_id, place.stream, place.epoch, seq, row.utc_us, row.mono_us)
            values += (self._boot_id, row.kind, row.schema_v, row.actor, row.cause, row.body)
            values += (prev, digest)
        _INSERT.run(self.driver, values)
        return numbers
