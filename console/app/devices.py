"""The devices that the console talks to: those of the profile, in training a pretend province's."""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from console.app.beside import beside, in_thread
from console.app.parts import Console
from console.domain.device import LinkHealth
from console.qt.clock import FrameClock

if TYPE_CHECKING:
    from console.core.profile import Access

_log = logging.getLogger(__name__)


async def bring_up(console: Console, frame: FrameClock) -> None:
    """Start the links to all of them; in training, what they lead to first."""
    from console.core.equipment import Equipment
    from console.core.places import profile_path
    from console.core.plant import Plant
    from console.core.roster_shelf import RosterShelf

    console.plant = Plant(console.store, console.clock, _report, console.links)
    if console.training:
        console.equipment = Equipment(None)
        console.equipment.give(await _start_province(console))
    else:
        state = console.store.state
        console.equipment = Equipment(profile_path(console.args), lambda: set(state.endpoints))
        await in_thread(lambda: _read_profile(console))
        console.shelf = RosterShelf(console.equipment, state, beside, console.shelved)
        await in_thread(console.shelf.look)
    console.equipment.propose = console.admission.propose
    frame.tick_now()  # the dial addresses are known before the first device is asked
    accesses, declined = await in_thread(console.equipment.accesses)
    console.plant.add(accesses)
    for spec, problem in declined:
        console.plant.decline(spec, problem)


async def _start_province(console: Console) -> Collection[Access]:
    """Start a pretend province, and tell where its sites are to be dialled; its devices."""
    from console.core.training import Province

    province = await in_thread(lambda: Province.start(province_arguments(console.args)))
    console.province, addresses = province, province.addresses()
    sites = [replace(e, address=addresses.get(e.id, e.address)) for e in console.opened.endpoints]
    console.tell(console.opened.told(tuple(sites)))
    return province.accesses()


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


async def until_up(console: Console, seconds: float = 30.0) -> None:
    """Until an MCU can be commanded or the time is over: a device that is away holds up nobody."""
    for _ in range(int(seconds * 20)):
        devices = console.store.state.devices.values()
        if any(d.health is LinkHealth.UP for d in devices if not d.endpoint):
            return
        await asyncio.sleep(0.05)


def _report(name: str, error: BaseException) -> None:
    _log.error("%s ended unexpectedly", name, exc_info=error)
