"""What of the samples goes to the office: each minute's roll-ups as one row of the stream `qos`.

A row has all endpoints of a session (up to 1,000), for a row costs its hash and its place in the
chain. The samples themselves stay at home. Figures once told may be told again, when the clock
was set back into their minute: the last row of a minute is the one that counts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from db.record import JournalRow
from db.schema import METRICS, ROLLUP_US, names, rollups

QUALITY_MINUTE = "QualityMinute"
COLUMNS = tuple(f"{metric}_{part}" for metric in METRICS for part in ("n", "sum", "max"))
MAX_ENDPOINTS = 1000
MOST_AT_ONCE = 4
"""Minutes told in one go, so that a row of evidence never waits behind more."""

SETTLE_S, IDLE_S = 5.0, 60.0


class Minutes:
    """Which minutes have figures that the journal was not told yet. Belongs to one thread."""

    def __init__(self) -> None:
        self._touched: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._touched)

    def touch(self, times_us: Iterable[int], now_s: float) -> None:
        """Samples of these moments were written."""
        for minute in {t_us - t_us % ROLLUP_US for t_us in times_us}:
            self._touched[minute] = now_s

    def due(self, now_s: float) -> list[int]:
        """The first minutes that are complete: nothing came for 5 s, and a later one has begun.

        The latest is complete when nothing came for a minute.
        """
        latest = max(self._touched, default=0)
        found = [
            minute
            for minute, at_s in self._touched.items()
            if now_s - at_s >= (SETTLE_S if minute < latest else IDLE_S)
        ]
        return sorted(found)[:MOST_AT_ONCE]

    def told(self, minutes: Iterable[int]) -> None:
        """These are in the journal."""
        for minute in minutes:
            del self._touched[minute]


def untold(connection: Connection, after_us: int) -> list[int]:
    """The minutes of a samples file that begin after `after_us`."""
    query = select(rollups.c.t_us).where(rollups.c.t_us > after_us).distinct()
    return list(connection.scalars(query))


def rows(connection: Connection, minute_us: int) -> Iterator[JournalRow]:
    """A minute as rows: one of each session, for every 1,000 endpoints of it."""
    query = (
        select(rollups, names.c.name)
        .join(names, names.c.id == rollups.c.endpoint)
        .where(rollups.c.t_us == minute_us)
        .order_by(rollups.c.session, names.c.name)
    )
    sessions: dict[int, list[list[Any]]] = {}
    for row in connection.execute(query):
        figures = [getattr(row, column) for column in COLUMNS]
        sessions.setdefault(row.session, []).append([row.name, *figures])
    for number, endpoints in sessions.items():
        session = str(connection.scalar(select(names.c.name).where(names.c.id == number)))
        for start in range(0, len(endpoints), MAX_ENDPOINTS):
            yield _row(session, minute_us, endpoints[start : start + MAX_ENDPOINTS])


def _row(session: str, minute_us: int, endpoints: list[list[Any]]) -> JournalRow:
    body = {
        "session": session,
        "t_us": minute_us,
        "columns": ["endpoint", *COLUMNS],
        "endpoints": endpoints,
    }
    return JournalRow(
        kind=QUALITY_MINUTE,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
        actor="store",
        utc_us=time.time_ns() // 1000,
        mono_us=time.monotonic_ns() // 1000,
    )


def minute_of(body: bytes) -> int:
    """The minute that a row is of, µs of UTC; 0 for what is no such row."""
    try:
        found = json.loads(body)["t_us"]
    except (ValueError, TypeError, KeyError):
        return 0
    return found if type(found) is int else 0
