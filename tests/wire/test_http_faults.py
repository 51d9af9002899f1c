"""What no device should do: the exchange ends in time, with a name for it, and in little memory."""

from __future__ import annotations

import gzip
import socket

import psutil
import pytest

from console.wire.http import HttpSession
from console.wire.problems import Closed, DeadlinePassed, NotUnderstood, TooLarge
from console.wire.tls import Trust
from tests.wire.conftest import get, problem
from tests.wire.peers import answering, dripping, flooding, hang, ok, resetting, serving

OK = b"HTTP/1.1 200 OK\r\n"
SHORT_S = 0.5


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(hang, id="hangs"),
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"), id="drips the head"),
        pytest.param(dripping(b"", b"H"), id="drips the status line"),
        pytest.param(dripping(OK + b"Content-Length: 99999\r\n\r\n", b"x"), id="drips the body"),
        pytest.param(dripping(OK + b"\r\n", b"x"), id="drips a body without end"),
        pytest.param(
            dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), id="drips chunks"
        ),
        pytest.param(
            dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="says 100 Continue for ever"
        ),
        pytest.param(
            answering(OK + b"Content-Length: 10\r\n\r\nhalf", keep=True), id="is half open"
        ),
    ],
)
def test_a_slow_device_ends_at_the_deadline(meet, act):
    session, _ = meet(act)
    found = problem(session, SHORT_S)
    assert isinstance(found, DeadlinePassed)
    assert found.params == {"seconds": SHORT_S}


def test_an_address_that_swallows_everything_ends_at_the_deadline(opened):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    filler = [socket.socket() for _ in range(4)]
    for one in filler:
        one.setblocking(False)
        one.connect_ex(listener.getsockname())
    session = HttpSession(f"http://127.0.0.1:{listener.getsockname()[1]}", None, Trust())
    opened.callback(session.close)
    try:
        assert isinstance(problem(session, SHORT_S), DeadlinePassed)
    finally:
        for one in (*filler, listener):
            one.close()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        pytest.param(answering(b"\x00\xff\x00garbage\r\n\r\n"), "not_http", id="garbage"),
        pytest.param(answering(b"<html>no</html>\r\n\r\n"), "not_http", id="bare HTML"),
        pytest.param(answering(b"SIP/2.0 200 OK\r\n\r\n"), "not_http", id="SIP"),
        pytest.param(answering(b"HTTP/1.1 9x9 ?\r\n\r\n"), "not_http", id="bad status"),
        pytest.param(answering(OK + b"X: " + b"x" * 66000), "too_large", id="long line"),
        pytest.param(answering(OK + b"X: y\r\n" * 200 + b"\r\n"), "not_http", id="many headers"),
        pytest.param(
            answering(OK + b"Content-Length: 10\r\n\r\nhalf"), "truncated", id="too short"
        ),
        pytest.param(
            answering(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
            "truncated",
            id="cut chunk",
        ),
        pytest.param(
            answering(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab"),
            "truncated",
            id="bad chunk",
        ),
        pytest.param(
            answering(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"0" * 10**7)),
            "encoding",
            id="gzip bomb",
        ),
    ],
)
def test_what_is_not_http_is_not_understood(meet, act, reason):
    session, _ = meet(act)
    found = problem(session)
    if reason == "too_large":
        assert isinstance(found, TooLarge)
        assert found.params["part"] == "head"
    else:
        assert isinstance(found, NotUnderstood)
        assert found.params == {"reason": reason}


def test_a_reset_is_a_closed_connection(meet):
    session, _ = meet(resetting)
    found = problem(session)
    assert isinstance(found, Closed)
    assert found.params == {"reason": "reset"}


def test_bytes_beyond_the_announced_length_never_become_the_next_reply(meet):
    session, _ = meet(
        serving(lambda r: ok(b"good") + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
    )
    for _ in range(5):
        assert get(session).body == b"good"


def test_a_session_recovers_after_each_fault(meet):
    replies = iter([b"garbage\r\n\r\n", ok(b"fine")])

    def act(sock):
        from tests.wire.peers import read_request

        read_request(sock)
        sock.sendall(next(replies))

    session, _ = meet(act)
    assert problem(session).code == "wire.not_understood"
    assert get(session).body == b"fine"


@pytest.mark.parametrize(
    ("head", "wave", "part"),
    [
        pytest.param(OK + b"\r\n", b"x" * 65536, "body", id="endless body"),
        pytest.param(
            OK + b"Content-Length: 100000000000\r\n\r\n", b"x" * 65536, "body", id="huge length"
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n",
            b"10000\r\n" + b"x" * 65536 + b"\r\n",
            "body",
            id="endless chunks",
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
            b"x" * 65536,
            "body",
            id="one huge chunk",
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", b"x" * 65536, "body", id="chunk of -1"
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
            b"T: t\r\n" * 5000,
            "body",
            id="trailers",
        ),
        pytest.param(b"", b"HTTP/1.1 100 C\r\n\r\n" * 1000, "head", id="endless interim replies"),
        pytest.param(OK + b"X: ", b"x" * 65536, "head", id="endless header"),
    ],
)
def test_a_flood_is_cut_at_the_cap_in_little_memory(meet, head, wave, part):
    session, _ = meet(flooding(head, wave))
    before = psutil.Process().memory_info().rss
    found = problem(session, 20.0, max_bytes=1024 * 1024)
    assert psutil.Process().memory_info().rss - before < 40e6
    assert isinstance(found, TooLarge | NotUnderstood)
    if isinstance(found, TooLarge):
        assert found.params["part"] == part


def test_a_body_of_exactly_the_cap_passes(meet):
    session, _ = meet(serving(lambda _: ok(b"x" * 5000)))
    assert len(get(session, max_bytes=5000).body) == 5000
    assert isinstance(problem(session, max_bytes=4999), TooLarge)
