"""Months sealed by the office, checked by the verifier alone and in sequence."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from db.office import keys
from db.office.__main__ import main
from db.office.sealing import NotOver, seal
from db.office.service import DATABASE, Office
from db.segments.months import Month
from db.sync.identity import NewKey
from db.verifier.folder import verify_path
from db.verifier.walk import FileReport
from tests.office.asgi import START_US, Desk, new_office
from tests.office.kept import behind, push
from tests.office.rows import ME, Chain

FIRST = Month.of(START_US)
DAY_S = 24 * 3600.0


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Three months: rows 1-3 and 4-6 in the first, none in the second, 7-8 in the third."""
    desk = Desk(new_office(tmp_path / "office"))
    chain, token = Chain(9), desk.console(ME)
    months = [(month.start_us - START_US) / 1e6 for month in (FIRST.plus(1), FIRST.plus(2))]
    for first, last, at_s in ((1, 3, 0.0), (4, 6, months[0] - 1), (7, 8, months[1])):
        desk.clock.now_s = at_s
        push(desk, chain, first, last, token)
    desk.close()
    return tmp_path / "office"


def sealed(office: Path, to: Path, *months: int) -> list[Path]:
    made = Office(office)
    try:
        end_us = FIRST.plus(5).start_us
        found = [seal(made.database, FIRST.plus(n), to, made.sign, end_us) for n in months]
    finally:
        made.close()
    return [each for each in found if each is not None]


def key_of(office: Path) -> object:
    return keys.signing_key(office).public_key()


def bad(path: Path, key: object = None) -> list[tuple[str, int]]:
    return [(row.reason, row.seq) for report in verify_path(path, (), key) for row in report.bad]


def codes(reports: list[FileReport]) -> set[str]:
    return {note.code for report in reports for note in report.notes}


def test_months_by_when_the_office_had_the_rows(office: Path, tmp_path: Path):
    made = sealed(office, tmp_path / "out", 0, 1, 2)
    assert [each.name for each in made] == [str(FIRST), str(FIRST.plus(2))]
    reports = verify_path(tmp_path / "out", (), key_of(office))
    assert [row for report in reports for row in report.bad] == []
    chains = [chain for report in reports for chain in report.chains]
    assert [(c.rows, c.signed_seq) for c in chains] == [(6, 6), (2, 8)]
    assert codes(reports) == {"sealed"}


def test_a_later_segment_alone_says_that_it_begins_later(office: Path, tmp_path: Path):
    (_, later) = sealed(office, tmp_path / "out", 0, 2)
    reports = verify_path(later, (), key_of(office))
    assert codes(reports) == {"sealed", "begins_later"}
    assert [row for report in reports for row in report.bad] == []


def test_sealing_again_gives_the_same_bytes(office: Path, tmp_path: Path):
    (one,), (two,) = (sealed(office, tmp_path / name, 0) for name in "ab")
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {
        p.name: p.read_bytes() for p in two.iterdir()
    }
    with pytest.raises(FileExistsError):
        sealed(office, tmp_path / "a", 0)


def test_a_sequence_with_a_segment_gone_names_the_first_missing_row(office: Path, tmp_path: Path):
    desk = Desk(office)
    desk.clock.now_s = (FIRST.plus(3).start_us - START_US) / 1e6
    chain, token = Chain(9), desk.code(console_id=ME)
    asked = {"code": token, "console_id": ME, "name": "x", "csr": NewKey(ME).csr}
    answer = desk.ask("POST", "/v1/enrol", asked)
    push(desk, chain, 9, 9, answer.json["token"])
    desk.close()
    made = sealed(office, tmp_path / "out", 0, 2, 3)
    assert bad(tmp_path / "out", key_of(office)) == []
    shutil.rmtree(made[1])
    assert bad(tmp_path / "out", key_of(office)) == [("missing", 7)]


def test_a_manifest_changed_or_signed_by_another_is_named(office: Path, tmp_path: Path):
    (made,) = sealed(office, tmp_path / "out", 0)
    keys.make_signing_key(tmp_path)
    assert bad(made, key_of(tmp_path)) == [("seal", 0), ("forged", 6)][::-1]
    path = made / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert bad(made, key_of(office)) == [("seal", 0)]
    (made / "manifest.sig").unlink()
    assert bad(made) == [("unsealed", 0)]


def test_a_segment_that_contradicts_another_is_named(office: Path, tmp_path: Path):
    (first, _) = sealed(office, tmp_path / "out", 0, 2)
    path = next(first.glob("*.gz"))
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    told = json.loads((first / "manifest.json").read_text())
    told["chains"][0] |= {"last_seq": 5, "rows": 5, "heads": []}
    told["chains"][0]["last_hash"] = json.loads(lines[4])["hash"]
    (first / "manifest.json").write_text(json.dumps(told))
    path.write_bytes(gzip.compress(b"".join(lines[:5])))
    assert ("missing", 6) in bad(tmp_path / "out")


def test_a_month_that_is_not_over_is_not_sealed(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = Office(office)
    try:
        with pytest.raises(NotOver):
            seal(made.database, FIRST, tmp_path, made.sign, FIRST.plus(1).start_us - 1)
    finally:
        made.close()
    assert main(["seal", str(office), "--to", str(tmp_path / "o"), "--month", "2999-01"]) == 2
    assert "not over" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()
    with pytest.raises(SystemExit):
        main(["seal", str(office), "--to", str(tmp_path), "--month", "2026-13"])


def test_a_row_that_was_altered_is_not_sealed_and_is_named(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    from db.office.commands import keeping

    monkeypatch.setattr(keeping, "now_us", lambda: FIRST.plus(1).start_us)
    behind(office, "UPDATE journal SET actor = 'nobody' WHERE seq = 5")
    out = tmp_path / "out"
    assert main(["seal", str(office), "--to", str(out)]) == 1
    assert f"console {ME} ops epoch 1 row 5 is not as it was" in capsys.readouterr().err
    assert not list(out.iterdir())
    assert (office / DATABASE).exists()


def test_the_command_seals_the_month_before(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    from db.office.commands import keeping

    monkeypatch.setattr(keeping, "now_us", lambda: FIRST.plus(1).start_us)
    out = tmp_path / "out"
    assert main(["seal", str(office), "--to", str(out)]) == 0
    assert str(out / str(FIRST)) in capsys.readouterr().out
    assert bad(out, key_of(office)) == []


@pytest.mark.parametrize("text", ["", "2026", "2026-00", "2026-1", "26-10", "x", "2026-10-01"])
def test_what_is_no_month(text: str):
    with pytest.raises(ValueError, match="2026-10"):
        Month.parse(text)
    assert str(Month.parse("2026-12").plus(1)) == "2027-01"
    assert str(Month.parse("2026-01").plus(-1)) == "2025-12"
