"""Who asks whom: the office that an application belongs to, and whose token a request shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from db.office import access, rates
from db.office.access import Principal
from db.office.problem import Refusal
from db.office.service import Office

_bearer = HTTPBearer(auto_error=False, description="A console's or a person's token")

ConsoleId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


async def office_of(request: Request) -> Office:
    """The office that the application belongs to."""
    return request.app.state.office


TheOffice = Annotated[Office, Depends(office_of)]


def address_of(request: Request) -> str:
    """The address a request came from, "" where it has none."""
    return request.client.host if request.client else ""


def principal_of(
    request: Request,
    office: TheOffice,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Who asks: looked up at every request, so that a revoked token is void at once."""
    try:
        if credentials is None:
            raise Refusal(401, "access.token")
        with office.database.read() as connection:
            found = access.authenticate(connection, credentials.credentials, office.clock_us())
    except Refusal:
        office.rates.take(address_of(request), rates.UNKNOWN)
        raise
    office.rates.take(f"{found.subject} {found.subject_id}", rates.KNOWN)
    return found


Caller = Annotated[Principal, Depends(principal_of)]
