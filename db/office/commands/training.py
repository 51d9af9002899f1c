"""`train`: an office for one training run, thrown away with it."""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path

from db.office.commands.opened import Subparsers, command

_NEEDS = ("fastapi", "starlette", "pydantic", "uvicorn")
_MISSING_EXIT = 3


def add(subparsers: Subparsers) -> None:
    """Make the command known."""
    made = command(
        subparsers,
        "train",
        "a throw-away office: FOLDER is made now and removed at the end",
        _train,
    )
    made.add_argument("--store", type=Path, help="the trained console's store")
    made.add_argument("--beside", type=Path, help="a folder that is removed with it")


def _train(arguments: argparse.Namespace) -> int:
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        sys.stdout.write(json.dumps({"ready": False, "missing": missing}) + "\n")
        return _MISSING_EXIT
    if arguments.folder.exists():
        raise FileExistsError(17, "exists", str(arguments.folder))
    from db.office.training.serve import run

    return run(arguments.folder, arguments.store, arguments.beside)
