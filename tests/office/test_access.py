"""Codes, tokens and roles: who gets in, with what, and what a revoked one can still do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from db.office.access import ROLES, Right
from db.sync.identity import NewKey
from tests.office.asgi import Desk
from tests.office.engines import Engine
from tests.office.rows import ME, OTHER, Chain

DAY_S = 24 * 3600
CONTACT = {"site": "66", "role": "leader", "person": "An"}
HEARTBEAT = {"sent_us": 0, "offset_us": 0, "standings": []}


def enrol(office: Desk, code: str, console_id: str = ME) -> Any:
    csr = NewKey(console_id).csr
    body = {"code": code, "console_id": console_id, "name": "Krông Bông", "csr": csr}
    return office.ask("POST", "/v1/enrol", body)


def beat(office: Desk, token: str, console_id: str = ME) -> int:
    return office.ask("POST", f"/v1/heartbeat/{console_id}", HEARTBEAT, token=token).status


def test_a_code_makes_a_console_known_once(office: Desk):
    code = office.code()
    answer = enrol(office, code.lower().replace("-", " "))
    assert answer.status == 200
    assert answer.json["console_id"] == ME
    assert answer.json["office_id"] == office.office.office_id
    assert answer.json["public_key"] == office.office.public_key.hex()
    assert answer.json["ca_pem"].startswith("-----BEGIN CERTIFICATE-----")
    assert beat(office, answer.json["token"]) == 200
    again = enrol(office, code, OTHER)
    assert (again.status, again.code) == (403, "enrol.code")


def test_a_code_lives_for_15_minutes(office: Desk):
    early, late = office.code(), office.code()
    office.clock.now_s += 15 * 60 - 1
    assert enrol(office, early).status == 200
    office.clock.now_s += 1
    assert enrol(office, late, OTHER).code == "enrol.code"


def test_a_known_console_needs_a_code_of_its_own_and_its_old_tokens_are_void(office: Desk):
    first = enrol(office, office.code()).json["token"]
    taken = enrol(office, office.code())
    assert (taken.status, taken.code) == (409, "enrol.taken")
    assert enrol(office, office.code(console_id=ME), OTHER).code == "enrol.code"
    second = enrol(office, office.code(console_id=ME)).json["token"]
    assert (beat(office, first), beat(office, second)) == (401, 200)


def test_guessing_codes_is_slow(office: Desk):
    answers = [enrol(office, f"WRONG{n}") for n in range(7)]
    assert [a.status for a in answers] == [403] * 5 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1
    office.clock.now_s += 10
    assert enrol(office, office.code()).status == 200


def test_codes_and_tokens_are_kept_as_hashes_only(office: Desk, engine: Engine, tmp_path: Path):
    code = office.code()
    token = enrol(office, code).json["token"]
    data = engine.raw_bytes(tmp_path / "office")
    assert office.office.office_id.encode() in data
    for secret in (code, code.replace("-", ""), token):
        assert secret.encode() not in data


def test_a_rotated_token_overlaps_with_the_old_one_for_a_day(office: Desk):
    old = office.console(ME)
    fresh = office.ask("POST", "/v1/tokens/rotate", token=old).json
    assert fresh["expires_us"] == office.clock.utc_us() + 90 * DAY_S * 1_000_000
    assert (beat(office, old), beat(office, fresh["token"])) == (200, 200)
    office.clock.now_s += DAY_S
    assert (beat(office, old), beat(office, fresh["token"])) == (401, 200)
    office.clock.now_s += 89 * DAY_S
    assert beat(office, fresh["token"]) == 401


def test_rotating_an_old_token_never_makes_it_live_longer(office: Desk):
    old = office.console(ME)
    office.clock.now_s += 90 * DAY_S - 60
    office.ask("POST", "/v1/tokens/rotate", token=old)
    office.clock.now_s += 60
    assert beat(office, old) == 401


def test_a_revoked_token_fails_with_its_next_request(office: Desk):
    token, other = office.console(ME), office.console(OTHER)
    fresh = office.ask("POST", "/v1/tokens/rotate", token=token).json["token"]
    administrator = office.person("administrator")
    assert beat(office, token) == 200
    gone = office.ask("DELETE", f"/v1/consoles/{ME}/tokens", token=administrator)
    assert gone.json == {"revoked": 2}
    assert [beat(office, t) for t in (token, fresh)] == [401, 401]
    assert beat(office, other, OTHER) == 200
    push = office.ask("POST", f"/v1/journal/{ME}/ops", Chain(1).push(1, 1), token=token)
    assert (push.status, push.code) == (401, "access.token")


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000, "é"])
def test_without_a_token_there_is_only_hello(office: Desk, token: str):
    answer = office.ask("GET", "/v1/incidents", token=token)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert office.ask("GET", "/v1/hello").status == 200


def test_a_console_writes_and_reads_its_own_journal_only(office: Desk):
    mine, other = office.console(ME), office.console(OTHER)
    assert office.ask("POST", f"/v1/journal/{ME}/ops", Chain(2).push(1, 2), token=mine).json
    for method, path, body in (
        ("POST", f"/v1/journal/{ME}/ops", Chain(2).push(1, 2)),
        ("POST", f"/v1/heartbeat/{ME}", HEARTBEAT),
        ("GET", f"/v1/journal/{ME}/ops", None),
    ):
        assert office.ask(method, path, body, token=other).status == 403
    page = office.ask("GET", f"/v1/journal/{ME}/ops?after=1", token=mine).json
    assert [row["seq"] for row in page["rows"]] == [2]


OPERATIONS: list[tuple[str, str, Any, Right]] = [
    ("POST", "/v1/codes", {"role": "viewer"}, Right.ENROL),
    ("DELETE", f"/v1/consoles/{OTHER}/tokens", None, Right.REVOKE),
    ("GET", f"/v1/journal/{OTHER}/ops", None, Right.READ_ALL),
    ("GET", "/v1/incidents", None, Right.INCIDENTS),
    ("GET", "/metrics", None, Right.METRICS),
    ("GET", "/v1/snapshot", None, Right.RECORDS),
    ("GET", "/v1/proposals", None, Right.RECORDS),
    ("PUT", "/v1/records/session/x", {"title": "x", "starts_us": 1}, Right.EDIT),
    ("PUT", "/v1/records/roster/x", {"name": "x", "rows": []}, Right.EDIT),
    ("PUT", "/v1/records/contact/x", CONTACT, Right.EDIT),
    ("PUT", "/v1/records/account/x", {"name": "x", "role": "viewer"}, Right.ACCOUNTS),
    ("PUT", "/v1/records/pin/x", {"device": "x", "sha256": "a" * 64}, Right.APPROVE),
]
DENIED_FIRST: list[tuple[str, str, Any, Right, int]] = [
    ("GET", "/v1/feed", None, Right.RECORDS, 410),
    ("GET", "/v1/records/contact/none", None, Right.RECORDS, 404),
    ("DELETE", "/v1/records/contact/none", None, Right.EDIT, 404),
    ("DELETE", "/v1/records/account/none", None, Right.ACCOUNTS, 404),
]
"""Where there is nothing to be had, that too is for those with the right only."""


NEW = {"if-match": "0"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_may_do_what_the_table_says_and_no_more(office: Desk, role: str):
    person = office.person(role)
    for method, path, body, right in OPERATIONS:
        answer = office.ask(method, path, body, token=person, headers=NEW)
        assert answer.status == (200 if right in ROLES[role] else 403), (method, path)
        if answer.status == 403:
            assert answer.json["params"] == {"role": role, "needs": right.value}
    for method, path, body, right, status in DENIED_FIRST:
        answer = office.ask(method, path, body, token=person, headers=NEW)
        assert answer.status == (status if right in ROLES[role] else 403), (method, path)
    decides = ROLES[role] & {Right.EDIT, Right.ACCOUNTS, Right.APPROVE}
    for how in ("accept", "reject"):
        answer = office.ask("POST", f"/v1/proposals/{ME}/{how}", {}, token=person)
        assert answer.status == (404 if decides else 403)
    offered = {"id": ME, "kind": "contact", "record_id": "y", "base_version": 0, "body": CONTACT}
    assert office.ask("POST", f"/v1/proposals/{ME}", offered, token=person).status == 403
    console = office.console(ME, role)
    pushed = office.ask("POST", f"/v1/journal/{ME}/ops", Chain(1).push(1, 1), token=console)
    assert pushed.status == (200 if Right.PUSH in ROLES[role] else 403)
    assert beat(office, console) == pushed.status
    proposed = office.ask("POST", f"/v1/proposals/{ME}", offered, token=console)
    assert proposed.status == (200 if Right.PROPOSE in ROLES[role] else 403)
    for method, path, body, right in OPERATIONS:
        if method == "PUT":
            answer = office.ask(method, path, body, token=console, headers=NEW)
            assert answer.code == "access.person", right
    assert office.ask("POST", f"/v1/heartbeat/{ME}", HEARTBEAT, token=person).status == 403


def test_an_auditor_changes_nothing_and_an_administrator_reads_no_journal():
    changes = {Right.PUSH, Right.ENROL, Right.REVOKE, Right.PROPOSE, Right.EDIT, Right.APPROVE}
    assert not ROLES["auditor"] & (changes | {Right.ACCOUNTS})
    assert Right.READ_ALL not in ROLES["administrator"]
