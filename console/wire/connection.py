"""A connection whose making, sending and reading are all watched by one Guard and one meter."""

from __future__ import annotations

import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
from typing import Any, Protocol

from urllib3.connection import HTTPConnection

from console.wire.deadline import Guard
from console.wire.problems import (
    CertificateRefused,
    DeadlinePassed,
    NotUnderstood,
    TooLarge,
    Unreachable,
    WireError,
)
from console.wire.tls import (
    Trust,
    anchored_context,
    fingerprint,
    ready_context,
    refusal_reason,
    shown_certificate,
)

HEAD_BYTES = 64 * 1024
"""A reply's status line and headers may be this long."""

Address = tuple[socket.AddressFamily, Any]


class Meter:
    """Counts the bytes of one reply as they leave the socket and stops at the cap.

    Beneath chunk decoding, so that endless chunk headers, interim replies or trailers count too;
    hence the body's allowance here is twice its cap, for framing.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.received = 0
        self._allowed = HEAD_BYTES
        self._part = "head"

    def count(self, received: int) -> None:
        """So many more bytes came. Raises TooLarge past the cap."""
        self.received += received
        if self.received > self._allowed:
            cap = HEAD_BYTES if self._part == "head" else self.max_bytes
            raise TooLarge(part=self._part, bytes=cap)

    def begin_body(self) -> None:
        """The head is complete."""
        self._part = "body"
        self._allowed = self.received + 2 * self.max_bytes + HEAD_BYTES


class Watch(Protocol):
    """The exchange that a connection is working for at the moment."""

    @property
    def guard(self) -> Guard: ...
    @property
    def meter(self) -> Meter: ...

    fresh: bool
    """Set when the exchange had to make a new connection."""


class _MeteredRaw(io.RawIOBase):
    """A socket's raw stream, counted."""

    def __init__(self, raw: io.RawIOBase, meter: Meter) -> None:
        super().__init__()
        self._raw = raw
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        received = self._raw.readinto(buffer)
        if received:
            self._meter.count(received)
        return received

    def close(self) -> None:
        try:
            self._raw.close()
        finally:
            super().close()


class _Reply(http.client.HTTPResponse):
    """A reply read through a meter."""

    def __init__(self, sock: socket.socket, method: str | None, meter: Meter) -> None:
        super().__init__(sock, method=method)
        stream: Any = self.fp
        self.fp = io.BufferedReader(_MeteredRaw(stream.detach(), meter), 16 * 1024)
        self._meter = meter

    def begin(self) -> None:
        super().begin()
        self._meter.begin_body()


class WatchedConnection(HTTPConnection):
    """One TCP or TLS connection to one device, made and read under the Watch of each exchange."""

    def __init__(
        self, host: str, port: int, *, trust: Trust | None, watch: Watch, **options: Any
    ) -> None:
        super().__init__(host, port, **options)
        self._trust = trust
        self._watch = watch
        if trust is not None:
            self.default_port = 443  # pyright: ignore[reportAttributeAccessIssue]

    def connect(self) -> None:
        self._watch.fresh = True
        guard = self._watch.guard
        if self._trust is None:
            self.sock = tcp(self.host, self.port, guard)
        else:
            self.sock = tls(self.host, self.port, self._trust, guard)
        self.sock.settimeout(guard.left_s())

    def request(self, *args: Any, **options: Any) -> None:
        if self.sock is not None:
            self._watch.guard.watch(self.sock)
        super().request(*args, **options)

    def response_class(  # pyright: ignore[reportIncompatibleVariableOverride]
        self, sock: socket.socket, *_: Any, method: str | None = None, **__: Any
    ) -> _Reply:
        return _Reply(sock, method, self._watch.meter)


def tls(host: str, port: int, trust: Trust, guard: Guard) -> ssl.SSLSocket:
    """A verified TLS connection. Raises WireError; on CertificateRefused nothing was sent."""
    context = ready_context(trust)
    if context is None:
        context = anchored_context(trust, look(host, port, guard))
    raw = tcp(host, port, guard)
    try:
        return context.wrap_socket(raw, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raw.close()
        reason = refusal_reason(error, trust)
        try:
            shown = fingerprint(look(host, port, guard))
        except WireError:
            shown = ""
        raise CertificateRefused(reason=reason, fingerprint=shown) from error
    except (OSError, ValueError) as error:
        raw.close()
        raise _handshake_problem(error, guard) from error


def look(host: str, port: int, guard: Guard) -> bytes:
    """The certificate (DER) that a device shows; no byte of ours follows. Raises WireError."""
    raw = tcp(host, port, guard)
    try:
        return shown_certificate(raw, host)
    except (OSError, ValueError) as error:
        raise _handshake_problem(error, guard) from error
    finally:
        raw.close()


def _handshake_problem(error: Exception, guard: Guard) -> WireError:
    try:
        guard.left_s()
    except WireError as verdict:
        return verdict
    if isinstance(error, TimeoutError):
        return DeadlinePassed(seconds=guard.deadline_s)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return NotUnderstood(reason="not_tls")
    return Unreachable(reason="dropped")


def tcp(host: str, port: int, guard: Guard) -> socket.socket:
    """A TCP connection to the first of the host's addresses that answers. Raises WireError."""
    problem: WireError = Unreachable(reason="name")
    for family, address in resolve(host, port, guard):
        left_s = guard.left_s()
        sock: socket.socket | None = None
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            guard.watch(sock)
            sock.settimeout(left_s)
            sock.connect(address)
            guard.check()
            return sock
        except TimeoutError:
            problem = DeadlinePassed(seconds=guard.deadline_s)
        except ConnectionRefusedError:
            problem = Unreachable(reason="refused")
        except OSError:
            problem = Unreachable(reason="route")
        except WireError as cut:
            problem = cut
        if sock is not None:
            sock.close()
        guard.check()
    raise problem


def resolve(host: str, port: int, guard: Guard) -> list[Address]:
    """The addresses of a host. A name is looked up in a thread of its own, since the system's
    resolver knows no deadline. Raises Unreachable or DeadlinePassed."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    else:
        if found.version == 4:
            return [(socket.AF_INET, (host, port))]
        return [(family, address) for family, _, _, _, address in _look_up(host, port)]
    answer: queue.SimpleQueue[list[Address] | WireError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put([(family, address) for family, _, _, _, address in _look_up(host, port)])
        except WireError as problem:
            answer.put(problem)

    threading.Thread(target=ask, name="hnth-resolve", daemon=True).start()
    while True:
        try:
            outcome = answer.get(timeout=min(guard.left_s(), 0.1))
        except queue.Empty:
            continue
        if isinstance(outcome, WireError):
            raise outcome
        return outcome


def _look_up(host: str, port: int) -> list[Any]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(reason="name") from None
