"""VISCA on the wire: the frame and its numbers, raw datagrams, a stream cut anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulators.conftest import Start, ended
from tests.simulators.peer import Started, port_of, until
from tests.simulators.visca_peer import PAN_TILT, VERSION, Line, line_to, recall, sites, slowly

TRANSPORTS = ("udp", "tcp", "rawudp")
OPTIONS = ("--sites", "12", "--cameras", "6", "--scene", "calm", "--seed", "3", "--speed", "10")


@pytest.fixture(scope="module")
def peer() -> Iterator[Started]:
    """Twelve sites, six with a camera, whose moves take tenths of a second."""
    started = Started(*OPTIONS)
    yield started
    ended(started)


@pytest.fixture
def framed(peer: Started) -> Iterator[Line]:
    with line_to(peer, sites(peer)["udp"]) as line:
        yield line


@pytest.fixture
def stream(peer: Started) -> Iterator[Line]:
    with line_to(peer, sites(peer)["tcp"]) as line:
        yield line


# -- the frame -------------------------------------------------------------------------------------


def test_the_documents_own_examples_byte_for_byte(framed: Line) -> None:
    framed.send("02 00 00 01 00 00 00 00 01")
    assert framed.receive() == "02 01 00 01 00 00 00 00 01"
    framed.send("01 00 00 07 00 00 00 01 81 01 04 3F 02 00 FF")
    assert framed.receive() == "01 11 00 03 00 00 00 01 90 41 FF"
    assert framed.receive() == "01 11 00 03 00 00 00 01 90 51 FF"
    framed.send("01 00 00 09 00 00 00 02 81 01 04 47 04 00 00 00 FF")
    assert framed.receive() == "01 11 00 03 00 00 00 02 90 41 FF"
    assert framed.receive() == "01 11 00 03 00 00 00 02 90 51 FF"
    framed.send("01 10 00 05 00 00 00 03 81 09 04 47 FF")
    assert framed.receive() == "01 11 00 07 00 00 00 03 90 50 04 00 00 00 FF"
    framed.send("01 20 00 05 00 00 00 04 81 01 00 01 FF")
    assert framed.receive() == "01 11 00 03 00 00 00 04 90 50 FF"


def test_resending_after_a_loss_gets_what_the_vendors_table_says(
    peer: Started, framed: Line
) -> None:
    """A lost command is done when it comes again; what was done is 0F 01; an error comes again."""
    code = sites(peer)["udp"]
    peer.fault("lost_request", f"camera:{code}", path="request/8101043f*", count=1)
    with slowly(peer):
        framed.say(recall(2), 1)
        framed.say(recall(2), 1)
        assert framed.hear() == "90 41 FF"
        framed.say(recall(2), 1)
        assert framed.receive() == "02 01 00 02 00 00 00 01 0F 01"
    assert framed.hear() == "90 51 FF"
    framed.say(recall(2), 1)
    assert framed.receive() == "02 01 00 02 00 00 00 01 0F 01"
    assert framed.do("81 01 04 07 00 FF") == "90 51 FF"
    peer.fault("lost_reply", f"camera:{code}", path="answer/*", count=1)
    framed.say(VERSION, 3)
    framed.say(VERSION, 3)
    assert framed.receive() == "02 01 00 02 00 00 00 03 0F 01"
    framed.say("81 01 04 3F 02 10 FF", 4)
    assert framed.hear() == "90 60 02 FF"
    framed.say("81 01 04 3F 02 10 FF", 4)
    assert framed.hear() == "90 60 02 FF"


def test_numbers_run_ahead_wrap_and_are_each_controllers_own(peer: Started, framed: Line) -> None:
    for number in (2**32 - 2, 2**32 - 1, 0, 1, 70):
        framed.say(VERSION, number)
        assert framed.hear().startswith("90 50")
    framed.say(VERSION, 69)
    assert framed.receive() == "02 01 00 02 00 00 00 45 0F 01"
    with line_to(peer, sites(peer)["udp"]) as second:
        second.say(VERSION, 5)
        assert second.hear().startswith("90 50")
    framed.send("02 00 00 01 00 00 00 09 01")
    assert framed.receive() == "02 01 00 01 00 00 00 09 01"
    framed.say(VERSION, 1)
    assert framed.hear().startswith("90 50")


@pytest.mark.parametrize(
    "text",
    [
        "03 00 00 05 00 00 00 07 81 09 00 02 FF",
        "01 11 00 05 00 00 00 07 81 09 00 02 FF",
        "01 10 00 07 00 00 00 07 81 01 04 3F 02 01 FF",
        "01 10 00 04 00 00 00 07 81 09 00 02 FF",
        "01 10 00 06 00 00 00 07 81 09 00 02 FF",
        "01 00 00 00 00 00 00 07",
        "01 00 00 11 00 00 00 07 81" + " 01" * 15 + " FF",
        "02 00 00 01 00 00 00 07 02",
        "01 20 00 07 00 00 00 07 81 01 04 3F 02 01 FF",
    ],
)
def test_a_wrong_kind_or_length_is_0f02(framed: Line, text: str) -> None:
    framed.send(text)
    assert framed.receive() == "02 01 00 02 00 00 00 07 0F 02"


def test_an_inquiry_sent_as_a_command_is_answered(framed: Line) -> None:
    framed.send("01 00 00 05 00 00 00 07 81 09 04 00 FF")
    assert framed.receive() == "01 11 00 04 00 00 00 07 90 50 02 FF"


def test_what_is_shorter_than_a_header_or_for_everybody_gets_no_answer(framed: Line) -> None:
    framed.send("01 00 00")
    framed.send("01 00 00 05 00 00 00 01 88 01 00 01 FF")
    framed.sequence = 1
    assert framed.quiet()


def test_two_controllers_share_two_sockets_and_each_hears_its_own(peer: Started) -> None:
    code = sites(peer)["udp"]
    with line_to(peer, code) as first, line_to(peer, code) as second:
        with slowly(peer):
            assert first.ask("81 01 06 02 06 06 00 03 00 00 00 00 00 00 FF") == "90 41 FF"
            assert second.ask("81 01 04 47 01 00 00 00 FF") == "90 42 FF"
            assert first.ask("81 01 04 38 02 FF") == "90 60 03 FF"
        first.sequence = 1
        assert second.hear() == "90 52 FF"
        assert first.hear() == "90 51 FF"


# -- raw -------------------------------------------------------------------------------------------


def test_a_stream_may_be_cut_anywhere(stream: Line) -> None:
    whole = (VERSION + PAN_TILT).replace(" ", "")
    for at in range(0, len(whole), 2):
        stream.send(whole[at : at + 2])
    assert stream.hear().startswith("90 50 02 20")
    assert len(stream.hear().split()) == 11
    stream.send(VERSION + VERSION + VERSION)
    assert [stream.hear()[:5] for _ in range(3)] == ["90 50"] * 3


def test_acknowledgement_and_completion_may_share_a_segment(stream: Line) -> None:
    stream.send("81 01 04 38 03 FF")
    assert stream.receive() == "90 41 FF 90 51 FF"


def test_a_stream_that_never_ends_a_message_is_dropped_not_kept(stream: Line) -> None:
    stream.send("00" * 5000)
    stream.send("FF")
    assert stream.quiet()


def test_one_raw_datagram_may_carry_several_messages(peer: Started) -> None:
    with line_to(peer, sites(peer)["rawudp"]) as line:
        line.send(VERSION + "81 09 04 00 FF" + "81 09 04")
        assert line.receive().startswith("90 50 02 20")
        assert line.receive() == "90 50 02 FF"
        line.send("FF")
        assert line.quiet()


def test_a_connection_that_goes_leaves_its_recall_to_finish(peer: Started) -> None:
    code = sites(peer)["tcp"]
    with line_to(peer, code) as line:
        assert line.ask(recall(4)) == "90 41 FF"
    there = peer.site(code)["room"]["visca"]["memories"]["4"]
    until(lambda: peer.site(code)["room"]["camera"]["pan"] == there["pan"])
    with line_to(peer, code) as line:
        assert line.quiet()


# -- in the province -------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_the_wire_says_is_the_truth(peer: Started, transport: str) -> None:
    code = sites(peer)[transport]
    with line_to(peer, code) as line:
        assert line.do(recall(3)) == "90 51 FF"
        room = peer.site(code)["room"]
        memory = room["visca"]["memories"]["3"]
        assert memory["name"] == "Bên phải" == peer.ready["cameras"][code]["memories"]["3"]
        assert not room["camera"]["moving"]
        assert {axis: room["camera"][axis] for axis in ("pan", "tilt", "zoom")} == {
            axis: memory[axis] for axis in ("pan", "tilt", "zoom")
        }
        pan, tilt = memory["pan"] & 0xFFFF, memory["tilt"] & 0xFFFF
        nibbles = " ".join(f"0{digit}" for digit in f"{pan:04X}{tilt:04X}")
        assert line.ask(PAN_TILT) == f"90 50 {nibbles} FF"
        assert room["visca"]["recalled"] == 3
        assert line.do("81 01 04 3F 01 09 FF") == "90 51 FF"
        stored = peer.site(code)["room"]["visca"]["memories"]["9"]
        assert stored == memory | {"name": ""}
    log = peer.control("GET", f"/log?device=camera:{code}").json()["requests"]
    last = [each for each in log if each["body"].endswith("81 01 04 3f 01 09 ff")][-1]
    assert (last["method"], last["path"], last["status"]) == ("VISCA", f"/{transport}", 0x41)


def test_cameras_are_spread_over_sites_and_transports(peer: Started) -> None:
    cameras = peer.ready["cameras"]
    schemes = [at["url"].split(":")[0].removeprefix("visca+") for at in cameras.values()]
    assert schemes == [*TRANSPORTS, *TRANSPORTS]
    assert len({port_of(at["url"]) for at in cameras.values()}) == 6
    assert set(cameras) < set(peer.ready["rooms"])
    assert all(at["memories"]["0"] == "Toàn cảnh" for at in cameras.values())
    state = peer.state()["sites"]
    assert [code for code, site in state.items() if "visca" in site["room"]] == list(cameras)


def test_the_codec_has_no_camera_there_and_all_else_as_before(peer: Started) -> None:
    code = sites(peer)["udp"]
    status = peer.get(code, "/Status/Cameras").text
    assert "<Connected>False</Connected>" in status
    assert "Position" not in status
    activate = "<Preset><Activate><PresetId>1</PresetId></Activate></Preset>"
    whole = f"<Command><Camera>{activate}</Camera></Command>"
    assert 'status="Error"' in _text(peer, code, whole)
    ramp = "<Command><Camera><Ramp><CameraId>1</CameraId><Pan>Left</Pan></Ramp></Camera></Command>"
    assert 'status="Error"' in _text(peer, code, ramp)
    unmute = "<Command><Audio><Microphones><Unmute/></Microphones></Audio></Command>"
    assert 'status="OK"' in _text(peer, code, unmute)
    until(lambda: not peer.site(code)["room"]["mic_muted"])
    peer.act("room_mute", code)


def _text(peer: Started, code: str, document: str) -> str:
    url, auth = peer.room(code)
    return peer.http("POST", url + "/putxml", data=document.encode(), auth=auth).text


def test_without_the_option_there_is_none(start: Start) -> None:
    peer = start("--sites", "3", "--scene", "empty")
    assert peer.ready["cameras"] == {}
    assert all("visca" not in site["room"] for site in peer.state()["sites"].values())


def test_more_cameras_than_rooms_and_none_without_rooms(start: Start) -> None:
    all_of_them = start("--sites", "3", "--scene", "empty", "--cameras", "9")
    assert len(all_of_them.ready["cameras"]) == 3
    assert start("--sites", "3", "--no-rooms", "--cameras", "2").ready["cameras"] == {}
