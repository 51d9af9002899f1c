"""The WebSocket: honest peers, bad peers, and whom it believes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from console.wire.problems import (
    CertificateRefused,
    Closed,
    DeadlinePassed,
    NotUnderstood,
    TooLarge,
    Unreachable,
    WireError,
)
from console.wire.tls import Trust
from console.wire.websocket import Socket, open_socket
from tests.wire import certs
from tests.wire.conftest import SLACK_S
from tests.wire.peers import Act, answering, dripping, hang, peer, read_request

Handler = Callable[[ServerConnection], Awaitable[None]]


def with_server(
    handler: Handler,
    client: Callable[[str], Awaitable[None]],
    **options: object,
) -> None:
    async def run() -> None:
        async with serve(handler, "127.0.0.1", 0, close_timeout=1, **options) as server:  # type: ignore[arg-type]
            port = server.sockets[0].getsockname()[1]
            await client(f"{'wss' if 'ssl' in options else 'ws'}://127.0.0.1:{port}/events?x=1")

    asyncio.run(run())


def opening(url: str, deadline_s: float = 5.0, trust: Trust | None = None) -> WireError:
    """The problem that opening ends in, in time."""

    async def run() -> None:
        feed = await open_socket(url, trust or Trust(), deadline_s=deadline_s)
        await feed.close()

    started = time.monotonic()
    with pytest.raises(WireError) as caught:
        asyncio.run(run())
    assert time.monotonic() - started < deadline_s + SLACK_S
    return caught.value


async def echo(feed: ServerConnection) -> None:
    async for message in feed:
        await feed.send(message)


def test_messages_go_both_ways_with_headers_and_subprotocol():
    seen: list[str] = []

    async def handler(feed: ServerConnection) -> None:
        assert feed.request is not None
        seen.extend([feed.request.path, feed.request.headers["Authorization"]])
        assert "Sec-WebSocket-Extensions" not in feed.request.headers
        await echo(feed)

    async def client(url: str) -> None:
        feed = await open_socket(
            url, Trust(), headers=(("Authorization", "Basic x"),), subprotocols=("auth-1",)
        )
        assert feed.subprotocol == "auth-1"
        for text in ("một", "hai", "ba"):
            await feed.send(text)
        assert [await anext(feed) for _ in range(3)] == ["một", "hai", "ba"]
        await feed.close()
        with pytest.raises(StopAsyncIteration):
            await anext(feed)

    with_server(handler, client, subprotocols=["auth-1"])
    assert seen == ["/events?x=1", "Basic x"]


def ends_with(handler: Handler, max_bytes: int = 10_000) -> WireError:
    """The problem that reading ends in."""
    found: list[WireError] = []

    async def client(url: str) -> None:
        feed = await open_socket(url, Trust(), max_bytes=max_bytes)
        with pytest.raises(WireError) as caught:
            async for _ in feed:
                pass
        found.append(caught.value)
        await feed.close()

    with_server(handler, client)
    return found[0]


def test_the_peer_says_good_bye():
    async def handler(feed: ServerConnection) -> None:
        await feed.close(1001, "restarting")

    found = ends_with(handler)
    assert isinstance(found, Closed)
    assert found.params == {"reason": "reset", "close_code": 1001}


def test_the_peer_vanishes():
    async def handler(feed: ServerConnection) -> None:
        feed.transport.abort()

    found = ends_with(handler)
    assert isinstance(found, Closed)
    assert found.params == {"reason": "reset"}


def test_a_message_too_large():
    async def handler(feed: ServerConnection) -> None:
        await feed.send("x" * 10_001)

    assert isinstance(ends_with(handler), TooLarge)


def test_a_binary_message():
    async def handler(feed: ServerConnection) -> None:
        await feed.send(b"bytes")
        await feed.wait_closed()

    found = ends_with(handler)
    assert isinstance(found, NotUnderstood)
    assert found.params == {"reason": "binary"}


def upgrade(sock: socket.socket) -> None:
    """Accept a WebSocket properly (RFC 6455 §4.2.2)."""
    request = read_request(sock)
    key = next(
        line.split(b":")[1].strip()
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key")
    )
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    sock.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


def raw(frame: bytes) -> Act:
    """A peer that upgrades properly and then sends these bytes."""

    def act(sock: socket.socket) -> None:
        upgrade(sock)
        sock.sendall(frame)
        hang(sock)

    return act


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        pytest.param(b"\x81\x02\xc3\x28", NotUnderstood, id="bad UTF-8"),
        pytest.param(b"\xff\x00", NotUnderstood, id="reserved bits"),
        pytest.param(b"\x83\x00", NotUnderstood, id="reserved opcode"),
        pytest.param(b"\x81\x7f\x00\x00\x00\xff\x00\x00\x00\x00", TooLarge, id="1 TB announced"),
    ],
)
def test_broken_frames(opened, frame, kind):
    other = opened.enter_context(peer(raw(frame)))

    async def run() -> None:
        feed = await open_socket(other.url("ws"), Trust())
        with pytest.raises(kind):
            await anext(feed)
        await feed.close()

    asyncio.run(run())


def test_a_peer_that_reads_nothing_ends_a_send_at_the_deadline(opened):
    enough = threading.Event()

    def act(sock: socket.socket) -> None:
        upgrade(sock)
        enough.wait(20)

    other = opened.enter_context(peer(act))

    async def run() -> None:
        feed = await open_socket(other.url("ws"), Trust(), deadline_s=0.5)
        with pytest.raises(DeadlinePassed):
            await asyncio.gather(*(feed.send("x" * 1_000_000) for _ in range(20)))
        await feed.close()

    try:
        asyncio.run(run())
    finally:
        enough.set()


@pytest.mark.parametrize(
    ("act", "kind", "reason"),
    [
        pytest.param(hang, DeadlinePassed, None, id="hangs"),
        pytest.param(dripping(b"HTTP/1.1 101 OK\r\nX: ", b"x"), DeadlinePassed, None, id="drips"),
        pytest.param(answering(b"garbage\r\n\r\n"), NotUnderstood, "not_http", id="garbage"),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            NotUnderstood,
            "not_websocket",
            id="plain reply",
        ),
        pytest.param(
            answering(
                b"HTTP/1.1 302 F\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            ),
            NotUnderstood,
            "not_websocket",
            id="redirect",
        ),
        pytest.param(
            answering(b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
            NotUnderstood,
            "not_websocket",
            id="no proof",
        ),
    ],
)
def test_openings_that_fail(opened, act, kind, reason):
    other = opened.enter_context(peer(act))
    found = opening(other.url("ws"), 0.6)
    assert isinstance(found, kind)
    if reason:
        assert found.params["reason"] == reason


def test_nobody_listens(opened):
    other = opened.enter_context(peer(hang))
    url = other.url("ws")
    other.close()
    found = opening(url)
    assert isinstance(found, Unreachable)
    assert found.params == {"reason": "refused"}


def test_a_refusal_carries_its_status(opened):
    other = opened.enter_context(peer(answering(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")))
    assert opening(other.url("ws")).params == {"reason": "not_websocket", "status": 401}


def test_not_a_websocket_url():
    with pytest.raises(ValueError, match="not a WebSocket"):
        asyncio.run(open_socket("http://127.0.0.1/", Trust()))


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


async def _hello(url: str, trust: Trust) -> Socket:
    feed = await open_socket(url, trust)
    await feed.send("hello")
    assert await anext(feed) == "hello"
    await feed.close()
    return feed


def test_tls_with_a_private_authority(ca, tmp_path):
    trust = Trust(ca_file=certs.ca_file(ca, tmp_path))

    async def client(url: str) -> None:
        await _hello(url, trust)

    with_server(echo, client, ssl=certs.server(ca.issue_cert("127.0.0.1"), tmp_path))


def test_tls_with_a_pinned_certificate_and_after_it_changed(tmp_path):
    context, print_ = certs.self_signed(tmp_path)
    other, other_print = certs.self_signed(tmp_path)
    trust = Trust(pinned_sha256=print_)

    async def believed(url: str) -> None:
        await _hello(url, trust)

    async def changed(url: str) -> None:
        with pytest.raises(CertificateRefused) as caught:
            await _hello(url, trust)
        assert caught.value.params == {"reason": "changed", "fingerprint": other_print}

    with_server(echo, believed, ssl=context)
    with_server(echo, changed, ssl=other)


def test_tls_with_a_stranger(ca, tmp_path):
    context, print_ = certs.self_signed(tmp_path)
    expected = {"reason": "unknown_ca", "fingerprint": print_}

    async def client(url: str) -> None:
        with pytest.raises(CertificateRefused) as caught:
            await _hello(url, Trust(ca_file=certs.ca_file(ca, tmp_path)))
        assert caught.value.params == expected

    with_server(echo, client, ssl=context)


def test_a_tls_handshake_that_hangs_ends_at_the_deadline(opened):
    other = opened.enter_context(peer(hang))
    assert isinstance(opening(other.url("wss"), 0.5), DeadlinePassed)
