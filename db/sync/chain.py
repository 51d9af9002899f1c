"""One stream's push: how far the office came, what to send next, and what an answer means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from db.protocol import MAX_PUSH_BYTES, MAX_ROWS, Head
from db.record import FIRST_HASH, OPS, Place
from db.sync.batch import Altered, Batch, next_batch
from db.sync.health import SyncIncident
from db.sync.receipts import Receipt, Receipts
from db.sync.source import Journal, first_altered, hash_at


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of a stream goes at once: rows at first, and at most.

    `bytes` is the JSON of a push of more than one row, `scan` the rows walked by a heartbeat.
    """

    first: int
    most: int
    bytes: int
    scan: int


EVIDENCE = Pace(50, MAX_ROWS, MAX_PUSH_BYTES, 500)
FIGURES = Pace(4, 16, 64 << 10, 50)
"""Small, since evidence that comes meanwhile waits until the push under way has ended: on a line
of 64 kbit/s some three seconds."""

QUICK_S, SLOW_S = 2.0, 8.0
"""Of a push that was answered within the one, twice as much goes next time; half as much after
more than the other, since the newest row waits for all that."""

INCIDENT_PAUSE_S = 60.0
"""An incident does not go away by waiting, but whoever sees to it need not tell us."""

_MOST_GAPS = 3
"""One is what an office that was restored says; more in a row is no way back."""

Verify = Callable[[bytes, bytes], bool]
"""Whether a signature over a message is the office's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the chain stands: our last row, the last receipt, a row found altered or 0."""

    place: Place
    head: Head
    acked: Head
    altered_seq: int


class ChainPush:
    """The push of one stream. `clock_us` gives µs of UTC, for an incident's time alone."""

    def __init__(
        self,
        stream: str,
        journal: Journal,
        receipts: Receipts,
        verify: Verify,
        clock_us: Callable[[], int],
    ) -> None:
        self.stream = stream
        self.pace = EVIDENCE if stream == OPS else FIGURES
        self.limit = self.pace.first
        """Rows per batch: doubled to the pace's most while answers come quickly, and halved when
        one takes long or does not come."""
        self._held: SyncIncident | None = None
        self._altered: SyncIncident | None = None
        self._altered_seq = 0
        self.place = Place("", stream, 0)
        self._pause_until_s = 0.0
        self._journal = journal
        self._receipts = receipts
        self._verify = verify
        self._clock_us = clock_us
        self._own = Head(0, FIRST_HASH)
        self._sent = 0
        self._gaps = 0
        self._scanned = 0

    @property
    def incident(self) -> SyncIncident | None:
        """An altered row that the walk has met, else what keeps rows from being sent."""
        return self._altered or self._held

    @property
    def walked(self) -> int:
        """How far the walk over our own rows came; it goes on with the row after this."""
        return self._scanned

    def look(self, place: Place, own: Head) -> None:
        """Be told where the journal is now: the current chain and its last row."""
        self._own = own
        if place != self.place:
            self.place = place
            receipt = self._receipts.newest(place)
            self._sent = receipt.head.seq if receipt else 0
            self._scanned = 0
            self._held, self._altered, self._pause_until_s = None, None, 0.0

    @property
    def unsent(self) -> int:
        """How many rows the office does not have yet, as of the last look."""
        return max(0, self._own.seq - self._sent)

    def oldest_unsent_us(self) -> int | None:
        """When the first row was written that the office does not have, None for no such row."""
        if not self.unsent:
            return None
        rows = self._journal.rows(self.place, self._sent, 1)
        return rows[0].utc_us if rows else None

    def ready(self, now_s: float) -> bool:
        """Whether no incident bids wait."""
        return now_s >= self._pause_until_s

    def next(self, now_s: float) -> Batch | None:
        """What to send now; None where there is nothing, or an incident bids wait."""
        if not self.ready(now_s):
            return None
        if self._own.seq < self._sent:
            self.hold("rollback", now_s, seq=self._sent, own=self._own.seq)
            return None
        if not self.unsent:
            return None
        try:
            most = (self.limit, self.pace.bytes)
            return next_batch(self._journal, self.place, self._sent, self._prev(), most)
        except Altered as altered:
            self.hold("altered", now_s, seq=altered.seq)
            return None

    def acknowledged(self, batch: Batch, receipt: Receipt, now_s: float, took_s: float) -> bool:
        """The office says it has rows. They count as sent only if that is proven; whether it is."""
        if not self._verify(receipt.message, receipt.signature):
            self.hold("countersignature", now_s)
            return False
        seq = receipt.head.seq
        last = batch.head
        own = last.hash if seq == last.seq else hash_at(self._journal, self.place, seq)
        if own is None:
            self.hold("rollback", now_s, seq=seq, own=self._own.seq)
            return False
        if seq < batch.head.seq or own != receipt.head.hash:
            self.hold("head", now_s, seq=seq)
            return False
        self._receipts.keep(receipt)
        self._sent = seq
        self._gaps = 0
        if took_s <= QUICK_S:
            self.limit = min(self.pace.most, self.limit * 2)
        elif took_s > SLOW_S:
            self.limit = max(1, self.limit // 2)
        self._held = None
        return True

    def gap(self, expected: int, batch: Batch, now_s: float) -> None:
        """The office lacks rows before these: it was restored, or our receipts are of another."""
        self._gaps += 1
        if self._gaps <= _MOST_GAPS and 1 <= expected <= batch.head.seq - batch.rows:
            self._sent = expected - 1
        else:
            self._gaps = 0
            self.hold("refused", now_s, status=409, reason="journal.gap")

    def office_head(self, head: Head, now_s: float) -> None:
        """Where the office's chain stands, by a heartbeat: ours should have that very row.

        Where it is another row, ours is offered, so that the office learns of the fork too.
        """
        own = hash_at(self._journal, self.place, head.seq)
        if own is None:
            self.hold("rollback", now_s, seq=head.seq, own=self._own.seq)
        elif own != head.hash:
            self._sent = min(self._sent, head.seq - 1)
        elif head.seq < self._sent:
            self._sent = head.seq
        elif head.seq > self._sent:
            self._sent = head.seq - 1  # the row itself goes once more, for its receipt

    def standing(self, now_s: float) -> Standing:
        """For the heartbeat; walks some more of our own rows each time."""
        receipt = self._receipts.newest(self.place)
        acked = receipt.head if receipt else Head(0, FIRST_HASH)
        altered = self._scan()
        if altered:
            self._meet_altered(altered)
        elif self._scanned >= self._altered_seq:
            self._altered = None
        return Standing(self.place, self._own, acked, altered)

    def _prev(self) -> bytes | None:
        """The hash of the last sent row: by its receipt, else as the journal has it."""
        receipt = self._receipts.newest(self.place)
        if receipt is not None and receipt.head.seq == self._sent:
            return receipt.head.hash
        return hash_at(self._journal, self.place, self._sent)

    def unanswered(self) -> None:
        """No answer in time, or the batch is too large for the way: less of it next time."""
        self.limit = max(1, self.limit // 2)

    def hold(self, code: str, now_s: float, **params: str | int) -> None:
        """Send nothing for a minute, and say why."""
        self._pause_until_s = now_s + INCIDENT_PAUSE_S
        self._held = self._incident(self._held, code, **params)

    def _meet_altered(self, seq: int) -> None:
        """The walk met a row that was altered. Rows after it are sent all the same; it is told
        until the walk passes that row and finds it sound."""
        self._altered_seq = seq
        self._altered = self._incident(self._altered, "altered", seq=seq)

    def _incident(self, known: SyncIncident | None, code: str, **params: str | int) -> SyncIncident:
        """What is known already where it says the same, so that its time stays."""
        told = (("stream", self.stream), *sorted(params.items()))
        if known is not None and (known.code, known.params) == (f"sync.{code}", told):
            return known
        return SyncIncident(f"sync.{code}", told, self._clock_us())

    def _scan(self) -> int:
        """Walk the next rows, from the first one again where there are no more."""
        rows = self._journal.rows(self.place, self._scanned, self.pace.scan)
        prev = hash_at(self._journal, self.place, self._scanned) if rows else None
        if prev is None:
            self._scanned, prev = 0, FIRST_HASH
            rows = self._journal.rows(self.place, 0, self.pace.scan)
        altered = first_altered(self.place, rows, self._scanned, prev)
        self._scanned = rows[-1].seq if rows and not altered else 0
        return altered
