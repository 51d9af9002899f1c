"""What is said of a device's link: every MCU, room and camera as a row of the list."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.device import Device, LinkHealth
from console.domain.state import State
from console.domain.text import clean_name, search_key
from console.qt.looks.header import Health
from console.qt.looks.sites import full
from console.qt.wording import clock, has, say, say_problem

_HEALTHS = {
    LinkHealth.DOWN: Health.BAD,
    LinkHealth.DEGRADED: Health.WARN,
    LinkHealth.CONNECTING: Health.OFF,
    LinkHealth.IDLE: Health.OFF,
    LinkHealth.UP: Health.GOOD,
}
_ANSWERING = (LinkHealth.UP, LinkHealth.DEGRADED)
_URGENCY = tuple(_HEALTHS)
"""The healths, the one that needs a hand most first."""


@dataclass(frozen=True, slots=True)
class HealthLook:
    """A link's health: its shape and its word."""

    health: Health
    text: str


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device. `since` and `rtt` are "" where nothing is known; `feed` is whether its event
    feed is alive, None where it has none or the link is down; `order` sorts by need, MCUs first
    among equals."""

    id: str
    health: Health
    health_text: str
    name: str
    kind: str
    place: str
    since: str
    feed: bool | None
    problem: str
    troubled: bool
    is_mcu: bool
    order: tuple[int, bool]
    since_us: int
    name_key: str
    place_key: str
    key: str
    """What a search looks at; the two before it are what the columns sort by."""


def health_of(device: Device) -> HealthLook:
    """How the link to a device does."""
    return HealthLook(_HEALTHS[device.health], say(f"mcu.health.{device.health.value}"))


def device_row(state: State, device: Device) -> DeviceRow:
    """A device's row as it is now; its round trip is shown beside it."""
    health = health_of(device)
    name = clean_name(device.name) or clean_name(device.id)
    place = full(state, device.endpoint) if device.endpoint else ""
    problem = say_problem(device.problem) if device.problem else ""
    troubled = device.health in (LinkHealth.DOWN, LinkHealth.DEGRADED) or device.push is False
    return DeviceRow(
        device.id,
        health.health,
        health.text,
        name,
        kind_text(device.kind),
        place,
        clock(device.health_since_us) if device.health_since_us else "",
        device.push if device.health in _ANSWERING else None,
        problem,
        troubled or bool(problem),
        not device.endpoint,
        (_URGENCY.index(device.health) - (device.push is False), bool(device.endpoint)),
        device.health_since_us,
        search_key(name),
        search_key(place),
        search_key(f"{name} {place} {problem}"),
    )


def kind_text(kind: str) -> str:
    """What kind of device a driver is for."""
    return say(f"mcu.kind.{kind}") if has(f"mcu.kind.{kind}") else clean_name(kind)


def rtt_text(state: State, device: str) -> str:
    """A device's last round trip: «24 ms», "" where none was measured or it does not answer."""
    known, rtt = state.devices.get(device), state.rtt_ms.get(device)
    if known is None or rtt is None or known.health in (LinkHealth.DOWN, LinkHealth.IDLE):
        return ""
    return f"{rtt:.0f} ms"
