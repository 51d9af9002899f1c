"""TAKE: a site goes on the podium (đưa lên bục; R80, R83, R84, R88)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import MuteSite, PutOnPodium, SetScreenLayout
from console.domain.commands.room import RecallPreset
from console.domain.layout import Layout
from console.domain.observed import Presence

if TYPE_CHECKING:
    from console.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeToPodium(Command):
    """Put a site on the podium with sound, picture, the chair's screen and its camera.

    `expected` is the podium that the operator saw and means to replace ("" = nobody): where it
    is no longer so, the wish is refused, so that a double press does nothing. `preset` is the
    camera memory to recall, None for none; `screen` the chair's layout, None to leave it.
    """

    endpoint: str
    expected: str
    preset: int | None = None
    screen: Layout | None = Layout.SINGLE

    deadline_s: ClassVar[float] = 20.0

    def steps(self, state: State) -> tuple[Command, ...]:
        leg = state.legs.get(self.endpoint)
        if leg is None:
            return ()
        actor, chair = self.actor, state.session.chair
        wishes: list[Command] = []
        for conference in sorted(state.conferences.values(), key=lambda c: c.id != leg.conference):
            if not conference.live:
                continue
            if conference.id == leg.conference:
                wishes.append(
                    PutOnPodium(actor=actor, conference=conference.id, endpoint=self.endpoint)
                )
            elif conference.podium:
                wishes.append(PutOnPodium(actor=actor, conference=conference.id, endpoint=""))
        wishes.append(MuteSite(actor=actor, endpoint=self.endpoint, muted=False))
        before = state.legs.get(self.expected)
        if (
            before is not None
            and self.expected not in (self.endpoint, chair)
            and before.presence is Presence.CONNECTED
        ):
            wishes.append(MuteSite(actor=actor, endpoint=self.expected, muted=True))
        if self.screen is not None and chair not in ("", self.endpoint):
            screen = SetScreenLayout(actor=actor, endpoint=chair, layout=self.screen)
            if state.can(screen):
                wishes.append(screen)
        if self.preset is not None:
            recall = RecallPreset(actor=actor, endpoint=self.endpoint, number=self.preset)
            if state.can(recall):
                wishes.append(recall)
        return tuple(wishes)

    def satisfied(self, state: State) -> bool:
        leg = state.legs.get(self.endpoint)
        return state.podium == self.endpoint and leg is not None and leg.mic_muted is False

    def inverse(self, state: State) -> Command | None:
        back = tuple(
            i for step in self.steps(state) if (i := step.inverse(state)) is not None
        )
        return Batch(actor=self.actor, of=back) if back else None

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)

    needs: ClassVar[Capability] = Capability.PODIUM

    def route(self, state: State) -> str:
        leg = state.legs.get(self.endpoint)
        return state.device_of(leg.conference) if leg else ""
