"""Watching the office: incidents for people, figures for Prometheus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from db.office import incidents, models
from db.office.access import Right
from db.office.answers import documented, documented_beside_text
from db.office.routes.asking import Caller, TheOffice

router = APIRouter()


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
        return office.metrics.text(connection, office.clock_us(), office.polls.count)
