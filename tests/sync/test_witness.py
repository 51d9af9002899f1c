"""Each console keeps what the office signed for all of them, so that it can't be told otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from db.protocol import MAX_WITNESSED, Head
from db.record import Place
from db.sync.enrolment import OfficeAccount
from db.sync.exchange import Reply, Request
from db.sync.health import Level
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.receipts import Receipt
from db.sync.witness import DAYS, MOST_DAYS, WitnessFile
from tests.db.rows import row
from tests.office.asgi import START_US, Desk, desk
from tests.office.kept import behind, push
from tests.office.rows import ME, OTHER, Chain
from tests.sync.memory import MemoryJournal, MemoryReceipts

DAY_US = 24 * 3600 * 1_000_000
HOUR_S = 3600.0


class Watcher:
    """Console OTHER, which is told of ME's chain by the office."""

    def __init__(self, office: Desk, folder: Path) -> None:
        self.folder, self.office = folder, office
        self.replies: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.change: Callable[[dict[str, Any]], dict[str, Any]] = lambda told: told
        account = OfficeAccount(OTHER, office.office.office_id, "", office.office.public_key.hex())
        journal = MemoryJournal(OTHER)
        journal.append("ops", row(1))
        self.sync = OfficeSync(
            journal,
            MemoryReceipts(journal),
            self.exchange,
            account.verifies,
            Token(office.console(OTHER), START_US + 80 * DAY_US),
            Clocks(office.clock.monotonic_s, office.clock.utc_us),
            keep_token=lambda _: None,
            random=Random(7),
            witness=WitnessFile(folder),
        )

    def exchange(self, request: Request) -> Reply:
        reply = self.office.client(request)
        if "heartbeat" in request.path:
            self.asked.append(json.loads(request.body))
            told = self.change(json.loads(reply.body))
            self.replies.append(told)
            return Reply(reply.status, json.dumps(told).encode())
        return reply

    def beat(self, after_s: float = HOUR_S) -> None:
        """Time goes by, and a heartbeat with it."""
        self.office.clock.now_s += after_s
        self.sync.step()

    def kept(self) -> list[tuple[str, int]]:
        told = json.loads((self.folder / "witness.json").read_text())
        return sorted((item["console_id"], item["seq"]) for item in told)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


@pytest.fixture
def watcher(office: Desk, tmp_path: Path) -> Watcher:
    (tmp_path / "store").mkdir()
    return Watcher(office, tmp_path / "store")


def test_a_console_is_told_of_the_others_once_an_hour(office: Desk, watcher: Watcher):
    chain, token = Chain(6), office.console(ME)
    push(office, chain, 1, 3, token)
    watcher.beat(0.0)
    assert watcher.kept() == [(ME, 3)]
    push(office, chain, 4, 6, token)
    for _ in range(4):
        watcher.beat(60.0)
    assert watcher.kept() == [(ME, 3)]
    assert [len(reply["witness"]) for reply in watcher.replies if reply["witness"]] == [1]
    watcher.beat()
    assert (ME, 6) in watcher.kept()
    assert watcher.sync.health.incident is None


def test_a_history_signed_for_twice_is_an_incident_and_both_heads_stay(
    office: Desk, watcher: Watcher
):
    """The office's own key, and a journal rewritten there: the other console knows better."""
    chain, token = Chain(4), office.console(ME)
    push(office, chain, 1, 4, token)
    watcher.beat(0.0)
    other = chain.diverge(2, 3)
    place = other.place
    message = Receipt(place, Head(4, other.hashes[3]), 5, b"").message
    folder = Path(office.office.database.where).parent
    behind(
        folder,
        "UPDATE receipts SET hash = ?, received_us = 5, signature = ?",
        values=(other.hashes[3], office.office.sign(message)),
    )
    behind(folder, "UPDATE heads SET hash = ? WHERE seq = 4", values=(other.hashes[3],))
    watcher.beat()
    incident = watcher.sync.health.incident
    assert incident is not None
    assert incident.code == "sync.witness"
    assert dict(incident.params) == {"console": ME, "seq": 4, "stream": "ops"}
    assert watcher.sync.health.level is Level.RED
    watcher.beat()
    assert watcher.kept().count((ME, 4)) == 2
    again = WitnessFile(watcher.folder).contradiction()
    assert again is not None
    assert (again.place.console_id, again.head.seq) == (ME, 4)


def test_what_the_office_did_not_sign_is_not_kept(office: Desk, watcher: Watcher):
    push(office, Chain(3), 1, 3, office.console(ME))

    def forged(told: dict[str, Any]) -> dict[str, Any]:
        for item in told["witness"]:
            item["seq"] += 1
        return told

    watcher.change = forged
    watcher.beat(0.0)
    watcher.beat(31.0)
    assert not (watcher.folder / "witness.json").exists()
    incident = watcher.sync.health.incident
    assert incident is not None
    assert incident.code == "sync.countersignature"
    watcher.change = lambda told: told
    watcher.beat()
    watcher.beat(31.0)
    assert watcher.sync.health.incident is None


def test_an_office_of_the_version_before_tells_nothing_and_nothing_is_missed(
    office: Desk, watcher: Watcher
):
    push(office, Chain(3), 1, 3, office.console(ME))

    def before(told: dict[str, Any]) -> dict[str, Any]:
        del told["witness"]
        return told

    watcher.change = before
    watcher.beat(0.0)
    watcher.beat(1.0)
    assert watcher.sync.health.failure == ""
    assert watcher.sync.health.unsent_rows == 0
    assert not (watcher.folder / "witness.json").exists()
    (asked,) = watcher.asked
    assert asked.keys() == {"sent_us", "offset_us", "standings"}, "it would refuse any other"


def test_a_console_of_the_version_before_is_answered_as_before(office: Desk):
    token = office.console(ME)
    body = {"sent_us": 0, "offset_us": 0, "standings": []}
    answer = office.ask("POST", f"/v1/heartbeat/{ME}", body, token=token)
    assert answer.status == 200
    known = {name: answer.json[name] for name in ("received_us", "server_time_us", "heads")}
    assert known == {"received_us": START_US, "server_time_us": START_US, "heads": []}


def test_no_more_is_told_than_fits_an_answer(office: Desk):
    token = office.console(ME)
    with office.office.database.write() as connection:
        for n in range(MAX_WITNESSED + 1):
            key = f"'{n:032x}', 'ops', 1, 1, zeroblob(32)"
            connection.exec_driver_sql(f"INSERT INTO heads VALUES ({key})")
            connection.exec_driver_sql(f"INSERT INTO receipts VALUES ({key}, {n}, zeroblob(64))")
    body = {"sent_us": 0, "offset_us": 0, "standings": []}
    answer = office.ask("POST", f"/v1/heartbeat/{ME}", body, token=token)
    assert len(answer.json["witness"]) == MAX_WITNESSED
    assert len(answer.body) < 1 << 18
    assert all(int(item["console_id"], 16) > 0 for item in answer.json["witness"]), "the newest"


def receipt(seq: int, day: float, salt: int = 0) -> Receipt:
    place = Place(ME, "ops", 1)
    head = Head(seq, bytes([salt]) * 32)
    return Receipt(place, head, START_US + round(day * DAY_US), bytes(64))


def test_two_years_of_heads_stay_a_small_file(tmp_path: Path):
    witness = WitnessFile(tmp_path)
    for day in range(0, 730, 3):
        hours = [day * 24 + hour for hour in range(0, 72, 8)]
        witness.keep([receipt(hour + 1, hour / 24) for hour in hours])
    kept = json.loads((tmp_path / "witness.json").read_text())
    ages = [(kept[-1]["received_us"] - item["received_us"]) / DAY_US for item in kept]
    assert kept[-1]["seq"] == 731 * 24 + 16 + 1
    assert DAYS <= sum(age <= DAYS for age in ages) <= DAYS + 3
    assert 11 <= sum(age > DAYS for age in ages) <= 15
    assert max(ages) <= MOST_DAYS
    assert WitnessFile(tmp_path).contradiction() is None


def test_heads_that_contradict_one_another_are_never_thinned_out(tmp_path: Path):
    witness = WitnessFile(tmp_path)
    witness.keep([receipt(5, 0.0), receipt(5, 0.1, salt=1)])
    witness.keep([receipt(900, 600.0)])
    assert WitnessFile(tmp_path).contradiction() is not None
    found = WitnessFile(tmp_path).contradiction()
    assert found == replace(receipt(5, 0.0), received_us=found.received_us if found else 0)


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"console_id": 1}]'])
def test_a_file_that_can_t_be_read_is_set_aside(tmp_path: Path, text: str):
    (tmp_path / "witness.json").write_text(text)
    WitnessFile(tmp_path).keep([receipt(1, 0.0)])
    assert len(json.loads((tmp_path / "witness.json").read_text())) == 1
    assert (tmp_path / "witness.unreadable.json").read_text() == text
