"""`hnth-office verify`: the first bad row, receipt, witness's head or record is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.office.__main__ import main
from db.office.checking import quick
from db.office.database import Database
from db.office.service import DATABASE
from tests.office.kept import behind, made, rewritten, witnessed
from tests.office.rows import ME


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return made(tmp_path / "office")[0]


def said(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main(["verify", str(folder), *more])
    return code, capsys.readouterr().out


def test_an_office_in_order_is_0(office: Path, capsys: pytest.CaptureFixture[str]):
    code, out = said(office, capsys)
    assert code == 0
    assert f"console {ME} ops epoch 1: 9 rows" in out
    assert "3 receipts" in out


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE journal SET body = x'00' WHERE seq = 5", "row 5 is not as it was written (alt"),
        ("DELETE FROM journal WHERE seq = 1", "row 1 is not as it was written (missing)"),
        ("DELETE FROM journal WHERE seq > 7", "row 8 is not as it was written (missing)"),
        ("DELETE FROM journal; DELETE FROM heads", "row 1 is not there, although a receipt"),
        ("UPDATE heads SET seq = 8", "row 8 is not as it was written (head)"),
        ("DELETE FROM heads", "row 1 is not as it was written (beyond)"),
        ("UPDATE receipts SET hash = zeroblob(32) WHERE seq = 6", "row 6"),
    ],
)
def test_what_was_altered_is_named(
    office: Path, statement: str, named: str, capsys: pytest.CaptureFixture[str]
):
    behind(office, *statement.split(";"))
    code, out = said(office, capsys)
    assert code == 1
    assert f"BAD: console {ME} ops epoch 1 {named}" in out


def test_an_office_rewritten_with_its_own_key_is_found_by_a_witness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder, chain = made(tmp_path / "office")
    witness = witnessed(folder, tmp_path / "other-console")
    assert said(folder, capsys, "--witness", str(witness))[0] == 0
    rewritten(folder, chain, 5)
    assert said(folder, capsys)[0] == 0, "the control: alone nothing shows"
    code, out = said(folder, capsys, "--witness", str(witness))
    assert code == 1
    assert f"ops epoch 1 row 6 is not the row that witness {witness / 'witness.json'} names" in out


def test_rows_and_consoles_that_a_witness_saw_must_be_there(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    witness = str(witnessed(office, tmp_path / "other-console") / "witness.json")
    cut = ("DELETE FROM journal WHERE seq > 4", "DELETE FROM receipts WHERE seq > 4",
           "UPDATE heads SET seq = 4, hash = (SELECT hash FROM journal WHERE seq = 4)")  # fmt: skip
    behind(office, *cut)
    assert said(office, capsys)[0] == 0, "the control: alone nothing shows"
    code, out = said(office, capsys, "--witness", witness)
    assert (code, "row 5 is not there, although witness" in out) == (1, True)
    behind(office, "DELETE FROM journal", "DELETE FROM receipts", "DELETE FROM heads")
    assert said(office, capsys)[0] == 0
    code, out = said(office, capsys, "--witness", witness)
    assert (code, "row 1 is not there, although witness" in out) == (1, True)


def test_a_witness_whose_heads_were_made_up_is_named(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = witnessed(office, tmp_path / "w") / "witness.json"
    told = json.loads(path.read_text())
    told[1]["received_us"] += 1
    path.write_text(json.dumps(told))
    code, out = said(office, capsys, "--witness", str(path))
    assert (code, "row 6 has a countersignature that does not hold" in out) == (1, True)
    for text in ("{}", "[1]", "", '[{"seq": 1}]'):
        path.write_text(text)
        assert main(["verify", str(office), "--witness", str(path)]) == 2


RECORD = "INSERT INTO record_versions VALUES ('contact', 'a', {v}, {v}, 0, '{b}', 'an', 1)"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE records SET body = '[]'", "is not its newest version"),
        ("DELETE FROM records", "is gone"),
        ("DELETE FROM record_versions WHERE version = 1", "a version is missing or out of order"),
        ("UPDATE record_versions SET body = '7' WHERE version = 1", "version 1 is no JSON"),
        ("UPDATE revision SET rev = 1", "a version is missing or out of order"),
    ],
)
def test_records_must_be_their_newest_versions(
    office: Path, statement: str, named: str, capsys: pytest.CaptureFixture[str]
):
    behind(
        office,
        RECORD.format(v=1, b="{}"),
        RECORD.format(v=2, b='{"n": 2}'),
        """INSERT INTO records VALUES ('contact', 'a', 2, 2, 0, '{"n": 2}', 'an', 1)""",
        "UPDATE revision SET rev = 2",
    )
    assert said(office, capsys)[0] == 0
    behind(office, statement)
    code, out = said(office, capsys)
    assert code == 1
    assert f"BAD: record contact a: {named}" in out


def test_after_an_end_without_closing_the_last_rows_are_looked_at_before_serving(
    office: Path, capsys: pytest.CaptureFixture[str]
):
    behind(office, "UPDATE journal SET actor = 'nobody' WHERE seq = 8")
    (office / f"{DATABASE}-wal").write_bytes(b"what a killed office leaves")
    assert main(["serve", str(office), "--listen", "127.0.0.1", "--port", "0"]) == 1
    said = capsys.readouterr().err
    assert "not served" in said
    assert "row 8 is not as it was written" in said


def test_an_office_that_was_killed_and_is_whole_is_let_through(office: Path):
    database = Database.open(office / DATABASE)
    try:
        assert quick(database) is None
    finally:
        database.close()


def test_a_damaged_file_is_named_or_can_t_be_checked(
    office: Path, capsys: pytest.CaptureFixture[str]
):
    path = office / DATABASE
    data = bytearray(path.read_bytes())
    data[4096 * 8 : 4096 * 12] = bytes(4096 * 4)
    path.write_bytes(data)
    assert main(["verify", str(office)]) in (1, 2)
    path.write_bytes(bytes(len(data)))
    assert main(["verify", str(office)]) == 2
