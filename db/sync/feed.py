"""The office's reference data to this console, and this console's proposals to the office.

A state machine of its own beside the journal's push, with a thread and a connection of its own:
a long poll that waits for news never holds evidence up. It does no I/O but through what it is
given, and each step makes one exchange at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from random import Random

from db.directory import Directory
from db.fault import StoreFault
from db.reference import MAX_PAGE_ROWS, MAX_WAIT_S, Cursor, Proposal, Standing
from db.sync import feed_answers as answers
from db.sync.answers import NotUnderstood, refused
from db.sync.backoff import Backoff
from db.sync.exchange import SHORT_DEADLINE_S, Lost, Reply, Request, Token, Transport
from db.sync.feed_answers import SnapshotPage
from db.sync.health import FeedHealth
from db.sync.office_sync import Clocks

LOOK_S = 1.0
"""How often this console's own proposals are counted, also while the office is left alone."""
_FAULT_PAUSE_S = 5.0
_OFFER_PAUSE_S = 30.0
"""After a proposal that was not answered: an office that takes none still gives its news."""
_OFFER_ANSWERS = (200, 403, 404, 409, 413, 422)
_NOT_NOW = ("request.none", "proposal.many")
_log = logging.getLogger("db.sync")


class Feed:
    """Keeps a directory level with the office.

    `token` gives what the console shows the office now. `wait_s` is how long the office may hold
    an answer back until there is news; 0 asks it every `poll_s` instead. `step` belongs to one
    thread; `health` may be read from any.
    """

    def __init__(
        self,
        directory: Directory,
        console_id: str,
        transport: Transport,
        token: Callable[[], Token],
        clocks: Clocks,
        *,
        random: Random,
        wait_s: int = MAX_WAIT_S,
        poll_s: float = LOOK_S,
    ) -> None:
        self.health = FeedHealth()
        self._directory = directory
        self._console_id = console_id
        self._transport = transport
        self._token = token
        self._clocks = clocks
        self._backoff = Backoff(random)
        self._wait_s = wait_s
        self._poll_s = poll_s
        self._at_s = clocks.monotonic_s()
        self._gone = False
        self._pages: list[SnapshotPage] = []
        self._offer_at_s = self._at_s
        self._counted = -1

    def step(self) -> float:
        """Do what is due; seconds until something is due again."""
        now_s = self._clocks.monotonic_s()
        try:
            if now_s >= self._at_s:
                self._at_s = now_s + LOOK_S
                self._exchange_one()
            self._count()
        except StoreFault as fault:
            _log.warning("the directory can't be used now: %s", fault)
            self._pages = []
            self._at_s = now_s + _FAULT_PAUSE_S
            self.health = replace(self.health, failure=fault.code)
        return min(LOOK_S, max(0.0, self._at_s - self._clocks.monotonic_s()))

    def hurry(self) -> None:
        """Try at once: the network is back, or a person asks. Call it between steps."""
        self._at_s = self._offer_at_s = self._clocks.monotonic_s()

    def _exchange_one(self) -> None:
        """A page of a snapshot where one is needed, else a proposal, else what is new."""
        cursor = self._directory.cursor()
        if self._gone or not cursor.server_epoch:
            self._snapshot()
            return
        offers = self._clocks.monotonic_s() >= self._offer_at_s
        proposal = self._directory.queued() if offers else None
        if proposal is not None:
            self._propose(proposal)
        else:
            self._pull(cursor)

    def _pull(self, cursor: Cursor) -> None:
        path = (
            f"/v1/feed?server_epoch={cursor.server_epoch}&after={cursor.rev}"
            f"&limit={MAX_PAGE_ROWS}&wait_s={self._wait_s}"
        )
        reply = self._ask(Request("GET", path, deadline_s=self._wait_s + SHORT_DEADLINE_S))
        if reply is None:
            return
        if reply.status == 410:
            self._gone, self._pages = True, []
            self._soon()
            return
        try:
            page = answers.page(reply, cursor)
        except NotUnderstood:
            self._failed("not_understood")
            return
        self._directory.apply(page.rows, Cursor(page.server_epoch, page.next), page.decisions)
        self._pulled()
        if page.rows or page.decisions:
            self._soon()
        else:
            self._at_s = self._clocks.monotonic_s() + self._poll_s

    def _snapshot(self) -> None:
        """The next page; when all are there, what is here is compared with it and replaced."""
        path = f"/v1/snapshot?limit={MAX_PAGE_ROWS}"
        if self._pages:
            last = self._pages[-1]
            path += f"&server_epoch={last.server_epoch}&rev={last.rev}&after={last.after}"
        reply = self._ask(Request("GET", path))
        if reply is None:
            return
        if reply.status == 410:
            self._pages = []
            self._failed("status 410")
            return
        try:
            page = answers.snapshot_page(reply, self._pages[-1] if self._pages else None)
        except NotUnderstood:
            self._pages = []
            self._failed("not_understood")
            return
        self._pages.append(page)
        self._soon()
        if page.after is not None:
            return
        pages, self._pages = self._pages, []
        rows = [row for each in pages for row in each.rows]
        lost = self._directory.replace(rows, Cursor(page.server_epoch, page.rev))
        if lost:
            _log.warning("the office was restored and has lost %d versions that are here", lost)
        self._gone = False
        self._pulled()

    def _propose(self, proposal: Proposal) -> None:
        path = f"/v1/proposals/{self._console_id}"
        self._offer_at_s = self._clocks.monotonic_s() + _OFFER_PAUSE_S
        reply = self._ask(Request("POST", path, answers.offer(proposal)), _OFFER_ANSWERS)
        if reply is None:
            return
        code = refused(reply).code if reply.status != 200 else ""
        try:
            if reply.status == 200:
                state, note = answers.stands(reply, proposal.id)
                self._directory.answered(proposal.id, state, note)
            elif code == "record.version":
                office = answers.office_record(reply)
                self._directory.answered(proposal.id, Standing.CONFLICT, code, office)
            elif code and code not in _NOT_NOW:
                self._directory.answered(proposal.id, Standing.REFUSED, code)
            else:
                return
        except NotUnderstood:
            self._failed("not_understood")
            return
        self._offer_at_s = self._clocks.monotonic_s()
        self._soon()

    def _ask(self, request: Request, answered: tuple[int, ...] = (200, 410)) -> Reply | None:
        """One exchange; None where it did not end in an answer to what was asked."""
        try:
            token = self._token()
            shown = replace(request, token=token.text, identity=token.identity)
            reply = self._transport(shown)
        except Lost as lost:
            if lost.reason == "interrupted":
                self._soon()
            else:
                self._failed(lost.reason)
            return None
        if reply.status not in answered:
            self._failed(f"status {reply.status}", reply.retry_after_s)
            return None
        self._backoff.succeeded()
        self.health = replace(self.health, failure="")
        return reply

    def _count(self) -> None:
        changes = self._directory.changes
        if changes == self._counted:
            return
        proposals, conflicts = self._directory.counts()
        rev = self._directory.cursor().rev
        self.health = replace(self.health, proposals=proposals, conflicts=conflicts, rev=rev)
        self._counted = changes

    def _pulled(self) -> None:
        self.health = replace(self.health, pulled_us=self._clocks.utc_us())

    def _soon(self) -> None:
        self._at_s = self._clocks.monotonic_s()

    def _failed(self, reason: str, at_least_s: float = 0.0) -> None:
        """Leave the office alone for a while."""
        self._at_s = self._clocks.monotonic_s() + self._backoff.failed(at_least_s)
        self.health = replace(self.health, failure=reason)
