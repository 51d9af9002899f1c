"""A plain VISCA client for the tests: bytes in hexadecimal out and in, none of our drivers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.simulators.peer import Started

VERSION = "81 09 00 02 FF"
PAN_TILT, ZOOM, POWER = "81 09 06 12 FF", "81 09 04 47 FF", "81 09 04 00 FF"


def recall(memory: int) -> str:
    """The recall of a memory."""
    return f"81 01 04 3F 02 {memory:02X} FF"


def spaced(data: bytes) -> str:
    """Bytes as the documents write them."""
    return data.hex(" ").upper()


class Line:
    """One controller's way to one camera, framed or raw as its address says."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.transport = parts.scheme.removeprefix("visca+")
        tcp = self.transport == "tcp"
        self._socket = socket.socket(
            socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
        )
        self._socket.settimeout(10)
        try:
            self._socket.connect((parts.hostname, parts.port))
        except OSError:
            self._socket.close()
            raise
        self._rest = b""
        self.sequence = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._socket.close()

    # -- whole segments and datagrams --------------------------------------------------------

    def send(self, text: str) -> None:
        """These bytes as they are."""
        self._socket.sendall(bytes.fromhex(text))

    def receive(self) -> str:
        """The next datagram, or whatever TCP brings at once; "" when the other side hung up."""
        return spaced(self._socket.recv(2048))

    def hung_up(self) -> bool:
        """Whether the other side ends the connection."""
        try:
            return self.receive() == ""
        except ConnectionError:
            return True

    # -- messages ----------------------------------------------------------------------------

    def say(self, text: str, sequence: int | None = None) -> int:
        """One message, in the frame its kind needs; returns its sequence number."""
        message = bytes.fromhex(text)
        if self.transport == "udp":
            self.sequence = self.sequence + 1 if sequence is None else sequence
            kind = "01 10" if message[1:2] == b"\x09" else "01 00"
            head = bytes.fromhex(kind) + len(message).to_bytes(2, "big")
            message = head + self.sequence.to_bytes(4, "big") + message
        self._socket.sendall(message)
        return self.sequence

    def hear(self) -> str:
        """The next reply, out of its frame, which must be sound and carry the last number."""
        if self.transport == "rawudp":
            return self.receive()
        if self.transport == "tcp":
            while b"\xff" not in self._rest:
                more = self._socket.recv(2048)
                assert more, "it hung up"
                self._rest += more
            message, _, self._rest = self._rest.partition(b"\xff")
            return spaced(message + b"\xff")
        data = self._socket.recv(2048)
        assert data[:2] == b"\x01\x11", spaced(data)
        assert int.from_bytes(data[2:4], "big") == len(data) - 8
        assert int.from_bytes(data[4:8], "big") == self.sequence
        return spaced(data[8:])

    def ask(self, text: str) -> str:
        """What is said to one message."""
        self.say(text)
        return self.hear()

    def quiet(self) -> bool:
        """Whether nothing came before the answer to one more inquiry."""
        return self.ask(VERSION).startswith("90 50 0")

    def do(self, text: str) -> str:
        """A command to its end: what came after the acknowledgement."""
        first = self.ask(text)
        assert first[:4] == "90 4", first
        return self.hear()


def sites(peer: Started) -> dict[str, str]:
    """A site with a camera by transport."""
    found: dict[str, str] = {}
    for code, at in peer.ready["cameras"].items():
        found.setdefault(urlsplit(at["url"]).scheme.removeprefix("visca+"), code)
    return found


@contextmanager
def slowly(peer: Started) -> Iterator[None]:
    """Let the story run at the wall's pace, so that a move outlasts a slow machine's reply."""
    for speed in (1, 10):
        assert peer.control("POST", "/speed", {"speed": speed}).status_code == 200
        if speed == 1:
            yield


def line_to(peer: Started, code: str) -> Line:
    """A way to a site's camera."""
    return Line(peer.ready["cameras"][code]["url"])
