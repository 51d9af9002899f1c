"""The Journal: what happened as rows, and a killed session taken up again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from console.core.clock import Clock
from console.core.journal import Journal, events_before, read_event, take_up
from console.core.store import Store
from console.domain import facts as f
from console.domain.codec import to_json
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import MuteSite
from console.domain.endpoint import Endpoint
from console.domain.event import Event, stamped
from console.domain.fold import fold
from console.domain.observed import Quality
from console.domain.problem import Problem
from console.domain.session import ScriptLine
from console.domain.state import Phase, State
from db.fault import StoreFault
from db.queries import StoredRow, latest, rows_since_last
from db.record import MAX_BODY_BYTES, JournalRow
from db.sample_queries import series
from db.writer import JournalWriter
from tests.db.rows import SMALL
from tests.domain.meeting import CALL, CHAIR, NEXT, SCRIPT, SPEAKER


def note(text: str = "ghi") -> Event:
    return stamped(f.NoteWritten(text), 1_800_000_000_000_000, "operator", "C1")


def row(seq: int, fact: f.Fact | bytes, at_us: int = 0) -> StoredRow:
    body = fact if isinstance(fact, bytes) else to_json(fact)
    kind = "?" if isinstance(fact, bytes) else type(fact).__name__
    return StoredRow(0, seq, at_us, 0, "boot", kind, 1, "operator", "C", body, b"")


# -- writing ---------------------------------------------------------------------------------------


class Tight:
    """A writer whose disk takes bytes only while a test lets it."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.fault: StoreFault | None = StoreFault("store.full")

    @property
    def health(self) -> Any:
        return SimpleNamespace(figures=SimpleNamespace(fault=self.fault))

    def append_many(self, rows: Sequence[JournalRow]) -> Future[int]:
        done: Future[int] = Future()
        if self.fault is not None:
            done.set_exception(self.fault)
        else:
            self.rows += [row.body for row in rows]
            done.set_result(len(self.rows))
        return done


def tight() -> tuple[Tight, Journal]:
    disk, journal = Tight(), Journal(Clock())
    journal.open(cast("JournalWriter", disk))
    return disk, journal


def test_what_happened_while_the_disk_was_full_is_written_in_order_once_there_is_room():
    disk, journal = tight()
    told = [note(str(n)) for n in range(5)]
    journal.keep(told[:2])
    journal.again()
    disk.fault = None
    journal.keep(told[2:4])
    assert disk.rows == [], "nothing overtakes what waits"
    journal.again()
    journal.keep(told[4:])
    assert disk.rows == [to_json(event.fact) for event in told]
    journal.again()
    assert len(disk.rows) == 5


def test_a_wish_that_could_not_be_written_is_not_written_belatedly():
    disk, journal = tight()
    with pytest.raises(StoreFault):
        journal.append([note()]).result(1)
    disk.fault = None
    journal.again()
    assert disk.rows == []


def test_what_may_have_been_written_is_not_written_twice():
    disk, journal = tight()
    disk.fault = StoreFault("store.io")
    journal.keep([note()])
    disk.fault = None
    journal.again()
    assert disk.rows == []


def test_an_event_is_a_row_and_back(tmp_path: Path):
    journal = Journal(Clock())
    event = note("Đắk Lắk")
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        journal.open(writer)
        assert journal.append([event]).result(10) == 1
        (stored,) = latest(writer)
    assert (stored.kind, stored.actor, stored.cause) == ("NoteWritten", "operator", "C1")
    assert stored.utc_us == event.at_us
    again = read_event(stored)
    assert again is not None
    assert (again.fact, again.at_us, again.source, again.cause) == (
        event.fact, event.at_us, event.source, event.cause,
    )  # fmt: skip


def test_nul_in_a_name_is_shown_as_unknown_and_keeps_no_row_from_the_office(tmp_path: Path):
    journal = Journal(Clock())
    event = stamped(f.NoteWritten("a\0b"), 1_800_000_000_000_000, "opera\0tor", "C\0")
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        journal.open(writer)
        assert journal.append([event]).result(10) == 1
        (stored,) = latest(writer)
    assert (stored.actor, stored.cause) == ("opera\ufffdtor", "C\ufffd")
    again = read_event(stored)
    assert again is not None
    assert again.fact == event.fact


def test_what_was_told_before_the_store_was_open_is_written_first(tmp_path: Path):
    journal = Journal(Clock())
    early = [journal.append([note(str(n))]) for n in range(3)]
    assert not any(future.done() for future in early)
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        journal.open(writer)
        late = journal.append([note("3")])
        assert [future.result(10) for future in (*early, late)] == [1, 2, 3, 4]
        texts = [json.loads(stored.body)["text"] for stored in reversed(latest(writer))]
    assert texts == ["0", "1", "2", "3"]


def test_what_could_not_be_written_says_so_to_who_waited(tmp_path: Path):
    journal = Journal(Clock())
    early = journal.append([note()])
    writer = JournalWriter.open(tmp_path, limits=SMALL)
    writer.close()
    journal.open(writer)
    error = early.exception(10)
    assert isinstance(error, StoreFault)
    assert error.code == "store.closed"


def test_wishes_are_written_by_the_dispatcher_and_not_again_by_the_store(tmp_path: Path):
    journal = Journal(Clock())
    store = Store(journal.sink)
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        journal.open(writer)
        wish = MuteSite(endpoint=NEXT, muted=True)
        store.post([stamped(f.CommandSubmitted(wish), 1, "operator"), note()])
        store.drain()
        writer.flush()
        assert [stored.kind for stored in latest(writer)] == ["NoteWritten"]


def test_samples_are_filed_under_the_session(tmp_path: Path):
    journal = Journal(Clock())
    store = Store(journal.sink, journal.measured)
    quality = Quality(5_000_000, 0.5, 12.0, 24.0, 1900.0, 1800.0, 1280, 720)
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        store.post([stamped(f.QualityMeasured(NEXT, quality), 1, "m1")])
        store.drain()  # nowhere to go yet: lost, and no harm done
        journal.open(writer)
        store.post([stamped(f.QualityMeasured(SPEAKER, quality), 1, "m1")])
        store.drain()  # no session
        journal.session = "S1"
        store.post([stamped(f.QualityMeasured(CHAIR, quality), 1, "m1")])
        store.drain()
        writer.flush()
        assert latest(writer) == []
        assert not series(writer, "S1", NEXT)
        (sample,) = series(writer, "S1", CHAIR)
    assert (sample.t_us, sample.loss_pct, sample.width) == (5_000_000, 0.5, 1280)


def test_a_fact_too_large_for_a_row_leaves_its_fingerprint(tmp_path: Path):
    journal = Journal(Clock())
    sites = tuple(Endpoint(str(n), f"Xã số {n}", str(n), "66") for n in range(8000))
    fact = f.RosterLoaded("large", sites)
    assert len(to_json(fact)) > MAX_BODY_BYTES
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        journal.open(writer)
        assert journal.append([stamped(fact, 1, "operator"), note()]).result(10) == 2
        stored = latest(writer)[1]
    told = json.loads(stored.body)
    assert stored.kind == "RosterLoaded"
    assert told["sha256"] == sha256(to_json(fact)).hexdigest()
    assert told["bytes"] == len(to_json(fact))
    assert "Xã số 0" in told["begins"]
    assert read_event(stored) is None


# -- taking up -------------------------------------------------------------------------------------


def restored(*facts: f.Fact | bytes) -> tuple[State, list[Event]]:
    known, lost = take_up([row(n, fact, n) for n, fact in enumerate(facts, 1)], 99)
    state = State()
    for event in (*known, *lost):
        fold(state, event)
    return state, lost


OPENED = f.SessionOpened("S1", "Giao ban", "session", CHAIR, CALL)
LINES = (ScriptLine("Khai mạc"), ScriptLine("Ea Kar", NEXT))


def test_a_session_comes_back_as_it_was():
    state, lost = restored(
        OPENED,
        f.ScriptLoaded(LINES),
        f.ScriptMoved(1),
        f.ChairCalled(NEXT),
        f.NextStaged(NEXT),
    )
    session = state.session
    assert (session.id, session.title, session.chair) == ("S1", "Giao ban", CHAIR)
    assert session.started_us == 1
    assert (session.script, session.line, session.next) == (LINES, 1, NEXT)
    assert [(c.endpoint, c.called_us) for c in session.calls] == [(NEXT, 4)]
    assert lost == []


def test_what_devices_reported_they_will_report_again():
    quiet, _ = restored(OPENED, f.LegEnded(CALL, NEXT), f.PushChanged("m1", True))
    assert quiet.devices == {}


def test_a_wish_that_was_under_way_is_unknown_now():
    done, asked, refused = (MuteSite(id=i, endpoint=NEXT, muted=True) for i in "DAR")
    state, lost = restored(
        OPENED,
        *(f.CommandSubmitted(wish) for wish in (done, asked, refused)),
        f.CommandSent("A"),
        f.CommandConfirmed("D"),
        f.CommandRefused("R", Problem.of("cms.refused")),
    )
    assert {i: state.commands[i].phase for i in "DAR"} == {
        "D": Phase.CONFIRMED, "A": Phase.UNKNOWN, "R": Phase.REFUSED,
    }  # fmt: skip
    assert state.commands["A"].problem == Problem.of("command.interrupted")
    assert [(e.fact.command, e.at_us, e.source) for e in lost] == [("A", 99, "console")]  # type: ignore[attr-defined]
    assert state.open_commands() == []


def test_so_is_a_composite_whose_step_was_being_tried_again():
    step, again = (MuteSite(id=i, endpoint=NEXT, muted=True) for i in "SA")
    why = Problem.of("cms.refused")
    state, lost = restored(
        OPENED,
        f.CommandSubmitted(Batch(id="W", of=(step,)), steps=("S",)),
        f.CommandSubmitted(step, parent="W"),
        f.CommandRefused("S", why),
        f.CommandRefused("W", why),
        f.CommandSubmitted(again, parent="W", replaces="S"),
    )
    assert state.open_commands() == []
    assert {e.fact.command for e in lost} == {"W", "A"}  # type: ignore[attr-defined]


def test_what_this_version_can_not_read_is_passed_over():
    state, _ = restored(OPENED, b"\xff\xfe", b'{"_":"OfTheFuture","x":1}', b"5", f.NextStaged(NEXT))
    assert state.session.next == NEXT


def test_a_session_survives_a_kill(tmp_path: Path):
    """Played in a process that is killed; taken up here from what it left on the disk."""
    killed = subprocess.run(
        [sys.executable, "-m", "tests.core.killed", str(tmp_path)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert killed.returncode == 9, killed.stderr
    take, back = killed.stdout.split()
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        rows = rows_since_last(writer, "SessionOpened")
        known, lost = take_up(rows, rows[-1].utc_us + 1)
        store = Store()
        store.restore(known)
        told: list[Event] = []
        store.on_told = told.extend
        store.post(lost)
        store.drain()
        count = len(latest(writer))
    state = store.state
    session = state.session
    assert (session.id, session.script, session.line, session.next) == ("S9", SCRIPT, 1, "")
    first, second = session.calls
    assert (first.endpoint, second.endpoint) == (NEXT, SPEAKER)
    assert 0 < first.called_us <= first.take_us <= first.confirmed_us
    assert second.take_us
    assert not second.confirmed_us
    assert state.expected_podium == NEXT
    assert state.commands[take].phase is Phase.CONFIRMED
    assert state.commands[back].phase is Phase.UNKNOWN
    steps = state.commands[back].steps
    assert steps
    assert all(state.commands[step].phase is Phase.UNKNOWN for step in steps)
    assert {e.fact.command for e in told} == {back, *steps}  # type: ignore[attr-defined]
    assert any(isinstance(e.fact, f.NoteWritten) for e in known)
    assert count >= len(rows), "unreadable or not, every row is kept"


@pytest.mark.parametrize("missing", [[], [row(1, OPENED), row(2, f.SessionClosed("S1"))]])
def test_nothing_to_take_up(missing: list[StoredRow]):
    known, lost = take_up(missing, 99)
    state = State()
    for event in known:
        fold(state, event)
    assert (state.session.id, lost) == ("", [])


def test_older_events_of_some_kinds_are_read_page_by_page(tmp_path: Path):
    journal = Journal(Clock())
    start = 1_800_000_000_000_000
    told = [
        stamped(f.PushChanged("cms-1", n % 2 == 0) if n % 3 else f.NoteWritten("x"), start + n, "x")
        for n in range(1300)
    ]
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        journal.open(writer)
        journal.append(told).result(10)
        found = events_before(writer, start + 900, [f.PushChanged, f.LinkChanged], 100)
        every = events_before(writer, 0, [f.PushChanged], 5000)
        none = events_before(writer, start - 1, [f.PushChanged], 100)
    assert [e.at_us - start for e in found] == [n for n in range(901) if n % 3][-100:]
    assert len(every) == sum(1 for n in range(1300) if n % 3)
    assert none == []
