"""Training's own office, a real process: cut, mended, brought back from its copy, and lied to."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.core import training_office
from console.core.office_watch import OfficeWatch
from console.core.places import SHIPPED_ROSTER
from console.core.reference_watch import ReferenceWatch
from console.core.store import Store
from console.core.training_office import TrainingOffice, office_command
from console.domain import facts as f
from console.domain.commands.office import ProposeContact
from console.domain.contact_check import flaw
from console.domain.event import stamped
from console.domain.problem import Refused
from console.domain.roster import read_roster
from db.office.service import DATABASE
from db.sync.health import Level, SyncHealth
from db.writer import JournalWriter
from tests.core.desk import HandClock
from tests.db.rows import SMALL, row
from tests.sync.joined import rows_of, until

S = 1_000_000
FROZEN_START = Path(__file__).parents[2] / "build_spec/frozen_start.py"


class Run:
    """A store, its office, and a watch over both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[f.Fact] = []
        self.writer = JournalWriter.open(folder / "store", limits=SMALL)
        self.rows = 0
        self.write(40)
        self.office = TrainingOffice(self.writer, self.told.append)
        self.clock = HandClock(S)
        self.store = Store(self._journalled, lambda _: None)
        self.watch = OfficeWatch(self.office.link, self.store, self.clock)  # pyright: ignore[reportArgumentType]

    def _journalled(self, events) -> None:
        self.told += [event.fact for event in events]

    def write(self, count: int) -> None:
        """So many more rows."""
        fresh = [row(n) for n in range(self.rows, self.rows + count)]
        self.writer.append_many(fresh).result()
        self.rows += count

    @property
    def journal(self) -> Path:
        """The office's file."""
        (found,) = self.office._folder.glob(f"office/{DATABASE}")
        return found

    def health(self) -> SyncHealth:
        found = self.office.link.health()
        assert found is not None
        return found

    def level(self) -> bool:
        """Whether the office has every row."""
        health = self.health()
        return health.unsent_rows == 0 and health.last_ack_us > 0 and health.failure == ""

    def same_bytes(self) -> bool:
        return rows_of(self.journal) == rows_of(self.folder / "store/journal.sqlite3")

    def look(self, seconds: float) -> list[str]:
        """What the watch tells once so much time went by, by kind."""
        self.told.clear()
        self.clock.wait(seconds)
        self.watch.look(self.clock.at_us)
        self.store.drain()
        return [
            fact.alarm.kind if isinstance(fact, f.AlarmRaised) else type(fact).__name__
            for fact in self.told
        ]

    def close(self) -> None:
        self.office.stop()
        self.writer.close()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    made = Run(tmp_path)
    try:
        made.office.start("Đắk Lắk")
        until(made.level)
        yield made
    finally:
        made.close()
        names = ("office-answers", "office-sync", "office-feed")
        until(lambda: not any(t.name in names for t in threading.enumerate()))


@pytest.mark.slow
def test_a_line_is_cut_in_both_ways_and_mended_and_an_old_backup_is_filled_up(run: Run):
    office = run.office
    assert run.look(1) == []
    office.cut("refused")
    run.write(10)
    office.link.hurry()
    until(lambda: run.health().failure in ("unreachable", "closed"))
    assert office.cut_now == "refused"
    assert run.look(1) == []
    assert run.look(15) == ["OfficeLost"]
    assert run.look(60) == []
    office.reconnect()
    until(run.level)
    assert run.look(1) == ["OfficeBack"]
    assert run.same_bytes()

    office.cut("silent")
    office.link.hurry()
    until(lambda: run.health().failure == "deadline")
    office.reconnect()
    until(run.level)

    copied_us = office.keep_backup()
    run.write(30)
    until(lambda: run.level() and run.same_bytes())
    office.cut("refused")
    assert office.restore_old_backup() == copied_us
    assert len(rows_of(run.journal)) == run.rows - 30
    office.reconnect()
    until(lambda: run.level() and run.same_bytes())
    assert run.health().incident is None


@pytest.mark.slow
def test_a_row_edited_at_the_office_is_a_fork_and_one_edited_here_is_found(run: Run):
    office = run.office
    seq = office.edit_row_behind_its_back("office")
    assert seq == run.rows
    until(lambda: run.health().incident is not None)
    incident = run.health().incident
    assert incident is not None
    assert (incident.code, dict(incident.params)) == ("sync.fork", {"seq": seq, "stream": "ops"})
    assert run.health().level is Level.RED
    assert run.look(1) == ["SyncIncidentSeen", "office_fork"]
    assert run.look(30) == []

    seq = office.edit_row_behind_its_back("console")
    assert 1 <= seq <= run.rows

    def found() -> bool:
        incident = run.health().incident
        return incident is not None and incident.code == "sync.altered"

    until(found)
    incident = run.health().incident
    assert incident is not None
    assert dict(incident.params) == {"seq": seq, "stream": "ops"}
    assert run.look(1) == ["SyncIncidentSeen", "office_altered"]
    with pytest.raises(Refused, match=r"training\.office_refused"):
        office.edit_row_behind_its_back("elsewhere")
    assert run.writer.append(row(run.rows)).result() == run.rows + 1  # work goes on


def test_a_frozen_program_is_its_own_office(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert office_command(["x"]) == [sys.executable, "office-server", "train", "x"]


def test_nothing_is_left_of_an_office_whose_console_has_gone(tmp_path: Path):
    """Started as a frozen program starts itself."""
    beside = tmp_path / "run"
    folder = beside / "office"
    line = [sys.executable, str(FROZEN_START), "office-server", "train", str(folder)]
    line += ["--beside", str(beside)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["ready"]
        assert folder.exists()
        process.stdin.close()
        assert process.wait(30) == 0
    assert not beside.exists()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('print(\'{"ready": false, "missing": ["fastapi"]}\')', "training.office_missing"),
        ("raise SystemExit(1)", "training.no_office"),
    ],
)
def test_training_goes_on_where_there_is_no_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: str
):
    line = [sys.executable, "-c", said]
    monkeypatch.setattr(training_office, "office_command", lambda _: line)
    run = Run(tmp_path)
    try:
        with pytest.raises(Refused) as told:
            run.office.start("x")
        assert told.value.problem.code == code
        with pytest.raises(Refused):
            run.office.cut()
        assert run.office.link.health() is None
    finally:
        run.close()


@pytest.mark.slow
def test_it_has_contacts_and_an_approved_session_and_takes_a_proposal(run: Run):
    link = run.office.link
    watch = ReferenceWatch(link, run.store, run.clock)  # pyright: ignore[reportArgumentType]
    state = run.store.state

    def seen() -> bool:
        run.clock.wait(1)
        watch.look(run.clock.at_us)
        run.store.drain()
        return bool(state.plans) and "653" in state.contacts

    try:
        until(seen)
        (plan,) = state.plans.values()
        assert (plan.version, plan.approver, plan.chair) == (1, "vpubnd", "66")
        roster = read_roster(SHIPPED_ROSTER.read_bytes()).endpoints
        codes = {endpoint.id for endpoint in roster}
        assert {line.endpoint for line in plan.script} - {""} <= codes
        assert set(state.contacts) <= codes
        shown = next(c for c in state.contacts["653"] if c.contact.role == "technician")
        assert flaw(shown.contact) is None
        wanted = replace(shown.contact, phone="0905 000 111")
        wish = ProposeContact(
            actor="hung", endpoint="653", record=shown.record, version=1, contact=wanted
        )
        watch.hear([stamped(f.CommandSubmitted(wish), run.clock.at_us, "hung", wish.id)])

        def stands() -> str:
            seen()
            asked = state.proposed.get("653", ())
            return asked[0].state if asked else ""

        until(lambda: stands() == "waiting")
        assert state.contacts["653"][1].contact == shown.contact
    finally:
        watch.close()
