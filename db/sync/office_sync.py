"""The state machine between one journal and the office: one exchange at a time, each step ends.

It does no I/O but through what it is given (journal, receipts, transport, clocks), so that the
same machine runs over TLS and, under a virtual clock, against an office in the same process.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from db.fault import StoreFault
from db.protocol import STREAMS
from db.sync import answers
from db.sync.answers import NotUnderstood
from db.sync.backoff import MOST_S, Backoff
from db.sync.batch import Batch
from db.sync.chain import ChainPush, Verify
from db.sync.exchange import Lost, Reply, Request, Token, Transport
from db.sync.health import FeedHealth, SyncHealth, SyncIncident
from db.sync.identity import NewKey
from db.sync.receipts import Receipt, Receipts
from db.sync.source import Journal
from db.sync.witness import Witness

BEAT_S = 30.0
LOOK_S = 0.5
"""How often the journal is asked for new rows."""
ROTATE_LEFT_US = 30 * 24 * 3600 * 1_000_000
_ROTATE_PAUSE_S = 3600.0
_log = logging.getLogger("db.sync")


@dataclass(frozen=True, slots=True)
class Clocks:
    """`monotonic_s` for waiting, `utc_us` for what is said about time."""

    monotonic_s: Callable[[], float]
    utc_us: Callable[[], int]


class OfficeSync:
    """Pushes a journal's streams, the first one first, and keeps the heartbeat.

    `step` makes at most one exchange and belongs to one thread; `health` may be read from any.
    `keep_token` puts a rotated token into the system's safe before it is used. `feed` tells how
    the feed is doing, which runs beside it, so that one health tells of both.
    """

    def __init__(
        self,
        journal: Journal,
        receipts: Receipts,
        transport: Transport,
        verify: Verify,
        token: Token,
        clocks: Clocks,
        *,
        keep_token: Callable[[Token], None],
        random: Random,
        streams: Sequence[str] = STREAMS,
        witness: Witness | None = None,
        feed: Callable[[], FeedHealth] = FeedHealth,
    ) -> None:
        self.health = SyncHealth()
        self._journal = journal
        self._transport = transport
        self._token = token
        self._keep_token = keep_token
        self._feed = feed
        self._clocks = clocks
        self._backoff = Backoff(random)
        self._random = random
        self._chains = [
            ChainPush(stream, journal, receipts, verify, clocks.utc_us) for stream in streams
        ]
        self._beat_at_s = self._push_at_s = self._rotate_at_s = clocks.monotonic_s()
        self._aged_at_s = clocks.monotonic_s()
        self._renews = True
        """Whether the office knows of certificates; one of before does not."""
        self._access: SyncIncident | None = None
        self._verify = verify
        self._witness = witness
        self._witnessed: SyncIncident | None = None
        self._look_at_witness()

    @property
    def token(self) -> Token:
        """What the console shows the office now, for the feed too."""
        return self._token

    def walked(self, stream: str) -> int:
        """How far the walk over a stream's own rows came; for any thread."""
        return next((chain.walked for chain in self._chains if chain.stream == stream), 0)

    def step(self) -> float:
        """Do what is due; seconds until something is due again."""
        now_s = self._clocks.monotonic_s()
        try:
            self._look()
            if not self._chains[0].place.epoch:
                return LOOK_S
            if now_s >= self._beat_at_s:
                self._beat(now_s)
            elif now_s >= self._push_at_s:
                self._push(now_s)
            return self._note_and_wait()
        except StoreFault as fault:
            _log.warning("the journal can't be read now: %s", fault)
            self.health = replace(self.health, failure=fault.code)
            return LOOK_S

    def hurry(self) -> None:
        """Try at once: the network is back, or a person asks. Call it between steps."""
        self._beat_at_s = self._push_at_s = self._clocks.monotonic_s()

    def _look(self) -> None:
        stands = self._journal.look([chain.stream for chain in self._chains])
        for chain, stand in zip(self._chains, stands, strict=True):
            chain.look(*stand)

    def _push(self, now_s: float) -> None:
        """One batch of the first stream that has something to send; or a token's rotation."""
        for chain in self._chains:
            batch = chain.next(now_s)
            if batch is not None:
                self._send(chain, batch, now_s)
                return
        now_us = self._clocks.utc_us() + (self.health.offset_us or 0)  # on the office's clock
        left_us = self._token.expires_us - now_us
        if left_us < ROTATE_LEFT_US and now_s >= self._rotate_at_s:
            self._rotate_at_s = now_s + _ROTATE_PAUSE_S
            self._rotate()

    def _send(self, chain: ChainPush, batch: Batch, now_s: float) -> None:
        began_s = self._clocks.monotonic_s()
        reply = self._exchange(batch.request(self._token.text))
        took_s = self._clocks.monotonic_s() - began_s
        if reply is None:
            if self.health.failure in ("deadline", "status 408"):
                chain.unanswered()
            return
        try:
            if reply.status == 200:
                receipt = answers.receipt(reply, batch.place)
                if chain.acknowledged(batch, receipt, now_s, took_s):
                    self.health = replace(self.health, last_ack_us=receipt.received_us)
                return
        except NotUnderstood:
            self._failed("not_understood")
            return
        problem = answers.refused(reply)
        if reply.status == 413 and batch.rows > 1:
            chain.unanswered()
        elif (reply.status, problem.code) == (409, "journal.gap"):
            chain.gap(problem.expected, batch, now_s)
        elif (reply.status, problem.code) == (409, "journal.fork"):
            chain.hold("fork", now_s, seq=problem.seq)
        else:
            chain.hold("refused", now_s, status=reply.status, reason=problem.code)

    def _beat(self, now_s: float) -> None:
        standings = [chain.standing(now_s) for chain in self._chains]
        sent_us = self._clocks.utc_us()
        body = {
            "sent_us": sent_us,
            "offset_us": self.health.offset_us or 0,
            "standings": [
                {
                    "stream": item.place.stream,
                    "epoch": item.place.epoch,
                    "seq": item.head.seq,
                    "hash": item.head.hash.hex(),
                    "acked_seq": item.acked.seq,
                    "acked_hash": item.acked.hash.hex(),
                    "altered_seq": item.altered_seq,
                }
                for item in standings
            ],
        }
        path = f"/v1/heartbeat/{standings[0].place.console_id}"
        self._beat_at_s = now_s + BEAT_S * self._random.uniform(0.9, 1.0)
        data = json.dumps(body).encode()
        reply = self._exchange(Request("POST", path, data, token=self._token.text))
        if reply is None:
            return
        if reply.status != 200:
            self._failed(f"status {reply.status}")
            return
        try:
            answer = answers.beat(reply)
        except NotUnderstood:
            self._failed("not_understood")
            return
        back_us = self._clocks.utc_us()
        offset_us = ((answer.received_us - sent_us) + (answer.server_us - back_us)) // 2
        self.health = replace(self.health, offset_us=offset_us)
        self._push_at_s = min(self._push_at_s, self._clocks.monotonic_s())
        for chain in self._chains:
            head = answer.heads.get(chain.stream)
            if head is not None:
                chain.office_head(head, now_s)
        self._bear_witness(answer.witness)

    def _bear_witness(self, told: Sequence[Receipt]) -> None:
        """Keep what the office told of all chains, where it signed for every one of them."""
        if self._witness is None or not told:
            return
        if not all(self._verify(each.message, each.signature) for each in told):
            told_of = (("stream", told[0].place.stream),)
            self._witnessed = SyncIncident("sync.countersignature", told_of, self._clocks.utc_us())
            return
        self._witness.keep(told)
        self._look_at_witness()

    def _look_at_witness(self) -> None:
        found = self._witness.contradiction() if self._witness else None
        if found is None:
            self._witnessed = None
            return
        place = found.place
        named = {"console": place.console_id, "seq": found.head.seq, "stream": place.stream}
        more: tuple[tuple[str, str | int], ...] = tuple(named.items())
        if self._witnessed is None or self._witnessed.params != more:
            self._witnessed = SyncIncident("sync.witness", more, self._clocks.utc_us())

    def _rotate(self) -> None:
        """A new token, a new key and its certificate; the old ones are good until those are used.

        From an office that has no certificates yet, or can make none now, the token comes alone.
        """
        key = NewKey(self._chains[0].place.console_id)
        request = Request("POST", "/v1/tokens/rotate", token=self._token.text)
        if self._renews:
            body = json.dumps({"csr": key.csr}).encode()
            request = replace(request, path="/v1/tokens/renew", body=body)
        reply = self._exchange(request)
        if reply is not None and reply.status == 404 and self._renews:
            self._renews, self._rotate_at_s = False, self._clocks.monotonic_s()
        if reply is None or reply.status != 200:
            return
        try:
            pem = answers.certificate(reply)
            identity = key.certified(pem) if pem else self._token.identity
            fresh = Token(*answers.token(reply), identity)
        except (NotUnderstood, ValueError):
            self._failed("not_understood")
            return
        self._keep_token(fresh)
        self._token = fresh

    def _exchange(self, request: Request) -> Reply | None:
        """One exchange; None where it did not end in an answer to what was asked."""
        try:
            reply = self._transport(replace(request, identity=self._token.identity))
        except Lost as lost:
            if lost.reason == "own_certificate":
                self._denied("sync.certificate", (("reason", "refused"),))
            self._failed(lost.reason)
            return None
        if reply.status in (401, 403):
            self._denied(*answers.denied(reply))
            self._failed(f"status {reply.status}")
            return None
        if reply.status in (408, 429) or reply.status >= 500:
            self._failed(f"status {reply.status}", reply.retry_after_s)
            return None
        self._backoff.succeeded()
        self._access = None
        self.health = replace(self.health, failure="")
        return reply

    def _denied(self, code: str, told: tuple[tuple[str, str | int], ...]) -> None:
        """The office does not let this console in; waiting does not change that."""
        if self._access is None or (self._access.code, self._access.params) != (code, told):
            self._access = SyncIncident(code, told, self._clocks.utc_us())

    def _failed(self, reason: str, at_least_s: float = 0.0) -> None:
        """Leave the office alone for a while; the heartbeat goes on unless it asked for peace."""
        now_s = self._clocks.monotonic_s()
        if now_s >= self._push_at_s or at_least_s:
            self._push_at_s = now_s + self._backoff.failed(at_least_s)
        self._beat_at_s = max(self._beat_at_s, now_s + min(at_least_s, MOST_S))
        self.health = replace(self.health, failure=reason)

    def _note_and_wait(self) -> float:
        unsent = [chain.unsent for chain in self._chains]
        age_s = self._oldest_s() if any(unsent) else 0.0
        now_s = self._clocks.monotonic_s()
        found = [chain.incident for chain in self._chains if chain.incident]
        feed = self._feed()
        self.health = replace(
            self.health,
            unsent_rows=sum(unsent),
            oldest_unsent_s=age_s,
            incident=self._access or (found[0] if found else self._witnessed),
            pulled_us=feed.pulled_us,
            feed_rev=feed.rev,
            proposals=feed.proposals,
            conflicts=feed.conflicts,
        )
        can_push = any(
            count and chain.ready(now_s) for count, chain in zip(unsent, self._chains, strict=True)
        )
        due_s = min(self._beat_at_s, self._push_at_s) if can_push else self._beat_at_s
        return min(LOOK_S, max(0.0, due_s - now_s))

    def _oldest_s(self) -> float:
        """The age of the oldest unsent row; asked of the journal once a second at most."""
        now_s = self._clocks.monotonic_s()
        if now_s >= self._aged_at_s + LOOK_S or not self.health.oldest_unsent_s:
            self._aged_at_s = now_s
            oldest = [us for chain in self._chains if (us := chain.oldest_unsent_us()) is not None]
            return max(0.0, (self._clocks.utc_us() - min(oldest)) / 1e6) if oldest else 0.0
        return self.health.oldest_unsent_s
