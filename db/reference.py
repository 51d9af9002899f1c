"""Reference data (sessions, rosters, contacts, accounts, pins): the office's, given to consoles.

A record has a version that grows by one with each change, and a revision that is the office's own
count over all records. What a console would have changed is a proposal on a version; where the
office has another version by then, it is a conflict, and both are kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

KINDS = ("session", "roster", "contact", "account", "pin")

MAX_BODY_BYTES = 512 << 10
"""The body of one record, as compact JSON in UTF-8."""
MAX_PAGE_ROWS = 500
PAGE_CHARS = 256 << 10
"""A page ends with the record that reaches this, so that it stays below 1 MiB in UTF-8."""
MAX_WAIT_S = 25


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a record; the body of a deleted one is empty. `at_us`: µs of UTC."""

    kind: str
    id: str
    version: int
    rev: int
    body: dict[str, Any]
    deleted: bool = False
    author: str = ""
    at_us: int = 0

    @classmethod
    def of_row(cls, row: Any) -> Record:
        """From a row of a table of records or of their versions, here or at the office."""
        body, deleted = json.loads(row.body), bool(row.deleted)
        return cls(row.kind, row.id, row.version, row.rev, body, deleted, row.author, row.at_us)

    def same(self, body: dict[str, Any] | None) -> bool:
        """Whether it says this, None for a deletion."""
        return self.deleted if body is None else not self.deleted and self.body == body


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a console has pulled: everything up to `rev` of one server epoch.

    The epoch is "" before the first snapshot; it changes when the office was restored.
    """

    server_epoch: str = ""
    rev: int = 0


class Standing(StrEnum):
    """Where a proposal stands."""

    QUEUED = "queued"
    """Here alone, until the office is reached."""
    WAITING = "waiting"
    """With the office, for a person there to decide."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """By a person at the office; the note says why."""
    REFUSED = "refused"
    """By the office's rules; the note is the code."""
    CONFLICT = "conflict"
    """The office has another version than it was made on: somebody here must choose."""
    KEPT_OFFICE = "kept_office"
    """The conflict was answered: the office's version it is."""
    REPLACED = "replaced"
    """The conflict was answered by a new proposal on the office's version."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a console would have changed; a `body` of None is a deletion.

    `cause` is `proposed`, or `restored` for a version that the office itself had given out and
    has lost with a restore: it is kept as a conflict, so that nobody loses an approval unseen.
    """

    id: str
    kind: str
    record_id: str
    base_version: int
    body: dict[str, Any] | None
    operator: str
    at_us: int
    state: Standing = Standing.QUEUED
    note: str = ""
    cause: str = "proposed"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A proposal, and the office's version beside it: it may be deleted, or None where none was."""

    proposal: Proposal
    office: Record | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a proposal at the office: `accepted`, `rejected`, `outdated`; and why."""

    id: str
    state: str
    note: str = ""
