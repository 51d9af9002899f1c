"""How the office has what happens here: a chip of the header, a story, and figures."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.problem import Problem
from console.qt.looks.header import Chip, Health
from console.qt.looks.mcu import NOTHING, FigureCell
from console.qt.wording import clock, date, has, number, say, say_problem
from db.sync.health import AMBER_AGE_S, RED_AGE_S, Level, SyncHealth

CHIP = "office"
_SHOWN = {
    "calm": Health.GOOD, "sending": Health.GOOD, "never": Health.OFF, "away": Health.OFF,
    "late": Health.WARN, "clock": Health.WARN, "conflict": Health.WARN,
}  # fmt: skip
"""Everything else is bad. The office away for a moment is no trouble yet: nothing is lost."""
_ROLES = {Level.CALM: "text", Level.AMBER: "amber", Level.RED: "mag"}
_WORTH_TELLING_S = 30.0
"""Rows younger than this are on their way: a count that comes and goes would only distract."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Story:
    """How it stands. `code` names the texts under `sync.`: what, why, what follows, what to do."""

    code: str
    health: Health
    what: str
    cause: str = ""
    consequence: str = ""
    action: str = ""
    note: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Cause, consequence and action, a line each."""
        parts = (("cause", self.cause), ("consequence", self.consequence), ("action", self.action))
        lines = [say(f"office.part.{name}", text=text) for name, text in parts if text]
        return tuple([*lines, self.note] if self.note else lines)


def age(seconds: float) -> tuple[str, str]:
    """How long something takes or is ago, as a value and its unit."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return str(whole), say("office.unit.second", n=whole)
    if whole < _HOUR:
        return str(whole // _MINUTE), say("office.unit.minute", n=whole // _MINUTE)
    if whole < 2 * _DAY:
        hours = whole // _HOUR
        return f"{hours}:{whole % _HOUR // _MINUTE:02}", say("office.unit.hour", n=hours)
    return str(whole // _DAY), say("office.unit.day", n=whole // _DAY)


def age_text(seconds: float) -> str:
    """The same in one: «12 phút»."""
    return " ".join(age(seconds))


def count(n: int) -> str:
    """A number with a thin gap between thousands, in either language."""
    return f"{n:,}".replace(",", "\u202f")


def ago(at_us: int, now_us: int) -> str:
    """How long ago a moment was: «12 giây trước»."""
    return say("office.ago", age=age_text((now_us - at_us) / 1e6))


def moment(at_us: int, now_us: int) -> str:
    """A time of day, with its date where that is not today."""
    day = date(at_us)
    return clock(at_us) if day == date(now_us) else f"{day[:5]} {clock(at_us)}"


# -- the header --------------------------------------------------------------------------------


def office_chip(health: SyncHealth | None, now_us: int, problem: Problem | None = None) -> Chip:
    """The office beside the links' health; None where this console belongs to none."""
    now = story(health, now_us, problem)
    detail = "\n".join((now.what, *now.lines))
    return Chip(CHIP, now.health, _chip_text(now.code, health), detail)


def _chip_text(code: str, health: SyncHealth | None) -> str:
    if health is None:
        return say("office.chip.none")
    if health.incident is not None:
        return say("office.chip.incident")
    if code in ("clock", "clock_far"):
        return say("office.chip.clock", s=abs(health.offset_us or 0) / 1e6)
    if code in ("late", "very_late"):
        return say("office.chip.late", age=age_text(health.oldest_unsent_s))
    if code == "conflict":
        return say("office.chip.conflict", n=health.conflicts)
    if code == "away":
        return say("office.chip.away")
    if health.oldest_unsent_s >= _WORTH_TELLING_S:
        return say("office.chip.waiting", n=count(health.unsent_rows))
    return say("office.chip.calm")


# -- the story ---------------------------------------------------------------------------------


def story(health: SyncHealth | None, now_us: int, problem: Problem | None = None) -> Story:
    """How it stands, in words: the worst of what is wrong, else how the sending goes. `problem` is
    why an account that is there can't be used."""
    if health is None:
        return _told("none", Health.OFF)
    wrong = conditions(health)
    if wrong:
        return told(wrong[0], health, now_us, problem)
    if health.offset_us is None and not health.last_ack_us:
        return told("never", health, now_us)
    sending = health.oldest_unsent_s >= _WORTH_TELLING_S
    return told("sending" if sending else "calm", health, now_us)


def conditions(health: SyncHealth) -> tuple[str, ...]:
    """What is wrong now, the worst first: an incident's own code, `very_late`, `clock_far`,
    `late`, `clock`, `conflict`, `away` (the last exchange failed)."""
    found: list[str] = []
    if health.incident is not None:
        code = health.incident.code.removeprefix("sync.")
        found.append(code if has(f"sync.{code}.what") else "other")
    late_s, clock_level = health.oldest_unsent_s, _clock_level(health)
    checks = (
        ("very_late", late_s > RED_AGE_S),
        ("clock_far", clock_level is Level.RED),
        ("late", late_s > AMBER_AGE_S),
        ("clock", clock_level is Level.AMBER),
        ("conflict", bool(health.conflicts)),
        ("away", bool(health.failure)),
    )
    return (*found, *(code for code, holds in checks if holds))


def told(code: str, health: SyncHealth, now_us: int, problem: Problem | None = None) -> Story:
    """A condition in words, with the values of a moment."""
    values: dict[str, object] = {
        "n": health.unsent_rows,
        "rows": count(health.unsent_rows),
        "age": age_text(health.oldest_unsent_s),
        "why": why_text(health.failure),
        "offset": abs(health.offset_us or 0) / 1e6,
        "conflicts": health.conflicts,
        "problem": say_problem(problem) if problem is not None else NOTHING,
        "ack": moment(health.last_ack_us, now_us) if health.last_ack_us else NOTHING,
    }
    if health.incident is not None:
        values |= {"code": health.incident.code, "reason": "", "seq": 0, "status": 0}
        values |= dict(health.incident.params)
    return _told(code, _SHOWN.get(code, Health.BAD), **values)


def _clock_level(health: SyncHealth) -> Level:
    """The level if every row had been sent."""
    return SyncHealth(offset_us=health.offset_us).level


def _told(code: str, health: Health, /, **values: object) -> Story:
    def text(part: str) -> str:
        key = f"sync.{code}.{part}"
        return say(key, **values) if has(key) else ""

    parts = ("what", "cause", "consequence", "action", "note")
    return Story(code, health, *(text(part) for part in parts))


def why_text(failure: str) -> str:
    """Why the last exchange failed, in words."""
    if not failure:
        return say("sync.failure.none")
    if failure.startswith("store."):
        return say_problem(Problem.of(failure, folder=""))
    name, _, rest = failure.partition(" ")
    if name == "status":
        return say("sync.failure.status", status=rest)
    return say(f"sync.failure.{name}" if has(f"sync.failure.{name}") else "sync.failure.other")


# -- figures -----------------------------------------------------------------------------------


def figures(health: SyncHealth, now_us: int) -> tuple[FigureCell, ...]:
    """The sync in numbers, in the order in which one asks."""
    late = SyncHealth(oldest_unsent_s=health.oldest_unsent_s).level
    age_value, age_unit = age(health.oldest_unsent_s) if health.unsent_rows else (NOTHING, "")
    offset, offset_unit = NOTHING, ""
    if health.offset_us is not None:
        offset, offset_unit = f"{health.offset_us / 1e6:+.1f}", say("office.unit.second", n=2)
        offset = offset.replace("-", "−").replace(".", number(0.0)[1])
    cells = [
        ("unsent", count(health.unsent_rows), "", _ROLES[late]),
        ("oldest", age_value, age_unit, _ROLES[late]),
        ("ack", *_when(health.last_ack_us, now_us), "text"),
        ("offset", offset, offset_unit, _ROLES[_clock_level(health)]),
        ("feed", count(health.feed_rev) if health.feed_rev else NOTHING,
         say("office.pulled", age=age_text((now_us - health.pulled_us) / 1e6))
         if health.pulled_us else "", "text"),
        ("proposals", str(health.proposals), "", "text"),
        ("conflicts", str(health.conflicts), "", "amber" if health.conflicts else "text"),
    ]  # fmt: skip
    return tuple(
        FigureCell(
            name, say(f"office.figure.{name}"), value, unit, role, say(f"office.figure_tip.{name}")
        )
        for name, value, unit, role in cells
    )


def _when(at_us: int, now_us: int) -> tuple[str, str]:
    return (moment(at_us, now_us), ago(at_us, now_us)) if at_us else (NOTHING, "")
