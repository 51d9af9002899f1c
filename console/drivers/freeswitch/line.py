"""Asking over the event socket: what went wrong becomes a Refused that says
so (`-ERR` and its words: `wire/mcu.md` §3)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.drivers.freeswitch.words import word
from console.drivers.protocol import Ask, Together
from console.wire.esl import EslReply, EslRequest
from console.wire.problems import WireError

Step = Generator[Ask, Any, Any]
"""A part of a Talk."""
NO_REPLY = "-ERR no reply"
"""What the event socket puts where a command wrote nothing: it failed, or it has nothing to say."""
_TOGETHER = 16


def read(command: str, timeout_s: float = 8.0) -> EslRequest:
    """A request that changes nothing, so that it may be sent twice."""
    return EslRequest(f"api {command}", timeout_s=timeout_s, repeatable=True)


class Line:
    """API commands to one device, most of them about one conference."""

    def __init__(self, device: str) -> None:
        self.device = device

    def conference(self, name: str, command: str) -> str:
        """The line of a conference command."""
        return f"conference {word(name, self.device)} {command}"

    def ask(self, request: EslRequest) -> Step:
        """Send one command; its reply."""
        reply: EslReply = yield request
        self._known(reply.text)
        return reply

    def ask_each(self, requests: Sequence[EslRequest]) -> Step:
        """Send several, some at a time; their replies. What the wire failed at is raised last."""
        replies: list[EslReply] = []
        for start in range(0, len(requests), _TOGETHER):
            answers: list[Any] = yield Together(tuple(requests[start : start + _TOGETHER]))
            for answer in answers:
                if isinstance(answer, WireError):
                    raise answer
                self._known(answer.text)
                replies.append(answer)
        return replies

    def order(self, commands: Sequence[str], *, silent: bool = False) -> Step:
        """Send commands that change something; their answers. Each must say `+OK`: a usage text
        or `-ERR` is a refusal. `silent` where the command says nothing when it succeeds."""
        requests = [EslRequest(f"api {command}") for command in commands]
        replies: list[EslReply] = yield from self.ask_each(requests)
        for reply in replies:
            if not (silent and reply.text in ("", NO_REPLY)):
                self.accepted(reply.text)
        return [reply.text for reply in replies]

    def accepted(self, text: str) -> None:
        """Raises Refused unless one line at least says `+OK`, and none that it failed."""
        lines = [line.strip() for line in text.splitlines()]
        failed = next((line for line in lines if line.startswith("-ERR")), "")
        if not failed and any(line.startswith("+OK") for line in lines):
            return
        told = failed.removeprefix("-ERR").strip() if failed else text
        code = "refused"
        if "Non-Existant ID" in told or "Member:" in told:
            code = "not_in_call"
        elif told.startswith("Conference ") and told.endswith("not found"):
            code = "no_conference"
        elif "mixing mode" in told:
            code = "no_mixing"
        word_told = clean_name(told)[:120]
        raise Refused(
            Problem.of(f"freeswitch.{code}", word_told, device=self.device, word=word_told)
        )

    def _known(self, text: str) -> None:
        if text.startswith("-ERR") and text.lower().endswith("command not found!"):
            told = clean_name(text)[:120]
            raise Refused(Problem.of("freeswitch.no_module", told, device=self.device))
