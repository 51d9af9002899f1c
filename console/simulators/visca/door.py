"""What faults do to messages on their way in and to replies on their way out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from console.simulators.faults import FaultBoard

SILENCE = frozenset({"hang", "half_open", "restart"})
ANSWERED_HERE = {"busy": 0x03, "refuse": 0x41}
HELD_S = 1.0
Put = Callable[[bytes], None]
Frame = Callable[[bytes, int], bytes]


class Door:
    """One camera's door. A fault's `path` is matched with `request/HEX` on the way in, with
    `ack/HEX`, `completion/HEX`, `answer/HEX` or `error/HEX` on the way out; HEX is the message
    that was heard, in small letters.
    """

    def __init__(
        self, board: FaultBoard, names: tuple[str, ...], reachable: Callable[[], bool]
    ) -> None:
        self.board, self._names, self._reachable = board, names, reachable
        self._held: tuple[Put, bytes] | None = None
        self._timers: set[asyncio.TimerHandle] = set()

    def close(self) -> None:
        """Forget what was still to be sent."""
        self._held = None
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def silent(self) -> bool:
        """Whether nothing passes at all."""
        return not self._reachable() or self.board.find(SILENCE, self._names) is not None

    def took(self, kinds: str, way: str, message: bytes) -> str:
        """The first of these faults in force for this message, used once; "" for none."""
        path = f"{way}/{message.hex()}"
        fault = self.board.take(frozenset(kinds.split()), self._names, "*", path)
        return fault.kind if fault is not None else ""

    def send(self, way: str, message: bytes, reply: bytes, frame: Frame, put: Put) -> None:
        """Send a reply to a message, or whatever the faults in force make of it.

        `frame` wraps a reply for the wire, its sequence number shifted by so much.
        """
        if self.silent() or self.took("lost_reply", way, message):
            return
        if way == "completion" and self.took("no_completion", way, message):
            return
        shift = 1 if self.took("wrong_sequence", way, message) else 0
        wire = frame(reply, shift)
        path = f"{way}/{message.hex()}"
        garbled = self.board.take("garbled_reply", self._names, "*", path)
        if garbled is not None:
            wire = spoilt(str(garbled.values["flaw"]), reply, frame)
        elif self.took("garbage", way, message):
            wire = os.urandom(32)
        slow = self.board.take("slow", self._names, "*", path)
        if slow is not None:
            self._later(float(slow.values["delay_ms"]) / 1000, lambda: put(wire))
            return
        if self._held is None and self.took("reorder_replies", way, message):
            self._held = (put, wire)
            self._later(HELD_S, self._let_go)
            return
        put(wire)
        if self.took("duplicate_reply", way, message):
            put(wire)
        self._let_go()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held[0](held[1])

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        def due() -> None:
            self._timers.discard(timer)
            if not self.silent():
                call()

        timer = asyncio.get_running_loop().call_later(seconds, due)
        self._timers.add(timer)


def spoilt(flaw: str, reply: bytes, frame: Frame) -> bytes:
    """A reply with one thing wrong with it."""
    match flaw:
        case "no_end":
            return frame(reply[:-1], 0)
        case "oversize":
            return frame(reply[:2] + b"\x00" * 600 + b"\xff", 0)
        case "address":
            return frame(b"\xa0" + reply[1:], 0)
        case "length":
            return frame(reply, 0) + b"\x00\x00\x00"
        case _:
            return frame(bytes(byte & 0x7F for byte in os.urandom(len(reply) + 5)), 0)
