"""The open samples file. Belongs to one thread, the writer's.

Samples are figures, not evidence: `synchronous=NORMAL` may lose the last second of them when
the power fails, and never harms the journal, which is another file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from db import minutes
from db.bulk import BulkInsert
from db.identity import Identity
from db.record import JournalRow, Sample
from db.schema import SAMPLES_HEAD, names, samples, samples_meta
from db.sqlite_file import SqliteFile

_INSERT = BulkInsert(
    "samples",
    [column.name for column in samples.columns],
    "ON CONFLICT (session, endpoint, t_us) DO NOTHING",
)
_LARGEST = 2**53


class SampleFile(SqliteFile):
    """One samples file, open for writing on one connection."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "samples", SAMPLES_HEAD, synchronous="NORMAL")
        self._ids: dict[str, int] = {}

    def identity(self) -> Identity | None:
        """Whose samples these are, None in a new file."""
        return self.read_identity(samples_meta)

    def identify(self, identity: Identity) -> None:
        """Record whose samples these are, and at which epoch the journal beside them is."""
        with self.connection.begin():
            self.connection.execute(samples_meta.delete())
            self.connection.execute(insert(samples_meta).values(identity.values()))

    def untold(self, after_us: int) -> list[int]:
        """The minutes that begin after `after_us`."""
        with self.connection.begin():
            return minutes.untold(self.connection, after_us)

    def rows_of(self, minutes_us: Iterable[int]) -> list[JournalRow]:
        """These minutes as rows of the journal."""
        with self.connection.begin():
            return [row for t_us in minutes_us for row in minutes.rows(self.connection, t_us)]

    def write(self, batch: Sequence[Sample]) -> None:
        """Commit samples in one transaction; their minutes' roll-ups follow by trigger.

        A second sample of one endpoint at the same µs is left out.
        """
        texts = {text for sample in batch for text in (sample.session, sample.endpoint)}
        with self.connection.begin():
            fresh = self._name(texts - self._ids.keys())
            ids = {**self._ids, **fresh}
            values: list[Any] = []
            for s in batch:
                values += (ids[s.session], ids[s.endpoint], s.t_us, _whole(s.loss_pct, 10_000))
                values += (_whole(s.jitter_ms, 1000), _whole(s.rtt_ms, 1000))
                values += (_whole(s.rx_kbps), _whole(s.tx_kbps), _whole(s.width), _whole(s.height))
            _INSERT.run(self.driver, values)
        self.moved_in = False
        self._ids = ids

    def _name(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers that stand for these texts in this file, made where there are none."""
        ids: dict[str, int] = {}
        for text in sorted(texts):
            found = self.connection.scalar(select(names.c.id).where(names.c.name == text))
            if found is None:
                added = insert(names).values(name=text).returning(names.c.id)
                found = self.connection.execute(added).scalar_one()
            ids[text] = found
        return ids


def _whole(value: float | None, scale: int = 1) -> int | None:
    """A figure as the whole number that is kept; None for what is no figure."""
    if value is None or not math.isfinite(value) or abs(value * scale) > _LARGEST:
        return None
    return round(value * scale)
