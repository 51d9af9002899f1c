"""The office's HTTP interface: every operation, who may use it, and what it can answer."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select
from starlette.exceptions import HTTPException

from db.fault import StoreFault
from db.office import access, heartbeat, incidents, journal, models, rates
from db.office.access import CONSOLE, Principal, Right
from db.office.answers import answer, documented, documented_beside_text, of_fault
from db.office.bodies import BODY_BYTES, CappedBodies
from db.office.counted import Counted
from db.office.heartbeat import Standing
from db.office.journal import Batch
from db.office.problem import Refusal
from db.office.service import Office
from db.office.tables import journal as journal_table
from db.protocol import MAX_PUSH_BYTES, MAX_ROWS, PROTO, STREAMS, Head
from db.record import JournalRow, Place

VERSION = "1"
_PAGE = 500
_log = logging.getLogger("office")
_bearer = HTTPBearer(auto_error=False, description="A console's or a person's token")

router = APIRouter()
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


@router.post(
    "/v1/journal/{console_id}/{stream}",
    operation_id="push_rows",
    responses=documented(401, 403, 409),
)
def push_rows(
    request: Request,
    caller: Caller,
    office: TheOffice,
    console_id: ConsoleId,
    stream: models.Stream,
    body: models.PushRequest,
) -> models.PushAnswer:
    """Take rows of a console's own journal. May be sent again at will; gzip is welcome.

    409 `journal.gap` names the row that is expected, `journal.fork` one that differs from what
    the office has. More than one row: at most 1 MiB before compression.
    """
    caller.need(Right.PUSH)
    caller.need_own(console_id)
    batch = _batch(Place(console_id, stream, body.epoch), body)
    if len(batch.rows) > 1 and _size(request) > MAX_PUSH_BYTES:
        raise Refusal(413, "request.large", {"bytes": MAX_PUSH_BYTES})
    with office.database.write() as connection:
        outcome = journal.push(connection, batch, office.clock_us(), office.sign)
    if isinstance(outcome, Refusal):
        raise outcome
    office.metrics.rows(stream, len(batch.rows))
    return models.PushAnswer(
        acked_seq=outcome.head.seq,
        head_hash=outcome.head.hash.hex(),
        received_us=outcome.received_us,
        server_time_us=office.clock_us(),
        countersignature=outcome.signature.hex(),
    )


@router.get(
    "/v1/journal/{console_id}/{stream}",
    operation_id="read_rows",
    responses=documented(401, 403),
)
def read_rows(
    caller: Caller,
    office: TheOffice,
    console_id: ConsoleId,
    stream: models.Stream,
    epoch: Annotated[int, Query(ge=1, le=models.MAX_ORDINAL)] = 1,
    after: Annotated[int, Query(ge=0, le=models.MAX_ORDINAL)] = 0,
) -> models.PageAnswer:
    """A page of at most 500 rows of a journal: its own for a console, all for who reads all."""
    if (caller.subject, caller.subject_id) != (CONSOLE, console_id):
        caller.need(Right.READ_ALL)
    table = journal_table.c
    query = (
        select(journal_table)
        .where(table.console_id == console_id, table.stream == stream, table.epoch == epoch)
        .where(table.seq > after)
        .order_by(table.seq)
        .limit(_PAGE)
    )
    with office.database.read() as connection:
        found = connection.execute(query).mappings().all()
    return models.PageAnswer(rows=[_stored(row) for row in found])


@router.post("/v1/heartbeat/{console_id}", operation_id="heartbeat", responses=documented(401, 403))
def beat(
    caller: Caller, office: TheOffice, console_id: ConsoleId, body: models.HeartbeatRequest
) -> models.HeartbeatAnswer:
    """A console's sign of life; where its chains do not fit the office's, an incident."""
    received_us = office.clock_us()
    caller.need(Right.PUSH)
    caller.need_own(console_id)
    standings = [
        Standing(
            item.stream,
            item.epoch,
            Head(item.seq, bytes.fromhex(item.hash)),
            Head(item.acked_seq, bytes.fromhex(item.acked_hash)),
            item.altered_seq,
        )
        for item in body.standings
    ]
    with office.database.write() as connection:
        known = heartbeat.hear(connection, console_id, standings, body.offset_us, received_us)
    return models.HeartbeatAnswer(
        received_us=received_us,
        server_time_us=office.clock_us(),
        heads=[
            models.HeadBody(stream=stream, seq=head.seq, hash=head.hash.hex())
            for stream, head in known.items()
        ],
    )


@router.get("/v1/incidents", operation_id="list_incidents", responses=documented(401, 403))
def list_incidents(
    caller: Caller, office: TheOffice, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> models.IncidentsAnswer:
    """What went against the protocol, the newest first."""
    caller.need(Right.INCIDENTS)
    with office.database.read() as connection:
        found = incidents.latest(connection, limit)
    return models.IncidentsAnswer(incidents=[models.IncidentBody(**row) for row in found])


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=PlainTextResponse,
    responses=documented_beside_text(401, 403),
)
def metrics(caller: Caller, office: TheOffice) -> str:
    """Figures for Prometheus."""
    caller.need(Right.METRICS)
    with office.database.read() as connection:
        return office.metrics.text(connection, office.clock_us())


def create_app(office: Office) -> FastAPI:
    """The application of one office."""
    app = FastAPI(title="HNTH office", version=VERSION, docs_url=None, redoc_url=None)
    app.state.office = office
    app.include_router(router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(StoreFault, _store_failed)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _no_such)
    app.add_middleware(CappedBodies)
    app.add_middleware(Counted)
    return app


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return answer(error)


def _store_failed(_: Request, error: Exception) -> Response:
    assert isinstance(error, StoreFault)
    _log.error("%s", error)
    return answer(of_fault(error))


def _not_valid(_: Request, error: Exception) -> Response:
    """Names the first place that is not as the schema says, never the value found there."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return answer(Refusal(400, "request.invalid", {"where": where}))
    return answer(Refusal(422, "request.invalid", {"where": where}))


def _no_such(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "request.invalid" if error.status_code == 400 else "request.none"
    reply = answer(Refusal(error.status_code, code, {"where": "body"} if code[8] == "i" else {}))
    reply.headers.update(error.headers or {})
    return reply


def _size(request: Request) -> int:
    """Bytes of the body, inflated."""
    return request.scope[BODY_BYTES]


def _batch(place: Place, body: models.PushRequest) -> Batch:
    rows: list[tuple[str, JournalRow]] = []
    try:
        for item in body.rows:
            row = JournalRow(
                kind=item.kind,
                body=base64.b64decode(item.body, validate=True),
                actor=item.actor,
                utc_us=item.utc_us,
                mono_us=item.mono_us,
                cause=item.cause,
                schema_v=item.schema_v,
            )
            rows.append((item.boot_id, row))
    except ValueError:
        raise Refusal(422, "request.invalid", {"where": f"body.rows.{len(rows)}"}) from None
    prev, head = bytes.fromhex(body.prev_hash), bytes.fromhex(body.head_hash)
    return Batch(place, body.first_seq, prev, tuple(rows), head)


def _stored(row: Mapping[Any, Any]) -> models.StoredRow:
    known = {name: row[name] for name in models.StoredRow.model_fields}
    known["body"] = base64.b64encode(known["body"]).decode("ascii")
    for name in ("prev_hash", "hash"):
        known[name] = known[name].hex()
    return models.StoredRow(**known)
