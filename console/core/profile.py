"""A Profile: which devices a console runs, told by a TOML file that a technician can write."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from console.core.vault import Vault
from console.domain.device import DeviceSpec
from console.domain.problem import Problem, Refused
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
    """What a console is set up for: its site tree, its main site and its devices."""

    roster: Path | None
    chair: str
    title: str
    accesses: tuple[Access, ...]


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file; passwords come from the system's keyring.

    Raises Refused for the first thing that is wrong: `profile.missing`, `profile.unreadable`
    (with the parser's line), `profile.field`, `profile.twice`, `profile.no_password`.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Refused(Problem.of("profile.missing", file=str(path))) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(Problem.of("profile.unreadable", str(error), file=str(path))) from error
    devices: list[Any] = told.get("device", [])
    seen: set[str] = set()
    accesses: list[Access] = []
    for number, item in enumerate(devices, 1):
        access = _access(item, number, path)
        if access.spec.id in seen:
            raise Refused(Problem.of("profile.twice", file=path.name, device=access.spec.id))
        seen.add(access.spec.id)
        accesses.append(access)
    roster = told.get("roster")
    return Profile(
        path.parent / str(roster) if roster else None,
        str(told.get("chair", "")),
        str(told.get("title", "")),
        tuple(accesses),
    )


def _access(told: Any, number: int, path: Path) -> Access:
    item = cast("Mapping[str, Any]", told if isinstance(told, dict) else {})

    def text(name: str, *, needed: bool = False) -> str:
        value = item.get(name, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            raise Refused(Problem.of("profile.field", file=path.name, number=number, field=name))
        return value.strip()

    spec = DeviceSpec(
        text("id", needed=True),
        text("kind", needed=True),
        text("name") or text("id"),
        text("address", needed=True),
        text("endpoint"),
        text("conference"),
    )
    if not spec.address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise Refused(Problem.of("profile.field", file=path.name, number=number, field="address"))
    user, ca = text("user"), text("ca")
    trust = Trust(str(path.parent / ca) if ca else None, text("pin") or None)
    return Access(spec, _credentials(spec.id, user) if user else None, trust)


def _credentials(device: str, user: str) -> Credentials:
    password = Vault.of_system().password(device, user)
    if password is None:
        raise Refused(Problem.of("profile.no_password", device=device, user=user, id=device))
    return Credentials(user, password)
