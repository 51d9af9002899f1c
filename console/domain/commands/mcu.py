"""Wishes that an MCU carries out. `endpoint` and `conference` are ids of the State's records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.layout import Layout
from console.domain.presence import Presence

if TYPE_CHECKING:
    from console.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCommand(Command):
    """A wish about one site's leg; it goes to the MCU that carries the leg."""

    endpoint: str

    @property
    def turn(self) -> str:
        return f"{type(self).__name__} {self.endpoint}"

    def route(self, state: State) -> str:
        leg = state.legs.get(self.endpoint)
        return state.device_of(leg.conference) if leg else ""

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceCommand(Command):
    """A wish about a whole conference."""

    conference: str

    @property
    def turn(self) -> str:
        return f"{type(self).__name__} {self.conference}"

    def route(self, state: State) -> str:
        return state.device_of(self.conference)


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteSite(LegCommand):
    """Silence a site at the MCU, or let it be heard (R27)."""

    muted: bool
    needs: ClassVar[Capability] = Capability.MUTE_ONE

    def satisfied(self, state: State) -> bool:
        leg = state.legs.get(self.endpoint)
        return leg is not None and leg.mic_muted is self.muted

    def inverse(self, state: State) -> Command | None:
        leg = state.legs.get(self.endpoint)
        if leg is None or leg.mic_muted in (None, self.muted):
            return None
        return MuteSite(actor=self.actor, endpoint=self.endpoint, muted=not self.muted)


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteAllBut(ConferenceCommand):
    """Silence every site of a conference but those in `keep` (R27)."""

    keep: tuple[str, ...]
    needs: ClassVar[Capability] = Capability.MUTE_ALL_BUT
    deadline_s: ClassVar[float] = 15.0

    def open_sites(self, state: State) -> tuple[str, ...]:
        """Who would still be heard and should not be."""
        return tuple(
            leg.endpoint
            for leg in state.legs.values()
            if leg.conference == self.conference
            and leg.presence is Presence.CONNECTED
            and leg.mic_muted is not True
            and leg.endpoint not in self.keep
        )

    def satisfied(self, state: State) -> bool:
        return not self.open_sites(state)

    def inverse(self, state: State) -> Command | None:
        opened = tuple(
            MuteSite(actor=self.actor, endpoint=site, muted=False)
            for site in self.open_sites(state)
            if state.legs[site].mic_muted is False
        )
        return Batch(actor=self.actor, of=opened) if opened else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HideVideo(LegCommand):
    """Hide a site's camera from the conference, or show it."""

    hidden: bool
    needs: ClassVar[Capability] = Capability.VIDEO_MUTE

    def satisfied(self, state: State) -> bool:
        leg = state.legs.get(self.endpoint)
        return leg is not None and leg.video_muted is self.hidden

    def inverse(self, state: State) -> Command | None:
        leg = state.legs.get(self.endpoint)
        if leg is None or leg.video_muted in (None, self.hidden):
            return None
        return HideVideo(actor=self.actor, endpoint=self.endpoint, hidden=not self.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnPodium(ConferenceCommand):
    """Give a site the picture that everyone sees (R83); `endpoint` "" gives it to nobody."""

    endpoint: str
    needs: ClassVar[Capability] = Capability.PODIUM

    def satisfied(self, state: State) -> bool:
        conference = state.conferences.get(self.conference)
        return conference is not None and conference.podium == self.endpoint

    def inverse(self, state: State) -> Command | None:
        conference = state.conferences.get(self.conference)
        if conference is None or conference.podium is None or self.satisfied(state):
            return None
        return PutOnPodium(actor=self.actor, conference=self.conference, endpoint=conference.podium)

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,) if self.endpoint else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetConferenceLayout(ConferenceCommand):
    """Choose the picture that everyone sees."""

    layout: Layout
    needs: ClassVar[Capability] = Capability.CONFERENCE_LAYOUT
    deadline_s: ClassVar[float] = 15.0

    def satisfied(self, state: State) -> bool:
        conference = state.conferences.get(self.conference)
        return conference is not None and conference.layout is self.layout

    def inverse(self, state: State) -> Command | None:
        conference = state.conferences.get(self.conference)
        if conference is None or conference.layout is None or self.satisfied(state):
            return None
        return SetConferenceLayout(
            actor=self.actor, conference=self.conference, layout=conference.layout
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScreenLayout(LegCommand):
    """Choose what one site's own screen shows: the chair's screen (R84)."""

    layout: Layout
    needs: ClassVar[Capability] = Capability.SCREEN_LAYOUT

    def satisfied(self, state: State) -> bool:
        leg = state.legs.get(self.endpoint)
        return leg is not None and leg.layout is self.layout

    def inverse(self, state: State) -> Command | None:
        leg = state.legs.get(self.endpoint)
        if leg is None or leg.layout is None or self.satisfied(state):
            return None
        return SetScreenLayout(actor=self.actor, endpoint=self.endpoint, layout=leg.layout)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialSite(ConferenceCommand):
    """Call a site into a conference (R67). `fresh` hangs up what is left of its old leg first."""

    endpoint: str
    address: str
    fresh: bool = False
    needs: ClassVar[Capability] = Capability.DIAL
    deadline_s: ClassVar[float] = 45.0

    def satisfied(self, state: State) -> bool:
        leg = state.legs.get(self.endpoint)
        return leg is not None and leg.presence is Presence.CONNECTED

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpSite(LegCommand):
    """End a site's leg."""

    needs: ClassVar[Capability] = Capability.HANG_UP
    hold: ClassVar[bool] = True

    def satisfied(self, state: State) -> bool:
        leg = state.legs.get(self.endpoint)
        return leg is None or leg.presence in (Presence.ABSENT, Presence.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpAll(ConferenceCommand):
    """End every leg of a conference."""

    needs: ClassVar[Capability] = Capability.HANG_UP
    deadline_s: ClassVar[float] = 30.0
    hold: ClassVar[bool] = True

    def satisfied(self, state: State) -> bool:
        return not any(
            leg.conference == self.conference
            and leg.presence not in (Presence.ABSENT, Presence.DROPPED)
            for leg in state.legs.values()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LockConference(ConferenceCommand):
    """Let nobody else in, or open the door again."""

    locked: bool
    needs: ClassVar[Capability] = Capability.LOCK

    def satisfied(self, state: State) -> bool:
        conference = state.conferences.get(self.conference)
        return conference is not None and conference.locked is self.locked

    def inverse(self, state: State) -> Command | None:
        conference = state.conferences.get(self.conference)
        if conference is None or conference.locked in (None, self.locked):
            return None
        return LockConference(actor=self.actor, conference=self.conference, locked=not self.locked)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConference(ConferenceCommand):
    """Record the conference on its MCU, or stop."""

    on: bool
    needs: ClassVar[Capability] = Capability.RECORD

    def satisfied(self, state: State) -> bool:
        conference = state.conferences.get(self.conference)
        return conference is not None and conference.recording is self.on

    def inverse(self, state: State) -> Command | None:
        conference = state.conferences.get(self.conference)
        if conference is None or conference.recording in (None, self.on):
            return None
        return RecordConference(actor=self.actor, conference=self.conference, on=not self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBanner(ConferenceCommand):
    """Show a text on everyone's picture; "" takes it away. `seconds` None = until taken away."""

    text: str
    seconds: int | None = 30
    needs: ClassVar[Capability] = Capability.BANNER

    def satisfied(self, state: State) -> bool:
        conference = state.conferences.get(self.conference)
        return conference is not None and conference.banner == self.text

    def inverse(self, state: State) -> Command | None:
        conference = state.conferences.get(self.conference)
        if conference is None or conference.banner is None or self.satisfied(state):
            return None
        return ShowBanner(actor=self.actor, conference=self.conference, text=conference.banner)
