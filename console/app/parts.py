"""The parts of the running program, and what it does with them once a second."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.app.beside import beside
from console.core.admission import Admission
from console.core.clock import Clock
from console.core.dispatcher import Dispatcher
from console.core.journal import Journal, events_before
from console.core.keeper import Keeper, trouble
from console.core.operators import Operators
from console.core.store import Store
from console.core.watch import Watch
from console.domain import facts as f
from console.domain.attention import devices_that_matter
from console.domain.event import Event, stamped
from console.domain.problem import Problem
from console.domain.state import State
from console.opening import Opened
from console.qt.happened import KINDS
from console.qt.looks.header import JournalHealth

if TYPE_CHECKING:
    from pathlib import Path

    from console.core.equipment import Described, Equipment
    from console.core.link import Link
    from console.core.office import OfficeLink
    from console.core.office_watch import OfficeWatch
    from console.core.pins import Pin
    from console.core.plant import Plant
    from console.core.reference_watch import ReferenceWatch
    from console.core.roster_shelf import RosterShelf, Shelved
    from console.core.sessions import SessionEntry
    from console.core.training import Province
    from console.core.training_office import TrainingOffice
    from console.qt.dialogs.export import Tell, Wanted
    from db.directory import Directory
    from db.writer import JournalWriter

_OLDER = 200
"""So many older Events are read from the journal at once."""


@dataclass
class Console:
    """The parts of the running program."""

    args: argparse.Namespace
    opened: Opened
    clock: Clock = field(default_factory=Clock)
    links: dict[str, Link] = field(default_factory=dict)
    province: Province | None = None
    plant: Plant | None = None
    equipment: Equipment | None = None
    writer: JournalWriter | None = None
    office: OfficeLink | None = None
    """None until the store is open."""
    training_office: TrainingOffice | None = None
    """The instructor's hand on the office, in training."""

    def __post_init__(self) -> None:
        self.journal = Journal(self.clock)
        roster = State(endpoints={e.id: e for e in self.opened.endpoints})
        self.store = Store(self._kept, self.journal.measured, state=roster)
        self.dispatcher = Dispatcher(self.store, self.journal, self.links, self.clock)
        self.watch = Watch(self.store, self.clock)
        self.operators = Operators(self.store, self.dispatcher, self.clock, _user())
        self.admission = Admission(self.operators, self._directory, self._believe, beside)
        self.keeper: Keeper | None = None
        self.office_watch: OfficeWatch | None = None
        self.reference_watch: ReferenceWatch | None = None
        self.shelf: RosterShelf | None = None
        """None in training, and until the profile has been read."""
        self.shelved: Callable[[Sequence[Shelved]], None] = lambda outcomes: None
        """Told what came of keeping a roster for the next start."""
        self._tended_s = 0

    def _kept(self, events: Sequence[Event]) -> None:
        """What changed something: written, and asked of the office where it is meant for it."""
        self.journal.sink(events)
        if self.reference_watch is not None:
            self.reference_watch.hear(events)
        if self.shelf is not None:
            self.shelf.hear(events)

    def journal_health(self) -> JournalHealth | None:
        """How the store does, for the header; None until it is open."""
        if self.writer is None:
            return None
        health = self.writer.health
        return JournalHealth(health.queued, health.oldest_wait_s, trouble(health))

    def office_offset_us(self) -> int | None:
        """The office's clock less this one's, µs; None where it was never measured."""
        health = self.office.health() if self.office is not None else None
        return health.offset_us if health is not None else None

    def tend(self, looked_at: Sequence[str], now_us: int) -> None:
        """Once a second: the store's health; and the rooms that matter are asked more often."""
        if self.reference_watch is not None:
            self.reference_watch.look(now_us)
        if now_us // 1_000_000 == self._tended_s:
            return
        self._tended_s = now_us // 1_000_000
        self.journal.again()
        if self.keeper is not None:
            self.keeper.look(now_us)
        if self.office_watch is not None:
            self.office_watch.look(now_us)
            self.admission.look(now_us)
        if self.plant is not None:
            self.plant.focus(devices_that_matter(self.store.state, looked_at))

    def older(self, at_us: int, done: Callable[[Sequence[Event] | Problem], None]) -> None:
        """What happened to devices and alarms before a moment, read from the journal in a thread
        and told to `done` on the window's."""
        writer = self.writer
        if writer is None:
            return

        def read() -> Sequence[Event] | Problem:
            from db.fault import StoreFault

            try:
                return events_before(writer, at_us, KINDS, _OLDER)
            except StoreFault as fault:
                return Problem.told_by(fault)

        beside(read, done)

    def sessions(self) -> list[SessionEntry]:
        """The store's sessions, for the choice of one to report on. Raises Refused."""
        from console.reporting import find_sessions

        return find_sessions(self.opened.folder)

    def report(self, wanted: Wanted, tell: Tell) -> tuple[Path, ...]:
        """The files of a report on a session. Raises Refused, and what `tell` raises."""
        from console.reporting import make

        read = 0

        def reading(rows: int) -> None:
            nonlocal read
            read += rows
            tell(read, None)

        made = make(
            self.opened.folder,
            wanted.entry,
            wanted.folder,
            reading,
            lambda done, of: tell(read, done / max(1, of)),
            wanted.language,
        )
        return made.files

    @property
    def training(self) -> bool:
        """Whether the devices are pretend ones."""
        return self.args.command == "train"

    def _directory(self) -> Directory | None:
        return self.office.directory if self.office is not None else None

    def _believe(self, pins: Mapping[str, Pin]) -> None:
        """What the office has every console believe; devices that wait for it connect afresh."""
        equipment, plant = self.equipment, self.plant
        if equipment is None or plant is None:
            return

        def connect(concerned: list[Described]) -> None:
            for described in concerned:
                if described.access is not None:
                    plant.renew(described.access)

        beside(lambda: equipment.give_pins(pins), connect)

    def tell(self, *facts: f.Fact) -> None:
        """Facts of the console itself."""
        self.admission.heard(facts)
        now = self.clock.now_us()
        self.store.post([stamped(fact, now, "console") for fact in facts])


def _user() -> str:
    """Whose session of the operating system this is."""
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError, ImportError):
        return "?"
