"""Feeds a Talk by hand: every request is answered by a function, nothing touches a socket."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from console.domain.facts import Fact
from console.drivers.protocol import Digest, Pause, Report, Together
from console.wire.http import HttpReply
from console.wire.problems import WireError
from console.wire.session import Request

Answer = Callable[[Any], Any]
"""A request of the device's protocol → its reply, or the WireError it met."""
MOST_ASKS = 5_000


def reply(body: str | bytes = b"", status: int = 200, *headers: tuple[str, str]) -> HttpReply:
    """A reply as the wire gives it."""
    data = body.encode() if isinstance(body, str) else body
    return HttpReply(status, headers, data, 0.01)


class Player:
    """Holds Talks; keeps what was asked, what was told and how long was waited."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Any] = []
        self.facts: list[Fact] = []
        self.waited_s = 0.0

    def hold(self, talk: Generator[Any, Any, Any]) -> Any:
        """A Talk to its end; what it returned. Its facts are kept."""
        told = self.run(talk)
        if isinstance(told, Sequence):
            self.facts += told
        return told

    def run(self, talk: Generator[Any, Any, Any]) -> Any:
        """Any generator of asks to its end; what it returned."""
        result: Any = None
        error: Exception | None = None
        for _ in range(MOST_ASKS):
            try:
                ask = talk.send(result) if error is None else talk.throw(error)
            except StopIteration as end:
                return end.value
            result, error = None, None
            try:
                result = self._answered(ask)
            except Exception as failure:  # noqa: BLE001 - thrown into the Talk, as the Link does
                error = failure
        raise AssertionError("a Talk without end")

    def _answered(self, ask: object) -> object:
        match ask:
            case Request():
                got = self._ask(ask)
                if isinstance(got, WireError):
                    raise got
                return got
            case Together(requests):
                assert requests, "nothing asked together"
                return [self._ask(request) for request in requests]
            case Digest(parse, body):
                return parse(body)
            case Report(facts):
                self.facts += facts
                return None
            case Pause(seconds):
                self.waited_s += seconds
                return None
            case _:
                raise AssertionError(f"a Talk asked for {ask!r}")

    def _ask(self, request: Request) -> object:
        self.requests.append(request)
        return self.answer(request)

    def take(self) -> list[Fact]:
        """The facts since the last time."""
        taken, self.facts = self.facts, []
        return taken

    def paths(self, method: str = "") -> list[str]:
        """What was asked for, by path; of one method if given."""
        return [r.path for r in self.requests if method in ("", r.method)]
