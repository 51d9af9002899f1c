"""What the office does not take: too large, too much, too often, not in a language it knows."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from db.office import bodies
from db.protocol import MAX_PUSH_BYTES, MAX_REQUEST_BYTES
from db.sync.identity import NewKey
from tests.office.asgi import Asgi, Desk, packed
from tests.office.rows import ME, Chain, hashes

PATH = f"/v1/journal/{ME}/ops"
GZIP = {"content-encoding": "gzip"}


def test_a_bomb_is_not_inflated(office: Desk, token: str):
    bomb = gzip.compress(bytes(64 << 20))
    answer = office.ask("POST", PATH, bomb, token=token, headers=GZIP)
    assert len(bomb) < MAX_REQUEST_BYTES
    assert (answer.status, answer.code) == (413, "request.large")


def test_a_body_beyond_the_cap_is_refused_while_it_comes(office: Desk, token: str):
    answer = office.ask("POST", PATH, bytes(MAX_REQUEST_BYTES + 1), token=token)
    assert (answer.status, answer.json["params"]) == (413, {"bytes": MAX_REQUEST_BYTES})


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"not gzip", "gzip", 400),
        (packed({})[:-4], "gzip", 400),
        (packed({}) + b"more", "gzip", 400),
        (zlib.compress(b"{}"), "deflate", 415),
        (b"{}", "br", 415),
    ],
    ids=["not-gzip", "cut-short", "more-after-it", "deflate", "brotli"],
)
def test_what_is_not_whole_gzip_is_refused(
    office: Desk, token: str, body: bytes, encoding: str, status: int
):
    headers = {"content-encoding": encoding}
    answer = office.ask("POST", PATH, body, token=token, headers=headers)
    assert (answer.status, answer.code) == (status, "request.encoding")


def test_more_than_2000_rows_or_1_mib_are_too_many(office: Desk, token: str):
    assert office.ask("POST", PATH, Chain(2001).push(1, 2001), token=token).status == 422
    fat = Chain(3, salt="x" * (MAX_PUSH_BYTES // 4))
    answer = office.ask("POST", PATH, fat.push(1, 3), token=token)
    assert (answer.status, answer.json["params"]) == (413, {"bytes": MAX_PUSH_BYTES})
    assert office.ask("POST", PATH, fat.push(1, 2), token=token).status == 200


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        (b"{", 400, "body"),
        (b"\xff\xfe", 400, "body"),
        (b"[" * 100_000, 422, "body"),
        (b'{"proto": "\\ud800"}', 400, "body"),
        (b'{"proto": "\0"}', 400, "body"),
        (b"[]", 422, "body"),
        (b'{"proto": 2}', 422, "body.proto"),
        (b"", 422, "body"),
    ],
)
def test_what_is_not_a_push_is_named_and_never_repeated(
    office: Desk, token: str, body: bytes, status: int, where: str
):
    answer = office.ask("POST", PATH, body, token=token)
    assert (answer.status, answer.code) == (status, "request.invalid")
    assert answer.json["params"]["where"].startswith(where)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("body", "QQ"),
        ("body", "QQ=="[:-1]),
        ("body", "Ä"),
        ("utc_us", 1 << 63),
        ("utc_us", 1.0),
        ("utc_us", "1"),
        ("utc_us", True),
        ("actor", "x" * 4097),
        ("actor", "đ" * 4000),
        *((name, "a\0b") for name in ("boot_id", "kind", "actor", "cause")),
        ("extra", 1),
    ],
)
def test_rows_that_no_journal_could_hold_are_refused(
    office: Desk, token: str, name: str, value: object
):
    body = Chain(2).push(1, 2)
    body["rows"][1][name] = value
    answer = office.ask("POST", PATH, body, token=token)
    assert (answer.status, answer.code) == (422, "request.invalid")
    assert answer.json["params"]["where"].startswith("body.rows.1")


def test_a_name_with_nul_is_refused_before_the_code_is_used_up(office: Desk):
    body = {"code": office.code(), "console_id": ME, "csr": NewKey(ME).csr, "name": "Buôn\0Hồ"}
    answer = office.ask("POST", "/v1/enrol", body)
    assert (answer.status, answer.json["params"]) == (422, {"where": "body.name"})
    assert office.ask("POST", "/v1/enrol", body | {"name": "Buôn Hồ"}).status == 200


def test_a_body_may_hold_any_byte(office: Desk, token: str):
    chain = Chain(1)
    chain.rows[0] = replace(chain.rows[0], body=bytes(range(256)))
    chain.hashes = hashes(chain.rows, chain.place, 1, bytes(32))
    assert office.ask("POST", PATH, chain.push(1, 1), token=token).status == 200
    found = office.ask("GET", PATH, token=token).json["rows"]
    assert base64.b64decode(found[0]["body"]) == bytes(range(256))


def test_asking_too_often_is_told_when_to_come_back(office: Desk, token: str):
    asked = [office.ask("GET", PATH, token=token) for _ in range(61)]
    assert [a.status for a in asked[:60]] == [200] * 60
    assert (asked[60].status, asked[60].headers["retry-after"]) == (429, "1")
    office.clock.now_s += 1
    assert office.ask("GET", PATH, token=token).status == 200


def test_one_console_does_not_pay_for_another(office: Desk, token: str):
    for _ in range(61):
        office.ask("GET", PATH, token=token)
    other = office.console("2" * 32)
    assert office.ask("GET", f"/v1/journal/{'2' * 32}/ops", token=other).status == 200


def test_a_body_that_drips_is_given_up(office: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bodies, "READ_S", 0.05)
    sent: list[dict] = []

    async def receive() -> dict:
        import asyncio

        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/enrol", "headers": []}
    client: Asgi = office.client
    client.loop.run_until_complete(client.app(scope, receive, send))
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "request.slow"


def test_a_fault_of_ours_ends_one_request_only(
    office: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(office.office, "clock_us", lambda: 1 // 0)
    answer = office.ask("GET", "/v1/hello")
    assert (answer.status, answer.code) == (500, "office.failed")
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    assert office.ask("GET", "/v1/hello").status == 200


def test_there_is_nothing_else(office: Desk, tmp_path: Path):
    for method, path, status in (
        ("GET", "/", 404),
        ("GET", "/docs", 404),
        ("PUT", "/v1/hello", 405),
        ("GET", "/v1/journal/nobody/ops", 401),
    ):
        answer = office.ask(method, path)
        assert answer.status == status
        assert answer.code == ("access.token" if status == 401 else "request.none")
