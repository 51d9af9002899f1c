"""What people do in a session."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.drill import StepScore, Texts
from console.domain.facts.base import Fact
from console.domain.session import ScriptLine


@dataclass(frozen=True, slots=True)
class SessionOpened(Fact):
    """A meeting began to be run from this console."""

    session: str
    title: str
    phase: str
    chair: str
    conference: str


@dataclass(frozen=True, slots=True)
class SessionClosed(Fact):
    """The meeting was closed at this console."""

    session: str


@dataclass(frozen=True, slots=True)
class ScriptLoaded(Fact):
    """A running order replaced the one before (R34)."""

    lines: tuple[ScriptLine, ...]


@dataclass(frozen=True, slots=True)
class ScriptMoved(Fact):
    """The technician moved to a line of the running order (index, −1 = before the first)."""

    line: int


@dataclass(frozen=True, slots=True)
class ScriptDeviated(Fact):
    """A site went on the podium that the running order did not name (R81)."""

    line: int
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class NextStaged(Fact):
    """A site was made ready as the next on the podium; "" takes it back."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class ChairCalled(Fact):
    """The chair called for a site (t0, R80); "" while the technician has not said which."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class TwoWayProven(Fact):
    """Two-way talk with the site on the podium is proven (t3, R6) by "speech" or "operator"."""

    endpoint: str
    how: str


@dataclass(frozen=True, slots=True)
class NoteWritten(Fact):
    """The technician wrote a line in the journal (R82, R92)."""

    text: str
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class DrillScored(Fact):
    """A drill was played to its end: each step's time and bar. `began_us` (µs UTC) is when the
    trouble was caused, `title` its words by language."""

    drill: str
    title: Texts
    began_us: int
    scores: tuple[StepScore, ...]


@dataclass(frozen=True, slots=True)
class CheckRecorded(Fact):
    """A site's technical check has a result: "passed", "failed" or "" (R59)."""

    endpoint: str
    result: str
