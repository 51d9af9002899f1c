"""The Dispatcher: the one door for wishes."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Protocol

from console.core.clock import Clock
from console.core.store import Store
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.device import LinkHealth
from console.domain.event import Event, stamped
from console.domain.ids import new_id
from console.domain.policy import Policy
from console.domain.problem import Problem
from console.domain.state import Phase, Tracked

OWN = "console"
"""The actor of wishes that the program has by itself; they are not for a person to take back."""


class Performer(Protocol):
    """Who carries a device's wishes to it (a Link)."""

    def perform(self, *commands: Command) -> None:
        """Do these; from any thread, at once."""
        ...


class Durable(Protocol):
    """Who makes Events durable (the Journal)."""

    def append(self, events: Sequence[Event]) -> Future[int]:
        """Write; resolves once they are durable."""
        ...

    def keep(self, events: Sequence[Event]) -> None:
        """Write what nobody waits for, later where the disk has no room now."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a wish was accepted, and why not."""

    command: Command | None
    problem: Problem | None = None

    @property
    def accepted(self) -> bool:
        """Whether it is on its way."""
        return self.problem is None


class Dispatcher:
    """Checks a wish, makes its row durable, and only then lets the Link perform it.

    Used on the main thread. `review` is called after every drain and settles what has come true
    and what has taken too long: a wish is confirmed by the State and by nothing else.
    """

    def __init__(
        self,
        store: Store,
        journal: Durable,
        links: Mapping[str, Performer],
        clock: Clock,
        policy: Policy | None = None,
    ) -> None:
        self._store = store
        self._journal = journal
        self._links = links
        self._clock = clock
        self._policy = policy or Policy()
        self._open: dict[str, None] = {}
        self._undone: set[str] = set()
        self.permit: Callable[[Command], Problem | None] = lambda command: None
        """Whether the person at the console may wish this; replaced by the sign-in."""
        self.actor = ""
        """Whose wishes they are from now on; "" leaves each wish its own actor. What the program
        has by itself stays `OWN`."""
        self.on_sending: Callable[[], None] = lambda: None
        """Called when a wish goes to a device, once it is handed to the journal's thread."""

    # -- asking --------------------------------------------------------------------------------

    def submit(self, command: Command) -> Verdict:
        """Accept a wish, or say why not. Nothing has happened yet when this returns."""
        return self._submit(self._by(command), parent="", replaces="")

    def why_not(self, command: Command) -> Problem | None:
        """Why a wish would not be accepted now; None if it would."""
        state = self._store.state
        return (
            self.permit(command)
            or command.guard(state)
            or state.why_not(command)
            or self._unreachable(command)
        )

    def retry(self, command_id: str) -> Verdict:
        """Wish again what was refused, is unknown, or was confirmed and is so no more; within its
        composite if it was a step."""
        state = self._store.state
        old = state.commands.get(command_id)
        stands = old is not None and old.phase is Phase.CONFIRMED and old.command.satisfied(state)
        if old is None or old.phase.open or stands:
            return Verdict(None, Problem.of("command.nothing_to_retry"))
        again = self._by(replace(old.command, id=new_id()))
        return self._submit(again, parent=old.parent, replaces=command_id if old.parent else "")

    def undoable(self) -> Tracked | None:
        """The newest wish of a person that can still be taken back, None if there is none."""
        now = self._clock.now_us()
        window_us = self._policy.undo_s * 1e6
        for tracked in reversed(self._store.state.commands.values()):
            if tracked.parent or tracked.inverse is None or tracked.phase.open:
                continue
            if tracked.command.actor == OWN:
                continue
            if now - tracked.ended_us > window_us:
                continue
            if tracked.command.id not in self._undone and self._did_something(tracked):
                return tracked
        return None

    def _did_something(self, tracked: Tracked) -> bool:
        """Whether there is anything to take back; of a composite that failed, some steps stand."""
        steps = [self._store.state.commands.get(i) for i in tracked.steps]
        stands = any(step is not None and step.phase is Phase.CONFIRMED for step in steps)
        return tracked.phase is Phase.CONFIRMED or stands

    def undo(self) -> Verdict:
        """Submit the inverse of the newest wish that can be taken back."""
        tracked = self.undoable()
        if tracked is None or tracked.inverse is None:
            return Verdict(None, Problem.of("command.nothing_to_undo"))
        verdict = self.submit(replace(tracked.inverse, id=new_id()))
        if verdict.accepted and verdict.command is not None:
            self._undone |= {tracked.command.id, verdict.command.id}
        return verdict

    def _by(self, command: Command) -> Command:
        """The wish as that of whoever sits at the console."""
        if not self.actor or command.actor in (OWN, self.actor):
            return command
        return replace(command, actor=self.actor)

    def _submit(self, command: Command, parent: str, replaces: str) -> Verdict:
        state = self._store.state
        problem = self.why_not(command)
        if problem is None and command.id in state.commands:
            problem = Problem.of("command.twice")
        if problem is not None:
            return Verdict(command, problem)
        steps = self._steps(command)
        declined = {step.id: why for step in steps if (why := self.why_not(step)) is not None}
        if steps and len(declined) == len(steps):
            return Verdict(command, declined[steps[0].id])
        accepted = [self._accepted(command, parent, replaces, tuple(s.id for s in steps))]
        accepted += [self._accepted(step, command.id, "", ()) for step in steps]
        told = list(accepted)
        sent: dict[str, list[Command]] = {}
        for wish in (command, *steps):
            if why := declined.get(wish.id):
                told.append(self._event(f.CommandRefused(wish.id, why), wish))
                continue
            told += [self._event(fact, wish) for fact in wish.facts(state)]
            if wish is command and steps:
                continue
            if device := wish.route(state):
                sent.setdefault(device, []).append(wish)
            else:
                told.append(self._event(f.CommandAnswered(wish.id), wish))
        durable = self._journal.append(accepted) if sent else None
        if durable is None:
            self._journal.keep(accepted)
        self._store.tell(told)
        self._open.update(dict.fromkeys(e.cause for e in accepted))
        if parent:
            self._open[parent] = None
        if durable is None:
            return Verdict(command)
        for device, wishes in sent.items():
            durable.add_done_callback(
                lambda written, wishes=wishes, device=device: self._written(written, wishes, device)
            )
        self.on_sending()
        return Verdict(command)

    def _steps(self, command: Command) -> tuple[Command, ...]:
        """The wishes that a composite comes down to, composites within it included."""
        state = self._store.state
        found: list[Command] = []
        for step in command.steps(state):
            if within := self._steps(step):
                found += within
            else:
                fresh = replace(step, id=new_id()) if step.id in state.commands else step
                found.append(fresh if command.actor == OWN else self._by(fresh))
        return tuple(found)

    def _unreachable(self, command: Command) -> Problem | None:
        device_id = command.route(self._store.state)
        if not device_id:
            return None
        device = self._store.state.devices.get(device_id)
        if device is None or device_id not in self._links:
            return Problem.of("command.no_device")
        if device.health in (LinkHealth.UP, LinkHealth.DEGRADED):
            return None
        return device.problem or Problem.of("link.down", device=device.name)

    def _accepted(
        self, command: Command, parent: str, replaces: str, steps: tuple[str, ...]
    ) -> Event:
        state = self._store.state
        return self._event(
            f.CommandSubmitted(
                command,
                parent=parent,
                steps=steps,
                inverse=None if parent else command.inverse(state),
                held_before=command.satisfied(state),
                replaces=replaces,
            ),
            command,
        )

    def _event(self, fact: f.Fact, command: Command) -> Event:
        return stamped(fact, self._clock.now_us(), command.actor, command.id)

    def _written(self, written: Future[int], commands: Sequence[Command], device: str) -> None:
        """In the journal's thread: the rows are durable, or they are not and nothing is sent. Nor
        is what the disk held up so long that it was given up meanwhile."""
        error = written.exception()
        link = self._links.get(device)
        if error is not None:
            problem = Problem.of(
                str(getattr(error, "code", "store.failed")), **dict(getattr(error, "params", {}))
            )
        elif link is None:
            problem = Problem.of("command.no_device")
        else:
            known = self._store.state.commands
            tracked = [known.get(command.id) for command in commands]
            link.perform(*(t.command for t in tracked if t is not None and t.phase.open))
            return
        self._store.post([self._event(f.CommandRefused(c.id, problem), c) for c in commands])

    # -- settling ------------------------------------------------------------------------------

    def review(self) -> bool:
        """Settle the wishes that came true or took too long; whether there is more to drain."""
        state, now = self._store.state, self._clock.now_us()
        settled: dict[str, f.Fact] = {}
        for command_id in list(self._open):
            tracked = state.commands.get(command_id)
            if tracked is None or not tracked.phase.open:
                del self._open[command_id]
                continue
            fact = self._outcome(tracked, now)
            if fact is not None:
                settled[command_id] = fact
                if isinstance(fact, f.CommandConfirmed):
                    settled |= self._overtaken_by(tracked.command, settled)
        self._store.post(stamped(fact, now, "console", of) for of, fact in settled.items())
        return bool(settled)

    def _overtaken_by(self, command: Command, settled: Container[str]) -> dict[str, f.Fact]:
        """Earlier wishes about what this one has set: nobody will see them come true any more."""
        if not command.turn:
            return {}
        earlier = takewhile(lambda other: other != command.id, self._open)
        lost = Problem.of("command.overtaken")
        return {
            tracked.command.id: f.CommandLost(tracked.command.id, lost)
            for tracked in map(self._store.state.commands.get, earlier)
            if tracked is not None
            and tracked.command.id not in settled
            and tracked.command.turn == command.turn
        }

    def _outcome(self, tracked: Tracked, now_us: int) -> f.Fact | None:
        command = tracked.command
        if tracked.steps:
            return self._outcome_of_steps(tracked)
        proof = tracked.phase is Phase.ANSWERED or (
            tracked.phase is Phase.SENT and not tracked.held_before
        )
        if proof and command.satisfied(self._store.state):
            return f.CommandConfirmed(command.id)
        if now_us - tracked.submitted_us > command.deadline_s * 1e6:
            return f.CommandLost(
                command.id, Problem.of("command.timeout", seconds=command.deadline_s)
            )
        return None

    def _outcome_of_steps(self, tracked: Tracked) -> f.Fact | None:
        steps = [self._store.state.commands.get(i) for i in tracked.steps]
        known = [step for step in steps if step is not None]
        if any(step.phase.open for step in known):
            return None
        failed = [step for step in known if step.phase is not Phase.CONFIRMED]
        if not failed:
            return f.CommandConfirmed(tracked.command.id)
        partly = Problem.of("command.partly", failed=len(failed), steps=len(known))
        if all(step.phase is Phase.UNKNOWN for step in failed):
            return f.CommandLost(tracked.command.id, partly)
        return f.CommandRefused(tracked.command.id, partly)
