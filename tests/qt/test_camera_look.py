"""What the camera pad shows of a site that has a room system and a camera by itself."""

from __future__ import annotations

from console.domain import facts as f
from console.domain.capability import CAMERA, Capability
from console.domain.commands.room import MuteRoom
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.endpoint import Endpoint
from console.domain.event import stamped
from console.domain.fold import fold
from console.domain.observed import Preset
from console.domain.problem import Problem
from console.domain.state import State
from console.qt.looks.camera import PresetMark, camera_look

CODEC = DeviceSpec("vcs", "roomos", "VCS", "https://x", "7")
EYE = DeviceSpec("cam", "visca", "Camera", "visca+udp://x", "7")


def site(*facts: f.Fact) -> State:
    """A site whose codec is up and says that no camera is connected to it."""
    state = State()
    no_camera = (CAMERA, Problem.of("room.no_camera", device="VCS"))
    microphone = Capability.ROOM_MICROPHONE | Capability.STANDBY
    for fact in (
        f.RosterLoaded("r", (Endpoint("7", "Bảy", "Bảy"),)),
        f.DeviceNamed(CODEC),
        f.LinkChanged("vcs", LinkHealth.UP),
        f.DeviceProbed("vcs", microphone, (no_camera,)),
        *facts,
    ):
        fold(state, stamped(fact, 1, "test"))
    return state


CAMERA_UP = (
    f.DeviceNamed(EYE),
    f.LinkChanged("cam", LinkHealth.UP),
    f.DeviceProbed("cam", CAMERA | Capability.STANDBY),
    f.PresetsListed("7", "cam", (Preset(1, "Bục nói"), Preset(2, "Hội trường"))),
    f.CameraSeen("7", "cam", False, 2),
)


def test_without_the_camera_it_is_the_room_systems_word():
    assert camera_look(site(), "7", 2).why


def test_with_it_its_memories_can_be_recalled():
    state = site(*CAMERA_UP)
    look = camera_look(state, "7", 2)
    assert (look.why, look.why_store) == ("", "")
    assert [p.name for p in look.presets[:3]] == ["Bục nói", "Hội trường", ""]
    assert look.presets[1].mark is PresetMark.REACHED
    assert state.can(MuteRoom(endpoint="7", muted=True))


def test_a_lost_camera_is_named_though_the_room_system_is_there():
    lost = f.LinkChanged("cam", LinkHealth.DOWN, Problem.of("link.down", device="Camera"))
    state = site(*CAMERA_UP, lost)
    assert "Camera" in camera_look(state, "7", 2).why
    assert state.can(MuteRoom(endpoint="7", muted=True))
