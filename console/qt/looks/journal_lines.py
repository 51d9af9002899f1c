"""The journal strip's sentences: Events and wishes as the technician would tell them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.commands import own as own_wishes
from console.domain.commands.take import TakeToPodium
from console.domain.device import LinkHealth
from console.domain.event import Event
from console.domain.observed import Presence
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.alarms import alarm_title
from console.qt.looks.sites import full
from console.qt.looks.wishes import outcome_text, wish_text
from console.qt.wording import say, say_problem

KEPT = 400
_JOINED_WITHIN_US = 3_000_000
"""Sites that come or go so close together share a line."""


class LineTone(Enum):
    """How a line is to be seen."""

    PLAIN = "plain"
    DONE = "done"
    PENDING = "pending"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the strip. `why` says more where something failed."""

    at_us: int
    text: str
    tone: LineTone = LineTone.PLAIN
    sites: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    """What a line is made of: an Event, or several alike that share it."""

    event: Event
    kind: str
    sites: tuple[str, ...] = ()
    alarm: Alarm | None = None


class JournalLines:
    """The newest Events that are worth a line. Sentences are made when they are shown, so that
    a wish's line tells what has become of it, in the language of the moment."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque(maxlen=KEPT)
        self._alarms: dict[str, Alarm] = {}

    def add(self, events: Iterable[Event], state: State) -> bool:
        """Take in what happened; whether any of it is worth a line."""
        changed = False
        for event in events:
            kind = _KINDS.get(type(event.fact))
            name = kind(event, state) if kind else ""
            if not name:
                continue
            changed = True
            if isinstance(event.fact, f.AlarmRaised):
                self._alarms[event.fact.alarm.id] = event.fact.alarm
            last = self._entries[-1] if self._entries else None
            if last is not None and _together(last, name, event):
                last.sites += tuple(s for s in _sites(event) if s not in last.sites)
            else:
                self._entries.append(_Entry(event, name, _sites(event), self._alarm(event)))
        return changed

    def _alarm(self, event: Event) -> Alarm | None:
        return self._alarms.get(str(getattr(event.fact, "alarm", "")))

    def newest(self, state: State, count: int) -> tuple[JournalLine, ...]:
        """The newest lines, the newest first."""
        found: list[JournalLine] = []
        for entry in reversed(self._entries):
            found.append(_line(entry, state))
            if len(found) == count:
                break
        return tuple(found)

    def about(self, site: str, state: State, count: int) -> tuple[JournalLine, ...]:
        """The newest lines that concern one site, the newest first."""
        found: list[JournalLine] = []
        for entry in reversed(self._entries):
            if site in entry.sites:
                found.append(_line(entry, state))
                if len(found) == count:
                    break
        return tuple(found)


def line_of(event: Event, state: State) -> JournalLine | None:
    """One Event as a line; None where it is not worth one."""
    kind = _KINDS.get(type(event.fact))
    name = kind(event, state) if kind else ""
    return _line(_Entry(event, name, _sites(event)), state) if name else None


def _together(last: _Entry, kind: str, event: Event) -> bool:
    """Whether an Event shares the line before it: sites that come, or go, at one time."""
    close = event.at_us - last.event.at_us < _JOINED_WITHIN_US
    return last.kind == kind and kind in ("joined", "left") and close


# -- which events are worth a line -------------------------------------------------------------


def _always(name: str) -> Callable[[Event, State], str]:
    return lambda event, state: name


def _on_its_own(name: str) -> Callable[[Event, State], str]:
    """Unless a TAKE brought it about: its own line says enough."""

    def kind(event: Event, state: State) -> str:
        cause = state.commands.get(event.cause)
        taken = cause is not None and isinstance(cause.command, TakeToPodium)
        return "" if taken else name

    return kind


def _wish(event: Event, state: State) -> str:
    """A wish to a device; what the console does itself is told by its facts."""
    fact: Any = event.fact
    own = type(fact.command).__module__ == own_wishes.__name__
    return "" if fact.parent or own else "wish"


def _leg_seen(event: Event, state: State) -> str:
    """A site that came, or was lost, by this very event."""
    fact: Any = event.fact
    leg = state.legs.get(fact.leg.endpoint)
    if leg is None or leg.presence_since_us != event.at_us:
        return ""
    return _presence(fact.leg.presence)


def _presence(presence: Presence) -> str:
    if presence is Presence.CONNECTED:
        return "joined"
    return "left" if presence is Presence.DROPPED else ""


def _link(event: Event, state: State) -> str:
    """An MCU's link that came up or went down; rooms are told by their alarm."""
    fact: Any = event.fact
    device = state.devices.get(fact.device)
    if device is None or device.endpoint:
        return ""
    return "link" if fact.health in (LinkHealth.UP, LinkHealth.DOWN) else ""


_KINDS: dict[type, Callable[[Event, State], str]] = {
    f.RosterLoaded: _always("roster"),
    f.LinkChanged: _link,
    f.PushChanged: _always("feed"),
    f.LegSeen: _leg_seen,
    f.LegEnded: _always("left"),
    f.SessionOpened: _always("opened"),
    f.SessionClosed: _always("closed"),
    f.ScriptLoaded: _always("script"),
    f.ScriptMoved: _on_its_own("moved"),
    f.ScriptDeviated: _always("deviated"),
    f.NextStaged: _on_its_own("staged"),
    f.ChairCalled: _always("called"),
    f.TwoWayProven: _always("proven"),
    f.NoteWritten: _always("note"),
    f.CheckRecorded: _always("checked"),
    f.CommandSubmitted: _wish,
    f.AlarmRaised: _always("alarm"),
    f.AlarmCleared: _always("cleared"),
    f.AlarmAcknowledged: _always("noted"),
    f.AlarmShelved: _always("shelved"),
}


def _sites(event: Event) -> tuple[str, ...]:
    """Whom an Event concerns."""
    fact: Any = event.fact
    match fact:
        case f.LegSeen():
            return (fact.leg.endpoint,)
        case f.CommandSubmitted():
            return tuple(fact.command.sites())
        case f.AlarmRaised():
            return tuple(fact.alarm.sites)
        case _:
            site = getattr(fact, "endpoint", "")
            return (site,) if site else ()


# -- how they read -----------------------------------------------------------------------------


def _line(entry: _Entry, state: State) -> JournalLine:
    text, tone = _said(entry, state)
    return JournalLine(entry.event.at_us, text, tone, entry.sites)


def _said(entry: _Entry, state: State) -> tuple[str, LineTone]:
    fact: Any = entry.event.fact
    site = full(state, entry.sites[0]) if entry.sites else ""
    plain, warn = LineTone.PLAIN, LineTone.WARN
    match entry.kind:
        case "wish":
            return _wished(fact, state)
        case "joined" | "left":
            tone = warn if entry.kind == "left" else plain
            if len(entry.sites) > 1:
                return say(f"journal.{entry.kind}_many", n=len(entry.sites), site=site), tone
            return say(f"journal.{entry.kind}", site=site), tone
        case "link":
            return _link_said(fact, state)
        case "feed":
            key = "journal.feed_alive" if fact.alive else "journal.feed_silent"
            return say(key, device=_device(state, fact.device)), plain if fact.alive else warn
        case "roster":
            return say("journal.roster", n=len(fact.endpoints), name=fact.name), plain
        case "opened":
            return say("journal.opened", title=fact.title), plain
        case "script":
            return say("journal.script", n=len(fact.lines)), plain
        case "moved":
            return _moved(fact.line, state), plain
        case "deviated":
            actual = full(state, fact.actual)
            if not fact.expected:
                return say("journal.deviated_plain", actual=actual), warn
            return say("journal.deviated", actual=actual, due=full(state, fact.expected)), warn
        case "staged":
            return say("journal.staged" if site else "journal.unstaged", site=site), plain
        case "called":
            return say("journal.called" if site else "journal.called_none", site=site), plain
        case "proven":
            key = "journal.proven_speech" if fact.how == "speech" else "journal.proven"
            return say(key, site=site), LineTone.DONE
        case "note":
            key = "journal.note_about" if site else "journal.note"
            return say(key, text=fact.text, site=site), LineTone.NOTE
        case "checked":
            return say(f"journal.checked_{fact.result or 'none'}", site=site), plain
        case "alarm":
            return alarm_title(state, fact.alarm), warn
        case "cleared" | "noted" | "shelved":
            return _alarm_said(entry, fact, state), plain
        case _:
            return say(f"journal.{entry.kind}"), plain


def _wished(fact: Any, state: State) -> tuple[str, LineTone]:
    what = wish_text(state, fact.command)
    tracked = state.commands.get(fact.command.id)
    if tracked is None:
        return what, LineTone.PLAIN
    tone = LineTone.PENDING if tracked.phase.open else LineTone.DONE
    if tracked.problem is not None:
        tone = LineTone.WARN
    return say("journal.wish", what=what, outcome=outcome_text(state, tracked)), tone


def _link_said(fact: Any, state: State) -> tuple[str, LineTone]:
    device = _device(state, fact.device)
    if fact.health is LinkHealth.UP:
        return say("journal.link_up", device=device), LineTone.PLAIN
    why = say_problem(fact.problem) if fact.problem else ""
    return say("journal.link_down", device=device, why=why), LineTone.WARN


def _alarm_said(entry: _Entry, fact: Any, state: State) -> str:
    what = alarm_title(state, entry.alarm) if entry.alarm else say("journal.some_alarm")
    if entry.kind == "shelved" and fact.until_us:
        return say("journal.shelved", what=what, until=fact.until_us)
    return say(
        "journal.unshelved" if entry.kind == "shelved" else f"journal.{entry.kind}", what=what
    )


def _moved(line: int, state: State) -> str:
    script = state.session.script
    if not 0 <= line < len(script):
        return say("journal.moved_start")
    return say("journal.moved", n=line + 1, title=script[line].title)


def _device(state: State, device: str) -> str:
    known = state.devices.get(device)
    return clean_name(known.name) if known else clean_name(device)
