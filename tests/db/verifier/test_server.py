"""`hnth-verify postgresql://…`: an office's database, checked without any of the program's code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.verifier import __main__ as command
from db.verifier.server import GUARDS, shown
from tests.office.asgi import Desk, desk
from tests.office.engines import Postgres
from tests.office.rows import ME, Chain

PATH = f"/v1/journal/{ME}/ops"
DEAF = "ALTER TABLE journal DISABLE TRIGGER ALL"
HEAR = "ALTER TABLE journal ENABLE TRIGGER ALL"


@pytest.fixture
def office(tmp_path: Path, postgres: Postgres) -> Iterator[Desk]:
    """An office with 12 rows of one epoch, and 4 of the next."""
    with desk(tmp_path, postgres) as made:
        token = made.console(ME)
        old, new = Chain(12), Chain(4, epoch=2)
        opened = {"reason": "lost", "evidence": "", "old_epoch": 1, "old_seq": 12}
        new.open({**opened, "old_hash": old.hashes[-1].hex()})
        for chain in (old, new):
            body = chain.push(1, len(chain.rows))
            assert made.ask("POST", PATH, body, token=token).status == 200
        yield made


def ran(office: Desk, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict]:
    code = command.main([office.office.database.where, "--lang", "en", "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def bad(found: dict) -> list[tuple[str, int, int]]:
    return [(row["reason"], row["epoch"], row["seq"]) for row in found["files"][0]["bad"]]


def test_an_office_as_it_was_written_is_whole(
    office: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    key = tmp_path / "office.pub"
    key.write_text(office.office.public_key.hex())
    code, found = ran(office, capsys, "--office-key", str(key))
    assert (code, found["verdict"]) == (0, "whole")
    chains = found["files"][0]["chains"]
    assert [(chain["rows"], chain["signed_seq"]) for chain in chains] == [(12, 12), (4, 4)]
    assert [note["code"] for note in found["files"][0]["notes"]] == ["epoch_begun"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE journal SET actor = 'x' WHERE epoch = 1 AND seq = 5", ("altered", 1, 5)),
        ("UPDATE journal SET body = '\\x00' WHERE epoch = 2 AND seq = 2", ("altered", 2, 2)),
        ("DELETE FROM journal WHERE epoch = 1 AND seq = 7", ("missing", 1, 7)),
        ("DELETE FROM journal WHERE epoch = 2 AND seq = 4", ("missing", 2, 4)),
        ("UPDATE heads SET seq = 11 WHERE epoch = 1", ("head", 1, 11)),
        ("DELETE FROM heads WHERE epoch = 2", ("headless", 2, 4)),
        ("UPDATE journal SET prev_hash = hash WHERE epoch = 1 AND seq = 3", ("altered", 1, 3)),
        ("UPDATE journal SET console_id = console_id || 'x' WHERE seq = 12", ("missing", 1, 12)),
    ],
)
def test_the_first_bad_row_is_named(
    office: Desk,
    tmp_path: Path,
    postgres: Postgres,
    capsys: pytest.CaptureFixture[str],
    statement: str,
    expected: tuple[str, int, int],
):
    for each in (DEAF, statement, HEAR):
        postgres.rows(tmp_path / "office", each)
    code, found = ran(office, capsys)
    assert (code, found["verdict"]) == (1, "altered")
    assert expected in bad(found)
    assert not any(note["code"] == "guards_missing" for note in found["files"][0]["notes"])


def test_a_forged_receipt_is_found(
    office: Desk, tmp_path: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
):
    key = tmp_path / "office.pub"
    key.write_text(office.office.public_key.hex())
    postgres.rows(
        tmp_path / "office",
        "ALTER TABLE receipts DISABLE TRIGGER ALL;"
        " UPDATE receipts SET received_us = 1 WHERE epoch = 1",
    )
    code, found = ran(office, capsys, "--office-key", str(key))
    assert code == 1
    assert bad(found) == [("forged", 1, 12)]


def test_guards_that_were_switched_off_are_noted(
    office: Desk, tmp_path: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
):
    postgres.rows(tmp_path / "office", DEAF)
    code, found = ran(office, capsys)
    notes = {note["code"]: note["params"] for note in found["files"][0]["notes"]}
    assert (code, notes["guards_missing"]) == (0, {"detail": ", ".join(sorted(GUARDS))})


def test_a_head_of_a_chain_that_is_not_there_is_gone(
    office: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    head = {"console_id": "f" * 32, "stream": "ops", "epoch": 1, "seq": 3, "hash": "00" * 32}
    (tmp_path / "heads.json").write_text(json.dumps(head))
    code, found = ran(office, capsys, "--head", str(tmp_path / "heads.json"))
    assert (code, bad(found)) == (1, [("gone", 1, 1)])


def test_what_can_t_be_read_proves_nothing(postgres: Postgres, capsys: pytest.CaptureFixture[str]):
    name = postgres.server.new()
    for url in (postgres.server.url(name), postgres.server.url("none")):
        assert command.main([url, "--lang", "en"]) == 2
        assert "unreadable" in capsys.readouterr().out.lower()
    postgres.server.drop(name)


def test_without_psycopg_it_says_what_is_missing(
    office: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    code, found = ran(office, capsys)
    assert (code, found["problem"]["code"]) == (2, "no_psycopg")
    assert "psycopg" in found["problem"]["text"]


def test_a_password_is_not_shown():
    secret = "Buôn"
    for url in (
        f"postgresql://office:{secret}@db.example/office",
        f"postgresql://office@/office?password={secret}&host=db.example",
    ):
        assert secret not in shown(url)
        assert "db.example" in shown(url)
