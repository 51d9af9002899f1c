"""The bridge's REST: requests, paging and refusals (API reference, version 1)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from console.domain.problem import Problem, Refused
from console.drivers.cms.parse import Item, Page, failure, one, page
from console.drivers.protocol import Ask, Digest, Together
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import WireError
from console.wire.xml import Element

ROOT = "/api/v1"
_PAGE = 20
_MOST_PAGES = 500
Step = Generator[Ask, Any, Any]


def get(path: str, *query: tuple[str, str], deadline_s: float = 8.0) -> HttpRequest:
    """A read."""
    return HttpRequest("GET", ROOT + path, query=query, deadline_s=deadline_s)


def put(path: str, *form: tuple[str, str]) -> HttpRequest:
    """A change; the form's content type is always sent, or the bridge does nothing."""
    return HttpRequest("PUT", ROOT + path, form=form)


def post(path: str, *form: tuple[str, str]) -> HttpRequest:
    """A creation; the reply names the new object in `Location`."""
    return HttpRequest("POST", ROOT + path, form=form)


def delete(path: str) -> HttpRequest:
    """An end."""
    return HttpRequest("DELETE", ROOT + path)


class Rest:
    """Judges the bridge's replies: 200 or a Refused that says why."""

    def __init__(self, device: str) -> None:
        self.device = device

    def judge(self, reply: HttpReply | WireError) -> HttpReply:
        """The reply, if it is a 200. Raises Refused or the WireError it is."""
        if isinstance(reply, WireError):
            raise reply
        if reply.status == 200:
            return reply
        raise Refused(self._problem(reply))

    def _problem(self, reply: HttpReply) -> Problem:
        if reply.status == 401:
            return Problem.of("device.login", device=self.device)
        if reply.status == 403:
            return Problem.of("device.forbidden", device=self.device)
        if reply.status == 503:
            return Problem.of("device.busy", device=self.device)
        code = failure(reply.body)
        if code:
            return Problem.of("cms.refused", device=self.device, word=code)
        return Problem.of("device.status", device=self.device, status=reply.status)

    def send(self, request: HttpRequest) -> Step:
        """One exchange that must succeed."""
        return self.judge((yield request))

    def read(self, tag: str, request: HttpRequest) -> Step:
        """One object."""
        reply: HttpReply = self.judge((yield request))
        found: Element = one(reply.body, tag)
        return found

    def all_of(self, path: str, *query: tuple[str, str]) -> Step:
        """Every item of a list, by id. The server caps a page below what is asked, and the
        order may shift between pages: read on until `total` are held, twice round at the most.
        """
        found: dict[str, Item] = {}
        offset = 0
        for _ in range(_MOST_PAGES):
            request = get(path, *query, ("offset", str(offset)), ("limit", str(_PAGE)))
            reply: HttpReply = self.judge((yield request))
            got: Page = yield Digest(page, reply.body)
            found |= {item["id"]: item for item in got.items}
            if len(found) >= got.total:
                return list(found.values())
            if not got.items:
                if offset == 0:
                    return list(found.values())
                offset = 0
                continue
            offset += len(got.items)
            if offset >= 2 * got.total + _PAGE:
                return list(found.values())
            if offset >= got.total:
                offset = 0
        return list(found.values())

    def each(self, requests: Sequence[HttpRequest]) -> Step:
        """Exchanges side by side; each its reply, None where it was refused or failed."""
        if not requests:
            return []
        replies: list[HttpReply | WireError] = yield Together(tuple(requests))
        return [r if isinstance(r, HttpReply) and r.status == 200 else None for r in replies]
