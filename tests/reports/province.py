"""A session of the whole province, made of facts: 200 sites and a department, drops, open
microphones, calls, alarms, wishes. The same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import DialSite, MuteSite, PutOnPodium
from console.domain.commands.room import RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.conference import Conference
from console.domain.device import DeviceSpec
from console.domain.endpoint import Endpoint
from console.domain.event import Event
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.roster import read_roster
from console.domain.session import ScriptLine
from db.sample_queries import Figure, Minute

ROSTERS = Path(__file__).parents[2] / "resources" / "rosters"
START_US = 1_794_963_600_000_000 // 60_000_000 * 60_000_000
"""18/11/2026, 08:00 in the province, as near as makes no matter."""
S, MINUTE = 1_000_000, 60_000_000
CALL, CHAIR = "m1/call", "66"


@dataclass
class Told:
    """Events in the order in which they were told."""

    events: list[Event]
    minutes: list[Minute]


class Teller:
    """Writes Events by the second."""

    def __init__(self, start_us: int = START_US) -> None:
        self.start_us = start_us
        self.events: list[Event] = []

    def __call__(self, at_s: float, fact: f.Fact, source: str = "m1", cause: str = "") -> None:
        number = len(self.events) + 1
        self.events.append(Event(number, self.start_us + int(at_s * S), source, cause, fact))

    def in_order(self) -> list[Event]:
        """The Events by their time."""
        return sorted(self.events, key=lambda event: (event.at_us, event.number))


def endpoints(roster: str = "dak_lak_2021") -> tuple[Endpoint, ...]:
    """The sites of a shipped roster; every fifth has a carrier."""
    read = read_roster((ROSTERS / f"{roster}.csv").read_bytes()).endpoints
    carriers = ("VNPT Đắk Lắk", "Viettel Đắk Lắk", "", "", "")
    return tuple(replace(e, carrier=carriers[n % 5]) for n, e in enumerate(read))


def leg(site: str, presence: Presence = Presence.CONNECTED, muted: bool | None = True) -> f.LegSeen:
    """A leg as the MCU tells of it."""
    return f.LegSeen(Leg(site, CALL, presence, mic_muted=muted))


def podium(site: str) -> f.ConferenceSeen:
    """The conference with a site on its podium."""
    return f.ConferenceSeen(Conference(CALL, "m1", "Giao ban", True, podium=site))


def session(roster: str = "dak_lak_2021", title: str = "Giao ban trực tuyến tháng 11") -> Told:
    """Three hours and 42 minutes with everything that a report tells of."""
    chance, tell = random.Random(11), Teller()
    sites = endpoints(roster)
    ids = [e.id for e in sites]
    others = [i for i in ids if i != CHAIR]
    end_s = 3 * 3600 + 42 * 60
    speakers = [e.id for e in sites if e.level == "district"][:9] or others[:9]
    tell(-30, f.RosterLoaded(roster, sites), "console")
    tell(-29, f.DeviceNamed(DeviceSpec("m1", "cms", "MCU 1", "https://x")), "console")
    tell(-20, podium(""))
    for n, site in enumerate(ids[:-2]):
        tell(-19 + n * 0.4, leg(site, muted=site != CHAIR))
    opened = f.SessionOpened("S1", title, "session", CHAIR, CALL)
    tell(-10, opened, "operator", "c-open")
    script = (ScriptLine("Khai mạc"), *(ScriptLine(s, s) for s in speakers))
    tell(-9, f.ScriptLoaded(script), "operator", "c-script")
    _drops(tell, chance, others[:-2], end_s)
    _mics(tell, chance, others[:-2])
    _turns(tell, chance, speakers, others)
    _failures(tell, others)
    tell(1860, f.NoteWritten("Micro cầm tay số 2 hết pin, đã thay.", ""), "operator", "c-n1")
    tell(4210, f.NoteWritten("Tiếng về nhỏ, kiểm tra lần 2 chưa đạt.", others[7]), "operator", "n")
    for n, site in enumerate(ids[:-2]):
        if n % 40 == 0:
            tell(end_s - 300 + n * 0.1, f.LegEnded(CALL, site))
    tell(end_s, f.SessionClosed("S1"), "operator", "c-close")
    return Told(tell.in_order(), list(_minutes(chance, ids[:-2], end_s // 60)))


def _drops(tell: Teller, chance: random.Random, sites: list[str], end_s: int) -> None:
    for site in chance.sample(sites, 14):
        at = chance.uniform(600, end_s - 3000)
        for _ in range(chance.choice((1, 1, 1, 3))):
            tell(at, f.LegEnded(CALL, site, "remoteTeardown"))
            away = chance.choice((8, 21, 34, 180, 1100))
            alarm = Alarm(f"site:{site}", "site_lost", Priority.LOW, (site,))
            if away > 10:
                tell(at + 10, f.AlarmRaised(alarm), "console")
                tell(at + away + 3, f.AlarmCleared(alarm.id), "console")
            if away > 30:
                tell(at + 25, f.AlarmAcknowledged(alarm.id), "operator", "c-ack")
            tell(at + away, leg(site))
            at += away + chance.uniform(60, 400)
    away = Alarm("lost:645", "district_lost", Priority.MEDIUM, tuple(sites[5:12]), group="645")
    tell(7000, f.AlarmRaised(away), "console")
    tell(7100, f.AlarmAcknowledged("lost:645"), "operator", "c-ack2")
    tell(7260, f.AlarmCleared("lost:645"), "console")
    tell(7900, f.AlarmRaised(Alarm("link:m1", "mcu_down", Priority.HIGH, device="m1")), "console")
    tell(7921, f.AlarmCleared("link:m1"), "console")


def _mics(tell: Teller, chance: random.Random, sites: list[str]) -> None:
    for site in chance.sample(sites, 6):
        at = chance.uniform(300, 9000)
        tell(at, leg(site, muted=False))
        tell(at + chance.choice((2, 9, 40, 65)), leg(site))


def _turns(tell: Teller, chance: random.Random, speakers: list[str], others: list[str]) -> None:
    at, last = 1200.0, ""
    for number, site in enumerate([*speakers[:8], others[30]]):
        wish = TakeToPodium(id=f"T{number}", endpoint=site, expected=last)
        steps = (
            PutOnPodium(id=f"P{number}", conference=CALL, endpoint=site),
            MuteSite(id=f"M{number}", endpoint=site, muted=False),
        )
        tell(at, f.ChairCalled(site), "operator", f"c{number}")
        taken = at + chance.uniform(0.6, 2.4)
        told = f.CommandSubmitted(wish, steps=tuple(step.id for step in steps))
        tell(taken, told, "operator", wish.id)
        for step in steps:
            tell(taken, f.CommandSubmitted(step, parent=wish.id), "operator", step.id)
        if number == 8:
            tell(taken, f.ScriptDeviated(8, speakers[8], site), "operator", wish.id)
        shown = taken + chance.uniform(0.3, 0.9)
        tell(shown, podium(site))
        tell(shown + 0.1, leg(site, muted=False))
        for done in (*(step.id for step in steps), wish.id):
            tell(shown + 0.2, f.CommandConfirmed(done), "console", done)
        if last:
            tell(shown + 0.3, leg(last))
        if number != 5:
            how = "operator" if number % 3 == 0 else "speech"
            slow = 9.5 if number == 3 else chance.uniform(1.2, 3)
            tell(shown + slow, f.TwoWayProven(site, how), "console")
        at, last = at + chance.uniform(500, 800), site


def _failures(tell: Teller, sites: list[str]) -> None:
    wishes = (
        DialSite(id="F1", endpoint=sites[3], conference=CALL, address="sip:x"),
        RecallPreset(id="F2", endpoint=sites[4], number=5),
        MuteSite(id="F3", endpoint=sites[9], muted=True),
    )
    for n, wish in enumerate(wishes):
        tell(2000 + 700 * n, f.CommandSubmitted(wish), "operator", wish.id)
    refused = Problem.of(
        "cms.refused", "tooManyLegs", device="MCU 1", status=400, word="tooManyLegs"
    )
    tell(2001, f.CommandRefused("F1", refused), "console", "F1")
    lost = Problem.of("command.timeout", seconds=8)
    tell(2708, f.CommandLost("F2", lost), "console", "F2")
    tell(3401, f.CommandConfirmed("F3"), "console", "F3")


def figure(value: float, n: int = 30, most: float | None = None) -> Figure:
    """A figure of one minute."""
    return Figure(n, value, value * 1.6 if most is None else most)


def _minutes(chance: random.Random, sites: list[str], minutes: int) -> Iterator[Minute]:
    for number, site in enumerate(sites):
        for minute in range(minutes):
            loss = max(0.0, chance.gauss(0.08, 0.05))
            if number % 37 == 5 and 40 <= minute < 46:
                loss = chance.uniform(2, 8)
            yield Minute(
                site,
                START_US + minute * MINUTE,
                figure(loss),
                figure(chance.uniform(4, 11)),
                figure(chance.uniform(12, 30)),
                figure(chance.gauss(1180, 60)),
                figure(chance.gauss(1640, 40)),
            )
