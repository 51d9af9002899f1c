"""The office's revisions: one counter for everything that the feed carries, without a gap.

The counter is a row, and a revision is taken by updating it in the transaction that writes what
the revision is of. So revisions become visible in their order, whatever is rolled back, and whoever
has seen revision n has seen all before it. A sequence would not do: it gives numbers out before
they are committed (`reliability.md` §3.3: 680 of 2,273 missed).
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from db.office.tables import office, revision


def next_revision(connection: Connection) -> int:
    """A new revision, in the caller's transaction; other writers wait until that has ended."""
    query = update(revision).where(revision.c.id == 1).values(rev=revision.c.rev + 1)
    return connection.execute(query.returning(revision.c.rev)).scalar_one()


def one_writer(connection: Connection) -> None:
    """Wait here for whoever writes records now, and let nobody else until the transaction ends."""
    connection.execute(select(revision.c.rev).where(revision.c.id == 1).with_for_update()).one()


def standing(connection: Connection) -> tuple[str, int]:
    """The server's epoch, and the newest revision that is committed."""
    query = select(office.c.server_epoch, revision.c.rev).where(office.c.id == revision.c.id)
    row = connection.execute(query).one()
    return row.server_epoch, row.rev
