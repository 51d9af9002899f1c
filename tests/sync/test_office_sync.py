"""The state machine, exchange by exchange: what it sends, believes, waits for and reports."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from db.fault import StoreFault
from db.protocol import MAX_PUSH_BYTES, Head, head_message
from db.record import JournalRow, Place
from db.sync.enrolment import OfficeAccount
from db.sync.exchange import Lost, Reply, Request
from db.sync.health import Level, SyncHealth
from db.sync.office_sync import LOOK_S, Clocks, OfficeSync, Token
from tests.office.asgi import START_US, Clock, Desk, desk
from tests.office.letting_in import let_in, pem_of
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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with desk(tmp_path) as office:
        yield Bench(office)


def beats(bench: Bench) -> int:
    return sum("/heartbeat/" in request.path for request in bench.sent)


def changed(bench: Bench, change: Callable[[dict[str, Any]], None]) -> Callable[[Request], Reply]:
    """The office, but for what its receipts say."""

    def wire(request: Request) -> Reply:
        reply = bench.office.client(request)
        if "/journal/" in request.path and reply.status == 200:
            body = json.loads(reply.body)
            change(body)
            return Reply(200, json.dumps(body).encode())
        return reply

    return wire


def answering(status: int, body: bytes = b"{}", wait_s: float = 0.0) -> Callable[..., Reply]:
    return lambda _: Reply(status, body, wait_s)


def losing(reason: str) -> Callable[[Request], Reply]:
    def wire(_: Request) -> Reply:
        raise Lost(reason)

    return wire


def test_a_backlog_goes_in_growing_batches_evidence_first(bench: Bench):
    bench.write(700, "qos")
    bench.write(700)
    bench.run(5)
    bodies = bench.pushes()
    paths = [r.path.rsplit("/", 1)[1] for r in bench.sent if "/journal/" in r.path]
    assert paths == sorted(paths)  # ops before qos
    assert [len(b["rows"]) for b in bodies][:4] == [50, 100, 200, 350]
    assert [b["first_seq"] for b in bodies][:4] == [1, 51, 151, 351]
    assert bench.acked() == bench.acked(Place(ME, "qos", 1)) == 700
    assert bench.health.unsent_rows == 0
    assert bench.health.level == Level.CALM
    assert bench.health.last_ack_us == START_US


def test_a_heartbeat_comes_every_30_seconds_and_measures_the_clock(bench: Bench):
    bench.sync._clocks = Clocks(bench.clock.monotonic_s, lambda: bench.clock.utc_us() - 3_000_000)
    bench.run(301)
    assert 11 <= beats(bench) <= 12
    assert bench.health.offset_us == 3_000_000
    assert bench.health.level == Level.AMBER


def test_a_lost_reply_is_followed_by_the_same_rows_and_no_row_twice(bench: Bench):
    bench.write(20)
    real = bench.wire

    def lose_reply(request: Request) -> Reply:
        real(request)
        raise Lost("deadline")

    bench.sync.step()
    bench.wire = lose_reply
    bench.run(1)
    assert bench.acked() == 0
    assert bench.health.failure == "deadline"
    bench.wire = real
    bench.run(40)
    assert bench.acked() == 20
    auditor = bench.office.person("auditor")
    page = bench.office.ask("GET", f"/v1/journal/{ME}/ops", token=auditor).json
    assert [row["seq"] for row in page["rows"]] == list(range(1, 21))


def test_time_outs_halve_the_batch_and_the_waits_grow(bench: Bench):
    bench.write(400)
    bench.sync.step()
    times: list[float] = []

    def lose(request: Request) -> Reply:
        if "/journal/" in request.path:
            times.append(bench.clock.now_s)
        raise Lost("deadline")

    bench.wire = lose
    bench.run(4000)
    assert [len(b["rows"]) for b in bench.pushes()][:7] == [50, 25, 12, 6, 3, 1, 1]
    waits = [later - sooner for sooner, later in pairwise(times)]
    assert 1 <= waits[0] <= 3
    assert max(waits) > 60
    assert all(1 <= wait <= 301 for wait in waits)


def test_back_pressure_is_waited_for_with_the_heartbeat_too(bench: Bench):
    bench.write(5)
    for status in (429, 503):
        bench.wire = answering(status, b"{}", 40.0)
        before = len(bench.sent)
        bench.sync.hurry()
        bench.run(39)
        assert len(bench.sent) == before + 1
        assert bench.health.failure == f"status {status}"
        assert bench.health.incident is None
    bench.wire = bench.office.client
    bench.run(42)
    assert bench.acked() == 5


def test_while_the_office_is_away_the_heartbeat_alone_goes_on_and_finds_it_again(bench: Bench):
    bench.write(5)
    bench.run(1)
    bench.wire = losing("unreachable")
    bench.write(5)
    bench.run(3600)
    assert 115 <= beats(bench) <= 140
    assert len(bench.sent) < 200
    assert bench.health.oldest_unsent_s >= 3598
    assert (bench.health.unsent_rows, bench.health.level) == (5, Level.AMBER)
    bench.run(60)
    assert bench.health.level == Level.RED
    bench.wire = bench.office.client
    bench.run(31)
    assert (bench.health.unsent_rows, bench.health.level) == (0, Level.CALM)


@pytest.mark.parametrize(
    ("change", "incident"),
    [
        (lambda b: b.update(countersignature="00" * 64), "sync.countersignature"),
        (lambda b: b.update(received_us=b["received_us"] + 1), "sync.countersignature"),
        (lambda b: b.update(acked_seq=b["acked_seq"] + 1), "sync.countersignature"),
        (lambda b: b.update(head_hash="00" * 32), "sync.countersignature"),
    ],
)
def test_a_receipt_that_was_not_signed_so_marks_nothing(
    bench: Bench, change: Callable[[dict[str, Any]], None], incident: str
):
    bench.write(3)
    bench.wire = changed(bench, change)
    bench.run(2)
    assert (bench.acked(), bench.incident) == (0, incident)
    assert bench.health.unsent_rows == 3
    assert bench.health.level == Level.RED
    bench.wire = bench.office.client
    bench.run(61)
    assert (bench.acked(), bench.incident) == (3, "")


@pytest.mark.parametrize(
    ("seq", "own", "incident"),
    [(2, True, "sync.head"), (3, False, "sync.head"), (4, False, "sync.rollback")],
)
def test_a_signed_head_that_is_not_ours_marks_nothing(
    bench: Bench, seq: int, own: bool, incident: str
):
    """The right key, the wrong word: less than was sent, other rows, rows that we lost."""
    bench.write(3)

    def lie(body: dict[str, Any]) -> None:
        digest = bench.journal.chain(OPS)[seq - 1].hash if own else b"x" * 32
        message = head_message(OPS, Head(seq, digest), body["received_us"])
        body |= {"acked_seq": seq, "head_hash": digest.hex()}
        body["countersignature"] = bench.office.office.sign(message).hex()

    bench.wire = changed(bench, lie)
    bench.run(2)
    assert (bench.acked(), bench.incident) == (0, incident)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Sign in</html>", b"[]", b"{}", b'{"acked_seq": "3"}', b"[" * 100_000, b"\xff"],
)
def test_a_page_that_is_no_answer_marks_nothing(bench: Bench, body: bytes):
    bench.write(3)
    bench.wire = answering(200, body)
    bench.run(120)
    assert (bench.acked(), bench.health.failure) == (0, "not_understood")


def test_a_fork_stops_the_stream_until_a_new_epoch_and_the_other_goes_on(bench: Bench):
    bench.write(5)
    bench.run(1)
    bench.journal.edit(OPS, 4, rehash=True)
    bench.journal.disk.receipts.clear()
    bench.write(2)
    bench.write(4, "qos")
    bench.sync = bench.start()
    bench.run(3)
    assert bench.incident == "sync.fork"
    incident = bench.health.incident
    assert incident is not None
    assert dict(incident.params) == {"stream": "ops", "seq": 4}
    assert bench.acked() == 0
    assert bench.acked(Place(ME, "qos", 1)) == 4
    bench.journal.open_epoch(bench.clock.utc_us())
    bench.run(3)
    assert bench.incident == ""
    assert bench.acked(Place(ME, "ops", 2)) == 1


def test_a_journal_that_lost_rows_is_told_and_sends_nothing(bench: Bench):
    bench.write(5)
    bench.run(1)
    image = bench.journal.disk.copy()
    image.chains["ops", 1] = image.chains["ops", 1][:3]
    bench.journal.disk = image
    before = len(bench.pushes())
    bench.run(31)
    assert bench.incident == "sync.rollback"
    assert len(bench.pushes()) == before


@pytest.mark.parametrize("sent", [False, True])
def test_a_row_that_was_altered_is_found_and_never_sent(bench: Bench, sent: bool):
    bench.write(5)
    if sent:
        bench.run(1)
    bench.journal.edit(OPS, 2, rehash=False)
    before = len(bench.pushes())
    bench.run(62)
    assert bench.incident == "sync.altered"
    assert len(bench.pushes()) == before
    found = bench.office.ask("GET", "/v1/incidents", token=bench.office.person("auditor"))
    assert [(i["kind"], i["seq"]) for i in found.json["incidents"]] == [("altered", 2)]


def test_what_follows_an_altered_row_that_the_office_has_is_sent_and_the_row_still_told(
    bench: Bench,
):
    bench.write(5)
    bench.run(1)
    bench.journal.edit(OPS, 2, rehash=False)
    bench.run(31)
    assert bench.incident == "sync.altered"
    bench.write(3)
    bench.run(5)
    assert bench.acked() == 8
    assert bench.incident == "sync.altered", "nobody mended the row"


def test_a_row_altered_since_the_last_walk_is_not_sent_either(bench: Bench):
    bench.write(5)
    bench.sync.step()  # the heartbeat, which walks all five
    bench.journal.edit(OPS, 2, rehash=False)
    bench.run(3)
    assert bench.pushes() == []
    assert bench.incident == "sync.altered"


def test_receipts_that_went_missing_cost_one_row_not_all(bench: Bench):
    bench.write(500)
    bench.run(5)
    bench.journal.disk.receipts.clear()
    bench.sync = bench.start()
    before = len(bench.pushes())
    bench.run(31)
    assert bench.acked() == 500
    assert [len(b["rows"]) for b in bench.pushes()[before:]] == [1]


def test_an_office_that_has_less_than_it_had_gets_the_rest_though_nothing_new_is_written(
    bench: Bench,
):
    """A restored office: its heartbeat tells of a row that we went past long ago."""
    bench.write(20)
    bench.run(5)
    assert bench.acked() == 20
    tenth = bench.journal.rows(OPS, 9, 1)[0]
    told: list[Request] = []

    def restored(request: Request) -> Reply:
        reply = bench.office.client(request)
        if "/heartbeat/" not in request.path or told:
            return reply
        told.append(request)
        body = json.loads(reply.body)
        body["heads"] = [{"stream": "ops", "seq": 10, "hash": tenth.hash.hex()}]
        return Reply(200, json.dumps(body).encode())

    bench.wire = restored
    before = len(bench.pushes())
    bench.run(40)
    assert told
    assert [(b["first_seq"], len(b["rows"])) for b in bench.pushes()[before:]] == [(11, 10)]
    assert bench.health.unsent_rows == 0
    assert bench.incident == ""


def test_an_older_receipt_never_takes_the_place_of_a_newer(bench: Bench):
    bench.write(3)
    bench.run(1)
    newest = bench.receipts.newest(OPS)
    assert newest is not None
    bench.receipts.keep(replace(newest, head=Head(2, b"x" * 32)))
    assert bench.receipts.newest(OPS) == newest


def test_a_gap_the_office_can_not_mean_is_no_way_back(bench: Bench):
    bench.write(3)
    bench.sync.step()
    body = b'{"code":"journal.gap","params":{"expected":9}}'
    bench.wire = answering(409, body)
    bench.run(1)
    assert (bench.incident, bench.acked()) == ("sync.refused", 0)


def test_an_office_that_only_ever_sees_gaps_is_left_alone(bench: Bench):
    bench.write(40)
    bench.run(1)
    bench.write(5)

    def backwards(request: Request) -> Reply:
        if "/journal/" not in request.path:
            return bench.office.client(request)
        expected = body_of(request)["first_seq"] - 5
        return Reply(409, b'{"code":"journal.gap","params":{"expected":%d}}' % expected)

    bench.wire = backwards
    before = len(bench.pushes())
    bench.run(20)
    assert [b["first_seq"] for b in bench.pushes()[before:]] == [41, 36, 31, 26]
    assert bench.incident == "sync.refused"


def test_rows_stay_below_1_mib_and_the_largest_goes_alone(bench: Bench):
    bench.sync._chains[0].limit = 500
    bench.write(3, body=b"x" * 300_000)
    bench.write(1, body=b"y" * (1 << 20))
    bench.run(5)
    assert [len(b["rows"]) for b in bench.pushes()] == [2, 1, 1]
    sizes = [len(gzip.decompress(r.body)) for r in bench.sent if r.gzip]
    assert all(size <= MAX_PUSH_BYTES for size in sizes[:2])
    assert bench.acked() == 4


@pytest.mark.parametrize("status", [413, 408])
def test_a_batch_too_large_for_the_way_is_halved(bench: Bench, status: int):
    bench.write(8)
    bench.sync.step()
    bench.sync._chains[0].limit = 8
    bench.wire = answering(status)
    for _ in range(4):
        bench.sync.hurry()
        bench.sync._beat_at_s = 1e9
        bench.sync.step()
    assert [len(b["rows"]) for b in bench.pushes()] == [8, 4, 2, 1]
    assert (bench.health.incident is not None) == (status == 413)


def test_as_much_goes_at_once_as_the_way_takes_within_seconds(bench: Bench):
    """40 rows a second at first, later 4: as of a line of 16 and of 2 kbit/s."""
    bench.write(1500)
    rows_per_s = 40.0

    def slow(request: Request) -> Reply:
        if "/journal/" in request.path:
            bench.clock.now_s += len(body_of(request)["rows"]) / rows_per_s
        return bench.office.client(request)

    bench.wire = slow
    bench.run(12)
    assert [len(b["rows"]) for b in bench.pushes()] == [50, *[100] * 5]
    rows_per_s = 4.0
    bench.run(100)
    assert [len(b["rows"]) for b in bench.pushes()][6:10] == [100, 50, 25, 25]
    rows_per_s = 4000.0
    bench.run(20)
    assert bench.acked() == 1500
    assert bench.sync._chains[0].limit == 800


def test_a_revoked_token_is_an_incident_that_ends_with_access(bench: Bench):
    bench.write(3)
    bench.wire = answering(401, b'{"code":"access.token","params":{}}')
    bench.run(10)
    assert bench.incident == "sync.access"
    assert bench.acked() == 0
    bench.wire = bench.office.client
    bench.run(60)
    assert (bench.incident, bench.acked()) == ("", 3)


def test_a_token_near_its_end_is_rotated_and_kept_before_it_is_used(bench: Bench):
    bench.clock.now_s += 61 * 24 * 3600
    old = bench.token.text
    bench.run(40)
    assert len(bench.kept) == 1
    assert bench.kept[0].text != old
    assert bench.sent[-1].token == bench.kept[0].text
    identity = bench.kept[0].identity
    assert identity is not None
    assert bench.sent[-1].identity == identity
    for secret in (bench.kept[0].text, identity.passphrase):
        assert secret not in repr(bench.sent) + repr(bench.kept)
    assert bench.health.failure == ""


def test_an_office_that_knows_no_certificates_rotates_the_token_alone(bench: Bench):
    client = bench.office.client

    def of_before(request: Request) -> Reply:
        if request.path == "/v1/tokens/renew":
            return Reply(404, b'{"code":"request.none","params":{}}')
        return client(request)

    bench.clock.now_s += 61 * 24 * 3600
    bench.wire = of_before
    bench.run(40)
    (fresh,) = bench.kept
    assert fresh.identity is None
    assert (bench.incident, bench.health.failure) == ("", "")


def test_a_certificate_of_another_key_is_not_taken(bench: Bench):
    client = bench.office.client

    def swapped(request: Request) -> Reply:
        if request.path == "/v1/tokens/renew":
            told = json.loads(client(request).body)
            told["certificate_pem"] = pem_of(let_in(bench.office.office, "e" * 32).identity)
            return Reply(200, json.dumps(told).encode())
        return client(request)

    bench.clock.now_s += 61 * 24 * 3600
    bench.wire = swapped
    bench.run(8)
    assert bench.kept == []
    assert bench.sync.token == bench.token


def test_a_journal_that_can_not_be_read_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: str) -> Place:
        raise StoreFault("store.io")

    bench.write(3)
    monkeypatch.setattr(bench.journal, "place", fail)
    assert bench.sync.step() == LOOK_S
    assert bench.health.failure == "store.io"
    monkeypatch.undo()
    bench.run(31)
    assert bench.acked() == 3
