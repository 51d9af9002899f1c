"""A Link between a real device and a Store, as the console has it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from console.core.clock import Clock
from console.core.digest import Digester
from console.core.dispatcher import Dispatcher
from console.core.exchange import Exchange
from console.core.link import Link
from console.core.listening import Patience
from console.core.store import Store
from console.core.tasks import IoThread
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.device import Device, DeviceSpec, LinkHealth
from console.domain.endpoint import Endpoint
from console.domain.event import Event, stamped
from console.domain.fold import fold
from console.domain.state import State, Tracked
from console.wire.http import HttpSession
from console.wire.tls import Trust
from tests.core.desk import Disk
from tests.core.dialect import Dialect

QUICK = Patience(0.05, 0.2)


class Wires:
    """One device's Link, with the Store and the Dispatcher that it belongs to."""

    def __init__(self, driver: Dialect, url: str, trust: Trust, sessions: int = 3) -> None:
        self.clock = Clock()
        self.reported: list[tuple[str, BaseException]] = []
        self.told: list[Event] = []
        self.store = Store()
        self.store.on_told = self.told.extend
        self.disk = Disk()
        self.io = IoThread(lambda name, error: self.reported.append((name, error)))
        self.polls = ThreadPoolExecutor(4, "test-poll")
        self.urgent = ThreadPoolExecutor(4, "test-urgent")
        self.digester = Digester()
        spec = DeviceSpec("m1", "test", "MCU 1", url)
        self.sessions = [HttpSession(url, None, trust) for _ in range(sessions)]
        self.link = Link(
            spec,
            driver,
            lambda heard, tell: Exchange(
                self.sessions, self.polls, self.urgent, self.digester, heard, tell
            ),
            trust,
            self.store.post,
            self._still_open,
            self.io,
            self.clock,
            QUICK,
        )
        self.dispatcher = Dispatcher(self.store, self.disk, {"m1": self.link}, self.clock)
        now = self.clock.now_us()
        sites = tuple(Endpoint(s, s, s) for s in ("653", "651"))
        for fact in (f.RosterLoaded("r", sites), f.DeviceNamed(spec)):
            fold(self.store.state, stamped(fact, now, "console"))

    def _still_open(self, command: str) -> bool:
        tracked = self.state.commands.get(command)
        return tracked is None or tracked.phase.open

    @property
    def state(self) -> State:
        return self.store.state

    @property
    def device(self) -> Device:
        return self.state.devices["m1"]

    def pump(self) -> None:
        self.store.drain()
        while self.dispatcher.review():
            self.store.drain()

    def until(self, holds: Callable[[], object], patience_s: float = 15.0) -> None:
        """Pump until something holds."""
        end = time.monotonic() + patience_s
        while True:
            self.pump()
            if holds():
                return
            assert time.monotonic() < end, "never came"
            time.sleep(0.005)

    def rest(self, seconds: float) -> None:
        """Pump for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end, seconds + 5)

    def up(self) -> None:
        self.until(lambda: self.device.health is LinkHealth.UP)

    def down(self) -> None:
        self.until(lambda: self.device.health is LinkHealth.DOWN)

    def submit(self, command: Command) -> Tracked:
        """Submit a wish and make its row durable."""
        verdict = self.dispatcher.submit(command)
        assert verdict.accepted, verdict.problem
        self.disk.write()
        return self.state.commands[command.id]

    def settled(self, command: Command, patience_s: float = 15.0) -> Tracked:
        """What becomes of a wish."""
        self.submit(command)
        self.until(lambda: not self.state.commands[command.id].phase.open, patience_s)
        return self.state.commands[command.id]

    def health(self) -> list[LinkHealth]:
        """Everything that was told of the link's health."""
        return [e.fact.health for e in self.told if isinstance(e.fact, f.LinkChanged)]

    def close(self) -> None:
        assert self.io.stop(), "a task did not end"
        self.polls.shutdown(wait=True)
        self.urgent.shutdown(wait=True)
        self.digester.close()


@contextmanager
def wires(
    driver: Dialect, url: str, trust: Trust | None = None, sessions: int = 3
) -> Iterator[Wires]:
    """Wires for the length of a block; whatever happens, nothing is left."""
    made = Wires(driver, url, trust or Trust(), sessions)
    try:
        yield made
    finally:
        made.close()
