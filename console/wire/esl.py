"""The event socket of FreeSWITCH (`wire/mcu.md` §3): logging in, and commands one at a time."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.wire.connection import tcp
from console.wire.esl_frames import HEAD_BYTES, Frame, Framer
from console.wire.http import Credentials
from console.wire.problems import (
    Closed,
    DeadlinePassed,
    LoginRefused,
    WireError,
)
from console.wire.session import Request
from console.wire.tls import Trust
from console.wire.turns import Turns

PORT = 8021
MIB = 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class EslRequest(Request):
    """One command line (`api …`, `bgapi …`); what stands in it is already quoted.

    `repeatable` where it may be sent again if the kept connection turns out to be dead: it only
    reads.
    """

    command: str
    timeout_s: float = 8.0
    max_bytes: int = 8 * MIB
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class EslReply:
    """What the command was answered: the body, or the Reply-Text where there is none."""

    body: bytes
    elapsed_s: float

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 become U+FFFD."""
        return self.body.decode("utf-8", "replace").strip()


@dataclass(frozen=True, slots=True)
class EslPlan:
    """An event feed to open: where, and the lines that subscribe (`event plain …`)."""

    address: str
    subscriptions: tuple[str, ...]


def place_of(address: str) -> tuple[str, int]:
    """Host and port of `esl://host[:port]`. Raises ValueError for anything else."""
    parts = urlsplit(address)
    if parts.scheme != "esl" or not parts.hostname:
        raise ValueError(f"not the address of an event socket: {address!r}")
    return parts.hostname, parts.port or PORT


def as_line(command: str) -> bytes:
    """A command as the wire wants it. Raises ValueError for what would be more than one."""
    if not command.strip() or any(mark in command for mark in "\r\n\0"):
        raise ValueError("not one line")
    return command.encode("utf-8", "replace") + b"\n\n"


def login_line(credentials: Credentials | None) -> bytes:
    """The line that logs in. Raises LoginRefused where no password could be sent."""
    password = credentials.password if credentials else ""
    try:
        return as_line(f"auth {password}") if password else as_line("")
    except ValueError:
        raise LoginRefused(reason="password") from None


def answer_in(frame: Frame) -> bytes | None:
    """What a frame answers to a command; None where it is no answer. Raises WireError where the
    device ends the connection with it."""
    match frame.kind:
        case "api/response":
            return frame.body
        case "command/reply":
            return frame.header("reply-text").encode()
        case "text/disconnect-notice":
            raise Closed(reason="reset")
        case "text/rude-rejection":
            raise LoginRefused(reason="address")
        case _:
            return None


def let_in(answer: bytes) -> None:
    """Whether a login was granted. Raises LoginRefused where it was not."""
    if not answer.startswith(b"+OK"):
        raise LoginRefused(reason="password")


class EslSession:
    """One logged-in connection, made when first needed and again after any failure.

    A reply names no command; so whatever goes wrong ends the connection, and no later command
    can be given an earlier one's reply.
    """

    def __init__(self, address: str, credentials: Credentials | None, _: Trust) -> None:
        self._host, self._port = place_of(address)
        self._credentials = credentials
        self._turns = Turns()
        self._sock: socket.socket | None = None
        self._framer = Framer(0)
        self._greeted = True
        """Whether the device has said its `auth/request`, which it does unasked."""

    def exchange(self, request: EslRequest) -> EslReply:
        """Send one command and read its whole reply. Raises WireError by the deadline at latest."""
        line = as_line(request.command)
        started = time.monotonic()
        with self._turns.take(request.timeout_s):
            kept = self._still_good()
            try:
                body = self._ask(line, request.max_bytes)
            except Closed as dead:
                if not (kept and request.repeatable) or dead.params["reason"] == "aborted":
                    raise
                body = self._ask(line, request.max_bytes)
            return EslReply(body, time.monotonic() - started)

    def abort(self) -> None:
        """End the exchange under way, if any, from any thread; it raises Closed."""
        self._turns.abort()

    def close(self) -> None:
        """End the exchange under way, and the session for good; from any thread."""
        self._turns.close(self._drop)

    def _still_good(self) -> bool:
        """Whether a kept connection is there. One on which the device has said something since
        (a farewell, or its end) is not."""
        if self._sock is None:
            return False
        self._sock.setblocking(False)
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            if self._framer.empty:
                return True
        except OSError:
            pass
        self._drop()
        return False

    def _drop(self) -> None:
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def _ask(self, line: bytes, max_bytes: int) -> bytes:
        try:
            if self._sock is None:
                self._connect()
            assert self._sock is not None
            self._turns.guard.watch(self._sock)
            self._framer.max_bytes = max_bytes
            answer = self._send(line)
        except (WireError, OSError) as error:
            self._drop()
            self._check()
            if isinstance(error, TimeoutError):
                raise self._late() from error
            if isinstance(error, OSError):
                raise Closed(reason="reset") from error
            raise
        self._turns.guard.check()
        return answer

    def _check(self) -> None:
        """Raises what the guard does; a deadline that passed in silence is told as such."""
        try:
            self._turns.guard.check()
        except DeadlinePassed as error:
            raise self._late() from error

    def _late(self) -> DeadlinePassed:
        seconds = self._turns.guard.deadline_s
        if self._greeted:
            return DeadlinePassed(seconds=seconds)
        return DeadlinePassed(seconds=seconds, reason="greeting")

    def _connect(self) -> None:
        login = login_line(self._credentials)
        self._greeted = True
        self._sock = tcp(self._host, self._port, self._turns.guard)
        self._turns.guard.watch(self._sock)
        self._framer = Framer(HEAD_BYTES)
        self._greeted = False
        while (frame := self._next()).kind != "auth/request":
            answer_in(frame)
        self._greeted = True
        let_in(self._send(login))

    def _send(self, line: bytes) -> bytes:
        assert self._sock is not None
        self._sock.settimeout(self._turns.guard.left_s())
        self._sock.sendall(line)
        while (answer := answer_in(self._next())) is None:
            pass
        return answer

    def _next(self) -> Frame:
        assert self._sock is not None
        while (frame := self._framer.take()) is None:
            self._sock.settimeout(self._turns.guard.left_s())
            data = self._sock.recv(CHUNK)
            if not data:
                self._framer.end()
                raise Closed(reason="reset")
            self._framer.feed(data)
        return frame
