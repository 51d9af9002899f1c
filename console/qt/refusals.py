"""Refusals and unknown outcomes, told where they can be read and copied: as toasts."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.event import Event
from console.domain.problem import Problem
from console.qt.looks.sites import full
from console.qt.looks.wishes import wish_text
from console.qt.panels.desk import Desk
from console.qt.panels.palette import ABOUT_SITES
from console.qt.panels.toast import Toasts
from console.qt.wording import say, say_refused

_NEWS_S = 60
"""An outcome older than this (a session taken up again) is history, and in the journal."""


def _of_a_site(action_id: str) -> bool:
    """Whether an action is about the selected site, and not about the meeting or the program."""
    return action_id in ABOUT_SITES or action_id.startswith("camera_")


class Refusals:
    """Hears what became of wishes and tells what was not done; many alike are told once."""

    def __init__(self, desk: Desk, toasts: Toasts) -> None:
        self._desk, self._toasts = desk, toasts

    def tell(self, action_id: str, problem: Problem, sites: Sequence[str]) -> None:
        """A wish that was not even accepted."""
        text = self.words(action_id, problem, sites)
        self._toasts.tell(text, "refused", self._desk.clock.now_us())

    def words(self, action_id: str, problem: Problem, sites: Sequence[str]) -> str:
        """The same in words."""
        why = say_refused(problem)
        action = self._desk.actions.of.get(action_id)
        what = action.text().rstrip("…") if action is not None else ""
        if what and len(sites) == 1 and _of_a_site(action_id):
            what = f"{what} {full(self._desk.state, sites[0])}"
        return say("toast.refused", what=what, why=why) if what else why

    def hear(self, events: Sequence[Event]) -> None:
        """Outcomes among what happened."""
        now_us = self._desk.clock.now_us()
        alike: dict[tuple[bool, Problem], list[Command]] = {}
        for event in events:
            fact = event.fact
            if not isinstance(fact, (f.CommandRefused, f.CommandLost)):
                continue
            tracked = self._desk.state.commands.get(fact.command)
            if tracked is None or tracked.steps or now_us - event.at_us > _NEWS_S * 1e6:
                continue
            lost = isinstance(fact, f.CommandLost)
            alike.setdefault((lost, fact.problem), []).append(tracked.command)
        for (lost, problem), commands in alike.items():
            what = wish_text(self._desk.state, commands[0])
            if len(commands) > 1:
                what = say("wish.batch", n=len(commands))
            key = "toast.unknown" if lost else "toast.refused"
            text = say(key, what=what, why=say_refused(problem))
            self._toasts.tell(text, "unknown" if lost else "refused", now_us)
