"""TAKE: a site goes on the podium (đưa lên bục; R80, R83, R84, R88)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import MuteSite, PutOnPodium, SetScreenLayout
from console.domain.commands.own import MoveScript, StageNext
from console.domain.commands.room import RecallPreset
from console.domain.facts import Fact, NextStaged, ScriptDeviated, ScriptMoved
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.problem import Problem

if TYPE_CHECKING:
    from console.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeToPodium(Command):
    """Put a site on the podium with sound, picture, the chair's screen and its camera.

    `expected` is the podium that the operator saw and means to replace ("" = nobody): where it
    is no longer so, the wish is refused, so that a double press does nothing. `preset` is the
    camera memory to recall, None for none; `screen` the chair's layout, None to leave it. What a
    device is not able to do is left out; what it could and can't be asked now, fails and is named.
    A site that is still on its way to the podium is replaced like one that is there (decision 131).
    """

    endpoint: str
    expected: str
    preset: int | None = None
    screen: Layout | None = Layout.SINGLE

    needs: ClassVar[Capability] = Capability.PODIUM
    deadline_s: ClassVar[float] = 20.0

    def route(self, state: State) -> str:
        leg = state.legs.get(self.endpoint)
        return state.device_of(leg.conference) if leg else ""

    def guard(self, state: State) -> Problem | None:
        podium, endpoint = state.podium, state.endpoints.get(self.endpoint)
        name = endpoint.name if endpoint else self.endpoint
        under_way = any(
            isinstance(t.command, TakeToPodium) and t.command.endpoint == self.endpoint
            for t in state.open_commands()
        )
        if podium == self.endpoint or under_way:
            return Problem.of("take.already", site=name)
        if podium != self.expected:
            now = state.endpoints.get(podium)
            return Problem.of("take.podium_changed", site=now.name if now else podium)
        leg = state.legs.get(self.endpoint)
        if leg is None or leg.presence is not Presence.CONNECTED:
            return Problem.of("take.not_connected", site=name)
        return None

    def facts(self, state: State) -> tuple[Fact, ...]:
        told: list[Fact] = []
        script, line = state.session.script, state.session.line
        ahead = [i for i, item in enumerate(script) if item.endpoint == self.endpoint]
        here = min(ahead, key=lambda i: (i < line, abs(i - line)), default=None)
        if here is not None and here != line:
            told.append(ScriptMoved(here))
        if script and (here is None or here not in (line, line + 1)):
            due = script[min(line + 1, len(script) - 1)].endpoint
            told.append(ScriptDeviated(line, due, self.endpoint))
        if state.session.next == self.endpoint:
            told.append(NextStaged(""))
        return tuple(told)

    def steps(self, state: State) -> tuple[Command, ...]:
        leg = state.legs.get(self.endpoint)
        if leg is None:
            return ()
        actor, chair = self.actor, state.session.chair
        podium = PutOnPodium(actor=actor, conference=leg.conference, endpoint=self.endpoint)
        on_the_way = _on_the_way(state)
        more: list[Command] = [
            PutOnPodium(actor=actor, conference=other.id, endpoint="")
            for other in state.conferences.values()
            if other.id != leg.conference
            and other.live
            and (other.podium or other.id in on_the_way)
        ]
        more.append(MuteSite(actor=actor, endpoint=self.endpoint, muted=False))
        for site in dict.fromkeys((self.expected, *on_the_way.values())):
            before = state.legs.get(site)
            if (
                before is not None
                and site not in (self.endpoint, chair)
                and before.presence is Presence.CONNECTED
            ):
                more.append(MuteSite(actor=actor, endpoint=site, muted=True))
        if self.screen is not None and chair not in ("", self.endpoint):
            more.append(SetScreenLayout(actor=actor, endpoint=chair, layout=self.screen))
        if self.preset is not None:
            more.append(RecallPreset(actor=actor, endpoint=self.endpoint, number=self.preset))
        return (podium, *(step for step in more if state.can(step)))

    def satisfied(self, state: State) -> bool:
        leg = state.legs.get(self.endpoint)
        return state.podium == self.endpoint and leg is not None and leg.mic_muted is False

    def inverse(self, state: State) -> Command | None:
        done = [*self.steps(state)]
        for fact in self.facts(state):
            match fact:
                case ScriptMoved(line=line):
                    done.append(MoveScript(actor=self.actor, line=line))
                case NextStaged(endpoint=endpoint):
                    done.append(StageNext(actor=self.actor, endpoint=endpoint))
                case _:
                    pass
        return Batch(actor=self.actor, of=tuple(done)).inverse(state)

    def sites(self) -> tuple[str, ...]:
        return (self.endpoint,)


def _on_the_way(state: State) -> dict[str, str]:
    """By conference: whom a wish that is still open puts on its podium."""
    wished = (t.command for t in state.open_commands())
    return {w.conference: w.endpoint for w in wished if isinstance(w, PutOnPodium) and w.endpoint}
