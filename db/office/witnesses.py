"""What consoles are told of one another: the newest countersigned head of every chain.

Whoever rewrites a journal, with its console and with the office's own key, would have to rewrite
what all other consoles were told too (decision 096).
"""

from __future__ import annotations

import threading

from sqlalchemy import Connection, and_, select

from db.office.tables import heads, receipts
from db.protocol import MAX_WITNESSED, WITNESS_US, Head
from db.record import Place
from db.segments.segment import Vouched

_SHARE = 0.9
"""An hour's heartbeat may come a little early."""


class Witnesses:
    """Who was told when; after a start everybody is told anew. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told_us: dict[str, int] = {}

    def due(self, console_id: str, now_us: int) -> bool:
        """Whether it is time to tell a console; it counts as told then."""
        with self._lock:
            last_us = self._told_us.get(console_id)
            if last_us is not None and 0 <= now_us - last_us < _SHARE * WITNESS_US:
                return False
            self._told_us[console_id] = now_us
            return True


def newest(connection: Connection) -> list[tuple[Place, Vouched]]:
    """The newest head of each chain that moved last, with its countersignature; at most 500."""
    same = and_(*(receipts.c[n] == heads.c[n] for n in ("console_id", "stream", "epoch", "seq")))
    query = select(receipts).join(heads, same).order_by(receipts.c.received_us.desc())
    return [
        (
            Place(row.console_id, row.stream, row.epoch),
            Vouched(Head(row.seq, bytes(row.hash)), row.received_us, bytes(row.signature)),
        )
        for row in connection.execute(query.limit(MAX_WITNESSED))
    ]
