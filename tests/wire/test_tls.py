"""Whom the wire believes, and what it says when it does not."""

from __future__ import annotations

import datetime as dt
import ssl

import pytest
import trustme

from console.wire.http import HttpSession
from console.wire.problems import CertificateRefused, DeadlinePassed, NotUnderstood, Unreachable
from console.wire.tls import Trust, ready_context
from tests.wire import certs
from tests.wire.conftest import get, problem
from tests.wire.peers import dripping, hang, ok, peer, serving

FINE = serving(lambda _: ok(b"fine"))


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


def test_a_private_authority_is_believed(meet, ca, tmp_path):
    trust = Trust(ca_file=certs.ca_file(ca, tmp_path))
    context = certs.server(ca.issue_cert("127.0.0.1"), tmp_path)
    session, other = meet(FINE, trust, context)
    for _ in range(3):
        assert get(session).body == b"fine"
    assert other.connections == 1


def test_an_authority_of_old_make_is_believed_on_every_python(meet, tmp_path):
    """Contexts that Python 3.13 makes by itself ask for more than a device may have."""
    context, authority = certs.of_old_make(tmp_path, "127.0.0.1")
    session, _ = meet(FINE, Trust(ca_file=authority), context)
    assert get(session).body == b"fine"


def test_200_sessions_share_one_context(ca, tmp_path):
    trust = Trust(ca_file=certs.ca_file(ca, tmp_path))
    assert ready_context(trust) is ready_context(Trust(ca_file=trust.ca_file))


def test_no_old_protocol_is_spoken(meet, ca, tmp_path):
    trust = Trust(ca_file=certs.ca_file(ca, tmp_path))
    context = ready_context(trust)
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def refused(session: HttpSession) -> CertificateRefused:
    found = problem(session)
    assert isinstance(found, CertificateRefused)
    return found


def test_an_unknown_authority_is_refused_with_the_fingerprint_shown(meet, ca, tmp_path):
    context, print_ = certs.self_signed(tmp_path)
    session, _ = meet(FINE, Trust(ca_file=certs.ca_file(ca, tmp_path)), context)
    assert refused(session).params == {"reason": "unknown_ca", "fingerprint": print_}


def test_the_system_does_not_know_a_private_authority(meet, ca, tmp_path):
    session, _ = meet(FINE, Trust(), certs.server(ca.issue_cert("127.0.0.1"), tmp_path))
    assert refused(session).params["reason"] == "unknown_ca"


def test_nothing_is_sent_to_a_device_that_is_not_believed(meet, tmp_path):
    heard: list[bytes] = []

    def act(sock):
        heard.append(sock.recv(100))

    context, _ = certs.self_signed(tmp_path)
    session, _ = meet(act, Trust(), context)
    refused(session)
    assert not any(heard)


def test_an_expired_certificate_is_refused(meet, ca, tmp_path):
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    old = ca.issue_cert("127.0.0.1", not_after=past)
    session, _ = meet(FINE, Trust(ca_file=certs.ca_file(ca, tmp_path)), certs.server(old, tmp_path))
    assert refused(session).params["reason"] == "expired"


def test_another_devices_name_is_refused(meet, ca, tmp_path):
    other = certs.server(ca.issue_cert("127.0.0.9", "other.device"), tmp_path)
    session, _ = meet(FINE, Trust(ca_file=certs.ca_file(ca, tmp_path)), other)
    assert refused(session).params["reason"] == "name"


def test_a_pinned_certificate_is_believed_whatever_its_name(meet, tmp_path):
    context, print_ = certs.self_signed(tmp_path, "anything")
    colons = ":".join(print_[i : i + 2] for i in range(0, 64, 2)).upper()
    session, other = meet(FINE, Trust(pinned_sha256=colons), context)
    assert get(session).body == b"fine"
    assert get(session).body == b"fine"
    assert other.connections == 2  # one to look at the certificate, one to talk


def test_a_pin_excludes_even_a_known_authority(meet, ca, tmp_path):
    _, print_ = certs.self_signed(tmp_path)
    trust = Trust(ca_file=certs.ca_file(ca, tmp_path), pinned_sha256=print_)
    session, _ = meet(FINE, trust, certs.server(ca.issue_cert("127.0.0.1"), tmp_path))
    assert refused(session).params["reason"] == "changed"


def test_a_certificate_issued_by_an_unknown_authority_can_be_pinned(meet, tmp_path):
    import hashlib

    leaf = trustme.CA().issue_cert("elsewhere.example")
    der = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    trust = Trust(pinned_sha256=hashlib.sha256(der).hexdigest())
    session, _ = meet(FINE, trust, certs.server(leaf, tmp_path))
    assert get(session).body == b"fine"


def test_a_changed_certificate_is_refused_at_first_sight_and_later(opened, tmp_path):
    first, print_ = certs.self_signed(tmp_path)
    second, other_print = certs.self_signed(tmp_path)
    other = opened.enter_context(peer(serving(lambda _: ok(b"", b"Connection: close")), first))
    for _ in range(2):
        session = HttpSession(other.url(), None, Trust(pinned_sha256=print_))
        opened.callback(session.close)
        other.replace_context(first)
        assert get(session).status == 200
        other.replace_context(second)
        assert refused(session).params == {"reason": "changed", "fingerprint": other_print}


def test_an_expired_pinned_certificate_is_refused(meet, tmp_path):
    context, print_ = certs.self_signed(tmp_path, days=-1)
    session, _ = meet(FINE, Trust(pinned_sha256=print_), context)
    assert refused(session).params == {"reason": "expired", "fingerprint": print_}


def test_a_missing_authority_file_refuses_everything(meet, ca, tmp_path):
    context = certs.server(ca.issue_cert("127.0.0.1"), tmp_path)
    session, _ = meet(FINE, Trust(ca_file=str(tmp_path / "none.pem")), context)
    assert refused(session).params["reason"] == "unknown_ca"


def test_plain_http_is_not_tls(opened):
    other = opened.enter_context(peer(lambda sock: sock.sendall(b"HTTP/1.1 400 ?\r\n\r\n")))
    session = HttpSession(other.url("https"), None, Trust())
    opened.callback(session.close)
    found = problem(session)
    assert isinstance(found, NotUnderstood)
    assert found.params == {"reason": "not_tls"}


@pytest.mark.parametrize("pin", ["", "0" * 64])
def test_a_handshake_that_hangs_ends_at_the_deadline(opened, pin):
    other = opened.enter_context(peer(hang))
    session = HttpSession(other.url("https"), None, Trust(pinned_sha256=pin or None))
    opened.callback(session.close)
    assert isinstance(problem(session, 0.5), DeadlinePassed)


def test_a_handshake_that_drips_ends_at_the_deadline(opened):
    def act(sock):
        import time

        sock.sendall(b"\x16\x03\x03\x40\x00")
        while True:
            sock.sendall(b"\x02")
            time.sleep(0.05)

    other = opened.enter_context(peer(act))
    session = HttpSession(other.url("https"), None, Trust())
    opened.callback(session.close)
    assert isinstance(problem(session, 0.5), DeadlinePassed)


def test_a_handshake_that_is_cut_is_unreachable(opened):
    other = opened.enter_context(peer(lambda sock: None))
    session = HttpSession(other.url("https"), None, Trust())
    opened.callback(session.close)
    assert isinstance(problem(session), Unreachable)


def test_a_drip_inside_tls_ends_at_the_deadline(meet, ca, tmp_path):
    trust = Trust(ca_file=certs.ca_file(ca, tmp_path))
    context = certs.server(ca.issue_cert("127.0.0.1"), tmp_path)
    session, _ = meet(dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), trust, context)
    assert isinstance(problem(session, 0.5), DeadlinePassed)
