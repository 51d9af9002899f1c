"""The record format `vcj1` as decision 086 tells it: what a row's hash must be."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

Key = tuple[Any, Any, Any]
"""A chain: console_id, stream, epoch, as stored."""

COLUMNS = (
    "console_id, stream, epoch, seq, utc_us, mono_us, boot_id, kind, schema_v, actor, cause,"
    " body, prev_hash, hash"
)
RETIRED = (
    "SELECT console_id, stream, epoch, seq, hash, month, by_one, by_two FROM retirements"
    " ORDER BY seq"
)
ZERO = bytes(32)
EPOCH_OPENED = "EpochOpened"


class Row(NamedTuple):
    """One row as stored: nothing is known of its values' types."""

    console_id: Any
    stream: Any
    epoch: Any
    seq: Any
    utc_us: Any
    mono_us: Any
    boot_id: Any
    kind: Any
    schema_v: Any
    actor: Any
    cause: Any
    body: Any
    prev_hash: Any
    hash: Any


class Floor(NamedTuple):
    """The last row of a chain that left for a sealed segment, by an act of two persons."""

    seq: Any
    hash: Any
    month: Any
    by_one: Any
    by_two: Any


_TEXTS = tuple(
    Row._fields.index(name)
    for name in ("console_id", "stream", "boot_id", "kind", "actor", "cause")
)
_HEADER = 11


def field(value: object) -> bytes | None:
    """A header field: length and bytes; None for what is neither text nor a whole number."""
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogateescape")
    elif isinstance(value, int):
        data = value.to_bytes(8, "big", signed=True)
    else:
        return None
    return len(data).to_bytes(4, "big") + data


def hash_of(row: Row, prev_hash: bytes) -> bytes | None:
    """The hash that a row has after `prev_hash`; None where a value has another type."""
    parts: list[bytes] = []
    for index in range(_HEADER):
        value = row[index]
        data = field(value)
        if data is None or isinstance(value, str) != (index in _TEXTS):
            return None
        parts.append(data)
    if not isinstance(row.body, bytes):
        return None
    header = b"".join(parts)
    size = len(header).to_bytes(4, "big")
    return sha256(b"vcj1" + size + header + sha256(row.body).digest() + prev_hash).digest()


def wrong(row: Row, seq: int, prev_hash: bytes) -> str:
    """What is wrong with a row that stands where number `seq` should, "" where it is sound.

    `missing`: number `seq` is not there. `extra`: a row that no number belongs to. `unlinked`: a
    sound row, but of another place: it follows another row. `altered`: its bytes don't give its
    hash.
    """
    if not isinstance(row.seq, int) or row.seq < seq:
        return "extra"
    if row.seq > seq:
        return "missing"
    if not isinstance(row.prev_hash, bytes) or hash_of(row, row.prev_hash) != row.hash:
        return "altered"
    return "" if row.prev_hash == prev_hash else "unlinked"
