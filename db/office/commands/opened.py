"""What the commands have in common: the office's folder as argument, and its database open."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from db.office.database import Database
from db.office.service import database_of

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]
Run = Callable[[argparse.Namespace], int]


def command(subparsers: Subparsers, name: str, what: str, run: Run) -> argparse.ArgumentParser:
    """A command on one office; `run` gives the exit code."""
    made = subparsers.add_parser(name, help=what)
    made.set_defaults(run=run)
    made.add_argument("folder", type=Path, help="the office's folder")
    made.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="postgresql://user@host/database; init remembers it in the folder. The password"
        " comes from ~/.pgpass, a service file (?service=NAME) or PGPASSWORD",
    )
    return made


@contextmanager
def opened(arguments: argparse.Namespace) -> Generator[Database]:
    """The database of the office that the command line names. Raises FileNotFoundError."""
    database = Database.open(arguments.database or database_of(arguments.folder))
    try:
        yield database
    finally:
        database.close()


def now_us() -> int:
    """µs of UTC."""
    return time.time_ns() // 1000
