"""Every no to an enrolment has its sentence: what was typed, what answers, what the office says."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from console.core import office_joining
from console.qt.wording import say_problem
from db.office import keys
from db.sync.enrolment import EnrolmentRefused
from tests.core.office_link.bench import ANY, Desk
from tests.office.serving import Served


@pytest.mark.parametrize(
    ("url", "sha256", "code", "why"),
    [
        ("office.example:8443", ANY, "X", "office.url"),
        ("https://office.example:port", ANY, "X", "office.url"),
        ("https://me@office.example", ANY, "X", "office.url"),
        ("https://office.example/v1", ANY, "X", "office.url"),
        ("http://127.0.0.1:1", ANY, "X", "office.not_https"),
        ("https://127.0.0.1:1", "12:34", "X", "office.fingerprint"),
        ("https://127.0.0.1:1", ANY, " ", "office.no_code"),
        ("https://127.0.0.1:1", ANY, "X", "office.unreachable"),
    ],
)
def test_what_was_typed_is_refused_with_its_reason(
    desk: Desk, url: str, sha256: str, code: str, why: str
):
    assert desk.refused(url, sha256, code).code == why
    assert desk.link.health() is None


@pytest.mark.parametrize(
    ("code", "reason", "why"),
    [
        ("lost", "deadline", "office.deadline"),
        ("lost", "large", "office.not_office"),
        ("request.often", "", "office.often"),
        ("request.body", "", "office.not_office"),
        ("request.invalid", "", "office.other_version"),
        ("enrol.authority", "", "office.no_authority"),
    ],
)
def test_every_other_no_has_its_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str, reason: str, why: str
):
    def refuses(*_: object) -> None:
        raise EnrolmentRefused(code, reason)

    monkeypatch.setattr(office_joining, "enrol", refuses)
    problem = desk.refused("https://office.example:8443")
    assert problem.code == why
    assert "{" not in say_problem(problem)


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something at a port that does what it likes with each caller."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                try:
                    talk(caller)
                except OSError:
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        with socket.socket() as last:
            last.connect_ex(listener.getsockname())
        listener.close()
        thread.join(10)


def test_what_does_not_speak_tls_is_told(desk: Desk):
    with answering(lambda caller: caller.sendall(b"HTTP/1.0 400 no\r\n\r\n")) as url:
        assert desk.refused(url).code == "office.not_tls"


def test_another_server_with_a_good_certificate_is_no_office(desk: Desk, office: Served):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(office.folder / keys.SERVER, office.folder / keys.SERVER_KEY)

    def talk(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as secured:
            asked = b""
            while b"}" not in asked and (more := secured.recv(4096)):
                asked += more
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    with answering(talk) as url:
        assert desk.refused(url, office.fingerprint).code == "office.not_office"


def test_closing_ends_an_enrolment_that_nobody_answers(desk: Desk):
    let_go = threading.Event()
    came = threading.Event()

    def talk(caller: socket.socket) -> None:
        came.set()
        let_go.wait(20)

    with answering(talk) as url:
        found: list[str] = []
        asking = threading.Thread(target=lambda: found.append(desk.refused(url).code))
        asking.start()
        assert came.wait(10)
        began = time.monotonic()
        desk.link.close()
        asking.join(10)
        assert time.monotonic() - began < 5
        let_go.set()
    assert found == ["office.closed"]
