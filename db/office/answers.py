"""Refusals as answers: one shape of body for every error, and what the interface documents."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from starlette.responses import JSONResponse

from db.fault import StoreFault
from db.office.problem import Refusal
from db.office.record_models import RecordAnswer

_MEANINGS = {
    400: "Not JSON, or not in the encoding it claims",
    401: "No token, one that is unknown, expired or revoked, or not with its own certificate",
    403: "The token's role, or the code, does not allow this",
    404: "There is no such thing",
    405: "Not a method of this path",
    408: "The body took too long",
    409: "It does not fit what the office has: see the code",
    410: "Gone: take the whole snapshot",
    413: "Larger than the office takes",
    415: "An encoding that the office does not know",
    422: "Not what the schema says: `where` names the place",
    429: "Too often; `Retry-After` says when",
    500: "A fault of the office",
    503: "Not now; `Retry-After` says when",
}
_ALWAYS = (400, 405, 408, 413, 415, 422, 429, 500, 503)
RETRY_S = 5


class ProblemBody(BaseModel):
    """What every error says: a code that names a text, and the values that text needs.

    `record` is what the office has, where a change was made on another version of it.
    """

    code: str
    params: dict[str, str | int]
    record: RecordAnswer | None = None


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of an operation for the interface's description."""
    return {
        status: {"model": ProblemBody, "description": _MEANINGS[status]}
        for status in sorted({*_ALWAYS, *statuses})
    }


def documented_beside_text(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for an operation whose own answer is plain text: its errors are JSON still."""
    schema = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}
    return {
        status: {
            "description": item["description"],
            "content": {"application/json": {"schema": schema}},
        }
        for status, item in documented(*statuses).items()
    }


def answer(refusal: Refusal) -> JSONResponse:
    """A refusal as it goes over the wire."""
    headers: dict[str, str] = {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after_s:
        headers["Retry-After"] = str(refusal.retry_after_s)
    body: dict[str, Any] = {"code": refusal.code, "params": refusal.params}
    if refusal.record is not None:
        body["record"] = RecordAnswer.of(refusal.record).model_dump()
    return JSONResponse(body, refusal.status, headers)


def of_fault(_: StoreFault) -> Refusal:
    """A fault of the store as clients learn of it: try again later. Nothing was taken."""
    return Refusal(503, "office.busy", retry_after_s=RETRY_S)
