"""Every answer counted and timed; a fault of ours becomes an answer too."""

from __future__ import annotations

import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.office.answers import answer
from db.office.problem import Refusal
from db.office.service import Office

_log = logging.getLogger("office")


class Counted:
    """Counts by operation and status. An exception ends one request with 500, not the server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        started = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if status:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            await answer(Refusal(500, "office.failed"))(scope, receive, watched)
        route: Any = scope.get("route")
        operation = getattr(route, "operation_id", None) or "none"
        office: Office = scope["app"].state.office
        office.metrics.request(operation, status, time.perf_counter() - started)
