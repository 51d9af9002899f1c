"""Checking what a profile tells of one device, and of each beside the others."""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from console.core.kinds import address_trouble, known_kinds, rules_of
from console.core.pins import is_print
from console.core.profile_entry import FIELDS, Entry
from console.core.profile_notes import Notes
from console.core.toml_lines import TomlPath
from console.domain.device import DeviceSpec
from console.domain.finding import Severity
from console.wire.tls import Trust

_ID = re.compile(r"[\w.-]{1,40}")
_LONGEST_NAME = 100


class DeviceChecks:
    """Checks devices one after the other; ids and rooms that came twice are noted."""

    def __init__(self, notes: Notes, folder: Path, sites: Collection[str] | None) -> None:
        self._notes, self._folder, self._sites = notes, folder, sites
        self._ids: dict[str, int] = {}
        self._homes: dict[str, int] = {}
        self._called = ""
        """What the device is called in a sentence: its id as written, else its number."""

    def entry(self, number: int, told: Any) -> Entry:
        """The device of this number (from 0)."""
        begun = len(self._notes.flaws)
        path: TomlPath = ("device", number)
        if not isinstance(told, dict):
            self._notes.note("no_table", path)
        item = _table(told)
        self._called = str(item.get("id") or f"#{number + 1}")
        for key in item:
            if key not in FIELDS:
                self._notes.unknown(key, FIELDS, (*path, key))
        known = {key: self._notes.text((*path, key), item) for key in FIELDS if key != "memories"}
        device = self._id(known["id"], number)
        kind = self._kind(known["kind"], path)
        self._address(kind, known["address"], path)
        self._place(kind, known["endpoint"], number)
        self._account(kind, known["user"], path)
        trust = self._trust(known, path)
        name = known["name"] or device
        if len(name) > _LONGEST_NAME:
            self._notes.note("long", (*path, "name"), most=_LONGEST_NAME)
        rules = rules_of(kind)
        if known["conference"] and rules.site:
            self._notes.note("unused", (*path, "conference"), Severity.WARNING, entry="conference",
                       kind=kind)  # fmt: skip
        spec = DeviceSpec(
            device, kind, name, _without_account(known["address"]), known["endpoint"],
            known["conference"], self._memories(kind, item.get("memories"), path),
        )  # fmt: skip
        wrong = [f.problem for f in self._notes.flaws[begun:] if f.severity is Severity.ERROR]
        line = self._notes.line(path)
        return Entry(spec, known["user"], trust, number, line, wrong[0] if wrong else None)

    def _id(self, device: str, number: int) -> str:
        """The id, and for a bad one another that nobody has, so that the device can be shown."""
        path = ("device", number, "id")
        if not device:
            self._lacks("id", path[:2])
        elif not _ID.fullmatch(device):
            self._notes.note("id", path, device=device)
        elif device in self._ids:
            self._notes.note("twice", path, device=device, first=self._ids[device])
        else:
            self._ids[device] = self._notes.line(path)
            return device
        return f"{device or 'device'} #{number + 1}"

    def _kind(self, kind: str, path: TomlPath) -> str:
        known = known_kinds()
        if not kind:
            self._lacks("kind", path)
        elif kind not in known:
            near = get_close_matches(kind.lower(), known, 1, 0.5)
            self._notes.note(
                "kind", (*path, "kind"), kind=kind, known=", ".join(known),
                reason="near" if near else "far", near=near[0] if near else "",
            )  # fmt: skip
        return kind

    def _lacks(self, key: str, path: TomlPath) -> None:
        """A key that must be there; one whose value is no text has been noted already."""
        if not any(f.field == key and f.number == path[1] for f in self._notes.flaws):
            self._notes.note("lacks", (*path, key), entry=key, device=self._called)

    def _address(self, kind: str, address: str, path: TomlPath) -> None:
        if not address:
            self._lacks("address", path)
            return
        if kind not in known_kinds():
            return
        rules = rules_of(kind)
        if reason := address_trouble(kind, address):
            self._notes.note(
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
                self._notes.note("no_site", path, kind=kind, device=self._called)
            return
        if not rules.site:
            self._notes.note("mcu_site", path, kind=kind, site=site)
        elif self._sites is not None and site not in self._sites:
            near = get_close_matches(site, self._sites, 1, 0.6)
            self._notes.note("site", path, Severity.WARNING, site=site,
                       reason="near" if near else "far", near=near[0] if near else "")  # fmt: skip
        if rules.site and rules.login:
            if site in self._homes:
                self._notes.note(
                    "same_site", path, Severity.WARNING, site=site, first=self._homes[site]
                )
            self._homes.setdefault(site, self._notes.line(path))

    def _account(self, kind: str, user: str, path: TomlPath) -> None:
        rules = rules_of(kind)
        if kind not in known_kinds():
            return
        if rules.user and not user:
            self._lacks("user", path)
        if user and not rules.login:
            self._notes.note("unused", (*path, "user"), Severity.WARNING, entry="user", kind=kind)
        if ":" in user:
            self._notes.note("user", (*path, "user"))

    def _trust(self, known: Mapping[str, str], path: TomlPath) -> Trust:
        ca, pin = known["ca"], known["pin"]
        for key in ("ca", "pin"):
            if known[key] and known["address"] and not known["address"].startswith("http"):
                self._notes.note("no_tls", (*path, key), Severity.WARNING, entry=key)
        file = str(self._folder / ca) if ca else None
        if file is not None and (reason := _ca_trouble(Path(file))):
            self._notes.note("ca", (*path, "ca"), ca=file, reason=reason)
        trust = Trust(file, pin or None)
        if pin and not is_print(trust.pin):
            self._notes.note("pin", (*path, "pin"))
        return trust

    def _memories(self, kind: str, told: Any, path: TomlPath) -> tuple[tuple[int, str], ...]:
        if told is None:
            return ()
        path = (*path, "memories")
        if not isinstance(told, dict):
            self._notes.note("memories", path, Severity.WARNING)
            return ()
        numbers = rules_of(kind).memories
        if not numbers:
            self._notes.note("unused", path, Severity.WARNING, entry="memories", kind=kind)
            return ()
        found: dict[int, str] = {}
        for key, name in cast("Mapping[str, Any]", told).items():
            number = int(key) if key.isascii() and key.isdigit() else -1
            if number in numbers and isinstance(name, str) and name.strip():
                found[number] = name.strip()
            else:
                self._notes.note(
                    "memory", (*path, key), Severity.WARNING,
                    entry=key, least=numbers.start, most=numbers.stop - 1,
                )  # fmt: skip
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
