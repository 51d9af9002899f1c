"""What the pretend MCU answers to reads, against the CMS API reference."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tests.simulators.peer import Started, failure, until

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def someone(peer: Started, name: str = "Phường Tân Hòa") -> tuple[str, str]:
    """Participant and leg id of a site by name."""
    code = next(code for code, site in peer.state()["sites"].items() if site["name"] == name)
    leg = peer.site(code)["leg"]
    return leg["participant"], leg["id"]


def test_without_the_right_login_nothing_is_read(quiet: Started) -> None:
    for auth in (None, ("hnth-api", "wrong"), ("wrong", "wrong")):
        reply = quiet.cms("GET", "/calls", auth=auth)
        assert reply.status_code == 401
        assert reply.headers["WWW-Authenticate"].startswith("Basic")


def test_the_call_is_listed_with_its_correlator(quiet: Started) -> None:
    root = quiet.read("/calls")
    assert root.tag == "calls"
    assert root.attrib["total"] == "1"
    call = root[0]
    assert call.attrib["id"] == quiet.call()
    assert call.findtext("name") == quiet.ready["cms"][0]["conference"]
    assert call.findtext("coSpace") == quiet.ready["cms"][0]["cospace"]
    assert GUID.fullmatch(call.findtext("callCorrelator") or "")
    other = "00000000-0000-4000-8000-000000000000"
    assert quiet.read("/calls", coSpaceFilter=other).attrib["total"] == "0"


def test_a_call_in_full(quiet: Started) -> None:
    call = quiet.read(f"/calls/{quiet.call()}")
    assert call.tag == "call"
    wanted = {
        "name": quiet.ready["cms"][0]["conference"],
        "callType": "coSpace",
        "numCallLegs": "30",
        "numParticipantsLocal": "30",
        "numParticipantsRemote": "0",
        "locked": "false",
        "recording": "false",
        "streaming": "false",
        "joinAudioMuteOverride": "true",
        "panePlacementSelfPaneMode": "unset",
    }
    assert {name: call.findtext(name) for name in wanted} == wanted
    assert int(call.findtext("durationSeconds") or "") >= 0


def test_a_page_never_holds_more_than_ten(quiet: Started) -> None:
    path = f"/calls/{quiet.call()}/participants"
    for limit in ("", "5", "10", "100"):
        page = quiet.read(path, limit=limit)
        assert page.attrib["total"] == "30"
        assert len(page) == min(int(limit or 10), 10)
    assert len(quiet.read(path, offset=25)) == 5
    assert len(quiet.read(path, offset=500)) == 0
    assert failure(quiet.cms("GET", path, params={"offset": "x"})) == "parameterError"


def test_all_pages_together_hold_everyone_once(quiet: Started) -> None:
    assert len(quiet.roster()) == 30


def test_under_unstable_order_pages_repeat_and_miss(quiet: Started) -> None:
    quiet.fault("unstable_order", "cms-1", seconds=60)
    path = f"/calls/{quiet.call()}/participants"
    rounds: list[list[str]] = []
    for _ in range(6):
        ids = [
            each.attrib["id"] for offset in (0, 10, 20) for each in quiet.read(path, offset=offset)
        ]
        assert len(ids) == 30
        rounds.append(ids)
    assert any(len(set(ids)) < 30 for ids in rounds)
    assert set().union(*rounds) == set(quiet.roster().values())


def test_a_participant_in_full(quiet: Started) -> None:
    participant_id, _ = someone(quiet)
    found = quiet.read(f"/participants/{participant_id}")
    assert found.attrib["id"] == participant_id
    assert found.findtext("call") == quiet.call()
    assert found.findtext("name") == "Phường Tân Hòa"
    assert found.findtext("uri") == "24121@hnth.daklak.example"
    assert found.findtext("numCallLegs") == "1"
    assert found.findtext("status/state") == "connected"
    assert found.findtext("status/cameraControlAvailable") == "true"
    assert found.find("configuration") is not None
    assert found.find("configuration/importance") is None
    assert found.find("callBridge") is None


def test_filters_find_by_part_of_a_name(quiet: Started) -> None:
    page = quiet.read("/participants", filter="TÂN HÒA")
    assert [each.findtext("name") for each in page] == ["Phường Tân Hòa"]
    page = quiet.read(f"/calls/{quiet.call()}/callLegs", filter="tân hòa")
    assert page.attrib["total"] == "1"


def test_legs_by_participant_by_call_and_by_layout(quiet: Started) -> None:
    participant_id, leg_id = someone(quiet)
    pages = (
        quiet.read(f"/participants/{participant_id}/callLegs"),
        quiet.read("/callLegs", participantFilter=participant_id),
    )
    for page in pages:
        assert [each.attrib["id"] for each in page] == [leg_id]
    assert quiet.read("/callLegs").attrib["total"] == "30"
    assert quiet.read("/callLegs", callsFilter=quiet.call()).attrib["total"] == "30"
    assert quiet.read("/callLegs", callsFilter="0" * 8).attrib["total"] == "0"
    assert quiet.read("/callLegs", activeLayoutFilter="allEqual").attrib["total"] == "30"
    assert quiet.read("/callLegs", activeLayoutFilter="stacked").attrib["total"] == "0"


def media(leg: ET.Element, name: str) -> dict[str, str]:
    found = leg.find(f"status/{name}")
    assert found is not None
    return {each.tag: each.text or "" for each in found}


def test_a_leg_in_full_with_its_media(quiet: Started) -> None:
    _, leg_id = someone(quiet)
    until(lambda: media(quiet.read(f"/callLegs/{leg_id}"), "rxVideo").get("bitRate", "0") != "0")
    leg = quiet.read(f"/callLegs/{leg_id}")
    assert leg.findtext("type") == "sip"
    assert leg.findtext("direction") == "incoming"
    assert leg.findtext("remoteParty") == "24121@hnth.daklak.example"
    assert leg.findtext("configuration/rxAudioMute") == "true"
    assert leg.findtext("configuration/txAudioMute") == "false"
    assert leg.findtext("status/encryptedMedia") == "true"
    assert leg.findtext("status/layout") == "allEqual"
    assert GUID.fullmatch(leg.findtext("status/groupId") or "")
    sound, picture = media(leg, "rxAudio"), media(leg, "rxVideo")
    assert sound["codec"] == "opus"
    assert 20_000 < int(sound["bitRate"]) < 80_000
    assert (picture["codec"], picture["width"], picture["height"]) == ("h264", "1920", "1080")
    assert 1_000_000 < int(picture["bitRate"]) < 4_000_000
    assert "roundTripTime" not in sound
    assert "roundTripTime" not in picture
    assert int(media(leg, "txAudio")["roundTripTime"]) > 0
    assert int(media(leg, "txVideo")["roundTripTime"]) > 0
    main = leg.find("status/rxVideo")
    assert main is not None
    assert main.attrib == {"role": "main"}


def test_legs_by_alarm_follow_the_line(quiet: Started) -> None:
    assert quiet.read("/callLegs", alarms="all").attrib["total"] == "0"
    quiet.fault("loss", "24121", seconds=20, loss_pct=12.0, jitter_ms=80.0)
    _, leg_id = someone(quiet)
    until(lambda: quiet.read("/callLegs", alarms="packetLoss").attrib["total"] == "1")
    until(lambda: quiet.read("/callLegs", alarms="excessiveJitter").attrib["total"] == "1")
    page = quiet.read("/callLegs", alarms="packetLoss|excessiveJitter")
    assert [each.attrib["id"] for each in page] == [leg_id]
    assert page[0].find("alarms/packetLoss") is not None
    assert page[0].find("alarms/excessiveJitter") is not None
    assert quiet.read("/callLegs", alarms="highRoundTripTime").attrib["total"] == "0"
    assert failure(quiet.cms("GET", "/callLegs", params={"alarms": "fire"})) == "parameterError"
    quiet.clear()
    until(lambda: quiet.read("/callLegs", alarms="all").attrib["total"] == "0")


def test_health(quiet: Started) -> None:
    status = quiet.read("/system/status")
    assert status.findtext("softwareVersion") == "3.0"
    assert int(status.findtext("uptimeSeconds") or "") > 0
    assert status.findtext("clusterEnabled") == "false"
    assert int(status.findtext("callLegsActive") or "") == 30
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", status.findtext("cdrTime") or "")
    until(lambda: int(quiet.read("/system/status").findtext("videoBitRateIncoming") or 0) > 10**7)
    load = int(quiet.read("/system/load").findtext("mediaProcessingLoad") or "")
    limit = int(quiet.read("/system/configuration/cluster").findtext("loadLimit") or "")
    assert 0 < load < limit
    assert quiet.read("/system/database").attrib == {"clustered": "disabled"}
    assert quiet.read("/system/alarms").attrib["total"] == "0"
    number = quiet.fault("alarm", "cms-1", type="recorderLowDiskSpace", seconds=30)
    alarm = quiet.read("/system/alarms")[0]
    assert alarm.findtext("type") == "recorderLowDiskSpace"
    again = quiet.read("/system/alarms")[0]
    assert alarm.attrib["id"] == again.attrib["id"]
    assert quiet.control("POST", "/clear", {"fault": number}).json() == {"cleared": 1}
    assert quiet.read("/system/alarms").attrib["total"] == "0"


def test_spaces_bridges_and_profiles(quiet: Started) -> None:
    space = quiet.ready["cms"][0]["cospace"]
    assert quiet.read("/coSpaces", filter="giao ban")[0].attrib["id"] == space
    assert quiet.read(f"/coSpaces/{space}").findtext("uri") == "giaoban"
    bridge = quiet.read("/callBridges")[0]
    assert bridge.findtext("name") == "cms-1"
    assert quiet.read(f"/callBridges/{bridge.attrib['id']}").tag == "callBridge"
    profile = quiet.read("/callLegProfiles")[0].attrib["id"]
    assert quiet.read("/system/profiles").findtext("callLegProfile") == profile
    assert quiet.read(f"/callLegProfiles/{profile}").findtext("defaultLayout") == "allEqual"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/calls/abc", 404, "callDoesNotExist"),
        ("GET", "/calls/abc/participants", 404, "callDoesNotExist"),
        ("GET", "/participants/abc", 404, "participantDoesNotExist"),
        ("GET", "/callLegs/abc", 404, "callLegDoesNotExist"),
        ("PUT", "/callLegs/abc", 404, "callLegDoesNotExist"),
        ("DELETE", "/callLegs/abc", 404, "callLegDoesNotExist"),
        ("GET", "/coSpaces/abc", 404, "coSpaceDoesNotExist"),
        ("GET", "/callBridges/abc", 404, "callBridgeDoesNotExist"),
        ("GET", "/system/cdrReceivers/abc", 404, "cdrReceiverDoesNotExist"),
        ("GET", "/nonsense", 404, "unrecognizedObject"),
        ("GET", "/system/profile", 404, "unrecognisedObject"),
        ("POST", "/system/load", 400, "invalidOperation"),
        ("PATCH", "/calls", 400, "invalidOperation"),
    ],
)
def test_refusals_carry_their_code(
    quiet: Started, method: str, path: str, status: int, code: str
) -> None:
    reply = quiet.cms(method, path)
    assert reply.status_code == status
    assert failure(reply) == code


def test_outside_the_api_there_is_nothing(quiet: Started) -> None:
    at = quiet.ready["cms"][0]
    assert quiet.http("GET", at["url"] + "/").status_code == 404
