"""Trouble with answers: none, late, dripping, wrong, too large, refused, or not meant."""

from __future__ import annotations

import time
from xml.etree import ElementTree as ET

import pytest
import requests

from tests.simulators.peer import Started, failure, tls_socket
from tests.simulators.reads import TARGETS, ask, request, url_of, well


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
