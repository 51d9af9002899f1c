"""A small meeting on two MCUs: who is where, what the devices can do."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.conference import Conference
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.endpoint import Endpoint
from console.domain.fold import fold
from console.domain.layout import Layout
from console.domain.observed import Leg, Preset
from console.domain.presence import Presence
from console.domain.session import ScriptLine
from console.domain.state import Key, State
from tests.domain.worlds import S, event

CALL, OTHER = "m1/call", "m2/call"
CHAIR, SPEAKER, NEXT, FAR, LOST = "66", "653", "651", "700", "650"
ROSTER = (
    Endpoint(CHAIR, "Tỉnh", "Tỉnh"),
    Endpoint(SPEAKER, "Huyện Krông Bông", "Krông Bông", CHAIR),
    Endpoint(NEXT, "Huyện Ea Kar", "Ea Kar", CHAIR),
    Endpoint(FAR, "Huyện Xa", "Xa", CHAIR),
    Endpoint(LOST, "Huyện Lắk", "Lắk", CHAIR),
)
SCRIPT = (
    ScriptLine("Khai mạc"),
    ScriptLine("Krông Bông", SPEAKER),
    ScriptLine("Ea Kar", NEXT, preset=2),
    ScriptLine("Xa", FAR),
)
MCU = (
    Capability.ROSTER | Capability.MUTE_ONE | Capability.MUTE_ALL_BUT | Capability.VIDEO_MUTE
    | Capability.PODIUM | Capability.CONFERENCE_LAYOUT | Capability.SCREEN_LAYOUT
    | Capability.DIAL | Capability.HANG_UP | Capability.LOCK | Capability.BANNER
)  # fmt: skip
ROOM = (
    Capability.PRESET_RECALL | Capability.PRESET_STORE | Capability.CAMERA_MOVE
    | Capability.ROOM_MICROPHONE | Capability.STANDBY
)  # fmt: skip


class Meeting:
    """A State made of facts alone."""

    def __init__(self) -> None:
        self.state = State()
        self.at_s = 1.0
        self.tell(
            f.RosterLoaded("r", ROSTER),
            *(
                fact
                for device, site, able in (
                    ("m1", "", MCU),
                    ("m2", "", MCU),
                    ("room-651", NEXT, ROOM),
                )
                for fact in (
                    f.DeviceNamed(DeviceSpec(device, "kind", device.upper(), "https://x", site)),
                    f.LinkChanged(device, LinkHealth.UP),
                    f.DeviceProbed(device, able),
                )
            ),
            f.ConferenceSeen(
                Conference(CALL, "m1", "Giao ban", True, False, Layout.STACKED, SPEAKER, banner="")
            ),
            f.ConferenceSeen(Conference(OTHER, "m2", "Giao ban", True, False, podium="")),
            self.leg(CHAIR, mic_muted=False, layout=Layout.STACKED),
            self.leg(SPEAKER, mic_muted=False),
            self.leg(NEXT),
            self.leg(FAR, conference=OTHER),
            self.leg(LOST),
            f.LegEnded(CALL, LOST),
            f.RoomSeen(NEXT, "room-651", mic_muted=True, standby=False),
            f.PresetsListed(NEXT, "room-651", (Preset(1, "Chủ tọa"), Preset(2, "Bục"))),
            f.CameraSeen(NEXT, "room-651", False, 1),
            f.SessionOpened("S", "Giao ban", "session", CHAIR, CALL),
            f.ScriptLoaded(SCRIPT),
            f.ScriptMoved(1),
            f.NextStaged(NEXT),
        )

    def tell(self, *facts: f.Fact, cause: str = "") -> set[Key]:
        """Fold facts of now."""
        keys: set[Key] = set()
        for fact in facts:
            keys |= set(fold(self.state, event(fact, self.at_s, cause=cause)))
        return keys

    def wait(self, seconds: float) -> int:
        """Let time go by; the time in µs."""
        self.at_s += seconds
        return int(self.at_s * S)

    def leg(self, site: str, **told: object) -> f.LegSeen:
        """The leg of a site as it is, or a muted one, changed."""
        fresh = Leg(
            site, CALL, Presence.CONNECTED, mic_muted=True, video_muted=False, layout=Layout.SINGLE
        )
        return f.LegSeen(replace(self.state.legs.get(site, fresh), **told))

    def conference(self, call: str = CALL, **told: object) -> f.ConferenceSeen:
        """A conference as it is, changed."""
        return f.ConferenceSeen(replace(self.state.conferences[call], **told))

    def able(self, device: str, capabilities: Capability) -> None:
        """A device turns out to be able to do just this."""
        self.tell(f.DeviceProbed(device, capabilities))

    def submit(self, command: Command) -> None:
        """A wish is accepted, without anybody to fulfil it."""
        self.tell(f.CommandSubmitted(command))
