"""A Profile: which devices a console runs, and how to reach and believe each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.device import DeviceSpec
from console.domain.endpoint import Endpoint

if TYPE_CHECKING:
    from console.wire.http import Credentials
    from console.wire.tls import Trust


@dataclass(frozen=True, slots=True)
class Access:
    """One device, the account to use there and whom to believe on TLS."""

    spec: DeviceSpec
    credentials: Credentials | None = field(repr=False)
    trust: Trust


@dataclass(frozen=True, slots=True)
class Profile:
    """What a console is set up for: its site tree, its devices, its main site and its store."""

    name: str
    roster: str
    endpoints: tuple[Endpoint, ...]
    chair: str
    title: str
    folder: Path
    """Where the store and the settings live."""
    training: bool = False
