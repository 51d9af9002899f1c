"""A console without a window: Store, Dispatcher and Links against the pretend province."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from console.core.clock import Clock
from console.core.dispatcher import Dispatcher
from console.core.plant import Plant
from console.core.profile import Access
from console.core.store import Store
from console.core.training import Province
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.device import Device, LinkHealth
from console.domain.endpoint import Endpoint
from console.domain.event import Event, stamped
from console.domain.state import Phase, State, Tracked
from console.wire.http import Credentials

PATIENCE_S = 20.0


class AtOnce:
    """A journal for which everything is durable at once."""

    def append(self, events: Sequence[Event]) -> Future[int]:
        done: Future[int] = Future()
        done.set_result(len(events))
        return done

    def keep(self, events: Sequence[Event]) -> None:
        self.append(events)


class Rig:
    """The console's core, its devices, and the pretend province's control plane."""

    def __init__(self, province: Province, rooms: int | None = None, role: str = "Admin") -> None:
        self.province = province
        self.control = province.control()
        self.clock = Clock()
        self.faults: list[tuple[str, BaseException]] = []
        self.told: list[Event] = []
        self.store = Store()
        self.store.on_told = self.told.extend
        self.plant = Plant(self.store, self.clock, self._failed)
        self.dispatcher = Dispatcher(self.store, AtOnce(), self.plant.links, self.clock)
        addresses = province.addresses()
        self.sites = list(addresses)
        self.store.post(
            [
                stamped(
                    f.RosterLoaded(
                        "test",
                        tuple(
                            Endpoint(site, f"Site {site}", site, address=address, order=number)
                            for number, (site, address) in enumerate(addresses.items())
                        ),
                    ),
                    self.clock.now_us(),
                    "console",
                )
            ]
        )
        self.pump()
        accesses = [_in_role(access, province, role) for access in province.accesses()]
        kept = [a for a in accesses if not a.spec.endpoint]
        kept += [a for a in accesses if a.spec.kind == "roomos"][:rooms]
        kept += [a for a in accesses if a.spec.kind == "visca"]
        self.plant.add(kept)

    def _failed(self, name: str, error: BaseException) -> None:
        if type(error).__name__ != "_Lost":  # a lost link, told as its health
            self.faults.append((name, error))

    @property
    def state(self) -> State:
        return self.store.state

    def pump(self) -> None:
        """What the frame clock does."""
        self.store.drain()
        while self.dispatcher.review():
            self.store.drain()

    def until(
        self, holds: Callable[[], object], what: str = "", patience_s: float = PATIENCE_S
    ) -> None:
        """Pump until something holds; fails with what was awaited."""
        end = time.monotonic() + patience_s
        while True:
            self.pump()
            if holds():
                return
            assert not self.faults, self.faults
            assert time.monotonic() < end, f"never came: {what or holds}"
            time.sleep(0.02)

    def rest(self, seconds: float) -> None:
        """Pump for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end, patience_s=seconds + 5)

    # -- devices -------------------------------------------------------------------------------

    def device(self, device: str) -> Device:
        return self.state.devices[device]

    def up(self, *devices: str) -> None:
        """Wait until these links are up; hurried along."""

        def holds() -> bool:
            for device in devices:
                if self.device(device).health is LinkHealth.DOWN:
                    self.plant.links[device].nudge()
            return all(self.device(d).health is LinkHealth.UP for d in devices)

        self.until(holds, f"{devices} up", 40.0)

    def truth(self, site: str) -> dict[str, Any]:
        """The pretend province's own word on a site."""
        return self.control.get("/state")["sites"][site]

    @contextmanager
    def fault(self, kind: str, target: str, **parameters: Any) -> Iterator[None]:
        """A fault of the province for the length of a block."""
        self.control.post("/fault", {"kind": kind, "target": target, "seconds": 120, **parameters})
        try:
            yield
        finally:
            self.control.post("/clear", {})

    # -- wishes --------------------------------------------------------------------------------

    def submit(self, command: Command) -> str:
        """Submit a wish, which must be accepted; its id."""
        self.pump()
        verdict = self.dispatcher.submit(command)
        assert verdict.accepted, verdict.problem
        return command.id

    def outcome(self, command_id: str, patience_s: float = 30.0) -> Tracked:
        """Wait until a wish is settled."""
        self.until(lambda: not self.state.commands[command_id].phase.open, "an outcome", patience_s)
        return self.state.commands[command_id]

    def wish(self, command: Command) -> Tracked:
        """Submit a wish and wait for what becomes of it."""
        return self.outcome(self.submit(command))

    def achieve(self, command: Command) -> None:
        """Submit a wish that must come true."""
        settled = self.wish(command)
        assert settled.phase is Phase.CONFIRMED, (command, settled.phase, settled.problem)

    def close(self) -> None:
        self.plant.stop()
        self.control.close()


def _in_role(access: Access, province: Province, role: str) -> Access:
    if access.spec.kind != "roomos":
        return access
    account = province.ready["rooms"][access.spec.endpoint]["roles"][role]
    return replace(access, credentials=Credentials(account["user"], account["password"]))


@contextmanager
def rig(
    *arguments: str,
    rooms: int | None = None,
    faults: Sequence[dict[str, Any]] = (),
    role: str = "Admin",
) -> Iterator[Rig]:
    """A Rig with a province of its own, in which these faults are there from the start.

    `role` is that of the rooms' accounts.
    """
    province = Province.start(arguments)
    try:
        control = province.control()
        for fault in faults:
            control.post("/fault", fault)
        control.close()
        made = Rig(province, rooms, role)
        try:
            yield made
        finally:
            made.close()
    finally:
        province.stop()
