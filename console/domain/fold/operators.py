"""What people do: the session, its running order, the chair's calls, notes, checks."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.event import Event
from console.domain.session import ChairCall, Session
from console.domain.state import Key, State

_SESSION: tuple[Key, ...] = (("session", ""),)


def _put(state: State, session: Session) -> tuple[Key, ...]:
    if session == state.session:
        return ()
    state.session = session
    return _SESSION


def _opened(state: State, event: Event, fact: f.SessionOpened) -> tuple[Key, ...]:
    return _put(
        state,
        Session(
            id=fact.session,
            title=fact.title,
            phase=fact.phase,
            started_us=event.at_us,
            chair=fact.chair,
            conference=fact.conference,
        ),
    )


def _closed(state: State, event: Event, fact: f.SessionClosed) -> tuple[Key, ...]:
    return _put(state, Session()) if state.session.id == fact.session else ()


def _script_loaded(state: State, event: Event, fact: f.ScriptLoaded) -> tuple[Key, ...]:
    return _put(state, replace(state.session, script=fact.lines, line=-1))


def _script_moved(state: State, event: Event, fact: f.ScriptMoved) -> tuple[Key, ...]:
    return _put(state, replace(state.session, line=fact.line))


def _deviated(state: State, event: Event, fact: f.ScriptDeviated) -> tuple[Key, ...]:
    return (*_SESSION, ("note", ""))


def _staged(state: State, event: Event, fact: f.NextStaged) -> tuple[Key, ...]:
    before = state.session.next
    if before == fact.endpoint:
        return ()
    state.session = replace(state.session, next=fact.endpoint)
    touched: tuple[Key, ...] = tuple(("endpoint", site) for site in (before, fact.endpoint) if site)
    return _SESSION + touched


def _chair_called(state: State, event: Event, fact: f.ChairCalled) -> tuple[Key, ...]:
    calls = state.session.calls
    call = ChairCall(endpoint=fact.endpoint, called_us=event.at_us)
    if calls and not calls[-1].take_us:
        calls = calls[:-1]
    return _put(state, replace(state.session, calls=(*calls, call)))


def _two_way(state: State, event: Event, fact: f.TwoWayProven) -> tuple[Key, ...]:
    call = state.session.taken
    if call is None or call.proven_us or call.endpoint != fact.endpoint:
        return ()
    proven = replace(call, proven_us=event.at_us, how=fact.how)
    return _put(state, state.session.with_taken(proven))


def _note(state: State, event: Event, fact: f.NoteWritten) -> tuple[Key, ...]:
    return (("note", fact.endpoint),)


def _drilled(state: State, event: Event, fact: f.DrillScored) -> tuple[Key, ...]:
    return (("note", ""),)


def _checked(state: State, event: Event, fact: f.CheckRecorded) -> tuple[Key, ...]:
    endpoint = state.endpoints.get(fact.endpoint)
    if endpoint is None or endpoint.check == fact.result:
        return ()
    state.endpoints[fact.endpoint] = replace(endpoint, check=fact.result)
    return (("endpoint", fact.endpoint),)


def _seat(state: State, event: Event, fact: f.Fact) -> tuple[Key, ...]:
    """Who sits at the console is no record of the meeting; it is told to whoever shows it."""
    return (("operator", ""),)


def _clock(state: State, event: Event, fact: f.Fact) -> tuple[Key, ...]:
    return (("note", ""),)


FOLDERS = {
    f.SessionOpened: _opened,
    f.SessionClosed: _closed,
    f.ScriptLoaded: _script_loaded,
    f.ScriptMoved: _script_moved,
    f.ScriptDeviated: _deviated,
    f.NextStaged: _staged,
    f.ChairCalled: _chair_called,
    f.TwoWayProven: _two_way,
    f.NoteWritten: _note,
    f.DrillScored: _drilled,
    f.CheckRecorded: _checked,
    f.OperatorSignedIn: _seat,
    f.OperatorSignInRefused: _seat,
    f.OperatorSignedOut: _seat,
    f.ConsoleLocked: _seat,
    f.ConsoleUnlocked: _seat,
    f.ClockStepped: _clock,
    f.ClockSuspected: _clock,
    f.ClockTrusted: _clock,
}
