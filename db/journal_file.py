"""The open journal file: its chains' heads, and the one way by which a row gets in.

Belongs to one thread, the writer's.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from db import verify
from db.bulk import BulkInsert
from db.fault import Unsound
from db.identity import Identity
from db.record import EPOCH_OPENED, FIRST_HASH, OPS, JournalRow, Place, chain_hash
from db.schema import JOURNAL_HEAD, journal, meta
from db.sqlite_file import SqliteFile

TAIL_ROWS = 4096
"""How many rows of each chain are walked at an unclean start."""

_PAGE_ROWS = 2000

_INSERT = BulkInsert("journal", [column.name for column in journal.columns])


class JournalFile(SqliteFile):
    """One journal file, open for writing on one connection.

    `boot_id` marks the rows of this run of the program: their `mono_us` can be compared.
    """

    def __init__(self, path: Path, boot_id: str) -> None:
        super().__init__(path, "journal", JOURNAL_HEAD, synchronous="FULL")
        self._boot_id = boot_id
        self._ends: dict[str, tuple[Place, int, bytes]] = {}
        """By stream, the head of this epoch's chain as the last commit left it. What did not
        follow the head in the file would not pass its trigger."""
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
        ends = dict(self._ends)
        with self._transaction():
            numbers = self._insert(self.identity, rows, ends=ends)
        self._ends = ends
        self.moved_in = False
        return numbers

    @contextmanager
    def _transaction(self) -> Generator[None]:
        """One transaction, asked of the driver directly: this is the way of every key."""
        self.driver.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.driver.execute("COMMIT")
        except BaseException:
            self._ends = {}
            with suppress(Exception):  # what failed says more than what could not be undone
                self.driver.rollback()
            raise

    def follow(self, identity: Identity, first: JournalRow, after: Mapping[str, int]) -> None:
        """Begin the next epoch in this very file, in one transaction.

        `first` opens it. Of each stream the rows after number `after[stream]` of the epoch
        before are written once more, as they were, with the boot ids they had.
        """
        before = self.identity
        assert before is not None
        with self.connection.begin():
            self.connection.execute(meta.update().values(identity.values()))
            self._insert(identity, [(OPS, first)])
            for stream, common in after.items():
                place, last = Place(before.console_id, stream, before.epoch), common
                while page := self._page(place, last):
                    last += len(page)
                    for boot_id, rows in groupby(page, key=itemgetter(0)):
                        again = [(stream, row) for _, row in rows]
                        self._insert(identity, again, boot_id)
        self.identity, self._ends = identity, {}
        self.moved_in = False

    def _page(self, place: Place, after_seq: int) -> list[tuple[str, JournalRow]]:
        found = self.driver.execute(
            "SELECT boot_id, kind, body, actor, utc_us, mono_us, cause, schema_v FROM journal"
            " WHERE console_id = ? AND stream = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
            (place.console_id, place.stream, place.epoch, after_seq, _PAGE_ROWS),
        ).fetchall()
        return [(row[0], JournalRow(*row[1:])) for row in found]

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
        """Whether there are chains here of another console, or of an epoch that is not told of.

        Epochs before the file's own are, where its first row says that it follows them here.
        """
        identity = self.identity
        assert identity is not None
        heads = self.driver.execute("SELECT DISTINCT console_id, epoch FROM heads").fetchall()
        return any(
            console_id != identity.console_id
            or (epoch != identity.epoch and not self._followed(epoch))
            for console_id, epoch in heads
        )

    def broken_tail(self) -> verify.BadRow | None:
        """The first bad row among the last ones of this epoch's chains: whoever began it knew
        what the ones before are like."""
        assert self.identity is not None
        bad = verify.verify(self.driver, TAIL_ROWS).bad
        return next((row for row in bad if row.epoch == self.identity.epoch), None)

    def _followed(self, epoch: object) -> bool:
        """Whether the epoch after this one was begun in this file."""
        assert self.identity is not None
        if type(epoch) is not int:
            return False
        row = self.driver.execute(
            "SELECT body FROM journal WHERE console_id = ? AND stream = ? AND epoch = ?"
            " AND seq = 1 AND kind = ?",
            (self.identity.console_id, OPS, epoch + 1, EPOCH_OPENED),
        ).fetchone()
        return row is not None and b'"common"' in bytes(row[0])

    def _insert(
        self,
        identity: Identity,
        rows: Sequence[tuple[str, JournalRow]],
        boot_id: str = "",
        ends: dict[str, tuple[Place, int, bytes]] | None = None,
    ) -> list[int]:
        """`ends`: the chains' heads, where they are known; afterwards those of these rows."""
        boot_id = boot_id or self._boot_id
        numbers: list[int] = []
        values: list[Any] = []
        ends = {} if ends is None else ends
        for stream, row in rows:
            if stream not in ends:
                place = Place(identity.console_id, stream, identity.epoch)
                ends[stream] = (place, *self.head(place))
            place, last, prev = ends[stream]
            seq = last + 1
            digest = chain_hash(place, seq, boot_id, row, prev)
            ends[stream] = (place, seq, digest)
            numbers.append(seq)
            values += (place.console_id, place.stream, place.epoch, seq, row.utc_us, row.mono_us)
            values += (boot_id, row.kind, row.schema_v, row.actor, row.cause, row.body)
            values += (prev, digest)
        _INSERT.run(self.driver, values)
        return numbers
