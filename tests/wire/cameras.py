"""Cameras of the tests' own: a socket that answers each packet as a test says."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from console.wire.visca import ViscaReply, ViscaRequest, ViscaSession
from tests.wire.conftest import SLACK_S

POWER = bytes.fromhex("81090400ff")
RECALL = bytes.fromhex("8101043f0200ff")
ON = bytes.fromhex("905002ff")
HEADER = struct.Struct(">HHI")
RESET = bytes.fromhex("020000010000000001")
RESET_DONE = bytes.fromhex("020100010000000001")
ACK, DONE = bytes.fromhex("9041ff"), bytes.fromhex("9051ff")


def header(payload: bytes, number: int, kind: int = 0x0111) -> bytes:
    """A payload as Sony frames it."""
    return HEADER.pack(kind, len(payload), number) + payload


def abnormal(number: int) -> bytes:
    """«The number is not the one expected»."""
    return header(b"\x0f\x01", number, 0x0201)


class Datagrams:
    """A camera on UDP: `act(data)` gives the datagrams to answer with. RESET is answered."""

    def __init__(self, act: Callable[[bytes], list[bytes]], *, resets: bool = True) -> None:
        self._act = act
        self._resets = resets
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.came: list[bytes] = []
        """What came, resets left out."""
        self.resets = 0
        self.askers: list[int] = []
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            data, asker = self._socket.recvfrom(4096)
            if data == b"end":
                return
            if data == RESET:
                self.resets += 1
                if self._resets:
                    self._socket.sendto(RESET_DONE, asker)
                continue
            self.came.append(data)
            self.askers.append(asker[1])
            for answer in self._act(data):
                self._socket.sendto(answer, asker)

    def say(self, data: bytes) -> None:
        """Send something unasked to whoever asked last."""
        self._socket.sendto(data, ("127.0.0.1", self.askers[-1]))

    def numbers(self) -> list[int]:
        """The sequence numbers of what came."""
        return [HEADER.unpack_from(data)[2] for data in self.came]

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mine:
            mine.sendto(b"end", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()


@contextmanager
def datagrams(act: Callable[[bytes], list[bytes]], *, resets: bool = True) -> Iterator[Datagrams]:
    """A camera on UDP for the length of a block."""
    made = Datagrams(act, resets=resets)
    try:
        yield made
    finally:
        made.close()


def honest(data: bytes) -> list[bytes]:
    """A Sony camera that acknowledges and completes commands and says that it is on."""
    kind, _, number = HEADER.unpack_from(data)
    if kind == 0x0110:
        return [header(bytes.fromhex("905002ff"), number)]
    return [header(ACK, number), header(DONE, number)]


def ask(session: ViscaSession, packet: bytes = POWER, deadline_s: float = 3.0) -> ViscaReply:
    """The answer to a packet, within a deadline and a little more."""
    started = time.monotonic()
    try:
        return session.exchange(ViscaRequest(packet, deadline_s=deadline_s))
    finally:
        assert time.monotonic() - started < deadline_s + SLACK_S


def settled(session: ViscaSession, until: Callable[[ViscaReply], bool]) -> ViscaReply:
    """Ask until an answer is as wanted."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if until(reply := ask(session)):
            return reply
    raise AssertionError("never came")
