"""Journals and the heartbeat: rows taken and shown, and where their chains stand."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select

from db.office import heartbeat, journal, models, witnesses
from db.office.access import CONSOLE, Right
from db.office.answers import documented
from db.office.bodies import BODY_BYTES
from db.office.heartbeat import Standing
from db.office.journal import Batch
from db.office.problem import Refusal
from db.office.routes.asking import Caller, ConsoleId, TheOffice
from db.office.tables import journal as journal_table
from db.protocol import MAX_PUSH_BYTES, Head
from db.push import Push, Unfit, push_from_json, push_schema
from db.record import Place

_PAGE = 500

router = APIRouter()


async def _pushed(request: Request) -> Push:
    """The body of a push. Raises Refusal where it is none."""
    data = await request.body()
    if not data:
        raise Refusal(422, "request.invalid", {"where": "body"})
    try:
        return push_from_json(data)
    except Unfit as unfit:
        where = ".".join(filter(None, ("body", unfit.where)))
        raise Refusal(422, "request.invalid", {"where": where}) from None
    except ValueError:
        raise Refusal(400, "request.invalid", {"where": "body"}) from None


@router.post(
    "/v1/journal/{console_id}/{stream}",
    operation_id="push_rows",
    responses=documented(401, 403, 409),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": push_schema()}},
        }
    },
)
def push_rows(
    request: Request,
    caller: Caller,
    office: TheOffice,
    console_id: ConsoleId,
    stream: models.Stream,
    body: Annotated[Push, Depends(_pushed)],
) -> models.PushAnswer:
    """Take rows of a console's own journal. May be sent again at will; gzip is welcome.

    409 `journal.gap` names the row that is expected, `journal.fork` one that differs from what
    the office has. More than one row: at most 1 MiB before compression.
    """
    caller.need(Right.PUSH)
    caller.need_own(console_id)
    prev, head = bytes.fromhex(body.prev_hash), bytes.fromhex(body.head_hash)
    place = Place(console_id, stream, body.epoch)
    batch = Batch(place, body.first_seq, prev, tuple(body.rows), head)
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
    limit: Annotated[int, Query(ge=1, le=_PAGE)] = _PAGE,
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
        .limit(limit)
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
        due = office.witnesses.due(console_id, received_us)
        witnessed = witnesses.newest(connection) if due else []
    return models.HeartbeatAnswer(
        received_us=received_us,
        server_time_us=office.clock_us(),
        heads=[
            models.HeadBody(stream=stream, seq=head.seq, hash=head.hash.hex())
            for stream, head in known.items()
        ],
        witness=[
            models.WitnessBody(
                console_id=place.console_id,
                stream=place.stream,
                epoch=place.epoch,
                seq=item.head.seq,
                hash=item.head.hash.hex(),
                received_us=item.received_us,
                signature=item.signature.hex(),
            )
            for place, item in witnessed
        ],
    )


def _size(request: Request) -> int:
    """Bytes of the body, inflated."""
    return request.scope[BODY_BYTES]


def _stored(row: Mapping[Any, Any]) -> models.StoredRow:
    known = {name: row[name] for name in models.StoredRow.model_fields}
    known["body"] = base64.b64encode(known["body"]).decode("ascii")
    for name in ("prev_hash", "hash"):
        known[name] = known[name].hex()
    return models.StoredRow(**known)
