"""Puts a pretend province together, says where it is, and takes it down again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from console.simulators.certs import Authority
from console.simulators.cms.bridge import CmsBridge
from console.simulators.cms.cluster import Cluster
from console.simulators.control import Control
from console.simulators.device import Account, Device
from console.simulators.doings import Doings
from console.simulators.faults import FaultBoard
from console.simulators.freeswitch.event_socket import EventSocket
from console.simulators.freeswitch.switch import Switch
from console.simulators.gateway import Gateway
from console.simulators.model.building import fit
from console.simulators.model.change import Change
from console.simulators.model.clock import Clock
from console.simulators.model.operators import Operators
from console.simulators.model.province import CMS, FREESWITCH, Province
from console.simulators.model.roster import oddly_named, read_roster, shipped_roster
from console.simulators.model.scenario import Scenario
from console.simulators.options import Options
from console.simulators.pacer import Pacer
from console.simulators.roomos.device import RoomDevice
from console.simulators.roomos.feedback import Courier
from console.simulators.visca.device import CameraDevice
from console.simulators.visca.ports import port_of

ROLES = ("Admin", "User", "Integrator")


@dataclass(frozen=True, slots=True)
class Running:
    """A province that serves: its devices, and the ready line as a dictionary."""

    province: Province
    gateway: Gateway
    pacer: Pacer
    ready: dict[str, Any]


@contextlib.asynccontextmanager
async def running(options: Options) -> AsyncGenerator[Running]:
    """Serve a pretend province for as long as the block lasts."""
    rows = read_roster(options.roster or shipped_roster(), options.sites)
    clock = Clock(options.speed)
    province = Province(
        oddly_named(rows) if options.odd_names else rows,
        seed=options.seed,
        clock=clock,
        rooms=options.rooms,
        mcus=mcus_of(options),
        calm=options.scene in ("calm", "empty"),
    )
    fit(list(province.sites.values()), options.cameras)
    Operators(province)
    cluster = Cluster(province, province.mcus.count(CMS), options.delay_s)
    board = FaultBoard(asyncio.get_running_loop().time)
    authority = Authority()
    pacer = Pacer(clock)
    gateway = Gateway(authority, board, pacer.catch_up)
    bridges = [
        CmsBridge(cluster, record, Account("hnth-api", secrets.token_urlsafe(12)), board)
        for record in cluster.bridges
    ]
    switches = [
        Switch(province, number, "freeswitch-1", options.delay_s)
        for number, mcu in enumerate(province.mcus)
        if mcu == FREESWITCH
    ]
    sockets = [EventSocket(each, throw_away("ESL"), board) for each in switches]
    courier = Courier()
    rooms = [
        RoomDevice(province, site, [throw_away(role) for role in ROLES], options.delay_s, courier)
        for site in province.sites.values()
        if site.room is not None
    ]
    doings = Doings(province, gateway, bridges, switches)
    control = Control(province, cluster, switches, gateway, doings, pacer)
    connect_rooms(province, rooms, doings)
    tasks: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    try:
        ports = iter(range(options.port_base, options.port_base + 10_000))

        def next_port() -> int:
            return next(ports) if options.port_base else 0

        async def opened(device: Device, *, plain: bool = False) -> int:
            return await gateway.open(device, next_port(), plain=plain)

        cms_ports = [await opened(bridge) for bridge in bridges]
        control_port = await opened(control, plain=True)
        room_ports = [await opened(room) for room in rooms]
        cameras = await opened_cameras(
            province, gateway, pacer, ports if options.port_base else None
        )
        switch_ports = [await gateway.open_line(each, next_port()) for each in sockets]
        Scenario(province, options.scene).begin()
        tasks.append(loop.create_task(pacer.run()))
        tasks += [loop.create_task(bridge.recorder.run()) for bridge in bridges]
        call = cluster.call_of(province.main)
        ready = {
            "ready": True,
            "ca": str(authority.pem),
            "cms": [
                {
                    "id": bridge.name,
                    "url": f"https://127.0.0.1:{port}",
                    "user": bridge.account.user,
                    "password": bridge.account.password,
                    "cospace": cluster.cospace,
                    "call": call.ids[bridge.bridge.number] if call else "",
                    "conference": province.main.name,
                }
                for bridge, port in zip(bridges, cms_ports, strict=True)
            ],
            "freeswitch": [
                switch_address(province, each, port)
                for each, port in zip(sockets, switch_ports, strict=True)
            ],
            "rooms": {
                room.site.code: room_address(room, port)
                for room, port in zip(rooms, room_ports, strict=True)
            },
            "cameras": cameras,
            "uris": {site.code: site.uri for site in province.sites.values()},
            "control": {
                "url": f"http://127.0.0.1:{control_port}",
                "token": control.token,
                "header": control.header,
            },
            "sites": len(rows),
            "scene": options.scene,
            "seed": options.seed,
        }
        yield Running(province, gateway, pacer, ready)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await doings.close()
        await courier.close()
        await gateway.close()
        authority.close()


def mcus_of(options: Options) -> list[str]:
    """The family of each MCU: the Meeting Servers of the cluster, then the FreeSWITCH."""
    return [mcu for mcu in options.mcus for _ in range(options.bridges if mcu == CMS else 1)]


def switch_address(province: Province, socket: EventSocket, port: int) -> dict[str, Any]:
    """Where a switch is, its password, its conference, and whose calls land on it."""
    number = socket.switch.number
    return {
        "id": socket.name,
        "url": f"esl://127.0.0.1:{port}",
        "password": socket.account.password,
        "conference": province.meetings[FREESWITCH].name,
        "sites": [s.code for s in province.sites.values() if province.bridge_of(s) == number],
    }


def connect_rooms(province: Province, rooms: list[RoomDevice], doings: Doings) -> None:
    """Tell each room of its own site's changes, and let a room restart itself."""
    by_code = {room.site.code: room for room in rooms}

    def changed(change: Change) -> None:
        room = by_code.get(change.site.code) if change.site is not None else None
        if room is not None:
            room.changed(change)

    province.watch(changed)
    for room in rooms:
        room.actor.boot = lambda seconds, name=room.name: doings.soon(
            "restart", name, {"seconds": seconds}
        )


async def opened_cameras(
    province: Province, gateway: Gateway, pacer: Pacer, ports: Iterator[int] | None
) -> dict[str, Any]:
    """Let every VISCA camera listen; where each is, and what its memories are called."""
    found: dict[str, Any] = {}
    devices: dict[str, CameraDevice] = {}
    for site in province.sites.values():
        ptz = site.room.ptz if site.room is not None else None
        if ptz is None:
            continue
        device = CameraDevice(province, site, ptz, gateway.board, gateway.log, pacer.catch_up)
        number = await gateway.add(port_of(device), next(ports) if ports is not None else 0)
        devices[site.code] = device
        found[site.code] = {
            "url": f"visca+{ptz.transport}://127.0.0.1:{number}",
            "memories": {str(at): name for at, name in ptz.names.items()},
        }

    def changed(change: Change) -> None:
        device = devices.get(change.site.code) if change.site is not None else None
        if device is not None:
            device.changed(change)

    province.watch(changed)
    return found


def throw_away(role: str) -> Account:
    """A login of this role with a password nobody can know."""
    return Account(role.lower(), secrets.token_urlsafe(9), role)


def room_address(room: RoomDevice, port: int) -> dict[str, Any]:
    """Where a room is and how to log in: as administrator, or in one of the lesser roles."""
    first = room.accounts[0]
    return {
        "url": f"https://127.0.0.1:{port}",
        "user": first.user,
        "password": first.password,
        "roles": {
            account.role: {"user": account.user, "password": account.password}
            for account in room.accounts
        },
    }


async def serve(options: Options) -> None:
    """Serve, print the ready line, wait for the order to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with stopped_by_signals(lambda: loop.call_soon_threadsafe(stop.set)):
        async with running(options) as world:
            if options.with_parent:
                watch_parent(lambda: loop.call_soon_threadsafe(stop.set))
            print(json.dumps(world.ready, ensure_ascii=True), flush=True)
            await stop.wait()


@contextlib.contextmanager
def stopped_by_signals(stop: Callable[[], object]) -> Generator[None]:
    """Call `stop` on SIGINT, SIGTERM and, on Windows, Ctrl+Break."""

    def told(number: int, frame: object) -> None:
        stop()

    known = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGBREAK")]
    before = {number: signal.signal(number, told) for number in known if number is not None}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def watch_parent(gone: Callable[[], object]) -> None:
    """Call `gone` once standard input ends: whoever started us has died or let go."""

    def wait() -> None:
        with contextlib.suppress(OSError, RuntimeError):
            while os.read(0, 1024):
                pass
            gone()

    threading.Thread(target=wait, name="parent", daemon=True).start()


def allow_many_sockets() -> None:
    """Ask for as many open sockets as this user may have: each room is a port and its callers."""
    try:
        import resource
    except ImportError:
        return  # Windows counts none
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def run(options: Options) -> int:
    """Serve until told to stop; 0 on a clean end, 1 when a port or the roster is unusable."""
    allow_many_sockets()
    try:
        asyncio.run(serve(options))
    except BrokenPipeError:  # nobody reads the ready line
        raise
    except (OSError, ValueError) as problem:
        print(f"console.simulators: {problem}", file=sys.stderr)
        return 1
    return 0
