"""What becomes of wishes. Asked, achieved, refused and unknown are different things."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.commands.mcu import MuteSite, PutOnPodium
from console.domain.commands.take import TakeToPodium
from console.domain.event import Event
from console.domain.problem import Problem
from console.domain.session import ChairCall
from console.domain.state import Key, Phase, State, Tracked

_KEEP_ENDED = 300
"""So many ended wishes stay in the State; the journal has them all."""
_FORGET_EVERY = 50
_SAME_CALL_US = 60_000_000


def _submitted(state: State, event: Event, fact: f.CommandSubmitted) -> tuple[Key, ...]:
    command = fact.command
    if command.id in state.commands:
        return ()
    state.commands[command.id] = Tracked(
        command,
        Phase.PENDING,
        event.at_us,
        parent=fact.parent,
        steps=fact.steps,
        inverse=fact.inverse,
        held_before=fact.held_before,
    )
    keys = _keys(state.commands[command.id])
    for site in command.sites():
        state.wishes[site] = command.id
    if len(state.commands) > 2 * _KEEP_ENDED and len(state.commands) % _FORGET_EVERY == 0:
        keys += _forget_oldest(state)
    if fact.replaces:
        _try_again(state, fact)
    if isinstance(command, TakeToPodium):
        _start_clock(state, command.endpoint, event.at_us)
        keys += (("session", ""),)
    return keys


def _try_again(state: State, fact: f.CommandSubmitted) -> None:
    parent = state.commands.get(fact.parent)
    if parent is not None:
        steps = tuple(fact.command.id if i == fact.replaces else i for i in parent.steps)
        state.commands[fact.parent] = replace(
            parent, steps=steps, phase=Phase.SENT, ended_us=0, problem=None
        )


def _forget_oldest(state: State) -> tuple[Key, ...]:
    """A step stays as long as what it is a step of: the whole is judged by all its steps."""
    composites = {i for i, t in state.commands.items() if t.steps and t.phase.open}
    ended = [
        i for i, t in state.commands.items() if not t.phase.open and t.parent not in composites
    ]
    keys: list[Key] = []
    for command_id in ended[:-_KEEP_ENDED]:
        del state.commands[command_id]
        keys.append(("command", command_id))
    for site in [s for s, c in state.wishes.items() if c not in state.commands]:
        del state.wishes[site]
        keys.append(("endpoint", site))
    return tuple(keys)


def _start_clock(state: State, endpoint: str, at_us: int) -> None:
    """t1 of the newest call; whom the chair meant is known only now, so t0 stands either way.
    A site that has to be taken once more soon after still answers the same call."""
    calls = state.session.calls
    newest = calls[-1] if calls else None
    if newest is not None and not newest.take_us:
        calls = (*calls[:-1], replace(newest, endpoint=endpoint, take_us=at_us))
    elif (
        newest is None
        or newest.confirmed_us
        or newest.endpoint != endpoint
        or at_us - newest.take_us > _SAME_CALL_US
    ):
        calls = (*calls, ChairCall(endpoint=endpoint, take_us=at_us))
    state.session = replace(state.session, calls=calls)


def _keys(tracked: Tracked) -> tuple[Key, ...]:
    keys: tuple[Key, ...] = (("command", tracked.command.id),)
    if tracked.parent:
        keys += (("command", tracked.parent),)
    return keys + tuple(("endpoint", site) for site in tracked.command.sites())


def _advance(
    state: State, event: Event, command: str, phase: Phase, problem: Problem | None = None
) -> tuple[Key, ...]:
    tracked = state.commands.get(command)
    if tracked is None or not tracked.phase.open or tracked.phase is phase:
        return ()
    if phase is Phase.SENT and tracked.phase is not Phase.PENDING:
        return ()
    sent = event.at_us if phase is Phase.SENT else tracked.sent_us
    ended = 0 if phase.open else event.at_us
    tracked = replace(tracked, phase=phase, problem=problem, sent_us=sent, ended_us=ended)
    state.commands[command] = tracked
    return _keys(tracked)


def _sent(state: State, event: Event, fact: f.CommandSent) -> tuple[Key, ...]:
    return _advance(state, event, fact.command, Phase.SENT)


def _answered(state: State, event: Event, fact: f.CommandAnswered) -> tuple[Key, ...]:
    return _advance(state, event, fact.command, Phase.ANSWERED)


def _confirmed(state: State, event: Event, fact: f.CommandConfirmed) -> tuple[Key, ...]:
    keys = _advance(state, event, fact.command, Phase.CONFIRMED)
    if not keys:
        return ()
    tracked = state.commands[fact.command]
    match tracked.command:
        case PutOnPodium(conference=conference, endpoint=site):
            if state.podiums.get(conference, "") != site:
                state.podiums[conference] = site
                keys += (("session", ""),)
        case MuteSite():
            pass
        case _:
            return keys
    take = state.commands.get(tracked.parent)
    if take is not None and _shown_and_heard(state, take):
        call = state.session.taken
        if call is not None and call.endpoint in take.command.sites() and not call.confirmed_us:
            new = replace(call, confirmed_us=event.at_us)
            state.session = state.session.with_taken(new)
            keys += (("session", ""),)
    return keys


def _shown_and_heard(state: State, take: Tracked) -> bool:
    """Whether the steps of a TAKE that give its site the podium and a voice are confirmed: t2,
    where what the MCU itself reported then is not known any more, after a restart."""
    if not isinstance(take.command, TakeToPodium):
        return False
    site = take.command.endpoint
    steps = [step for i in take.steps if (step := state.commands.get(i)) is not None]
    phases = [
        step.phase
        for step in steps
        if isinstance(step.command, (PutOnPodium, MuteSite)) and step.command.endpoint == site
    ]
    return bool(phases) and all(phase is Phase.CONFIRMED for phase in phases)


def _refused(state: State, event: Event, fact: f.CommandRefused) -> tuple[Key, ...]:
    return _advance(state, event, fact.command, Phase.REFUSED, fact.problem)


def _lost(state: State, event: Event, fact: f.CommandLost) -> tuple[Key, ...]:
    return _advance(state, event, fact.command, Phase.UNKNOWN, fact.problem)


FOLDERS = {
    f.CommandSubmitted: _submitted,
    f.CommandSent: _sent,
    f.CommandAnswered: _answered,
    f.CommandConfirmed: _confirmed,
    f.CommandRefused: _refused,
    f.CommandLost: _lost,
}
