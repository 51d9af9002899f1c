"""Devices come, are described anew and go while the others run on."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from console.core.clock import Clock
from console.core.plant import Plant
from console.core.profile import Access
from console.core.store import Store
from console.core.training import Province
from console.domain import facts as f
from console.domain.device import LinkHealth
from console.domain.event import stamped
from console.domain.problem import Problem
from console.wire.http import Credentials


class Works:
    """A plant on a province's devices."""

    def __init__(self, province: Province) -> None:
        self.accesses = province.accesses()[:2]
        self.store, self.clock = Store(), Clock()
        self.faults: list[tuple[str, BaseException]] = []
        self.plant = Plant(self.store, self.clock, lambda name, e: self.faults.append((name, e)))

    def health(self, device: str) -> LinkHealth | None:
        known = self.store.state.devices.get(device)
        return known.health if known is not None else None

    def until(self, holds: Callable[[], object], patience_s: float = 20.0) -> None:
        end = time.monotonic() + patience_s
        while not holds():
            assert time.monotonic() < end, "never came"
            self.store.drain()
            time.sleep(0.02)

    def up(self, access: Access) -> None:
        self.until(lambda: self.health(access.spec.id) is LinkHealth.UP)


@pytest.fixture
def works() -> Iterator[Works]:
    province = Province.start(["--sites", "2", "--scene", "calm"])
    made = Works(province)
    yield made
    made.plant.stop()
    province.stop()
    assert made.faults == []


def test_devices_come_change_and_go(works: Works) -> None:
    mcu, room = works.accesses
    works.plant.add([mcu, room])
    works.up(mcu)
    works.up(room)
    wrong = Credentials("nobody", "x")
    works.plant.renew(replace(mcu, credentials=wrong))
    works.until(lambda: works.health(mcu.spec.id) is LinkHealth.DOWN)
    problem = works.store.state.devices[mcu.spec.id].problem
    assert problem is not None
    assert problem.code == "device.login"
    works.plant.renew(mcu)
    works.up(mcu)
    works.plant.remove(mcu.spec.id)
    works.store.post([stamped(f.DeviceForgotten(mcu.spec.id), works.clock.now_us(), "console")])
    works.until(lambda: works.health(mcu.spec.id) is None)
    assert set(works.plant.links) == {room.spec.id}
    works.plant.remove("nobody")
    assert works.health(room.spec.id) is LinkHealth.UP


def test_what_can_not_be_run_is_shown_and_holds_up_nobody(works: Works) -> None:
    mcu, room = works.accesses
    unknown = replace(room, spec=replace(room.spec, id="odd", kind="none"))
    works.plant.add([unknown, mcu])
    works.plant.decline(room.spec, Problem.of("profile.no_password", device="R", user="u", id="r"))
    works.up(mcu)
    reasons = {i: d.problem.code for i, d in works.store.state.devices.items() if d.problem}
    assert reasons == {"odd": "device.unknown_kind", room.spec.id: "profile.no_password"}
    assert set(works.plant.links) == {mcu.spec.id}


def test_rooms_that_hang_do_not_hold_up_the_mcu(works: Works) -> None:
    mcu, room = works.accesses
    with socket.create_server(("127.0.0.1", 0), backlog=128) as silent:  # connects, says nothing
        address = f"https://127.0.0.1:{silent.getsockname()[1]}"
        dark = [
            replace(room, spec=replace(room.spec, id=f"dark-{n}", address=address))
            for n in range(24)
        ]
        works.plant.add(dark)
        time.sleep(0.5 + 24 * 0.05)  # all of them are being waited for
        works.plant.add([mcu])
        works.up(mcu)
        for _ in range(3):
            before = works.store.state.heard[mcu.spec.id]
            works.until(lambda before=before: works.store.state.heard[mcu.spec.id] > before, 4.0)
        states = {works.health(access.spec.id) for access in dark}
        assert LinkHealth.UP not in states
