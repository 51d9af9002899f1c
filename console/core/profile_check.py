"""Checking a profile as a whole: everything that is wrong, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, cast

from console.core.profile_device import DeviceChecks
from console.core.profile_entry import Told
from console.core.profile_notes import Notes
from console.domain.finding import Severity
from console.domain.text import clean_name

TOP = ("title", "roster", "chair", "device")


def check(
    told: Mapping[str, Any], text: str, path: Path, sites: Collection[str] | None = None
) -> Told:
    """Everything in a profile that has been read as TOML, and everything that is wrong."""
    return _Check(told, text, path, sites).told()


class _Check:
    """One check, from the top of the file to its last device."""

    def __init__(
        self, told: Mapping[str, Any], text: str, path: Path, sites: Collection[str] | None
    ) -> None:
        self._told, self._path, self._sites = told, path, sites
        self._notes = Notes(text, path.name)

    def told(self) -> Told:
        for key in self._told:
            if key not in TOP:
                self._notes.unknown(key, TOP, (key,))
        title = clean_name(self._notes.text(("title",), self._told))
        chair = self._notes.text(("chair",), self._told)
        roster = self._roster()
        if chair and self._sites is not None and chair not in self._sites:
            self._notes.note("chair", ("chair",), Severity.WARNING, site=chair)
            chair = ""
        checks = DeviceChecks(self._notes, self._path.parent, self._sites)
        entries = tuple(checks.entry(n, item) for n, item in enumerate(self._devices()))
        if not entries:
            self._notes.note("nothing", (), Severity.WARNING)
        flaws = sorted(self._notes.flaws, key=lambda flaw: (flaw.line, flaw.severity))
        return Told(roster, chair, title, entries, tuple(flaws))

    def _roster(self) -> Path | None:
        name = self._notes.text(("roster",), self._told)
        if not name:
            return None
        path = self._path.parent / name
        if not path.is_file():
            self._notes.note("roster", ("roster",), roster=str(path))
        return path

    def _devices(self) -> list[Any]:
        found = self._told.get("device", [])
        if isinstance(found, dict):
            self._notes.note("one_table", ("device",), Severity.WARNING)
            return [cast("Any", found)]
        if not isinstance(found, list):
            self._notes.note("no_table", ("device",))
            return []
        return cast("list[Any]", found)
