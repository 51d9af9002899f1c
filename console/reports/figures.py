"""The figures by which a session is judged (R94): frozen records, times in µs UTC."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.domain.alarm import Alarm
from console.domain.commands.base import Command
from console.domain.device import Device
from console.domain.drill import StepScore, Texts
from console.domain.endpoint import Endpoint
from console.domain.policy import Policy
from console.domain.problem import Problem
from console.domain.session import ChairCall, ScriptLine


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time as the clock showed it; `seconds` is how long it really was, whatever
    was done to the clock meanwhile. `ended` is False where it still lasted at the end."""

    from_us: int
    to_us: int
    seconds: float
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """What was measured of a site's media, minute by minute: loss in %, jitter and round trip in
    ms, rates in kbit/s; None where it was never measured.

    Means are over every measurement; `worst` is the mean of the worst minute, `max` the highest
    single value. `warn` and `bad` count the minutes whose mean loss reached the policy's bands.
    """

    minutes: int = 0
    loss_mean: float | None = None
    loss_worst: float | None = None
    minutes_warn: int = 0
    minutes_bad: int = 0
    jitter_mean: float | None = None
    jitter_max: float | None = None
    rtt_mean: float | None = None
    rx_mean: float | None = None
    tx_mean: float | None = None


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """One site through the session.

    `present`: in the conference. `drops`: lost and back again. `left`: gone against nobody's
    wish and not back at the end, None if not so. `mics`: microphone open out of turn (R27),
    shorter ones than the policy's delay left out. `podium`: on the podium.
    """

    endpoint: Endpoint
    present: tuple[Span, ...] = ()
    drops: tuple[Span, ...] = ()
    left: Span | None = None
    mics: tuple[Span, ...] = ()
    podium: tuple[Span, ...] = ()
    media: Media = Media()

    @property
    def guest(self) -> bool:
        """Whether no roster knows it."""
        return self.endpoint.level == "guest"

    @property
    def present_s(self) -> float:
        """How long it was in the conference, in seconds."""
        return sum(span.seconds for span in self.present)

    @property
    def dropped_s(self) -> float:
        """How long its drops lasted together, in seconds."""
        return sum(span.seconds for span in self.drops)

    @property
    def longest_drop_s(self) -> float:
        """The longest of its drops, in seconds."""
        return max((span.seconds for span in self.drops), default=0.0)

    @property
    def open_mic_s(self) -> float:
        """How long its microphone was open out of turn, in seconds (R27)."""
        return sum(span.seconds for span in self.mics)


@dataclass(frozen=True, slots=True)
class AlarmFigures:
    """An alarm from its beginning to its end; `alarm` has the widest reach it had."""

    alarm: Alarm
    raised_us: int
    cleared_us: int = 0
    acknowledged_us: int = 0
    acknowledged_by: str = ""
    acknowledged_s: float | None = None
    """From its beginning until somebody took note, in seconds; None where nobody did."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A wish that was declined, or of which nobody knows whether it was done."""

    at_us: int
    command: Command
    refused: bool
    problem: Problem


@dataclass(frozen=True, slots=True)
class WishFigures:
    """What became of the wishes to devices; a wish of many steps counts as one."""

    total: int = 0
    confirmed: int = 0
    refused: int = 0
    unknown: int = 0
    failures: tuple[Failure, ...] = ()
    """Step by step where a wish has steps."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """A site on the podium that the running order did not name then (R81)."""

    at_us: int
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Note:
    """A line that the technician wrote (R82, R92)."""

    at_us: int
    text: str
    endpoint: str
    author: str


@dataclass(frozen=True, slots=True)
class Drilled:
    """A drill of training mode that was played to its end; `began_us` is when trouble began."""

    at_us: int
    title: Texts
    began_us: int
    scores: tuple[StepScore, ...]


@dataclass(frozen=True, slots=True)
class ConnectionTimes:
    """Thời gian kết nối (R5, R6) over the calls whose two-way talk was proven, in seconds: from
    the chair's call to the proof, and its three parts' medians. None where no call has it."""

    proven: int = 0
    unproven: int = 0
    median_s: float | None = None
    p95_s: float | None = None
    worst_s: float | None = None
    over_target: int = 0
    operator_s: float | None = None
    """t1 − t0: from the call to TAKE."""
    mcu_s: float | None = None
    """t2 − t1: until the MCU confirmed picture and sound."""
    site_s: float | None = None
    """t3 − t2: until the site was heard, or the technician confirmed."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the figures come from, so that they can be checked later: how many rows of the
    journal, the last one's number and hash, how many this version can't read, and the first bad
    row that the walk along the chain found ("" if the chain is whole). `samples` names the file of
    quality figures where it can't be read ("" if it could)."""

    rows: int = 0
    epoch: int = 0
    seq: int = 0
    hash: str = ""
    unreadable: int = 0
    bad: str = ""
    samples: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A session in figures.

    `closed` is False where the session still runs, or was never closed: then `ended_us` is the
    last that is known. `gaps` are the times in which the console was not running; `clock_steps`
    the moments (µs UTC before the step, seconds) at which its clock was put back between two runs.
    """

    session: str
    title: str
    chair: str
    started_us: int
    ended_us: int
    seconds: float
    closed: bool
    sites: tuple[SiteFigures, ...] = ()
    calls: tuple[ChairCall, ...] = ()
    times: ConnectionTimes = ConnectionTimes()
    alarms: tuple[AlarmFigures, ...] = ()
    wishes: WishFigures = WishFigures()
    deviations: tuple[Deviation, ...] = ()
    script: tuple[ScriptLine, ...] = ()
    unheard: tuple[ScriptLine, ...] = ()
    """Lines of the running order whose site was never on the podium."""
    notes: tuple[Note, ...] = ()
    drills: tuple[Drilled, ...] = ()
    gaps: tuple[Span, ...] = ()
    clock_steps: tuple[tuple[int, float], ...] = ()
    devices: tuple[Device, ...] = ()
    policy: Policy = field(default_factory=Policy)
    provenance: Provenance = Provenance()

    @property
    def expected(self) -> tuple[SiteFigures, ...]:
        """The sites of the roster, guests left out."""
        return tuple(site for site in self.sites if not site.guest)

    @property
    def joined(self) -> tuple[SiteFigures, ...]:
        """The sites of the roster that were in the conference."""
        return tuple(site for site in self.expected if site.present)

    @property
    def held_until_end(self) -> bool:
        """Whether most of those who came were still there at the end: who was missing then is a
        trouble; where everyone had gone home it is not."""
        there = sum(1 for site in self.joined if not site.present[-1].ended)
        return 2 * there > len(self.joined)
