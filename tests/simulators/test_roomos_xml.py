"""The pretend rooms over HTTPS XML, against the RoomOS xAPI guide."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
import requests

from tests.simulators.peer import Started, until

CODE = "24121"
MUTE = "<Command><Audio><Microphones><Mute/></Microphones></Audio></Command>"
UNMUTE = MUTE.replace("Mute/", "Unmute/")
LIST = "<Command><Camera><Preset><List/></Preset></Camera></Command>"
VERSIONS = {"9": "ce9.15", "11": "ce11.24", "26": "ce26.4"}


def activate(preset: object) -> str:
    return (
        "<Command><Camera><Preset><Activate>"
        f"<PresetId>{preset}</PresetId></Activate></Preset></Camera></Command>"
    )


def status(peer: Started, location: str, code: str = CODE) -> ET.Element:
    reply = peer.get(code, location)
    assert reply.status_code == 200
    return ET.fromstring(reply.content)


def value(peer: Started, location: str, code: str = CODE) -> str:
    root = status(peer, location, code)
    assert root.tag == "Status", ET.tostring(root)
    return root.findtext(location.removeprefix("/Status/")) or ""


def posted(peer: Started, path: str, body: str = "", **options: object) -> requests.Response:
    url, auth = peer.room(CODE)
    options.setdefault("auth", auth)
    return peer.http("POST", url + path, data=body.encode(), **options)


def on_release(peer: Started, release: str) -> str:
    """The code of a room that runs a release."""
    for code in peer.ready["rooms"]:
        version = status(peer, "/Status/Standby", code).attrib["version"]
        if version.startswith(VERSIONS[release]):
            return str(code)
    raise AssertionError(f"no room runs {release}")


def test_without_the_right_login_nothing(quiet: Started) -> None:
    url, (user, _) = quiet.room(CODE)
    for auth in (None, (user, "wrong"), ("nobody", "x")):
        reply = quiet.http("GET", url + "/getxml", params={"location": "/Status"}, auth=auth)
        assert reply.status_code == 401
        assert reply.headers["WWW-Authenticate"].startswith("Basic")


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


def test_presets_are_listed_with_their_names(quiet: Started) -> None:
    listed = quiet.put(CODE, LIST)[0]
    assert listed.attrib == {"status": "OK"}
    names = [each.findtext("Name") for each in listed]
    assert names == ["Chủ tọa", "Toàn cảnh", "Bên trái", "Bên phải", "Bục nói", "Phóng to"]
    assert [each.attrib["item"] for each in listed] == ["1", "2", "3", "4", "5", "6"]
    assert {each.findtext("CameraId") for each in listed} == {"1"}
    assert [each.findtext("PresetId") for each in listed] == ["1", "2", "3", "4", "5", "6"]


def position(peer: Started, code: str = CODE) -> tuple[int, int, int]:
    root = status(peer, "/Status/Cameras/Camera/Position", code)
    found = root.find("Cameras/Camera/Position")
    assert found is not None
    return tuple(int(found.findtext(axis) or "") for axis in ("Pan", "Tilt", "Zoom"))  # type: ignore[return-value]


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


@pytest.mark.parametrize(
    ("role", "document", "allowed"),
    [
        ("Integrator", activate(2), False),
        ("Integrator", LIST, False),
        ("Integrator", MUTE, True),
        ("User", activate(2), True),
        ("User", LIST, True),
        ("Admin", activate(2), True),
    ],
)
def test_roles(quiet: Started, role: str, document: str, allowed: bool) -> None:
    result = quiet.put(CODE, document, role)[0]
    assert result.attrib == {"status": "OK" if allowed else "Error"}
    if not allowed:
        assert result.findtext("Reason") == "Permission denied"


def test_sessions_work_by_cookie_are_few_and_end_when_told(quiet: Started) -> None:
    url, auth = quiet.room("24145")

    def begin() -> requests.Response:
        return quiet.http("POST", url + "/xmlapi/session/begin", auth=auth)

    assert quiet.http("POST", url + "/xmlapi/session/begin").status_code == 401
    cookies: list[dict[str, str | None]] = []
    for _ in range(5):
        reply = begin()
        assert reply.status_code == 204
        cookies.append(reply.cookies.get_dict())
    assert begin().status_code == 503

    def read(cookie: dict[str, str | None]) -> int:
        params = {"location": "/Status/Audio"}
        return int(quiet.http("GET", url + "/getxml", params=params, cookies=cookie).status_code)

    assert read(cookies[0]) == 200
    assert read({"SecureSessionId": "wrong"}) == 401
    ended = quiet.http("POST", url + "/xmlapi/session/end", cookies=cookies[0])
    assert ended.status_code == 204
    assert read(cookies[0]) == 401
    assert begin().status_code == 204
    quiet.fault("expire_tokens", "room:24145")
    assert read(cookies[1]) == 401


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


def test_calls_seen_and_steered_from_the_room(quiet: Started) -> None:
    code = "24148"
    call = status(quiet, "/Status/Call", code).find("Call")
    assert call is not None
    assert call.findtext("Status") == "Connected"
    assert call.findtext("Direction") == "Outgoing"
    assert call.findtext("Protocol") == "SIP"
    assert call.findtext("DisplayName") == quiet.ready["cms"][0]["conference"]
    call_id = call.attrib["item"]
    hang_up = "<Command><Call><Disconnect><CallId>{}</CallId></Disconnect></Call></Command>"
    assert quiet.put(code, hang_up.format(4000))[0].attrib == {"status": "Error"}
    result = quiet.put(code, hang_up.format(call_id))[0]
    assert (result.tag, result.attrib) == ("CallDisconnectResult", {"status": "OK"})
    until(lambda: quiet.site(code)["state"] == "absent")
    dial = "<Command><Dial><Number>giaoban@hnth.daklak.example</Number></Dial></Command>"
    dialled = quiet.put(code, dial)[0]
    assert dialled.tag == "DialResult"
    until(lambda: quiet.site(code)["state"] == "connected")
    now = status(quiet, "/Status/Call", code).find("Call")
    assert now is not None
    assert now.attrib["item"] == dialled.findtext("CallId") != call_id
    again = quiet.put(code, dial)[0]
    assert again.attrib == {"status": "Error"}
    assert again.findtext("Cause") == "17"
    hold = "<Command><Call><Hold/></Call></Command>"
    quiet.put(code, hold)
    until(lambda: quiet.site(code)["state"] == "onHold")
    assert status(quiet, "/Status/Call/Status", code).findtext("Call/Status") == "OnHold"
    quiet.put(code, hold.replace("Hold", "Resume"))
    until(lambda: quiet.site(code)["state"] == "connected")


def test_a_ringing_call_can_be_accepted_in_the_room(quiet: Started) -> None:
    code = "24151"
    quiet.act("leave", code)
    quiet.fault("no_answer", code, seconds=60)
    form = {"remoteParty": quiet.ready["uris"][code]}
    quiet.cms("POST", f"/calls/{quiet.call()}/participants", form)
    until(lambda: quiet.site(code)["state"] == "ringing")
    call = status(quiet, "/Status/Call", code).find("Call")
    assert call is not None
    assert (call.findtext("Status"), call.findtext("Direction")) == ("Ringing", "Incoming")
    accept = "<Command><Call><Accept/></Call></Command>"
    assert quiet.put(code, accept)[0].tag == "CallAcceptResult"
    until(lambda: quiet.site(code)["state"] == "connected")
    assert quiet.put(code, accept)[0].attrib == {"status": "Error"}


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


def test_the_teams_trap_shows_no_call_at_all(quiet: Started) -> None:
    quiet.fault("teams_mode", "24121", seconds=60)
    assert status(quiet, "/Status/Call").tag == "EmptyResult"
    assert value(quiet, "/Status/MicrosoftTeams/Calling/InCall") == "True"
    assert status(quiet, "/Status/MediaChannels").tag == "EmptyResult"


def test_a_restart_from_the_room_cuts_the_line_and_the_sessions(quiet: Started) -> None:
    code = "24157"
    url, auth = quiet.room(code)
    cookie = quiet.http("POST", url + "/xmlapi/session/begin", auth=auth).cookies.get_dict()
    boot = "<Command><SystemUnit><Boot><Action>Restart</Action></Boot></SystemUnit></Command>"
    assert quiet.put(code, boot)[0].tag == "SystemUnitBootResult"
    until(lambda: not answers(quiet, url, auth))
    assert quiet.site(code)["state"] == "absent"
    until(lambda: answers(quiet, url, auth), 20)
    assert int(value(quiet, "/Status/SystemUnit/Uptime", code)) < 30
    params = {"location": "/Status/Audio"}
    assert quiet.http("GET", url + "/getxml", params=params, cookies=cookie).status_code == 401
    until(lambda: quiet.site(code)["state"] == "connected")


def answers(peer: Started, url: str, auth: tuple[str, str]) -> bool:
    try:
        return bool(peer.http("GET", url + "/status.xml", auth=auth).ok)
    except requests.ConnectionError:
        return False
