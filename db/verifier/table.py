"""A file's journal: its rows in order, also from a damaged file, row by row."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from db.verifier.opened import OpenedFile, Unreadable
from db.verifier.record import COLUMNS, RETIRED, Floor, Key, Row

_PAGE = 500
_SELECT = f"SELECT {COLUMNS}, rowid FROM journal"  # noqa: S608 - names only
_IN = "console_id IS ? AND stream IS ? AND epoch IS ?"
_LEAST_BYTES = 128
"""No row takes less: two hashes are 64 bytes, and the key is in an index once more."""

GUARDS = {"journal_no_update", "journal_no_delete", "journal_follows", "journal_head"}


class JournalTable(OpenedFile):
    """One file with a table `journal`. Raises Unreadable where there is none."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._salvage: dict[Key, list[tuple[Any, int]]] | None = None
        self.damage = self._check()
        """What SQLite finds wrong with the file, or ""; rows are then read one by one."""
        if self.schema.get("journal") != "table":
            self.close()
            raise Unreadable("no table `journal`")

    @property
    def wal_is_missing(self) -> bool:
        """Whether the program ended without closing this file, and its WAL is gone."""
        held = self.path.name == "journal.sqlite3" and self.path.with_name("holder.pid").exists()
        return held and self.is_wal and not self.beside("-wal").exists()

    @property
    def is_office(self) -> bool:
        """Whether this is an office's file, with chains of many consoles."""
        return "office" in self.schema

    def guards_missing(self) -> set[str]:
        """The triggers against accidents that the file no longer has."""
        return set() if self.is_office else GUARDS - self.schema.keys()

    def heads(self, table: str = "heads") -> list[tuple[Any, ...]]:
        """Recorded heads, or the office's `receipts`: console_id, stream, epoch, seq, hash, …"""
        if self.schema.get(table) != "table":
            return []
        more = ", received_us, signature" if table == "receipts" else ""
        with contextlib.ExitStack() as damaged:
            if self.damage:
                damaged.enter_context(contextlib.suppress(Unreadable))
            query = f"SELECT console_id, stream, epoch, seq, hash{more} FROM {table}"  # noqa: S608 - names only
            return self.ask(query)
        return []

    def floors(self) -> dict[Key, Floor]:
        """Of each chain, the last row that left for a sealed segment."""
        if not self.is_office or self.schema.get("retirements") != "table":
            return {}
        return {(row[0], row[1], row[2]): Floor(*row[3:]) for row in self.ask(RETIRED)}

    def chains(self) -> dict[Key, int]:
        """Every chain that has rows, with the place of one of them."""
        if self.damage:
            return {key: places[0][1] for key, places in self._salvaged().items()}
        query = "SELECT console_id, stream, epoch, min(rowid) FROM journal GROUP BY 1, 2, 3"
        return {(row[0], row[1], row[2]): row[3] for row in self.ask(query)}

    def row_at(self, rowid: int) -> Row | None:
        """The row in one place of the file, None where it can't be read."""
        with contextlib.suppress(Unreadable):
            for row in self.ask(f"{_SELECT} WHERE rowid = ?", (rowid,)):
                return Row(*row[:-1])
        return None

    def rows(self, key: Key) -> Iterator[Row]:
        """The rows of a chain by number, whatever their numbers are, each page read whole."""
        if self.damage:
            found = (self.row_at(rowid) for _, rowid in self._salvaged().get(key, ()))
            yield from (row for row in found if row is not None)
            return
        after, last = "", ()
        while page := self.ask(
            f"{_SELECT} WHERE {_IN} {after} ORDER BY seq, rowid LIMIT {_PAGE}", (*key, *last)
        ):
            for row in page:
                yield Row(*row[:-1])
            after, last = "AND (seq, rowid) > (?, ?)", (page[-1][3], page[-1][-1])

    def _check(self) -> str:
        try:
            found = str(self.ask("PRAGMA integrity_check(1)")[0][0])
        except Unreadable as error:
            return str(error)
        return "" if found == "ok" else found

    def _salvaged(self) -> dict[Key, list[tuple[Any, int]]]:
        """Number and place of every row that can still be read, found without any index."""
        if self._salvage is None:
            self._salvage = {}
            for rowid in range(1, self._last_rowid() + 1):
                if (row := self.row_at(rowid)) is not None:
                    self._salvage.setdefault((row[0], row[1], row[2]), []).append((row.seq, rowid))
            for places in self._salvage.values():
                places.sort(key=lambda place: _order(place[0]))
        return self._salvage

    def _last_rowid(self) -> int:
        last = sum(row[3] for row in self.heads() if isinstance(row[3], int) and row[3] > 0)
        with contextlib.suppress(Unreadable):
            last = max(last, self.ask("SELECT max(rowid) FROM journal")[0][0] or 0)
        sizes = (part.stat().st_size for s in ("", "-wal") if (part := self.beside(s)).exists())
        return min(last, sum(sizes) // _LEAST_BYTES)


def _order(seq: Any) -> tuple[int, int]:
    """As SQLite sorts: nothing, whole numbers, all else."""
    return (1, seq) if isinstance(seq, int) else (0 if seq is None else 2, 0)
