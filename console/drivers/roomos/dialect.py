"""The xAPI's XML over HTTP: paths read, commands built, results judged (xAPI HTTP guide)."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape  # noqa: TID251 - escapes text; parses nothing

from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.drivers.protocol import Ask, Pause
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import NotUnderstood
from console.wire.xml import Element, parse, text

_XML = "text/xml; charset=utf-8"
_COMMAND_S = 4.0
"""A command that is not answered by then leaves its wish time to be looked at."""
_BUSY_S = (0.2, 0.5)
"""Waits before a command that met 503 is sent again: 503 means that nothing was done."""
Step = Generator[Ask, Any, Any]


@dataclass(slots=True)
class Login:
    """The device's session: a cookie once begun, Basic on each request where it has none.

    A device has few sessions and never ends them by itself, so at most one is open, it outlives
    a lost link, and one that the device no longer knows is replaced once.
    """

    cookie: str = ""
    basic_only: bool = False
    beginning: bool = False

    def request(self, method: str, path: str, **more: Any) -> HttpRequest:
        """A request that proves who we are, by cookie or by Basic."""
        if self.cookie:
            return HttpRequest(
                method, path, headers=(("Cookie", self.cookie),), login=False, **more
            )
        return HttpRequest(method, path, **more)

    def begin(self) -> Step:
        """Begin a session; a device without sessions, or with none free, is used with Basic."""
        if self.cookie or self.basic_only or self.beginning:
            return
        self.beginning = True
        try:
            reply: HttpReply = yield HttpRequest("POST", "/xmlapi/session/begin", body=b"")
        finally:
            self.beginning = False
        cookies = [v.split(";", 1)[0].strip() for k, v in reply.headers if k == "set-cookie"]
        self.cookie = "; ".join(c for c in cookies if "SessionId=" in c)
        self.basic_only = not self.cookie and reply.status not in (401, 403)

    def end(self) -> Step:
        """End the session."""
        if self.cookie:
            request = self.request("POST", "/xmlapi/session/end", body=b"", deadline_s=2.0)
            self.cookie = ""
            yield request


@dataclass(slots=True)
class Dialect:
    """Reads and commands in the xAPI's words; every method is a step of a Talk."""

    device: str
    login: Login = field(default_factory=Login)

    def read(self, location: str, deadline_s: float = 5.0) -> Step:
        """The elements under `/Status/…`; None where the device has nothing there."""
        root: Element = yield from self._send(
            "GET", "/getxml", query=(("location", location),), deadline_s=deadline_s
        )
        if root.tag == "Status":
            return root
        if root.tag == "EmptyResult":
            return None
        if root.tag == "Fault":
            detail = clean_name(text(root, ".//ProcessString") or location)
            raise Refused(Problem.of("room.path", detail, device=self.device))
        raise NotUnderstood(reason="xml")

    def command(self, path: str, arguments: Mapping[str, object]) -> Step:
        """Run `xCommand path`; the result element. Raises Refused unless its status is OK."""
        names = path.split("/")
        inner = "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in arguments.items())
        opened = "".join(f"<{name}>" for name in names)
        closed = "".join(f"</{name}>" for name in reversed(names))
        root: Element = yield from self._send(
            "POST",
            "/putxml",
            body=f"<Command>{opened}{inner}{closed}</Command>".encode(),
            content_type=_XML,
            deadline_s=_COMMAND_S,
        )
        if root.tag != "Command":
            raise NotUnderstood(reason="xml")
        for result in root:
            if result.tag.endswith("Result") and result.get("status") == "OK":
                return result
            reason = text(result, ".//Reason") or text(result, ".//Cause") or result.get("status")
            raise Refused(Problem.of("room.refused", clean_name(reason or ""), device=self.device))
        raise NotUnderstood(reason="xml")

    def _send(self, method: str, path: str, **more: Any) -> Step:
        yield from self.login.begin()
        cookie = self.login.cookie
        reply: HttpReply = yield self.login.request(method, path, **more)
        if reply.status == 401 and cookie:
            if self.login.cookie == cookie:
                self.login.cookie = ""
            yield from self.login.begin()
            reply = yield self.login.request(method, path, **more)
        for wait_s in _BUSY_S if method == "POST" else ():
            if reply.status != 503:
                break
            yield Pause(wait_s)
            reply = yield self.login.request(method, path, **more)
        if reply.status == 400:
            detail = clean_name(reply.body[:200].decode("utf-8", "replace"))
            raise Refused(Problem.of("room.refused", detail, device=self.device))
        if reply.status != 200:
            raise Refused(_status_problem(reply.status, self.device))
        return parse(reply.body)


def _status_problem(status: int, device: str) -> Problem:
    if status == 401:
        return Problem.of("device.login", device=device)
    if status == 403:
        return Problem.of("device.forbidden", device=device)
    if status == 503:
        return Problem.of("device.busy", device=device)
    reason = "missing" if status == 404 else ""
    return Problem.of("device.status", device=device, status=status, reason=reason)
