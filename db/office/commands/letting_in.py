"""`code`, `token`, `consoles` and `revoke`: consoles and people let in, and out."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from urllib.parse import urlsplit

from db.invitation import Invitation
from db.office import access, keys
from db.office.commands.opened import Subparsers, command, now_us, opened
from db.office.roll import enrolled


def add(subparsers: Subparsers) -> None:
    """Make the commands known."""
    made = command(
        subparsers, "code", "a one-time code, good for 15 minutes, to enrol one console", _code
    )
    made.add_argument("--role", choices=sorted(access.ROLES), default="technician")
    made.add_argument("--console", help="id of a console that was enrolled before")
    made.add_argument(
        "--url",
        type=_https,
        help="where consoles find the office; printed, with a line to copy",
    )
    made = command(
        subparsers,
        "token",
        "a token for a person or a program, shown once; it is bound to no certificate",
        _token,
    )
    made.add_argument("who")
    made.add_argument("--role", choices=sorted(access.ROLES), required=True)
    made = command(
        subparsers,
        "consoles",
        "every console: its certificate and until when it may come in",
        _consoles,
    )
    made.add_argument("--json", action="store_true", help="whole, one a line; times in µs of UTC")
    made = command(
        subparsers,
        "revoke",
        "make every token and certificate of a console, or token of a person, void at once",
        _revoke,
    )
    made.add_argument("who", help="a console's id or a person's name")


def _code(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.write() as connection:
        code = access.issue_code(connection, arguments.role, now_us(), arguments.console)
    sha256 = keys.server_fingerprint(arguments.folder)
    print(f"code (15 minutes, one console): {code}")
    print(f"certificate SHA-256: {sha256}")
    if arguments.url:
        print(f"address: {arguments.url}")
        print(f"to copy: {Invitation(arguments.url, sha256, code).line()}")
    return 0


def _https(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/"):
        raise argparse.ArgumentTypeError(f"{text}: https://HOST:PORT")
    return text.rstrip("/")


def _token(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.write() as connection:
        issued = access.issue_token(
            connection, access.PERSON, arguments.who, arguments.role, now_us()
        )
    print(issued.token)
    return 0


def _consoles(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.read() as connection:
        found = enrolled(connection, now_us())
    for each in found:
        if arguments.json:
            print(json.dumps(asdict(each), ensure_ascii=False))
            continue
        certificate = "no certificate"
        if each.serial:
            certificate = f"certificate {each.serial} until {_day(each.not_after_us)}"
        name = "".join(char if char.isprintable() else "·" for char in each.name)
        print(
            f"{each.console_id}  {each.state:<8}  {each.role:<13}  {certificate},"
            f" token until {_day(each.expires_us)}  {name}"
        )
    return 0


def _day(at_us: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at_us / 1e6))


def _revoke(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.write() as connection:
        count = sum(
            access.revoke(connection, subject, arguments.who, now_us())
            for subject in (access.CONSOLE, access.PERSON)
        )
    print(f"{count} tokens are void, and the certificates they were bound to")
    return 0 if count else 1
