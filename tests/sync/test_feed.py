"""The feed's state machine, exchange by exchange, against a real office."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from db.directory import Directory
from db.directory_file import FILE
from db.office import proposals, records
from db.office.service import renew_epoch
from db.reference import Conflict, Cursor, Record, Standing
from db.sync.exchange import Lost, Reply, Request
from db.sync.feed import Feed
from db.sync.office_sync import Clocks, Token
from tests.office.asgi import Desk, desk
from tests.office.rows import ME

CONTACT = {"site": "66", "role": "leader", "person": "An", "title": "", "phone": "1", "zalo": ""}


class Bench:
    """One console's directory before a real office, with a hand on the wire between them."""

    def __init__(self, office: Desk, folder: Path) -> None:
        self.office = office
        self.clock = office.clock
        self.folder = folder
        self.token = office.console(ME)
        self.sent: list[Request] = []
        self.wire: Callable[[Request], Reply] = office.client
        self.directory = Directory(folder, clock_us=self.clock.utc_us)
        self.feed = self.start()

    def start(self) -> Feed:
        return Feed(
            self.directory,
            ME,
            self.exchange,
            lambda: Token(self.token, 0),
            Clocks(self.clock.monotonic_s, self.clock.utc_us),
            random=Random(7),
            wait_s=0,
            poll_s=10.0,
        )

    def restart(self) -> None:
        self.directory.close()
        self.directory = Directory(self.folder, clock_us=self.clock.utc_us)
        self.feed = self.start()

    def exchange(self, request: Request) -> Reply:
        self.sent.append(request)
        return self.wire(request)

    def run(self, seconds: float = 30.0) -> None:
        end_s = self.clock.now_s + seconds
        while self.clock.now_s < end_s:
            self.clock.now_s += max(0.001, self.feed.step())

    def put(self, number: int, version: int, **changes: Any) -> Record:
        with self.office.office.database.write() as connection:
            return records.put(
                connection,
                "contact",
                f"c{number}",
                None if changes.get("deleted") else CONTACT | changes,
                version=version,
                author="lan",
                now_us=self.clock.utc_us(),
            )

    def decide(self, proposal_id: str, *, accepted: bool) -> None:
        how = proposals.accept if accepted else proposals.reject
        with self.office.office.database.write() as connection:
            now_us = self.clock.utc_us()
            how(connection, proposal_id, author="lan", note="vì sao", now_us=now_us)

    def propose(self, number: int, **changes: Any) -> str:
        body = CONTACT | changes
        self.feed.hurry()
        return self.directory.propose("contact", f"c{number}", body, operator="hoa").id

    def state(self, proposal_id: str) -> Standing:
        return next(p.state for p in self.directory.proposals() if p.id == proposal_id)

    def conflict(self) -> Conflict:
        [found] = self.directory.conflicts()
        return found

    def phone(self, number: int) -> str:
        found = self.directory.record("contact", f"c{number}")
        return found.body["phone"] if found else ""

    def paths(self) -> list[str]:
        return [request.path.partition("?")[0] for request in self.sent]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with desk(tmp_path) as office:
        folder = tmp_path / "store"
        folder.mkdir()
        made = Bench(office, folder)
        yield made
        made.directory.close()


def test_a_new_console_takes_the_snapshot_and_then_what_changes(bench: Bench):
    made = [bench.put(n, 0) for n in range(3)]
    bench.run()
    assert bench.directory.everything() == made
    assert bench.paths()[:2] == ["/v1/snapshot", "/v1/feed"]
    assert bench.paths().count("/v1/snapshot") == 1
    changed, gone = bench.put(1, 1, phone="2"), bench.put(2, 1, deleted=True)
    bench.run()
    assert bench.directory.everything() == [made[0], changed, gone]
    assert bench.directory.records("contact") == [made[0], changed]
    assert bench.feed.health.rev == bench.directory.cursor().rev == 5
    assert bench.feed.health.pulled_us > 0
    bench.restart()
    bench.run(5)
    assert bench.paths().count("/v1/snapshot") == 1


def test_pages_of_a_snapshot_are_of_one_revision_whatever_is_written_between(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("db.sync.feed.MAX_PAGE_ROWS", 2)
    for n in range(5):
        bench.put(n, 0)
    seen: list[Any] = []

    def wire(request: Request) -> Reply:
        reply = bench.office.client(request)
        if "snapshot" in request.path:
            seen.append(json.loads(reply.body))
            bench.put(4, len(seen), phone=f"new {len(seen)}")
        return reply

    bench.wire = wire
    assert bench.feed.step() == 0
    assert bench.directory.cursor() == Cursor()  # nothing before all of it is there
    bench.feed.step()
    bench.feed.step()
    assert [page["rev"] for page in seen] == [5, 5, 5]
    assert [row["version"] for page in seen for row in page["rows"]] == [1] * 5
    bench.wire = bench.office.client
    bench.run()
    assert [bench.phone(n) for n in range(5)] == ["1", "1", "1", "1", "new 3"]


def test_a_snapshot_that_is_overtaken_by_a_restore_begins_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("db.sync.feed.MAX_PAGE_ROWS", 2)
    for n in range(5):
        bench.put(n, 0)
    bench.feed.step()
    renew_epoch(bench.office.office.database)
    bench.feed.step()
    assert bench.feed.health.failure == "status 410"
    bench.run(60)
    assert len(bench.directory.everything()) == 5


def test_an_office_that_was_restored_is_compared_and_nothing_goes_back_unseen(
    bench: Bench, tmp_path: Path
):
    bench.put(1, 0)
    bench.run()
    newer = replace(bench.put(1, 1, phone="2"), rev=2)
    bench.run()
    office, database = bench.office.office, bench.office.office.database
    with database.write() as connection:  # last night's backup, as far as records go
        for table in ("records", "record_versions"):
            for trigger in ("no_delete", "no_update"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_{trigger}")
        connection.exec_driver_sql("DELETE FROM record_versions WHERE version = 2")
        connection.exec_driver_sql("DELETE FROM records")
        connection.exec_driver_sql("INSERT INTO records SELECT * FROM record_versions")
        connection.exec_driver_sql("UPDATE revision SET rev = 1")
    before = bench.directory.cursor()
    renew_epoch(database)
    bench.put(2, 0)
    assert bench.directory.cursor() == before
    bench.run()
    assert bench.phone(1) == "1"
    assert bench.conflict().proposal.body == newer.body
    assert (bench.conflict().proposal.cause, bench.conflict().proposal.operator) == (
        "restored",
        "lan",
    )
    again = bench.directory.propose_again(bench.conflict().proposal.id, operator="hoa")
    assert again is not None
    bench.run()
    bench.decide(again.id, accepted=True)
    bench.run()
    assert bench.phone(1) == "2"
    assert (bench.feed.health.conflicts, bench.feed.health.proposals) == (0, 0)
    assert office.office_id


def test_an_office_behind_the_console_in_the_same_epoch_is_not_followed_back(bench: Bench):
    """A file was copied back and nobody said so."""
    bench.put(1, 0)
    bench.run()
    bench.directory.apply([], replace(bench.directory.cursor(), rev=9))
    bench.run(5)
    assert bench.paths()[-2:] == ["/v1/snapshot", "/v1/feed"]
    assert bench.directory.cursor().rev == 1


def test_a_proposal_waits_for_a_person_and_its_console_learns_the_outcome(bench: Bench):
    bench.put(1, 0)
    bench.run()
    good, bad = bench.propose(1, phone="2"), bench.propose(2, phone="3")
    bench.restart()
    bench.run()
    assert (bench.state(good), bench.state(bad)) == (Standing.WAITING, Standing.WAITING)
    assert (bench.phone(1), bench.feed.health.proposals) == ("1", 2)
    bench.decide(good, accepted=True)
    bench.decide(bad, accepted=False)
    bench.run()
    assert (bench.state(good), bench.state(bad)) == (Standing.ACCEPTED, Standing.REJECTED)
    assert (bench.phone(1), bench.phone(2)) == ("2", "")
    assert bench.feed.health.proposals == 0


def test_a_lost_reply_makes_no_second_proposal(bench: Bench):
    bench.run(5)
    mine = bench.propose(1)

    def lose(request: Request) -> Reply:
        bench.office.client(request)
        raise Lost("deadline")

    bench.wire = lose
    bench.run(5)
    assert (bench.state(mine), bench.feed.health.failure) == (Standing.QUEUED, "deadline")
    bench.wire = bench.office.client
    bench.run(60)
    assert bench.state(mine) == Standing.WAITING
    with bench.office.office.database.read() as connection:
        assert proposals.waiting(connection) == 1


def test_a_proposal_on_an_older_version_is_a_conflict_with_both_sides(bench: Bench):
    bench.put(1, 0)
    bench.run()
    mine = bench.propose(1, phone="mine")
    theirs = bench.put(1, 1, phone="theirs")
    bench.run()
    assert bench.state(mine) == Standing.CONFLICT
    assert bench.conflict().office == theirs
    assert bench.conflict().proposal.body == CONTACT | {"phone": "mine"}
    assert bench.feed.health.conflicts == 1


def test_a_proposal_overtaken_while_it_waited_is_a_conflict_too(bench: Bench):
    bench.put(1, 0)
    bench.run()
    mine = bench.propose(1, phone="mine")
    bench.run()
    theirs = bench.put(1, 1, phone="theirs")
    bench.run()
    assert bench.state(mine) == Standing.CONFLICT
    assert bench.conflict().office == theirs


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("contact", {"site": "66"}, "request.invalid"),
        ("contact", None, "record.none"),
        ("roster", {"name": "x", "rows": [], "more": 1}, "request.invalid"),
    ],
)
def test_what_the_office_can_not_take_is_refused_and_holds_up_nothing(
    bench: Bench, kind: str, body: dict[str, Any] | None, code: str
):
    bench.run(5)
    bad = bench.directory.propose(kind, "x", body, operator="hoa").id
    good = bench.propose(1)
    bench.run()
    assert (bench.state(bad), bench.state(good)) == (Standing.REFUSED, Standing.WAITING)
    assert next(p.note for p in bench.directory.proposals() if p.id == bad) == code


def test_an_office_that_takes_no_more_proposals_still_gives_its_news(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(proposals, "MAX_WAITING", 1)
    bench.run(5)
    first, second = bench.propose(1), bench.propose(2)
    bench.put(5, 0)
    bench.run(200)
    assert (bench.state(first), bench.state(second)) == (Standing.WAITING, Standing.QUEUED)
    assert bench.phone(5) == "1"
    bench.decide(first, accepted=False)
    bench.run(400)
    assert (bench.state(first), bench.state(second)) == (Standing.REJECTED, Standing.WAITING)


def test_a_damaged_directory_is_filled_again(bench: Bench):
    for n in range(200):
        bench.put(n, 0)
    bench.run()
    whole = bench.directory.everything()
    mine = bench.propose(1, phone="2")
    bench.directory.close()
    data = (bench.folder / FILE).read_bytes()
    (bench.folder / FILE).write_bytes(data[: len(data) // 2])
    bench.restart()
    assert bench.directory.evidence
    bench.run()
    assert bench.directory.everything() == whole
    assert mine not in {p.id for p in bench.directory.proposals() if p.state == "accepted"}


def altered(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: body | changes


@pytest.mark.parametrize(
    "spoil",
    [
        altered(next=0),
        altered(next="5"),
        altered(server_epoch=""),
        altered(server_epoch="f" * 32),
        altered(rows=None),
        altered(decisions=[{"id": 1}]),
        lambda body: body | {"rows": [row | {"rev": 99} for row in body["rows"]]},
        lambda body: body | {"rows": [row | {"body": []} for row in body["rows"]]},
        lambda body: body | {"rows": [row | {"deleted": 0} for row in body["rows"]]},
        lambda body: body | {"rows": body["rows"] * 2},
        lambda _: {},
    ],
)
def test_what_is_no_page_of_the_feed_is_not_taken(
    bench: Bench, spoil: Callable[[dict[str, Any]], dict[str, Any]]
):
    bench.put(1, 0)
    bench.run(5)
    before = bench.directory.cursor()
    bench.put(1, 1, phone="2")

    def wire(request: Request) -> Reply:
        reply = bench.office.client(request)
        return replace(reply, body=json.dumps(spoil(json.loads(reply.body))).encode())

    bench.wire = wire
    bench.run(15)
    assert bench.feed.health.failure == "not_understood"
    assert (bench.directory.cursor(), bench.phone(1)) == (before, "1")
    bench.wire = bench.office.client
    bench.run(400)
    assert (bench.phone(1), bench.feed.health.failure) == ("2", "")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_an_office_that_does_not_want_is_left_alone_for_longer_and_longer(
    bench: Bench, status: int
):
    bench.wire = lambda _: Reply(status, b'{"code":"x","params":{}}')
    bench.run(600)
    assert bench.feed.health.failure == f"status {status}"
    assert 2 < len(bench.sent) < 60


def test_a_poll_that_was_interrupted_is_no_failure_and_is_followed_at_once(bench: Bench):
    bench.run(5)

    def interrupt(_: Request) -> Reply:
        raise Lost("interrupted")

    bench.wire = interrupt
    bench.feed.hurry()
    assert bench.feed.step() == 0
    assert bench.feed.health.failure == ""


def test_a_long_poll_has_its_own_deadline_and_proposals_go_first(bench: Bench):
    bench.feed._wait_s = 25
    bench.wire = lambda request: bench.office.client(
        replace(request, path=request.path.replace("wait_s=25", "wait_s=0"))
    )
    bench.run(5)
    assert ("wait_s=25" in bench.sent[-1].path, bench.sent[-1].deadline_s) == (True, 35.0)
    bench.propose(1)
    bench.propose(2)
    bench.sent.clear()
    bench.run(5)
    assert bench.paths()[:3] == [f"/v1/proposals/{ME}", f"/v1/proposals/{ME}", "/v1/feed"]
