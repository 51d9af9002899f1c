"""What an honest exchange looks like on the wire."""

from __future__ import annotations

import base64
import socket
import threading

import pytest

from console.wire.http import Credentials, HttpRequest, HttpSession
from console.wire.problems import Closed, DeadlinePassed, Unreachable
from console.wire.tls import Trust
from tests.wire.conftest import get, problem
from tests.wire.peers import Peer, answering, hang, ok, read_request, serving


def test_a_form_leaves_as_a_form_with_credentials_and_nothing_of_the_environment(meet, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    seen: list[bytes] = []

    def reply(request: bytes) -> bytes:
        seen.append(request)
        return ok(b"done", b"X-Device: cms", b"X-Device: twice")

    session, _ = meet(serving(reply))
    answer = session.exchange(
        HttpRequest(
            "PUT",
            "/api/v1/calls/a/participants/*",
            query=(("mode", "exclude"),),
            form=(("name", "Ea H'leo & bạn"), ("rxAudioMute", "true")),
            headers=(("X-Extra", "1"),),
        )
    )
    assert (answer.status, answer.body) == (200, b"done")
    assert [v for k, v in answer.headers if k == "x-device"] == ["cms", "twice"]
    assert answer.header("x-device") == "cms"
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "PUT /api/v1/calls/a/participants/*?mode=exclude HTTP/1.1"
    token = base64.b64encode("op:mật khẩu".encode()).decode()
    assert f"Authorization: Basic {token}" in lines
    assert "Content-Type: application/x-www-form-urlencoded" in lines
    assert "Accept-Encoding: identity" in lines
    assert "X-Extra: 1" in lines
    assert body == b"name=Ea+H%27leo+%26+b%E1%BA%A1n&rxAudioMute=true"


def test_credentials_can_be_left_out_and_never_show():
    assert "secret" not in repr(Credentials("op", "secret"))


def test_no_credentials_where_a_cookie_stands_for_them(meet):
    seen: list[bytes] = []
    session, _ = meet(serving(lambda r: (seen.append(r), ok(b""))[1]))
    session.exchange(HttpRequest("GET", "/", headers=(("Cookie", "SessionId=1"),), login=False))
    assert b"Authorization" not in seen[0]
    assert b"Cookie: SessionId=1" in seen[0]


def test_cookies_are_not_kept(meet):
    seen: list[bytes] = []
    session, _ = meet(serving(lambda r: (seen.append(r), ok(b"", b"Set-Cookie: a=b"))[1]))
    get(session)
    get(session)
    assert all(b"Cookie" not in request for request in seen)


def test_one_connection_serves_many_exchanges(meet):
    session, other = meet(serving(lambda _: ok(b"x" * 1000)))
    for _ in range(20):
        assert get(session).body == b"x" * 1000
    assert other.connections == 1


def test_an_error_status_is_a_reply(meet):
    session, _ = meet(serving(lambda _: b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno"))
    answer = get(session)
    assert (answer.status, answer.body) == (401, b"no")


def test_a_redirect_is_returned_and_not_followed(meet):
    bomb = b"\x1f\x8b" + b"\0" * 50
    session, other = meet(
        serving(
            lambda _: (
                (
                    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                    b"Content-Length: %d\r\n\r\n" % len(bomb)
                )
                + bomb
            )
        )
    )
    answer = get(session)
    assert (answer.status, answer.header("location")) == (302, "http://127.0.0.1:1/")
    assert other.connections == 1


def test_a_reply_without_length_ends_with_the_connection(meet):
    session, _ = meet(answering(b"HTTP/1.1 200 OK\r\n\r\nhalf", b" and half"))
    assert get(session).body == b"half and half"


def test_chunks_are_joined(meet):
    session, _ = meet(
        serving(
            lambda _: (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"4\r\nwire\r\n5;x=y\r\n text\r\n0\r\nTrailer: t\r\n\r\n"
            )
        )
    )
    assert get(session).body == b"wire text"
    assert get(session).body == b"wire text"


def test_a_kept_connection_that_died_is_replaced_once_for_a_get(meet):
    session, other = meet(answering(ok(b"last words")))
    assert get(session).body == b"last words"
    assert get(session).body == b"last words"
    assert other.connections == 2


def _silent_after_first(sock: socket.socket) -> None:
    """Answers the first request of each connection and cuts it upon the second."""
    read_request(sock)
    sock.sendall(ok(b"1"))
    read_request(sock)


def test_a_get_cut_on_a_kept_connection_is_sent_again_but_a_put_is_not(meet):
    session, other = meet(_silent_after_first)
    assert get(session).status == 200
    assert get(session).status == 200
    assert other.connections == 2
    with pytest.raises(Closed) as caught:
        session.exchange(HttpRequest("PUT", "/", form=(("a", "b"),)))
    assert caught.value.params["reason"] == "reset"
    assert other.connections == 2


def test_a_get_cut_on_a_new_connection_is_not_sent_again(meet):
    session, other = meet(read_request)
    assert problem(session).code == "wire.closed"
    assert other.connections == 1


def test_nobody_listens(opened):
    other = Peer(hang)
    other.close()
    session = HttpSession(other.url(), None, Trust())
    opened.callback(session.close)
    found = problem(session)
    assert isinstance(found, Unreachable)
    assert found.params == {"reason": "refused"}


def test_a_name_nobody_knows(opened):
    session = HttpSession("http://no-such-device.invalid", None, Trust())
    opened.callback(session.close)
    assert problem(session).params == {"reason": "name"}


def test_a_name_is_looked_up(opened, meet):
    _, other = meet(serving(lambda _: ok(b"by name")))
    session = HttpSession(f"http://localhost:{other.port}", None, Trust())
    opened.callback(session.close)
    assert get(session).body == b"by name"


def test_abort_from_another_thread_ends_the_exchange(meet):
    session, _ = meet(hang)
    timer = threading.Timer(0.2, session.abort)
    timer.start()
    found = problem(session, 20.0)
    timer.join()
    assert isinstance(found, Closed)
    assert found.params == {"reason": "aborted"}


def test_close_ends_the_exchange_and_the_session(meet):
    session, _ = meet(hang)
    timer = threading.Timer(0.2, session.close)
    timer.start()
    assert problem(session, 20.0).params == {"reason": "aborted"}
    timer.join()
    assert problem(session).params == {"reason": "aborted"}
    session.close()


def test_waiting_for_the_session_counts_against_the_deadline(meet):
    session, _ = meet(hang)
    first = threading.Thread(target=lambda: problem(session, 2.0))
    first.start()
    while not session.guard.deadline_s:
        pass
    assert isinstance(problem(session, 0.3), DeadlinePassed)
    session.abort()
    first.join()


def test_only_paths_and_only_devices():
    with pytest.raises(ValueError, match="not the URL"):
        HttpSession("ftp://device", None, Trust())
    session = HttpSession("http://127.0.0.1:1", None, Trust())
    try:
        with pytest.raises(ValueError, match="not a path"):
            session.exchange(HttpRequest("GET", "http://elsewhere/"))
    finally:
        session.close()
