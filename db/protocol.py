"""What a console and the office say to one another: rows as JSON, and what the office signs.

Proto 1. `POST /v1/journal/{console_id}/{stream}` carries a run of rows of one chain; their
numbers are `first_seq`, `first_seq + 1`, … Hashes are lower-case hex, a row's body base64 of
the stored bytes. What both sides compute is `db.record.chain_hash` over those bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from db.record import MAX_BODY_BYTES, OPS, QOS, Place

PROTO = 1
STREAMS = (OPS, QOS)
"""The streams, the one that goes first before the others."""

MAX_ROWS = 2000
"""In one push. What a push costs besides its rows is shared by all of them (decision 121)."""
MAX_PUSH_BYTES = 1 << 20
"""A push of more than one row, as JSON before compression."""
MAX_REQUEST_BYTES = 2 << 20
"""Any request: the largest row that a journal takes always fits a push of its own."""

WITNESS_US = 3600 * 1_000_000
MAX_WITNESSED = 500
"""How often a console is told the newest heads of all chains, and of how many at most."""

MAX_BODY_TEXT = 4 * ((MAX_BODY_BYTES + 2) // 3)
"""The longest body in base64."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain: its number and hash; (0, zeros) before the first."""

    seq: int
    hash: bytes


def head_message(place: Place, head: Head, received_us: int) -> bytes:
    """The bytes that the office signs (Ed25519) when it has `head` of a chain on its disk."""
    parts = [b"hnth-head-1"]
    for data in (place.console_id.encode(), place.stream.encode(), head.hash):
        parts += (struct.pack(">I", len(data)), data)
    return b"".join(parts) + struct.pack(">qqq", place.epoch, head.seq, received_us)
