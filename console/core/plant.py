"""The Plant: every Link of this console, and the threads they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from console.core.clock import Clock
from console.core.digest import Digester
from console.core.exchange import Exchange
from console.core.link import Link
from console.core.profile import Access
from console.core.store import Store
from console.core.tasks import IoThread
from console.domain import facts as f
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.event import stamped
from console.domain.facts import Fact
from console.domain.problem import Problem, Refused
from console.drivers.protocol import Setting
from console.drivers.registry import make_driver
from console.wire.session import open_session

_SESSIONS = {"cms": 4, "freeswitch": 2, "roomos": 2, "visca": 1}
"""Requests at once to a device, at most. The vendors name no limit; be polite. A camera carries
out one command at a time."""
_SPREAD_S = 0.05
"""Between one room's first contact and the next: TLS handshakes cost more than polls."""
_ROOM_THREADS, _MCU_THREADS = 32, 8
"""Exchanges at once with all rooms and cameras, and with all MCUs: a hundred rooms without power,
each waited for 5 s in every 30 s, take half of the former."""


class _Crew:
    """Threads that wait for devices: for what is asked by turns, and for what a person asked."""

    def __init__(self, name: str, count: int) -> None:
        self.polls = ThreadPoolExecutor(count, f"hnth-{name}-poll")
        self.urgent = ThreadPoolExecutor(count, f"hnth-{name}-urgent")

    def end(self) -> None:
        """Wait for what is under way."""
        for pool in (self.polls, self.urgent):
            pool.shutdown(wait=True, cancel_futures=True)


class Plant:
    """Makes, starts, focuses and stops the Links; the Dispatcher finds them in `links`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        report: Callable[[str, BaseException], None],
        links: dict[str, Link] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._io = IoThread(report)
        self._rooms = _Crew("room", _ROOM_THREADS)
        self._mcus = _Crew("mcu", _MCU_THREADS)
        """Of their own: a province of rooms without power must not hold up what the MCUs tell."""
        self.digester = Digester()
        self._focused: set[str] = set()
        self.links: dict[str, Link] = {} if links is None else links

    def add(self, accesses: Sequence[Access]) -> None:
        """Take devices on and connect to them: MCUs at once, rooms one after the other."""
        now = self._clock.now_us()
        self._store.post(stamped(f.DeviceNamed(access.spec), now, "console") for access in accesses)
        rooms = 0
        for access in accesses:
            try:
                link = self._make(access)
            except Refused as refused:
                self.decline(access.spec, refused.problem)
                continue
            self.links[access.spec.id] = link
            is_room = bool(access.spec.endpoint)
            rooms += is_room
            link.start(0.5 + rooms * _SPREAD_S if is_room else 0.0)

    def decline(self, spec: DeviceSpec, problem: Problem) -> None:
        """Show a device that can't be connected to, and why; the others are not held up."""
        self._post(f.DeviceNamed(spec), f.LinkChanged(spec.id, LinkHealth.DOWN, problem))

    def remove(self, device: str) -> None:
        """Run a device no more: its Link says good-bye by itself."""
        if link := self.links.pop(device, None):
            link.stop()

    def renew(self, access: Access) -> None:
        """Connect to a device afresh, as it is described and trusted now."""
        self.remove(access.spec.id)
        self._post(f.LinkChanged(access.spec.id, LinkHealth.CONNECTING))
        self.add([access])

    def _post(self, *facts: Fact) -> None:
        now = self._clock.now_us()
        self._store.post([stamped(fact, now, "console") for fact in facts])

    def _make(self, access: Access) -> Link:
        spec = access.spec
        setting = Setting(spec, self._store.state.directory, self._clock.now_us)
        crew = self._rooms if spec.endpoint else self._mcus
        driver = make_driver(setting)  # may refuse, so before anything is opened
        sessions = [
            open_session(spec.address, access.credentials, access.trust)
            for _ in range(_SESSIONS[spec.kind])
        ]

        def exchange(
            heard: Callable[[float], None], tell: Callable[[Sequence[Fact], str], None]
        ) -> Exchange:
            return Exchange(sessions, crew.polls, crew.urgent, self.digester, heard, tell)

        return Link(
            spec,
            driver,
            exchange,
            access.trust,
            self._store.post,
            self._still_open,
            self._io,
            self._clock,
            credentials=access.credentials,
        )

    def _still_open(self, command: str) -> bool:
        tracked = self._store.state.commands.get(command)
        return tracked is None or tracked.phase.open

    def digest(self, parse: Callable[[bytes], Any], body: bytes) -> Future[Any]:
        """Parse bytes as a Link would: in the worker process where they are many."""
        return self._io.run(self.digester.digest(parse, body))

    def focus(self, devices: set[str]) -> None:
        """The devices that the operator looks at: they are asked more often."""
        for device in self._focused ^ devices:
            if link := self.links.get(device):
                link.focus(device in devices)
        self._focused = set(devices)

    def stop(self) -> None:
        """Say good-bye to every device and end the threads."""
        self._io.stop()
        self._rooms.end()
        self._mcus.end()
        self.digester.close()
