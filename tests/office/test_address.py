"""`--database`: which URLs are used, what is remembered, and that no password is ever shown."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.office import address
from db.office.__main__ import main
from db.office.address import STRICT, BadAddress, is_local, parsed, with_tls
from db.office.service import DATABASE, Office
from tests.office.engines import Postgres

SECRET = "Buôn-Hồ-2026"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGSERVICE", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    name = postgres.server.new()
    yield postgres.server.url(name)
    postgres.server.drop(name)


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://office:{SECRET}@db/office",
        f"postgresql+psycopg://office:{SECRET}@/office",
        f"postgresql://office@db/office?password={SECRET}",
        f"postgresql://office@db/office?sslpassword={SECRET}",
        f"mysql://office:{SECRET}@db/office",
        f"postgresql+asyncpg://office:{SECRET}@db/office",
        f"postgresql://office:{SECRET}@db:port/office",
        f"sqlite:///{SECRET}",
        f"://{SECRET}",
    ],
)
def test_what_is_not_used_is_not_repeated(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(BadAddress) as caught:
        parsed(text)
    assert SECRET not in str(caught.value)
    folder = tmp_path / "office"
    assert main(["init", str(folder), "--database", text]) == 2
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err
    assert not folder.exists()


def test_the_password_s_place_is_named():
    with pytest.raises(BadAddress, match="pgpass"):
        parsed("postgresql://office:x@db/office")


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("", True),
        ("/run/postgresql", True),
        ("localhost", True),
        ("127.0.0.3", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("db.example", False),
        ("localhost.example", False),
    ],
)
def test_what_this_machine_is(host: str, local: bool):
    assert is_local(host) is local


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("postgresql://office@/office", None),
        ("postgresql://office@localhost/office", None),
        ("postgresql://office@/office?host=/run/postgresql", None),
        ("postgresql://office@db.example/office", STRICT),
        ("postgresql://office@/office?host=db.example", STRICT),
        ("postgresql://office@/office?host=db.example&host=localhost", STRICT),
        ("postgresql:///?service=hnth", STRICT),
        ("postgresql://office@db.example/office?sslmode=require", "require"),
    ],
)
def test_a_server_elsewhere_is_asked_for_its_certificate(text: str, mode: str | None):
    assert with_tls(parsed(text)).query.get("sslmode") == mode


def test_a_host_from_the_environment_is_one_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PGHOST", "db.example")
    assert with_tls(parsed("postgresql:///office")).query["sslmode"] == STRICT
    monkeypatch.setenv("PGHOST", "/run/postgresql")
    assert "sslmode" not in with_tls(parsed("postgresql:///office")).query


def test_init_remembers_where_its_data_is(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "office"
    assert main(["init", str(folder), "--database", url]) == 0
    file = folder / address.FILE
    assert parsed(file.read_text().strip()) == parsed(url)
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not (folder / DATABASE).exists()
    assert main(["token", str(folder), "an", "--role", "auditor"]) == 0
    office = Office(folder)
    office.close()
    assert main(["token", str(folder), "an", "--role", "auditor", "--database", url]) == 0
    assert main(["revoke", str(folder), "an"]) == 0
    assert "2 tokens are void" in capsys.readouterr().out


def test_a_database_holds_one_office(tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]):
    assert main(["init", str(tmp_path / "one"), "--database", url]) == 0
    assert main(["init", str(tmp_path / "two"), "--database", url]) == 2
    assert "already there" in capsys.readouterr().err
    assert not (tmp_path / "two").exists()


def test_a_database_that_does_not_answer_is_said_so(
    tmp_path: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
):
    for url in (postgres.server.url("none"), "postgresql://office@127.0.0.1:9/office"):
        assert main(["init", str(tmp_path / "office"), "--database", url]) == 2
        assert "store.io" in capsys.readouterr().err
    assert not (tmp_path / "office").exists()


@pytest.mark.parametrize("command", ["code", "serve"])
def test_a_folder_without_an_office_can_t_be_helped_by_a_url(
    tmp_path: Path, url: str, command: str, capsys: pytest.CaptureFixture[str]
):
    assert main([command, str(tmp_path), "--database", url]) == 2
    assert "init" in capsys.readouterr().err
