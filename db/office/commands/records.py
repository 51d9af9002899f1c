"""`record` and `proposals`: what consoles are given, and what they would have changed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from db.office import kinds, proposals, records
from db.office.commands.opened import Run, Subparsers, command, now_us, opened
from db.office.problem import Refusal

_MAX_FILE_BYTES = 4 << 20
_TITLES = ("person", "title", "name", "device")


def add(subparsers: Subparsers) -> None:
    """Make the commands known."""
    group = subparsers.add_parser("record", help="sessions, rosters, contacts, accounts, pins")
    under = group.add_subparsers(dest="act", required=True, metavar="ACT")
    made = command(under, "put", "make a new version of a record from a JSON file", _said(_put))
    made.add_argument("kind", choices=sorted(kinds.BODIES))
    made.add_argument("id")
    made.add_argument("file", type=Path, help="its body; - for what comes on the input")
    made.add_argument("--by", required=True, metavar="NAME", help="who answers for it")
    made.add_argument("--version", type=int, help="the version it is to follow (else: the newest)")
    made = command(under, "list", "show the records of a kind", _said(_list))
    made.add_argument("kind", choices=sorted(kinds.BODIES))
    made.add_argument("--json", action="store_true", help="whole, one a line")
    group = subparsers.add_parser("proposals", help="what consoles would have changed")
    under = group.add_subparsers(dest="act", required=True, metavar="ACT")
    command(under, "list", "show the proposals that wait, the oldest first", _said(_waiting))
    for name, what in (("accept", "make one a new version"), ("reject", "turn one down")):
        made = command(under, name, what, _said(_accept if name == "accept" else _reject))
        made.add_argument("id")
        made.add_argument("--by", required=True, metavar="NAME", help="who answers for it")
        made.add_argument("--note", default="", help="why; the console's operator reads it")


def _said(run: Run) -> Run:
    """A command that tells of a refusal and ends with 1."""

    def running(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except Refusal as refusal:
            told = " ".join(f"{name}={value}" for name, value in refusal.params.items())
            print(f"refused: {refusal.code} {told}".rstrip(), file=sys.stderr)
            return 1

    return running


def _put(arguments: argparse.Namespace) -> int:
    body = _read(arguments.file)
    with opened(arguments) as database, database.write() as connection:
        known = records.find(connection, arguments.kind, arguments.id)
        newest = known.version if known else 0
        made = records.put(
            connection,
            arguments.kind,
            arguments.id,
            body,
            version=newest if arguments.version is None else arguments.version,
            author=arguments.by,
            now_us=now_us(),
        )
    print(f"{made.kind} {made.id} version {made.version}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.read() as connection:
        found = records.listed(connection, arguments.kind)
    for record in found:
        if arguments.json:
            print(json.dumps(record.body, ensure_ascii=False))
        else:
            print(f"{record.id}\tversion {record.version}\t{record.author}\t{_title(record.body)}")
    return 0


def _waiting(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.read() as connection:
        found = proposals.listed(
            connection, state="waiting", console_id="", hidden=frozenset(), limit=500
        )
    for row in found:
        what = "delete" if row.deleted else _title(json.loads(row.body))
        print(f"{row.id}\t{row.kind} {row.record_id}\t{row.operator}\t{what}")
    return 0


def _accept(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.write() as connection:
        made = proposals.accept(
            connection, arguments.id, author=arguments.by, note=arguments.note, now_us=now_us()
        )
    print(f"{made.kind} {made.id} version {made.version}")
    return 0


def _reject(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database, database.write() as connection:
        proposals.reject(
            connection, arguments.id, author=arguments.by, note=arguments.note, now_us=now_us()
        )
    print("rejected")
    return 0


def _read(path: Path) -> dict[str, Any]:
    """The body in a file. Raises Refusal where it is none."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(_MAX_FILE_BYTES)
        else:
            with path.open("rb") as file:
                data = file.read(_MAX_FILE_BYTES)
        found = json.loads(data)
    except (OSError, ValueError, RecursionError):
        raise Refusal(422, "request.invalid", {"where": str(path)}) from None
    if not isinstance(found, dict):
        raise Refusal(422, "request.invalid", {"where": "body"})
    return found  # pyright: ignore[reportUnknownVariableType]


def _title(body: dict[str, Any]) -> str:
    """The words by which people know it, on one line that no terminal takes for a command."""
    text = next((str(body[n]) for n in _TITLES if body.get(n)), "")
    return "".join(char if char.isprintable() else "·" for char in text)
