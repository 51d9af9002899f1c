"""The command: what it says in both languages, its JSON, its exit codes, heads and signatures."""

from __future__ import annotations

import ast
import json
import re
import struct
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.verifier import __main__ as command
from tests.db.rows import raw
from tests.db.verifier.stores import JOURNAL, make, tamper

ROOT = Path(__file__).parents[3]
VERIFIER = sorted((ROOT / "db" / "verifier").glob("*.py"))
CODES = re.compile(r"""(?:BadRow|_bad|_named)\(\s*"(\w+)"|Note\("(\w+)"|reason = "(\w+)\"""")
PROBLEMS = re.compile(r"""BadHead\("(\w+)\"""")


def texts(language: str) -> dict[str, Any]:
    path = ROOT / "resources" / "i18n" / language / "verifier.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["verifier"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    make(folder, 20)
    return folder


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    make(tmp_path, 20)
    tamper(tmp_path / JOURNAL, "UPDATE journal SET actor = 'nobody' WHERE seq = 11")
    return tmp_path


def head(store: Path, seq: int) -> dict[str, Any]:
    connection = raw(store / JOURNAL)
    found = connection.execute(
        "SELECT console_id, hash FROM journal WHERE seq = ?", (seq,)
    ).fetchone()
    connection.close()
    return {"console_id": found[0], "stream": "ops", "epoch": 1, "seq": seq, "hash": found[1].hex()}


def signed(key: Ed25519PrivateKey, entry: dict[str, Any]) -> dict[str, Any]:
    """The office's signature, made here from its description alone."""
    parts = [b"hnth-head-1"]
    for data in (entry["console_id"].encode(), b"ops", bytes.fromhex(entry["hash"])):
        parts += [struct.pack(">I", len(data)), data]
    message = b"".join(parts) + struct.pack(">qqq", 1, entry["seq"], 1_800_000_000_000_000)
    return {**entry, "received_us": 1_800_000_000_000_000, "signature": key.sign(message).hex()}


@pytest.fixture(scope="module")
def office() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def office_key(office: Ed25519PrivateKey, tmp_path: Path) -> str:
    path = tmp_path / "office.pub"
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    path.write_bytes(office.public_key().public_bytes(*form))
    return str(path)


def written(path: Path, told: object) -> str:
    path.write_text(json.dumps(told))
    return str(path)


def test_a_whole_store_is_0(store: Path, capsys: pytest.CaptureFixture[str]):
    assert command.main([str(store), "--lang", "vi"]) == 0
    said = capsys.readouterr().out
    assert "NGUYÊN VẸN" in said
    assert "20 dòng" in said
    assert "--head" in said  # it says what a journal by itself can't show


def test_an_altered_store_is_1_and_the_row_is_named(
    edited: Path, capsys: pytest.CaptureFixture[str]
):
    assert command.main([str(edited), "--lang", "vi"]) == 1
    said = capsys.readouterr().out
    assert "kỳ 1, ops, dòng 11, NoteWritten, 15/01/2027 15:00:00" in said
    assert command.main([str(edited), "--lang", "en"]) == 1
    assert "epoch 1, ops, row 11, NoteWritten" in capsys.readouterr().out


def test_json_says_the_same(edited: Path, capsys: pytest.CaptureFixture[str]):
    assert command.main([str(edited), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "altered"
    (bad,) = told["files"][0]["bad"]
    assert (bad["epoch"], bad["seq"], bad["kind"], bad["reason"]) == (
        1,
        11,
        "NoteWritten",
        "altered",
    )
    assert told["files"][0]["chains"][0]["rows"] == 10


def test_what_can_t_be_read_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / JOURNAL).write_bytes(bytes(4096))
    assert command.main([str(tmp_path), "--lang", "en"]) == 2
    assert "CAN'T BE READ" in capsys.readouterr().out
    assert command.main([str(tmp_path / "nowhere"), "--lang", "en"]) == 2
    assert "nowhere" in capsys.readouterr().out
    assert command.main([str(tmp_path / "nowhere"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["problem"]["code"] == "nothing_here"
    with pytest.raises(SystemExit) as ended:
        command.main([])
    assert ended.value.code == 2


def test_it_runs_as_a_program_of_its_own(edited: Path):
    line = [sys.executable, "-m", "db.verifier", str(edited), "--lang", "vi"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert "dòng 11" in done.stdout.decode()
    assert done.stderr == b""


def test_a_signed_head_vouches(
    store: Path, tmp_path: Path, office: Ed25519PrivateKey, office_key: str,
    capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    file = written(tmp_path / "heads.json", [signed(office, head(store, n)) for n in (7, 15)])
    asked = [str(store), "--head", file, "--lang", "en"]
    assert command.main([*asked, "--office-key", office_key]) == 0
    assert "the office signed for row 15" in capsys.readouterr().out
    assert command.main(asked) == 0
    assert "its signature was not checked" in capsys.readouterr().out


def test_a_head_that_does_not_fit_is_1(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for seq, entry in (
        (7, {**head(store, 7), "hash": "00" * 32}),
        (21, {**head(store, 7), "seq": 30}),
    ):
        file = written(tmp_path / "heads.json", entry)
        assert command.main([str(store), "--head", file, "--lang", "en"]) == 1
        assert f"row {seq}" in capsys.readouterr().out


def test_a_forged_signature_is_2(
    store: Path, tmp_path: Path, office: Ed25519PrivateKey, office_key: str,
    capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    entry = signed(office, head(store, 7))
    for told in (
        {**entry, "seq": 8},
        {**entry, "received_us": 1},
        {**entry, "signature": "00" * 64},
    ):
        file = written(tmp_path / "heads.json", told)
        line = [str(store), "--head", file, "--office-key", office_key, "--lang", "en"]
        assert command.main(line) == 2
        assert "does not hold" in capsys.readouterr().out


@pytest.mark.parametrize(
    "told",
    [[1], {}, 7, None, {"console_id": 1}, {"console_id": "a", "stream": "ops", "epoch": True}],
)
def test_a_file_that_is_no_head_is_2(
    store: Path, tmp_path: Path, told: object, capsys: pytest.CaptureFixture[str]
):
    file = written(tmp_path / "heads.json", told)
    assert command.main([str(store), "--head", file, "--lang", "vi"]) == 2
    assert "heads.json" in capsys.readouterr().out
    assert command.main([str(store), "--office-key", file, "--lang", "vi"]) == 2
    assert "Ed25519" in capsys.readouterr().out


def test_receipts_in_the_file_are_heads_too(
    tmp_path: Path, office: Ed25519PrivateKey, office_key: str, capsys: pytest.CaptureFixture[str]
):
    make(tmp_path, 20)
    entry = signed(office, head(tmp_path, 12))
    row = (entry["console_id"], "ops", 1, 12, bytes.fromhex(entry["hash"]), entry["received_us"],
           bytes.fromhex(entry["signature"]))  # fmt: skip
    tamper(
        tmp_path / JOURNAL,
        "CREATE TABLE receipts (console_id, stream, epoch, seq, hash, received_us, signature)",
        "INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?)",
        values=row,
    )
    asked = [str(tmp_path), "--lang", "en", "--office-key", office_key]
    assert command.main(asked) == 0
    assert "signed for row 12" in capsys.readouterr().out
    tamper(tmp_path / JOURNAL, "UPDATE receipts SET received_us = 5")
    assert command.main(asked) == 1
    assert "row 12" in capsys.readouterr().out
    tamper(
        tmp_path / JOURNAL,
        "DELETE FROM journal WHERE seq > 10",
        "UPDATE heads SET seq = 10, hash = (SELECT hash FROM journal WHERE seq = 10)",
    )
    assert command.main([str(tmp_path), "--lang", "en"]) == 1
    assert "names row 12" in capsys.readouterr().out


def test_what_the_office_signed_is_taken_from_beside_the_journal(
    tmp_path: Path, office: Ed25519PrivateKey, capsys: pytest.CaptureFixture[str]
):
    make(tmp_path, 20)
    receipts, account = tmp_path / "receipts.json", tmp_path / "office.json"
    entry = signed(office, head(tmp_path, 12))
    written(receipts, [entry])
    written(account, {"public_key": office.public_key().public_bytes_raw().hex(), "office_id": "x"})
    asked = [str(tmp_path), "--lang", "en", "--office-key", str(account)]
    assert command.main(asked) == 0
    assert "signed for row 12" in capsys.readouterr().out
    written(receipts, [{**entry, "received_us": 5}])
    assert command.main(asked) == 1
    assert "epoch 1, ops, row 12" in capsys.readouterr().out
    receipts.write_text("{")
    assert command.main(asked) == 0
    assert "receipts.json" in capsys.readouterr().out
    written(receipts, [{**entry, "console_id": "another"}])
    assert command.main([str(tmp_path), "--lang", "en"]) == 1
    assert "not of the same console" in capsys.readouterr().out
    written(receipts, [entry])
    tamper(
        tmp_path / JOURNAL,
        "DELETE FROM journal WHERE seq > 10",
        "UPDATE heads SET seq = 10, hash = (SELECT hash FROM journal WHERE seq = 10)",
    )
    assert command.main([str(tmp_path), "--lang", "en"]) == 1
    assert "receipts.json names row 12" in capsys.readouterr().out


def test_heads_without_any_journal_are_not_lost_in_silence(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    make(tmp_path / "s", 3)
    (tmp_path / "s" / JOURNAL).unlink()
    file = written(tmp_path / "heads.json", head(store, 7))
    assert command.main([str(tmp_path / "s"), "--head", file, "--lang", "en"]) == 1
    assert "is not here" in capsys.readouterr().out


def test_text_from_the_file_does_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    make(tmp_path, 5)
    tamper(tmp_path / JOURNAL, "UPDATE journal SET kind = ? WHERE seq = 3", values=("\x1b[2J\n",))
    assert command.main([str(tmp_path), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\\x1b[2J\\x0a" in said


@pytest.mark.parametrize("language", ["vi", "en"])
def test_everything_it_can_find_has_a_sentence(language: str):
    source = "\n".join(path.read_text(encoding="utf-8") for path in VERIFIER)
    told = texts(language)
    found = {code for each in CODES.findall(source) for code in each if code}
    found |= {"altered", "extra", "missing", "unlinked"}
    assert len(found) > 15
    assert found <= told["bad"].keys() | told["note"].keys()
    assert set(PROBLEMS.findall(source)) <= told["problem"].keys()


@pytest.mark.parametrize(("locale", "language"), [("en_GB", "en"), ("vi_VN", "vi"), (None, "vi")])
def test_the_language_is_the_system_s_or_vietnamese(
    monkeypatch: pytest.MonkeyPatch, store: Path, locale: str | None, language: str,
    capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    monkeypatch.setattr(command.locale, "getlocale", lambda: (locale, "UTF-8"))
    assert command.main([str(store)]) == 0
    assert texts(language)["verdict"]["whole"] in capsys.readouterr().out


def test_without_its_sentences_it_shows_codes(
    monkeypatch: pytest.MonkeyPatch, edited: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    monkeypatch.setattr(command, "_TEXTS", tmp_path / "nowhere")
    assert command.main([str(edited)]) == 1
    assert "bad.altered" in capsys.readouterr().out


def test_it_stands_alone():
    allowed = {"pysqlite3", "cryptography", *sys.stdlib_module_names}
    for path in VERIFIER:
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                own = name == "db.verifier" or name.startswith("db.verifier.")
                assert own or name.partition(".")[0] in allowed, f"{path.name}: {name}"
