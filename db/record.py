"""What is written: a row of the journal, with the hash that chains it, and a sample.

Record format `vcj1`. Every field of the header is its length (4 bytes, big endian) and its
bytes: text as UTF-8, whole numbers as 8 bytes, signed, big endian. In this order: console_id,
stream, epoch, seq, utc_us, mono_us, boot_id, kind, schema_v, actor, cause. Then

    hash = SHA-256("vcj1" + length of the header + header + SHA-256(body) + hash of the row before)

over the bytes as stored, never over re-serialised JSON. The first row of an epoch follows 32
zero bytes. The body is hashed by itself so that one lawful redaction leaves the chain whole.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

OPS = "ops"
"""The stream of what people did and what changed: evidence."""

QOS = "qos"
"""The stream of figures: the minutes of the samples."""

EPOCH_OPENED = "EpochOpened"
"""The kind of the first row of every epoch but the first."""

FIRST_HASH = bytes(32)
"""What the first row of an epoch follows."""

MAX_BODY_BYTES = 1 << 20
MAX_TEXT_BYTES = 4096
_INT64 = 1 << 63


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A fact or a wish to be remembered, before it has its place in the chain.

    `kind` names what `body` is, in version `schema_v` of that kind; `body` is kept byte for
    byte (UTF-8 JSON without ASCII escapes, where search is to find its text). `cause` is the
    id of what led to it, or "". `utc_us` and `mono_us` are µs of wall clock and of the
    monotonic clock. Raises ValueError for what could not be stored here or at an office: a text
    with NUL is none to PostgreSQL.
    """

    kind: str
    body: bytes
    actor: str
    utc_us: int
    mono_us: int
    cause: str = ""
    schema_v: int = 1

    def __post_init__(self) -> None:
        if len(self.body) > MAX_BODY_BYTES:
            raise ValueError(f"body of {len(self.body)} bytes, at most {MAX_BODY_BYTES}")
        for text in (self.kind, self.actor, self.cause):
            size = len(text) if text.isascii() else len(text.encode())
            if size > MAX_TEXT_BYTES:
                raise ValueError(f"text longer than {MAX_TEXT_BYTES} bytes")
            if "\0" in text:
                raise ValueError("text with NUL")
        for number in (self.utc_us, self.mono_us, self.schema_v):
            if not -_INT64 <= number < _INT64:
                raise ValueError(f"{number} does not fit 64 bits")


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement of a site's media in a session; None where it was not measured.

    `t_us` in µs of UTC, loss in %, jitter and round trip in ms, rates in kbit/s, picture in
    pixels. Kept to 1/10,000 of a percent, µs and whole kbit/s.
    """

    session: str
    endpoint: str
    t_us: int
    loss_pct: float | None = None
    jitter_ms: float | None = None
    rtt_ms: float | None = None
    rx_kbps: float | None = None
    tx_kbps: float | None = None
    width: int | None = None
    height: int | None = None


class RowFields(Protocol):
    """What of a row goes into its hash: a row's that is to be written, or a stored one's."""

    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def actor(self) -> str: ...
    @property
    def utc_us(self) -> int: ...
    @property
    def mono_us(self) -> int: ...
    @property
    def cause(self) -> str: ...
    @property
    def schema_v(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Which chain a row belongs to: the console's, one stream's, one epoch's."""

    console_id: str
    stream: str
    epoch: int


def chain_hash(place: Place, seq: int, boot_id: str, row: RowFields, prev_hash: bytes) -> bytes:
    """The hash of `row` as number `seq` of its chain, after the row whose hash is `prev_hash`."""
    cause = row.cause.encode()
    header = (
        _chain(place)
        + _NUMBERS(8, seq, 8, row.utc_us, 8, row.mono_us)
        + _text(boot_id)
        + _text(row.kind)
        + _NUMBER(8, row.schema_v)
        + _text(row.actor)
        + _LENGTH(len(cause))
        + cause
    )
    body = sha256(row.body).digest()
    return sha256(b"vcj1" + _LENGTH(len(header)) + header + body + prev_hash).digest()


_LENGTH = struct.Struct(">I").pack
_NUMBER = struct.Struct(">Iq").pack
_NUMBERS = struct.Struct(">IqIqIq").pack
"""seq, utc_us, mono_us."""


@lru_cache(maxsize=1024)
def _text(text: str) -> bytes:
    """A text of the header that many rows have in common, its length before it."""
    data = text.encode()
    return _LENGTH(len(data)) + data


@lru_cache(maxsize=256)
def _chain(place: Place) -> bytes:
    """How the header of every row of a chain begins."""
    return _text(place.console_id) + _text(place.stream) + _NUMBER(8, place.epoch)
