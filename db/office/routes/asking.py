"""Who asks whom: the office that an application belongs to, and whose token a request shows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from db.office import access, incidents, rates
from db.office.access import Misused, Principal
from db.office.certificates import thumbprint
from db.office.incidents import Incident
from db.office.problem import Refusal
from db.office.service import Office
from db.record import Place

_bearer = HTTPBearer(
    auto_error=False,
    description="A console's token, which is good only over a connection that shows the client"
    " certificate given with it (RFC 8705); or the token of a person or a program, which"
    " `hnth-office token` makes and which is bound to no certificate",
)

ConsoleId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


async def office_of(request: Request) -> Office:
    """The office that the application belongs to."""
    return request.app.state.office


TheOffice = Annotated[Office, Depends(office_of)]


def address_of(request: Request) -> str:
    """The address a request came from, "" where it has none."""
    return request.client.host if request.client else ""


def shown_by(request: Request) -> bytes:
    """The thumbprint of the certificate that the connection shows, b"" for none."""
    tls: dict[str, Any] = request.scope.get("extensions", {}).get("tls", {})
    chain: list[str] = tls.get("client_cert_chain", [])
    return thumbprint(chain[0]) if chain else b""


def principal_of(
    request: Request,
    office: TheOffice,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Who asks: looked up at every request, so that a revoked token is void at once."""
    shown = shown_by(request)
    try:
        if credentials is None:
            raise Refusal(401, "access.token")
        now_us = office.clock_us()
        with office.database.read() as connection:
            found = access.authenticate(connection, credentials.credentials, now_us, shown)
    except Refusal as refusal:
        office.rates.take(address_of(request), rates.UNKNOWN)
        if isinstance(refusal, Misused):
            _record(office, refusal, address_of(request))
        raise
    office.rates.take(f"{found.subject} {found.subject_id}", rates.KNOWN)
    if found.fresh:
        with office.database.write() as connection:
            access.first_seen(connection, found, now_us)
    return found


def _record(office: Office, misused: Misused, address: str) -> None:
    """Somebody has a console's token: auditors are to see it, and what came with it first."""
    place = Place(misused.console_id, "", 0)
    incident = Incident(place, "certificate", 0, {**misused.detail, "address": address})
    with office.database.write() as connection:
        incidents.record(connection, incident, office.clock_us())


Caller = Annotated[Principal, Depends(principal_of)]
