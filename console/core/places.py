"""Where a console keeps what is its own: the data folder, and the profile in it."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from console.core import folders

FILE_NAME = "profile.toml"
SHIPPED_ROSTER = Path(__file__).parents[2] / "resources" / "rosters" / "dak_lak_2021.csv"


def data_folder(args: argparse.Namespace) -> Path:
    """Where this console keeps its store, its settings and its profile. Training has its own."""
    return folders.data_folder(args.data, "train" if args.command == "train" else "run")


def profile_path(args: argparse.Namespace) -> Path:
    """The profile that was named, else the one in the data folder."""
    named: Path | None = getattr(args, "profile", None)
    return named if named is not None else data_folder(args) / FILE_NAME


def roster_path(args: argparse.Namespace) -> Path:
    """The roster to show first: the one named, else the profile's, else the one shipped.

    A quick look, for the first picture; the profile is read and checked as a whole later.
    """
    named: Path | None = getattr(args, "roster", None)
    return named or profile_roster(args) or SHIPPED_ROSTER


def profile_roster(args: argparse.Namespace) -> Path | None:
    """The roster that the profile names for this start; None where the command line names one, in
    training, and where nobody does."""
    if getattr(args, "roster", None) is not None or args.command == "train":
        return None
    path = profile_path(args)
    try:
        roster = tomllib.loads(path.read_bytes().decode("utf-8-sig")).get("roster")
    except (OSError, ValueError):
        return None
    return path.parent / roster if isinstance(roster, str) and roster else None
