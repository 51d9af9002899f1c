"""Sealed months leave the online journal by two persons' act, and nothing else ever does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import delete, insert
from sqlalchemy.exc import DBAPIError

from db.fault import StoreFault
from db.office import access, retiring
from db.office.__main__ import main
from db.office.access import PERSON, Principal
from db.office.checking import check
from db.office.commands import keeping
from db.office.problem import Refusal
from db.office.refused import Refused
from db.office.retiring import Left, retire
from db.office.sealing import seal
from db.office.tables import journal, retirements
from db.segments.months import Month
from db.verifier.folder import verify_path
from db.verifier.server import is_server, verify_server
from tests.office.asgi import START_US, Desk, desk
from tests.office.engines import SQLITE
from tests.office.kept import behind, push
from tests.office.rows import ME, Chain

FIRST = Month.of(START_US)
NOW = FIRST.plus(14)
AN, BINH = (Principal(PERSON, name, "supervisor", b"") for name in ("an", "binh"))


class Kept:
    """An office with rows 1-3 and 4-6 in one month each, sealed, and 7-9 a year later."""

    def __init__(self, office: Desk, folder: Path) -> None:
        self.office, self.folder, self.out = office, folder / "office", folder / "segments"
        self.chain = Chain(9)
        office.console(ME)
        for month, first in ((FIRST, 1), (FIRST.plus(1), 4), (NOW, 7)):
            office.clock.now_s = max(0.0, (month.start_us - START_US) / 1e6)
            self.token = self.new_token(access.CONSOLE, ME, "technician")
            push(office, self.chain, first, first + 2, self.token)
        for month in (FIRST, FIRST.plus(1)):
            seal(self.database, month, self.out, office.office.sign, NOW.start_us)

    def new_token(self, subject: str, name: str, role: str) -> str:
        now_us = self.office.clock.utc_us()
        with self.database.write() as connection:
            return access.issue_token(connection, subject, name, role, now_us).token

    @property
    def database(self) -> Any:
        return self.office.office.database

    def retire(self, before: Month, *persons: Principal, **more: Any) -> list[Left]:
        one, two = persons or (AN, BINH)
        public = self.office.office.public_key
        return retire(self.database, self.out, before, (one, two), public, NOW.start_us, **more)

    def online(self) -> list[int]:
        answer = self.office.ask(
            "GET", f"/v1/journal/{ME}/ops", token=self.office.person("auditor")
        )
        return [row["seq"] for row in answer.json["rows"]]

    def checked(self) -> list[str]:
        public = Ed25519PublicKey.from_public_bytes(self.office.office.public_key)
        return [str(finding) for finding in check(self.database, public).findings]


@pytest.fixture
def kept(office: Desk, tmp_path: Path) -> Kept:
    return Kept(office, tmp_path)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Kept]:
    with desk(tmp_path, SQLITE) as made:
        yield Kept(made, tmp_path)


def test_sealed_months_leave_and_what_is_left_is_whole(kept: Kept):
    left = kept.retire(FIRST.plus(1))
    assert [(each.last.seq, each.rows, each.month) for each in left] == [(3, 3, str(FIRST))]
    assert kept.online() == [4, 5, 6, 7, 8, 9]
    assert kept.checked() == []
    assert kept.database.verdict().bad == ()
    assert kept.database.verdict(2).bad == ()
    where = kept.database.where
    (report,) = [verify_server(where)] if is_server(where) else verify_path(kept.folder)
    assert (report.unreadable, report.bad) == ("", [])
    assert [(chain.rows, chain.seq) for chain in report.chains] == [(6, 9)]
    assert kept.retire(FIRST.plus(1)) == []
    (more,) = kept.retire(FIRST.plus(2))
    assert (more.last.seq, kept.online()) == (6, [7, 8, 9])
    assert kept.checked() == []
    with kept.database.read() as connection:
        acts = connection.execute(retirements.select().order_by(retirements.c.seq)).all()
    assert [(act.seq, act.by_one, act.by_two) for act in acts] == [
        (3, "an", "binh"),
        (6, "an", "binh"),
    ]


def test_the_console_goes_on_as_before(kept: Kept):
    kept.retire(FIRST.plus(2))
    ask, chain, token = kept.office.ask, Chain(12), kept.token
    standing = {"stream": "ops", "epoch": 1, "seq": 9, "hash": chain.hashes[8].hex()}
    standing |= {"acked_seq": 3, "acked_hash": chain.hashes[2].hex()}
    body = {"sent_us": 0, "offset_us": 0, "standings": [standing]}
    assert ask("POST", f"/v1/heartbeat/{ME}", body, token=token).status == 200
    for first, last in ((7, 9), (9, 9), (8, 12)):
        push(kept.office, chain, first, last, token)
    again = ask("POST", f"/v1/journal/{ME}/ops", chain.push(2, 8), token=token)
    assert (again.status, again.code) == (409, "journal.retired")
    assert again.json["params"] == {"expected": 7}
    found = ask("GET", "/v1/incidents", token=kept.office.person("auditor")).json
    assert found["incidents"] == []
    forged = chain.diverge(7, 6)
    answer = ask("POST", f"/v1/journal/{ME}/ops", forged.push(7, 12), token=token)
    assert answer.code == "journal.fork"


def test_the_last_row_of_a_chain_always_stays(embedded: Kept):
    seal(embedded.database, NOW, embedded.out, embedded.office.office.sign, NOW.plus(1).start_us)
    public, later_us = embedded.office.office.public_key, NOW.plus(20).start_us
    before = NOW.plus(1)
    left = retire(embedded.database, embedded.out, before, (AN, BINH), public, later_us)
    assert [each.last.seq for each in left] == [3, 6, 8]
    assert embedded.online() == [9]
    assert embedded.checked() == []


@pytest.mark.parametrize(
    ("persons", "why"),
    [
        ((AN, AN), "two different persons"),
        ((AN, Principal("console", ME, "supervisor", b"")), "not consoles"),
    ],
)
def test_it_takes_two_persons(embedded: Kept, persons: tuple[Principal, ...], why: str):
    with pytest.raises(Refused, match=why):
        embedded.retire(FIRST.plus(1), *persons)
    with pytest.raises(Refusal, match=r"access\.role"):
        embedded.retire(FIRST.plus(1), AN, Principal(PERSON, "chi", "auditor", b""))
    assert len(embedded.online()) == 9


def test_a_year_stays_online_whatever_is_asked(embedded: Kept):
    for before, more in ((NOW, {}), (FIRST.plus(2), {"keep_months": 2})):
        with pytest.raises(Refused, match="stay online"):
            embedded.retire(before, **more)
    assert embedded.retire(FIRST.plus(2), keep_months=3)


def test_without_a_whole_segment_nothing_leaves(embedded: Kept):
    first, second = embedded.out / str(FIRST), embedded.out / str(FIRST.plus(1))
    aside = embedded.out.parent / "aside"
    shutil.move(first, aside)
    with pytest.raises(Refused, match="in no segment"):
        embedded.retire(FIRST.plus(2))
    shutil.move(aside, first)
    path = next(second.glob("*.gz"))
    data = path.read_bytes()
    path.write_bytes(data[:-9])
    with pytest.raises(Refused, match="not whole"):
        embedded.retire(FIRST.plus(2))
    path.write_bytes(data)
    (second / "manifest.sig").write_text("00" * 64)
    with pytest.raises(Refused, match="not whole"):
        embedded.retire(FIRST.plus(2))
    assert len(embedded.online()) == 9


def test_a_segment_of_other_rows_lets_nothing_leave(embedded: Kept):
    """Signed with the office's own key, of rows that it does not have."""
    path = embedded.out / str(FIRST) / "manifest.json"
    told = json.loads(path.read_text())
    other = Chain(3, salt="other")
    with desk(embedded.out.parent / "other", SQLITE) as strange:
        strange.office.sign = embedded.office.office.sign
        push(strange, other, 1, 3, strange.console(ME))
        shutil.rmtree(embedded.out)
        seal(
            strange.office.database, FIRST, embedded.out, embedded.office.office.sign, NOW.start_us
        )
    assert json.loads(path.read_text())["chains"][0]["last_hash"] != told["chains"][0]["last_hash"]
    with pytest.raises(Refused, match="is not the one that"):
        embedded.retire(FIRST.plus(1))
    assert len(embedded.online()) == 9


def act(seq: int, digest: bytes, one: str = "an", two: str = "binh") -> Any:
    return insert(retirements).values(
        console_id=ME, stream="ops", epoch=1, seq=seq, hash=digest, month="2026-01",
        manifest_sha256=bytes(32), by_one=one, by_two=two, at_us=1,
    )  # fmt: skip


def test_the_guard_gives_way_for_what_an_act_names_alone(kept: Kept):
    kept.retire(FIRST.plus(1))
    hashes = kept.chain.hashes
    for statement in (
        delete(journal).where(journal.c.seq == 4),
        delete(journal).where(journal.c.seq == 9),
        delete(journal),
        delete(retirements),
        retirements.update().values(seq=8),
        act(5, hashes[4], "an", "an"),
        act(5, bytes(32)),
        act(9, hashes[8]),
        act(10, bytes(32)),
    ):
        with pytest.raises((StoreFault, DBAPIError)), kept.database.write() as connection:
            connection.execute(statement)
    assert kept.online() == [4, 5, 6, 7, 8, 9]


def test_what_was_broken_off_is_finished_by_the_next(
    embedded: Kept, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(retiring, "_remove", lambda *_: 0)
        embedded.retire(FIRST.plus(1))
    assert len(embedded.online()) == 9
    assert embedded.checked() == []
    assert embedded.database.verdict().bad == ()
    assert embedded.retire(FIRST.plus(1)) == []
    assert embedded.online() == [4, 5, 6, 7, 8, 9]


def test_the_verifier_begins_after_what_left_and_says_so(embedded: Kept, tmp_path: Path):
    embedded.retire(FIRST.plus(1))
    embedded.office.close()
    path = embedded.folder
    (report,) = verify_path(path)
    assert report.bad == []
    assert [(chain.rows, chain.seq) for chain in report.chains] == [(6, 9)]
    told = next(note for note in report.notes if note.code == "retired")
    assert (told.params["seq"], told.params["by_one"]) == (3, "an")
    behind(path, "DELETE FROM journal WHERE seq = 4")
    assert [(bad.reason, bad.seq) for bad in verify_path(path)[0].bad] == [("missing", 4)]
    behind(path, "UPDATE retirements SET seq = 4")
    assert [(bad.reason, bad.seq) for bad in verify_path(path)[0].bad] == [("unlinked", 5)]


def test_the_command_asks_two_tokens(
    embedded: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr(keeping, "now_us", lambda: NOW.start_us)
    for name in ("an", "binh"):
        (tmp_path / name).write_text(embedded.new_token(PERSON, name, "administrator") + "\n")
    folder = str(embedded.folder)
    asked = ["retire", folder, "--before", str(FIRST.plus(1)), "--segments", str(embedded.out)]
    one, two = ["--token-file", str(tmp_path / "an")], ["--token-file", str(tmp_path / "binh")]
    monkeypatch.setattr(keeping.getpass, "getpass", lambda _: "nonsense")
    assert main([*asked, *one]) == 2
    assert "access.token" in capsys.readouterr().err
    assert main([*asked, *one, *one]) == 2
    assert main([*asked, *one, *two]) == 0
    said = capsys.readouterr().out
    assert f"{ME} ops epoch 1: 3 rows up to 3 left" in said
    assert "an and binh" in said
    assert main(["verify", folder]) == 0


@pytest.mark.parametrize("suffix", ["", ".exe"])
def test_a_frozen_office_asks_the_verifier_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, suffix: str
):
    monkeypatch.setattr(retiring.sys, "frozen", True, raising=False)
    monkeypatch.setattr(retiring.sys, "executable", str(tmp_path / f"hnth-office{suffix}"))
    assert retiring.verifier() == [str(tmp_path / f"hnth-verify{suffix}")]
