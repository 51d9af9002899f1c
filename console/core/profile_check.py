"""Checking a profile as a whole: everything that is wrong, each with its line."""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from console.core.kinds import address_trouble, known_kinds, rules_of
from console.core.pins import is_print
from console.core.toml_lines import Lines
from console.domain.device import DeviceSpec
from console.domain.finding import Severity
from console.domain.problem import Problem
from console.domain.text import clean_name
from console.wire.tls import Trust

TOP = ("title", "roster", "chair", "device")
FIELDS = (
    "id", "kind", "name", "address", "endpoint", "conference", "user", "ca", "pin", "memories",
)  # fmt: skip
"""The keys of a device, in the order in which the program writes them."""
_SECRETS = frozenset({"password", "passwd", "pass", "pwd", "secret", "token"})
_ID = re.compile(r"[\w.-]{1,40}")
_LONGEST_NAME = 100
_HIGHEST_MEMORY = 255


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a profile: its line (0: the whole), how bad, and in words. `field` is
    the key concerned, `number` the device's place in the file (from 0), -1 for none."""

    line: int
    severity: Severity
    problem: Problem
    number: int = -1
    field: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One device as the profile tells it: its account and whom to believe as they are written,
    and why it can't be used (None: it can). `number` is its place in the file."""

    spec: DeviceSpec
    user: str = ""
    trust: Trust = field(default_factory=Trust)
    number: int = 0
    line: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a profile tells, as far as it can be used."""

    roster: Path | None
    chair: str
    title: str
    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...]


def check(
    told: Mapping[str, Any], text: str, path: Path, sites: Collection[str] | None = None
) -> Told:
    """Everything in a profile that has been read as TOML, and everything that is wrong."""
    return _Check(told, text, path, sites).told()


class _Check:
    """Collects flaws. ERROR: what the line is about can't be used; WARNING: it is passed over."""

    def __init__(
        self, told: Mapping[str, Any], text: str, path: Path, sites: Collection[str] | None
    ) -> None:
        self._told, self._path, self._sites = told, path, sites
        self._lines = Lines(text)
        self._flaws: list[Flaw] = []
        self._ids: dict[str, int] = {}
        self._homes: dict[str, int] = {}

    def told(self) -> Told:
        for key in self._told:
            if key not in TOP:
                self._unknown(key, TOP, (key,))
        title = clean_name(self._text(("title",), self._told))
        chair = self._text(("chair",), self._told)
        roster = self._roster()
        if chair and self._sites is not None and chair not in self._sites:
            self._note("chair", ("chair",), Severity.WARNING, site=chair)
            chair = ""
        entries = tuple(self._device(n, item) for n, item in enumerate(self._devices()))
        if not entries:
            self._note("nothing", (), Severity.WARNING)
        flaws = sorted(self._flaws, key=lambda flaw: (flaw.line, flaw.severity))
        return Told(roster, chair, title, entries, tuple(flaws))

    def _note(
        self,
        code: str,
        path: tuple[str | int, ...],
        severity: Severity = Severity.ERROR,
        **params: str | int,
    ) -> None:
        line = self._lines.of(*path)
        told = {"file": self._path.name, "line": line, **params}
        problem = Problem(f"profile.{code}", tuple(sorted(told.items())))
        number = path[1] if len(path) > 1 and isinstance(path[1], int) else -1
        name = str(path[2]) if len(path) > 2 else str(path[0]) if len(path) == 1 else ""
        self._flaws.append(Flaw(line, severity, problem, number, name))

    def _unknown(self, key: str, known: Collection[str], path: tuple[str | int, ...]) -> None:
        if key.lower() in _SECRETS:
            self._note("secret", path, Severity.WARNING, entry=key)
            return
        near = get_close_matches(key.lower(), known, 1, 0.5)
        reason = "near" if near else "far"
        self._note(
            "unknown_key", path, Severity.WARNING, entry=key, reason=reason,
            near=near[0] if near else "", known=", ".join(known),
        )  # fmt: skip

    def _text(self, path: tuple[str | int, ...], within: Mapping[str, Any]) -> str:
        key = str(path[-1])
        value = within.get(key, "")
        if isinstance(value, str):
            return value.strip()
        self._note("text", path, entry=key)
        return ""

    # -- the whole -----------------------------------------------------------------------------

    def _roster(self) -> Path | None:
        name = self._text(("roster",), self._told)
        if not name:
            return None
        path = self._path.parent / name
        if not path.is_file():
            self._note("roster", ("roster",), roster=str(path))
        return path

    def _devices(self) -> list[Any]:
        found = self._told.get("device", [])
        if isinstance(found, dict):
            self._note("one_table", ("device",), Severity.WARNING)
            return [cast("Any", found)]
        if not isinstance(found, list):
            self._note("no_table", ("device",))
            return []
        return cast("list[Any]", found)

    # -- one device ----------------------------------------------------------------------------

    def _device(self, number: int, told: Any) -> Entry:
        begun = len(self._flaws)
        path: tuple[str | int, ...] = ("device", number)
        if not isinstance(told, dict):
            self._note("no_table", path)
        item = _table(told)
        for key in item:
            if key not in FIELDS:
                self._unknown(key, FIELDS, (*path, key))
        known = {key: self._text((*path, key), item) for key in FIELDS if key != "memories"}
        device = self._id(known["id"], number)
        kind = self._kind(known["kind"], path)
        self._address(kind, known["address"], path)
        self._place(kind, known["endpoint"], number)
        self._account(kind, known["user"], path)
        trust = self._trust(known, path)
        name = known["name"] or device
        if len(name) > _LONGEST_NAME:
            self._note("long", (*path, "name"), most=_LONGEST_NAME)
        rules = rules_of(kind)
        if known["conference"] and rules.site:
            self._note("unused", (*path, "conference"), Severity.WARNING, entry="conference",
                       kind=kind)  # fmt: skip
        spec = DeviceSpec(
            device, kind, name, _without_account(known["address"]), known["endpoint"],
            known["conference"], self._memories(kind, item.get("memories"), path),
        )  # fmt: skip
        wrong = [f.problem for f in self._flaws[begun:] if f.severity is Severity.ERROR]
        line = self._lines.of(*path)
        return Entry(spec, known["user"], trust, number, line, wrong[0] if wrong else None)

    def _id(self, device: str, number: int) -> str:
        """The id, and for a bad one another that nobody has, so that the device can be shown."""
        path = ("device", number, "id")
        if not device:
            self._lacks("id", path[:2])
        elif not _ID.fullmatch(device):
            self._note("id", path, device=device)
        elif device in self._ids:
            self._note("twice", path, device=device, first=self._ids[device])
        else:
            self._ids[device] = self._lines.of(*path)
            return device
        return f"{device or 'device'} #{number + 1}"

    def _kind(self, kind: str, path: tuple[str | int, ...]) -> str:
        known = known_kinds()
        if not kind:
            self._lacks("kind", path)
        elif kind not in known:
            near = get_close_matches(kind.lower(), known, 1, 0.5)
            self._note(
                "kind", (*path, "kind"), kind=kind, known=", ".join(known),
                reason="near" if near else "far", near=near[0] if near else "",
            )  # fmt: skip
        return kind

    def _lacks(self, key: str, path: tuple[str | int, ...]) -> None:
        """A key that must be there; one whose value is no text has been noted already."""
        if not any(f.field == key and f.number == path[1] for f in self._flaws):
            self._note("lacks", (*path, key), entry=key, device=self._device_name(path))

    def _device_name(self, path: tuple[str | int, ...]) -> str:
        """What a device is called in a sentence: its id as written, else its number."""
        devices = self._devices_told()
        number = int(path[1])
        item = _table(devices[number] if number < len(devices) else None)
        return str(item.get("id") or f"#{number + 1}")

    def _devices_told(self) -> list[Any]:
        found = self._told.get("device", [])
        return cast("list[Any]", found if isinstance(found, list) else [found])

    def _address(self, kind: str, address: str, path: tuple[str | int, ...]) -> None:
        if not address:
            self._lacks("address", path)
            return
        if kind not in known_kinds():
            return
        rules = rules_of(kind)
        if reason := address_trouble(kind, address):
            self._note(
                "address", (*path, "address"), address=_without_account(address),
                reason=reason, kind=kind, example=rules.example,
                schemes=", ".join(f"{scheme}://" for scheme in rules.ports),
            )  # fmt: skip

    def _place(self, kind: str, site: str, number: int) -> None:
        path = ("device", number, "endpoint")
        if kind not in known_kinds():
            return
        rules = rules_of(kind)
        if not site:
            if rules.site:
                self._note("no_site", path, kind=kind, device=self._device_name(path))
            return
        if not rules.site:
            self._note("mcu_site", path, kind=kind, site=site)
        elif self._sites is not None and site not in self._sites:
            near = get_close_matches(site, self._sites, 1, 0.6)
            self._note("site", path, Severity.WARNING, site=site,
                       reason="near" if near else "far", near=near[0] if near else "")  # fmt: skip
        if rules.site and rules.login:
            if site in self._homes:
                self._note("same_site", path, Severity.WARNING, site=site, first=self._homes[site])
            self._homes.setdefault(site, self._lines.of(*path))

    def _account(self, kind: str, user: str, path: tuple[str | int, ...]) -> None:
        rules = rules_of(kind)
        if kind not in known_kinds():
            return
        if rules.user and not user:
            self._lacks("user", path)
        if user and not rules.login:
            self._note("unused", (*path, "user"), Severity.WARNING, entry="user", kind=kind)
        if ":" in user:
            self._note("user", (*path, "user"))

    def _trust(self, known: Mapping[str, str], path: tuple[str | int, ...]) -> Trust:
        ca, pin = known["ca"], known["pin"]
        for key in ("ca", "pin"):
            if known[key] and known["address"] and not known["address"].startswith("http"):
                self._note("no_tls", (*path, key), Severity.WARNING, entry=key)
        file = str(self._path.parent / ca) if ca else None
        if file is not None and (reason := _ca_trouble(Path(file))):
            self._note("ca", (*path, "ca"), ca=file, reason=reason)
        trust = Trust(file, pin or None)
        if pin and not is_print(trust.pin):
            self._note("pin", (*path, "pin"))
        return trust

    def _memories(
        self, kind: str, told: Any, path: tuple[str | int, ...]
    ) -> tuple[tuple[int, str], ...]:
        if told is None:
            return ()
        path = (*path, "memories")
        if not isinstance(told, dict):
            self._note("memories", path, Severity.WARNING)
            return ()
        if not rules_of(kind).memories and kind in known_kinds():
            self._note("unused", path, Severity.WARNING, entry="memories", kind=kind)
            return ()
        found: dict[int, str] = {}
        for key, name in cast("Mapping[str, Any]", told).items():
            number = int(key) if key.isascii() and key.isdigit() else -1
            if not 0 <= number <= _HIGHEST_MEMORY or not isinstance(name, str) or not name.strip():
                self._note(
                    "memory", (*path, key), Severity.WARNING, entry=key, most=_HIGHEST_MEMORY
                )
            else:
                found[number] = name.strip()
        return tuple(sorted(found.items()))


def _table(told: Any) -> Mapping[str, Any]:
    """What a TOML table holds; nothing where it is something else."""
    return cast("Mapping[str, Any]", told) if isinstance(told, dict) else {}


def _without_account(address: str) -> str:
    """An address that can be shown and journalled: an account in it has no business there."""
    return re.sub(r"//.*@", "//…@", address).rstrip("/")


def _ca_trouble(path: Path) -> str:
    """Why a file holds no authority: `missing`, `empty`, "" where it does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=path)
    except FileNotFoundError:
        return "missing"
    except (OSError, ssl.SSLError):
        return "empty"
    return ""
