"""Rows that leave the online journal: only whole months that were sealed, by two persons' act.

An act names the last row of a chain that leaves and the segment that has it; then rows up to it are
removed, a few at a time. What an act names can be removed later too, if that was broken off.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from db.office.access import PERSON, Principal, Right
from db.office.database import Database
from db.office.journal import floor_of, hash_at, head_of
from db.office.refused import Refused
from db.office.tables import journal, retirements
from db.protocol import Head
from db.record import FIRST_HASH, Place
from db.segments.months import Month
from db.segments.segment import MANIFEST

KEEP_MONTHS, LEAST_MONTHS = 12, 3
_ROWS = 5000
_CHECK_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Left:
    """Rows of one chain that left, up to `last`, and the month they were sealed in."""

    place: Place
    last: Head
    month: str
    rows: int


def retire(
    database: Database,
    segments: Path,
    before: Month,
    persons: tuple[Principal, Principal],
    public_key: bytes,
    now_us: int,
    *,
    keep_months: int = KEEP_MONTHS,
) -> list[Left]:
    """Have the rows of months before `before` leave; `segments` is the folder of all segments.

    Every segment there is checked first, by the program that shares no code with this one. The
    last row of a chain stays. Raises Refused, StoreFault.
    """
    if keep_months < LEAST_MONTHS:
        raise Refused(f"at least {LEAST_MONTHS} months stay online")
    if before > (limit := Month.of(now_us).plus(-keep_months)):
        raise Refused(f"{keep_months} months stay online: rows before {limit} may leave")
    for person in persons:
        if person.subject != PERSON:
            raise Refused("it takes two persons, not consoles")
        person.need(Right.RETIRE)
    if persons[0].subject_id == persons[1].subject_id:
        raise Refused("it takes two different persons")
    _check_segments(segments, public_key)
    names = sorted(person.subject_id for person in persons)
    left: list[Left] = []
    for month, digest, entry in _sealed(segments, before):
        with database.write() as connection:
            act = _act(connection, month, entry)
            if act is not None:
                place, last = act
                connection.execute(
                    insert(retirements).values(
                        console_id=place.console_id,
                        stream=place.stream,
                        epoch=place.epoch,
                        seq=last.seq,
                        hash=last.hash,
                        month=month,
                        manifest_sha256=digest,
                        by_one=names[0],
                        by_two=names[1],
                        at_us=now_us,
                    )
                )
        place = _place(entry)
        count = _remove(database, place)
        if act is not None:
            left.append(Left(place, act[1], month, count))
    return left


def verifier() -> list[str]:
    """What starts `hnth-verify`, which in a frozen folder lies beside this program."""
    if getattr(sys, "frozen", False):
        here = Path(sys.executable)
        return [str(here.with_name("hnth-verify").with_suffix(here.suffix))]
    return [sys.executable, "-m", "db.verifier"]


def _check_segments(segments: Path, public_key: bytes) -> None:
    """Have `hnth-verify` check every segment, its seal too."""
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder, "office.pub")
        key.write_text(public_key.hex(), "ascii")
        line = [*verifier(), str(segments.resolve())]
        line += ["--office-key", str(key), "--lang", "en"]
        done = subprocess.run(
            line,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            timeout=_CHECK_S,
            check=False,
        )
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines()
        bad = [each for each in said if "BAD" in each or "CAN'T" in each or "SEAL" in each]
        raise Refused(f"the segments are not whole: {(bad or said or ['?'])[0].strip()}")


def _sealed(segments: Path, before: Month) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Each chain of each of the office's segments before a month, in order."""
    for path in sorted(segments.glob(f"*/{MANIFEST}")):
        data = path.read_bytes()
        told: Any = json.loads(data)
        if told["source"] == "office" and Month.parse(told["month"]) < before:
            for entry in told["chains"]:
                yield told["month"], sha256(data).digest(), entry


def _act(connection: Connection, month: str, entry: dict[str, Any]) -> tuple[Place, Head] | None:
    """The chain and the last of its rows that may leave; None where all of them left before."""
    place = _place(entry)
    floor, head = floor_of(connection, place), head_of(connection, place)
    last = Head(min(entry["last_seq"], head.seq - 1), FIRST_HASH)
    if last.seq <= floor.seq:
        return None
    where = f"console {place.console_id} {place.stream} epoch {place.epoch}"
    if entry["first_seq"] > floor.seq + 1:
        raise Refused(f"{where}: rows from {floor.seq + 1} on are in no segment before {month}")
    sealed = hash_at(connection, place, entry["last_seq"])
    if sealed is None or sealed.hex() != entry["last_hash"]:
        raise Refused(f"{where} row {entry['last_seq']} is not the one that {month} sealed")
    digest = hash_at(connection, place, last.seq)
    assert digest is not None
    return place, Head(last.seq, digest)


def _remove(database: Database, place: Place) -> int:
    """Remove the rows that an act names, some at a time, so that no push waits long."""
    count = 0
    while True:
        with database.write() as connection:
            floor = floor_of(connection, place)
            first = connection.scalar(
                select(journal.c.seq).where(*_of(journal, place)).order_by(journal.c.seq).limit(1)
            )
            if first is None or first > floor.seq:
                return count
            gone = delete(journal).where(
                *_of(journal, place), journal.c.seq <= min(floor.seq, first + _ROWS - 1)
            )
            count += connection.execute(gone).rowcount


def _place(entry: dict[str, Any]) -> Place:
    return Place(entry["console_id"], entry["stream"], entry["epoch"])


def _of(table: Any, place: Place) -> tuple[Any, ...]:
    return (
        table.c.console_id == place.console_id,
        table.c.stream == place.stream,
        table.c.epoch == place.epoch,
    )
