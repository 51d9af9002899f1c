"""The bridge's REST: requests, paging and refusals (API reference, version 1)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote

from console.domain.problem import Problem, Refused
from console.drivers.cms.parse import Item, Page, failure, one, page
from console.drivers.protocol import Ask, Digest, Pause, Together
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import NotUnderstood, WireError
from console.wire.xml import Element

ROOT = "/api/v1"
_PAGE = 20
_MOST_ITEMS = 20_000
_MOST_PAGES = 2_000
_WRITE_S = 4.0
"""A write that is not answered by then leaves its wish time to be looked at."""
_BUSY_S = (0.2, 0.5)
"""Waits before a write that met 503 is sent again: 503 means that nothing was done."""
Step = Generator[Ask, Any, Any]


def at(kind: str, identity: str, rest: str = "") -> str:
    """The path of one object: `/calls/<id>…`; the id is the bridge's own and escaped."""
    return f"/{kind}/{quote(identity, safe='')}{rest}"


def get(path: str, *query: tuple[str, str], deadline_s: float = 8.0) -> HttpRequest:
    """A read."""
    return HttpRequest("GET", ROOT + path, query=query, deadline_s=deadline_s)


def put(path: str, *form: tuple[str, str]) -> HttpRequest:
    """A change; the form's content type is always sent, or the bridge does nothing."""
    return HttpRequest("PUT", ROOT + path, form=form, deadline_s=_WRITE_S)


def post(path: str, *form: tuple[str, str]) -> HttpRequest:
    """A creation; the reply names the new object in `Location`."""
    return HttpRequest("POST", ROOT + path, form=form, deadline_s=_WRITE_S)


def delete(path: str) -> HttpRequest:
    """An end."""
    return HttpRequest("DELETE", ROOT + path, deadline_s=_WRITE_S)


class Gone(Refused):
    """The bridge does not know what was asked about (any more)."""


class No(Enum):
    """Why an object was not read."""

    GONE = "gone"
    """The bridge does not know it (any more)."""
    UNSAID = "unsaid"
    """Nothing was learnt."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What was read of a list; `complete` where as many were held as the bridge has."""

    items: tuple[Item, ...]
    complete: bool


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
        raise (Gone if is_gone(reply) else Refused)(self._problem(reply))

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
        reason = "missing" if reply.status == 404 else ""
        return Problem.of("device.status", device=self.device, status=reply.status, reason=reason)

    def send(self, request: HttpRequest) -> Step:
        """One write that must succeed; asked again where the bridge is busy."""
        for wait_s in _BUSY_S:
            reply: HttpReply = yield request
            if reply.status != 503:
                return self.judge(reply)
            yield Pause(wait_s)
        return self.judge((yield request))

    def send_all(self, requests: Sequence[HttpRequest], *, gone_is_fine: bool = False) -> Step:
        """Writes side by side; all are sent, then the first that failed is raised."""
        if not requests:
            return
        replies: list[HttpReply | WireError] = yield Together(tuple(requests))
        for reply in replies:
            if not (gone_is_fine and isinstance(reply, HttpReply) and is_gone(reply)):
                self.judge(reply)

    def read(self, tag: str, request: HttpRequest) -> Step:
        """One object that must be there."""
        reply: HttpReply = self.judge((yield request))
        found: Element = one(reply.body, tag)
        return found

    def read_each(self, tag: str, requests: Sequence[HttpRequest]) -> Step:
        """Objects side by side; each its element, or why it was not read. Where nothing was
        learnt of any, raises why the first was not read."""
        if not requests:
            return []
        replies: list[HttpReply | WireError] = yield Together(tuple(requests))
        answers = [_element(reply, tag) for reply in replies]
        if all(answer is No.UNSAID for answer in answers):
            one(self.judge(replies[0]).body, tag)
        return answers

    def all_of(self, path: str, *query: tuple[str, str]) -> Step:
        """Every item of a list. The server caps a page below what is asked, and the order may
        shift between pages: read again, twice at most, until as many ids as `total` are held.
        """
        found: dict[str, Item] = {}
        total = 0
        for _ in range(3):
            first: Page = yield from self._page(path, query, 0)
            found |= {item["id"]: item for item in first.items}
            total, size = first.total, len(first.items)
            if not size or len(found) >= total:
                break
            if total > _MOST_ITEMS or total > _MOST_PAGES * size:
                raise NotUnderstood(reason="list")
            rest = tuple(self._ask(path, query, at) for at in range(size, total, size))
            replies: list[HttpReply | WireError] = yield Together(rest)
            for reply in replies:
                more: Page = yield Digest(page, self.judge(reply).body)
                found |= {item["id"]: item for item in more.items}
                total = more.total
            if len(found) >= total:
                break
        return Listing(tuple(found.values()), len(found) >= total)

    def _page(self, path: str, query: tuple[tuple[str, str], ...], offset: int) -> Step:
        reply: HttpReply = self.judge((yield self._ask(path, query, offset)))
        return (yield Digest(page, reply.body))

    @staticmethod
    def _ask(path: str, query: tuple[tuple[str, str], ...], offset: int) -> HttpRequest:
        return get(path, *query, ("offset", str(offset)), ("limit", str(_PAGE)))


def is_gone(reply: HttpReply) -> bool:
    """Whether the bridge says that it does not know the object (two spellings are in use)."""
    if reply.status == 404:
        return True
    if not 400 <= reply.status < 500:
        return False
    code = failure(reply.body)
    return code.endswith("DoesNotExist") or code in ("unrecognizedObject", "unrecognisedObject")


def _element(reply: HttpReply | WireError, tag: str) -> Element | No:
    if isinstance(reply, WireError):
        return No.UNSAID
    if reply.status != 200:
        return No.GONE if is_gone(reply) else No.UNSAID
    try:
        return one(reply.body, tag)
    except NotUnderstood:
        return No.UNSAID
