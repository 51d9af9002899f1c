"""Which list of sites a start shows: the one that is named, else what can stand in for it
(decision 126)."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from console.core.places import profile_path, profile_roster, roster_path
from console.domain.finding import Severity
from console.domain.problem import Problem
from console.domain.roster import LARGEST_BYTES, RosterReading, read_roster

FOLDER = "rosters"
"""Beside the profile: lists that were loaded in the window; nothing in it is ever written over."""
_LOOKED_AT = 40
"""So many lists are tried before a start goes on without."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list of sites to begin with. `named` is the file that was to be read, `path` the one that
    was; `problem` is why it is not that one, or why there is none at all. `stops`: whoever named it
    said so for this start, or nothing else is to be had."""

    path: Path
    reading: RosterReading
    named: Path
    problem: Problem | None = None
    stops: bool = False

    @property
    def left_out(self) -> int:
        """How many lines could not be used."""
        return len(errors(self.reading))


def choose(args: argparse.Namespace) -> Chosen:
    """The list for this start. One that the profile names and that is gone or damaged stops
    nothing: the newest other one stands in for it, else there are no sites yet. Touches the disk;
    changes nothing."""
    named = roster_path(args)
    reading, problem = load_roster(named)
    if problem is None:
        return Chosen(named, reading, named)
    if profile_roster(args) is None:
        return Chosen(named, reading, named, problem, stops=True)
    folder = profile_path(args).parent
    others = (*lists(folder / FOLDER), *lists(folder))
    for path in [path for path in others if path != named][:_LOOKED_AT]:
        other, flaw = load_roster(path)
        if flaw is None and not errors(other):
            return Chosen(path, other, named, problem)
    return Chosen(named, RosterReading(()), named, problem)


def load_roster(path: Path) -> tuple[RosterReading, Problem | None]:
    """What a roster file says, and why no site is in it."""
    try:
        with path.open("rb") as file:
            reading = read_roster(file.read(LARGEST_BYTES + 1))
    except OSError as error:
        words = error.strerror or type(error).__name__
        return RosterReading(()), Problem.of("roster.unreadable", words, file=str(path))
    if not reading.endpoints:
        return reading, Problem.of("roster.empty", file=str(path))
    return reading, None


def errors(reading: RosterReading) -> tuple[int, ...]:
    """The lines that were left out."""
    return tuple(found.line for found in reading.findings if found.severity is Severity.ERROR)


def lists(*folders: Path) -> tuple[Path, ...]:
    """The lists in some folders, the newest first; a folder that can't be read has none."""
    dated: list[tuple[float, Path]] = []
    for folder in folders:
        with suppress(OSError):
            dated += [(path.stat().st_mtime, path) for path in folder.glob("*.csv")]
    return tuple(path for _, path in sorted(dated, reverse=True))
