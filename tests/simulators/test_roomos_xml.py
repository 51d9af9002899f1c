"""The pretend rooms' statuses over HTTPS XML, against the RoomOS xAPI guide."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tests.simulators.peer import Started, until
from tests.simulators.room_xml import CODE, status, value

VERSIONS = {"9": "ce9.15", "11": "ce11.24", "26": "ce26.4"}


def on_release(peer: Started, release: str) -> str:
    """The code of a room that runs a release."""
    for code in peer.ready["rooms"]:
        version = status(peer, "/Status/Standby", code).attrib["version"]
        if version.startswith(VERSIONS[release]):
            return str(code)
    raise AssertionError(f"no room runs {release}")


def test_one_leaf_comes_with_its_ancestors_alone(quiet: Started) -> None:
    root = status(quiet, "/Status/Audio/Microphones/Mute")
    assert root.tag == "Status"
    assert root.attrib["product"] == "Cisco Codec"
    assert root.attrib["apiVersion"] == "4"
    assert [each.tag for each in root.iter()] == ["Status", "Audio", "Microphones", "Mute"]
    assert root.findtext("Audio/Microphones/Mute") == "On"


def test_the_whole_status_and_the_other_documents(quiet: Started) -> None:
    url, auth = quiet.room(CODE)
    for path, tag in (
        ("/status.xml", "Status"),
        ("/configuration.xml", "Configuration"),
        ("/command.xml", "Command"),
    ):
        reply = quiet.http("GET", url + path, auth=auth)
        assert ET.fromstring(reply.content).tag == tag
    whole = ET.fromstring(quiet.http("GET", url + "/status.xml", auth=auth).content)
    for place in (
        "SystemUnit/Hardware/Module/SerialNumber",
        "SystemUnit/Software/Version",
        "SystemUnit/Uptime",
        "SystemUnit/ProductId",
        "Network/IPv4/Address",
        "SIP/Registration/Status",
        "Standby/State",
        "Cameras/Camera/Connected",
        "RoomAnalytics/PeopleCount/Current",
        "MediaChannels/Call/Channel/Netstat/Packets",
    ):
        assert whole.findtext(place), place


def test_a_wrong_path_and_nothing_there_look_alike(quiet: Started) -> None:
    wrong = status(quiet, "/Status/Audoi")
    assert wrong.tag == "EmptyResult"
    quiet.act("leave", CODE)
    nothing = status(quiet, "/Status/Call")
    assert nothing.tag == "EmptyResult"
    assert nothing.attrib == wrong.attrib
    assert status(quiet, "/Status/MediaChannels").tag == "EmptyResult"
    assert value(quiet, "/Status/SystemUnit/State/NumberOfActiveCalls") == "0"
    quiet.act("join", CODE)
    assert value(quiet, "/Status/SystemUnit/State/NumberOfActiveCalls") == "1"


@pytest.mark.parametrize("location", ["/Status/[", "/Status/Call[x]", "", "/", "/Status//", "a b"])
def test_a_senseless_expression_is_a_fault_with_200(quiet: Started, location: str) -> None:
    root = status(quiet, location)
    assert root.tag == "Fault"
    error = root.find("XPathError")
    assert error is not None
    assert error.attrib == {"type": "parsing"}
    assert error.findtext("ErrorCode") == "10"


def test_items_can_be_chosen(quiet: Started) -> None:
    root = status(quiet, "/Status/MediaChannels/Call/Channel[@item='3']/Type")
    channels = root.findall("MediaChannels/Call/Channel")
    assert [each.attrib for each in channels] == [{"item": "3", "maxOccurrence": "n"}]
    assert channels[0].findtext("Type") == "Video"
    assert len(status(quiet, "/Status/MediaChannels/Call/Channel").findall(".//Channel")) == 4
    assert status(quiet, "/Status/*/Volume").findtext("Audio/Volume") == "50"
    assert status(quiet, "//Temperature/Status").findtext(".//Temperature/Status") == "Normal"
    assert status(quiet, "/Status/MediaChannels/Call/Channel[9]").tag == "EmptyResult"


def test_media_are_counted_in_intervals_of_five_seconds(quiet: Started) -> None:
    quiet.fault("loss", "24130", seconds=20, loss_pct=20.0, jitter_ms=70.0)

    def outgoing() -> dict[str, str]:
        root = status(quiet, "/Status/MediaChannels/Call/Channel[4]/Netstat", "24130")
        found = root.find(".//Netstat")
        assert found is not None
        return {each.tag: each.text or "" for each in found}

    found = until(lambda: seen if int((seen := outgoing())["LastIntervalLost"]) > 20 else None)
    lost, received = int(found["LastIntervalLost"]), int(found["LastIntervalReceived"])
    assert 8 < 100 * lost / (lost + received) < 30
    assert int(found["Jitter"]) >= 60
    assert int(found["MaxJitter"]) >= int(found["Jitter"])
    assert int(found["Loss"]) >= lost
    rate = int(found["ChannelRate"])
    assert 300_000 < rate < 3_000_000


def test_releases_differ(quiet: Started) -> None:
    old, new = on_release(quiet, "9"), on_release(quiet, "26")
    send = "<Command><Camera><PositionSet><Pan>1</Pan></PositionSet></Camera></Command>"
    assert quiet.put(old, send)[0].attrib == {"status": "ParameterError"}
    assert quiet.put(new, send)[0].attrib == {"status": "OK"}
    assert status(quiet, "/Status/SystemUnit/State/System", old).tag == "EmptyResult"
    assert value(quiet, "/Status/SystemUnit/State/System", new) == "InCall"
    netstat = "/Status/MediaChannels/Call/Channel/Netstat/RoundTripTime"
    assert status(quiet, netstat, old).tag == "EmptyResult"
    assert status(quiet, netstat, new).tag == "Status"
