"""The journal as the sync reads it: by pages, in order, never held open."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Protocol

from db import queries
from db.protocol import Head
from db.queries import Position, StoredRow
from db.reading import Store
from db.record import FIRST_HASH, Place, chain_hash


class Journal(Protocol):
    """A console's journal. Each method may raise StoreFault."""

    def place(self, stream: str) -> Place:
        """The chain that a stream is at now: the current epoch's."""
        ...

    def head(self, place: Place) -> Head:
        """The chain's last row."""
        ...

    def look(self, streams: Sequence[str]) -> list[tuple[Place, Head]]:
        """Both of these for several streams, at one moment."""
        ...

    def rows(self, place: Place, after_seq: int, limit: int) -> list[StoredRow]:
        """The rows that follow, in order; at most `limit`, which is at most 2000."""
        ...


class StoreJournal:
    """The journal in a store's folder."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def place(self, stream: str) -> Place:
        """The chain of the current epoch."""
        found = queries.identity(self._store)
        return Place(found.console_id, stream, found.epoch) if found else Place("", stream, 0)

    def head(self, place: Place) -> Head:
        """The chain's last row."""
        return Head(*queries.head(self._store, place.epoch, stream=place.stream))

    def look(self, streams: Sequence[str]) -> list[tuple[Place, Head]]:
        """The chains of the current epoch, and the last row of each."""
        console_id, epoch, known = queries.heads_now(self._store)
        return [
            (Place(console_id, stream, epoch), Head(*known.get(stream, (0, FIRST_HASH))))
            for stream in streams
        ]

    def rows(self, place: Place, after_seq: int, limit: int) -> list[StoredRow]:
        """The rows that follow, of this epoch only."""
        position = Position(place.epoch, after_seq)
        found = queries.after(self._store, position, limit, stream=place.stream)
        return [row for row in found if row.epoch == place.epoch]


def hash_at(journal: Journal, place: Place, seq: int) -> bytes | None:
    """The stored hash of a row, zeros before the first, None where there is no such row."""
    if seq == 0:
        return FIRST_HASH
    found = journal.rows(place, seq - 1, 1)
    return found[0].hash if found and found[0].seq == seq else None


def first_altered(place: Place, rows: list[StoredRow], after_seq: int, prev: bytes) -> int:
    """The first of these rows that is missing or does not give its hash; 0 where all do."""
    for seq, row in enumerate(rows, after_seq + 1):
        try:
            digest = chain_hash(place, seq, row.boot_id, row, prev)
        except (TypeError, ValueError, AttributeError, struct.error):  # never written so
            return seq
        if row.seq != seq or digest != row.hash:
            return seq
        prev = row.hash
    return 0
