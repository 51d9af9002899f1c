"""Accounts and certificates of the office, with the office there and away."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from console.core.accounts import Roll, propose_pin, read_directory, read_kept, read_pins
from console.core.admission import Admission
from console.core.operators import Operators
from console.core.pins import KnownPins, Pin
from console.domain import facts as f
from console.qt.scene import Scene
from db import passwords, queries
from db.directory import Directory
from db.directory_file import FILE
from db.office.kinds import stored
from db.office.record_models import RECORD_ID
from db.passwords import Cost
from db.reference import Cursor, Record
from db.writer import JournalWriter
from tests.core.away import NAME, WORD

EPOCH = "e" * 32
SECOND = 1_000_000
PRINT, OTHER = "ab" * 32, "cd" * 32


def account(name: str = NAME, version: int = 1, **changed: Any) -> Record:
    body = {
        "name": name,
        "display": "Nguyễn Văn An",
        "role": "technician",
        "password": passwords.make(WORD, Cost(10, 8, 1)),
        "disabled": False,
    }
    return Record("account", name, version, version, body | changed)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    made = Directory(tmp_path)
    yield made
    made.close()


class Console:
    """The part of a console that admission concerns; what is to run in a thread runs at once."""

    def __init__(self, directory: Directory | None) -> None:
        self.scene = Scene()
        clock: Any = self.scene.clock
        self.people = Operators(self.scene.store, self.scene.dispatcher, clock, "dung")
        self.directory = directory
        self.believed: Mapping[str, Pin] = {}
        self.admission = Admission(self.people, lambda: self.directory, self._believe, self._beside)

    def _believe(self, pins: Mapping[str, Pin]) -> None:
        self.believed = pins

    def _beside(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        done(work())

    def look(self) -> None:
        self.scene.clock.at_us += 3 * SECOND
        self.admission.look(self.scene.clock.at_us)


def test_what_the_office_told_last_is_known_without_it(tmp_path: Path) -> None:
    assert read_kept(tmp_path) == (Roll(pulled=False), {})
    directory = Directory(tmp_path)
    directory.apply([account()], Cursor(EPOCH, 1))
    directory.close()
    roll, _ = read_kept(tmp_path)
    assert roll.pulled
    assert roll.accounts[NAME].title == "Nguyễn Văn An"


def test_a_damaged_file_gives_no_accounts_and_says_that_none_were_pulled(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    directory.apply([account()], Cursor(EPOCH, 1))
    directory.close()
    (tmp_path / FILE).write_bytes(b"rubbish" * 4000)
    roll, _ = read_kept(tmp_path)
    assert not roll.accounts
    assert not roll.pulled


def test_what_the_office_changes_reaches_the_operators(directory: Directory) -> None:
    console = Console(directory)
    console.people.learn(Roll())
    directory.apply([account()], Cursor(EPOCH, 1))
    console.look()
    assert console.people.needed
    assert console.people.sign_in(console.people.ask(NAME), True) is None
    directory.apply([account(version=2, disabled=True)], Cursor(EPOCH, 2))
    console.look()
    assert console.people.closed


def test_leaving_the_office_opens_the_console_and_a_link_that_is_not_up_yet_does_not(
    directory: Directory,
) -> None:
    directory.apply([account()], Cursor(EPOCH, 1))
    console = Console(None)
    console.people.learn(read_directory(directory)[0])
    console.look()
    assert console.people.closed
    console.admission.heard((f.OfficeLeft("o", "https://office"),))
    console.look()
    assert not console.people.needed


def test_a_row_that_is_no_record_is_told_as_unreadable(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "records", lambda kind: [Record("account", "x", 1, 1, None)])  # type: ignore[arg-type]
    roll, pins = read_directory(directory)
    assert roll.problem is not None
    assert pins == {}


# -- certificates -------------------------------------------------------------------------------


def pin(address: str, sha256: str, at_us: int, record: str = "p") -> Record:
    body = {"device": address, "sha256": sha256, "note": "MCU", "approved_by": "minh"}
    return Record("pin", record, 1, 1, body, at_us=at_us)


def test_the_offices_pins_count_as_approved_and_the_newer_decision_stands(tmp_path: Path) -> None:
    pins = KnownPins(tmp_path / "pins.toml")
    given = read_pins([pin("10.0.0.1:445", PRINT, 100), pin("10.0.0.2:445", "no print", 100)])
    assert pins.give(given) == {"10.0.0.1:445"}
    assert pins.of("10.0.0.1:445") == Pin(PRINT, 100, "MCU")
    assert pins.give(given) == set()
    pins.keep("10.0.0.1:445", Pin(OTHER, 200, "MCU"))
    assert pins.of("10.0.0.1:445") == Pin(OTHER, 200, "MCU")
    assert pins.give(read_pins([pin("10.0.0.1:445", PRINT, 300)])) == {"10.0.0.1:445"}
    assert pins.give({}) == {"10.0.0.1:445"}
    assert pins.of("10.0.0.1:445") == Pin(OTHER, 200, "MCU")
    assert PRINT not in (tmp_path / "pins.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["10.0.0.1:445", "mcu.hnth.example:443", "[fe80::1]:445"])
def test_an_approved_certificate_is_proposed_to_the_office(
    directory: Directory, address: str
) -> None:
    propose_pin(directory, address, Pin(PRINT, 7, "MCU"), "minh", "an")
    (proposal,) = directory.proposals()
    assert (proposal.kind, proposal.operator, proposal.base_version) == ("pin", "an", 0)
    assert proposal.body is not None
    assert proposal.body["device"] == address
    assert re.fullmatch(RECORD_ID, proposal.record_id)
    assert PRINT in stored("pin", proposal.body, "office")


def test_without_an_office_an_approved_certificate_is_believed_here_alone() -> None:
    Console(None).admission.propose("10.0.0.1:445", Pin(PRINT), "minh")


# -- the window, with the office away -------------------------------------------------------------


def test_the_window_lets_people_in_while_the_office_is_away(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    directory = Directory(store)
    directory.apply([account()], Cursor(EPOCH, 1))
    directory.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.away", "run", "--data", str(tmp_path)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["closed"] is True
    assert told["refused"] == "access.sign_in"
    assert told["wrong"].startswith("Tên hoặc mật khẩu không đúng")
    assert told["let_in"] is told["accepted"] is told["locked"] is True
    rows = [row for row in _rows(store) if row.kind.startswith(("Operator", "Console", "Note"))]
    assert [(row.kind, row.actor) for row in rows] == [
        ("OperatorSignInRefused", "console"),
        ("OperatorSignedIn", NAME),
        ("NoteWritten", NAME),
        ("ConsoleLocked", "console"),
        ("OperatorSignedOut", NAME),
    ]
    assert all(WORD.encode() not in row.body for row in _rows(store))
    assert all(b"$scrypt$" not in row.body for row in _rows(store))


def _rows(folder: Path) -> list[Any]:
    writer = JournalWriter.open(folder)
    try:
        return list(reversed(queries.latest(writer)))
    finally:
        writer.close(10.0)
