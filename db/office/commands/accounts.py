"""`account`: who may sit at a console. A password is asked for or read, and never an argument."""

from __future__ import annotations

import argparse
import re
import sys
from getpass import getpass, getuser
from typing import Any

from db import passwords
from db.office import access, records
from db.office.commands.opened import Subparsers, command, now_us, opened
from db.office.database import Database
from db.office.problem import Refusal
from db.reference import Record

KIND = "account"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_WHY = {
    "short": f"it has fewer than {passwords.LEAST} characters",
    "long": f"it has more than {passwords.MOST} characters",
    "name": "it is little more than the account's name",
    "common": "it is among the first that anybody would try",
    "plain": "it has fewer than four different characters",
}


def add(subparsers: Subparsers) -> None:
    """Make the commands known."""
    account = subparsers.add_parser("account", help="accounts of those who sit at consoles")
    does: Subparsers = account.add_subparsers(dest="does", required=True, metavar="WHAT")
    made = command(does, "add", "a new account; asks for its password", _add)
    _named(made)
    made.add_argument("--role", choices=sorted(access.ROLES), required=True)
    made.add_argument("--display", default="", help="the person's full name")
    _read(made)
    command(does, "list", "every account, its role, and whether it can be used", _list)
    made = command(does, "password", "a new password for an account", _password)
    _named(made)
    made.add_argument("--role", choices=sorted(access.ROLES), help="and another role")
    _read(made)
    for name, what in (("disable", "let nobody in by it"), ("enable", "let its owner in again")):
        _named(command(does, name, f"an account: {what}", _switch))


def _named(made: argparse.ArgumentParser) -> None:
    made.add_argument("name", help="what its owner types to sign in: a-z, 0-9 and . _ -")


def _read(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--stdin", action="store_true", help="read the password from the first line of the input"
    )


def _add(arguments: argparse.Namespace) -> int:
    name = arguments.name.casefold()
    if _NAME.fullmatch(name) is None:
        return _refuse(
            f"{arguments.name}: 2 to 32 of a-z, 0-9 and . _ -, the first a letter or 0-9"
        )
    with opened(arguments) as database:
        known = _found(database, name)
        if known is not None and not known.deleted:
            return _refuse(
                f"{name}: there is such an account; 'account password' sets its password"
            )
        secret = _secret(arguments, name)
        if secret is None:
            return 2
        body = {
            "name": name,
            "display": arguments.display,
            "role": arguments.role,
            "password": secret,
            "disabled": False,
        }
        return _put(database, name, body, known, f"{name} is {arguments.role} from now on")


def _password(arguments: argparse.Namespace) -> int:
    name = arguments.name.casefold()
    with opened(arguments) as database:
        known = _found(database, name)
        if known is None or known.deleted:
            return _refuse(f"{name}: no such account")
        secret = _secret(arguments, name)
        if secret is None:
            return 2
        body = known.body | {"password": secret, "role": arguments.role or known.body["role"]}
        return _put(database, name, body, known, f"{name} has a new password")


def _switch(arguments: argparse.Namespace) -> int:
    name, disabled = arguments.name.casefold(), arguments.does == "disable"
    with opened(arguments) as database:
        known = _found(database, name)
        if known is None or known.deleted:
            return _refuse(f"{name}: no such account")
        body = known.body | {"disabled": disabled}
        return _put(database, name, body, known, f"{name} is {arguments.does}d")


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.read() as connection:
        known = records.listed(connection, KIND)
    for record in known:
        body = record.body
        usable = passwords.well_formed(body["password"])
        state = "disabled" if body["disabled"] else "usable" if usable else "no password"
        print(f"{record.id:<32} {body['role']:<14} {state:<12} {body['display']}".rstrip())
    return 0


def _found(database: Database, name: str) -> Record | None:
    with database.read() as connection:
        return records.find(connection, KIND, name)


def _put(
    database: Database, name: str, body: dict[str, Any], known: Record | None, done: str
) -> int:
    """Write it down on the version that was read."""
    version = known.version if known is not None else 0
    author = f"os:{getuser()}"
    try:
        with database.write() as connection:
            records.put(
                connection, KIND, name, body, version=version, author=author, now_us=now_us()
            )
    except Refusal as refused:
        return _refuse(f"{name}: {refused.code}: somebody changed it meanwhile; look and try again")
    print(f"{done}; consoles learn of it with their next pull")
    return 0


def _secret(arguments: argparse.Namespace, name: str) -> str | None:
    """The record of a password that was typed twice, or read; None, and why is said."""
    word = sys.stdin.readline().rstrip("\r\n") if arguments.stdin else getpass("password: ")
    try:
        passwords.check(word, name)
    except passwords.Unsuitable as unsuitable:
        _refuse(f"not this password: {_WHY[unsuitable.reason]}")
        return None
    if not arguments.stdin and passwords.normal(getpass("again: ")) != passwords.normal(word):
        _refuse("the two are not the same; nothing was changed")
        return None
    if not word.isascii():
        print(
            "note: at a console letters with marks can be typed only where the keyboard has them;"
            " password fields take none from an input method",
            file=sys.stderr,
        )
    return passwords.make(word)


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 2
