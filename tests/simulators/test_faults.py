"""Trouble on command, seen with plain clients and raw sockets."""

from __future__ import annotations

import base64
import socket
import ssl
import time
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests

from console.simulators.fault_kinds import KINDS
from tests.simulators.events import events, roster_line
from tests.simulators.peer import Started, failure, port_of, tls_socket, until

TARGETS = ["cms-1", "room:24121"]


def request(peer: Started, target: str, extra: str = "") -> bytes:
    """A harmless read as bytes."""
    if target.startswith("room:"):
        _, login = peer.room(target[5:])
        path = "/getxml?location=/Status/Standby"
    else:
        at = peer.ready["cms"][0]
        path, login = "/api/v1/system/load", (at["user"], at["password"])
    key = base64.b64encode(":".join(login).encode()).decode()
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {key}\r\n"
    return (head + extra + "\r\n").encode()


def url_of(peer: Started, target: str) -> str:
    if target.startswith("room:"):
        return str(peer.ready["rooms"][target[5:]]["url"])
    return str(peer.ready["cms"][0]["url"])


def ask(peer: Started, target: str, **options: Any) -> requests.Response:
    """A harmless read of a device."""
    if target.startswith("room:"):
        url, auth = peer.room(target[5:])
        params = {"location": "/Status/Standby"}
        return peer.http("GET", url + "/getxml", params=params, auth=auth, **options)
    return peer.cms("GET", "/system/status", **options)


def well(peer: Started, target: str) -> bool:
    reply = ask(peer, target)
    return reply.status_code == 200 and reply.content.startswith(b"<?xml")


@pytest.mark.parametrize("target", TARGETS)
def test_hang_takes_the_request_and_never_answers(quiet: Started, target: str) -> None:
    quiet.fault("hang", target, seconds=60)
    with pytest.raises(requests.ReadTimeout):
        ask(quiet, target, timeout=0.5)
    quiet.clear()
    assert well(quiet, target)


def test_a_hanging_request_ends_when_the_fault_does(quiet: Started) -> None:
    quiet.fault("hang", "cms-1", seconds=0.5)
    began_s = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        ask(quiet, "cms-1", timeout=10)
    assert 0.4 < time.monotonic() - began_s < 5
    assert well(quiet, "cms-1")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("where", ["body", "header"])
def test_drip_sends_the_right_answer_byte_by_byte(quiet: Started, target: str, where: str) -> None:
    quiet.fault("drip", target, seconds=60, every_s=0.005, where=where)
    with tls_socket(quiet, url_of(quiet, target), 10) as line:
        line.sendall(request(quiet, target))
        pieces: list[bytes] = []
        while len(pieces) < 12 and (piece := line.recv(1000)):
            pieces.append(piece)
    whole = b"".join(pieces)
    assert whole.startswith(b"HTTP/1.1 200")
    dripped = pieces if where == "header" else pieces[1:]
    assert max(map(len, dripped)) < 10
    quiet.clear()
    quiet.fault("drip", target, seconds=60, every_s=0.001, where=where)
    assert well(quiet, target)


@pytest.mark.parametrize("target", TARGETS)
def test_slow_is_late_and_right(quiet: Started, target: str) -> None:
    quiet.fault("slow", target, count=1, delay_ms=400)
    began_s = time.monotonic()
    assert well(quiet, target)
    assert time.monotonic() - began_s >= 0.4
    assert well(quiet, target)


@pytest.mark.parametrize("target", TARGETS)
def test_busy_html_garbage_and_unauthorized(quiet: Started, target: str) -> None:
    quiet.fault("busy", target, count=1)
    assert ask(quiet, target).status_code == 503
    quiet.fault("html", target, count=1)
    reply = ask(quiet, target)
    assert (reply.status_code, reply.headers["Content-Type"].partition(";")[0]) == (
        200,
        "text/html",
    )
    assert "<form" in reply.text
    quiet.fault("garbage", target, count=1)
    noise = ask(quiet, target)
    assert noise.status_code == 200
    with pytest.raises(ET.ParseError):
        ET.fromstring(noise.content)
    quiet.fault("garbage", target, count=1, where="wire")
    with pytest.raises(requests.ConnectionError):
        ask(quiet, target)
    quiet.fault("unauthorized", target, count=1)
    assert ask(quiet, target).status_code == 401
    quiet.fault("reset", target, count=1)
    with pytest.raises(requests.ConnectionError):
        ask(quiet, target)
    quiet.fault("truncate", target, count=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask(quiet, target)
    assert well(quiet, target)


def test_flood_sends_more_than_anyone_should_take(quiet: Started) -> None:
    quiet.fault("flood", "cms-1", count=1, megabytes=8)
    at = quiet.ready["cms"][0]
    with requests.Session() as session:
        session.trust_env = False
        reply = session.get(
            at["url"] + "/api/v1/calls",
            auth=(at["user"], at["password"]),
            verify=quiet.ca,
            stream=True,
            timeout=10,
        )
        taken = sum(len(piece) for piece in reply.iter_content(65_536))
    assert taken > 8_000_000
    assert well(quiet, "cms-1")


def test_faults_can_be_for_one_path_and_one_method(quiet: Started) -> None:
    quiet.fault("busy", "cms-1", path="/api/v1/calls/*", method="PUT", seconds=60)
    assert quiet.cms("GET", f"/calls/{quiet.call()}").status_code == 200
    assert quiet.cms("PUT", f"/calls/{quiet.call()}", {"locked": "false"}).status_code == 503
    assert quiet.cms("GET", "/system/load").status_code == 200
    assert well(quiet, "room:24121")


def test_faults_can_be_for_every_device_or_every_room(quiet: Started) -> None:
    quiet.fault("busy", "*", seconds=60)
    assert {ask(quiet, target).status_code for target in TARGETS} == {503}
    assert quiet.control("GET", "/state").status_code == 200
    quiet.clear()
    quiet.fault("busy", "rooms", seconds=60)
    assert ask(quiet, "cms-1").status_code == 200
    assert ask(quiet, "room:643").status_code == 503


def test_a_fault_ends_by_its_time(quiet: Started) -> None:
    quiet.fault("busy", "cms-1", seconds=0.4)
    assert ask(quiet, "cms-1").status_code == 503
    until(lambda: well(quiet, "cms-1"))
    assert quiet.control("GET", "/faults").json()["active"] == []


def test_refusals_are_in_the_devices_own_words(quiet: Started) -> None:
    quiet.fault("refuse", "cms-1", count=1, method="PUT", code="participantLimitReached")
    reply = quiet.cms("PUT", f"/calls/{quiet.call()}", {"locked": "true"})
    assert (reply.status_code, failure(reply)) == (400, "participantLimitReached")
    quiet.fault("refuse", "cms-1", count=1, code="databaseNotReady")
    assert ask(quiet, "cms-1").status_code == 503
    quiet.fault("refuse", "room:24121", count=1, path="/putxml", code="Camera busy")
    document = "<Command><Camera><Preset><List/></Preset></Camera></Command>"
    result = quiet.put("24121", document)[0]
    assert result.tag == "PresetListResult"
    assert result.attrib == {"status": "Error"}
    assert result.findtext("Reason") == "Camera busy"


def test_ignored_writes_succeed_and_change_nothing(quiet: Started) -> None:
    quiet.fault("ignored_write", "*", seconds=60)
    leg = quiet.site("643")["leg"]["id"]
    assert quiet.cms("PUT", f"/callLegs/{leg}", {"rxAudioMute": "false"}).status_code == 200
    assert quiet.cms("DELETE", f"/callLegs/{leg}").status_code == 200
    path = f"/calls/{quiet.call()}/participants"
    dialled = quiet.cms("POST", path, {"remoteParty": "sip:nobody@x.example"})
    assert dialled.headers["Location"].startswith("/api/v1/participants/")
    unmute = "<Command><Audio><Microphones><Unmute/></Microphones></Audio></Command>"
    assert quiet.put("643", unmute)[0].attrib == {"status": "OK"}
    time.sleep(0.4)
    site = quiet.site("643")
    assert site["leg"]["rx_audio_mute"] is True
    assert site["room"]["mic_muted"] is True
    assert len(quiet.roster()) == 30
    bad = quiet.cms("PUT", f"/callLegs/{leg}", {"rxAudioMute": "maybe"})
    assert failure(bad) == "parameterError"


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
        pong = ears.socket.ping()
        assert not pong.wait(0.3)
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


# -- what happens at sites -----------------------------------------------------------------------


def test_drop_and_return_and_drop_for_good(quiet: Started) -> None:
    quiet.fault("drop", "643,644", seconds=0.3)
    assert {quiet.site(code)["state"] for code in ("643", "644")} == {"absent"}
    until(lambda: quiet.site("643")["state"] == quiet.site("644")["state"] == "connected")
    quiet.fault("drop", "643", seconds=0)
    time.sleep(0.5)
    assert quiet.site("643")["state"] == "absent"
    quiet.fault("join", "643")
    assert quiet.site("643")["state"] == "connected"


def test_mute_from_the_sites_side_is_not_the_bridges(quiet: Started) -> None:
    quiet.fault("self_unmute", "643")
    quiet.fault("room_unmute", "643")
    assert quiet.site("643")["mic_open"] is True
    quiet.fault("room_mute", "643")
    site = quiet.site("643")
    assert (site["leg"]["rx_audio_mute"], site["room"]["mic_muted"]) == (False, True)
    leg = quiet.read(f"/callLegs/{site['leg']['id']}")
    assert leg.findtext("configuration/rxAudioMute") == "false"
    quiet.fault("self_mute", "643")
    assert quiet.site("643")["leg"]["rx_audio_mute"] is True


def test_open_mic_speaks_and_ends(quiet: Started) -> None:
    quiet.fault("open_mic", "643", seconds=0.5)
    site = quiet.site("643")
    assert site["audible"] is True
    assert site["level_db"] > -40
    assert quiet.state()["speaker"] == "643"
    until(lambda: not quiet.site("643")["mic_open"])
    assert quiet.state()["speaker"] is None


def test_hold_and_resume(quiet: Started) -> None:
    quiet.fault("hold", "643", seconds=0.4)
    assert quiet.site("643")["state"] == "onHold"
    participant = quiet.site("643")["leg"]["participant"]
    assert quiet.read(f"/participants/{participant}").findtext("status/state") == "onHold"
    until(lambda: quiet.site("643")["state"] == "connected")


def active(peer: Started) -> list[tuple[str, str]]:
    faults = peer.control("GET", "/faults").json()["active"]
    return [(fault["kind"], fault["target"]) for fault in faults]


def test_what_passes_by_itself_is_listed_and_can_be_ended_before(quiet: Started) -> None:
    numbers = [
        quiet.fault("drop", "643", seconds=600),
        quiet.fault("open_mic", "644", seconds=600),
        quiet.fault("district_outage", "654", seconds=600),
        quiet.fault("no_answer", "645", seconds=600),
        quiet.fault("stranger", "cms-1", seconds=600),
    ]
    assert all(numbers)
    assert active(quiet) == [
        ("drop", "643"), ("open_mic", "644"), ("district_outage", "654"), ("no_answer", "645"),
        ("stranger", "cms-1"),
    ]  # fmt: skip
    assert quiet.site("643")["state"] == "absent"
    assert not quiet.site("644")["room"]["mic_muted"]
    for number in numbers:
        reply = quiet.control("POST", "/clear", {"fault": number})
        assert reply.json() == {"cleared": 1}
    assert active(quiet) == []
    until(lambda: quiet.site("643")["state"] == "connected")
    assert quiet.site("644")["room"]["mic_muted"]
    until(lambda: quiet.site("654")["state"] == "connected")


def test_what_merely_happened_is_not_listed_and_what_has_passed_is_no_more(quiet: Started) -> None:
    for kind in ("speak", "quiet", "join", "camera_moved"):
        assert quiet.fault(kind, "643") == 0
    assert quiet.fault("drop", "643", seconds=0) == 0
    quiet.act("join", "643")
    assert quiet.fault("drop", "643", seconds=0.3) > 0
    until(lambda: active(quiet) == [])
    until(lambda: quiet.site("643")["state"] == "connected")


def test_a_district_outage_takes_calls_and_rooms_and_gives_them_back(quiet: Started) -> None:
    below = ["24121", "24124", "643"]
    quiet.fault("district_outage", "643", seconds=1.0)
    state = quiet.state()["sites"]
    assert {state[code]["state"] for code in below} == {"absent"}
    assert state["644"]["state"] == "connected"
    with pytest.raises(requests.ReadTimeout):
        ask(quiet, "room:24121", timeout=0.4)
    assert well(quiet, "room:644")
    until(lambda: well(quiet, "room:24121"))
    until(lambda: quiet.state()["connected"] == 30, 20)


def test_a_renamed_site_comes_back_under_its_new_name(quiet: Started) -> None:
    name = "Xã <b>Ea H'leo</b> & M'Đrắk"
    old = quiet.site("24124")["name"]
    quiet.fault("rename", "24124", name=name)
    until(lambda: quiet.site("24124")["state"] == "connected")
    participant = quiet.site("24124")["leg"]["participant"]
    assert quiet.read(f"/participants/{participant}").findtext("name") == name
    quiet.act("rename", "24124", name=old)


# -- the kinds as data ---------------------------------------------------------------------------


def test_the_kinds_are_listed_as_data_a_panel_can_be_built_from(quiet: Started) -> None:
    kinds = quiet.control("GET", "/faults").json()["kinds"]
    assert {kind["kind"] for kind in kinds} == {kind.kind for kind in KINDS}
    for kind in kinds:
        assert kind["scope"] in ("site", "device", "bridge", "camera")
        assert kind["about"].endswith(".")
        for parameter in kind["parameters"]:
            assert parameter["type"] in ("number", "integer", "text", "choice")
            assert (parameter["type"] == "choice") == bool(parameter["choices"])


@pytest.mark.parametrize("kind", [kind.kind for kind in KINDS if kind.kind != "restart"])
def test_every_kind_can_be_caused_with_its_defaults_and_cleared(quiet: Started, kind: str) -> None:
    scope = next(each.scope for each in KINDS if each.kind == kind)
    target = {"site": "24154", "bridge": "cms-1", "camera": "cameras"}.get(scope, "room:24154")
    number = quiet.fault(kind, target)
    active = quiet.control("GET", "/faults").json()["active"]
    assert (number > 0) == any(fault["number"] == number for fault in active)
    quiet.clear()
    assert quiet.control("GET", "/faults").json()["active"] == []
    assert well(quiet, "cms-1")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"kind": "explode"}, "no such kind"),
        ({"kind": "drop", "target": "99999"}, "no such site"),
        ({"kind": "drop", "target": ""}, "no such site"),
        ({"kind": "hang", "target": "cms-9"}, "no such device"),
        ({"kind": "lost_event", "target": "room:643"}, "no such device"),
        ({"kind": "hang", "target": "control"}, "no such device"),
        ({"kind": "hang", "seconds": "long"}, "must be a number"),
        ({"kind": "hang", "seconds": -1}, "between"),
        ({"kind": "hang", "seconds": True}, "must be a number"),
        ({"kind": "hang", "colour": "red"}, "no parameter"),
        ({"kind": "drip", "where": "middle"}, "one of"),
        ({"kind": "refuse", "code": 5}, "must be a text"),
    ],
)
def test_senseless_faults_are_refused_in_words(
    quiet: Started, said: dict[str, Any], part: str
) -> None:
    reply = quiet.control("POST", "/fault", said)
    assert reply.status_code == 400
    assert part in reply.json()["error"]
