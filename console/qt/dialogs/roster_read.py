"""What was read of a roster: a table of a file, or a list of the office's; and from where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.office_roster import read_record
from console.core.tables import Tables, read_tables
from console.domain.finding import Finding, Severity
from console.domain.roster import RosterReading, best_table, roster_of
from console.qt.dialogs.reading import Asked, Progress
from db.fault import StoreFault

if TYPE_CHECKING:
    from console.qt.record.office import OfficeDirectory
    from db.reference import Record

NO_TABLES = Tables(())


@dataclass(frozen=True, slots=True)
class Source:
    """Where a roster comes from, as it is shown, and what it is called once it is in use."""

    shown: str
    name: str


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: a file's tables and which of them, or a record; and the roster in it."""

    roster: RosterReading
    tables: Tables = NO_TABLES
    at: int = 0
    record: Record | None = None

    def again(self, at: int, domain: str) -> Read:
        """The same under another choice of table or dial domain."""
        if self.record is not None:
            return Read(read_record(self.record, domain), record=self.record)
        return Read(_in_table(self.tables, at, domain), self.tables, at)


def read_file(path: Path, domain: str, progress: Progress, cancelled: Asked) -> Read:
    """A file's tables, and the roster in the one that looks most like one."""
    tables = read_tables(path, progress, cancelled)
    at = best_table(tables.tables)
    return Read(_in_table(tables, at, domain), tables, at)


def read_offer(directory: OfficeDirectory | None, record_id: str, domain: str) -> Read:
    """One of the office's lists, or why there is none."""
    try:
        record = directory.record("roster", record_id) if directory is not None else None
    except StoreFault as fault:
        unread = Finding.of(0, Severity.ERROR, "office.unread", code=fault.code)
        return Read(RosterReading((), (unread,)))
    if record is None or record.deleted:
        return Read(RosterReading((), (Finding.of(0, Severity.ERROR, "office.gone"),)))
    return Read(read_record(record, domain), record=record)


def _in_table(tables: Tables, at: int, domain: str) -> RosterReading:
    """The roster in one of the tables, or why there is none."""
    if not tables.tables:
        return RosterReading((), tables.findings)
    return roster_of(tables.tables[at], domain)
