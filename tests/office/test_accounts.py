"""`hnth-office account`: accounts made, listed, disabled, given another password."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from console.core.accounts import read_directory
from console.core.operators import Asked
from db import passwords
from db.directory import Directory
from db.office import records
from db.office.__main__ import main
from db.office.commands import accounts
from db.office.database import Database
from db.office.service import database_of
from db.passwords import Cost
from db.reference import Cursor, Record
from tests.office.asgi import new_office

WORD = "mưa rào ở Krông Bông"
OTHER = "nắng hạn ở Ea Súp 17"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quick = passwords.make
    monkeypatch.setattr(accounts.passwords, "make", lambda word: quick(word, Cost(10, 8, 1)))
    return new_office(tmp_path / "office")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the owner types when he is asked."""
    words: list[str] = []
    monkeypatch.setattr(accounts, "getpass", lambda prompt: words.pop(0))
    return words


def known(folder: Path, name: str) -> Record:
    database = Database.open(database_of(folder))
    try:
        with database.read() as connection:
            found = records.find(connection, "account", name)
    finally:
        database.close()
    assert found is not None
    return found


def test_an_account_is_made_and_its_password_kept_as_a_record_alone(
    folder: Path, typed: list[str], capsys: pytest.CaptureFixture[str]
):
    typed += [WORD, WORD]
    words = ["account", "add", str(folder), "An", "--role", "technician", "--display", "Văn An"]
    assert main(words) == 0
    record = known(folder, "an")
    assert passwords.holds(WORD, record.body["password"])
    assert record.body | {"password": ""} == {
        "name": "an", "display": "Văn An", "role": "technician", "password": "", "disabled": False,
    }  # fmt: skip
    assert record.author.startswith("os:")
    told = capsys.readouterr()
    assert WORD not in told.out + told.err
    assert WORD.encode() not in b"".join(p.read_bytes() for p in folder.glob("*sqlite*"))
    assert main(["account", "list", str(folder)]) == 0
    assert capsys.readouterr().out.split() == ["an", "technician", "usable", "Văn", "An"]


def test_a_password_is_read_from_the_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.stdin", io.StringIO(WORD + "\n"))
    assert main(["account", "add", str(folder), "an", "--role", "viewer", "--stdin"]) == 0
    assert passwords.holds(WORD, known(folder, "an").body["password"])
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["account", "password", str(folder), "an", "--stdin"]) == 2
    assert "fewer than 12" in capsys.readouterr().err


def test_nothing_is_made_of_a_password_that_nobody_may_have_or_typed_otherwise_the_second_time(
    folder: Path, typed: list[str], capsys: pytest.CaptureFixture[str]
):
    add = ["account", "add", str(folder), "nguyen.van.an", "--role", "technician"]
    for first, second, why in (
        ("ngắn", "", "fewer than 12"),
        ("Nguyễn Văn An", "", "account's name"),
        ("matkhau123456", "", "first that anybody"),
        (WORD, OTHER, "not the same"),
    ):
        typed[:] = [first, second]
        assert main(add) == 2
        assert why in capsys.readouterr().err
    assert main(["account", "list", str(folder)]) == 0
    assert capsys.readouterr().out == ""


def test_another_password_and_role_take_the_place_of_the_old_ones(folder: Path, typed: list[str]):
    typed += [WORD, WORD, OTHER, OTHER]
    assert main(["account", "add", str(folder), "an", "--role", "technician"]) == 0
    assert main(["account", "password", str(folder), "an", "--role", "supervisor"]) == 0
    record = known(folder, "an")
    assert (record.version, record.body["role"]) == (2, "supervisor")
    assert passwords.holds(OTHER, record.body["password"])
    assert not passwords.holds(WORD, record.body["password"])


def test_a_disabled_account_keeps_its_password_and_comes_back(
    folder: Path, typed: list[str], capsys: pytest.CaptureFixture[str]
):
    typed += [WORD, WORD]
    assert main(["account", "add", str(folder), "an", "--role", "technician"]) == 0
    assert main(["account", "disable", str(folder), "an"]) == 0
    assert known(folder, "an").body["disabled"] is True
    capsys.readouterr()
    assert main(["account", "list", str(folder)]) == 0
    assert "disabled" in capsys.readouterr().out
    assert main(["account", "enable", str(folder), "an"]) == 0
    assert passwords.holds(WORD, known(folder, "an").body["password"])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "nguyễn", "--role", "viewer"), "2 to 32"),
        (("add", "x", "--role", "viewer"), "2 to 32"),
        (("disable", "binh"), "no such account"),
        (("password", "binh"), "no such account"),
        (("add", "an", "--role", "viewer"), "there is such an account"),
    ],
)
def test_what_cannot_be_done_is_said_before_any_password_is_asked_for(
    folder: Path,
    typed: list[str],
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    why: str,
):
    typed += [WORD, WORD]
    assert main(["account", "add", str(folder), "an", "--role", "technician"]) == 0
    does, *rest = words
    assert main(["account", does, str(folder), *rest]) == 2
    assert why in capsys.readouterr().err
    assert known(folder, "an").version == 1


def test_an_office_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["account", "list", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err


def test_a_console_lets_in_whom_the_office_made(
    folder: Path, typed: list[str], tmp_path: Path
) -> None:
    typed += [WORD, WORD]
    words = ["account", "add", str(folder), "An", "--role", "supervisor", "--display", "Văn An"]
    assert main(words) == 0
    directory = Directory(tmp_path)
    try:
        directory.apply([known(folder, "an")], Cursor("e" * 32, 1))
        roll, _ = read_directory(directory)
    finally:
        directory.close()
    account = roll.accounts["an"]
    assert (account.title, account.role, account.disabled) == ("Văn An", "supervisor", False)
    assert Asked(account).holds(WORD) is True
    assert Asked(account).holds(OTHER) is False
