"""The RoomOS driver's commands, fed by hand: only a result that says OK is a success."""

from __future__ import annotations

import pytest

from console.domain.commands.base import Command
from console.domain.commands.mcu import MuteSite
from console.domain.commands.room import (
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.problem import Refused
from console.wire.http import HttpReply
from console.wire.problems import Closed, NotUnderstood
from tests.drivers.codec import Codec
from tests.drivers.player import reply


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
