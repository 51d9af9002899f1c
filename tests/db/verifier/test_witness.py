"""What other consoles saw: an office or a store rewritten as a whole, with its key, is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from db.verifier import __main__ as command
from db.verifier.heads import seen_heads
from tests.db.rows import raw
from tests.db.verifier.stores import make, named, tamper
from tests.office.kept import behind, made, rewritten, witnessed
from tests.office.rows import ME


def saw(store: Path, console_id: str, seq: int, at: Path) -> Path:
    """A head of a store's chain as another console keeps it, unsigned."""
    connection = raw(store / "journal.sqlite3")
    digest = connection.execute("SELECT hash FROM journal WHERE seq = ?", (seq,)).fetchone()[0]
    connection.close()
    told = {"console_id": console_id, "stream": "ops", "epoch": 1, "seq": seq}
    stranger = {**told, "console_id": "9" * 32, "hash": "00" * 32}
    at.write_text(json.dumps([{**told, "hash": digest.hex()}, stranger]))
    return at


def test_an_office_rewritten_with_its_key_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder, chain = made(tmp_path / "office")
    witness = witnessed(folder, tmp_path / "store-of-another")
    asked = [str(folder), "--lang", "en", "--witness", str(witness)]
    assert command.main(asked) == 0
    rewritten(folder, chain, 5)
    assert command.main([str(folder)]) == 0, "the control: alone nothing shows"
    capsys.readouterr()
    assert command.main(asked) == 1
    said = capsys.readouterr().out
    assert "epoch 1, ops, row 6" in said
    assert str(witness / "witness.json") in said


def test_a_console_that_the_office_no_longer_knows_is_found(tmp_path: Path):
    folder, _ = made(tmp_path / "office")
    seen = seen_heads(witnessed(folder, tmp_path / "w"), None)
    behind(folder, "DELETE FROM journal", "DELETE FROM heads", "DELETE FROM receipts")
    assert named(folder) == []
    assert named(folder, seen=seen) == [("gone", 1)]


def test_a_store_is_held_against_what_others_saw_of_it_alone(tmp_path: Path):
    console_id = make(tmp_path / "s", 20)
    seen: list[Any] = seen_heads(saw(tmp_path / "s", console_id, 12, tmp_path / "w.json"), None)
    assert named(tmp_path / "s", seen=seen) == []
    tamper(
        tmp_path / "s" / "journal.sqlite3",
        "DELETE FROM journal WHERE seq > 10",
        "UPDATE heads SET seq = 10, hash = (SELECT hash FROM journal WHERE seq = 10)",
    )
    assert named(tmp_path / "s") == []
    assert named(tmp_path / "s", seen=seen) == [("cut", 11)]


def test_the_witness_in_the_folder_itself_is_asked_without_being_named(tmp_path: Path):
    console_id = make(tmp_path / "s", 20)
    saw(tmp_path / "s", console_id, 12, tmp_path / "s" / "witness.json")
    assert named(tmp_path / "s") == []
    told = json.loads((tmp_path / "s" / "witness.json").read_text())
    told[0]["hash"] = "00" * 32
    (tmp_path / "s" / "witness.json").write_text(json.dumps(told))
    assert named(tmp_path / "s") == [("other", 12)]


def test_a_witness_s_heads_must_be_signed_where_the_key_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder, _ = made(tmp_path / "office")
    witness = witnessed(folder, tmp_path / "w") / "witness.json"
    from db.office import keys

    public = keys.signing_key(folder).public_key().public_bytes_raw().hex()
    (tmp_path / "key").write_text(public)
    asked = [str(folder), "--witness", str(witness), "--office-key", str(tmp_path / "key")]
    assert command.main([*asked, "--lang", "en"]) == 0
    assert "the office signed for row 9" in capsys.readouterr().out
    told = json.loads(witness.read_text())
    told[0]["received_us"] += 1
    witness.write_text(json.dumps(told))
    assert command.main([*asked, "--lang", "en"]) == 2
    assert command.main([str(folder), "--witness", str(tmp_path / "none")]) == 2
    assert ME not in capsys.readouterr().err
