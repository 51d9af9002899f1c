"""Entering: who the office is, codes, tokens, and their end."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request

from db.office import access, certificates, models, rates
from db.office.access import CONSOLE, Right
from db.office.answers import documented
from db.office.problem import Refusal
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
    """Use up a one-time code: the console gets a certificate, and a token that is bound to it."""
    office.rates.take(address_of(request), rates.ENROL)
    key, now_us = certificates.key_of(body.csr), office.clock_us()
    certify = partial(office.authority.issue, key, body.console_id, now_us)
    with office.database.write() as connection:
        issued = access.enrol(connection, body.code, body.console_id, body.name, now_us, certify)
    return models.EnrolAnswer(
        token=issued.token,
        expires_us=issued.expires_us,
        certificate_pem=issued.certificate_pem,
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
    """A new token for whoever asks, bound as the one that asked, which is good as before until the
    new one was seen, and for a day then."""
    with office.database.write() as connection:
        issued = access.rotate(connection, caller, office.clock_us())
    return models.TokenAnswer(token=issued.token, expires_us=issued.expires_us)


@router.post("/v1/tokens/renew", operation_id="renew_console", responses=documented(401, 403))
def renew_console(
    caller: Caller, office: TheOffice, body: models.RenewRequest
) -> models.RenewAnswer:
    """A new token for a console, and a certificate for a new key, to which it is bound.

    The old ones are good as before until the new token was seen, and for a day then.
    """
    if caller.subject != CONSOLE:
        raise Refusal(403, "access.console")
    key, now_us, certify = certificates.key_of(body.csr), office.clock_us(), None
    if office.authority.there:  # else the old certificate goes on: nobody is locked out
        certify = partial(office.authority.issue, key, caller.subject_id, now_us)
    with office.database.write() as connection:
        issued = access.rotate(connection, caller, now_us, certify)
    return models.RenewAnswer(
        token=issued.token,
        expires_us=issued.expires_us,
        certificate_pem=issued.certificate_pem,
    )


@router.delete(
    "/v1/consoles/{console_id}/tokens",
    operation_id="revoke_console",
    responses=documented(401, 403),
)
def revoke_console(
    caller: Caller, office: TheOffice, console_id: ConsoleId
) -> models.RevokedAnswer:
    """Make every token and certificate of a console void, from its next request on."""
    caller.need(Right.REVOKE)
    with office.database.write() as connection:
        count = access.revoke(connection, CONSOLE, console_id, office.clock_us())
    return models.RevokedAnswer(revoked=count)
