"""`hnth-console enrol` and `office` against a real office: what they ask, say and refuse."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.__main__ import main, parser
from console.core.office_file import FILE_NAME
from console.core.vault import Vault
from db.invitation import Invitation
from db.queries import latest
from db.sync.exchange import Request
from db.sync.identity import NewKey
from db.sync.transport import Anchor, HttpsTransport
from db.writer import JournalWriter
from tests.core.safe import Safe
from tests.db.rows import SMALL, row
from tests.office.asgi import new_office
from tests.office.letting_in import a_code
from tests.office.serving import Served, serving


@pytest.fixture
def safe(monkeypatch: pytest.MonkeyPatch) -> Safe:
    made = Safe()
    monkeypatch.setattr(Vault, "of_system", lambda: Vault(made))
    return made


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Served]:
    new_office(tmp_path / "office")
    with serving(tmp_path / "office") as served:
        yield served


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict]:
    code = main(["office", "--data", str(folder), "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("safe")
def test_one_line_enrols_a_new_console_and_the_state_is_told(
    tmp_path: Path,
    office: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    folder = tmp_path / "data"
    assert shown(folder, capsys) == (1, {"enrolled": False})
    line = Invitation(office.url, office.fingerprint, a_code(office.office)).line()
    typed(monkeypatch, line + "\n")
    words = ["enrol", "--data", str(folder), "--language", "en", "--name", "Buôn Hồ"]
    assert main(words) == 0
    assert f"Enrolled at {office.url} as “Buôn Hồ”" in capsys.readouterr().out
    with JournalWriter.open(folder / "store", limits=SMALL) as writer:
        writer.append_many([row(n) for n in range(3)]).result()
    code, told = shown(folder, capsys)
    assert (code, told["url"], told["failure"]) == (0, office.url, "")
    assert (told["unsent_rows"], told["streams"][0]["seq"]) == (3, 3)
    assert main(["office", "--data", str(folder), "--language", "en"]) == 0
    assert "3 rows wait to be sent" in capsys.readouterr().out
    (folder / FILE_NAME).write_text("{")
    code, told = shown(folder, capsys)
    assert (code, told["problem"]) == (2, "office.unreadable")


@pytest.mark.usefixtures("safe")
def test_an_office_that_is_away_is_told_by_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "data"
    with serving(tmp_path / "office") as office:
        typed(monkeypatch, a_code(office.office) + "\n")
        given = ["--url", office.url, "--sha256", office.fingerprint, "--code", "-"]
        assert main(["enrol", "--data", str(folder), *given]) == 0
        capsys.readouterr()
    code, told = shown(folder, capsys)
    assert (code, told["enrolled"], told["failure"]) == (1, True, "unreachable")


def test_what_is_missing_is_named_and_a_code_is_no_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], safe: Safe
):
    typed(monkeypatch, "https://office.example:8443 " + "ab" * 32)
    words = ["enrol", "--data", str(tmp_path / "data"), "--language", "en"]
    assert main(words) == 2
    assert "code (XXXX-XXXX-…)" in capsys.readouterr().err
    assert safe.kept == {}
    with pytest.raises(SystemExit):
        parser().parse_args(["enrol", "--code", "ABCD-EFGH"])


def test_a_code_is_not_used_up_where_no_token_could_be_kept(
    tmp_path: Path,
    office: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(Vault, "of_system", lambda: Vault(None))
    code = a_code(office.office)
    typed(monkeypatch, Invitation(office.url, office.fingerprint, code).line())
    assert main(["enrol", "--data", str(tmp_path / "data"), "--language", "en"]) == 2
    assert "keyring" in capsys.readouterr().err
    body = json.dumps(
        {"code": code, "console_id": "a" * 32, "name": "x", "csr": NewKey("a" * 32).csr}
    ).encode()
    transport = HttpsTransport(office.url, Anchor(sha256=office.fingerprint))
    try:
        assert transport(Request("POST", "/v1/enrol", body)).status == 200
    finally:
        transport.drop()


@pytest.mark.usefixtures("safe")
def test_a_new_epoch_is_begun_with_who_and_why_and_refused_without(
    tmp_path: Path,
    office: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    folder = tmp_path / "data"
    words = ["epoch", "--data", str(folder), "--language", "en", "--operator", "An"]
    assert main([*words, "--reason", "đĩa dựng lại"]) == 2  # no journal yet
    typed(
        monkeypatch, Invitation(office.url, office.fingerprint, a_code(office.office)).line() + "\n"
    )
    assert main(["enrol", "--data", str(folder)]) == 0
    with JournalWriter.open(folder / "store", limits=SMALL) as writer:
        writer.append_many([row(n) for n in range(3)]).result()
    capsys.readouterr()
    assert main([*words, "--reason", " "]) == 2
    assert "why it was begun" in capsys.readouterr().err
    assert main([*words, "--reason", "đĩa dựng lại"]) == 0
    assert "Epoch 2" in capsys.readouterr().out
    with JournalWriter.open(folder / "store", limits=SMALL) as writer:
        found = latest(writer)
        assert main([*words, "--reason", "đang chạy"]) == 2, "a console that runs is left alone"
    assert [(r.epoch, r.seq, r.actor) for r in found] == [
        (2, 4, "operator"),
        (2, 3, "operator"),
        (2, 2, "operator"),
        (2, 1, "An"),
    ]
    assert json.loads(found[-1].body)["reason"] == "đĩa dựng lại"
