"""The heartbeat: a console says where its chains stand; what does not fit is an incident."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, update

from db.office import incidents
from db.office.incidents import Incident
from db.office.journal import floor_of, hash_at, head_of, newest_epoch
from db.office.tables import consoles
from db.protocol import Head
from db.record import OPS, Place

CLOCK_SUSPECT_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one chain of a console stands: its own head, and the last row it had a receipt for.

    `altered_seq` is a row whose bytes no longer give its hash, 0 where the console found none.
    """

    stream: str
    epoch: int
    head: Head
    acked: Head
    altered_seq: int = 0


def hear(
    connection: Connection,
    console_id: str,
    standings: list[Standing],
    offset_us: int,
    now_us: int,
) -> dict[str, Head]:
    """Note that a console lives and compare its chains; gives the office's head of each."""
    known = update(consoles).where(consoles.c.console_id == console_id)
    connection.execute(known.values(heard_us=now_us, offset_us=offset_us))
    if abs(offset_us) > CLOCK_SUSPECT_US:
        place = Place(console_id, OPS, 0)
        detail = {"offset_us": offset_us}
        incidents.record(connection, Incident(place, "clock", 0, detail), now_us)
    answer: dict[str, Head] = {}
    for standing in standings:
        place = Place(console_id, standing.stream, standing.epoch)
        head = head_of(connection, place)
        newest = newest_epoch(connection, console_id, standing.stream)
        for kind, seq in _wrong(connection, place, standing, head, newest):
            detail = {
                "head_seq": standing.head.seq,
                "head_hash": standing.head.hash.hex(),
                "office_seq": head.seq,
                "newest_epoch": newest,
            }
            incidents.record(connection, Incident(place, kind, seq, detail), now_us)
        answer[standing.stream] = head
    return answer


def _wrong(
    connection: Connection, place: Place, standing: Standing, head: Head, newest: int
) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    if newest > place.epoch:
        found.append(("rollback", 0))
    elif standing.head.seq < head.seq:
        found.append(("rollback", standing.head.seq))
    floor = floor_of(connection, place).seq
    found += [
        ("head", claimed.seq)
        for claimed in dict.fromkeys((standing.head, standing.acked))
        if (not claimed.seq or floor <= claimed.seq <= head.seq)
        and hash_at(connection, place, claimed.seq) != claimed.hash
    ]
    if standing.altered_seq:
        found.append(("altered", standing.altered_seq))
    return found
