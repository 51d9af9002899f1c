"""What a person does about a fork: a new epoch, with the rows that the office lacks once more.

Nothing is taken back on either side: the old epoch stays in the journal as it is, and at the
office as far as it came.
"""

from __future__ import annotations

from db.epochs import NewEpoch
from db.protocol import STREAMS
from db.record import Place
from db.sync import answers
from db.sync.answers import NotUnderstood
from db.sync.exchange import Lost, Request, Token, Transport
from db.sync.source import Journal, hash_at
from db.writer import JournalWriter


class Undecided(Exception):
    """Where both sides part is not known, so nothing was begun. `reason`: of `Lost`, `status N`,
    `not_understood`, or `changed` where the journal moved on meanwhile."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def begin_epoch(
    writer: JournalWriter,
    journal: Journal,
    transport: Transport,
    token: Token,
    *,
    reason: str,
    operator: str,
) -> int:
    """Begin the next epoch; its number. Blocks for some exchanges; the sync need not be stopped.

    Raises Undecided, and StoreFault where the journal can't be written: nothing was begun then.
    """
    places = [place for place, _ in journal.look(STREAMS)]
    common = {place.stream: last_common(journal, place, transport, token) for place in places}
    if [place for place, _ in journal.look(STREAMS)] != places:
        raise Undecided("changed")
    return writer.begin_epoch(NewEpoch(reason, operator, common)).result()


def last_common(journal: Journal, place: Place, transport: Transport, token: Token) -> int:
    """The last row of a chain that the office has as it is here, 0 where there is none.

    A row's hash stands for all rows before it, so that some twenty questions are enough.
    """
    low, high = 0, journal.head(place).seq
    at = high
    while low < high:
        if hash_at(journal, place, at) == _office_hash(place, at, transport, token):
            low = at
        else:
            high = at - 1
        at = (low + high + 1) // 2
    return low


def _office_hash(place: Place, seq: int, transport: Transport, token: Token) -> bytes:
    """The hash of the office's row of this number, b"" where it has none. Raises Undecided."""
    query = f"epoch={place.epoch}&after={seq - 1}&limit=1"
    path = f"/v1/journal/{place.console_id}/{place.stream}?{query}"
    try:
        reply = transport(Request("GET", path, token=token.text, identity=token.identity))
        if reply.status != 200:
            raise Undecided(f"status {reply.status}")
        return answers.row_hash(reply, seq)
    except Lost as lost:
        raise Undecided(lost.reason) from lost
    except NotUnderstood as error:
        raise Undecided("not_understood") from error
