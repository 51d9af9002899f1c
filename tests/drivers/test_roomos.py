"""The RoomOS driver, fed by hand: sessions, results, cameras, media."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.mcu import MuteSite
from console.domain.commands.room import (
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.device import DeviceSpec
from console.domain.observed import Preset
from console.domain.problem import Refused
from console.drivers.protocol import Setting
from console.drivers.roomos import RoomOsDriver
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import Closed, NotUnderstood, WireError
from tests.drivers.player import Player, reply

PRESETS = Capability.PRESET_LIST | Capability.PRESET_RECALL | Capability.PRESET_STORE
HEAD = '<?xml version="1.0"?>'
EMPTY = reply(f'{HEAD}<EmptyResult product="Cisco Codec" version="ce11"/>')


class Codec:
    """A codec of the mind: statuses and command results that a test changes at will."""

    def __init__(self) -> None:
        self.now_us = 1_000_000
        self.position: tuple[int, int, int] = (0, 0, 0)
        self.status: dict[str, str] = {
            "/Status/SystemUnit": "<SystemUnit><ProductId>Room Kit</ProductId>"
            "<Software><Version>ce11.24</Version></Software></SystemUnit>",
            "/Status/Audio/Microphones/Mute": "<Audio><Microphones><Mute>On</Mute></Microphones>"
            "</Audio>",
            "/Status/Standby/State": "<Standby><State>Off</State></Standby>",
            "/Status/Call": '<Call item="1"><Status>Connected</Status></Call>',
        }
        self.results: dict[str, str] = {
            "List": '<PresetListResult status="OK"><Preset item="1"><CameraId>1</CameraId>'
            "<Name> Bục nói </Name><PresetId>2</PresetId></Preset>"
            '<Preset item="2"><PresetId>1</PresetId></Preset>'
            '<Preset item="3"><Name>x</Name><PresetId>99</PresetId></Preset></PresetListResult>',
        }
        self.sessions = 0
        self.valid: set[str] = set()
        self.meddle: Callable[[HttpRequest], HttpReply | WireError | None] = lambda _: None
        self.player = Player(self.answer)
        self.driver = RoomOsDriver(
            Setting(
                DeviceSpec("room-7", "roomos", "VCS 7", "https://room", endpoint="7"),
                {},
                lambda: self.now_us,
            )
        )

    def answer(self, request: HttpRequest) -> HttpReply | WireError:
        self.now_us += 100_000
        meddled = self.meddle(request)
        if meddled is not None:
            return meddled
        if request.path == "/xmlapi/session/begin":
            self.sessions += 1
            cookie = f"SecureSessionId=s{self.sessions}"
            self.valid.add(cookie)
            return reply("", 204, ("set-cookie", f"{cookie}; Path=/; Secure"))
        cookie = dict(request.headers).get("Cookie", "")
        if cookie and cookie not in self.valid:
            return reply("", 401)
        if request.path == "/xmlapi/session/end":
            self.valid.discard(cookie)
            return reply("", 204)
        if request.path == "/putxml":
            return self._command((request.body or b"").decode())
        location = dict(request.query)["location"]
        if location.startswith("/Status/Cameras"):
            pan, tilt, zoom = self.position
            return reply(
                f'{HEAD}<Status><Cameras><Camera item="1"><Connected>True</Connected><Position>'
                f"<Pan>{pan}</Pan><Tilt>{tilt}</Tilt><Zoom>{zoom}</Zoom></Position></Camera>"
                "</Cameras></Status>"
            )
        told = self.status.get(location)
        return reply(f"{HEAD}<Status>{told}</Status>") if told else EMPTY

    def _command(self, body: str) -> HttpReply:
        for name, result in self.results.items():
            if f"<{name}>" in body:
                return reply(f"{HEAD}<Command>{result}</Command>")
        return reply(f'{HEAD}<Command><AnyResult status="OK"/></Command>')

    def meet(self) -> None:
        self.player.hold(self.driver.probe())
        self.player.hold(self.driver.observe())

    def told(self, kind: type[f.Fact]) -> list[Any]:
        return [fact for fact in self.player.facts if isinstance(fact, kind)]

    def bodies(self) -> list[str]:
        return [r.body.decode() for r in self.player.requests if r.path == "/putxml" and r.body]


def test_first_contact():
    codec = Codec()
    codec.meet()
    probed = codec.told(f.DeviceProbed)[0]
    assert (probed.model, probed.software) == ("Room Kit", "ce11.24")
    assert probed.capabilities == RoomOsDriver.can
    assert codec.told(f.PresetsListed)[0].presets == (Preset(1, ""), Preset(2, "Bục nói"))
    seen = codec.told(f.RoomSeen)[0]
    assert (seen.mic_muted, seen.standby, seen.in_call) == (True, False, True)
    assert codec.sessions == 1


def test_a_role_that_may_not_use_presets():
    codec = Codec()
    codec.results["List"] = (
        '<PresetListResult status="Error"><Reason>No \u202erights</Reason></PresetListResult>'
    )
    codec.meet()
    probed = codec.told(f.DeviceProbed)[0]
    assert not probed.capabilities & PRESETS
    assert probed.capabilities & Capability.ROOM_MICROPHONE
    assert probed.refusals[0][1].code == "room.presets_refused"
    assert probed.refusals[0][1].detail == "No rights"
    codec.player.requests.clear()
    assert codec.player.run(codec.driver.rounds()[3].make()) == []
    assert codec.player.requests == []


def test_a_busy_codec_is_not_taken_for_one_without_presets():
    codec = Codec()
    codec.meddle = lambda r: reply("", 503) if r.path == "/putxml" else None
    with pytest.raises(Refused) as refused:
        codec.meet()
    assert refused.value.problem.code == "device.busy"


def test_no_camera_connected():
    codec = Codec()

    def none(request: HttpRequest) -> HttpReply | None:
        if dict(request.query).get("location") == "/Status/Cameras":
            return reply(
                '<Status><Cameras><Camera item="1"><Connected>False</Connected></Camera>'
                "</Cameras></Status>"
            )
        return None

    codec.meddle = none
    codec.meet()
    probed = codec.told(f.DeviceProbed)[0]
    assert not probed.capabilities & (PRESETS | Capability.CAMERA_MOVE)
    assert probed.refusals[0][1].code == "room.no_camera"


def test_something_else_answers():
    codec = Codec()
    codec.meddle = lambda _: EMPTY
    with pytest.raises(Refused) as refused:
        codec.meet()
    assert refused.value.problem.code == "device.other_kind"


@pytest.mark.parametrize(
    ("word", "muted"), [("On", True), ("Off", False), ("on", None), ("", None), ("True", None)]
)
def test_mute_is_what_the_codec_says(word: str, muted: bool | None):
    codec = Codec()
    path = "/Status/Audio/Microphones/Mute"
    codec.status[path] = f"<Audio><Microphones><Mute>{word}</Mute></Microphones></Audio>"
    codec.meet()
    assert codec.told(f.RoomSeen)[0].mic_muted is muted


def test_no_call_and_a_call_of_another_kind():
    codec = Codec()
    del codec.status["/Status/Call"]
    codec.meet()
    assert codec.told(f.RoomSeen)[0].in_call is False
    calling = "<MicrosoftTeams><Calling><InCall>True</InCall></Calling></MicrosoftTeams>"
    codec.status["/Status/MicrosoftTeams/Calling"] = calling
    codec.player.take()
    codec.player.hold(codec.driver.observe())
    assert codec.told(f.RoomSeen)[0].in_call is True


# -- sessions ------------------------------------------------------------------------------------


def test_one_session_for_everything_and_it_outlives_the_link():
    codec = Codec()
    codec.meet()
    codec.driver.forget()
    codec.meet()
    assert codec.sessions == 1
    assert all(not r.login for r in codec.player.requests[1:])
    codec.player.hold(codec.driver.leave())
    assert codec.valid == set()


def test_an_unknown_session_is_replaced_once():
    codec = Codec()
    codec.meet()
    codec.valid.clear()
    codec.player.hold(codec.driver.observe())
    assert codec.sessions == 2
    codec.meddle = lambda r: reply("", 401)
    with pytest.raises(Refused) as refused:
        codec.player.hold(codec.driver.observe())
    assert refused.value.problem.code == "device.login"


@pytest.mark.parametrize("status", [302, 404, 503])
def test_a_codec_without_a_free_session_is_used_with_basic(status: int):
    codec = Codec()
    codec.meddle = lambda r: reply("", status) if "session" in r.path else None
    codec.meet()
    assert codec.told(f.RoomSeen)
    assert all(r.login for r in codec.player.requests)
    asked = [r for r in codec.player.requests if "session" in r.path]
    assert len(asked) == 1
    codec.player.hold(codec.driver.leave())


def test_two_talks_at_once_begin_one_session():
    codec = Codec()
    first, second = codec.driver.observe(), codec.driver.observe()
    begin = next(first)
    assert isinstance(begin, HttpRequest)
    assert begin.path == "/xmlapi/session/begin"
    other = next(second)
    assert isinstance(other, HttpRequest)
    assert other.path == "/getxml"
    assert other.login
    first.close()
    second.close()


# -- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "body"),
    [
        (
            RecallPreset(endpoint="7", number=3),
            (
                "<Command><Camera><Preset><Activate><PresetId>3</PresetId></Activate></Preset>"
                "</Camera></Command>"
            ),
        ),
        (
            StorePreset(endpoint="7", number=3, name="Bục <1> & \u0007x"),
            (
                "<Command><Camera><Preset><Store><CameraId>1</CameraId><PresetId>3</PresetId>"
                "<Name>Bục &lt;1&gt; &amp; x</Name></Store></Preset></Camera></Command>"
            ),
        ),
        (
            MuteRoom(endpoint="7", muted=True),
            "<Command><Audio><Microphones><Mute></Mute></Microphones></Audio></Command>",
        ),
        (
            SetStandby(endpoint="7", on=False),
            "<Command><Standby><Deactivate></Deactivate></Standby></Command>",
        ),
        (
            MoveCamera(endpoint="7", pan=-1, zoom=1),
            (
                "<Command><Camera><Ramp><CameraId>1</CameraId><Pan>Left</Pan><Tilt>Stop</Tilt>"
                "<Zoom>In</Zoom><PanSpeed>4</PanSpeed><ZoomSpeed>4</ZoomSpeed></Ramp></Camera>"
                "</Command>"
            ),
        ),
    ],
)
def test_commands_as_the_codec_reads_them(command: Command, body: str):
    codec = Codec()
    codec.meet()
    codec.player.requests.clear()
    codec.player.hold(codec.driver.perform(command))
    assert codec.bodies() == [body]


def test_another_devices_wish_is_refused():
    codec = Codec()
    with pytest.raises(Refused):
        codec.player.hold(codec.driver.perform(MuteSite(endpoint="7", muted=True)))


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (
            reply('<Command><XResult status="Error"><Reason>Busy</Reason></XResult></Command>'),
            "Busy",
        ),
        (reply('<Command><XResult status="ParameterError"/></Command>'), "ParameterError"),
        (
            reply('<Command><DialResult status="Error"><Cause>21</Cause></DialResult></Command>'),
            "21",
        ),
        (
            reply(
                "<Command><ActionError><Reason>No action detected in document</Reason>"
                "</ActionError></Command>"
            ),
            "No action detected in document",
        ),
        (reply("<Command><XResult/></Command>"), ""),
        (reply("XML syntax error: line 1", 400), "XML syntax error: line 1"),
    ],
)
def test_success_is_status_ok_only(answer: HttpReply, detail: str):
    codec = Codec()
    codec.meet()
    codec.meddle = lambda _: answer
    with pytest.raises(Refused) as refused:
        codec.player.hold(codec.driver.perform(MuteRoom(endpoint="7", muted=True)))
    assert (refused.value.problem.code, refused.value.problem.detail) == ("room.refused", detail)


@pytest.mark.parametrize("body", ["", "<html/>", "<Command/>", "<Status/>", "garbage"])
def test_what_is_no_result_is_no_success(body: str):
    codec = Codec()
    codec.meet()
    codec.meddle = lambda _: reply(body)
    with pytest.raises(NotUnderstood):
        codec.player.hold(codec.driver.perform(MuteRoom(endpoint="7", muted=True)))


def test_a_busy_codec_is_asked_again():
    codec = Codec()
    codec.meet()
    answers = iter([reply("", 503), reply("", 503), None])
    codec.meddle = lambda _: next(answers)
    codec.player.hold(codec.driver.perform(MuteRoom(endpoint="7", muted=True)))
    assert codec.player.waited_s == pytest.approx(0.7)


def test_an_xpath_fault_is_a_refusal_though_the_status_is_200():
    codec = Codec()
    codec.meet()
    codec.meddle = lambda _: reply('<Fault><XPathError type="parsing"/></Fault>')
    with pytest.raises(Refused):
        codec.player.hold(codec.driver.observe())


def test_a_wire_failure_passes():
    codec = Codec()
    codec.meet()
    codec.meddle = lambda _: Closed(reason="reset")
    with pytest.raises(Closed):
        codec.player.hold(codec.driver.perform(MuteRoom(endpoint="7", muted=True)))


# -- the camera ------------------------------------------------------------------------------------


def recall(codec: Codec, number: int, path: list[tuple[int, int, int]]) -> f.CameraSeen:
    """Recall a memory; the camera then stands where each reading finds it, last for good."""
    positions = iter(path)

    def turning(request: HttpRequest) -> None:
        if dict(request.query).get("location") == "/Status/Cameras":
            codec.position = next(positions, codec.position)
            codec.now_us += 300_000

    codec.meddle = turning
    codec.player.hold(codec.driver.perform(RecallPreset(endpoint="7", number=number)))
    codec.player.hold(codec.driver.look(RecallPreset(endpoint="7", number=number)))
    return codec.told(f.CameraSeen)[-1]


def test_a_recall_is_done_when_the_camera_has_moved_and_rests():
    codec = Codec()
    codec.meet()
    here, there = (0, 0, 0), (1000, 0, 500)
    seen = recall(codec, 3, [here, (500, 0, 200), (900, 0, 400), there])
    assert (seen.moving, seen.preset) == (False, 3)
    moving = [x for x in codec.told(f.CameraSeen) if x.moving]
    assert moving
    assert all(x.preset is None for x in moving)


def test_a_camera_that_never_moves_proves_nothing():
    codec = Codec()
    codec.meet()
    seen = recall(codec, 3, [])
    assert seen.preset is None


def test_a_camera_already_there_is_believed_once_its_place_is_known():
    codec = Codec()
    codec.meet()
    assert recall(codec, 3, [(500, 0, 0), (1000, 0, 0)]).preset == 3
    assert recall(codec, 3, []).preset == 3
    assert recall(codec, 1, [(500, 0, 0), (0, 0, 0)]).preset == 1
    assert recall(codec, 3, [(500, 0, 0), (995, 3, 0)]).preset == 3


def test_a_camera_that_stops_elsewhere_is_not_there_yet():
    codec = Codec()
    codec.meet()
    assert recall(codec, 3, [(500, 0, 0), (1000, 0, 0)]).preset == 3
    assert recall(codec, 1, [(500, 0, 0), (0, 0, 0)]).preset == 1
    stuck = recall(codec, 3, [(300, 0, 0), (600, 0, 0)])
    assert (stuck.moving, stuck.preset) == (False, None)
    assert recall(codec, 3, []).preset == 3  # it rests here each time: the memory is elsewhere now


def test_a_stored_memory_is_where_the_camera_stands():
    codec = Codec()
    codec.meet()
    codec.position = (77, 0, 0)
    codec.player.hold(codec.driver.rounds()[1].make())
    codec.player.hold(codec.driver.perform(StorePreset(endpoint="7", number=9, name="x")))
    assert recall(codec, 1, [(500, 0, 0), (0, 0, 0)]).preset == 1
    assert recall(codec, 9, [(50, 0, 0), (77, 0, 0)]).preset == 9


def test_an_unreadable_position_is_unknown():
    codec = Codec()
    codec.meet()
    codec.meddle = lambda _: reply("<Status><Cameras><Camera item='1'/></Cameras></Status>")
    codec.player.hold(codec.driver.rounds()[1].make())
    seen = codec.told(f.CameraSeen)[-1]
    assert (seen.moving, seen.preset) == (None, None)


# -- media ---------------------------------------------------------------------------------------


def channel(direction: str, lost: str, received: str, more: str = "") -> str:
    return (
        f"<Channel><Direction>{direction}</Direction><Netstat><Jitter>4</Jitter>"
        f"<LastIntervalLost>{lost}</LastIntervalLost>"
        f"<LastIntervalReceived>{received}</LastIntervalReceived><Loss>999</Loss></Netstat>"
        f"{more}</Channel>"
    )


def test_loss_is_that_of_the_last_interval():
    codec = Codec()
    picture = (
        "<Video><ChannelRole>Main</ChannelRole><FrameRate>30</FrameRate><Protocol>H264</Protocol>"
        "<ResolutionX>1920</ResolutionX><ResolutionY>1080</ResolutionY></Video>"
    )
    codec.status["/Status/MediaChannels"] = (
        "<MediaChannels><Call item='1'>"
        + channel("Incoming", "3", "97", picture)
        + channel("Incoming", "1", "99")
        + channel("Outgoing", "50", "50")
        + "</Call></MediaChannels>"
    )
    codec.player.hold(codec.driver.rounds()[2].make())
    quality = codec.told(f.RoomMeasured)[0].quality
    assert quality.loss_pct == pytest.approx(3.0)
    assert (quality.width, quality.height, quality.fps, quality.codec) == (1920, 1080, 30, "H264")


@pytest.mark.parametrize("lost", ["", "-1", "nan", "many", "1e99"])
def test_figures_not_understood_are_left_out(lost: str):
    codec = Codec()
    codec.status["/Status/MediaChannels"] = (
        f"<MediaChannels><Call>{channel('Incoming', lost, '97')}</Call></MediaChannels>"
    )
    codec.player.hold(codec.driver.rounds()[2].make())
    assert codec.told(f.RoomMeasured)[0].quality.loss_pct is None


def test_no_media_is_no_measurement():
    codec = Codec()
    codec.player.hold(codec.driver.rounds()[2].make())
    assert codec.told(f.RoomMeasured) == []
