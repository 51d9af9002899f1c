"""One console before a real office, with a hand on the wire between them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any

from db.record import JournalRow, Place
from db.sync.enrolment import OfficeAccount
from db.sync.exchange import Reply, Request
from db.sync.health import SyncHealth
from db.sync.office_sync import Clocks, OfficeSync, Token
from tests.office.asgi import Clock, Desk
from tests.office.rows import ME
from tests.sync.memory import MemoryJournal, MemoryReceipts

DAY_US = 24 * 3600 * 1_000_000
OPS = Place(ME, "ops", 1)


class Bench:
    """One console before a real office, with a hand on the wire between them."""

    def __init__(self, office: Desk) -> None:
        self.office = office
        self.clock: Clock = office.clock
        self.journal = MemoryJournal(ME)
        self.receipts = MemoryReceipts(self.journal)
        self.sent: list[Request] = []
        self.kept: list[Token] = []
        self.wire: Callable[[Request], Reply] = office.client
        self.account = OfficeAccount(
            ME, office.office.office_id, office.office.ca_pem, office.office.public_key.hex()
        )
        self.token = Token(office.console(ME), self.clock.utc_us() + 90 * DAY_US)
        self.sync = self.start()

    def start(self) -> OfficeSync:
        return OfficeSync(
            self.journal,
            self.receipts,
            self.exchange,
            self.account.verifies,
            self.token,
            Clocks(self.clock.monotonic_s, self.clock.utc_us),
            keep_token=self.kept.append,
            random=Random(7),
        )

    def exchange(self, request: Request) -> Reply:
        self.sent.append(request)
        return self.wire(request)

    def write(self, count: int, stream: str = "ops", body: bytes = b"{}") -> None:
        for n in range(count):
            row = JournalRow("SiteMuted", body, "op", self.clock.utc_us(), n)
            self.journal.append(stream, row)

    def run(self, seconds: float) -> None:
        """Let time go by."""
        end_s = self.clock.now_s + seconds
        while True:
            wait_s = self.sync.step()
            if self.clock.now_s + wait_s > end_s:
                self.clock.now_s = end_s
                return
            self.clock.now_s += wait_s

    def pushes(self) -> list[dict[str, Any]]:
        return [body_of(r) for r in self.sent if "/journal/" in r.path]

    def acked(self, place: Place = OPS) -> int:
        receipt = self.receipts.newest(place)
        return receipt.head.seq if receipt else 0

    @property
    def health(self) -> SyncHealth:
        return self.sync.health

    @property
    def incident(self) -> str:
        return self.health.incident.code if self.health.incident else ""


def body_of(request: Request) -> dict[str, Any]:
    data = gzip.decompress(request.body) if request.gzip else request.body
    return json.loads(data)


def answering(status: int, body: bytes = b"{}", wait_s: float = 0.0) -> Callable[..., Reply]:
    return lambda _: Reply(status, body, wait_s)
