"""The certificate that a device shows, read for a person."""

from __future__ import annotations

import time

import pytest
import trustme

from console.wire.certificate import grouped, read_certificate, shown_by
from console.wire.problems import NotUnderstood, Unreachable, WireError
from tests.wire import certs
from tests.wire.peers import hang, peer


def test_it_is_read_without_a_byte_of_ours(opened, tmp_path):
    heard: list[bytes] = []
    context, print_ = certs.self_signed(tmp_path, "Bộ mã hóa")
    other = opened.enter_context(peer(lambda sock: heard.append(sock.recv(10)), context))
    found = shown_by("127.0.0.1", other.port)
    assert found.sha256 == print_
    assert (found.subject, found.issuer) == ("CN=Bộ mã hóa", "CN=Bộ mã hóa")
    assert found.self_signed
    assert found.days_left(time.time()) == 364
    assert found.begins_s < time.time()
    assert not any(heard)


def test_names_and_issuer(opened, tmp_path):
    leaf = trustme.CA().issue_cert("127.0.0.1", "cms.example")
    other = opened.enter_context(peer(lambda sock: None, certs.server(leaf, tmp_path)))
    found = shown_by("127.0.0.1", other.port)
    assert set(found.names) == {"127.0.0.1", "cms.example"}
    assert not found.self_signed


def test_an_expired_one_can_still_be_looked_at(opened, tmp_path):
    context, _ = certs.self_signed(tmp_path, days=-3)
    other = opened.enter_context(peer(lambda sock: None, context))
    left = shown_by("127.0.0.1", other.port).days_left(time.time())
    assert left is not None
    assert left < 0


def test_what_is_no_certificate_has_its_fingerprint_alone():
    found = read_certificate(b"\x30\x03abc")
    assert (found.subject, found.ends_s, found.self_signed) == ("", 0, False)
    assert found.days_left(0) is None
    assert len(found.sha256) == 64
    assert grouped("0a1b") == "0A:1B"


def test_there_may_be_nothing_to_see(opened):
    plain = opened.enter_context(peer(lambda sock: sock.sendall(b"HTTP/1.1 400 ?\r\n\r\n")))
    with pytest.raises(NotUnderstood):
        shown_by("127.0.0.1", plain.port)
    silent = opened.enter_context(peer(hang))
    with pytest.raises(WireError):
        shown_by("127.0.0.1", silent.port, 0.3)
    with pytest.raises(Unreachable):
        shown_by("127.0.0.1", 1)
