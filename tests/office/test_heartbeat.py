"""The heartbeat: whatever a console's chains say against the office's is an incident."""

from __future__ import annotations

from typing import Any

import pytest

from db.office.heartbeat import CLOCK_SUSPECT_US
from tests.office.asgi import Answer, Desk
from tests.office.rows import ME, Chain

ZERO = bytes(32).hex()


def beat(office: Desk, token: str, offset_us: int = 0, **standing: Any) -> Answer:
    known = {"stream": "ops", "epoch": 1, "seq": 0, "hash": ZERO, "acked_seq": 0}
    known |= {"acked_hash": ZERO} | standing
    body = {"sent_us": office.clock.utc_us(), "offset_us": offset_us, "standings": [known]}
    return office.ask("POST", f"/v1/heartbeat/{ME}", body, token=token)


def kinds(office: Desk) -> set[tuple[str, int]]:
    found = office.ask("GET", "/v1/incidents", token=office.person("auditor"))
    return {(item["kind"], item["seq"]) for item in found.json["incidents"]}


@pytest.fixture
def chain(office: Desk, token: str) -> Chain:
    """Five rows at the office, nine at home."""
    chain = Chain(9)
    body = chain.push(1, 5)
    assert office.ask("POST", f"/v1/journal/{ME}/ops", body, token=token).status == 200
    return chain


def at(chain: Chain, seq: int, prefix: str = "") -> dict[str, Any]:
    return {f"{prefix}seq": seq, f"{prefix}hash": chain.hashes[seq - 1].hex()}


def test_a_console_in_order_learns_the_offices_head_and_clock(
    office: Desk, token: str, chain: Chain
):
    answer = beat(office, token, **at(chain, 9), **at(chain, 5, "acked_")).json
    assert answer["heads"] == [{"stream": "ops", **at(chain, 5)}]
    assert answer["received_us"] == answer["server_time_us"] == office.clock.utc_us()
    assert kinds(office) == set()


def test_a_journal_that_lost_rows_is_a_rollback(office: Desk, token: str, chain: Chain):
    beat(office, token, **at(chain, 3))
    assert kinds(office) == {("rollback", 3)}


@pytest.mark.parametrize("seq", [5, 7])
def test_a_row_that_was_acknowledged_and_then_changed_is_seen(
    office: Desk, token: str, chain: Chain, seq: int
):
    other = chain.diverge(2, 9)
    beat(office, token, **at(other, seq), **at(other, 4, "acked_"))
    assert ("head", 4) in kinds(office)


def test_a_console_that_found_a_row_altered_says_so(office: Desk, token: str, chain: Chain):
    beat(office, token, **at(chain, 5), altered_seq=2)
    assert kinds(office) == {("altered", 2)}


def test_an_old_epoch_come_back_is_a_rollback(office: Desk, token: str, chain: Chain):
    new = Chain(2, epoch=2, first="EpochOpened")
    office.ask("POST", f"/v1/journal/{ME}/ops", new.push(1, 2), token=token)
    beat(office, token, **at(chain, 5), **at(chain, 5, "acked_"))
    assert kinds(office) == {("rollback", 0)}


def test_a_clock_off_by_more_than_a_minute_is_an_incident(office: Desk, token: str):
    beat(office, token, CLOCK_SUSPECT_US)
    assert kinds(office) == set()
    beat(office, token, -CLOCK_SUSPECT_US - 1)
    assert kinds(office) == {("clock", 0)}


def test_the_figures_tell_who_is_silent_and_what_went_wrong(office: Desk, token: str, chain: Chain):
    beat(office, token, **at(chain, 3))
    office.clock.now_s += 42
    text = office.ask("GET", "/metrics", token=office.person("viewer")).body.decode()
    assert f'hnth_office_console_silent_seconds{{console="{ME}"}} 42.0' in text
    assert 'hnth_office_incidents{kind="rollback"} 1' in text
    assert 'hnth_office_rows_total{stream="ops"} 5' in text
    assert 'hnth_office_requests_total{operation="push_rows",status="200"} 1' in text
    assert 'hnth_office_request_seconds_bucket{operation="heartbeat",le="+Inf"} 1' in text
    assert text.endswith("\n")
