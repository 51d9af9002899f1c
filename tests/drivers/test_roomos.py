"""The RoomOS driver, fed by hand: first contact, sessions, media."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.observed import Preset
from console.domain.problem import Refused
from console.drivers.roomos import RoomOsDriver
from console.wire.http import HttpReply, HttpRequest
from tests.drivers.codec import EMPTY, Codec
from tests.drivers.player import reply

PRESETS = Capability.PRESET_LIST | Capability.PRESET_RECALL | Capability.PRESET_STORE


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
