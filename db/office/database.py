"""The office's database, whichever engine it stands on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection

from db.verify import Verdict


class Database(ABC):
    """One office's database. Any thread may use it. Everything raises StoreFault.

    What a `with` block of `write` wrote is on the server's or this machine's disk when the block
    has ended. Rows that two writers may want are locked by whoever comes first (`FOR UPDATE`, an
    `UPDATE`), never by the engine's isolation: on PostgreSQL others write meanwhile.
    """

    where: str
    """The file, or the URL without any secret."""

    @staticmethod
    def open(where: str | Path) -> Database:
        """The database in a file, or behind a `postgresql://` URL, at the newest schema.

        Raises BadAddress for a URL that can't be used, StoreFault for what does not answer.
        """
        if isinstance(where, str) and "://" in where:
            from db.office.postgresql import Postgresql

            return Postgresql(where)
        from db.office.embedded import Embedded

        return Embedded(Path(where))

    @abstractmethod
    def write(self) -> AbstractContextManager[Connection]:
        """One transaction; it commits when the block ends, and is undone when that raises."""

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """A look at what is committed, anew with each statement; fetch pages and let go."""

    @abstractmethod
    def verdict(self, tail: int | None = None) -> Verdict:
        """Walk every chain at one moment of it, or only the last `tail` rows of each."""

    @abstractmethod
    def close(self) -> None:
        """Let everything go."""
