"""The roster, and the devices of this console: their links, what they can do, how they fare."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.capability import Capability
from console.domain.device import DeviceSpec, Figures, LinkHealth
from console.domain.endpoint import Endpoint
from console.domain.facts.base import Fact, sample_of
from console.domain.layout import Layout
from console.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class RosterLoaded(Fact):
    """The sites of the province, in the order of the site tree; `record` and `version` tell which
    of the office's lists it is, ("", 0) for one from a file."""

    name: str
    endpoints: tuple[Endpoint, ...]
    record: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class DeviceNamed(Fact):
    """A device belongs to this console from now on."""

    spec: DeviceSpec


@dataclass(frozen=True, slots=True)
class DeviceForgotten(Fact):
    """A device belongs to this console no more."""

    device: str


@dataclass(frozen=True, slots=True)
class CertificateTrusted(Fact):
    """Somebody decided to believe the certificate that a device at `address` (host:port) shows.

    `fingerprint` ("": none any more) and `before` (the one believed until then, "" for none) are
    SHA-256 in hex. `approver` is the account that agreed, "" where there are no accounts.
    """

    device: str
    address: str
    fingerprint: str
    before: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class LinkChanged(Fact):
    """The link to a device came up, degraded or went down, and why."""

    device: str
    health: LinkHealth
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class DeviceProbed(Fact):
    """What a device can do, as it showed when probed."""

    device: str
    capabilities: Capability
    refusals: tuple[tuple[Capability, Problem], ...] = ()
    layouts: tuple[Layout, ...] = ()
    screen_layouts: tuple[Layout, ...] = ()
    software: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class PushChanged(Fact):
    """A device's event feed came alive or fell silent."""

    device: str
    alive: bool


@sample_of("device")
@dataclass(frozen=True, slots=True)
class DeviceHeard(Fact):
    """A device answered; `rtt_ms` is the exchange's duration in ms, None for pushed news."""

    device: str
    rtt_ms: float | None = None


@sample_of("device")
@dataclass(frozen=True, slots=True)
class FiguresMeasured(Fact):
    """A device's parameters were read."""

    device: str
    figures: Figures
