"""The office's contacts and plans as facts: once for each change, whatever else happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from console.core.dispatcher import Dispatcher
from console.core.reference_facts import body_of
from console.core.reference_watch import ReferenceWatch
from console.core.store import Store
from console.domain import facts as f
from console.domain.commands.office import ProposeContact, ProposeRemoval
from console.domain.endpoint import Contact
from console.domain.event import Event
from console.domain.problem import Problem
from console.domain.state import Phase, State
from db.directory import Directory
from db.fault import StoreFault
from db.reference import Cursor, Decision, Record, Standing
from tests.core.desk import Disk, HandClock
from tests.domain.worlds import ROSTER
from tests.sync.joined import until

S = 1_000_000
LAN = Contact("technician", "Lê Thị Lan", "KTV", "0914 111 222")
HOA = Contact("technician", "Trần Thị Hoa", "KTV", "0905 000 000")
PLAN = {
    "title": "Giao ban tháng 11",
    "starts_us": 5 * S,
    "chair": "66",
    "script": [{"title": "Khai mạc", "endpoint": "", "detail": "", "minutes": 5, "preset": None}],
    "state": "approved",
    "approver": "hai",
}


def record(version: int = 1, contact: Contact = LAN, rev: int = 1) -> Record:
    body = body_of("653", contact)
    return Record("contact", "653.technician", version, rev, body, author="admin", at_us=9)


class Bench:
    """A console whose office's directory a test fills."""

    def __init__(self, folder: Path, journal: Sequence[Event] = ()) -> None:
        self.directory: Directory | None = Directory(folder)
        self.member: object = SimpleNamespace(office=SimpleNamespace(office_id="o1"))
        self.hurried = 0
        self.clock = HandClock(S)
        self.kept: list[Event] = []
        self.disk = Disk()
        state = State(endpoints={e.id: e for e in ROSTER})
        self.store = Store(self._journalled, lambda _: None, state=state)
        self.dispatcher = Dispatcher(self.store, self.disk, {}, self.clock)  # pyright: ignore[reportArgumentType]
        self.watch = ReferenceWatch(self, self.store, self.clock, lambda: journal)  # pyright: ignore[reportArgumentType]

    def account(self) -> object:
        return self.member

    def hurry(self) -> None:
        self.hurried += 1

    def _journalled(self, events: Sequence[Event]) -> None:
        self.kept += events
        self.watch.hear(events)

    @property
    def state(self) -> State:
        return self.store.state

    def tick(self) -> None:
        """A second goes by, and whatever it begins is over."""
        self.clock.wait(1)
        self.watch.look(self.clock.at_us)
        self.settle()

    def settle(self) -> None:
        self.watch._pool.submit(lambda: None).result()
        self.watch.look(self.clock.at_us)
        self.store.drain()
        while self.dispatcher.review():
            self.store.drain()

    def told(self) -> list[f.Fact]:
        """The facts that were journalled since the last call."""
        facts = [e.fact for e in self.kept if e.source == "office"]
        self.kept.clear()
        return facts

    def close(self) -> None:
        self.watch.close()
        if self.directory is not None:
            self.directory.close()


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_what_the_feed_brings_is_told_once(it: Bench) -> None:
    assert it.directory is not None
    it.directory.apply([record(), Record("session", "s1", 2, 2, PLAN)], Cursor("e", 2))
    it.tick()
    contacts, plan = it.told()
    assert isinstance(contacts, f.ContactsTold)
    assert (contacts.site, contacts.office) == ("653", "o1")
    assert [(c.contact, c.version, c.author) for c in contacts.contacts] == [(LAN, 1, "admin")]
    assert isinstance(plan, f.PlanTold)
    assert plan.plan is not None
    assert (plan.plan.version, plan.plan.approver, plan.plan.script[0].minutes) == (2, "hai", 5)
    it.directory.apply([], Cursor("e", 3))
    it.tick()
    assert it.told() == []
    it.directory.apply([record(2, HOA, 4)], Cursor("e", 4))
    it.tick()
    assert [type(fact) for fact in it.told()] == [f.ContactsTold]
    assert it.state.contacts["653"][0].contact == HOA


def test_a_draft_is_no_plan(it: Bench) -> None:
    assert it.directory is not None
    body = {**PLAN, "state": "draft", "approver": ""}
    it.directory.apply([Record("session", "s1", 1, 1, body)], Cursor("e", 1))
    it.tick()
    assert it.told() == []
    assert it.state.plans == {}


def test_a_start_tells_nothing_that_the_journal_has(it: Bench, tmp_path: Path) -> None:
    assert it.directory is not None
    it.directory.apply([record()], Cursor("e", 1))
    it.tick()
    journal = [e for e in it.kept if e.source == "office"]
    (tmp_path / "again").mkdir()
    again = Bench(tmp_path / "again", journal)
    try:
        assert again.directory is not None
        again.tick()
        assert again.told() == [], "a directory made anew says nothing yet"
        assert again.state.contacts["653"][0].contact == LAN
        again.directory.apply([record()], Cursor("e", 1))
        again.tick()
        assert again.told() == []
        assert again.state.contacts["653"][0].contact == LAN
        again.directory.apply([record(2, HOA, 2)], Cursor("e", 2))
        again.tick()
        assert len(again.told()) == 1
    finally:
        again.close()


def test_a_record_deleted_or_an_office_left_gives_the_roster_its_word_back(it: Bench) -> None:
    directory = it.directory
    assert directory is not None
    directory.apply([record()], Cursor("e", 1))
    it.tick()
    assert it.told()
    directory.apply([Record("contact", "653.technician", 2, 2, {}, deleted=True)], Cursor("e", 2))
    it.tick()
    assert it.told() == [f.ContactsTold("653")]
    directory.apply([record(3, rev=3)], Cursor("e", 3))
    it.tick()
    assert it.told()
    it.directory = None  # it can't be opened for a while: that says nothing of contacts
    it.tick()
    assert it.told() == []
    it.member = None
    it.tick()
    assert it.told() == [f.ContactsTold("653")]
    assert it.state.contacts == {}
    directory.close()


def asked(it: Bench, contact: Contact = HOA, version: int = 1) -> ProposeContact:
    wish = ProposeContact(
        actor="hung", endpoint="653", record="653.technician", version=version, contact=contact
    )
    assert it.dispatcher.submit(wish).accepted
    it.disk.write()
    return wish


def test_a_proposal_is_queued_in_the_name_of_whoever_wished_it_and_shown_as_asked(
    it: Bench,
) -> None:
    directory = it.directory
    assert directory is not None
    directory.apply([record()], Cursor("e", 1))
    it.tick()
    wish = asked(it)
    it.store.drain()
    assert it.state.commands[wish.id].phase is not Phase.CONFIRMED
    it.settle()
    assert it.state.commands[wish.id].phase is Phase.CONFIRMED
    (kept,) = directory.proposals()
    assert (kept.operator, kept.base_version, kept.record_id) == ("hung", 1, "653.technician")
    assert kept.body == body_of("653", HOA)
    assert it.hurried == 1
    assert it.state.contacts["653"][0].contact == LAN, "the office's word stands until it changes"
    (waits,) = it.state.proposed["653"]
    assert (waits.contact, waits.state, waits.operator) == (HOA, "queued", "hung")
    directory.answered(kept.id, Standing.WAITING)
    it.tick()
    assert it.state.proposed["653"][0].state == "waiting"
    decision = Decision(kept.id, "accepted")
    directory.apply([record(2, HOA, 2)], Cursor("e", 2), [decision])
    it.tick()
    assert it.state.proposed == {}
    assert it.state.contacts["653"][0].contact == HOA


def test_a_removal_is_asked_for_and_told_until_the_office_has_decided(it: Bench) -> None:
    directory = it.directory
    assert directory is not None
    directory.apply([record()], Cursor("e", 1))
    it.tick()
    wish = ProposeRemoval(
        actor="hung", endpoint="653", record="653.technician", version=1, name=LAN.name
    )
    assert it.dispatcher.submit(wish).accepted
    it.disk.write()
    it.settle()
    assert it.state.commands[wish.id].phase is Phase.CONFIRMED
    (kept,) = directory.proposals()
    assert (kept.body, kept.base_version, kept.operator) == (None, 1, "hung")
    (waits,) = it.state.proposed["653"]
    assert (waits.removal, waits.contact) == (True, LAN)
    again = ProposeRemoval(endpoint="653", record="653.technician", version=1, name=LAN.name)
    assert it.dispatcher.submit(again).problem == Problem.of("contact.asked_already")
    directory.answered(kept.id, Standing.WAITING)
    gone = Record("contact", "653.technician", 2, 2, {}, deleted=True)
    directory.apply([gone], Cursor("e", 2), [Decision(kept.id, "accepted")])
    it.tick()
    assert it.state.proposed == {}
    assert it.state.contacts == {}


def test_a_rejection_is_told_until_the_office_changes_the_record(it: Bench) -> None:
    directory = it.directory
    assert directory is not None
    directory.apply([record()], Cursor("e", 1))
    it.tick()
    asked(it)
    it.settle()
    (kept,) = directory.proposals()
    directory.answered(kept.id, Standing.WAITING)
    directory.apply([], Cursor("e", 2), [Decision(kept.id, "rejected", "sai số")])
    it.tick()
    (declined,) = it.state.proposed["653"]
    assert (declined.state, declined.note) == ("rejected", "sai số")
    directory.apply([record(2, HOA, 3)], Cursor("e", 3))
    it.tick()
    assert it.state.proposed == {}


def test_without_an_office_or_a_disk_the_wish_is_refused(
    it: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = it.directory
    assert directory is not None
    it.directory = None
    wish = asked(it)
    until(lambda: it.store.waiting)
    it.settle()
    assert it.state.commands[wish.id].problem == Problem.of("office.none")
    it.directory = directory

    def full(*args: object, **named: object) -> None:
        raise StoreFault("store.full", {"folder": "x"})

    monkeypatch.setattr(directory, "propose", full)
    wish = asked(it)
    it.settle()
    assert it.state.commands[wish.id].problem == Problem.of("store.full", folder="x")
    assert it.state.proposed == {}
