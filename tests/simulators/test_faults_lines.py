"""Trouble with the line itself: wrong certificates, half open, silent, cut by a restart."""

from __future__ import annotations

import socket
import ssl

import pytest

from tests.simulators.events import events, roster_line
from tests.simulators.peer import Started, port_of, tls_socket, until
from tests.simulators.reads import TARGETS, url_of, well


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("flaw", "part"),
    [
        ("unknown_ca", "CERTIFICATE_VERIFY_FAILED"),
        ("expired", "expired"),
        ("name", "mismatch"),
    ],
)
def test_wrong_certificates_are_refused_by_whoever_checks(
    quiet: Started, target: str, flaw: str, part: str
) -> None:
    quiet.fault("wrong_certificate", target, flaw=flaw, seconds=60)
    with pytest.raises(ssl.SSLError) as caught, tls_socket(quiet, url_of(quiet, target)):
        pass
    assert part in str(caught.value)
    quiet.clear()
    assert well(quiet, target)


def fingerprint(peer: Started, target: str) -> bytes:
    with tls_socket(peer, url_of(peer, target)) as line:
        return bytes(line.getpeercert(binary_form=True) or b"")


def test_a_changed_certificate_is_noticed_by_its_fingerprint_alone(quiet: Started) -> None:
    before = fingerprint(quiet, "room:24121")
    assert fingerprint(quiet, "room:24121") == before
    quiet.fault("wrong_certificate", "room:24121", flaw="changed", seconds=60)
    assert fingerprint(quiet, "room:24121") != before
    assert well(quiet, "room:24121")
    assert fingerprint(quiet, "cms-1") == before
    quiet.clear()
    assert fingerprint(quiet, "room:24121") == before


@pytest.mark.parametrize("target", TARGETS)
def test_half_open_accepts_and_carries_nothing(quiet: Started, target: str) -> None:
    url = url_of(quiet, target)
    with tls_socket(quiet, url, 1.0) as before:
        quiet.fault("half_open", target, seconds=60)
        before.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        before.settimeout(0.5)
        with pytest.raises(TimeoutError):
            before.recv(1)
        with (
            socket.create_connection(("127.0.0.1", port_of(url)), 1.0) as fresh,
            pytest.raises(TimeoutError),
        ):
            quiet.tls().wrap_socket(fresh, server_hostname="127.0.0.1")
    quiet.clear()
    assert well(quiet, target)


def test_half_open_silences_an_events_socket_without_closing_it(quiet: Started) -> None:
    with events(quiet) as ears:
        ears.subscribe(roster_line(quiet))
        assert ears.hear(lambda: len(ears.roster()) == 30)
        quiet.fault("half_open", "cms-1", seconds=60)
        quiet.fault("drop", "643", seconds=0.2)
        before = len(ears.heard)
        ears.listen(0.8)
        assert len(ears.heard) == before
        assert not ears.socket.ponged(0.3)
        quiet.clear()
    until(lambda: quiet.site("643")["state"] == "connected")


def test_hang_keeps_an_events_socket_silent_until_it_ends(quiet: Started) -> None:
    with events(quiet) as ears:
        ears.subscribe(roster_line(quiet))
        assert ears.hear(lambda: len(ears.roster()) == 30)
        quiet.fault("hang", "cms-1", path="/events/*", seconds=60)
        before = len(ears.heard)
        quiet.cms("PUT", f"/callLegs/{quiet.site('643')['leg']['id']}", {"rxAudioMute": "false"})
        ears.listen(0.6)
        assert len(ears.heard) == before
        quiet.clear()
        quiet.cms("PUT", f"/callLegs/{quiet.site('643')['leg']['id']}", {"rxAudioMute": "true"})
        assert ears.hear(lambda: len(ears.heard) > before)


def test_a_hanging_handshake(quiet: Started) -> None:
    quiet.fault("hang", "cms-1", path="/events/*", seconds=60)
    with tls_socket(quiet, url_of(quiet, "cms-1"), 0.5) as line:
        line.sendall(
            b"GET /events/v1?authToken=x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        with pytest.raises(TimeoutError):
            line.recv(1)


@pytest.mark.parametrize("target", TARGETS)
def test_a_restart_is_a_closed_port_and_then_the_same_port_again(
    quiet: Started, target: str
) -> None:
    url = url_of(quiet, target)
    quiet.fault("restart", target, seconds=0.8)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(url)), 1.0)
    until(lambda: reachable(url))
    assert well(quiet, target)
    until(lambda: quiet.state()["connected"] == 30, 30)
    if target == "cms-1":
        quiet.ready["cms"][0]["call"] = quiet.read("/calls")[0].attrib["id"]


def reachable(url: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port_of(url)), 1.0).close()
    except OSError:
        return False
    return True
