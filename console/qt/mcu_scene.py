"""The session for pictures, as the MCU operator saw it come: two MCUs, their rooms, an hour of
figures, some trouble. Made of facts like the session itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.capability import Capability
from console.domain.commands.mcu import MuteSite
from console.domain.device import DeviceSpec, Figures, LinkHealth
from console.domain.problem import Problem
from console.qt.scene import CHAIR, NEXT, NOW_US, PODIUM, ROOM, S, Scene, scene

_ROUND_S, _SPAN_S = 15, 2880
_JOINING_S = 900
"""The sites dial in during the first quarter of an hour."""
_SITES, _PORTS = 206, 300
_OUTAGE_S = (1950, 2110)
"""When the first MCU did not answer, in s after the beginning."""
_ROOMS = 60


def mcu_scene() -> Scene:
    """The session of the pictures with its devices and what happened to them."""
    it = scene()
    _second_mcu(it)
    _rooms(it)
    _trouble(it)
    it.settle()
    it.told.sort(key=lambda event: event.at_us)
    return it


def past_figures() -> Iterator[tuple[str, Figures, float]]:
    """What the MCUs told in the last three quarters of an hour: device, figures, round trip in
    ms; the first was silent for a while."""
    random = Random(1)  # noqa: S311 - a picture, not a secret
    start_us = NOW_US - _SPAN_S * S
    for at_s in range(0, _SPAN_S + 1, _ROUND_S):
        part = min(1.0, at_s / _JOINING_S)
        lost = 9 if 2150 < at_s < 2400 else 0
        sites = round(20 + (_SITES - 20) * part) - lost
        wave = math.sin(at_s / 410) * 6 + random.uniform(-2.5, 2.5)
        load = 14 + 43 * part + wave
        rate = 1.9 * sites * (1 + random.uniform(-0.02, 0.02))
        at_us = start_us + at_s * S
        if not _OUTAGE_S[0] < at_s < _OUTAGE_S[1]:
            yield (
                "cms-1",
                Figures(
                    at_us, sites, _PORTS, load, rate * 1000, rate * 1036, sites, 41 * 86400 + at_s
                ),
                22 + 6 * math.sin(at_s / 300) + random.uniform(0, 6),
            )
        few = 4 + (at_s > 1400) + (at_s > 2600)
        yield (
            "fs-2",
            Figures(at_us, few, 60, 6 + few + random.uniform(-1, 1), legs=few, uptime_s=5 * 3600),
            3 + random.uniform(0, 2),
        )


def _second_mcu(it: Scene) -> None:
    now = NOW_US
    it.tell(
        f.DeviceNamed(DeviceSpec("cms-1", "cms", "MCU Văn phòng UBND", "https://mcu.example")),
        at_us=now - 9100 * S,
    )
    it.tell(
        f.DeviceNamed(DeviceSpec("fs-2", "freeswitch", "MCU dự phòng", "https://fs.example")),
        f.LinkChanged("fs-2", LinkHealth.UP),
        f.DeviceProbed("fs-2", Capability.ROSTER | Capability.HEALTH, software="1.10.12"),
        f.PushChanged("fs-2", True),
        at_us=now - 8990 * S,
        source="fs-2",
    )
    newest = {device: (figures, rtt) for device, figures, rtt in past_figures()}
    for device, (figures, rtt) in newest.items():
        it.tell(f.FiguresMeasured(device, figures), f.DeviceHeard(device, rtt), at_us=now - S // 2)


def _rooms(it: Scene) -> None:
    """A room system in every district and in some communes, a camera in the hall."""
    now = NOW_US
    random = Random(2)  # noqa: S311 - a picture, not a secret
    known = {d.endpoint for d in it.state.devices.values()}
    sites = [e for e in it.state.endpoints.values() if e.id not in known and e.level != "province"]
    for endpoint in sites[:_ROOMS]:
        room = f"room-{endpoint.id}"
        it.tell(
            f.DeviceNamed(
                DeviceSpec(room, "roomos", f"VCS {endpoint.id}", "https://vcs", endpoint.id)
            ),
            f.LinkChanged(room, LinkHealth.UP),
            f.DeviceProbed(room, ROOM),
            f.PushChanged(room, True),
            at_us=now - int((8000 - random.uniform(0, 600)) * S),
            source=room,
        )
        it.tell(f.DeviceHeard(room, random.uniform(9, 48)), at_us=now - S)
    for site in (CHAIR, PODIUM, NEXT, "656", "652", "644"):
        it.tell(
            f.PushChanged(f"room-{site}", True),
            f.DeviceHeard(f"room-{site}", random.uniform(9, 48)),
            at_us=now - 7900 * S,
        )
    it.settle()


def _trouble(it: Scene) -> None:
    now = NOW_US
    start = now - _SPAN_S * S
    silent = Problem.of("wire.unreachable", device="MCU Văn phòng UBND", reason="route")
    it.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, silent), at_us=start + _OUTAGE_S[0] * S + 2 * S)
    it.tell(
        f.AlarmRaised(Alarm("link:cms-1", "mcu_down", Priority.HIGH, device="cms-1")),
        at_us=start + _OUTAGE_S[0] * S + 3 * S,
        source="console",
    )
    it.settle()
    it.tell(
        f.AlarmAcknowledged("link:cms-1"), at_us=start + _OUTAGE_S[0] * S + 9 * S, source="operator"
    )
    it.tell(f.LinkChanged("cms-1", LinkHealth.UP), at_us=start + _OUTAGE_S[1] * S - 4 * S)
    it.tell(f.AlarmCleared("link:cms-1"), at_us=start + _OUTAGE_S[1] * S, source="console")
    it.settle()
    it.tell(
        f.LinkChanged(
            "room-646",
            LinkHealth.DOWN,
            Problem.of("wire.deadline", device="VCS 646", seconds=8.0),
        ),
        f.LinkChanged(
            "room-652",
            LinkHealth.DOWN,
            Problem.of("wire.unreachable", device="VCS 652", reason="refused"),
        ),
        at_us=now - 545 * S,
    )
    it.tell(
        f.AlarmRaised(
            Alarm("link:rooms", "rooms_down", Priority.LOW, ("646", "652")),
        ),
        at_us=now - 515 * S,
        source="console",
    )
    it.tell(f.PushChanged("room-648", False), at_us=now - 320 * S)
    it.tell(
        f.LinkChanged(
            "room-650",
            LinkHealth.DEGRADED,
            Problem.of("wire.deadline", device="VCS 650", seconds=8.0),
        ),
        at_us=now - 75 * S,
    )
    it.settle()
    it.tell(f.AlarmShelved("link:rooms", now + 600 * S), at_us=now - 480 * S, source="operator")
    it.tell(f.AlarmAcknowledged("loss:652"), at_us=now - 380 * S, source="operator")
    it.settle()
    it.mcu.refuses = {MuteSite: Problem.of("device.busy", device="MCU Văn phòng UBND")}
    it.wish(MuteSite(endpoint="648", muted=False), now - 210 * S)
    it.mcu.refuses = {}
    it.settle()
