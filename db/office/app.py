"""The office's HTTP interface: every operation, and what becomes of what goes wrong."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from db.fault import StoreFault
from db.office.answers import answer, of_fault
from db.office.bodies import CappedBodies
from db.office.counted import Counted
from db.office.problem import Refusal
from db.office.routes import entering, journals, proposals, records, watching
from db.office.service import Office

VERSION = "1"
SUBJECTS = (entering, journals, records, proposals, watching)
_log = logging.getLogger("office")


def create_app(office: Office) -> FastAPI:
    """The application of one office."""
    app = FastAPI(title="HNTH office", version=VERSION, docs_url=None, redoc_url=None)
    app.state.office = office
    for module in SUBJECTS:
        app.include_router(module.router)
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
