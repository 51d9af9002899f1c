"""Pushes as a console would make them, and as it never would."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec

from db.push import Row
from db.record import FIRST_HASH, OPS, JournalRow, Place, RowFields, chain_hash
from tests.db.rows import row

BOOT = "boot"
ME, OTHER = "1" * 32, "2" * 32


def wire_row(boot_id: str, row: RowFields) -> Row:
    """A row as a push has it."""
    header = (row.utc_us, row.mono_us, boot_id, row.kind, row.schema_v, row.actor, row.cause)
    return Row(*header, row.body)


def hashes(rows: list[JournalRow], place: Place, first_seq: int, prev: bytes) -> list[bytes]:
    """What each row's hash is, from the row before the first."""
    found: list[bytes] = []
    for seq, item in enumerate(rows, first_seq):
        prev = chain_hash(place, seq, BOOT, item, prev)
        found.append(prev)
    return found


class Chain:
    """A chain of numbered rows, and pushes of any part of it."""

    def __init__(
        self, count: int, *, salt: str = "", epoch: int = 1, first: str = "NoteWritten"
    ) -> None:
        self.place = Place(ME, OPS, epoch)
        self.rows = [row(n, first if n == 0 else "NoteWritten", salt) for n in range(count)]
        self.hashes = hashes(self.rows, self.place, 1, FIRST_HASH)

    def open(self, told: dict[str, Any]) -> None:
        """Make the first row the opening of an epoch, with what it tells of the one before."""
        self.rows[0] = replace(self.rows[0], kind="EpochOpened", body=json.dumps(told).encode())
        self.hashes = hashes(self.rows, self.place, 1, FIRST_HASH)

    def diverge(self, at: int, count: int) -> Chain:
        """The same rows before number `at`, others from there on."""
        other = Chain(0, epoch=self.place.epoch)
        other.rows = self.rows[: at - 1] + [row(n, text="other") for n in range(count)]
        other.hashes = hashes(other.rows, other.place, 1, FIRST_HASH)
        return other

    def push(self, first: int, last: int, **changes: Any) -> dict[str, Any]:
        """The body that sends rows `first` to `last`."""
        body = {
            "proto": 1,
            "epoch": self.place.epoch,
            "first_seq": first,
            "prev_hash": (self.hashes[first - 2] if first > 1 else FIRST_HASH).hex(),
            "rows": [
                msgspec.to_builtins(wire_row(BOOT, item)) for item in self.rows[first - 1 : last]
            ],
            "head_hash": self.hashes[last - 1].hex(),
        }
        return body | changes
