"""The journal strip's sentences: Events and wishes as the technician would tell them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.commands.base import Command
from console.domain.device import LinkHealth
from console.domain.event import Event
from console.domain.reference import ContactProposal
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.alarms import alarm_title
from console.qt.looks.drills import drill_told, passed
from console.qt.looks.journal_kinds import kind_of, sites_of
from console.qt.looks.office import office_said
from console.qt.looks.seat import seat_said
from console.qt.looks.sites import full
from console.qt.looks.wishes import outcome_text, wish_text
from console.qt.wording import say, say_problem

KEPT = 400
_OFFICE_WARNS = ("office_lost", "sync_incident")
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
        self._asked: dict[str, tuple[ContactProposal, ...]] = {}

    def add(self, events: Iterable[Event], state: State) -> bool:
        """Take in what happened; whether any of it is worth a line."""
        changed = False
        for told in events:
            event = self._news(told)
            name = kind_of(event, state)
            if not name:
                continue
            changed = True
            if isinstance(event.fact, f.AlarmRaised):
                self._alarms[event.fact.alarm.id] = event.fact.alarm
            last = self._entries[-1] if self._entries else None
            if last is not None and _together(last, name, event):
                last.sites += tuple(s for s in sites_of(event) if s not in last.sites)
            else:
                self._entries.append(_Entry(event, name, sites_of(event), self._alarm(event)))
        return changed

    def _news(self, event: Event) -> Event:
        """Of what was asked about a site only what was not told so before."""
        fact = event.fact
        if not isinstance(fact, f.ContactsProposed):
            return event
        before = {(each.id, each.state) for each in self._asked.get(fact.site, ())}
        self._asked[fact.site] = fact.proposals
        news = tuple(each for each in fact.proposals if (each.id, each.state) not in before)
        return replace(event, fact=replace(fact, proposals=news))

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
    name = kind_of(event, state)
    return _line(_Entry(event, name, sites_of(event)), state) if name else None


def _together(last: _Entry, kind: str, event: Event) -> bool:
    """Whether an Event shares the line before it: sites that come, or go, at one time."""
    close = event.at_us - last.event.at_us < _JOINED_WITHIN_US
    return last.kind == kind and kind in ("joined", "left", "contacts") and close


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
            return wish_said(fact.command, state)
        case "answered":
            command = fact.command
            return say(f"journal.answered_{command.answer}", name=clean_name(command.name)), plain
        case "joined" | "left" | "contacts":
            tone = warn if entry.kind == "left" else plain
            if len(entry.sites) > 1:
                return say(f"journal.{entry.kind}_many", n=len(entry.sites), site=site), tone
            return say(f"journal.{entry.kind}", site=site), tone
        case "link":
            return _link_said(fact, state)
        case "named" | "forgotten" | "trusted":
            return _device_said(entry.kind, fact, state), plain
        case "feed":
            key = "journal.feed_alive" if fact.alive else "journal.feed_silent"
            return say(key, device=_device(state, fact.device)), plain if fact.alive else warn
        case "roster":
            return say("journal.roster", n=len(fact.endpoints), name=fact.name), plain
        case "opened":
            key = "journal.opened" if fact.title else "journal.opened_untitled"
            return say(key, title=fact.title), plain
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
        case "drilled":
            whole = passed(fact.scores) == len(fact.scores)
            return drill_told(fact.title, fact.scores), LineTone.DONE if whole else warn
        case "clock_stepped":
            return say("journal.clock_stepped", seconds=f"{fact.seconds:+.1f}"), warn
        case "clock_suspected":
            return say("journal.clock_suspected", seconds=f"{fact.offset_s:+.0f}"), warn
        case "checked":
            return say(f"journal.checked_{fact.result or 'none'}", site=site), plain
        case "office_enrolled" | "office_left" | "office_lost" | "office_back" | "sync_incident":
            return office_said(fact), warn if entry.kind in _OFFICE_WARNS else plain
        case "proposed" | "roster_told" | "plan_told" | "plan_taken":
            return _given_said(entry.kind, fact, state, site)
        case "alarm":
            return alarm_title(state, fact.alarm), warn
        case "cleared" | "noted" | "shelved":
            return _alarm_said(entry, fact, state), plain
        case "signed_in" | "refused" | "signed_out" | "console_locked" | "console_unlocked":
            text, wrong = seat_said(entry.kind, fact)
            return text, warn if wrong else plain
        case _:
            return say(f"journal.{entry.kind}"), plain


def wish_said(wish: Command, state: State) -> tuple[str, LineTone]:
    """A wish and what has become of it, as its line says it."""
    what = wish_text(state, wish)
    tracked = state.commands.get(wish.id)
    if tracked is None:
        return what, LineTone.PLAIN
    tone = LineTone.PENDING if tracked.phase.open else LineTone.DONE
    if tracked.problem is not None:
        tone = LineTone.WARN
    return say("journal.wish", what=what, outcome=outcome_text(state, tracked)), tone


def _given_said(kind: str, fact: Any, state: State, site: str) -> tuple[str, LineTone]:
    """What was asked of the office, and what it gave."""
    if kind == "proposed":
        newest = fact.proposals[0]
        calm = newest.state in ("queued", "waiting")
        asked = "removal" if newest.removal else "proposed"
        return say(f"journal.{asked}_{newest.state}", site=site), (
            LineTone.PENDING if calm else LineTone.WARN
        )
    if kind == "roster_told":
        roster = fact.roster
        if roster is None:
            return say("journal.roster_gone", record=clean_name(fact.record)), LineTone.PLAIN
        told = {"name": clean_name(roster.name), "version": roster.version, "n": roster.sites}
        return say("journal.roster_told", **told), LineTone.PLAIN
    plan = fact.plan if kind == "plan_told" else state.plans.get(fact.record)
    if plan is None and kind == "plan_told":
        return say("journal.plan_gone", record=clean_name(fact.record)), LineTone.PLAIN
    title = clean_name(plan.title) if plan is not None else clean_name(fact.record)
    version = plan.version if plan is not None and kind == "plan_told" else fact.version
    return say(f"journal.{kind}", title=title, version=version), LineTone.PLAIN


def _link_said(fact: Any, state: State) -> tuple[str, LineTone]:
    device = _device(state, fact.device)
    if fact.health is LinkHealth.UP:
        return say("journal.link_up", device=device), LineTone.PLAIN
    why = say_problem(fact.problem) if fact.problem else ""
    return say("journal.link_down", device=device, why=why), LineTone.WARN


def _device_said(kind: str, fact: Any, state: State) -> str:
    if kind == "named":
        return say("journal.named", device=fact.spec.name)
    device = _device(state, fact.device)
    if kind == "forgotten":
        return say("journal.forgotten", device=device)
    key = "journal.retrusted" if fact.before else "journal.trusted"
    if fact.approver:
        key += "_by"
    if not fact.fingerprint:
        key = "journal.distrusted"
    prints = {"print": fact.fingerprint[:16], "before": fact.before[:16]}
    return say(key, device=device, approver=fact.approver, **prints)


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
