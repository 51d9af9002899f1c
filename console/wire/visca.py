"""VISCA to one camera (`wire/rooms.md` §4): one exchange at a time, each within its deadline."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from console.wire.deadline import Guard
from console.wire.problems import Closed, DeadlinePassed, NotUnderstood, WireError
from console.wire.session import Request
from console.wire.turns import Turns
from console.wire.visca_line import (
    ABNORMAL,
    END,
    LONGEST,
    Arrival,
    Line,
    RawUdpLine,
    SonyLine,
    TcpLine,
)

_LINES: dict[str, tuple[Callable[[str, int, Guard, int], Line], int]] = {
    "visca+udp": (SonyLine, 52381),
    "visca+tcp": (TcpLine, 5678),
    "visca+rawudp": (RawUdpLine, 1259),
}
"""By the address's scheme: the line, and its port where the address names none."""
_LONGEST_RESEND_S = 1.6
_CANCELLED = 0x04
_STALE = 4
"""So many reads empty a socket of what came since the last exchange."""


@dataclass(frozen=True, slots=True)
class ViscaRequest(Request):
    """One command or inquiry: the whole packet, `81` to `FF`.

    It may reach the camera twice, so it must be something that may be done twice. An inquiry is
    answered by its reply; a command by its acknowledgement, or by its completion where
    `completion` is set.
    """

    packet: bytes
    completion: bool = False
    deadline_s: float = 3.0
    max_bytes: int = 4096

    @property
    def inquiry(self) -> bool:
        """Whether something is asked for, and nothing to be done."""
        return self.packet[1] == 0x09


@dataclass(frozen=True, slots=True)
class ViscaNews:
    """How a command ended that had been acknowledged in an earlier exchange."""

    ticket: int
    packet: bytes


@dataclass(frozen=True, slots=True)
class ViscaReply:
    """What the camera answered: acknowledgement, completion, data or error (`90` to `FF`).

    `packet` is b"" where it said instead that it had done this already, its answer having been
    lost. `ticket` names the command in later news; `news` is what came meanwhile.
    """

    packet: bytes
    ticket: int
    news: tuple[ViscaNews, ...] = ()
    elapsed_s: float = 0.0

    @property
    def error(self) -> int | None:
        """The error's code; None where it is none."""
        return self.packet[2] if _kind(self.packet) == 6 and len(self.packet) == 4 else None

    @property
    def acknowledged(self) -> bool:
        """Accepted, and no more is known."""
        return _kind(self.packet) == 4

    @property
    def completed(self) -> bool:
        """A command that was carried out, as far as the camera says."""
        return not self.packet or (_kind(self.packet) == 5 and len(self.packet) == 3)

    @property
    def data(self) -> bytes:
        """What was asked for; b"" where this is no answer to an inquiry."""
        return self.packet[2:-1] if _kind(self.packet) == 5 else b""


@dataclass(slots=True)
class _Turn:
    """One exchange under way."""

    request: ViscaRequest
    ticket: int
    numbers: list[int] = field(default_factory=list[int])
    """The sequence numbers that it was sent under."""
    resent: bool = False
    out_of_step: bool = False
    received: bool = False
    acknowledged: bytes = b""
    news: list[ViscaNews] = field(default_factory=list[ViscaNews])


class ViscaSession:
    """One camera's socket. Blocking; to be called from a pool thread.

    A camera counts its controllers and their sequence by socket, so there is one for each camera.
    A recall takes seconds: it is answered by its acknowledgement, and its completion comes as news
    with a later reply. Whatever goes wrong closes the socket; the next exchange opens another.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in _LINES or not parts.hostname:
            raise ValueError(f"not the address of a camera: {address!r}")
        self._open, port = _LINES[parts.scheme]
        self._host, self._port = parts.hostname, parts.port or port
        self._turns = Turns(reaped=False)
        self._line: Line | None = None
        self._came: deque[Arrival] = deque()
        self._tickets = 0
        self._running: dict[int, int] = {}
        """Commands acknowledged and not ended: the number each was sent under, or where there are
        none the camera's socket it runs in → its ticket."""

    def exchange(self, request: ViscaRequest) -> ViscaReply:
        """Send one packet and read its answer. Raises WireError by the deadline at latest."""
        if not 3 <= len(request.packet) <= LONGEST or request.packet.find(END) + 1 != len(
            request.packet
        ):
            raise ValueError(f"no VISCA packet: {request.packet.hex()}")
        started = time.monotonic()
        with self._turns.take(request.deadline_s) as guard:
            return self._within(request, guard, started)

    def _within(self, request: ViscaRequest, guard: Guard, started: float) -> ViscaReply:
        while True:
            kept = self._line is not None
            self._tickets += 1
            turn = _Turn(request, self._tickets)
            try:
                answer = self._converse(turn, guard)
                if turn.resent and self._line is not None and self._line.fleeting:
                    self._hang_up()
                elapsed_s = time.monotonic() - started
                return ViscaReply(answer, turn.ticket, tuple(turn.news), elapsed_s)
            except WireError as error:
                self._hang_up()
                dead = isinstance(error, Closed) and error.params["reason"] != "aborted"
                if not (dead and kept and not turn.received):
                    raise

    def abort(self) -> None:
        """End the exchange under way, if any, from any thread; it raises Closed."""
        self._turns.abort()

    def close(self) -> None:
        """End the exchange under way, and the session for good; from any thread."""
        self._turns.close(self._hang_up)

    def _hang_up(self) -> None:
        self._running.clear()
        self._came.clear()
        if self._line is not None:
            self._line.close()
            self._line = None

    # -- one exchange ----------------------------------------------------------------------------

    def _ready(self, turn: _Turn, guard: Guard) -> Line:
        if self._line is None:
            self._line = self._open(self._host, self._port, guard, turn.request.max_bytes)
        else:
            self._line.watch(guard, turn.request.max_bytes)
        return self._line

    def _converse(self, turn: _Turn, guard: Guard) -> bytes:
        line = self._ready(turn, guard)
        self._clear(line, turn)
        self._ask(line, turn)
        wait_s = line.resend_s
        while True:
            until = min(guard.due, time.monotonic() + wait_s) if wait_s else guard.due
            while time.monotonic() < until:
                self._came += line.receive(until)
                while self._came:
                    turn.received = True
                    answer = self._take(line, turn, self._came.popleft())
                    if answer is not None:
                        return answer
            if time.monotonic() >= guard.due:
                if turn.acknowledged:
                    return turn.acknowledged
                if line.strange:
                    raise NotUnderstood(reason="not_visca")
                if wait_s and not turn.received:
                    raise DeadlinePassed(seconds=guard.deadline_s, reason="datagrams")
                raise DeadlinePassed(seconds=guard.deadline_s)
            if not (line.fleeting and turn.acknowledged):
                turn.resent = True
                line.send(turn.request.packet, turn.numbers[-1])
            wait_s = min(wait_s * 2, _LONGEST_RESEND_S)

    def _clear(self, line: Line, turn: _Turn) -> None:
        """What came before anything was asked is no answer to it; the end of an earlier command
        is news."""
        for _ in range(_STALE):
            self._came += line.receive(0.0)
        while self._came:
            self._hear(turn, self._came.popleft())

    def _ask(self, line: Line, turn: _Turn) -> None:
        """Send under a new number."""
        turn.numbers.append(line.number())
        turn.resent = False
        line.send(turn.request.packet, turn.numbers[-1])

    def _take(self, line: Line, turn: _Turn, arrival: Arrival) -> bytes | None:
        """One arrival; the answer to this exchange, or None where it is not."""
        if arrival.packet == ABNORMAL:
            return self._abnormal(line, turn, arrival)
        if not self._ours(turn, arrival):
            self._hear(turn, arrival)
            return None
        packet, inquiry = arrival.packet, turn.request.inquiry
        kind = _kind(packet)
        if kind == 4:
            if inquiry:
                return None
            self._running[_key(arrival)] = turn.ticket
            turn.acknowledged = packet
            return None if turn.request.completion else packet
        if kind == 5 and inquiry is not (len(packet) > 3):
            return None
        if self._running.get(_key(arrival)) == turn.ticket:
            del self._running[_key(arrival)]
        return packet

    def _ours(self, turn: _Turn, arrival: Arrival) -> bool:
        """Whether this answers the request under way, and no command before it. Without numbers
        the camera's sockets tell, as far as they can."""
        packet = arrival.packet
        if arrival.number is not None:
            return arrival.number in turn.numbers
        if _kind(packet) == 4 or self._running.get(_key(arrival), turn.ticket) == turn.ticket:
            return True
        if turn.request.inquiry:
            return _kind(packet) == 5 and len(packet) > 3
        return _kind(packet) == 6 and packet[2] != _CANCELLED

    def _hear(self, turn: _Turn, arrival: Arrival) -> None:
        """The end of an earlier command; anything else of an earlier exchange comes too late."""
        if (_kind(arrival.packet), len(arrival.packet)) in ((5, 3), (6, 4)):
            ticket = self._running.pop(_key(arrival), None)
            if ticket is not None:
                turn.news.append(ViscaNews(ticket, arrival.packet))

    def _abnormal(self, line: Line, turn: _Turn, arrival: Arrival) -> bytes | None:
        """The document's retry table: a request sent again had come the first time, and what was
        lost is the answer. One sent once was not done: the numbering is out of step."""
        if arrival.number != turn.numbers[-1]:
            return None
        if turn.resent:
            if not turn.request.inquiry:
                self._running[_key(arrival)] = turn.ticket
                return b""
            self._ask(line, turn)
        elif turn.out_of_step:
            raise NotUnderstood(reason="visca_sequence")
        else:
            turn.out_of_step = True
            self._running.clear()
            line.reset()
            self._ask(line, turn)
        return None


def _kind(packet: bytes) -> int:
    """4 acknowledgement, 5 completion or data, 6 error."""
    return packet[1] >> 4 if len(packet) > 2 else 0


def _key(arrival: Arrival) -> int:
    """What a command's later end is known by."""
    return arrival.packet[1] & 0x0F if arrival.number is None else arrival.number
