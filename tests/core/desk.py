"""A Dispatcher at its desk: a meeting, a journal whose disk waits to be told, links that note."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future

from console.core.dispatcher import Dispatcher, Verdict
from console.core.store import Store
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import MuteSite
from console.domain.commands.room import RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.event import Event, stamped
from console.domain.problem import Problem
from console.domain.state import Phase, State, Tracked
from tests.domain.meeting import NEXT, SPEAKER, Meeting
from tests.domain.obedience import obey
from tests.domain.worlds import S


class HandClock:
    """A clock that a test moves, in µs."""

    def __init__(self, at_us: int = 0) -> None:
        self.at_us = at_us

    def now_us(self) -> int:
        return self.at_us

    def mono_us(self) -> int:
        return self.at_us

    def wait(self, seconds: float) -> None:
        self.at_us += int(seconds * S)


class Disk:
    """Makes rows durable when a test says so, and not before."""

    def __init__(self) -> None:
        self.rows: list[Event] = []
        self._waiting: list[tuple[Sequence[Event], Future[int]]] = []

    def append(self, events: Sequence[Event]) -> Future[int]:
        future: Future[int] = Future()
        self._waiting.append((list(events), future))
        return future

    def keep(self, events: Sequence[Event]) -> None:
        self.append(events)

    def write(self) -> None:
        """All that waits is durable."""
        waiting, self._waiting = self._waiting, []
        for events, future in waiting:
            self.rows += events
            future.set_result(len(self.rows))

    def fail(self, error: Exception) -> None:
        """All that waits is lost."""
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            future.set_exception(error)

    @property
    def busy(self) -> bool:
        return bool(self._waiting)


class Line:
    """A link that notes what it is asked to perform."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    def perform(self, *commands: Command) -> None:
        self.asked += commands


class Desk:
    """Everything that a wish passes through, under a test's hand."""

    def __init__(self) -> None:
        self.meeting = Meeting()
        self.clock = HandClock(self.meeting.wait(0))
        self.journal: list[Event] = []
        self.told: list[Event] = []
        self.store = Store(self.journal.extend)
        self.store.state = self.meeting.state
        self.store.on_told = self.told.extend
        self.disk = Disk()
        self.lines = {device: Line() for device in ("m1", "m2", "room-651")}
        self.dispatcher = Dispatcher(self.store, self.disk, self.lines, self.clock)  # type: ignore[arg-type]

    @property
    def state(self) -> State:
        return self.store.state

    def post(self, *facts: f.Fact, cause: str = "", source: str = "m1") -> None:
        """Devices report."""
        self.store.post([stamped(fact, self.clock.now_us(), source, cause) for fact in facts])

    def settle(self) -> set[tuple[str, str]]:
        """What a frame does."""
        keys = self.store.drain()
        while self.dispatcher.review():
            keys |= self.store.drain()
        return keys

    def submit(self, command: Command) -> Verdict:
        verdict = self.dispatcher.submit(command)
        assert verdict.accepted, verdict.problem
        return verdict

    def send(self, *ids: str) -> None:
        """The links tell that bytes have left."""
        self.post(*(f.CommandSent(i) for i in ids))
        self.settle()

    def answer(self, *ids: str) -> None:
        """The devices took the request; what they did is still to be seen."""
        self.send(*ids)
        self.post(*(f.CommandAnswered(i) for i in ids))
        self.settle()

    def obey(self, commands: Iterable[Command]) -> None:
        """The devices do what was asked, now."""
        self.meeting.at_s = self.clock.at_us / S
        for command in commands:
            obey(self.meeting, command)
        self.settle()

    def done(self, command: Command) -> None:
        """A wish runs its whole course, and comes true."""
        self.submit(command)
        self.disk.write()
        ids = self.tracked(command.id).steps or (command.id,)
        open_ids = [i for i in ids if self.tracked(i).phase.open]
        self.answer(*(i for i in open_ids if self.tracked(i).command.route(self.state)))
        self.obey(self.tracked(i).command for i in open_ids)
        assert self.phase(command.id) is Phase.CONFIRMED, self.tracked(command.id)

    def tracked(self, command_id: str) -> Tracked:
        return self.state.commands[command_id]

    def phase(self, command_id: str) -> Phase:
        return self.tracked(command_id).phase

    def asked(self) -> list[Command]:
        """What all links were asked to perform."""
        return [command for line in self.lines.values() for command in line.asked]


def mute(site: str = NEXT, muted: bool = False) -> MuteSite:
    """A wish of one step."""
    return MuteSite(endpoint=site, muted=muted)


def take(site: str = NEXT, **more: object) -> TakeToPodium:
    """A wish of several."""
    return TakeToPodium(endpoint=site, expected=SPEAKER, **more)  # type: ignore[arg-type]


class StoreFailed(Exception):
    """What a full disk raises."""

    code = "store.full"
    params = {"folder": "D"}  # noqa: RUF012


def failed_take(desk: Desk) -> tuple[TakeToPodium, Command]:
    """A TAKE whose camera was refused."""
    wish = take(preset=2)
    desk.submit(wish)
    desk.disk.write()
    steps = desk.asked()
    camera = next(s for s in steps if isinstance(s, RecallPreset))
    others = [s for s in steps if s is not camera]
    desk.answer(*(s.id for s in others))
    desk.obey(others)
    desk.post(f.CommandRefused(camera.id, Problem.of("cms.refused")))
    desk.settle()
    for line in desk.lines.values():
        line.asked.clear()
    return wish, camera
