"""A console's disk in memory: a journal and receipts that can be copied back, and tampered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.protocol import Head
from db.queries import StoredRow
from db.record import FIRST_HASH, OPS, JournalRow, Place, chain_hash
from db.sync.receipts import Receipt

BOOT = "boot"


@dataclass
class Disk:
    """Everything that an image of the disk holds."""

    epoch: int = 1
    chains: dict[tuple[str, int], list[StoredRow]] = field(default_factory=dict)
    receipts: dict[Place, Receipt] = field(default_factory=dict)

    def copy(self) -> Disk:
        chains = {key: list(rows) for key, rows in self.chains.items()}
        return Disk(self.epoch, chains, dict(self.receipts))


class MemoryJournal:
    """A journal in a Disk."""

    def __init__(self, console_id: str) -> None:
        self.console_id = console_id
        self.disk = Disk()

    def place(self, stream: str) -> Place:
        return Place(self.console_id, stream, self.disk.epoch)

    def head(self, place: Place) -> Head:
        rows = self.chain(place)
        return Head(rows[-1].seq, rows[-1].hash) if rows else Head(0, FIRST_HASH)

    def look(self, streams: Sequence[str]) -> list[tuple[Place, Head]]:
        return [(place := self.place(stream), self.head(place)) for stream in streams]

    def rows(self, place: Place, after_seq: int, limit: int) -> list[StoredRow]:
        return self.chain(place)[after_seq : after_seq + min(limit, 2000)]

    def chain(self, place: Place) -> list[StoredRow]:
        return self.disk.chains.setdefault((place.stream, place.epoch), [])

    def append(self, stream: str, row: JournalRow) -> StoredRow:
        place = self.place(stream)
        rows = self.chain(place)
        head = self.head(place)
        digest = chain_hash(place, head.seq + 1, BOOT, row, head.hash)
        stored = StoredRow(
            place.epoch,
            head.seq + 1,
            row.utc_us,
            row.mono_us,
            BOOT,
            row.kind,
            row.schema_v,
            row.actor,
            row.cause,
            row.body,
            digest,
        )
        rows.append(stored)
        return stored

    def edit(self, place: Place, seq: int, *, rehash: bool) -> list[StoredRow]:
        """Change a row's body behind everyone's back; `rehash` makes the chain whole again."""
        rows = self.chain(place)
        rows[seq - 1] = rows[seq - 1]._replace(body=rows[seq - 1].body + b" ")
        if not rehash:
            return []
        prev = rows[seq - 2].hash if seq > 1 else FIRST_HASH
        for index in range(seq - 1, len(rows)):
            row = rows[index]
            made = JournalRow(
                row.kind, row.body, row.actor, row.utc_us, row.mono_us, row.cause, row.schema_v
            )
            prev = chain_hash(place, row.seq, BOOT, made, prev)
            rows[index] = row._replace(hash=prev)
        return rows[seq - 1 :]

    def open_epoch(self, now_us: int) -> StoredRow:
        """What follows a fork: the next epoch, begun as the store begins it."""
        self.disk.epoch += 1
        return self.append(OPS, JournalRow("EpochOpened", b"{}", "store", now_us, 0))


class MemoryReceipts:
    """Receipts in a Disk."""

    def __init__(self, journal: MemoryJournal) -> None:
        self._journal = journal

    def newest(self, place: Place) -> Receipt | None:
        return self._journal.disk.receipts.get(place)

    def keep(self, receipt: Receipt) -> None:
        known = self.newest(receipt.place)
        if known is None or known.head.seq < receipt.head.seq:
            self._journal.disk.receipts[receipt.place] = receipt
