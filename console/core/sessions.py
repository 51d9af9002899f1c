"""The sessions of a store, read while the console may be writing to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.journal import read_event
from console.domain import facts as f
from console.domain.event import Event

if TYPE_CHECKING:
    from db.queries import Position, StoredRow
    from db.sample_queries import Minute

_OPENED, _CLOSED, _ROSTER = (
    kind.__name__ for kind in (f.SessionOpened, f.SessionClosed, f.RosterLoaded)
)


@dataclass(slots=True)
class StoreFolder:
    """The folder of a store, for its readers."""

    folder: Path


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """A session as the list shows it: its row, and the next one's, where there is a next."""

    id: str
    title: str
    opened_us: int
    closed: bool
    row: Position
    next: Position | None


def sessions(store: StoreFolder) -> list[SessionEntry]:
    """Every session of the store, the newest first. Raises StoreFault."""
    closed = {
        event.fact.session
        for row in _newest_first(store, [_CLOSED])
        if (event := read_event(row)) and isinstance(event.fact, f.SessionClosed)
    }
    found: list[SessionEntry] = []
    following: Position | None = None
    for row in _newest_first(store, [_OPENED]):
        event = read_event(row)
        if event is not None and isinstance(event.fact, f.SessionOpened):
            fact = event.fact
            done = fact.session in closed
            entry = SessionEntry(
                fact.session, fact.title, row.utc_us, done, row.position, following
            )
            found.append(entry)
        following = row.position
    return found


@dataclass(slots=True)
class SessionReading:
    """Reads a session's Events from what stood before it on; counts what it has read.

    `rows` are those from the opening on, `last` the newest of them, `unreadable` how many of
    them this version can't read.
    """

    store: StoreFolder
    entry: SessionEntry
    rows: int = 0
    unreadable: int = 0
    last: StoredRow | None = field(default=None)

    def events(self) -> Iterator[Event]:
        """The Events, page by page. Raises StoreFault."""
        from db.queries import Position, after

        start = _roster_before(self.store, self.entry.row) or self.entry.row
        place = Position(start.epoch, start.seq - 1)
        while page := after(self.store, place):
            for row in page:
                if self.entry.next is not None and row.position >= self.entry.next:
                    return
                event = read_event(row)
                if row.position >= self.entry.row:
                    self.rows, self.last = self.rows + 1, row
                    self.unreadable += event is None
                if event is not None:
                    yield event
            place = page[-1].position

    def minutes(self) -> Iterator[Minute]:
        """The session's minutes of quality figures. Raises StoreFault."""
        from db.sample_queries import minutes

        last: Minute | None = None
        while page := minutes(self.store, self.entry.id, after=last):
            yield from page
            last = page[-1]


def _roster_before(store: StoreFolder, row: Position) -> Position | None:
    """The roster that the run of the program which opened the session told first: from there
    on the journal says how things stood."""
    for found in _newest_first(store, [_ROSTER], before=row):
        if not found.cause:
            return found.position
    return None


def _newest_first(
    store: StoreFolder, kinds: Sequence[str], before: Position | None = None
) -> Iterator[StoredRow]:
    from db.queries import latest

    while page := latest(store, kinds=kinds, before=before):
        yield from page
        before = page[-1].position
