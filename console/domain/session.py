"""The meeting as the technician runs it: running order, who is next, the chair's calls."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One item of the running order (R34, R50, R81): `endpoint` "" where no site speaks."""

    title: str
    endpoint: str = ""
    detail: str = ""
    minutes: int | None = None
    preset: int | None = None


@dataclass(frozen=True, slots=True)
class ChairCall:
    """One call of the chair and how long the site took to answer (R5, R6, R80). Times in µs UTC.

    t0 `called_us` the chair calls; t1 `take_us` TAKE; t2 `confirmed_us` the MCU confirms
    picture and sound; t3 `proven_us` two-way talk is proven, `how` by "speech" or "operator".
    0 while not reached.
    """

    endpoint: str = ""
    called_us: int = 0
    take_us: int = 0
    confirmed_us: int = 0
    proven_us: int = 0
    how: str = ""

    @property
    def connection_s(self) -> float | None:
        """Thời gian kết nối: t3 − t0, in seconds; from t1 where nobody pressed `C`."""
        start = self.called_us or self.take_us
        return (self.proven_us - start) / 1e6 if self.proven_us and start else None


@dataclass(frozen=True, slots=True)
class Session:
    """The meeting being run. `line` indexes `script`, −1 before the first.

    `chair` is the main site's id; `conference` the conference that carries the chair.
    """

    id: str = ""
    title: str = ""
    phase: str = ""
    started_us: int = 0
    chair: str = ""
    conference: str = ""
    script: tuple[ScriptLine, ...] = ()
    line: int = -1
    next: str = ""
    calls: tuple[ChairCall, ...] = ()
    plan: str = ""
    """The record of the approved plan that it is run by, in `plan_version`; "" for none."""
    plan_version: int = 0

    @property
    def taken(self) -> ChairCall | None:
        """The newest call whose site was put on the podium; the chair may have called on since."""
        return next((call for call in reversed(self.calls) if call.take_us), None)

    def with_taken(self, call: ChairCall) -> Session:
        """The session after something new was learnt of the newest call taken."""
        old = self.taken
        return replace(self, calls=tuple(call if c is old else c for c in self.calls))
