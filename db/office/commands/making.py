"""`init` and `certificate`: an office's folder, and what it shows consoles."""

from __future__ import annotations

import argparse

from db.office import keys
from db.office.commands.opened import Subparsers, command
from db.office.service import init

_HOSTS = ("localhost", "127.0.0.1")


def add(subparsers: Subparsers) -> None:
    """Make the commands known."""
    made = command(
        subparsers, "init", "make an office: authority, certificate, signing key, database", _init
    )
    made.add_argument("--name", default="HNTH office", help="the authority's name")
    made.add_argument("--host", action="append", help="name or address (again for more)")
    made = command(
        subparsers,
        "certificate",
        "make the server's certificate anew, of the same authority",
        _certificate,
    )
    made.add_argument("--host", action="append", help="name or address (again for more)")


def _init(arguments: argparse.Namespace) -> int:
    init(arguments.folder, arguments.name, arguments.host or _HOSTS, arguments.database)
    print(f"certificate SHA-256: {keys.server_fingerprint(arguments.folder)}")
    print(f"keep {arguments.folder / keys.CA_KEY} elsewhere: only server certificates need it")
    return 0


def _certificate(arguments: argparse.Namespace) -> int:
    keys.make_server_certificate(arguments.folder, arguments.host or _HOSTS)
    print(f"certificate SHA-256: {keys.server_fingerprint(arguments.folder)}")
    return 0
