"""A WebSocket to one device (RFC 6455): text frames both ways, capped, within deadlines."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    WebSocketException,
)

from console.wire.problems import (
    CertificateRefused,
    Closed,
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
    looking_context,
    ready_context,
    refusal_reason,
)

MAX_BYTES = 4 * 1024 * 1024
_PING_S = 10.0
_CLOSE_S = 1.0


@dataclass(frozen=True, slots=True)
class SocketPlan:
    """A WebSocket to open for pushed news: its URL, and what to send once it is open."""

    url: str
    greeting: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class _Connect(connect):
    """Opens a connection to the address it was given and follows no redirect."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _Connection(ClientConnection):
    """A connection that ends soon after a broken frame, even if the peer keeps it open."""

    _ending: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._ending is None and self.protocol.close_expected():
            self._ending = self.loop.call_later(_CLOSE_S, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._ending is not None:
            self._ending.cancel()
        super().connection_lost(exc)


class Socket(AsyncIterator[str]):
    """An open WebSocket. Iterating yields text messages and ends by raising WireError, or plainly
    once we closed it ourselves."""

    def __init__(self, connection: ClientConnection, deadline_s: float, max_bytes: int) -> None:
        self._connection = connection
        self._deadline_s = deadline_s
        self._max_bytes = max_bytes
        self._closing = False

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol agreed on, or None."""
        return self._connection.subprotocol

    async def send(self, message: str) -> None:
        """Send one text message. Raises Closed, or DeadlinePassed where the peer reads nothing."""
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._connection.send(message)
        except TimeoutError as error:
            self._connection.transport.abort()
            raise DeadlinePassed(seconds=self._deadline_s) from error
        except ConnectionClosed as error:
            raise self._ended(error) from error

    async def __anext__(self) -> str:
        try:
            message = await self._connection.recv()
        except ConnectionClosed as error:
            if self._closing:
                raise StopAsyncIteration from None
            raise self._ended(error) from error
        if not isinstance(message, str):
            raise NotUnderstood(reason="binary")
        return message

    async def close(self) -> None:
        """Say good-bye if the peer listens, and be gone within a second or two either way."""
        self._closing = True
        try:
            async with asyncio.timeout(2 * _CLOSE_S):
                await self._connection.close()
        except TimeoutError:
            pass
        finally:
            self._connection.transport.abort()  # also where whoever closes is cancelled meanwhile

    def _ended(self, error: ConnectionClosed) -> WireError:
        if error.sent is not None and not error.rcvd_then_sent:
            if error.sent.code == 1009:
                return TooLarge(part="body", bytes=self._max_bytes)
            if error.sent.code in (1002, 1007):
                return NotUnderstood(reason="not_websocket")
        if error.rcvd is None:
            return Closed(reason="reset")
        return Closed(reason="reset", close_code=int(error.rcvd.code))


async def open_socket(
    url: str,
    trust: Trust,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    subprotocols: tuple[str, ...] = (),
    deadline_s: float = 8.0,
    max_bytes: int = MAX_BYTES,
) -> Socket:
    """Open a WebSocket to a `ws:` or `wss:` URL. `deadline_s` bounds the opening as a whole and
    every send; `max_bytes` a message. Raises WireError.

    Compression, proxies and redirects are not used. A peer that answers no ping for ten seconds
    is gone.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError(f"not a WebSocket's URL: {url!r}")
    host, port = parts.hostname, parts.port or (443 if parts.scheme == "wss" else 80)
    options: dict[str, Any] = {}
    due = asyncio.get_running_loop().time() + deadline_s
    try:
        async with asyncio.timeout_at(due):
            if parts.scheme == "wss":
                options["ssl"] = await _context(host, port, trust)
            connection = await _Connect(
                url,
                additional_headers=list(headers),
                subprotocols=list(subprotocols) or None,  # pyright: ignore[reportArgumentType]
                user_agent_header="hnth-console",
                compression=None,
                proxy=None,
                open_timeout=None,
                ping_interval=_PING_S,
                ping_timeout=_PING_S,
                close_timeout=_CLOSE_S,
                max_size=max_bytes,
                max_queue=8,
                create_connection=_Connection,
                **options,
            )
    except TimeoutError as error:
        raise DeadlinePassed(seconds=deadline_s) from error
    except ssl.SSLCertVerificationError as error:
        reason = refusal_reason(error, trust)
        raise CertificateRefused(
            reason=reason, fingerprint=await _shown(host, port, due)
        ) from error
    except (OSError, WebSocketException) as error:
        raise _opening_problem(error) from error
    return Socket(connection, deadline_s, max_bytes)


async def _context(host: str, port: int, trust: Trust) -> ssl.SSLContext:
    context = ready_context(trust)
    return context or anchored_context(trust, await _look(host, port))


async def _look(host: str, port: int) -> bytes:
    _, writer = await asyncio.open_connection(host, port, ssl=looking_context())
    try:
        return writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
    finally:
        writer.transport.abort()


async def _shown(host: str, port: int, due: float) -> str:
    try:
        async with asyncio.timeout_at(due):
            return fingerprint(await _look(host, port))
    except (OSError, TimeoutError):
        return ""


def _opening_problem(error: Exception) -> WireError:
    if isinstance(error, InvalidStatus):
        return NotUnderstood(reason="not_websocket", status=error.response.status_code)
    if isinstance(error, InvalidMessage):
        return NotUnderstood(reason="not_http")
    if isinstance(error, InvalidHandshake):
        return NotUnderstood(reason="not_websocket")
    if isinstance(error, ssl.SSLError):
        return NotUnderstood(reason="not_tls")
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(reason="refused")
    if isinstance(error, ConnectionError):
        return Unreachable(reason="dropped")
    if isinstance(error, OSError):
        return Unreachable(reason="route")
    return NotUnderstood(reason="not_websocket")
