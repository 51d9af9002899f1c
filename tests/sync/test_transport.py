"""The wire to the office: whom it believes, when it gives up, how much it takes."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from db.office import keys
from db.sync import transport as transport_module
from db.sync.enrolment import EnrolmentRefused, enrol
from db.sync.exchange import Lost, Request
from db.sync.transport import Anchor, HttpsTransport, office_transport
from tests.office.asgi import new_office
from tests.office.letting_in import a_code
from tests.office.rows import ME
from tests.office.serving import Served, serving

HELLO = Request("GET", "/v1/hello", deadline_s=10.0)


@contextmanager
def closing(transport: HttpsTransport) -> Iterator[HttpsTransport]:
    try:
        yield transport
    finally:
        transport.close()
        transport.drop()


def lost(transport: HttpsTransport, request: Request = HELLO) -> str:
    with closing(transport), pytest.raises(Lost) as caught:
        transport(request)
    return caught.value.reason


def test_the_offices_own_authority_is_believed_over_one_kept_connection(served: Served):
    with closing(office_transport(served.url, served.office.ca_pem)) as transport:
        assert [transport(HELLO).status for _ in range(3)] == [200] * 3
        assert transport(Request("GET", "/v1/nothing")).status == 404


def test_another_authority_is_not(served: Served):
    other = trustme.CA().cert_pem.bytes().decode()
    assert lost(office_transport(served.url, other)) == "certificate"


def test_a_name_that_the_certificate_does_not_carry_is_not(tmp_path: Path):
    folder = new_office(tmp_path / "office")
    keys.make_server_certificate(folder, ["office.example"])
    with serving(folder) as other:
        assert lost(office_transport(other.url, other.office.ca_pem)) == "certificate"
        with closing(HttpsTransport(other.url, Anchor(sha256=other.fingerprint))) as transport:
            assert transport(HELLO).status == 200


def test_only_https_goes(served: Served):
    with pytest.raises(ValueError, match="not the URL"):
        HttpsTransport("http://127.0.0.1", Anchor())


def test_a_console_enrols_by_code_and_fingerprint_and_then_believes_the_authority(
    served: Served,
):
    code = a_code(served.office)
    colons = ":".join(served.fingerprint[i : i + 2].upper() for i in range(0, 64, 2))
    with closing(HttpsTransport(served.url, Anchor(sha256=colons))) as transport:
        account, token = enrol(transport, code, ME, "Buôn Hồ")
        with pytest.raises(EnrolmentRefused) as caught:
            enrol(transport, code, ME, "again")
        assert caught.value.code == "enrol.code"
    assert token.text not in repr(token)
    assert type(account).from_json(account.to_json()) == account
    assert account.verifies(b"x", served.office.sign(b"x"))
    assert not account.verifies(b"y", served.office.sign(b"x"))
    with closing(office_transport(served.url, account.ca_pem)) as transport:
        page = Request("GET", f"/v1/journal/{ME}/ops", token=token.text, identity=token.identity)
        assert transport(page).status == 200


def test_a_wrong_fingerprint_sends_no_code(served: Served):
    transport = HttpsTransport(served.url, Anchor(sha256="0" * 64))
    with closing(transport), pytest.raises(EnrolmentRefused) as caught:
        enrol(transport, "CODE", ME, "x")
    assert (caught.value.code, caught.value.reason) == ("lost", "certificate")


def test_an_office_that_restarts_is_met_again(tmp_path: Path):
    folder = new_office(tmp_path / "office")
    with serving(folder) as first:
        port = int(first.url.rsplit(":", 1)[1])
        transport = office_transport(first.url, first.office.ca_pem)
        assert transport(HELLO).status == 200
        transport.drop()  # a server that goes away would leave its end of it open
    with closing(transport):
        with pytest.raises(Lost):
            transport(HELLO)
        with serving(folder, port):
            assert transport(HELLO).status == 200
            transport.drop()


@contextmanager
def peer(answer: Callable[[ssl.SSLSocket], None]) -> Iterator[tuple[str, str]]:
    """A server of one connection that speaks TLS well and HTTP as `answer` does."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            raw, _ = listener.accept()
            try:
                with context.wrap_socket(raw, server_side=True) as sock:
                    sock.recv(65536)
                    answer(sock)
            except OSError:
                pass

        thread = threading.Thread(target=run)
        thread.start()
        try:
            url = f"https://127.0.0.1:{listener.getsockname()[1]}"
            yield url, ca.cert_pem.bytes().decode()
        finally:
            thread.join(20)
            assert not thread.is_alive()


def _drip(sock: ssl.SSLSocket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        sock.sendall(b"x")
        time.sleep(0.02)


def _drip_head(sock: ssl.SSLSocket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        sock.sendall(b"X-A: b\r\n")
        time.sleep(0.2)


def _says(data: bytes) -> Callable[[ssl.SSLSocket], None]:
    return lambda sock: sock.sendall(data)


@pytest.mark.parametrize("answer", [_drip, _drip_head], ids=["body", "head"])
def test_a_reply_that_drips_ends_by_the_deadline(answer: Callable[[ssl.SSLSocket], None]):
    with peer(answer) as (url, ca_pem):
        started = time.monotonic()
        assert (
            lost(office_transport(url, ca_pem), Request("GET", "/", deadline_s=0.5)) == "deadline"
        )
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        (b"", {"closed"}),
        (b"SSH-2.0\r\n", {"not_http", "closed"}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", {"not_http", "closed"}),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nxx", {"not_http"}),
    ],
)
def test_half_a_reply_is_no_reply(data: bytes, reasons: set[str]):
    with peer(_says(data)) as (url, ca_pem):
        assert lost(office_transport(url, ca_pem)) in reasons


def test_a_reply_beyond_the_cap_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transport_module, "MAX_REPLY_BYTES", 1000)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    with peer(_says(head + bytes(5000))) as (url, ca_pem):
        assert lost(office_transport(url, ca_pem)) == "large"


def test_a_redirect_is_an_answer_not_a_way():
    moved = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with peer(_says(moved)) as (url, ca_pem), closing(office_transport(url, ca_pem)) as transport:
        assert transport(HELLO).status == 302


def test_closing_from_another_thread_ends_the_exchange():
    with peer(_drip) as (url, ca_pem):
        transport = office_transport(url, ca_pem)
        timer = threading.Timer(0.2, transport.close)
        timer.start()
        assert lost(transport) == "closed"
        timer.join()
        assert lost(transport) == "closed"


def test_nobody_there_is_unreachable():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        ca_pem = trustme.CA().cert_pem.bytes().decode()
        assert lost(office_transport(f"https://127.0.0.1:{port}", ca_pem)) == "unreachable"
