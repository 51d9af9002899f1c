"""Proposals: consoles make them, people at the office accept or reject them."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import Row

from db.office import proposals, records
from db.office.access import CONSOLE, SUBJECT_RIGHTS, Principal, Right
from db.office.answers import documented
from db.office.record_models import (
    DecisionRequest,
    ProposalAnswer,
    ProposalBody,
    ProposalRequest,
    ProposalsAnswer,
    State,
)
from db.office.routes.asking import Caller, ConsoleId, TheOffice
from db.office.routes.records import need_change
from db.office.service import Office
from db.reference import Proposal

router = APIRouter()

ProposalId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.post(
    "/v1/proposals/{console_id}",
    operation_id="propose",
    responses=documented(401, 403, 404, 409),
)
def propose(
    caller: Caller, office: TheOffice, console_id: ConsoleId, body: ProposalRequest
) -> ProposalAnswer:
    """Offer a change of a record to the office. May be sent again at will: its id tells.

    409 `record.version`: it was made on another version; `record` is what the office has.
    """
    caller.need(Right.PROPOSE)
    caller.need_own(console_id)
    wanted = None if body.body is None else body.body.model_dump()
    now_us = office.clock_us()
    offered = Proposal(
        body.id, body.kind, body.record_id, body.base_version, wanted, body.operator, now_us
    )
    with office.database.write() as connection:
        state, note = proposals.receive(connection, console_id, offered, now_us)
    return ProposalAnswer(id=body.id, state=state, note=note)


@router.get("/v1/proposals", operation_id="list_proposals", responses=documented(401, 403))
def list_proposals(
    caller: Caller,
    office: TheOffice,
    state: Annotated[State | None, Query()] = "waiting",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ProposalsAnswer:
    """Proposals, the oldest first: all for people, its own for a console."""
    caller.need(Right.RECORDS)
    with office.database.read() as connection:
        found = proposals.listed(
            connection,
            state=state or "",
            console_id=caller.subject_id if caller.subject == CONSOLE else "",
            hidden=caller.hidden(),
            limit=limit,
        )
    return ProposalsAnswer(proposals=[_shown(row) for row in found])


@router.post(
    "/v1/proposals/{proposal_id}/accept",
    operation_id="accept_proposal",
    responses=documented(401, 403, 404, 409),
)
def accept_proposal(
    caller: Caller, office: TheOffice, proposal_id: ProposalId, body: DecisionRequest
) -> ProposalAnswer:
    """Make a proposal the next version of its record."""
    return _decide(caller, office, proposal_id, body.note, accepted=True)


@router.post(
    "/v1/proposals/{proposal_id}/reject",
    operation_id="reject_proposal",
    responses=documented(401, 403, 404, 409),
)
def reject_proposal(
    caller: Caller, office: TheOffice, proposal_id: ProposalId, body: DecisionRequest
) -> ProposalAnswer:
    """Turn a proposal down; its console's operator reads the note."""
    return _decide(caller, office, proposal_id, body.note, accepted=False)


def _decide(
    caller: Principal, office: Office, proposal_id: str, note: str, *, accepted: bool
) -> ProposalAnswer:
    caller.need_person()
    if not any(caller.may(right) for right in SUBJECT_RIGHTS.values()):
        caller.need(Right.EDIT)
    author, now_us = caller.subject_id, office.clock_us()
    with office.database.write() as connection:
        row = proposals.one_waiting(connection, proposal_id)
        known = records.find(connection, row.kind, row.record_id)
        need_change(caller, row.kind, _body(row), known)
        if accepted:
            proposals.accept(connection, proposal_id, author=author, note=note, now_us=now_us)
        else:
            proposals.reject(connection, proposal_id, author=author, note=note, now_us=now_us)
    office.polls.written()
    return ProposalAnswer(id=proposal_id, state="accepted" if accepted else "rejected", note=note)


def _body(row: Row[Any]) -> dict[str, Any] | None:
    return None if row.deleted else json.loads(row.body)


def _shown(row: Row[Any]) -> ProposalBody:
    known: dict[str, Any] = {name: getattr(row, name) for name in ProposalBody.model_fields}
    known["body"] = _body(row)
    return ProposalBody(**known)
