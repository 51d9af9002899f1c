"""The office's reference data at a console: `directory.sqlite3` beside the journal.

Nothing in it is evidence. A file that is damaged is set aside, one that is missing is made, and
the office's snapshot fills it; what this console proposed is taken over from the damaged one as
far as that can be read. The journal is another file, which nothing here touches.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete

from db import directory_proposals as proposals
from db import directory_records as records
from db.directory_file import DirectoryFile
from db.reference import Conflict, Cursor, Decision, Proposal, Record, Standing
from db.schema import directory_metadata


class Directory:
    """What the office last said, and what this console would have otherwise.

    The sync writes the one, operators the other; any thread may read. Raises StoreFault.
    `clock_us` gives µs of UTC, for a proposal's time alone.
    """

    def __init__(
        self, folder: Path, *, clock_us: Callable[[], int] = lambda: time.time_ns() // 1000
    ) -> None:
        self._clock_us = clock_us
        self._file = DirectoryFile(folder, proposals.salvage)

    @property
    def evidence(self) -> str:
        """The name under which a damaged file was set aside, "" where none was."""
        return self._file.evidence

    @property
    def changes(self) -> int:
        """Grows with everything that was written, so that a look at it tells of news."""
        return self._file.changes

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def clear(self) -> None:
        """Forget everything: the console has left its office."""
        with self._file.write() as connection:
            for table in directory_metadata.sorted_tables:
                connection.execute(delete(table))

    # -- what the office said ------------------------------------------------------------------

    def cursor(self) -> Cursor:
        """How far the feed was taken."""
        with self._file.read() as connection:
            return records.cursor(connection)

    def records(self, kind: str) -> list[Record]:
        """Every record of a kind that is not deleted, by id."""
        with self._file.read() as connection:
            return records.of_kind(connection, kind)

    def record(self, kind: str, record_id: str) -> Record | None:
        """One record, None where there is none or it is deleted."""
        with self._file.read() as connection:
            found = records.known(connection, kind, record_id)
        return None if found is None or found.deleted else found

    def everything(self) -> list[Record]:
        """Every record, deleted ones among them."""
        with self._file.read() as connection:
            return records.everything(connection)

    def apply(
        self, rows: Iterable[Record], cursor: Cursor, decisions: Iterable[Decision] = ()
    ) -> None:
        """Take a page of the feed, and the cursor after it, as one."""
        with self._file.write() as connection:
            for row in rows:
                records.keep(connection, row)
            for decision in decisions:
                proposals.decide(connection, decision)
            records.advance(connection, cursor)

    def replace(self, rows: Sequence[Record], cursor: Cursor) -> int:
        """Take a whole snapshot; how many versions that were here the office no longer has.

        Only what differs is written. A version that the office gave out and then lost becomes a
        conflict. What waits at the office is offered once more, since the office may have lost it.
        """
        with self._file.write() as connection:
            known = {(own.kind, own.id): own for own in records.everything(connection)}
            lost = 0
            for row in rows:
                own = known.pop((row.kind, row.id), None)
                if own is not None and records.ahead(own, row):
                    lost += proposals.lose(connection, own, self._clock_us())
                if own != row:
                    records.keep(connection, row)
            for own in known.values():
                lost += 0 if own.deleted else proposals.lose(connection, own, self._clock_us())
                records.drop(connection, own)
            proposals.offer_again(connection)
            records.advance(connection, cursor)
        return lost

    # -- what this console would have ----------------------------------------------------------

    def propose(
        self,
        kind: str,
        record_id: str,
        body: dict[str, Any] | None,
        *,
        operator: str,
        base_version: int | None = None,
    ) -> Proposal:
        """Queue a change for the office, None to delete; on the version that is here now.

        `base_version` names the version that the operator saw, where that may be an older one.
        Raises ValueError for a body that JSON in UTF-8 can't hold.
        """
        with self._file.write() as connection:
            known = records.known(connection, kind, record_id)
            base = known.version if known else 0
            base = base if base_version is None else base_version
            return self._queue(connection, kind, record_id, base, body, operator)

    def proposals(self, limit: int = 500) -> list[Proposal]:
        """What was proposed here, the newest first."""
        with self._file.read() as connection:
            return proposals.proposed(connection, limit)

    def conflicts(self) -> list[Conflict]:
        """What somebody must choose between, the oldest first."""
        with self._file.read() as connection:
            return proposals.conflicts(connection)

    def keep_office(self, proposal_id: str) -> bool:
        """Answer a conflict with the office's version; False where there is no such conflict."""
        with self._file.write() as connection:
            return proposals.stand(connection, proposal_id, Standing.CONFLICT, Standing.KEPT_OFFICE)

    def propose_again(
        self, proposal_id: str, *, operator: str, body: dict[str, Any] | None = None
    ) -> Proposal | None:
        """Answer a conflict with a proposal on the office's version: the same, or a `body` of both.

        None where there is no such conflict.
        """
        with self._file.write() as connection:
            conflict = proposals.conflict(connection, proposal_id)
            if conflict is None:
                return None
            proposals.stand(connection, proposal_id, Standing.CONFLICT, Standing.REPLACED)
            old, base = conflict.proposal, conflict.office.version if conflict.office else 0
            wanted = old.body if body is None else body
            return self._queue(connection, old.kind, old.record_id, base, wanted, operator)

    def queued(self) -> Proposal | None:
        """The oldest proposal that the office does not have yet."""
        with self._file.read() as connection:
            return proposals.queued(connection)

    def answered(
        self, proposal_id: str, state: Standing, note: str = "", office: Record | None = None
    ) -> None:
        """What the office said to a queued proposal; in a conflict, the version that it has."""
        with self._file.write() as connection:
            proposals.answer(connection, proposal_id, state, note, office)

    def counts(self) -> tuple[int, int]:
        """Proposals that are not decided, and conflicts."""
        with self._file.read() as connection:
            return proposals.counts(connection)

    def _queue(
        self,
        connection: Connection,
        kind: str,
        record_id: str,
        base_version: int,
        body: dict[str, Any] | None,
        operator: str,
    ) -> Proposal:
        made = Proposal(
            uuid.uuid4().hex, kind, record_id, base_version, body, operator, self._clock_us()
        )
        proposals.add(connection, made)
        return made
