"""What requests and answers about records look like."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from db.office.kinds import AccountBody, ContactBody, PinBody, RosterBody, SessionBody
from db.office.models import ConsoleId, Count, Strict
from db.reference import Record

Kind = Literal["session", "roster", "contact", "account", "pin"]
State = Literal["waiting", "accepted", "rejected", "outdated"]
RECORD_ID = "^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"
RecordId = Annotated[str, Field(pattern=RECORD_ID)]
Plain = Annotated[str, Field(max_length=200, pattern="^[^\\x00-\\x1f]*$")]
"""One line, as it is kept in a column of its own."""


class RecordAnswer(BaseModel):
    """One version of a record; the body of a deleted one is empty."""

    kind: str
    id: str
    version: int
    rev: int
    deleted: bool
    body: dict[str, Any]
    author: str
    at_us: int

    @classmethod
    def of(cls, record: Record) -> RecordAnswer:
        """A record as it goes over the wire."""
        return cls(**{name: getattr(record, name) for name in cls.model_fields})


class DecisionBody(BaseModel):
    """What became of a proposal of the console that asks."""

    id: str
    state: str
    note: str


class FeedAnswer(BaseModel):
    """What changed after a revision, in the order of revisions; `next` is where to go on.

    Of a record that changed more than once there is the newest version only.
    """

    server_epoch: str
    next: int
    rows: list[RecordAnswer]
    decisions: list[DecisionBody]


class SnapshotAnswer(BaseModel):
    """All records as they were at revision `rev`, by pages.

    The next page is asked for with `rev` and `after`, which is null when this was the last.
    """

    server_epoch: str
    rev: int
    rows: list[RecordAnswer]
    after: int | None


class HistoryAnswer(BaseModel):
    """The versions of a record, the newest first."""

    versions: list[RecordAnswer]


class _Offered(Strict):
    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    record_id: RecordId
    base_version: Count
    operator: Plain = ""


class SessionProposal(_Offered):
    """A plan as a console would have it, null to delete it."""

    kind: Literal["session"]
    body: SessionBody | None


class RosterProposal(_Offered):
    """A roster as a console would have it, null to delete it."""

    kind: Literal["roster"]
    body: RosterBody | None


class ContactProposal(_Offered):
    """A contact as a console would have it, null to delete it."""

    kind: Literal["contact"]
    body: ContactBody | None


class AccountProposal(_Offered):
    """An account as a console would have it, null to delete it."""

    kind: Literal["account"]
    body: AccountBody | None


class PinProposal(_Offered):
    """A device's certificate as a console would have it, null to delete it."""

    kind: Literal["pin"]
    body: PinBody | None


ProposalRequest = Annotated[
    SessionProposal | RosterProposal | ContactProposal | AccountProposal | PinProposal,
    Field(discriminator="kind"),
]


class ProposalAnswer(BaseModel):
    """Where a proposal stands: it waits for a person, or has been decided."""

    id: str
    state: str
    note: str


class ProposalBody(ProposalAnswer):
    """A proposal as people at the office see it; `body` is null for a deletion."""

    console_id: ConsoleId
    kind: str
    record_id: str
    base_version: int
    body: dict[str, Any] | None
    operator: str
    at_us: int
    decided_by: str
    decided_us: int | None


class ProposalsAnswer(BaseModel):
    """Proposals, the oldest first; no more than make a page."""

    proposals: list[ProposalBody]


class DecisionRequest(Strict):
    """Why; the console's operator reads it."""

    note: Plain = ""
