"""The event socket: framing, login, one deadline over all, and peers that keep to none of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from console.wire.esl import EslReply, EslRequest, EslSession
from console.wire.esl_frames import Framer
from console.wire.http import Credentials
from console.wire.problems import LoginRefused, NotUnderstood, TooLarge, WireError
from console.wire.session import open_session
from console.wire.tls import Trust
from tests.wire.conftest import SLACK_S
from tests.wire.event_socket import ACCOUNT, HELLO, echo, frame, login, read_line, saying
from tests.wire.peers import Act, Peer, hang, peer

Meet = Callable[..., tuple[EslSession, Peer]]


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def meet(opened: ExitStack) -> Meet:
    def made(act: Act, account: Credentials | None = ACCOUNT) -> tuple[EslSession, Peer]:
        other = opened.enter_context(peer(act))
        session = open_session(other.url("esl"), account, Trust())
        assert isinstance(session, EslSession)
        opened.callback(session.close)
        return session, other

    return made


def ask(session: EslSession, command: str = "api status", timeout_s: float = 5.0) -> EslReply:
    """Ask; fails if it takes longer than its deadline and a little."""
    started = time.monotonic()
    try:
        return session.exchange(EslRequest(command, timeout_s=timeout_s, max_bytes=10_000))
    finally:
        assert time.monotonic() - started < timeout_s + SLACK_S


def problem(session: EslSession, timeout_s: float = 5.0) -> WireError:
    with pytest.raises(WireError) as caught:
        ask(session, timeout_s=timeout_s)
    return caught.value


# -- honest devices ------------------------------------------------------------------------------


def test_commands_are_answered_over_one_kept_connection(meet: Meet):
    session, other = meet(echo)
    for command in ("api conference 'Ea H\\'leo' mute 5", "api status"):
        reply = ask(session, command)
        assert reply.text == command
        assert reply.elapsed_s < 5
    assert other.connections == 1


def test_a_reply_without_a_body_is_its_reply_text(meet: Meet):
    session, _ = meet(saying(frame("command/reply", Reply_Text="+OK Job-UUID: j", Job_UUID="j")))
    assert ask(session, "bgapi status").text == "+OK Job-UUID: j"


def test_events_and_log_lines_between_are_passed_over(meet: Meet):
    event = b"Content-Length: 5\nContent-Type: text/event-plain\n\nA: b\n"
    session, _ = meet(saying(event, frame("log/data", b"x"), frame("api/response", b"+OK")))
    assert ask(session).text == "+OK"


def test_bytes_that_are_no_text_become_replacement_characters(meet: Meet):
    session, _ = meet(saying(frame("api/response", b"Bu\xf4n H\xff\0")))
    reply = ask(session)
    assert reply.text == "Bu\ufffdn H\ufffd\0"
    assert reply.body == b"Bu\xf4n H\xff\0"


def test_a_reply_in_single_bytes_is_put_together(meet: Meet):
    whole = frame("api/response", "+OK Buôn Hồ".encode())
    session, _ = meet(saying(*(whole[i : i + 1] for i in range(len(whole)))))
    assert ask(session).text == "+OK Buôn Hồ"


def test_a_connection_that_ended_meanwhile_is_made_again_before_anything_is_sent(meet: Meet):
    ended = threading.Event()

    def once(sock: socket.socket) -> None:
        login(sock)
        sock.sendall(frame("api/response", read_line(sock).encode()))
        sock.sendall(frame("text/disconnect-notice", b"bye"))
        sock.close()
        ended.set()

    session, other = meet(once)
    ask(session, "api a")
    assert ended.wait(5)
    assert ask(session, "api conference x hup 5").text == "api conference x hup 5"
    assert other.connections == 2


def test_only_what_reads_is_sent_twice(meet: Meet):
    lines: list[str] = []

    def cut(sock: socket.socket) -> None:
        login(sock)
        lines.append(read_line(sock))
        if len(lines) != 2:
            sock.sendall(frame("api/response", b"+OK"))
            lines.append(read_line(sock))

    session, _ = meet(cut)
    ask(session, "api a")
    assert session.exchange(EslRequest("api b", repeatable=True)).text == "+OK"
    with pytest.raises(WireError):
        session.exchange(EslRequest("api conference x hup 5"))
    assert lines.count("api conference x hup 5") == 1


# -- logging in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "account", [None, Credentials("", ""), Credentials("", "wrong"), Credentials("", "a\n\napi x")]
)
def test_a_wrong_password_is_named_and_never_shown(meet: Meet, account: Credentials | None):
    session, _ = meet(echo, account)
    refused = problem(session)
    assert isinstance(refused, LoginRefused)
    assert refused.params == {"reason": "password"}
    assert account is None or not account.password or account.password not in repr(account)


def test_an_address_that_is_not_allowed_is_named(meet: Meet):
    session, _ = meet(lambda sock: sock.sendall(frame("text/rude-rejection", b"Access Denied")))
    refused = problem(session)
    assert isinstance(refused, LoginRefused)
    assert refused.params == {"reason": "address"}


# -- other devices ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        hang,
        lambda sock: [sock.sendall(HELLO), hang(sock)],
        saying(silent=True),
        saying(b"Content-Type: api/response\nContent-Length: 9\n\n+OK", silent=True),
        saying(*[b"x"] * 200, every_s=0.05),
        saying(b"Content-Type: api/response\n", *[b"A: b\n"] * 200, every_s=0.05),
        saying(frame("api/response", b"x" * 100)[:-90], *[b"x"] * 80, every_s=0.05),
    ],
    ids=["mute", "half open", "no answer", "half", "drip", "drip of headers", "drip of body"],
)
def test_one_deadline_counts_for_everything(meet: Meet, act: Act):
    session, _ = meet(act)
    slow = problem(session, timeout_s=0.6)
    reason = {"reason": "greeting"} if act is hang else {}
    assert (slow.code, slow.params) == ("wire.deadline", {"seconds": 0.6, **reason})


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"\0\0\0\0",
        b"Content-Type: api/response\nX\0: 1\n",
        b"no colon at all\n",
        b"Content-Type: api/response\nContent-Length: -5\n\n",
        b"Content-Type: api/response\nContent-Length: 1_0\n\n",
        "Content-Type: api/response\nContent-Length: ٣\n\n".encode(),
        b"Content-Type: api/response\n: x\n",
    ],
)
def test_what_is_not_this_protocol_is_named_at_once(meet: Meet, said: bytes):
    session, _ = meet(saying(said, silent=True))
    other = problem(session, timeout_s=8.0)
    assert isinstance(other, NotUnderstood)
    assert other.params == {"reason": "not_esl"}


@pytest.mark.parametrize(
    ("said", "part"),
    [
        (b"Content-Type: api/response\nContent-Length: 10001\n\n", "body"),
        (b"Content-Type: api/response\nContent-Length: " + b"9" * 40 + b"\n\n", "body"),
        (b"Content-Type: " + b"x" * 70_000, "head"),
        (b"Content-Type: x\n" + b"A: b\n" * 20_000, "head"),
    ],
)
def test_too_much_is_cut_off(meet: Meet, said: bytes, part: str):
    session, _ = meet(saying(said, silent=True))
    big = problem(session)
    assert isinstance(big, TooLarge)
    assert big.params["part"] == part


def test_an_answer_that_breaks_off_is_named(meet: Meet):
    def broken(sock: socket.socket) -> None:
        login(sock)
        read_line(sock)
        sock.sendall(b"Content-Type: api/response\nContent-Length: 9\n\n+OK")

    session, _ = meet(broken)
    assert problem(session).params == {"reason": "truncated"}


def test_after_a_failure_no_late_answer_is_taken_for_another_commands(meet: Meet):
    calls = 0

    def late(sock: socket.socket) -> None:
        nonlocal calls
        login(sock)
        while True:
            line = read_line(sock)
            calls += 1
            if calls == 1:
                time.sleep(0.8)
            sock.sendall(frame("api/response", line.encode()))

    session, other = meet(late)
    with pytest.raises(WireError):
        ask(session, "api first", timeout_s=0.4)
    assert ask(session, "api second").text == "api second"
    assert other.connections == 2


def test_nobody_listening_is_named():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    session = EslSession(f"esl://127.0.0.1:{port}", ACCOUNT, Trust())
    try:
        refused = problem(session)
    finally:
        session.close()
    assert (refused.code, refused.params["reason"]) == ("wire.unreachable", "refused")


def test_an_exchange_is_given_up_from_another_thread(meet: Meet):
    session, other = meet(saying(silent=True))

    def give_up() -> None:
        while not other.connections:
            time.sleep(0.01)
        time.sleep(0.1)
        session.abort()

    thread = threading.Thread(target=give_up)
    thread.start()
    given_up = problem(session, timeout_s=20.0)
    thread.join()
    assert (given_up.code, given_up.params) == ("wire.closed", {"reason": "aborted"})
    session.close()
    assert problem(session).params == {"reason": "aborted"}


@pytest.mark.parametrize("command", ["", "  ", "api a\napi b", "api a\rb", "api a\0b"])
def test_a_command_is_one_line(meet: Meet, command: str):
    session, other = meet(echo)
    with pytest.raises(ValueError, match="one line"):
        ask(session, command)
    assert not other.connections


@pytest.mark.parametrize("address", ["esl://", "https:/x", "ftp://x", "8021", ""])
def test_what_is_no_address_is_no_session(address: str):
    with pytest.raises(ValueError, match=r"address|URL"):
        open_session(address, None, Trust())


def test_frames_may_come_together_and_apart():
    framer = Framer(100)
    framer.feed(b"\n\n" + frame("a", b"1") + frame("b") + b"Content-Ty")
    kinds = [framer.take(), framer.take()]
    assert [k.kind if k else None for k in kinds] == ["a", "b"]
    assert framer.take() is None
    with pytest.raises(NotUnderstood):
        framer.end()
    framer.feed(b"pe: c\r\n\r\n")
    last = framer.take()
    assert last is not None
    assert (last.kind, last.body, framer.empty) == ("c", b"", True)
