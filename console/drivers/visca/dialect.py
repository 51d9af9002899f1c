"""Asking a camera: commands that may meet full sockets, inquiries that may be beyond it
(`wire/rooms.md` §4.2)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from console.domain.problem import Problem, Refused
from console.drivers.protocol import Ask, Pause
from console.wire.visca import ViscaNews, ViscaReply, ViscaRequest

Step = Generator[Ask, Any, Any]
BUFFER_FULL, NOT_EXECUTABLE = 0x03, 0x41
_BUSY_S = (0.2, 0.4, 0.8)
"""Waits before a command that found both sockets taken is sent again: it was not done."""
_COMMAND_S = 4.0
_REASONS = {
    0x01: "length",
    0x02: "syntax",
    0x04: "cancelled",
    0x05: "no_socket",
    NOT_EXECUTABLE: "not_executable",
}


@dataclass(slots=True)
class Dialect:
    """Requests to one camera; every method is a step of a Talk. `hear` is told the news."""

    device: str
    hear: Callable[[ViscaNews], None]

    def ask(self, packet: bytes, *, completion: bool = False, deadline_s: float = 3.0) -> Step:
        """The camera's reply, an error too."""
        reply: ViscaReply = yield ViscaRequest(packet, completion=completion, deadline_s=deadline_s)
        for news in reply.news:
            self.hear(news)
        return reply

    def read(self, packet: bytes, deadline_s: float = 3.0) -> Step:
        """What was inquired; b"" where the camera declines to say."""
        reply: ViscaReply = yield from self.ask(packet, deadline_s=deadline_s)
        return reply.data

    def do(self, packet: bytes, *, completion: bool = False) -> Step:
        """Have a command carried out. Raises Refused with the camera's reason."""
        reply: ViscaReply = yield from self.try_to(packet, completion=completion)
        if reply.error is not None:
            raise Refused(self.refusal(reply.error))
        return reply

    def try_to(self, packet: bytes, *, completion: bool = False) -> Step:
        """The reply to a command, sent again while both of the camera's sockets are taken."""
        reply: ViscaReply = yield from self.ask(
            packet, completion=completion, deadline_s=_COMMAND_S
        )
        for wait_s in _BUSY_S:
            if reply.error != BUFFER_FULL:
                break
            yield Pause(wait_s)
            reply = yield from self.ask(packet, completion=completion, deadline_s=_COMMAND_S)
        return reply

    def refusal(self, error: int) -> Problem:
        """An error's code as a Problem."""
        if error == BUFFER_FULL:
            return Problem.of("device.busy", device=self.device)
        reason = _REASONS.get(error, "other")
        return Problem.of("visca.refused", device=self.device, word=f"{error:02X}", reason=reason)
