"""Incidents: what went against the protocol. Kept for good, each once with a count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from db.office.tables import incidents
from db.record import Place


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident: `fork`, `rollback`, `head`, `altered`, `hash`, `superseded`, `clock`, or
    `certificate` (of no stream): a good token that came without its own certificate."""

    place: Place
    kind: str
    seq: int
    detail: dict[str, Any]


def record(connection: Connection, incident: Incident, now_us: int) -> None:
    """Write an incident down, or count it once more."""
    place = incident.place
    key = {
        "console_id": place.console_id,
        "stream": place.stream,
        "epoch": place.epoch,
        "kind": incident.kind,
        "seq": incident.seq,
    }
    same = and_(*(incidents.c[name] == value for name, value in key.items()))
    again = update(incidents).where(same).values(last_us=now_us, times=incidents.c.times + 1)
    if connection.execute(again).rowcount:
        return
    detail = json.dumps(incident.detail, ensure_ascii=False, sort_keys=True)
    connection.execute(
        insert(incidents).values(**key, first_us=now_us, last_us=now_us, times=1, detail=detail)
    )


def latest(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest incidents, the one that was seen last first."""
    query = select(incidents).order_by(incidents.c.last_us.desc(), incidents.c.first_us.desc())
    return [dict(row) for row in connection.execute(query.limit(limit)).mappings()]
