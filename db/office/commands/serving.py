"""`serve`: the office over TLS, until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from db.office import keys
from db.office.checking import quick
from db.office.commands.opened import Subparsers, command
from db.office.service import DATABASE, Office

PORT = 8443


def add(subparsers: Subparsers) -> None:
    """Make the command known."""
    made = command(subparsers, "serve", "answer consoles over TLS", _serve)
    made.add_argument("--listen", default="0.0.0.0", help="address to listen on")  # noqa: S104
    made.add_argument("--port", type=int, default=PORT)


def _serve(arguments: argparse.Namespace) -> int:
    from db.office.server import Server

    folder: Path = arguments.folder
    wal = folder / f"{DATABASE}-wal"
    unclean = wal.exists() and wal.stat().st_size > 0
    office = Office(folder, database=arguments.database)
    if unclean and (bad := quick(office.database)) is not None:
        office.close()
        print(f"not served: {bad}", file=sys.stderr)
        print(f"keep {folder} as it is, and restore the last backup into another folder; the"
              " consoles send what is newer by themselves", file=sys.stderr)  # fmt: skip
        return 1
    if not office.authority.there:
        print(f"no console can be enrolled: {keys.CONSOLES_KEY} is missing, and is made at the next"
              f" start with {keys.CA_KEY} in {folder}, if there is no {keys.CONSOLES}",
              file=sys.stderr)  # fmt: skip
    signal.signal(signal.SIGTERM, _leave)  # uvicorn raises it once more when it has ended
    try:
        server = Server(
            office,
            host=arguments.listen,
            port=arguments.port,
            server_header=False,
            limit_concurrency=256,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
        )
        server.run()
    except KeyboardInterrupt:
        return 0
    finally:
        office.close()
    return 0 if server.started else 1


def _leave(*_: object) -> None:
    raise SystemExit(0)
