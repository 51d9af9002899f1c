"""A console of the world: its disk, its sync, and a wire that does what the world wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.protocol import STREAMS
from db.record import JournalRow
from db.sync.exchange import Lost, Reply, Request
from db.sync.health import SyncIncident
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.receipts import Receipt
from tests.office.asgi import START_US
from tests.sync.memory import MemoryJournal, MemoryReceipts

if TYPE_CHECKING:
    from tests.sync.world import World


class Broken(AssertionError):
    """What must hold does not: the world's own, so that a kill has a name."""


class CheckedReceipts(MemoryReceipts):
    """Receipts that tell the world what was acknowledged."""

    def __init__(self, console: Console) -> None:
        super().__init__(console.journal)
        self._console = console

    def keep(self, receipt: Receipt) -> None:
        super().keep(receipt)
        self._console.acknowledged(receipt)


class Console:
    """One console: its disk, its sync, and a wire that does what the world wants."""

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        self.console_id = f"{number:032x}"
        self.journal = MemoryJournal(self.console_id)
        self.token = world.desk.console(self.console_id)
        self.image = self.journal.disk.copy()
        self.delayed: list[Request] = []
        self.spoilt: set[int] = set()
        """Epochs in which the disk was restored or tampered with: they must be found out."""
        self.due_s = 0.0
        self.sync = self.start()

    def start(self) -> OfficeSync:
        """A program begins, with nothing but its disk."""
        world = self.world
        self.due_s = world.clock.now_s
        return OfficeSync(
            self.journal,
            CheckedReceipts(self),
            self.wire,
            world.account.verifies,
            Token(self.token, START_US + 80 * 24 * 3600 * 1_000_000),
            Clocks(world.clock.monotonic_s, world.clock.utc_us),
            keep_token=lambda _: None,
            random=world.random,
        )

    def wire(self, request: Request) -> Reply:
        """One exchange, as good or bad as the world's weather."""
        world = self.world
        fault = world.fault()
        if fault in ("request", "offline"):
            raise Lost("deadline")
        if fault == "delay":
            self.delayed.append(request)
            raise Lost("deadline")
        if fault == "busy":
            return Reply(503, b'{"code":"office.busy","params":{}}', 5.0)
        reply = world.deliver(request)
        if fault == "duplicate":
            reply = world.deliver(request)
        if fault == "reply":
            raise Lost("deadline")
        return reply

    def late(self) -> None:
        """A request that was held up arrives after all; nobody hears the answer."""
        if self.delayed:
            self.world.deliver(self.delayed.pop(self.world.random.randrange(len(self.delayed))))

    def write(self, stream: str, count: int) -> None:
        """Rows are written."""
        self.due_s = min(self.due_s, self.world.clock.now_s)
        for _ in range(count):
            number = self.world.next_number()
            body = f'{{"n":{number}}}'.encode()
            row = JournalRow("SiteMuted", body, "op", self.world.clock.utc_us(), number)
            self.world.written(self, stream, self.journal.append(stream, row))

    def acknowledged(self, receipt: Receipt) -> None:
        """Rows count as sent: they are this journal's own, and the office has them."""
        place, head = receipt.place, receipt.head
        rows = self.journal.chain(place)
        if head.seq > len(rows) or rows[head.seq - 1].hash != head.hash:
            raise Broken("acknowledged what is not in the journal")
        for row in rows[: head.seq]:
            self.world.acked[place, row.seq] = row.hash

    def restore(self) -> None:
        """The disk's image of an earlier time comes back, unseen."""
        lost = self.image.copy()
        if lost.chains != self.journal.disk.chains:
            self.spoilt.add(lost.epoch)
        self.journal.disk = lost
        self.world.forget(self)
        self.sync = self.start()

    def tamper(self, *, rehash: bool) -> None:
        """Somebody edits a row that the office has."""
        place = self.journal.place("ops")
        receipt = self.journal.disk.receipts.get(place)
        if receipt is None or place.epoch in self.spoilt:
            return
        most = min(receipt.head.seq, len(self.journal.chain(place)))
        if most:
            seq = self.world.random.randint(1, most)
            for row in self.journal.edit(place, seq, rehash=rehash):
                self.world.genuine[place, row.seq, row.hash] = row
            self.spoilt.add(place.epoch)
            self.world.forget(self)

    def open_epoch(self) -> None:
        """What an operator does about a fork: rows of unknown fate are written once more."""
        old = {s: list(self.journal.chain(self.journal.place(s))) for s in STREAMS}
        first = self.journal.open_epoch(self.world.clock.utc_us())
        self.world.written(self, "ops", first)
        for stream, rows in old.items():
            for row in rows[-3:]:
                again = JournalRow(row.kind, row.body, row.actor, row.utc_us, row.mono_us)
                self.world.written(self, stream, self.journal.append(stream, again))

    @property
    def incident(self) -> SyncIncident | None:
        return self.sync.health.incident
