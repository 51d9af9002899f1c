"""The evidence kept (`backup`), brought back (`restore`, `renew`), checked (`verify`), put away
(`seal`, `retire`)."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import Any, cast

from db.office import keys
from db.office.access import authenticate
from db.office.backup import NotWhole, backup, restore
from db.office.checking import Checked, Seen, check
from db.office.commands.opened import Subparsers, command, now_us, opened
from db.office.problem import Refusal
from db.office.refused import Refused
from db.office.retiring import KEEP_MONTHS, LEAST_MONTHS, retire
from db.office.sealing import NotOver, seal
from db.office.service import renew_epoch
from db.segments.months import Month
from db.segments.segment import NotSound
from db.sync.receipts import from_json
from db.sync.witness import FILE

_PERSONS = 2


def add(subparsers: Subparsers) -> None:
    """Make the commands known."""
    made = command(subparsers, "backup", "a checked copy of the office, while it serves", _backup)
    made.add_argument("--to", type=Path, required=True, help="a folder on another volume")
    made.add_argument("--with-keys", action="store_true", help="the office's keys too")
    made.add_argument("--keep", type=int, default=0, metavar="N", help="keep the newest N only")
    made.add_argument("--same-volume", action="store_true", help="although it is the same volume")
    made = command(subparsers, "restore", "an office from its backup, where none is", _restore)
    made.add_argument("--from", type=Path, required=True, dest="source", help="the backup's folder")
    command(subparsers, "renew", "a new server epoch, after a server's data came back", _renew)
    made = command(subparsers, "verify", "is everything as it was written? 0, 1 no, 2", _verify)
    made.add_argument("--witness", type=Path, action="append", default=[], metavar="FILE|FOLDER",
                      help="what a console saw of the others (again for more)")  # fmt: skip
    made = command(subparsers, "retire", "sealed months leave the online journal", _retire)
    made.add_argument("--before", type=Month.parse, required=True, help="such as 2025-11")
    made.add_argument("--segments", type=Path, required=True, help="the folder of all segments")
    made.add_argument("--keep-months", type=int, default=KEEP_MONTHS, metavar="N",
                      help=f"stay online all the same; at least {LEAST_MONTHS}")  # fmt: skip
    made.add_argument("--token-file", type=Path, action="append", default=[], metavar="FILE",
                      help="a person's token (twice); else both are asked for")  # fmt: skip
    made = command(subparsers, "seal", "a month's rows as a signed segment", _seal)
    made.add_argument("--to", type=Path, required=True, help="a folder for offline copies")
    made.add_argument("--month", type=Month.parse, help="such as 2026-10; else the last one")


def _backup(arguments: argparse.Namespace) -> int:
    try:
        made = backup(
            arguments.folder,
            arguments.to,
            with_keys=arguments.with_keys,
            same_volume=arguments.same_volume,
            keep=arguments.keep,
        )
    except Refused as refused:
        return _failed(refused)
    print(f"{made.folder}: {_amount(made.checked)}, every chain whole")
    if not arguments.with_keys:
        print(f"the keys are not in it: keep {keys.SIGNING_KEY} elsewhere, a restore needs it")
    for old in made.removed:
        print(f"removed {old}")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    try:
        checked = restore(arguments.source, arguments.folder)
    except Refused as refused:
        return _failed(refused)
    print(f"{arguments.folder}: {_amount(checked)}, with a new server epoch")
    print("consoles send what is newer by themselves, when they next reach the office:")
    for place, head in checked.chains:
        where = f"{place.console_id} {place.stream} epoch {place.epoch}"
        print(f"  {where}: from row {head.seq + 1} on")
    print("records that were changed since the backup are not here: compare them with the consoles")
    return 0


def _renew(arguments: argparse.Namespace) -> int:
    with opened(arguments) as database:
        renew_epoch(database)
    print("consoles will compare all their records with this office's, and fill up its journal")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    try:
        seen = [head for path in arguments.witness for head in _read_witness(path)]
        public = keys.signing_key(arguments.folder).public_key()
        with opened(arguments) as database:
            found = check(database, public, seen)
    except (ValueError, KeyError, TypeError) as error:
        print(f"can't be checked: {error}", file=sys.stderr)
        return 2
    for place, head in found.chains:
        where = f"console {place.console_id} {place.stream} epoch {place.epoch}"
        print(f"{where}: {head.seq} rows, last hash {head.hash.hex()}")
    for finding in found.findings:
        print(f"BAD: {finding}")
    print(f"{_amount(found)}, {len(seen)} heads of witnesses: "
          f"{'NOT as written' if found.findings else 'whole'}")  # fmt: skip
    return 1 if found.findings else 0


def _seal(arguments: argparse.Namespace) -> int:
    month: Month = arguments.month or Month.of(now_us()).plus(-1)
    sign = keys.signing_key(arguments.folder).sign
    try:
        with opened(arguments) as database:
            made = seal(database, month, arguments.to, sign, now_us())
    except NotOver:
        print(f"{month} is not over: it can be sealed from the next month on", file=sys.stderr)
        return 2
    except NotSound as bad:
        place = f"console {bad.place.console_id} {bad.place.stream} epoch {bad.place.epoch}"
        print(f"nothing was sealed: {place} row {bad.seq} is not as it was written ({bad.reason})",
              file=sys.stderr)  # fmt: skip
        return 1
    print(f"{made}: check it with hnth-verify" if made else f"no rows came in {month}")
    return 0


def _retire(arguments: argparse.Namespace) -> int:
    tokens = [path.read_text("utf-8").strip() for path in arguments.token_file]
    while len(tokens) < _PERSONS:
        tokens.append(getpass.getpass(f"token of person {len(tokens) + 1}: ").strip())
    public = keys.signing_key(arguments.folder).public_key().public_bytes_raw()
    try:
        with opened(arguments) as database:
            with database.read() as connection:
                one, two = (authenticate(connection, each, now_us()) for each in tokens)
            left = retire(
                database,
                arguments.segments,
                arguments.before,
                (one, two),
                public,
                now_us(),
                keep_months=arguments.keep_months,
            )
    except (Refused, Refusal) as refused:
        print(f"nothing more left: {refused}", file=sys.stderr)
        return 2
    for each in left:
        where = f"{each.place.console_id} {each.place.stream} epoch {each.place.epoch}"
        print(f"{where}: {each.rows} rows up to {each.last.seq} left, sealed in {each.month}")
    print(f"recorded, by {one.subject_id} and {two.subject_id}" if left else "nothing was to leave")
    return 0


def _failed(refused: Refused) -> int:
    print(str(refused), file=sys.stderr)
    return 1 if isinstance(refused, NotWhole) else 2


def _amount(checked: Checked) -> str:
    return f"{checked.rows} rows, {checked.receipts} receipts, {checked.records} record versions"


def _read_witness(path: Path) -> list[Seen]:
    """What a console saw. Raises ValueError, KeyError, TypeError, OSError."""
    file = path / FILE if path.is_dir() else path
    told: Any = json.loads(file.read_bytes())
    if not isinstance(told, list):
        raise TypeError(f"{file} is no list of heads")
    known = [from_json(item) for item in cast("list[Any]", told)]
    return [Seen(r.place, r.head, r.received_us, r.signature, f"witness {file}") for r in known]
