"""What people did and what became of it: wishes and alarms, followed Event by Event."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.commands import own
from console.domain.commands.base import Command
from console.domain.event import Event
from console.domain.problem import Problem
from console.reports.figures import AlarmFigures, Failure, WishFigures
from console.reports.stretches import Moment


@dataclass(slots=True)
class _Wish:
    """A wish to devices, as far as it has come."""

    at_us: int
    command: Command
    parent: str
    steps: tuple[str, ...]
    confirmed: bool = False
    refused: bool = False
    problem: Problem | None = None


@dataclass(slots=True)
class _Alarmed:
    """An alarm and when it began."""

    figures: AlarmFigures
    at: Moment


@dataclass(slots=True)
class Doings:
    """Listens to a session's Events."""

    _wishes: dict[str, _Wish] = field(default_factory=dict[str, _Wish])
    _alarms: list[_Alarmed] = field(default_factory=list[_Alarmed])
    _newest: dict[str, _Alarmed] = field(default_factory=dict[str, _Alarmed])

    def hear(self, event: Event, at: Moment) -> None:
        """Take in the next Event."""
        match event.fact:
            case f.CommandSubmitted() as told:
                self._submitted(event.at_us, told)
            case f.CommandConfirmed(command=command):
                self._ended(command, confirmed=True)
            case f.CommandRefused(command=command, problem=problem):
                self._ended(command, refused=True, problem=problem)
            case f.CommandLost(command=command, problem=problem):
                self._ended(command, problem=problem)
            case f.AlarmRaised(alarm=alarm):
                self._raised(alarm, at)
            case f.AlarmCleared(alarm=alarm):
                self._cleared(alarm, at)
            case f.AlarmAcknowledged(alarm=alarm):
                self._acknowledged(alarm, event.source, at)
            case _:
                pass

    # -- wishes --------------------------------------------------------------------------------

    def _submitted(self, at_us: int, told: f.CommandSubmitted) -> None:
        command = told.command
        if type(command).__module__ == own.__name__ or command.id in self._wishes:
            return  # what the console does by itself can't fail
        self._wishes[command.id] = _Wish(at_us, command, told.parent, told.steps)
        whole = self._wishes.get(told.parent)
        if told.replaces and whole is not None:
            whole.steps = tuple(command.id if i == told.replaces else i for i in whole.steps)
            whole.problem, whole.refused = None, False

    def _ended(
        self,
        command: str,
        *,
        confirmed: bool = False,
        refused: bool = False,
        problem: Problem | None = None,
    ) -> None:
        wish = self._wishes.get(command)
        if wish is not None and not wish.confirmed and wish.problem is None:
            wish.confirmed, wish.refused, wish.problem = confirmed, refused, problem

    def wishes(self) -> WishFigures:
        """What became of them all."""
        whole = [w for w in self._wishes.values() if not w.parent]
        failures = [
            Failure(w.at_us, w.command, w.refused, w.problem)
            for w in self._wishes.values()
            if w.problem is not None and not self._told_by_steps(w)
        ]
        return WishFigures(
            total=len(whole),
            confirmed=sum(w.confirmed for w in whole),
            refused=sum(w.refused for w in whole),
            unknown=sum(w.problem is not None and not w.refused for w in whole),
            failures=tuple(sorted(failures, key=lambda failure: failure.at_us)),
        )

    def _told_by_steps(self, wish: _Wish) -> bool:
        steps = (self._wishes.get(i) for i in wish.steps)
        return any(step is not None and step.problem is not None for step in steps)

    # -- alarms --------------------------------------------------------------------------------

    def _raised(self, alarm: Alarm, at: Moment) -> None:
        known = self._newest.get(alarm.id)
        if known is not None and not known.figures.cleared_us:
            old = known.figures.alarm
            widest = alarm if len(alarm.sites) >= len(old.sites) else old
            worst = replace(widest, priority=min(old.priority, alarm.priority))
            known.figures = replace(known.figures, alarm=worst)
            return
        new = _Alarmed(AlarmFigures(alarm, at.wall_us), at)
        self._alarms.append(new)
        self._newest[alarm.id] = new

    def _cleared(self, alarm: str, at: Moment) -> None:
        known = self._newest.get(alarm)
        if known is not None and not known.figures.cleared_us:
            known.figures = replace(known.figures, cleared_us=at.wall_us)

    def _acknowledged(self, alarm: str, by: str, at: Moment) -> None:
        known = self._newest.get(alarm)
        if known is not None and not known.figures.acknowledged_us:
            known.figures = replace(
                known.figures,
                acknowledged_us=at.wall_us,
                acknowledged_by=by,
                acknowledged_s=(at.steady_us - known.at.steady_us) / 1e6,
            )

    def alarms(self) -> tuple[AlarmFigures, ...]:
        """All of them, in the order in which they began."""
        return tuple(alarmed.figures for alarmed in self._alarms)
