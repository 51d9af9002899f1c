"""What the reports need of the language: sentences are made elsewhere, and given."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Protocol

from console.domain.alarm import Alarm
from console.domain.commands.base import Command
from console.domain.endpoint import Endpoint
from console.domain.problem import Problem
from console.domain.text import clean_name, short_name

_ZONE_S = 7 * 3600
"""The province's time, UTC+7 all year."""
NONE = "-"


class Words(Protocol):
    """One language's sentences."""

    language: str

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its values put in."""
        ...

    def has(self, key: str) -> bool:
        """Whether there is a text for this key."""
        ...

    def number(self, value: float, digits: int = 1) -> str:
        """A number with the language's decimal sign."""
        ...

    def wish(self, command: Command) -> str:
        """What a wish asks for."""
        ...

    def alarm(self, alarm: Alarm) -> str:
        """What is wrong, in one line."""
        ...

    def problem(self, problem: Problem) -> str:
        """What went wrong."""
        ...


def actor(words: Words, name: str) -> str:
    """Who did something: the console's own names for itself and its operator in words."""
    key = f"report.actor.{name}"
    return words.say(key) if words.has(key) else clean_name(name) or NONE


class Names:
    """The sites by name: a commune with its district's, so that it is like no other."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._of = {endpoint.id: endpoint for endpoint in endpoints}

    def full(self, site: str) -> str:
        """«Xã Ea Hồ (Krông Năng)»; the id where the site is not known."""
        endpoint = self._of.get(site)
        if endpoint is None:
            return clean_name(site)
        name = clean_name(endpoint.name) or clean_name(site)
        parent = self._of.get(endpoint.parent)
        if parent is None or not parent.parent:
            return name
        return f"{name} ({short_name(parent.short or parent.name)})"

    def parent(self, site: str) -> Endpoint | None:
        """The site above a site."""
        endpoint = self._of.get(site)
        return self._of.get(endpoint.parent) if endpoint else None


def local(at_us: int) -> time.struct_time:
    """A moment (µs UTC) as the province's clocks and calendars show it."""
    return time.gmtime(at_us // 1_000_000 + _ZONE_S)


def day(at_us: int) -> str:
    """«12/11/2026» in either language, as the console writes it."""
    return time.strftime("%d/%m/%Y", local(at_us))


def clock(at_us: int) -> str:
    """«08:31:05»; «-» for what never was."""
    return time.strftime("%H:%M:%S", local(at_us)) if at_us else NONE


def lasted(seconds: float) -> str:
    """«00:21», «31:05», «3:42:10»: minutes and seconds, from an hour on with hours."""
    whole = max(0, round(seconds))
    if whole < 3600:
        return f"{whole // 60:02}:{whole % 60:02}"
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def spoken(words: Words, seconds: float) -> str:
    """A duration in a sentence: «21 giây», «31 phút 05 giây», «3 giờ 42 phút»."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return words.say("report.time.hours", h=hours, m=f"{minutes:02}")
    if minutes:
        return words.say("report.time.minutes", m=minutes, s=f"{rest:02}")
    return words.say("report.time.seconds", s=rest)


def told(words: Words, n: int) -> str:
    """A count with the language's mark between thousands: 4.812."""
    mark = "." if words.number(0.5) == "0,5" else ","
    return f"{n:,}".replace(",", mark)


def decimal(words: Words, value: float | None, digits: int = 1) -> str:
    """A measured figure; «-» where there is none."""
    return NONE if value is None else words.number(value, digits)


def limit(words: Words, value: float) -> str:
    """A limit as it was set: «2», «0,5»."""
    return words.number(value, 0 if value == int(value) else 1)
