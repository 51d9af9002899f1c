"""Entering: who the office is, codes, tokens, and their end."""

from __future__ import annotations

from fastapi import APIRouter, Request

from db.office import access, models, rates
from db.office.access import CONSOLE, Right
from db.office.answers import documented
from db.office.routes.asking import Caller, ConsoleId, TheOffice, address_of
from db.protocol import MAX_PUSH_BYTES, MAX_ROWS, PROTO, STREAMS

router = APIRouter()


@router.get("/v1/hello", operation_id="hello", responses=documented())
def hello(request: Request, office: TheOffice) -> models.HelloAnswer:
    """Who the office is and what it speaks."""
    office.rates.take(address_of(request), rates.UNKNOWN)
    return models.HelloAnswer(
        office_id=office.office_id,
        protos=[PROTO],
        streams=list(STREAMS),
        max_rows=MAX_ROWS,
        max_push_bytes=MAX_PUSH_BYTES,
        server_time_us=office.clock_us(),
    )


@router.post("/v1/enrol", operation_id="enrol", responses=documented(403, 409))
def enrol(request: Request, office: TheOffice, body: models.EnrolRequest) -> models.EnrolAnswer:
    """Use up a one-time code: the console gets a token of its own."""
    office.rates.take(address_of(request), rates.ENROL)
    with office.database.write() as connection:
        issued = access.enrol(connection, body.code, body.console_id, body.name, office.clock_us())
    return models.EnrolAnswer(
        token=issued.token,
        expires_us=issued.expires_us,
        console_id=body.console_id,
        office_id=office.office_id,
        ca_pem=office.ca_pem,
        public_key=office.public_key.hex(),
    )


@router.post("/v1/codes", operation_id="issue_code", responses=documented(401, 403))
def issue_code(caller: Caller, office: TheOffice, body: models.CodeRequest) -> models.CodeAnswer:
    """A one-time code with which one console may enrol."""
    caller.need(Right.ENROL)
    now_us = office.clock_us()
    with office.database.write() as connection:
        code = access.issue_code(connection, body.role, now_us, body.console_id)
    return models.CodeAnswer(code=code, expires_us=now_us + access.CODE_US)


@router.post("/v1/tokens/rotate", operation_id="rotate_token", responses=documented(401))
def rotate_token(caller: Caller, office: TheOffice) -> models.TokenAnswer:
    """A new token for whoever asks; the one that asked lives on for a day."""
    with office.database.write() as connection:
        issued = access.rotate(connection, caller, office.clock_us())
    return models.TokenAnswer(token=issued.token, expires_us=issued.expires_us)


@router.delete(
    "/v1/consoles/{console_id}/tokens",
    operation_id="revoke_console",
    responses=documented(401, 403),
)
def revoke_console(
    caller: Caller, office: TheOffice, console_id: ConsoleId
) -> models.RevokedAnswer:
    """Make every token of a console void, from its next request on."""
    caller.need(Right.REVOKE)
    with office.database.write() as connection:
        count = access.revoke(connection, CONSOLE, console_id, office.clock_us())
    return models.RevokedAnswer(revoked=count)
