"""A device: an MCU, a room system or a camera, and the health of the link to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from console.domain.capability import Capability
from console.domain.layout import Layout
from console.domain.problem import Problem


class LinkHealth(Enum):
    """Whether a device can be spoken to."""

    IDLE = "idle"
    CONNECTING = "connecting"
    UP = "up"
    DEGRADED = "degraded"
    """It answers, but late, or its event feed is silent."""
    DOWN = "down"


CAMERAS = frozenset({"visca"})
"""Kinds that are a camera and nothing else: a site may have one beside its room system."""


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """How to reach a device: what a technician writes down, without secrets.

    `kind` names a driver (`cms`, `roomos`), `address` its URL, `endpoint` the site it stands
    in ("" for an MCU), `conference` the MCU's meeting to run (its id or name, "" = the only).
    `memories` names a camera's memories by number, where the camera has no names itself.
    """

    id: str
    kind: str
    name: str
    address: str
    endpoint: str = ""
    conference: str = ""
    memories: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """An MCU's parameters (R76); None where it does not say. Rates in kbit/s, load in %."""

    at_us: int
    ports_used: int | None = None
    ports_total: int | None = None
    load_pct: float | None = None
    rx_kbps: float | None = None
    tx_kbps: float | None = None
    legs: int | None = None
    uptime_s: int | None = None
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Device:
    """A device and its link, as last reported.

    `refusals` says why a capability that the kind usually has is missing here. `layouts` and
    `screen_layouts` are what it can show everyone and one screen. `push` is whether its event
    feed is alive, None where the kind has none.
    """

    id: str
    kind: str
    name: str
    endpoint: str = ""
    health: LinkHealth = LinkHealth.IDLE
    problem: Problem | None = None
    capabilities: Capability = Capability.NONE
    refusals: tuple[tuple[Capability, Problem], ...] = ()
    layouts: tuple[Layout, ...] = ()
    screen_layouts: tuple[Layout, ...] = ()
    software: str = ""
    model: str = ""
    push: bool | None = None
    figures: Figures | None = None
    health_since_us: int = 0
