"""Bad lines, over real TLS to a real office: every exchange ends, nothing is lost, nothing twice.

Each fault meets each kind of exchange: rows pushed, the feed pulled, the heartbeat, enrolment.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from db.directory import Directory
from db.office import access
from db.office.records import put
from db.record import JournalRow
from db.sync.enrolment import EnrolmentRefused, OfficeAccount, enrol
from db.sync.exchange import Reply, Request
from db.sync.feed import Feed
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.transport import Anchor, HttpsTransport, office_transport
from tests.db.rows import raw
from tests.office.asgi import START_US, Clock
from tests.office.letting_in import let_in
from tests.office.rows import BOOT
from tests.office.serving import Served, serving
from tests.sync.fault_proxy import (
    BLACK_HOLE,
    BREAKING,
    HALF_OPEN,
    LATENCY,
    NONE,
    SLOW,
    Fault,
    FaultProxy,
    proxied,
)
from tests.sync.memory import MemoryJournal, MemoryReceipts

CONTACT = {"site": "66", "role": "technician", "person": "An"}
ROWS = 8
SHORT_S, LONG_S = 0.6, 60.0
SLACK_S = 20.0
"""A loaded machine may take its time to notice; a wait for ever is what must not be."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Line:
    """An office and the bad line to it."""

    served: Served
    proxy: FaultProxy

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.proxy.port}"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with serving(tmp_path / "office") as served:
        office = served.office
        with office.database.write() as connection:
            for n in range(ROWS):
                now_us = office.clock_us()
                put(
                    connection, "contact", f"xa-{n}", CONTACT, version=0, author="an", now_us=now_us
                )
        with proxied(int(served.url.rsplit(":", 1)[1])) as proxy:
            yield Line(served, proxy)


class Exchange:
    """One kind of exchange of one console, over the bad line."""

    def __init__(self, line: Line, folder: Path) -> None:
        self.line = line
        self.console_id = f"{next(_numbers):032x}"
        self.clock = Clock()
        self.deadline_s = LONG_S
        self.transport = self.made()

    def made(self) -> HttpsTransport:
        return office_transport(self.line.url, self.line.served.office.ca_pem)

    def send(self, request: Request) -> Reply:
        """Over the wire by the deadline of the moment."""
        return self.transport(replace(request, deadline_s=self.deadline_s))

    def token(self) -> Token:
        return let_in(self.line.served.office, self.console_id)

    def warm(self) -> None:
        """The connection is there before the fault is."""
        assert self.send(Request("GET", "/v1/hello")).status == 200

    def once(self) -> bool:
        """The exchange itself; whether it ended in a good answer."""
        raise NotImplementedError

    def whole(self) -> None:
        """What must hold in the end."""
        raise NotImplementedError

    def close(self) -> None:
        self.transport.close()
        self.transport.drop()

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        connection = raw(self.line.served.folder / "office.sqlite3")
        try:
            return connection.execute(query, (self.console_id,)).fetchall()
        finally:
            connection.close()


class Push(Exchange):
    """Rows of evidence."""

    def __init__(self, line: Line, folder: Path) -> None:
        super().__init__(line, folder)
        self.journal = MemoryJournal(self.console_id)
        for n in range(ROWS):
            self.journal.append("ops", JournalRow("SiteMuted", b"{}", "op", START_US, n))
        office = line.served.office
        account = OfficeAccount("", office.office_id, office.ca_pem, office.public_key.hex())
        self.sync = OfficeSync(
            self.journal,
            MemoryReceipts(self.journal),
            self.send,
            account.verifies,
            self.token(),
            Clocks(self.clock.monotonic_s, office.clock_us),
            keep_token=lambda _: None,
            random=Random(1),
        )
        self.sync._beat_at_s = 1e12

    def once(self) -> bool:
        self.sync._push_at_s = self.clock.now_s = self.clock.now_s + 1
        self.sync.step()
        return not self.sync.health.failure

    def whole(self) -> None:
        found = self.asked("SELECT seq, boot_id FROM journal WHERE console_id = ? ORDER BY seq")
        assert found == [(n, BOOT) for n in range(1, ROWS + 1)]
        assert self.asked("SELECT kind FROM incidents WHERE console_id = ?") == []
        receipt = self.journal.disk.receipts[self.journal.place("ops")]
        assert receipt.head == self.journal.head(self.journal.place("ops"))
        assert self.sync.health.incident is None


class Heartbeat(Push):
    """Where the chains stand."""

    def once(self) -> bool:
        self.sync._beat_at_s = self.clock.now_s = self.clock.now_s + 1
        self.sync._push_at_s = 1e12
        self.sync.step()
        return not self.sync.health.failure

    def whole(self) -> None:
        heard = "SELECT heard_us FROM consoles WHERE console_id = ?"
        assert self.asked(heard)[0][0] > 0
        assert self.sync.health.offset_us is not None
        assert abs(self.sync.health.offset_us) < LONG_S * 1e6
        assert self.asked("SELECT seq FROM journal WHERE console_id = ?") == []
        assert self.asked("SELECT kind FROM incidents WHERE console_id = ?") == []


class Pull(Exchange):
    """The office's records."""

    def __init__(self, line: Line, folder: Path) -> None:
        super().__init__(line, folder)
        self.directory = Directory(folder, clock_us=line.served.office.clock_us)
        token = self.token()
        clocks = Clocks(self.clock.monotonic_s, line.served.office.clock_us)
        self.feed = Feed(
            self.directory,
            self.console_id,
            self.send,
            lambda: token,
            clocks,
            random=Random(1),
            wait_s=0,
        )

    def once(self) -> bool:
        self.clock.now_s += 400
        self.feed.step()
        return not self.feed.health.failure

    def whole(self) -> None:
        for _ in range(3):  # a snapshot, then what changed meanwhile
            assert self.once()
        with self.line.served.office.database.read() as connection:
            query = "SELECT kind, id, version, body FROM records WHERE kind = 'contact' ORDER BY id"
            theirs = [tuple(row) for row in connection.exec_driver_sql(query)]
        own = sorted((r.kind, r.id, r.version) for r in self.directory.records("contact"))
        assert own == [row[:3] for row in theirs]
        assert len(own) >= ROWS

    def close(self) -> None:
        super().close()
        self.directory.close()


class Enrolment(Exchange):
    """A code is used up."""

    def __init__(self, line: Line, folder: Path) -> None:
        super().__init__(line, folder)
        self.code = self.issued(None)
        self.got: Token | None = None

    def made(self) -> HttpsTransport:
        return HttpsTransport(self.line.url, Anchor(sha256=self.line.served.fingerprint))

    def issued(self, console_id: str | None) -> str:
        office = self.line.served.office
        with office.database.write() as connection:
            return access.issue_code(connection, "technician", office.clock_us(), console_id)

    def once(self) -> bool:
        self.line.served.office.rates._buckets.clear()
        try:
            _, self.got = enrol(self.send, self.code, self.console_id, "Buôn Hồ")
        except EnrolmentRefused as refused:
            if refused.code == "enrol.code":  # the office took it, and we did not hear
                self.code = self.issued(self.console_id)
            return False
        return True

    def whole(self) -> None:
        assert self.asked("SELECT name FROM consoles WHERE console_id = ?") == [("Buôn Hồ",)]
        living = "SELECT count(*) FROM tokens WHERE subject_id = ? AND revoked_us IS NULL"
        assert self.asked(living) == [(1,)]
        assert self.got is not None
        path = f"/v1/journal/{self.console_id}/ops"
        assert (
            self.send(Request("GET", path, token=self.got.text, identity=self.got.identity)).status
            == 200
        )


KINDS: dict[str, Callable[[Line, Path], Exchange]] = {
    "push": Push,
    "feed": Pull,
    "heartbeat": Heartbeat,
    "enrol": Enrolment,
}


def each(line: Line, folder: Path) -> Iterator[Exchange]:
    """One exchange of each kind, each by a console of its own whose connection is there."""
    for name, kind in KINDS.items():
        (folder / name).mkdir()
        made = kind(line, folder / name)
        made.warm()
        try:
            yield made
        finally:
            line.proxy.fault = NONE
            made.close()


@pytest.mark.parametrize("fault", BREAKING, ids=lambda f: f.name)
def test_what_breaks_off_ends_by_its_deadline_and_is_done_once_in_the_end(
    line: Line, tmp_path: Path, fault: Fault
):
    for exchange in each(line, tmp_path):
        exchange.deadline_s = SHORT_S if fault in (HALF_OPEN, BLACK_HOLE) else LONG_S
        line.proxy.fault, before = fault, line.proxy.struck
        while line.proxy.struck == before:  # again where a busy office was later than the deadline
            began_s = time.monotonic()
            assert not exchange.once(), exchange
            assert time.monotonic() - began_s < SHORT_S + SLACK_S
        line.proxy.fault, exchange.deadline_s = NONE, LONG_S
        assert exchange.once() or exchange.once(), exchange
        exchange.whole()


@pytest.mark.parametrize("fault", [LATENCY, SLOW], ids=lambda f: f.name)
def test_what_is_slow_arrives_all_the_same(line: Line, tmp_path: Path, fault: Fault):
    for exchange in each(line, tmp_path):
        line.proxy.fault, before = fault, line.proxy.struck
        assert exchange.once(), exchange
        assert line.proxy.struck > before
        line.proxy.fault = NONE
        exchange.whole()


def test_a_line_too_slow_for_its_deadline_is_given_up_by_it(line: Line, tmp_path: Path):
    exchange = Push(line, tmp_path)
    try:
        line.proxy.fault, exchange.deadline_s = SLOW, SHORT_S
        began_s = time.monotonic()
        assert not exchange.once()
        assert exchange.sync.health.failure == "deadline"
        assert time.monotonic() - began_s < SHORT_S + SLACK_S
        line.proxy.fault, exchange.deadline_s = NONE, LONG_S
        while exchange.sync.health.unsent_rows or exchange.sync.health.failure:
            assert exchange.once()
        exchange.whole()
    finally:
        line.proxy.fault = NONE
        exchange.close()
