"""The next rows of a chain as one request: no more than the office takes, each hash checked."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from db.protocol import PROTO, Head
from db.push import Push, Row, push_to_json
from db.queries import StoredRow
from db.record import Place
from db.sync.exchange import PUSH_DEADLINE_S, Request
from db.sync.source import Journal, first_altered

_AROUND_BYTES = 1024
_AROUND_ROW_BYTES = 160
"""Names and numbers of one row's JSON."""
_GZIP_LEVEL = 6


class Altered(Exception):
    """A row of our own that no longer gives its hash; `seq` is its number."""

    def __init__(self, seq: int) -> None:
        super().__init__(seq)
        self.seq = seq


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of rows ready to go, and the head that the office must then have."""

    place: Place
    rows: int
    head: Head
    body: bytes

    def request(self, token: str) -> Request:
        """As it goes over the wire."""
        path = f"/v1/journal/{self.place.console_id}/{self.place.stream}"
        return Request("POST", path, self.body, True, token, PUSH_DEADLINE_S)


def next_batch(
    journal: Journal, place: Place, after_seq: int, prev: bytes | None, most: tuple[int, int]
) -> Batch | None:
    """The rows after `after_seq`, whose hash is `prev`; None where there are none.

    `most` is how many rows, and the bytes that more than one may be before compression. Raises
    Altered where a row is not as it was written: it is never sent.
    """
    limit, most_bytes = most
    stored = journal.rows(place, after_seq, limit)
    if not stored:
        return None
    altered = after_seq if prev is None else first_altered(place, stored, after_seq, prev)
    if prev is None or altered:
        raise Altered(altered)
    count = _fitting(stored, most_bytes)
    body = _body(place, after_seq, prev, stored[:count])
    while len(body) > most_bytes and count > 1:  # letters that JSON writes as more than one
        count = max(1, count * 9 // 10)
        body = _body(place, after_seq, prev, stored[:count])
    last = stored[count - 1]
    head = Head(last.seq, last.hash)
    return Batch(place, count, head, gzip.compress(body, _GZIP_LEVEL, mtime=0))


def _fitting(rows: list[StoredRow], most_bytes: int) -> int:
    """How many of these rows should stay below that as JSON; one at least."""
    size = _AROUND_BYTES
    for count, row in enumerate(rows):
        size += _AROUND_ROW_BYTES + 4 * ((len(row.body) + 2) // 3)
        size += len(row.kind) + len(row.actor) + len(row.cause) + len(row.boot_id)
        if count and size > most_bytes:
            return count
    return len(rows)


def _body(place: Place, after_seq: int, prev: bytes, rows: list[StoredRow]) -> bytes:
    """A push as JSON."""
    return push_to_json(
        Push(
            PROTO,
            place.epoch,
            after_seq + 1,
            prev.hex(),
            [
                Row(r.utc_us, r.mono_us, r.boot_id, r.kind, r.schema_v, r.actor, r.cause, r.body)
                for r in rows
            ],
            rows[-1].hash.hex(),
        )
    )
