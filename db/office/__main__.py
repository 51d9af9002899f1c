"""`hnth-office`: make an office, serve it, let consoles and people in, and out."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from db.office import access, keys
from db.office.database import Database
from db.office.service import DATABASE, Office, init

PORT = 8443


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="hnth-office", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what)
        made.add_argument("folder", type=Path, help="the office's folder")
        return made

    made = command("init", "make an office: authority, certificate, signing key, database")
    made.add_argument("--name", default="HNTH office", help="the authority's name")
    made.add_argument("--host", action="append", help="name or address (again for more)")
    made = command("certificate", "make the server's certificate anew, of the same authority")
    made.add_argument("--host", action="append", help="name or address (again for more)")
    made = command("serve", "answer consoles over TLS")
    made.add_argument("--listen", default="0.0.0.0", help="address to listen on")  # noqa: S104
    made.add_argument("--port", type=int, default=PORT)
    made = command("code", "a one-time code, good for 15 minutes, to enrol one console")
    made.add_argument("--role", choices=sorted(access.ROLES), default="technician")
    made.add_argument("--console", help="id of a console that was enrolled before")
    made = command("token", "a token for a person or a program, shown once")
    made.add_argument("who")
    made.add_argument("--role", choices=sorted(access.ROLES), required=True)
    made = command("revoke", "make every token of a console or a person void at once")
    made.add_argument("who", help="a console's id or a person's name")
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked."""
    arguments = parser().parse_args(words)
    try:
        return COMMANDS[arguments.command](arguments)
    except FileExistsError as error:
        print(f"{error.filename} is already there; nothing was changed", file=sys.stderr)
    except FileNotFoundError as error:
        print(f"{error.filename} is not there: hnth-office init FOLDER first", file=sys.stderr)
    return 2


def _init(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    init(folder, arguments.name, arguments.host or ["localhost", "127.0.0.1"])
    print(f"certificate SHA-256: {keys.server_fingerprint(folder)}")
    print(f"keep {folder / keys.CA_KEY} elsewhere: only new certificates need it")
    return 0


def _certificate(arguments: argparse.Namespace) -> int:
    keys.make_server_certificate(arguments.folder, arguments.host or ["localhost", "127.0.0.1"])
    print(f"certificate SHA-256: {keys.server_fingerprint(arguments.folder)}")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    import uvicorn

    from db.office.app import create_app

    folder: Path = arguments.folder
    office = Office(folder)
    signal.signal(signal.SIGTERM, _leave)  # uvicorn raises it once more when it has ended
    try:
        uvicorn.run(
            create_app(office),
            host=arguments.listen,
            port=arguments.port,
            ssl_certfile=folder / keys.SERVER,
            ssl_keyfile=folder / keys.SERVER_KEY,
            access_log=False,
            server_header=False,
            limit_concurrency=256,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
        )
    except KeyboardInterrupt:
        return 0
    finally:
        office.close()
    return 0


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _code(arguments: argparse.Namespace) -> int:
    database = _database(arguments.folder)
    try:
        with database.write() as connection:
            code = access.issue_code(connection, arguments.role, _now_us(), arguments.console)
    finally:
        database.close()
    print(f"code (15 minutes, one console): {code}")
    print(f"certificate SHA-256: {keys.server_fingerprint(arguments.folder)}")
    return 0


def _token(arguments: argparse.Namespace) -> int:
    database = _database(arguments.folder)
    try:
        with database.write() as connection:
            issued = access.issue_token(
                connection, access.PERSON, arguments.who, arguments.role, _now_us()
            )
    finally:
        database.close()
    print(issued.token)
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    database = _database(arguments.folder)
    try:
        with database.write() as connection:
            count = sum(
                access.revoke(connection, subject, arguments.who, _now_us())
                for subject in (access.CONSOLE, access.PERSON)
            )
    finally:
        database.close()
    print(f"{count} tokens are void")
    return 0 if count else 1


def _database(folder: Path) -> Database:
    path = folder / DATABASE
    if not path.exists():
        raise FileNotFoundError(2, "no office", str(path))
    return Database(path)


def _now_us() -> int:
    return time.time_ns() // 1000


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "init": _init,
    "certificate": _certificate,
    "serve": _serve,
    "code": _code,
    "token": _token,
    "revoke": _revoke,
}

if __name__ == "__main__":
    sys.exit(main())
