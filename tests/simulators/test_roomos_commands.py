"""Commands and settings of the pretend rooms, against the RoomOS xAPI guide."""

from __future__ import annotations

import pytest

from tests.simulators.peer import Started, until
from tests.simulators.room_xml import CODE, MUTE, UNMUTE, activate, posted, value


def test_result_names_are_the_last_two_words(quiet: Started) -> None:
    assert quiet.put(CODE, UNMUTE)[0].tag == "MicrophonesUnmuteResult"
    until(lambda: value(quiet, "/Status/Audio/Microphones/Mute") == "Off")
    assert quiet.put(CODE, MUTE)[0].tag == "MicrophonesMuteResult"
    until(lambda: value(quiet, "/Status/Audio/Microphones/Mute") == "On")
    toggle = MUTE.replace("Mute/", "ToggleMute/")
    assert quiet.put(CODE, toggle)[0].attrib == {"status": "OK"}
    until(lambda: value(quiet, "/Status/Audio/Microphones/Mute") == "Off")
    quiet.put(CODE, MUTE)
    until(lambda: value(quiet, "/Status/Audio/Microphones/Mute") == "On")
    volume = "<Command><Audio><Volume><Set><Level>45</Level></Set></Volume></Audio></Command>"
    assert quiet.put(CODE, volume)[0].tag == "VolumeSetResult"
    until(lambda: value(quiet, "/Status/Audio/Volume") == "45")
    quiet.put(CODE, volume.replace("45", "50"))


def test_several_commands_give_results_in_order(quiet: Started) -> None:
    document = (
        "<Command><Camera><Preset><List/></Preset></Camera>"
        "<Audio><Microphones><Unmute/><Mute/></Microphones></Audio>"
        "<Nonsense><Here/></Nonsense>"
        "<Camera><Preset><Activate><PresetId>77</PresetId></Activate></Preset></Camera></Command>"
    )
    root = quiet.put(CODE, document)
    assert [each.tag for each in root] == [
        "PresetListResult",
        "MicrophonesUnmuteResult",
        "MicrophonesMuteResult",
        "ActionError",
        "PresetActivateResult",
    ]
    assert root[3].findtext("Reason") == "No action detected in document"
    assert root[4].attrib == {"status": "ParameterError"}


@pytest.mark.parametrize(
    ("document", "part"),
    [
        (activate(0), "Out of range"),
        (activate(36), "Out of range"),
        (activate("x"), "Not a number"),
        ("<Command><Camera><Preset><Activate/></Preset></Camera></Command>", "Missing"),
        (activate("1</PresetId><PresetId>2"), "twice"),
        (activate("1").replace("</Act", "<Speed>2</Speed></Act"), "Unknown"),
        (
            "<Command><Camera><Preset><Store><PresetId>1</PresetId></Store></Preset></Camera></Command>",
            "CameraId",
        ),
        (
            "<Command><Camera><Ramp><CameraId>1</CameraId><Pan>Up</Pan></Ramp></Camera></Command>",
            "Illegal",
        ),
    ],
)
def test_wrong_parameters_are_named_with_200(quiet: Started, document: str, part: str) -> None:
    result = quiet.put(CODE, document)[0]
    assert result.attrib == {"status": "ParameterError"}
    assert part in (result.findtext("Reason") or "")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<Command>",
        "not xml",
        "<a><b></a>",
        '<!DOCTYPE x [<!ENTITY a "b">]><Command/>',
        "<Command>&undefined;</Command>",
        "<a>" * 100 + "</a>" * 100,
        "\x00",
    ],
)
def test_what_is_not_well_formed_is_400_in_words(quiet: Started, body: str) -> None:
    reply = posted(quiet, "/putxml", body)
    assert reply.status_code == 400
    assert reply.text.startswith("XML syntax error:")
    assert reply.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("body", ["<Command/>", "<Foo/>", "<Command><Audio/></Command>"])
def test_a_document_without_an_action(quiet: Started, body: str) -> None:
    root = quiet.put(CODE, body)
    assert root.tag == "Command"
    assert [each.tag for each in root] == ["ActionError"]


def test_settings(quiet: Started) -> None:
    document = (
        "<Configuration><UserInterface><CustomMessage>Xin chào &lt;b&gt;"
        "</CustomMessage></UserInterface></Configuration>"
    )
    root = quiet.put(CODE, document)
    assert [each.tag for each in root] == ["Success"]
    until(lambda: "Xin chào &lt;b&gt;" in quiet.get(CODE, "/Configuration/UserInterface").text)
    assert quiet.put(CODE, document, "User")[0].tag == "Error"
    unknown = "<Configuration><Foo><Bar>1</Bar></Foo></Configuration>"
    assert quiet.put(CODE, unknown)[0].tag == "Error"


def test_standby_video_presentation_layout_and_source(quiet: Started) -> None:
    for document, location, wanted in (
        ("<Standby><Activate/></Standby>", "/Status/Standby/State", "Standby"),
        ("<Standby><Halfwake/></Standby>", "/Status/Standby/State", "Halfwake"),
        ("<Standby><Deactivate/></Standby>", "/Status/Standby/State", "Off"),
        (
            "<Video><Input><MainVideo><Mute/></MainVideo></Input></Video>",
            "/Status/Video/Input/MainVideoMute",
            "On",
        ),
        (
            "<Video><Input><MainVideo><Unmute/></MainVideo></Input></Video>",
            "/Status/Video/Input/MainVideoMute",
            "Off",
        ),
        (
            (
                "<Video><Input><SetMainVideoSource><ConnectorId>2</ConnectorId>"
                "</SetMainVideoSource></Input></Video>"
            ),
            "/Status/Video/Input/MainVideoSource",
            "2",
        ),
        (
            "<Video><Layout><SetLayout><LayoutName>Grid</LayoutName></SetLayout></Layout></Video>",
            "/Status/Video/Layout/CurrentLayouts/ActiveLayout",
            "Grid",
        ),
        (
            "<Presentation><Start/></Presentation>",
            "/Status/Conference/Presentation/Mode",
            "On",
        ),
        (
            "<Presentation><Stop/></Presentation>",
            "/Status/Conference/Presentation/Mode",
            "Off",
        ),
    ):
        result = quiet.put(CODE, f"<Command>{document}</Command>")[0]
        assert result.attrib == {"status": "OK"}, document
        until(lambda location=location, wanted=wanted: value(quiet, location) == wanted)
