"""What goes to the feed's operations and what they answer, read as strictly as a push's answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from db.reference import Cursor, Decision, Proposal, Record, Standing
from db.sync.answers import NotUnderstood, checked, number, parsed, text
from db.sync.exchange import Reply

_STATES = {
    "waiting": Standing.WAITING,
    "accepted": Standing.ACCEPTED,
    "rejected": Standing.REJECTED,
    "outdated": Standing.CONFLICT,
}


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What changed, in the order of revisions, and where to go on."""

    server_epoch: str
    next: int
    rows: list[Record]
    decisions: list[Decision]


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """A part of everything as it was at `rev`; `after` is None in the last."""

    server_epoch: str
    rev: int
    rows: list[Record]
    after: int | None


def page(reply: Reply, cursor: Cursor) -> FeedPage:
    """A page of the feed that follows a cursor. Raises NotUnderstood; also where it goes back."""
    body = parsed(reply.body)
    upto = number(body, "next")
    rows = _rows(body, cursor.rev, upto)
    decisions = [
        Decision(text(item, "id"), text(item, "state"), text(item, "note"))
        for item in map(checked, _list(body, "decisions"))
    ]
    if upto < cursor.rev:
        raise NotUnderstood("next")
    if _epoch(body) != cursor.server_epoch:
        raise NotUnderstood("server_epoch")
    return FeedPage(cursor.server_epoch, upto, rows, decisions)


def snapshot_page(reply: Reply, before: SnapshotPage | None) -> SnapshotPage:
    """A page of a snapshot, which must go on with the one before. Raises NotUnderstood."""
    body = parsed(reply.body)
    rev, begin = number(body, "rev"), (before.after or 0) if before else 0
    after = None if body.get("after") is None else number(body, "after")
    found = SnapshotPage(_epoch(body), rev, _rows(body, begin, rev), after)
    if before and (before.server_epoch, before.rev) != (found.server_epoch, found.rev):
        raise NotUnderstood("rev")
    if after is not None and not begin < after <= rev:
        raise NotUnderstood("after")
    return found


def offer(proposal: Proposal) -> bytes:
    """A proposal as it is sent."""
    names = ("id", "kind", "record_id", "base_version", "body", "operator")
    known = {name: getattr(proposal, name) for name in names}
    return json.dumps(known, ensure_ascii=False).encode()


def stands(reply: Reply, proposal_id: str) -> tuple[Standing, str]:
    """Where a proposal stands by the office's answer, and its note. Raises NotUnderstood."""
    body = parsed(reply.body)
    state = _STATES.get(text(body, "state"))
    if state is None or text(body, "id") != proposal_id:
        raise NotUnderstood("state")
    return state, text(body, "note")


def office_record(reply: Reply) -> Record | None:
    """The record in a refusal, None where the office has none. Raises NotUnderstood."""
    item: Any = parsed(reply.body).get("record")
    return None if item is None else _record(checked(item))


def _rows(body: dict[str, Any], after: int, upto: int) -> list[Record]:
    """The records of a page, each of a later revision than the one before, none beyond its end."""
    found: list[Record] = []
    for item in _list(body, "rows"):
        row = _record(checked(item))
        if not after < row.rev <= upto:
            raise NotUnderstood("rev")
        after = row.rev
        found.append(row)
    return found


def _record(item: dict[str, Any]) -> Record:
    deleted = item.get("deleted")
    if not isinstance(deleted, bool):
        raise NotUnderstood("deleted")
    return Record(
        text(item, "kind"),
        text(item, "id"),
        number(item, "version"),
        number(item, "rev"),
        checked(item.get("body")),
        deleted,
        text(item, "author"),
        number(item, "at_us"),
    )


def _epoch(body: dict[str, Any]) -> str:
    epoch = text(body, "server_epoch")
    if not epoch:
        raise NotUnderstood("server_epoch")
    return epoch


def _list(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if not isinstance(value, list):
        raise NotUnderstood(name)
    return value  # pyright: ignore[reportUnknownVariableType]
