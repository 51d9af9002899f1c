"""The event socket of FreeSWITCH (`wire/mcu.md` §3): commands one at a time, and pushed events."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.wire.connection import tcp
from console.wire.deadline import REAPER, Guard
from console.wire.esl_frames import HEAD_BYTES, Frame, Framer
from console.wire.http import Credentials
from console.wire.problems import (
    Closed,
    DeadlinePassed,
    LoginRefused,
    NotUnderstood,
    Unreachable,
    WireError,
)
from console.wire.session import Request
from console.wire.tls import Trust

PORT = 8021
MIB = 1024 * 1024
_CHUNK = 64 * 1024
_QUIET_S = 10.0
"""A feed so long without a word is asked for one; without it for as long again, it is dead."""
_SIGN_OF_LIFE = "api uptime"


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


def _place(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    if parts.scheme != "esl" or not parts.hostname:
        raise ValueError(f"not the address of an event socket: {address!r}")
    return parts.hostname, parts.port or PORT


def _line(command: str) -> bytes:
    """A command as the wire wants it. Raises ValueError for what would be more than one."""
    if not command.strip() or any(mark in command for mark in "\r\n\0"):
        raise ValueError("not one line")
    return command.encode("utf-8", "replace") + b"\n\n"


def _login(credentials: Credentials | None) -> bytes:
    """The line that logs in. Raises LoginRefused where no password could be sent."""
    password = credentials.password if credentials else ""
    try:
        return _line(f"auth {password}") if password else _line("")
    except ValueError:
        raise LoginRefused(reason="password") from None


def _answer(frame: Frame) -> bytes | None:
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


def _let_in(answer: bytes) -> None:
    if not answer.startswith(b"+OK"):
        raise LoginRefused(reason="password")


class EslSession:
    """One logged-in connection, made when first needed and again after any failure.

    A reply names no command; so whatever goes wrong ends the connection, and no later command
    can be given an earlier one's reply.
    """

    def __init__(self, address: str, credentials: Credentials | None, _: Trust) -> None:
        self._host, self._port = _place(address)
        self._credentials = credentials
        self._lock = threading.Lock()
        self._guard = Guard(0)
        self._sock: socket.socket | None = None
        self._framer = Framer(0)
        self._closed = False
        REAPER.attach()

    def exchange(self, request: EslRequest) -> EslReply:
        """Send one command and read its whole reply. Raises WireError by the deadline at latest."""
        line = _line(request.command)
        started = time.monotonic()
        guard = Guard(request.timeout_s)
        if not self._lock.acquire(timeout=request.timeout_s):
            raise DeadlinePassed(seconds=request.timeout_s)
        try:
            if self._closed:
                raise Closed(reason="aborted")
            self._guard = guard
            REAPER.add(guard)
            kept = self._still_good()
            try:
                body = self._ask(line, request.max_bytes)
            except Closed as dead:
                if not (kept and request.repeatable) or dead.params["reason"] == "aborted":
                    raise
                body = self._ask(line, request.max_bytes)
            return EslReply(body, time.monotonic() - started)
        finally:
            guard.finish()
            self._lock.release()

    def abort(self) -> None:
        """End the exchange under way, if any, from any thread; it raises Closed."""
        self._guard.abort()

    def close(self) -> None:
        """End the exchange under way, and the session for good; from any thread."""
        if self._closed:
            return
        self._closed = True
        self.abort()
        with self._lock:
            self._drop()
        REAPER.detach()

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
            self._guard.watch(self._sock)
            self._framer.max_bytes = max_bytes
            answer = self._send(line)
        except (WireError, OSError) as error:
            self._drop()
            self._guard.check()
            if isinstance(error, TimeoutError):
                raise DeadlinePassed(seconds=self._guard.deadline_s) from error
            if isinstance(error, OSError):
                raise Closed(reason="reset") from error
            raise
        self._guard.check()
        return answer

    def _connect(self) -> None:
        login = _login(self._credentials)
        self._sock = tcp(self._host, self._port, self._guard)
        self._guard.watch(self._sock)
        self._framer = Framer(HEAD_BYTES)
        while (frame := self._next()).kind != "auth/request":
            _answer(frame)
        _let_in(self._send(login))

    def _send(self, line: bytes) -> bytes:
        assert self._sock is not None
        self._sock.settimeout(self._guard.left_s())
        self._sock.sendall(line)
        while (answer := _answer(self._next())) is None:
            pass
        return answer

    def _next(self) -> Frame:
        assert self._sock is not None
        while (frame := self._framer.take()) is None:
            self._sock.settimeout(self._guard.left_s())
            data = self._sock.recv(_CHUNK)
            if not data:
                self._framer.end()
                raise Closed(reason="reset")
            self._framer.feed(data)
        return frame


class EslFeed(AsyncIterator[str]):
    """A connection that hears events. Iterating yields each event's text and ends by raising
    WireError, or plainly once we closed it ourselves.

    Where nothing happens for a while, it asks for a sign of life: a line that is cut without a
    word would otherwise look like silence for ever.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deadline_s: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._deadline_s = deadline_s
        self._framer = Framer(MIB)
        self._closing = False

    async def begin(self, login: bytes, subscriptions: tuple[str, ...]) -> None:
        """Log in and subscribe; the events that come meanwhile are no loss: all is read afresh."""
        while (frame := await self._next(self._deadline_s)).kind != "auth/request":
            _answer(frame)
        _let_in(await self._ask(login))
        for line in subscriptions:
            if not (await self._ask(_line(line))).startswith(b"+OK"):
                raise NotUnderstood(reason="not_esl")

    async def send(self, message: str) -> None:
        """Send one command line; its reply is not waited for."""
        await self._write(_line(message))

    async def __anext__(self) -> str:
        while not self._closing:
            try:
                frame = await self._alive()
            except (WireError, OSError):
                if self._closing:
                    break
                raise
            if frame.kind.startswith("text/event-"):
                return frame.body.decode("utf-8", "replace")
            _answer(frame)
        raise StopAsyncIteration

    async def close(self) -> None:
        """Be gone at once."""
        self._closing = True
        self._writer.transport.abort()

    async def _alive(self) -> Frame:
        try:
            return await self._next(_QUIET_S)
        except DeadlinePassed:
            await self.send(_SIGN_OF_LIFE)
            return await self._next(_QUIET_S)

    async def _ask(self, line: bytes) -> bytes:
        await self._write(line)
        while (answer := _answer(await self._next(self._deadline_s))) is None:
            pass
        return answer

    async def _write(self, line: bytes) -> None:
        try:
            async with asyncio.timeout(self._deadline_s):
                self._writer.write(line)
                await self._writer.drain()
        except TimeoutError as error:
            self._writer.transport.abort()
            raise DeadlinePassed(seconds=self._deadline_s) from error
        except OSError as error:
            raise Closed(reason="reset") from error

    async def _next(self, within_s: float) -> Frame:
        """The next frame; a byte now and then does not stretch the time it may take."""
        try:
            async with asyncio.timeout(within_s):
                while (frame := self._framer.take()) is None:
                    data = await self._reader.read(_CHUNK)
                    if not data:
                        self._framer.end()
                        raise Closed(reason="reset")
                    self._framer.feed(data)
                return frame
        except TimeoutError as error:
            raise DeadlinePassed(seconds=within_s) from error
        except OSError as error:
            raise Closed(reason="reset") from error


async def open_esl_feed(
    plan: EslPlan, credentials: Credentials | None, *, deadline_s: float = 8.0
) -> EslFeed:
    """Connect, log in and subscribe, all within `deadline_s`. Raises WireError."""
    host, port = _place(plan.address)
    login = _login(credentials)
    feed: EslFeed | None = None
    try:
        async with asyncio.timeout(deadline_s):
            reader, writer = await asyncio.open_connection(host, port)
            feed = EslFeed(reader, writer, deadline_s)
            await feed.begin(login, plan.subscriptions)
            opened, feed = feed, None
            return opened
    except TimeoutError as error:
        raise DeadlinePassed(seconds=deadline_s) from error
    except OSError as error:
        refused = isinstance(error, ConnectionRefusedError)
        raise Unreachable(reason="refused" if refused else "route") from error
    finally:
        if feed is not None:
            await feed.close()
