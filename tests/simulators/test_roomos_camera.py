"""Cameras and presets of the pretend rooms, against the RoomOS xAPI guide."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tests.simulators.peer import Started, until
from tests.simulators.room_xml import CODE, LIST, activate, position, status


def test_presets_are_listed_with_their_names(quiet: Started) -> None:
    listed = quiet.put(CODE, LIST)[0]
    assert listed.attrib == {"status": "OK"}
    names = [each.findtext("Name") for each in listed]
    assert names == ["Chủ tọa", "Toàn cảnh", "Bên trái", "Bên phải", "Bục nói", "Phóng to"]
    assert [each.attrib["item"] for each in listed] == ["1", "2", "3", "4", "5", "6"]
    assert {each.findtext("CameraId") for each in listed} == {"1"}
    assert [each.findtext("PresetId") for each in listed] == ["1", "2", "3", "4", "5", "6"]


def test_recall_is_answered_at_once_and_the_camera_takes_seconds(quiet: Started) -> None:
    before = position(quiet)
    root = quiet.put(CODE, activate(3))
    assert ET.tostring(root) == b'<Command><PresetActivateResult status="OK" /></Command>'
    until(lambda: quiet.site(CODE)["room"]["camera"]["moving"])
    between = until(lambda: here if (here := position(quiet)) != before else None)
    assert between != (-5200, -200, 3000)
    until(lambda: position(quiet) == (-5200, -200, 3000))
    assert quiet.site(CODE)["room"]["camera"]["preset"] == 3
    quiet.put(CODE, activate(2))
    until(lambda: position(quiet) == (0, 0, 0))


def test_a_stuck_camera_says_ok_and_does_not_move(quiet: Started) -> None:
    quiet.fault("camera_stuck", "24136", seconds=60)
    assert quiet.put("24136", activate(3))[0].attrib == {"status": "OK"}
    until(lambda: "camera" in str(quiet.control("GET", "/story").json()["story"][-1]))
    assert position(quiet, "24136") == (0, 0, 0)
    quiet.clear()
    quiet.put("24136", activate(3))
    until(lambda: position(quiet, "24136")[0] == -5200)


def test_a_position_is_stored_under_a_name(quiet: Started) -> None:
    store = (
        "<Command><Camera><Preset><Store><CameraId>1</CameraId>"
        "{}<Name>Góc &lt;mới&gt; &amp; rộng</Name></Store></Preset></Camera></Command>"
    )
    result = quiet.put(CODE, store.format("<PresetId>9</PresetId>"))[0]
    assert result.tag == "PresetStoreResult"
    assert result.findtext("PresetId") == "9"

    def stored() -> list[str | None]:
        return [
            each.findtext("Name")
            for each in quiet.put(CODE, LIST)[0]
            if each.findtext("PresetId") == "9"
        ]

    until(lambda: stored() == ["Góc <mới> & rộng"])
    assert quiet.put(CODE, store.format(""))[0].findtext("PresetId") == "7"
    remove = activate(9).replace("Activate", "Remove")
    assert quiet.put(CODE, remove)[0].attrib == {"status": "OK"}
    until(lambda: stored() == [])
    missing = quiet.put(CODE, activate(9))[0]
    assert missing.attrib == {"status": "Error"}
    assert missing.findtext("Reason")
    quiet.put(CODE, activate(7).replace("Activate", "Remove"))


def test_the_camera_can_be_driven_and_sent(quiet: Started) -> None:
    code = "24142"
    ramp = (
        "<Command><Camera><Ramp><CameraId>1</CameraId>"
        "<Pan>{}</Pan><PanSpeed>5</PanSpeed></Ramp></Camera></Command>"
    )
    assert quiet.put(code, ramp.format("Right"))[0].tag == "CameraRampResult"
    until(lambda: position(quiet, code)[0] > 500)
    quiet.put(code, ramp.format("Stop"))
    until(lambda: not quiet.site(code)["room"]["camera"]["moving"])
    stopped = position(quiet, code)
    assert position(quiet, code) == stopped
    send = (
        "<Command><Camera><PositionSet><CameraId>1</CameraId><Pan>-700</Pan>"
        "<Zoom>2000</Zoom></PositionSet></Camera></Command>"
    )
    assert quiet.put(code, send)[0].attrib == {"status": "OK"}
    until(lambda: position(quiet, code) == (-700, stopped[1], 2000))
    wrong = send.replace("<CameraId>1<", "<CameraId>2<")
    assert quiet.put(code, wrong)[0].attrib == {"status": "Error"}


def test_a_hidden_camera_takes_its_picture_from_the_bridge(quiet: Started) -> None:
    mute = "<Command><Video><Input><MainVideo><Mute/></MainVideo></Input></Video></Command>"
    quiet.put("24154", mute)
    until(lambda: quiet.site("24154")["room"]["video_muted"])
    leg = quiet.read(f"/callLegs/{quiet.site('24154')['leg']['id']}")
    assert leg.find("status/rxVideo") is None
    assert leg.findtext("configuration/rxVideoMute") == "false"


def test_room_presets(quiet: Started) -> None:
    store = (
        "<Command><RoomPreset><Store><PresetId>4</PresetId><Type>Camera</Type>"
        "<Description>Họp báo</Description></Store></RoomPreset></Command>"
    )
    go = "<Command><RoomPreset><Activate><PresetId>4</PresetId></Activate></RoomPreset></Command>"
    assert quiet.put(CODE, go)[0].attrib == {"status": "Error"}
    assert quiet.put(CODE, store)[0].tag == "RoomPresetStoreResult"
    here = "/Status/RoomPreset[4]"
    until(lambda: status(quiet, here).findtext("RoomPreset/Defined") == "True")
    assert status(quiet, here).findtext("RoomPreset/Description") == "Họp báo"
    assert quiet.put(CODE, go)[0].tag == "RoomPresetActivateResult"
    assert quiet.put(CODE, go.replace("Activate", "Clear"))[0].tag == "RoomPresetClearResult"
    until(lambda: status(quiet, here).findtext("RoomPreset/Defined") == "False")
