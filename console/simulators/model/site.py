"""Sites, the conference, and the legs by which sites sit in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.simulators.model.quality import Line
from console.simulators.model.room import Room

DOMAIN = "hnth.daklak.example"


class LegState(StrEnum):
    """How far a leg has come, in the bridge's own words."""

    INITIAL = "initial"
    RINGING = "ringing"
    CONNECTED = "connected"
    ON_HOLD = "onHold"


@dataclass(slots=True)
class Conference:
    """One meeting on the MCU of one family. `number` never repeats within a process."""

    number: int
    name: str
    started_s: float
    mcu: str = "cms"
    locked: bool = False
    join_muted: bool | None = None
    recording: bool = False
    streaming: bool = False
    all_mute_self: bool = False
    message_text: str = ""
    message_position: str = "middle"
    message_duration: str = "0"
    message_since_s: float = 0.0
    highest_pane: int | None = None
    self_pane: str = "unset"
    default_layout: str = "allEqual"
    most_legs: int = 0


@dataclass(slots=True, eq=False)
class Leg:
    """One site's seat in a conference; gone when the site leaves, new when it returns.

    The four mutes are as the bridge names them: `rx_audio_mute` means others do not hear the
    site, `tx_audio_mute` that it hears nothing, and so for the picture.
    """

    number: int
    site: Site
    conference: Conference
    bridge: int
    outgoing: bool
    since_s: float
    state: LegState = LegState.INITIAL
    connected_s: float | None = None
    rx_audio_mute: bool = False
    tx_audio_mute: bool = False
    rx_video_mute: bool = False
    tx_video_mute: bool = False
    importance: int | None = None
    chosen_layout: str | None = None
    default_layout: str | None = None
    profile_layout: str = "allEqual"
    label: str | None = None
    presenting: bool = False
    in_lobby: bool = False
    encrypted: bool = True

    @property
    def began_s(self) -> float:
        """When its media began to flow, or when it was made while they do not."""
        return self.since_s if self.connected_s is None else self.connected_s

    @property
    def shown_name(self) -> str:
        """The name the bridge shows: the override where one is set, else the site's own."""
        return self.label or self.site.display_name


@dataclass(slots=True, eq=False)
class Site:
    """One place of the roster, and what happens in its room whether or not it is connected."""

    code: str
    parent_code: str
    level: str
    name: str
    display_name: str
    line: Line
    uri: str
    room: Room | None = None
    leg: Leg | None = None
    speaking: bool = False
    level_db: float = -60.0
    answers: bool = True
    attentive: bool = True
    cut_until_s: float = -1.0

    @property
    def connected(self) -> bool:
        """Whether its media flow."""
        return self.leg is not None and self.leg.state is LegState.CONNECTED

    @property
    def audible(self) -> bool:
        """Whether the conference hears it: speaking, its own microphone open, and the bridge's."""
        leg = self.leg
        if leg is None or leg.state is not LegState.CONNECTED or leg.rx_audio_mute:
            return False
        return self.speaking and (self.room is None or not self.room.mic_muted)

    @property
    def mic_open(self) -> bool:
        """Whether the conference would hear it, should anyone speak."""
        leg = self.leg
        if leg is None or leg.state is not LegState.CONNECTED or leg.rx_audio_mute:
            return False
        return self.room is None or not self.room.mic_muted
