"""The composition root: wire what runs behind the window, run it, stop it in good order."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from console.core.admission import Admission
from console.core.clock import Clock
from console.core.dispatcher import OWN, Dispatcher
from console.core.frame import Frame
from console.core.journal import Journal, events_before
from console.core.keeper import Keeper, trouble
from console.core.meeting import Meeting, read_meeting
from console.core.operators import HISTORY, Operators
from console.core.store import Store
from console.core.watch import Watch
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.own import CloseSession, LoadScript, OpenSession
from console.domain.device import LinkHealth
from console.domain.event import Event, stamped
from console.domain.ids import new_id
from console.domain.problem import Problem, Refused
from console.domain.state import State
from console.opening import Opened, show
from console.qt import RESOURCES
from console.qt.clock import FrameClock
from console.qt.happened import KINDS
from console.qt.looks.header import JournalHealth
from console.qt.loop import ExitRequest, run
from console.qt.troubles import say_refusal
from console.qt.window import SessionWindow

if TYPE_CHECKING:
    from pathlib import Path

    from console.core.accounts import Roll
    from console.core.equipment import Described, Equipment
    from console.core.link import Link
    from console.core.office import OfficeLink
    from console.core.office_watch import OfficeWatch
    from console.core.pins import Pin
    from console.core.plant import Plant
    from console.core.reference_watch import ReferenceWatch
    from console.core.sessions import SessionEntry
    from console.core.training import Province
    from console.core.training_office import TrainingOffice
    from console.qt.dialogs.export import Tell, Wanted
    from db.directory import Directory
    from db.writer import JournalWriter

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_TAKE_UP_S = 12 * 3600
"""A session left open longer ago than this is not taken up again."""
_OLDER = 200
"""So many older Events are read from the journal at once."""
_OLDER_SIGN_INS = 1000
"""So many of the sign-ins before the start are looked at."""


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
        self.admission = Admission(self.operators, self._directory, self._believe, _beside)
        self.keeper: Keeper | None = None
        self.office_watch: OfficeWatch | None = None
        self.reference_watch: ReferenceWatch | None = None
        self._tended_s = 0

    def _kept(self, events: Sequence[Event]) -> None:
        """What changed something: written, and asked of the office where it is meant for it."""
        self.journal.sink(events)
        if self.reference_watch is not None:
            self.reference_watch.hear(events)

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
        if self.keeper is not None:
            self.keeper.look(now_us)
        if self.office_watch is not None:
            self.office_watch.look(now_us)
            self.admission.look(now_us)
        if self.plant is not None:
            state = self.store.state
            sites = {*looked_at[:4], state.podium, state.session.next, state.session.chair}
            known = [e for s in sites if (e := state.endpoints.get(s))]
            self.plant.focus({d for e in known for d in (e.room, e.camera) if d})

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
                return Problem(fault.code, tuple(sorted(fault.params.items())))

        _beside(read, done)

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

        _beside(lambda: equipment.give_pins(pins), connect)

    def tell(self, *facts: f.Fact) -> None:
        """Facts of the console itself."""
        self.admission.heard(facts)
        now = self.clock.now_us()
        self.store.post([stamped(fact, now, "console") for fact in facts])


Play = Callable[["Console", SessionWindow], Coroutine[Any, Any, None]]
"""What an unattended run does with the window once everything is up."""


def start(args: argparse.Namespace, play: Play | None = None) -> int:
    """Open the window and run until it is closed; the exit code."""
    return run_console(show(args), args, play)


def run_console(opened: Opened, args: argparse.Namespace, play: Play | None = None) -> int:
    """Run what the opening has put on the screen until it is closed; the exit code."""
    sys.setswitchinterval(0.001)  # a key's way through the writer to the wire crosses threads
    return run(opened.app, lambda: _live(opened, Console(args, opened), play))


async def _live(opened: Opened, console: Console, play: Play | None) -> int:
    window = opened.window
    exit_request = ExitRequest()
    exit_request.on_signals()
    work = Frame(console.store, console.dispatcher, console.watch)
    frame = FrameClock(work.drain, console.clock.now_us)
    work.again = console.store.on_post = frame.wake
    console.store.on_podium = frame.hurry
    window.closing.connect(exit_request.ask)
    window.set_journal_health(console.journal_health)
    window.furnish(console.store, console.dispatcher, console.clock, frame)
    window.admit(console.operators)
    frame.subscribe(window.refresh)
    frame.subscribe(lambda keys, now_us: console.tend(window.selected_sites(), now_us))
    frame.start()
    code = 0
    try:
        if opened.problem is not None:
            raise Refused(opened.problem)
        console.tell(f.RosterLoaded(opened.roster, opened.endpoints))
        await _open_store(console)
        window.set_older(console.older)
        window.set_reports(console.sessions, console.report)
        await _bring_up(console, frame)
        await _in_thread(lambda: _link_office(console))
        if console.office is not None:
            window.set_office(console.office)
        if console.equipment is not None and console.plant is not None:
            window.equip(console.equipment, console.plant)
            if not console.equipment.profile.entries and play is None:
                window.inside.dialogs.show_devices()
        await _wait(console, window, exit_request, play)
    except Refused as refused:
        code = 2
        why = say_refusal(refused)
        sys.stderr.write(why + "\n")
        if play is None and console.args.seconds is None:
            await window.explain(why, exit_request)
    finally:
        frame.tick_now()
        await _put_in_order(console)
        frame.stop()
        window.end()
    return code


def _user() -> str:
    """Whose session of the operating system this is."""
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError, ImportError):
        return "?"


def _beside(work: Callable[[], _T], done: Callable[[_T], None]) -> None:
    """Do something in a thread, and tell what came of it on the window's."""
    working = asyncio.get_running_loop().run_in_executor(None, work)
    working.add_done_callback(lambda told: told.cancelled() or done(told.result()))


async def _in_thread(work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def _open_store(console: Console) -> None:
    """Open the store, write from now on, and take up a session that was left open."""

    def opened() -> JournalWriter:
        from db.fault import StoreFault
        from db.writer import JournalWriter

        try:
            return JournalWriter.open(console.opened.folder / "store")
        except StoreFault as fault:
            raise Refused(Problem(fault.code, tuple(sorted(fault.params.items())))) from fault

    console.writer = await _in_thread(opened)
    console.journal.open(console.writer)
    console.keeper = Keeper(console.store, console.clock, console.writer, console.office_offset_us)
    await _admit(console, console.writer)
    if not getattr(console.args, "fresh", False):
        await _take_up(console, console.writer)


async def _admit(console: Console, writer: JournalWriter) -> None:
    """Who may sit here, as the office told last, and who failed to sign in lately: known before
    anything can be wished, with or without the office."""

    def read() -> tuple[list[Event], Roll]:
        from console.core.accounts import read_kept

        return events_before(writer, 0, HISTORY, _OLDER_SIGN_INS), read_kept(writer.folder)[0]

    history, roll = await _in_thread(read)
    console.operators.take_up(history)
    console.operators.learn(roll)


def _link_office(console: Console) -> None:
    """The link to the office; the window stands long since, and nothing waits for it to be up."""
    import time

    from console.core.office_watch import OfficeWatch
    from console.core.reference_facts import KINDS as REFERENCE_KINDS
    from console.core.reference_watch import KNOWN, ReferenceWatch
    from db.sync.office_sync import Clocks

    writer = console.writer
    assert writer is not None
    clocks = Clocks(time.monotonic, console.clock.now_us)
    if console.training:
        from console.core.training_office import TrainingOffice

        console.training_office = TrainingOffice(writer, console.tell, clocks)
        console.office = console.training_office.link
    else:
        from console.core.office import OfficeLink, system_file

        file = system_file(console.opened.folder)
        console.office = OfficeLink(writer, file, console.tell, clocks)
        console.office.begin()
    console.office_watch = OfficeWatch(console.office, console.store, console.clock)
    console.reference_watch = ReferenceWatch(
        console.office,
        console.store,
        console.clock,
        lambda: events_before(writer, 0, REFERENCE_KINDS, KNOWN),
    )


def _open_training_office(console: Console) -> None:
    """Training goes on without an office where there is none to be had, and says so."""
    assert console.training_office is not None
    try:
        console.training_office.start(console.store.state.session.title)
    except Refused as refused:
        if not console.training_office.stopped:
            sys.stderr.write(say_refusal(refused) + "\n")
            alarm = Alarm("own:office_training", "office_training", Priority.LOW)
            console.tell(f.AlarmRaised(alarm))


async def _take_up(console: Console, writer: JournalWriter) -> None:
    from console.core.journal import take_up
    from db.queries import rows_since_last

    now = console.clock.now_us()

    def read() -> tuple[list[Event], list[Event]]:
        rows = rows_since_last(writer, f.SessionOpened.__name__)
        if not rows or now - rows[0].utc_us > _TAKE_UP_S * 1e6:
            return [], []
        return take_up(rows, now)

    known, lost = await _in_thread(read)
    if not any(isinstance(event.fact, f.SessionClosed) for event in known):
        console.store.restore(known)
        console.store.post(lost)


async def _bring_up(console: Console, frame: FrameClock) -> None:
    """Start what the console talks to, then the session."""
    from console.core.equipment import Equipment
    from console.core.places import profile_path
    from console.core.plant import Plant

    console.plant = Plant(console.store, console.clock, _report, console.links)
    if console.training:
        from console.core.training import Province

        console.province = await _in_thread(
            lambda: Province.start(province_arguments(console.args))
        )
        addresses = console.province.addresses()
        console.tell(
            f.RosterLoaded(
                console.opened.roster,
                tuple(
                    replace(e, address=addresses.get(e.id, e.address))
                    for e in console.opened.endpoints
                ),
            )
        )
        console.equipment = Equipment(None)
        console.equipment.give(console.province.accesses())
    else:
        state = console.store.state
        console.equipment = Equipment(profile_path(console.args), lambda: set(state.endpoints))
        await _in_thread(lambda: _read_profile(console))
    console.equipment.propose = console.admission.propose
    frame.tick_now()  # the dial addresses are known before the first device is asked
    accesses, declined = await _in_thread(console.equipment.accesses)
    console.plant.add(accesses)
    for spec, problem in declined:
        console.plant.decline(spec, problem)
    if not console.store.state.session.id:
        _open_session(console)
    console.journal.session = console.store.state.session.id


def _read_profile(console: Console) -> None:
    """Read what devices there are. None at all is a beginning, unless a file was named."""
    from console.core.profile import Unreadable

    assert console.equipment is not None
    try:
        console.equipment.read()
    except Unreadable as unreadable:
        if unreadable.problem.code != "profile.missing" or console.args.profile is not None:
            raise


def province_arguments(args: argparse.Namespace) -> list[str]:
    """The pretend province's command line for this run."""
    given = ["--scene", args.scene, "--seed", str(args.seed), "--mcus", args.mcus]
    given += ["--cameras", str(args.cameras)]
    if args.delay_ms:
        given += ["--delay-ms", args.delay_ms]
    if args.roster is not None:
        given += ["--roster", str(args.roster)]
    return given


def _open_session(console: Console) -> None:
    endpoints = console.opened.endpoints
    root = next((e.id for e in endpoints if not e.parent), "")
    meeting = Meeting("", "session", root, ())
    if console.equipment is not None and not console.training:
        profile = console.equipment.profile
        meeting = Meeting(profile.title, "session", profile.chair, ())
    if console.training:
        by_id = {e.id: e for e in endpoints}
        meeting = read_meeting(RESOURCES / "training/meeting.toml", by_id)
    console.dispatcher.submit(
        OpenSession(
            session=new_id(),
            title=meeting.title,
            phase=meeting.phase,
            chair=meeting.chair or root,
            conference="",
            actor=OWN,
        )
    )
    if meeting.script:
        console.dispatcher.submit(LoadScript(lines=meeting.script, actor=OWN))


async def _wait(
    console: Console,
    window: SessionWindow,
    exit_request: ExitRequest,
    play: Play | None,
) -> None:
    """Until the operator leaves, the time is up, or the unattended run has ended."""
    if console.province is not None:
        acts = None if console.args.no_office else console.training_office
        window.instruct(console.province.control(), acts)
        await _until_up(console)
        if not console.args.no_office:
            opening = threading.Thread(
                target=_open_training_office, args=(console,), name="office-opening", daemon=True
            )
            opening.start()
        ready = {"ready": True, "control": console.province.ready["control"]}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
    if play is not None:
        await play(console, window)
        return
    try:
        await asyncio.wait_for(exit_request.wait(), console.args.seconds)
    except TimeoutError:
        return


async def _until_up(console: Console, seconds: float = 30.0) -> None:
    """Until an MCU can be commanded or the time is over: a device that is away holds up nobody."""
    for _ in range(int(seconds * 20)):
        devices = console.store.state.devices.values()
        if any(d.health is LinkHealth.UP for d in devices if not d.endpoint):
            return
        await asyncio.sleep(0.05)


async def _put_in_order(console: Console) -> None:
    """Stop in the order that loses nothing: session, links, journal, province."""
    if console.args.state is not None:
        from console.core.dump import dump

        told, path = dump(console.store.state), console.args.state
        await _in_thread(lambda: path.write_bytes(told))
    if console.training and console.store.state.session.id and console.writer is not None:
        console.dispatcher.submit(CloseSession(actor=OWN))
        console.store.empty()
    console.operators.sign_out("closed")
    if console.plant is not None:
        await _in_thread(console.plant.stop)
    console.store.empty()
    if console.reference_watch is not None:
        await _in_thread(console.reference_watch.close)
    if console.training_office is not None:
        await _in_thread(console.training_office.stop)
    elif console.office is not None:
        await _in_thread(console.office.close)
    if console.writer is not None:
        await _in_thread(lambda: console.writer.close(10.0) if console.writer else None)
    if console.province is not None:
        await _in_thread(console.province.stop)


def _report(name: str, error: BaseException) -> None:
    _log.error("%s ended unexpectedly", name, exc_info=error)
