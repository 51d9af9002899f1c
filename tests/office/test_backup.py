"""Backups that count only when they are whole, and offices that come back from them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from db.office import backup as module
from db.office import keys
from db.office.__main__ import main
from db.office.backup import KEYS, backup, restore
from db.office.refused import Refused
from db.office.service import DATABASE
from tests.db.rows import raw
from tests.office.asgi import Desk, new_office
from tests.office.engines import Postgres
from tests.office.kept import behind, made, push
from tests.office.rows import ME, Chain

CHAIN = 9


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return made(tmp_path / "office", CHAIN)[0]


def server_epoch(folder: Path) -> str:
    connection = raw(folder / DATABASE)
    try:
        return connection.execute("SELECT server_epoch FROM office").fetchone()[0]
    finally:
        connection.close()


def test_a_backup_is_taken_while_the_office_serves(tmp_path: Path):
    desk = Desk(new_office(tmp_path / "office"))
    try:
        chain, token = Chain(6), desk.console(ME)
        push(desk, chain, 1, 4, token)
        taken = backup(tmp_path / "office", tmp_path / "away", same_volume=True, now_s=0.0)
        push(desk, chain, 5, 6, token)
    finally:
        desk.close()
    assert taken.folder.name == "office-19700101T000000Z"
    assert (taken.checked.rows, taken.checked.receipts, taken.checked.findings) == (4, 1, [])
    assert {path.name for path in taken.folder.iterdir()} == {
        DATABASE, "backup.json", keys.CA, keys.CONSOLES, keys.SERVER}  # fmt: skip
    assert [path.name for path in (tmp_path / "away").iterdir()] == [taken.folder.name]


def test_keys_are_in_it_only_when_asked_for(office: Path, tmp_path: Path):
    without = backup(office, tmp_path / "a", same_volume=True).folder
    with_keys = backup(office, tmp_path / "b", same_volume=True, with_keys=True).folder
    for name in KEYS:
        assert not (without / name).exists()
        assert (with_keys / name).read_bytes() == (office / name).read_bytes()
        if os.name == "posix":
            assert stat.S_IMODE((with_keys / name).stat().st_mode) == 0o600


def test_the_same_volume_and_the_office_s_own_folder_are_refused(office: Path, tmp_path: Path):
    with pytest.raises(Refused, match="same volume"):
        backup(office, tmp_path / "away")
    with pytest.raises(Refused, match="own folder"):
        backup(office, office / "backups", same_volume=True)
    assert list((tmp_path / "away").iterdir()) == []


def test_nothing_is_overwritten_and_nothing_half_made_is_left(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    backup(office, tmp_path / "away", same_volume=True, now_s=0.0)
    with pytest.raises(FileExistsError):
        backup(office, tmp_path / "away", same_volume=True, now_s=0.0)

    def broken(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(module, "_checked", broken)
    with pytest.raises(OSError, match="no space"):
        backup(office, tmp_path / "away", same_volume=True, now_s=1.0)
    assert len(list((tmp_path / "away").iterdir())) == 1


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE journal SET actor = 'nobody' WHERE seq = 5", "row 5 is not as it was written"),
        ("DELETE FROM journal WHERE seq = 4", "row 4 is not as it was written (missing)"),
        ("UPDATE receipts SET received_us = 1 WHERE seq = 6", "row 6 has a countersignature"),
    ],
)
def test_a_copy_that_is_not_whole_does_not_count(
    office: Path, tmp_path: Path, statement: str, names: str,
    capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    behind(office, statement)
    code = main(["backup", str(office), "--to", str(tmp_path / "away"), "--same-volume"])
    assert code == 1
    assert names in capsys.readouterr().err
    assert list((tmp_path / "away").iterdir()) == []


def test_only_the_newest_stay_and_only_finished_ones_of_this_office_go(
    office: Path, tmp_path: Path
):
    away = tmp_path / "away"
    other = made(tmp_path / "other", 1)[0]
    behind(other, "UPDATE office SET office_id = 'another'")
    backup(other, away, same_volume=True, now_s=5.0)
    (away / "office-19700101T000001Z").mkdir()
    for second in (10.0, 20.0, 30.0):
        last = backup(office, away, same_volume=True, keep=2, now_s=second)
    assert [path.name[-7:] for path in last.removed] == ["000010Z"]
    assert sorted(path.name[-7:] for path in away.iterdir()) == [
        "000001Z", "000005Z", "000020Z", "000030Z"]  # fmt: skip


def test_an_office_comes_back_with_a_new_server_epoch(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    taken = backup(office, tmp_path / "away", same_volume=True, with_keys=True).folder
    back = tmp_path / "back"
    assert main(["restore", str(back), "--from", str(taken)]) == 0
    assert f"{ME} ops epoch 1: from row {CHAIN + 1} on" in capsys.readouterr().out
    assert server_epoch(back) != server_epoch(office)
    assert {path.name for path in back.iterdir()} == {
        DATABASE, keys.CA, keys.CONSOLES, keys.SERVER, *KEYS}  # fmt: skip
    assert main(["verify", str(back)]) == 0


def test_consoles_fill_up_an_office_that_came_back(tmp_path: Path):
    desk = Desk(new_office(tmp_path / "office"))
    chain, token = Chain(6), desk.console(ME)
    push(desk, chain, 1, 4, token)
    taken = backup(tmp_path / "office", tmp_path / "away", same_volume=True, with_keys=True)
    push(desk, chain, 5, 6, token)
    desk.close()
    restore(taken.folder, tmp_path / "back")
    desk = Desk(tmp_path / "back")
    try:
        push(desk, chain, 5, 6, token)
    finally:
        desk.close()
    assert main(["verify", str(tmp_path / "back")]) == 0


def test_a_restore_never_touches_an_office_that_is_there(office: Path, tmp_path: Path):
    taken = backup(office, tmp_path / "away", same_volume=True, with_keys=True).folder
    before = (office / DATABASE).read_bytes()
    assert main(["restore", str(office), "--from", str(taken)]) == 2
    assert (office / DATABASE).read_bytes() == before


def test_without_keys_the_office_s_own_must_be_there_first(office: Path, tmp_path: Path):
    taken = backup(office, tmp_path / "away", same_volume=True).folder
    back = tmp_path / "back"
    with pytest.raises(Refused, match=r"put the office's keys"):
        restore(taken, back)
    assert list(back.iterdir()) == []
    for name in (keys.SIGNING_KEY, keys.SERVER_KEY):
        (back / name).write_bytes((office / name).read_bytes())
    assert restore(taken, back).findings == []
    strange = tmp_path / "strange"
    strange.mkdir()
    keys.make_signing_key(strange)
    (strange / keys.SERVER_KEY).write_bytes((office / keys.SERVER_KEY).read_bytes())
    with pytest.raises(Refused, match="another office's key"):
        restore(taken, strange)
    assert {path.name for path in strange.iterdir()} == {keys.SIGNING_KEY, keys.SERVER_KEY}


def test_a_backup_that_was_changed_since_is_not_put_back(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    taken = backup(office, tmp_path / "away", same_volume=True, with_keys=True).folder
    behind(taken, "UPDATE journal SET actor = 'nobody' WHERE seq = 5")
    back = tmp_path / "back"
    assert main(["restore", str(back), "--from", str(taken)]) == 2
    assert "not the file that was backed up" in capsys.readouterr().err
    told = json.loads((taken / "backup.json").read_text())
    told["sha256"] = module._sha256_of(taken / DATABASE)
    (taken / "backup.json").write_text(json.dumps(told))
    assert main(["restore", str(back), "--from", str(taken)]) == 1
    assert "row 5" in capsys.readouterr().err
    assert list(back.iterdir()) == []
    (taken / "backup.json").unlink()
    assert main(["restore", str(back), "--from", str(taken)]) == 2


def test_a_restore_that_breaks_off_leaves_no_office(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    taken = backup(office, tmp_path / "away", same_volume=True, with_keys=True).folder

    def broken(_: object) -> None:
        raise OSError(5, "broken")

    monkeypatch.setattr(module, "renew_epoch", broken)
    with pytest.raises(OSError, match="broken"):
        restore(taken, tmp_path / "back")
    assert list((tmp_path / "back").iterdir()) == []


def test_where_there_is_no_office_there_is_no_backup(tmp_path: Path):
    assert main(["backup", str(tmp_path / "none"), "--to", str(tmp_path / "away")]) == 2
    assert not (tmp_path / "away").exists()


def test_a_server_s_keeper_is_sent_to_pg_dump_and_renews_the_epoch_afterwards(
    tmp_path: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
):
    folder = postgres.new_office(tmp_path / "office")
    try:
        assert main(["backup", str(folder), "--to", str(tmp_path / "away")]) == 2
        assert "pg_dump" in capsys.readouterr().err
        assert not (tmp_path / "away").exists()
        query = "SELECT server_epoch FROM office"
        before = postgres.rows(folder, query)
        assert main(["renew", str(folder)]) == 0
        assert postgres.rows(folder, query) != before
        assert main(["verify", str(folder)]) == 0
    finally:
        postgres.forget(folder)
