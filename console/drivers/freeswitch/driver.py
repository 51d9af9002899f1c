"""The FreeSWITCH driver: one conference of mod_conference.

Events tell at once what changes; the lists tell who is there for certain, and all of it after a
gap.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.device import Figures
from console.domain.problem import Problem
from console.drivers.freeswitch.hearing import SUBSCRIPTION, Hearing
from console.drivers.freeswitch.line import Line, read
from console.drivers.freeswitch.memory import Directory, Meeting
from console.drivers.freeswitch.names import offered
from console.drivers.freeswitch.parse import Status, status, whole
from console.drivers.freeswitch.reading import Reading
from console.drivers.freeswitch.wishes import Wishes
from console.drivers.protocol import Ask, Heard, Report, Round, Setting, Talk
from console.wire.esl import EslPlan, EslReply
from console.wire.problems import NotUnderstood

_CHECK_US = 20_000_000
"""With the feed alive, the complete list is read only so often, to be sure."""
_LIFE_DEADLINE_S = 3.0
_PROFILE = "internal"


class FreeSwitchDriver:
    """One conference (`spec.conference`: its name; "" the only one).

    The path of `spec.address` names the SIP profile that calls sites
    (`esl://host:8021/external`); without one it is `internal`.
    """

    kind: ClassVar[str] = "freeswitch"
    can: ClassVar[Capability] = (
        Capability.ROSTER
        | Capability.TALK
        | Capability.MUTE_ONE
        | Capability.MUTE_ALL_BUT
        | Capability.VIDEO_MUTE
        | Capability.PODIUM
        | Capability.CONFERENCE_LAYOUT
        | Capability.DIAL
        | Capability.HANG_UP
        | Capability.LOCK
        | Capability.BANNER
        | Capability.RECORD
        | Capability.HEALTH
    )

    def __init__(self, setting: Setting) -> None:
        spec = setting.spec
        self._device = spec.id
        self._address = spec.address
        self._now_us = setting.now_us
        self._line = Line(spec.name)
        self._meeting = Meeting(
            f"{spec.id}/{spec.conference or 'call'}",
            spec.id,
            Directory(setting.directory),
            spec.conference,
        )
        self._reading = Reading(self._line, self._meeting, spec.conference, setting.now_us)
        profile = urlsplit(spec.address).path.strip("/") or _PROFILE
        self._wishes = Wishes(self._line, self._meeting, self._reading, profile)
        self._hearing = Hearing(self._meeting, self._reading, self.observe, self._wishes.call_ended)
        self._wishes.hearing = self._hearing
        self._software = ""
        self._probed: f.DeviceProbed | None = None

    # -- first contact ----------------------------------------------------------------------------

    def probe(self) -> Talk:
        """Which software; what it can show is known once its conference runs."""
        told: Status = yield from self._status()
        self._software = told.software
        self._probed = None
        return self._abilities()

    def _status(self) -> Generator[Ask, Any, Status]:
        reply: EslReply = yield from self._line.ask(read("status"))
        self._line.accepted(f"+OK {reply.text}" if "session" in reply.text else reply.text)
        return status(reply.text)

    def _abilities(self) -> list[f.Fact]:
        """What it can do, if that is news."""
        device = self._line.device
        able, refusals = (
            self.can,
            [
                (Capability.SCREEN_LAYOUT, Problem.of("freeswitch.one_picture", device=device)),
                (Capability.QUALITY, Problem.of("freeswitch.no_quality", device=device)),
            ],
        )
        if not self._reading.mixing:
            pictures = Capability.CONFERENCE_LAYOUT | Capability.BANNER
            able &= ~pictures
            refusals.append((pictures, Problem.of("freeswitch.no_mixing", device=device)))
        probed = f.DeviceProbed(
            self._device,
            able,
            tuple(refusals),
            layouts=offered(set(self._reading.listed or ())),
            software=self._software,
            model="FreeSWITCH",
        )
        if probed == self._probed:
            return []
        self._probed = probed
        return [probed]

    def observe(self) -> Talk:
        """Read all of the conference, if it runs."""
        facts: list[f.Fact] = yield from self._reading.everything()
        return [*facts, *self._abilities()]

    def rounds(self) -> Sequence[Round]:
        """A count each second as sign of life; the list in doubt, or now and then."""
        return (
            Round("life", 1.0, self._life),
            Round("roster", 3.0, self._check),
            Round("health", 15.0, self._health),
        )

    # -- again and again --------------------------------------------------------------------------

    def _life(self) -> Talk:
        """How many there are: another number than known makes the list due."""
        meeting = self._meeting
        if not meeting.name:
            yield from self._status()
            return ()
        if renamed := meeting.renamed():
            yield Report(renamed)
        known = len(meeting.members)
        line = self._line.conference(meeting.name, "get count")
        reply: EslReply = yield from self._line.ask(read(line, _LIFE_DEADLINE_S))
        count = whole(reply.text)
        counted = count is not None
        if not counted and not reply.text.startswith("-ERR Conference "):
            raise NotUnderstood(reason="not_esl")
        if counted is not meeting.live or (counted and known == len(meeting.members) != count):
            self._reading.checked_us = 0
        return ()

    def _check(self) -> Talk:
        """Who is there: often where the feed is away, else now and then."""
        checked_us = self._reading.checked_us
        due = not checked_us or self._now_us() - checked_us >= _CHECK_US
        if self._hearing.alive and not due:
            if not self._meeting.doubtful:
                return ()
            return (yield from self._reading.floor())
        return (yield from self.observe())

    def _health(self) -> Talk:
        told = yield from self._status()
        figures = Figures(
            self._now_us(),
            ports_used=told.sessions,
            ports_total=told.most_sessions,
            load_pct=told.load_pct,
            legs=len(self._meeting.members),
            uptime_s=told.uptime_s,
        )
        return [f.FiguresMeasured(self._device, figures)]

    # -- wishes -----------------------------------------------------------------------------------

    def perform(self, command: Command) -> Talk:
        """Ask the device."""
        yield from self._wishes.perform(command)
        return self._news()

    def look(self, command: Command) -> Talk:
        """Read back what shows whether the wish came true."""
        facts: Sequence[f.Fact] = yield from self._wishes.look(command)
        return [*facts, *self._news()]

    def _news(self) -> list[f.Fact]:
        meeting = self._meeting
        return meeting.all_news({m.site for m in meeting.members.values()})

    # -- pushed news ------------------------------------------------------------------------------

    def listen(self) -> Generator[Ask, Any, EslPlan]:
        """A second connection, for events alone."""
        yield Report(self._hearing.end())
        return EslPlan(self._address, (SUBSCRIPTION,))

    def hear(self, message: str) -> Heard:
        """One event."""
        return self._hearing.hear(message)

    # -- the end ----------------------------------------------------------------------------------

    def forget(self) -> None:
        """The link was lost: ids may be other ones after a restart."""
        self._hearing.end()
        self._hearing.expect(0)
        self._meeting.forget()
        self._wishes.forget()
        self._reading.checked_us = 0
        self._reading.listed = None

    def leave(self) -> Talk:
        """Nothing is left open: both connections end with their sockets."""
        yield from ()
        return ()
