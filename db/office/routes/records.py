"""Reference data: the feed and the snapshot for whoever keeps a copy, changes by people."""

from __future__ import annotations

import asyncio
import inspect
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from starlette.concurrency import run_in_threadpool

from db.office import access, feed, kinds, models, records
from db.office.access import CONSOLE, SUBJECT_RIGHTS, Principal, Right
from db.office.answers import documented
from db.office.models import Strict
from db.office.polls import LOOK_S
from db.office.record_models import (
    RECORD_ID,
    DecisionBody,
    FeedAnswer,
    HistoryAnswer,
    Kind,
    RecordAnswer,
    SnapshotAnswer,
)
from db.office.routes.asking import Caller, TheOffice
from db.office.service import Office
from db.reference import MAX_PAGE_ROWS, MAX_WAIT_S, Record

router = APIRouter()

RecordId = Annotated[str, Path(pattern=RECORD_ID)]
Revision = Annotated[int, Query(ge=0, le=models.MAX_ORDINAL)]
Epoch = Annotated[str, Query(max_length=64, pattern="^[0-9a-f]*$")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE_ROWS)]
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        pattern='^"?(0|[1-9][0-9]{0,15})"?$',
        description="The version that is to be followed, 0 for a record that never was",
    ),
]


@router.get("/v1/feed", operation_id="read_feed", responses=documented(401, 403, 410))
async def read_feed(
    caller: Caller,
    office: TheOffice,
    server_epoch: Epoch = "",
    after: Revision = 0,
    limit: Limit = MAX_PAGE_ROWS,
    wait_s: Annotated[int, Query(ge=0, le=MAX_WAIT_S)] = 0,
) -> FeedAnswer:
    """What changed after a revision; where nothing did, the answer waits for it up to `wait_s`.

    410 `feed.gone`: the office was restored, or never gave that revision out: take the snapshot
    and compare. One poll for each console or person: the next one ends the one before.
    """
    caller.need(Right.RECORDS)
    loop = asyncio.get_running_loop()
    end_s = loop.time() + wait_s
    with office.polls.waiting(f"{caller.subject} {caller.subject_id}") as poll:
        while True:
            page = await run_in_threadpool(_page, office, caller, after, server_epoch, limit)
            left_s = end_s - loop.time()
            if page.rows or page.decisions or poll.over or left_s <= 0:
                break
            await poll.wait(min(LOOK_S, left_s))
    return FeedAnswer(
        server_epoch=page.server_epoch,
        next=page.next,
        rows=[RecordAnswer.of(row) for row in page.rows],
        decisions=[DecisionBody(id=i, state=state, note=n) for i, state, n in page.decisions],
    )


@router.get("/v1/snapshot", operation_id="read_snapshot", responses=documented(401, 403, 410))
def read_snapshot(
    caller: Caller,
    office: TheOffice,
    rev: Annotated[int | None, Query(ge=0, le=models.MAX_ORDINAL)] = None,
    server_epoch: Epoch = "",
    after: Revision = 0,
    limit: Limit = MAX_PAGE_ROWS,
) -> SnapshotAnswer:
    """Everything as it was at one revision, deleted records among them. Begin without `rev`."""
    caller.need(Right.RECORDS)
    hidden = caller.hidden()
    with office.database.read() as connection:
        page = feed.snapshot(connection, rev, after, server_epoch, limit, hidden=hidden)
    return SnapshotAnswer(
        server_epoch=page.server_epoch,
        rev=page.rev,
        rows=[RecordAnswer.of(row) for row in page.rows],
        after=page.after,
    )


@router.get(
    "/v1/records/{kind}/{record_id}",
    operation_id="read_record",
    responses=documented(401, 403, 404),
)
def read_record(
    caller: Caller,
    office: TheOffice,
    kind: Kind,
    record_id: RecordId,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> HistoryAnswer:
    """The versions of a record with their authors, the newest first."""
    caller.need(Right.RECORDS)
    if kind in caller.hidden():
        caller.need(SUBJECT_RIGHTS[kind])
    with office.database.read() as connection:
        found = records.history(connection, kind, record_id, limit)
    if not found:
        raise records.none()
    return HistoryAnswer(versions=[RecordAnswer.of(item) for item in found])


def _offer_put(kind: str, model: type[Strict]) -> None:
    """Offer to put a record of a kind; the interface describes its body as the model has it."""

    def put(
        caller: Caller, office: TheOffice, record_id: RecordId, if_match: IfMatch, body: Strict
    ) -> RecordAnswer:
        return _write(caller, office, kind, record_id, if_match, body.model_dump())

    put.__annotations__["body"] = model
    router.put(
        f"/v1/records/{kind}/{{record_id}}",
        name=f"put_{kind}",
        operation_id=f"put_{kind}",
        description=inspect.getdoc(model),
        responses=documented(401, 403, 409),
    )(put)


for _kind, _model in kinds.BODIES.items():
    _offer_put(_kind, _model)


@router.delete(
    "/v1/records/{kind}/{record_id}",
    operation_id="delete_record",
    responses=documented(401, 403, 404, 409),
)
def delete_record(
    caller: Caller, office: TheOffice, kind: Kind, record_id: RecordId, if_match: IfMatch
) -> RecordAnswer:
    """Delete a record: it leaves a tombstone, and its versions."""
    return _write(caller, office, kind, record_id, if_match, None)


def need_change(
    caller: Principal, kind: str, body: dict[str, Any] | None, known: Record | None
) -> None:
    """Raise Refusal unless whoever asks is a person who may make this of that."""
    caller.need_person()
    caller.need(SUBJECT_RIGHTS[kind])
    before = known.body if known and not known.deleted else None
    if kinds.approves(kind, body) or kinds.approves(kind, before):
        caller.need(Right.APPROVE)


def _write(
    caller: Principal,
    office: Office,
    kind: str,
    record_id: str,
    if_match: str,
    body: dict[str, Any] | None,
) -> RecordAnswer:
    need_change(caller, kind, body, None)
    with office.database.write() as connection:
        need_change(caller, kind, body, records.find(connection, kind, record_id))
        made = records.put(
            connection,
            kind,
            record_id,
            body,
            version=int(if_match.strip('"')),
            author=caller.subject_id,
            now_us=office.clock_us(),
        )
    office.polls.written()
    return RecordAnswer.of(made)


def _page(
    office: Office, caller: Principal, after: int, server_epoch: str, limit: int
) -> feed.Page:
    """One look; a token that was revoked while the poll waited sees nothing any more."""
    own = caller.subject_id if caller.subject == CONSOLE else ""
    with office.database.read() as connection:
        access.still(connection, caller, office.clock_us())
        hidden = caller.hidden()
        return feed.page(connection, after, server_epoch, limit, console_id=own, hidden=hidden)
