"""What the header shows: the session, its clock, and the health of every link."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from console.domain.device import Device, LinkHealth
from console.domain.policy import Policy
from console.domain.problem import Problem
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.looks.alarms import AlarmCount, alarm_count
from console.qt.looks.sites import stale_s
from console.qt.wording import has, say, say_problem

_POLICY = Policy()
_NAMED = 5
"""So many rooms that do not answer are named; the rest are counted."""
_SLOW_MS = 500.0
_QUEUE_WARN_S = 2.0


class Health(Enum):
    """How a link does; each has its own shape as well as its colour."""

    OFF = "off"
    """Not connected yet, and nobody expects it."""
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class JournalHealth:
    """How the store does: rows waiting to be durable, the oldest one's age (s), its trouble."""

    waiting: int = 0
    oldest_s: float = 0.0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """One link's health in a few words, and the explanation that a press shows."""

    id: str
    health: Health
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class HeaderLook:
    """The header. `running_s` is the session's age in seconds, −1 without a session."""

    title: str
    phase: str
    running_s: int
    chips: tuple[Chip, ...]
    alarms: AlarmCount


def header_look(
    state: State, now_us: int, journal: JournalHealth | None = None, office: Chip | None = None
) -> HeaderLook:
    """The header as it is now; `office` is the office's chip, where it is known how that stands."""
    session = state.session
    mcus = [d for d in state.devices.values() if not d.endpoint]
    rooms = [d for d in state.devices.values() if d.endpoint]
    chips = [_mcu(state, d, now_us) for d in mcus]
    chips += _feed(mcus)
    chips += _rooms(rooms)
    if journal is not None:
        chips.append(_journal(journal))
    if office is not None:
        chips.append(office)
    return HeaderLook(
        clean_name(session.title) if session.id else "",
        _phase(session.phase) if session.id else "",
        int(max(0, now_us - session.started_us) // 1_000_000) if session.id else -1,
        tuple(chips),
        alarm_count(state, now_us),
    )


def _phase(phase: str) -> str:
    return say(f"phase.{phase}") if has(f"phase.{phase}") else clean_name(phase)


def _mcu(state: State, device: Device, now_us: int) -> Chip:
    name = clean_name(device.name)
    silent_s = int(stale_s(state, device.id, now_us))
    rtt = state.rtt_ms.get(device.id)
    match device.health:
        case LinkHealth.UP | LinkHealth.DEGRADED if silent_s >= _POLICY.stale_s:
            health = Health.BAD if silent_s >= _POLICY.grey_s else Health.WARN
            text = say("header.silent", name=name, s=silent_s)
            detail = say("header.silent_detail", name=name, s=silent_s)
        case LinkHealth.UP:
            health = Health.WARN if rtt is not None and rtt >= _SLOW_MS else Health.GOOD
            known = rtt is not None
            text = say("header.rtt", name=name, ms=round(rtt)) if known else name
            detail = say("header.up_detail", name=name, software=device.software or "–")
        case LinkHealth.DEGRADED:
            health = Health.WARN
            text = say("header.slow", name=name)
            detail = say("header.slow_detail", name=name)
        case LinkHealth.DOWN:
            health = Health.BAD
            text = say("header.down", name=name)
            detail = say("header.down_detail", name=name, at=device.health_since_us)
        case _:
            health = Health.OFF
            text = say("header.connecting", name=name)
            detail = say("header.connecting_detail", name=name)
    if device.problem is not None:
        detail = f"{detail}\n{say_problem(device.problem)}"
    return Chip(f"mcu:{device.id}", health, text, detail)


def _feed(mcus: list[Device]) -> list[Chip]:
    """The event feeds of all MCUs as one chip; none where no MCU has any."""
    feeds = [d for d in mcus if d.push is not None]
    if not feeds:
        return []
    silent = ", ".join(clean_name(d.name) for d in feeds if not d.push)
    if silent:
        detail = say("header.feed_silent_detail", names=silent)
        return [Chip("feed", Health.WARN, say("header.feed_silent"), detail)]
    return [Chip("feed", Health.GOOD, say("header.feed"), say("header.feed_detail"))]


def _rooms(rooms: list[Device]) -> list[Chip]:
    """All room devices as one chip: how many of them answer."""
    if not rooms:
        return []
    up = sum(d.health in (LinkHealth.UP, LinkHealth.DEGRADED) for d in rooms)
    down = [d for d in rooms if d.health is LinkHealth.DOWN]
    text = say("header.rooms", up=up, total=len(rooms))
    detail = say("header.rooms_detail", up=up, total=len(rooms))
    health = Health.GOOD if up == len(rooms) else Health.OFF
    if down:
        health = Health.WARN
        names = ", ".join(clean_name(d.name) for d in down[:_NAMED])
        more = len(down) - _NAMED
        if more > 0:
            names = say("alarm.and_more", names=names, n=more)
        detail = f"{detail}\n{say('header.rooms_down_detail', names=names, n=len(down))}"
    return [Chip("rooms", health, text, detail)]


def _journal(journal: JournalHealth) -> Chip:
    if journal.problem is not None:
        return Chip("journal", Health.BAD, say("header.journal_bad"), say_problem(journal.problem))
    if journal.oldest_s >= _QUEUE_WARN_S:
        text = say("header.journal_waits", n=journal.waiting)
        detail = say("header.journal_waits_detail", n=journal.waiting, s=journal.oldest_s)
        return Chip("journal", Health.WARN, text, detail)
    return Chip("journal", Health.GOOD, say("header.journal"), say("header.journal_detail"))
