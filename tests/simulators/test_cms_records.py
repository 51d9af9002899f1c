"""Call records that the pretend MCU pushes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tests.simulators.conftest import Start
from tests.simulators.peer import Started, failure, until
from tests.simulators.receiver import Receiver, receiver

RECEIVERS = "/system/cdrReceivers"


@pytest.fixture
def peer(start: Start) -> Started:
    return start("--scene", "calm", "--sites", "5", "--delay-ms", "10..30")


def register(peer: Started, uri: str) -> str:
    reply = peer.cms("POST", RECEIVERS, {"uri": uri})
    assert reply.status_code == 200, reply.text
    return str(reply.headers["Location"]).removeprefix("/api/v1")


def records(kept: Receiver, kind: str = "") -> list[ET.Element]:
    found = [record for document in kept.documents() for record in document]
    return [record for record in found if kind in ("", record.attrib["type"])]


def test_at_most_four_receivers_all_on_this_machine(peer: Started) -> None:
    places = [register(peer, f"http://127.0.0.1:9/{at}") for at in range(4)]
    reply = peer.cms("POST", RECEIVERS, {"uri": "http://127.0.0.1:9/5"})
    assert failure(reply) == "tooManyCdrReceivers"
    listed = peer.read(RECEIVERS)
    assert listed.attrib == {"total": "4", "maximum": "4"}
    assert next(each.findtext("uri") for each in listed) == "http://127.0.0.1:9/0"
    assert peer.cms("DELETE", places[0]).status_code == 200
    assert failure(peer.cms("GET", places[0])) == "cdrReceiverDoesNotExist"
    assert peer.cms("PUT", places[1], {"uri": ""}).status_code == 200
    assert peer.read(places[1]).find("uri") is not None
    assert peer.read(places[1]).findtext("uri") == ""
    for elsewhere in ("http://192.0.2.1/", "ftp://127.0.0.1/", "http://example.com/"):
        reply = peer.cms("POST", RECEIVERS, {"uri": elsewhere})
        assert failure(reply) == "parameterError"


def test_a_dropped_call_is_recorded_with_its_reason(peer: Started) -> None:
    with receiver() as kept:
        place = register(peer, kept.url)
        peer.fault("drop", "643", seconds=0.2)
        until(lambda: len(records(kept)) >= 3)
        peer.cms("DELETE", place)
        document = kept.documents()[0]
        assert document.tag == "records"
        assert set(document.attrib) == {"session", "callBridge"}
        assert kept.headers[0]["content-type"].startswith("text/xml")
        end = records(kept, "callLegEnd")[0]
        assert end.findtext("callLeg/reason") == "timeout"
        assert end.findtext("callLeg/encryptedMedia") == "true"
        assert end.findtext("callLeg/remoteParty") == "643@hnth.daklak.example"
        assert [record.attrib["type"] for record in records(kept)] == [
            "callLegEnd",
            "callLegStart",
            "callLegUpdate",
        ]
        indexes = [int(record.attrib["recordIndex"]) for record in records(kept)]
        assert indexes == [1, 2, 3]
        correlators = [int(record.attrib["correlatorIndex"]) for record in records(kept)]
        assert correlators == list(range(correlators[0], correlators[0] + 3))


def test_lost_records_leave_a_gap(peer: Started) -> None:
    with receiver() as kept:
        place = register(peer, kept.url)
        peer.cms("PUT", f"/calls/{peer.call()}", {"recording": "true"})
        until(lambda: records(kept, "recordingStart"))
        peer.fault("lost_record", "cms-1", count=1)
        peer.cms("PUT", f"/calls/{peer.call()}", {"streaming": "true"})
        until(lambda: peer.state()["conference"]["streaming"])
        peer.cms("PUT", f"/calls/{peer.call()}", {"recording": "false"})
        until(lambda: records(kept, "recordingEnd"))
        peer.cms("DELETE", place)
        assert [record.attrib["recordIndex"] for record in records(kept)] == ["1", "3"]


def test_a_receiver_that_fails_raises_an_alarm_and_gets_all_later(peer: Started) -> None:
    with receiver() as kept:
        kept.status = 500
        place = register(peer, kept.url)
        peer.fault("drop", "643", seconds=0)
        alarm = until(lambda: list(peer.read("/system/alarms")))[0]
        assert alarm.findtext("type") == "cdrConnectionFailure"
        assert kept.bodies == []
        kept.status = 200
        until(lambda: records(kept, "callLegEnd"))
        until(lambda: peer.read("/system/alarms").attrib["total"] == "0")
        peer.cms("DELETE", place)


def test_dial_scanning_and_strangers_show(peer: Started) -> None:
    with receiver() as kept:
        place = register(peer, kept.url)
        peer.fault("dial_scan", "cms-1", calls=25)
        until(lambda: len(records(kept)) == 25)
        reasons = {record.findtext("callLeg/reason") for record in records(kept)}
        assert reasons == {"unknownDestination"}
        peer.fault("stranger", "cms-1", seconds=0.5, uri="sip:1000@203.0.113.9")
        assert "1000@203.0.113.9" in peer.roster()
        end = until(
            lambda: [
                r
                for r in records(kept, "callLegEnd")
                if "1000" in (r.findtext(".//remoteParty") or "")
            ]
        )[0]
        assert end.findtext("callLeg/encryptedMedia") == "false"
        peer.cms("DELETE", place)


def test_in_a_locked_call_a_stranger_waits_in_the_lobby(peer: Started) -> None:
    peer.cms("PUT", f"/calls/{peer.call()}", {"locked": "true"})
    until(lambda: peer.state()["conference"]["locked"])
    peer.fault("stranger", "cms-1", seconds=10, uri="sip:1000@203.0.113.9")
    code, site = next((c, s) for c, s in peer.state()["sites"].items() if s["level"] == "stranger")
    leg = peer.read(f"/callLegs/{site['leg']['id']}")
    assert leg.findtext("status/deactivated") == "true"
    peer.cms("PUT", f"/calls/{peer.call()}", {"locked": "false"})
    until(lambda: not peer.site(code)["leg"]["in_lobby"])
