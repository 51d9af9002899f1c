"""The command that hands a journal over: everything of a store, and nothing overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.__main__ import main
from db.verifier.folder import verify_path
from tests.db.verifier.stores import damaged, make, tamper


def test_every_journal_of_the_store_is_handed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    store = tmp_path / "data" / "store"
    make(store, 8)
    tamper(store / "journal.sqlite3", "UPDATE journal SET actor = 'x' WHERE seq = 8")
    evidence = damaged(store)
    asked = ["evidence", "--data", str(tmp_path / "data"), "--to", str(tmp_path / "out")]
    assert main([*asked, "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert evidence in said
    assert "hnth-verify" in said
    found = [
        (bad.reason, bad.seq) for report in verify_path(tmp_path / "out") for bad in report.bad
    ]
    assert found == [("altered", 8)]
    assert main([*asked, "--language", "vi"]) == 2
    assert "không ghi đè" in capsys.readouterr().err


def test_a_file_that_can_t_be_read_is_named_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "store" / "journal.sqlite3"
    path.parent.mkdir()
    path.write_bytes(bytes(5000))
    asked = ["evidence", "--data", str(tmp_path), "--to", str(tmp_path / "out")]
    assert main([*asked, "--language", "en"]) == 2
    assert "keep it" in capsys.readouterr().err
    assert path.read_bytes() == bytes(5000)
    assert not list(tmp_path.glob("out/*"))


def test_where_there_is_no_journal_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["evidence", "--data", str(tmp_path), "--to", str(tmp_path / "out")]) == 2
    assert str(tmp_path / "store") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
