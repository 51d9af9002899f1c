"""What the script rail shows: the running order, where we are, and whether each site is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from console.domain.presence import Presence
from console.domain.session import Session
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.sites import worst_alarm
from console.qt.wording import say

_HERE = (Presence.CONNECTED, Presence.ON_HOLD)


class Place(Enum):
    """Where a line of the running order stands."""

    AHEAD = "ahead"
    NEXT = "next"
    CURRENT = "current"
    PODIUM = "podium"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One line. `absent` says that its site is not in the conference, `lost` that it was and is
    no longer; `alarm` is 1–3 or 0."""

    number: int
    title: str
    detail: str
    site: str
    place: Place
    absent: bool = False
    lost: bool = False
    alarm: int = 0
    acked: bool = False


def script_look(state: State, now_us: int) -> tuple[ScriptRow, ...]:
    """Every line of the running order."""
    session = state.session
    staged = staged_line(session)
    podium = state.podium
    on = _line_of(session, podium) if podium else -1
    rows: list[ScriptRow] = []
    for index, line in enumerate(session.script):
        place = Place.AHEAD
        if index == on:
            place = Place.PODIUM
        elif index == staged:
            place = Place.NEXT
        elif index == session.line:
            place = Place.CURRENT
        elif index < session.line:
            place = Place.DONE
        leg = state.legs.get(line.endpoint)
        alarm = worst_alarm(state, line.endpoint, now_us) if line.endpoint else None
        rows.append(
            ScriptRow(
                index + 1,
                clean_name(line.title),
                _detail(line.detail, line.minutes),
                line.endpoint,
                place,
                bool(line.endpoint) and (leg is None or leg.presence not in _HERE),
                leg is not None and leg.presence is Presence.DROPPED,
                int(alarm.priority) if alarm else 0,
                bool(alarm and alarm.acknowledged_us),
            )
        )
    return tuple(rows)


def _detail(detail: str, minutes: int | None) -> str:
    parts = [clean_name(detail)] if detail else []
    if minutes:
        parts.append(say("script.minutes", n=minutes))
    return " · ".join(parts)


def _line_of(session: Session, site: str) -> int:
    """The line that a site on the podium speaks to: the nearest not after where we are."""
    found = [i for i, line in enumerate(session.script) if line.endpoint == site]
    return min(found, key=lambda i: (i > session.line, abs(i - session.line)), default=-1)


def staged_line(session: Session) -> int:
    """The line of the site that is staged as next: the first after where we are, −1 if none."""
    if not session.next:
        return -1
    found = [i for i, line in enumerate(session.script) if line.endpoint == session.next]
    return min(found, key=lambda i: (i <= session.line, abs(i - session.line)), default=-1)


def pointer(session: Session) -> int:
    """Where F9 and F10 count from: the staged line, else where we are."""
    staged = staged_line(session)
    return staged if staged >= 0 else session.line
