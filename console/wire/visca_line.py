"""The three ways to carry VISCA (`wire/rooms.md` §4.1, §4.3): Sony's numbered datagrams, a
raw TCP stream, raw datagrams.

Sources: Sony SRG-300H manual, "VISCA over IP" (header, sequence, RESET, abnormality); PTZOptics
manuals (raw VISCA on TCP 5678 and UDP 1259).
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass
from typing import ClassVar, Protocol

from console.wire.connection import resolve, tcp
from console.wire.deadline import Guard
from console.wire.problems import (
    Closed,
    DeadlinePassed,
    NotUnderstood,
    TooLarge,
    Unreachable,
    WireError,
)

END = 0xFF
LONGEST = 16
"""A packet has 3 to 16 bytes, its terminator included."""

COMMAND, INQUIRY, REPLY = 0x0100, 0x0110, 0x0111
CONTROL, CONTROL_REPLY = 0x0200, 0x0201
ABNORMAL = b"\x0f\x01"
"""The number is not the one expected: it came before, or the numbering is out of step."""
_WRONG_MESSAGE = b"\x0f\x02"
_RESET = b"\x01"
_HEADER = struct.Struct(">HHI")
_RESET_WAITS_S = (0.2, 0.4, 0.8)
_SLICE_S = 0.25
"""Not every system wakes a datagram's reader by a shutdown, so it looks up so often."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One packet that came; `number` is the sequence it answers, None where none is told."""

    packet: bytes
    number: int | None = None


class Line(Protocol):
    """One socket to one camera. Its methods raise WireError."""

    resend_s: ClassVar[float]
    """Without an answer for so long the request is sent again, later ones at twice the time; 0:
    never, since the transport itself repeats."""
    fleeting: ClassVar[bool]
    """Whether the socket is given up once something was sent again: a second answer, which comes
    late and has no number, must not pass for the next request's."""
    strange: int
    """How much came that is no VISCA."""

    def number(self) -> int:
        """The number of the next request."""
        ...

    def send(self, packet: bytes, number: int) -> None:
        """Send a packet under a number; a line without numbers leaves it out."""
        ...

    def receive(self, until: float) -> list[Arrival]:
        """What has come by `until` (monotonic), [] for nothing or nothing of use."""
        ...

    def reset(self) -> None:
        """Begin the numbering anew, where there is one."""
        ...

    def watch(self, guard: Guard, max_bytes: int) -> None:
        """Work for this exchange from now on; it may receive so many bytes."""
        ...

    def close(self) -> None:
        """Give the socket up."""
        ...


def whole(packet: bytes) -> bool:
    """Whether this is a reply of a camera: A0 and so on too, some do not say 90."""
    return (
        3 <= len(packet) <= LONGEST
        and packet[0] in range(0x90, 0x100, 0x10)
        and packet.find(END) == len(packet) - 1
        and {4: len(packet) == 3, 5: True, 6: len(packet) == 4}.get(packet[1] >> 4, False)
    )


def cut(payload: bytes) -> list[bytes]:
    """The packets of a payload; [] where the last does not end."""
    *ended, rest = payload.split(bytes((END,)))
    return [] if rest else [packet + bytes((END,)) for packet in ended]


class _Socket:
    """What the lines have in common: a socket, the exchange it works for, and a count of bytes."""

    def __init__(self, sock: socket.socket, guard: Guard, max_bytes: int) -> None:
        self._sock = sock
        self._guard = guard
        self._left = self._cap = max_bytes
        self.strange = 0
        self._last = 0

    def number(self) -> int:
        self._last = (self._last + 1) & 0xFFFFFFFF
        return self._last

    def watch(self, guard: Guard, max_bytes: int) -> None:
        self._guard, self._left, self._cap = guard, max_bytes, max_bytes
        self.strange = 0
        guard.watch(self._sock)

    def reset(self) -> None:
        """Nothing to do: no numbering."""

    def close(self) -> None:
        self._sock.close()

    def _send(self, data: bytes) -> None:
        try:
            self._sock.settimeout(self._guard.left_s())
            self._sock.sendall(data)
        except OSError as error:
            raise self._meaning(error) from error

    def _receive(self, until: float) -> bytes | None:
        """The next bytes; None where nothing has come by then. A time that has passed asks for
        what is there already."""
        while True:
            self._guard.check()
            left_s = max(0.0, until - time.monotonic())
            try:
                self._sock.settimeout(min(left_s, _SLICE_S))
                data = self._sock.recv(4096)
            except (TimeoutError, BlockingIOError):
                if left_s == 0:
                    return None
                continue
            except OSError as error:
                raise self._meaning(error) from error
            self._guard.check()
            self._left -= len(data) or LONGEST
            if self._left < 0:
                raise TooLarge(part="body", bytes=self._cap)
            return data

    def _meaning(self, error: OSError) -> WireError:
        try:
            self._guard.left_s()
        except WireError as verdict:
            return verdict
        match error:
            case TimeoutError():
                return DeadlinePassed(seconds=self._guard.deadline_s)
            case ConnectionRefusedError():
                return Unreachable(reason="refused")
            case ConnectionError():
                return Closed(reason="reset")
            case _:
                return Unreachable(reason="route")


class TcpLine(_Socket):
    """Raw VISCA over TCP: packets follow one another, each ends with FF."""

    resend_s: ClassVar[float] = 0.0
    fleeting: ClassVar[bool] = False

    def __init__(self, host: str, port: int, guard: Guard, max_bytes: int) -> None:
        super().__init__(tcp(host, port, guard), guard, max_bytes)
        self._begun = b""

    def send(self, packet: bytes, number: int) -> None:
        self._send(packet)

    def receive(self, until: float) -> list[Arrival]:
        data = self._receive(until)
        if data is None:
            return []
        if not data:
            raise Closed(reason="reset")
        *ended, self._begun = (self._begun + data).split(bytes((END,)))
        if len(self._begun) >= LONGEST:
            raise NotUnderstood(reason="not_visca")
        packets = [each + bytes((END,)) for each in ended]
        good = [Arrival(packet) for packet in packets if whole(packet)]
        self.strange += len(packets) - len(good)
        return good


class RawUdpLine(_Socket):
    """Raw VISCA in datagrams, each of one or more whole packets."""

    resend_s: ClassVar[float] = 0.4
    fleeting: ClassVar[bool] = True

    def __init__(self, host: str, port: int, guard: Guard, max_bytes: int) -> None:
        super().__init__(_datagrams(host, port, guard), guard, max_bytes)

    def send(self, packet: bytes, number: int) -> None:
        self._send(packet)

    def receive(self, until: float) -> list[Arrival]:
        data = self._receive(until)
        if data is None:
            return []
        *ended, rest = data.split(bytes((END,)))
        packets = [each + bytes((END,)) for each in ended]
        good = [Arrival(packet) for packet in packets if whole(packet)]
        self.strange += bool(rest or not ended) + len(packets) - len(good)
        return good


class SonyLine(_Socket):
    """VISCA over IP: a header with type, length and sequence before each packet.

    Begins with RESET, so that the numbering of both sides agrees. A camera that does not answer
    RESET is spoken to all the same.
    """

    resend_s: ClassVar[float] = 0.4
    fleeting: ClassVar[bool] = False

    def __init__(self, host: str, port: int, guard: Guard, max_bytes: int) -> None:
        super().__init__(_datagrams(host, port, guard), guard, max_bytes)
        try:
            self.reset()
        except BaseException:
            self.close()
            raise

    def reset(self) -> None:
        self._last = 0
        half = time.monotonic() + self._guard.left_s() / 2
        for wait_s in _RESET_WAITS_S:
            self._send(_HEADER.pack(CONTROL, len(_RESET), 0) + _RESET)
            until = min(time.monotonic() + wait_s, half)
            while time.monotonic() < until:
                for kind, _, packet in self._messages(until):
                    if kind == CONTROL_REPLY and packet == _RESET:
                        return

    def send(self, packet: bytes, number: int) -> None:
        kind = INQUIRY if packet[1] == 0x09 else COMMAND
        self._send(_HEADER.pack(kind, len(packet), number) + packet)

    def receive(self, until: float) -> list[Arrival]:
        came: list[Arrival] = []
        for kind, number, payload in self._messages(until):
            packets = cut(payload) if kind == REPLY else []
            if packets and all(map(whole, packets)):  # some put several answers into one message
                came += [Arrival(packet, number) for packet in packets]
            elif kind == CONTROL_REPLY and payload == ABNORMAL:
                came.append(Arrival(payload, number))
            elif kind == CONTROL_REPLY and payload == _WRONG_MESSAGE:
                raise NotUnderstood(reason="visca_message")
            elif kind != CONTROL_REPLY:
                self.strange += 1
        return came

    def _messages(self, until: float) -> list[tuple[int, int, bytes]]:
        """The next datagram as type, number and payload; [] if none came or it is no such thing."""
        data = self._receive(until)
        if data is None:
            return []
        if len(data) > _HEADER.size:
            kind, length, number = _HEADER.unpack_from(data)
            if length == len(data) - _HEADER.size:
                return [(kind, number, data[_HEADER.size :])]
        self.strange += 1
        return []


def _datagrams(host: str, port: int, guard: Guard) -> socket.socket:
    """A datagram socket that hears this one device alone. Raises WireError."""
    family, address = resolve(host, port, guard)[0]
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.connect(address)
        guard.watch(sock)
    except OSError as error:
        sock.close()
        raise Unreachable(reason="route") from error
    except WireError:
        sock.close()
        raise
    return sock
