"""A small driver for the device of these tests, with mistakes that can be switched on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.mcu import MuteSite
from console.domain.conference import Conference
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.problem import Problem, Refused
from console.drivers.protocol import Heard, Round, Talk
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import NotUnderstood
from console.wire.websocket import SocketPlan

CALL = "m1/call"


class Mistake(Exception):
    """What no driver should ever raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickMute(MuteSite):
    """A MuteSite that is given up after a second and a half."""

    deadline_s: ClassVar[float] = 1.5


class Dialect:
    """Speaks with tests/core/device.py. `mistakes` names the methods that raise."""

    kind: ClassVar[str] = "test"
    can: ClassVar[Capability] = Capability.MUTE_ONE

    def __init__(self, url: str, period_s: float = 0.05, feed: bool = True) -> None:
        self.url = url.replace("http", "ws", 1)
        self.feed = feed
        self.mistakes: set[str] = set()
        self.called: Counter[str] = Counter()
        self.deadline_s = 0.4
        self.periods: list[Round] = [
            Round("life", period_s, lambda: self._ask("/life")),
            Round("detail", period_s, lambda: self._ask("/detail")),
            Round("seldom", 3600.0, lambda: self._ask("/seldom"), focus_s=0.05),
        ]

    def _enter(self, method: str) -> None:
        self.called[method] += 1
        if method in self.mistakes:
            raise Mistake(method)

    def _get(self, path: str) -> HttpRequest:
        return HttpRequest("GET", path, deadline_s=self.deadline_s)

    def _ask(self, path: str) -> Talk:
        self._enter("round")
        reply: HttpReply = yield self._get(path)
        self._checked(reply)
        return ()

    def _checked(self, reply: HttpReply) -> Any:
        if reply.status != 200:
            raise Refused(Problem.of("test.refused", status=reply.status))
        try:
            return json.loads(reply.body)
        except ValueError as error:
            raise NotUnderstood(reason="json") from error

    def probe(self) -> Talk:
        self._enter("probe")
        self._checked((yield self._get("/probe")))
        return [f.DeviceProbed("m1", self.can, software="1.0")]

    def observe(self) -> Talk:
        self._enter("observe")
        reply: HttpReply = yield self._get("/state")
        legs = [self._leg(site, muted) for site, muted in self._checked(reply).items()]
        return [f.ConferenceSeen(Conference(CALL, "m1", live=True)), *legs]

    def _leg(self, site: str, muted: bool) -> f.LegSeen:
        return f.LegSeen(Leg(site, CALL, Presence.CONNECTED, mic_muted=muted))

    def rounds(self) -> Sequence[Round]:
        self._enter("rounds")
        return self.periods

    def perform(self, command: Command) -> Talk:
        self._enter("perform")
        assert isinstance(command, MuteSite)
        query = (("site", command.endpoint), ("muted", str(command.muted).lower()))
        reply: HttpReply = yield HttpRequest(
            "POST", "/mute", query=query, deadline_s=self.deadline_s
        )
        self._checked(reply)
        return ()

    def look(self, command: Command) -> Talk:
        self._enter("look")
        return (yield from self.observe())

    def listen(self) -> Generator[Any, Any, SocketPlan | None]:
        self._enter("listen")
        if not self.feed:
            return None
        yield self._get("/token")
        return SocketPlan(f"{self.url}/feed", ("hello",))

    def hear(self, message: str) -> Heard:
        self._enter("hear")
        told = json.loads(message)
        facts: list[f.Fact] = [f.PushChanged("m1", True)]
        facts += [self._leg(site, muted) for site, muted in told.get("muted", {}).items()]
        talks = [self._asked_by_feed()] if "talk" in told else []
        return Heard(facts, [f"ack {told.get('n', 0)}"], talks)

    def _asked_by_feed(self) -> Talk:
        self._enter("talk")
        yield self._get("/asked-by-feed")
        return ()

    def forget(self) -> None:
        self._enter("forget")

    def leave(self) -> Talk:
        self._enter("leave")
        yield self._get("/bye")
        return ()
