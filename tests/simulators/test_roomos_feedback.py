"""HTTP feedback from the pretend rooms."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tests.simulators.peer import Started, until
from tests.simulators.receiver import Receiver, receiver

CODE = "24121"
CALL = "/Status/Call"
MUTE = "/Status/Audio/Microphones/Mute"


def register(peer: Started, url: str, *expressions: str, slot: int = 1) -> ET.Element:
    lines = "".join(
        f'<Expression item="{at}">{text}</Expression>' for at, text in enumerate(expressions, 1)
    )
    return peer.put(
        CODE,
        f'<Command><HttpFeedback><Register command="True"><FeedbackSlot>{slot}</FeedbackSlot>'
        f"<ServerUrl>{url}</ServerUrl>{lines}</Register></HttpFeedback></Command>",
    )[0]


def command(peer: Started, word: str, slot: int = 1) -> ET.Element:
    return peer.put(
        CODE,
        f"<Command><HttpFeedback><{word}><FeedbackSlot>{slot}</FeedbackSlot></{word}>"
        "</HttpFeedback></Command>",
    )[0]


def values(kept: Receiver, path: str) -> list[str | None]:
    return [each.findtext(path) for each in kept.documents() if each.find(path) is not None]


def test_what_changes_is_posted_with_who_says_so(quiet: Started) -> None:
    with receiver() as kept:
        result = register(quiet, kept.url, MUTE, CALL)
        assert (result.tag, result.attrib) == ("HttpFeedbackRegisterResult", {"status": "OK"})
        quiet.act("room_unmute", CODE)
        until(lambda: values(kept, "Audio/Microphones/Mute") == ["Off"])
        quiet.act("room_mute", CODE)
        until(lambda: values(kept, "Audio/Microphones/Mute") == ["Off", "On"])
        quiet.fault("drop", CODE, seconds=0.2)
        until(lambda: any(call == "Connected" for call in values(kept, "Call/Status")))
        ghosts = [
            call.attrib
            for document in kept.documents()
            for call in document.findall("Call")
            if call.attrib.get("ghost")
        ]
        assert ghosts[0]["ghost"] == "True"
        first = kept.documents()[0]
        assert first.tag == "Status"
        assert first.findtext("Identification/SystemName") == quiet.site(CODE)["name"]
        assert first.findtext("Identification/SerialNumber")
        assert kept.headers[0]["content-type"] == "text/xml; charset=utf-8"
        assert kept.headers[0]["user-agent"] == "Cisco/CE"
        assert command(quiet, "Deregister").attrib == {"status": "OK"}
        assert command(quiet, "Deregister").attrib == {"status": "Error"}


def test_expressions_may_stand_without_slash_and_item(quiet: Started) -> None:
    with receiver() as kept:
        result = quiet.put(
            CODE,
            "<Command><HttpFeedback><Register><FeedbackSlot>2</FeedbackSlot>"
            f"<ServerUrl>{kept.url}</ServerUrl><Expression>Status/Standby</Expression>"
            "</Register></HttpFeedback></Command>",
        )[0]
        assert result.attrib == {"status": "OK"}
        quiet.put(CODE, "<Command><Standby><Halfwake/></Standby></Command>")
        until(lambda: values(kept, "Standby/State") == ["Halfwake"])
        quiet.put(CODE, "<Command><Standby><Deactivate/></Standby></Command>")
        until(lambda: values(kept, "Standby/State") == ["Halfwake", "Off"])
        command(quiet, "Deregister", 2)


def test_three_failures_switch_a_slot_off_until_it_is_enabled(quiet: Started) -> None:
    with receiver() as kept:
        kept.status = 500
        register(quiet, kept.url, MUTE, slot=3)
        for act in ("room_unmute", "room_mute", "room_unmute", "room_mute"):
            quiet.act(act, CODE)
        until(lambda: "HTTPFeedbackFailed" in quiet.get(CODE, "/Status/Diagnostics").text)
        slot = quiet.get(CODE, "/Status/HttpFeedback[3]/Status")
        assert "Failed" in slot.text
        kept.status = 200
        quiet.act("room_unmute", CODE)
        quiet.act("room_mute", CODE)
        assert kept.bodies == []
        assert command(quiet, "Enable", 3).attrib == {"status": "OK"}
        assert "EmptyResult" in quiet.get(CODE, "/Status/Diagnostics").text
        quiet.act("room_unmute", CODE)
        until(lambda: values(kept, "Audio/Microphones/Mute"))
        quiet.act("room_mute", CODE)
        command(quiet, "Deregister", 3)


@pytest.mark.parametrize(
    ("url", "expressions", "slot", "outcome"),
    [
        ("http://127.0.0.1:9/", (MUTE,), 5, "ParameterError"),
        ("http://127.0.0.1:9/", (), 1, "Error"),
        ("http://127.0.0.1:9/", (MUTE,) * 16, 1, "Error"),
        ("http://127.0.0.1:9/", ("/Status/[",), 1, "Error"),
        ("http://192.0.2.1/", (MUTE,), 1, "Error"),
        ("nonsense", (MUTE,), 1, "Error"),
    ],
)
def test_senseless_registrations_are_refused(
    quiet: Started, url: str, expressions: tuple[str, ...], slot: int, outcome: str
) -> None:
    assert register(quiet, url, *expressions, slot=slot).attrib == {"status": outcome}


def test_only_an_administrator_may_register(quiet: Started) -> None:
    document = (
        "<Command><HttpFeedback><Enable><FeedbackSlot>1</FeedbackSlot></Enable>"
        "</HttpFeedback></Command>"
    )
    for role in ("User", "Integrator"):
        assert quiet.put(CODE, document, role)[0].findtext("Reason") == "Permission denied"
