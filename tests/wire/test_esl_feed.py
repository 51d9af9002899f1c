"""The event feed: subscribed, heard, and not believed to live when it says nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable

import pytest

from console.wire import esl_feed
from console.wire.esl import EslPlan
from console.wire.feed import Feed, open_feed
from console.wire.http import Credentials
from console.wire.problems import LoginRefused, NotUnderstood, WireError
from console.wire.tls import Trust
from tests.wire.event_socket import ACCOUNT, frame, login, read_line
from tests.wire.peers import Act, hang, peer

SUBSCRIPTION = "event plain CUSTOM conference::maintenance"
ENABLED = frame("command/reply", Reply_Text="+OK event listener enabled plain")


def event(text: str) -> bytes:
    body = text.encode()
    return f"Content-Length: {len(body)}\nContent-Type: text/event-plain\n\n".encode() + body


def feeding(*chunks: bytes, every_s: float = 0.0, ends: bool = False) -> Act:
    """Lets in, takes the subscription, then says these things."""

    def act(sock: socket.socket) -> None:
        login(sock)
        assert read_line(sock) == SUBSCRIPTION
        sock.sendall(ENABLED)
        for chunk in chunks:
            sock.sendall(chunk)
            time.sleep(every_s)
        if not ends:
            hang(sock)

    return act


def with_feed(
    act: Act, use: Callable[[Feed], Awaitable[None]], account: Credentials | None = ACCOUNT
) -> None:
    async def run(address: str) -> None:
        plan = EslPlan(address, (SUBSCRIPTION,))
        feed = await open_feed(plan, account, Trust())
        try:
            await use(feed)
        finally:
            await feed.close()

    with peer(act) as other:
        asyncio.run(run(other.url("esl")))


async def collected(feed: Feed) -> tuple[list[str], WireError]:
    """All that it says, and what it ends in."""
    said: list[str] = []
    try:
        async for message in feed:
            said.append(message)  # noqa: PERF401 - what was said before the end is kept
    except WireError as error:
        return said, error
    raise AssertionError("it ended without a reason")


def test_the_subscription_is_confirmed_and_every_event_told_in_its_order():
    async def use(feed: Feed) -> None:
        said, error = await collected(feed)
        assert said == ["+OK event listener enabled plain", "Action: lock\n", "Tên: Ea H'leo\n"]
        assert error.code == "wire.closed"

    events = event("Action: lock\n") + event("Tên: Ea H'leo\n")
    with_feed(feeding(events[:30], events[30:], ends=True), use)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (frame("text/disconnect-notice", b"bye"), "wire.closed"),
        (b"garbage without an end\n", "wire.not_understood"),
        (b"\0", "wire.not_understood"),
        (b"Content-Length: 99999999\nContent-Type: text/event-plain\n\n", "wire.too_large"),
        (event("A: b\n")[:-2], "wire.not_understood"),
    ],
)
def test_how_it_ends(said: bytes, code: str):
    async def use(feed: Feed) -> None:
        _, error = await collected(feed)
        assert error.code == code

    with_feed(feeding(said, ends=True), use)


@pytest.mark.parametrize("chunks", [[], [b"x"] * 100], ids=["silent", "dripping"])
def test_a_silent_line_is_asked_for_a_sign_of_life_and_given_up(
    chunks: list[bytes], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(esl_feed, "_QUIET_S", 0.3)

    async def use(feed: Feed) -> None:
        started = time.monotonic()
        said, error = await collected(feed)
        assert len(said) == 1
        assert error.code == "wire.deadline"
        assert 0.5 < time.monotonic() - started < 20

    with_feed(feeding(*chunks, every_s=0.1), use)


def test_a_silent_line_that_answers_lives_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(esl_feed, "_QUIET_S", 0.3)
    asked: list[str] = []

    def act(sock: socket.socket) -> None:
        login(sock)
        read_line(sock)
        sock.sendall(ENABLED)
        for _ in range(3):
            asked.append(read_line(sock))
            sock.sendall(frame("api/response", b"12"))
        sock.sendall(event("A: b\n"))

    async def use(feed: Feed) -> None:
        said, _ = await collected(feed)
        assert said[1:] == ["A: b\n"]
        assert asked == ["api uptime"] * 3

    with_feed(act, use)


def test_a_feed_that_we_close_ends_plainly():
    async def use(feed: Feed) -> None:
        await feed.close()
        assert len([message async for message in feed]) <= 1

    with_feed(feeding(), use)


def test_a_wrong_password_and_a_refused_subscription_are_named():
    async def use(feed: Feed) -> None:
        raise AssertionError("it opened")

    with pytest.raises(LoginRefused):
        with_feed(feeding(), use, Credentials("", "wrong"))

    def refusing(sock: socket.socket) -> None:
        login(sock)
        read_line(sock)
        sock.sendall(frame("command/reply", Reply_Text="-ERR no keywords supplied"))
        hang(sock)

    with pytest.raises(NotUnderstood):
        with_feed(refusing, use)


def test_nobody_listening_is_named():
    async def run(port: int) -> None:
        await open_feed(EslPlan(f"esl://127.0.0.1:{port}", ()), ACCOUNT, Trust())

    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(WireError) as refused:
        asyncio.run(run(port))
    assert refused.value.code == "wire.unreachable"
