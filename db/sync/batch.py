"""The next rows of a chain as one request: no more than the office takes, each hash checked."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass

from db.protocol import MAX_PUSH_BYTES, PROTO, Head, row_to_wire
from db.record import Place
from db.sync.exchange import PUSH_DEADLINE_S, Request
from db.sync.source import Journal, first_altered, hash_at, plain

_AROUND_BYTES = 1024
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


def next_batch(journal: Journal, place: Place, after_seq: int, limit: int) -> Batch | None:
    """The rows after `after_seq`, None where there are none.

    Raises Altered where a row is not as it was written: it is never sent. A batch of more than
    one row stays below 1 MiB before compression.
    """
    stored = journal.rows(place, after_seq, limit)
    if not stored:
        return None
    prev = hash_at(journal, place, after_seq)
    try:
        altered = after_seq if prev is None else first_altered(place, stored, after_seq, prev)
    except ValueError:
        altered = after_seq + 1
    if prev is None or altered:
        raise Altered(altered)
    texts: list[str] = []
    size = _AROUND_BYTES
    for row in stored:
        text = json.dumps(row_to_wire(row.boot_id, plain(row)), separators=(",", ":"))
        size += len(text) + 1
        if texts and size > MAX_PUSH_BYTES:
            break
        texts.append(text)
    last = stored[len(texts) - 1]
    head = Head(last.seq, last.hash)
    around = {
        "proto": PROTO,
        "epoch": place.epoch,
        "first_seq": after_seq + 1,
        "prev_hash": prev.hex(),
        "head_hash": head.hash.hex(),
    }
    body = f'{json.dumps(around)[:-1]},"rows":[{",".join(texts)}]}}'.encode()
    return Batch(place, len(texts), head, gzip.compress(body, _GZIP_LEVEL, mtime=0))
