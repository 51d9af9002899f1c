"""Evidence to hand over: a console's journal as a segment of plain files (decision 095).

Nothing is left out and nothing is put right: a row that was altered goes as it is, and whoever
checks the segment with `hnth-verify` will be told of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from db.engine import as_stored, sqlite_module
from db.folder import JOURNAL
from db.protocol import Head
from db.record import FIRST_HASH, Place
from db.segments import segment
from db.segments.segment import Run, Vouched
from db.sync.receipts import ReceiptFile
from db.verify import COLUMNS

_PAGE = 500


def export_journal(store: Path, to: Path, file: str = JOURNAL) -> Path:
    """Write every row of a store's journal into a new folder below `to`; which one.

    `file` may name a journal that was set aside. The store may be open meanwhile: rows that come
    later are not in it. Raises FileExistsError, FileNotFoundError, OSError, and SQLite's errors.
    """
    path = store / file
    if not path.exists():
        raise FileNotFoundError(2, "no journal", str(path))
    receipts = ReceiptFile(store)
    with closing(_opened(path)) as connection:
        chains = connection.execute(
            "SELECT console_id, stream, epoch, seq, hash FROM heads"
            " WHERE seq > 0 ORDER BY console_id, stream, epoch"
        ).fetchall()
        runs: list[Run] = []
        for console_id, stream, epoch, seq, digest in chains:
            place = Place(console_id, stream, epoch)
            runs.append(
                Run(place, Head(0, FIRST_HASH), Head(seq, digest), _vouched(receipts, place))
            )
        if not runs:
            raise FileNotFoundError(2, "no rows", str(path))
        last = max(runs, key=lambda run: (run.place.epoch, run.place.stream == "ops"))
        name = f"{last.place.console_id}.{last.place.epoch}.{last.last.seq}"

        def page(place: Place, after: int) -> Sequence[Sequence[Any]]:
            return connection.execute(
                f"SELECT {COLUMNS} FROM journal"  # noqa: S608 - names only
                " WHERE console_id = ? AND stream = ? AND epoch = ? AND seq > ?"
                " AND typeof(seq) = 'integer' ORDER BY seq LIMIT ?",
                (place.console_id, place.stream, place.epoch, after, _PAGE),
            ).fetchall()

        told = {"source": "console", "console_id": last.place.console_id}
        segment.write(to / name, told, runs, page, as_it_is=True)
    return to / name


def _opened(path: Path) -> Any:
    """A reader; where nobody has the file open, one that leaves nothing beside it."""
    wal = path.with_name(path.name + "-wal")
    how = "mode=ro" if wal.exists() else "mode=ro&immutable=1"
    connection = sqlite_module().connect(f"{path.absolute().as_uri()}?{how}", uri=True)
    connection.text_factory = as_stored
    return connection


def _vouched(receipts: ReceiptFile, place: Place) -> tuple[Vouched, ...]:
    found = receipts.newest(place)
    return () if found is None else (Vouched(found.head, found.received_us, found.signature),)
