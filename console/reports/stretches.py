"""Moments and stretches of time that no step of the clock makes longer or shorter."""

from __future__ import annotations

from dataclasses import dataclass

from console.reports.figures import Span

_JITTER_US = 2_000_000
"""Events of one run come in the order of their arrival: so much back is no step of the clock."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as the clock showed it, and on a scale that never runs back. µs."""

    wall_us: int
    steady_us: int


class SteadyTime:
    """Reads the times of Events one after another.

    Within a run the console's clock does not jump (`core/clock.py`); between two runs it may
    have been put back, and then time goes on as if no time had passed.
    """

    def __init__(self) -> None:
        self._offset_us = 0
        self._last: Moment | None = None
        self.steps: list[tuple[int, float]] = []

    def at(self, wall_us: int) -> Moment:
        """The moment of the next Event."""
        last = self._last
        steady = wall_us + self._offset_us
        if last is not None and steady < last.steady_us:
            if last.steady_us - steady > _JITTER_US:
                self.steps.append((last.wall_us, (wall_us - last.wall_us) / 1e6))
                self._offset_us += last.steady_us - steady
            steady = last.steady_us
        self._last = Moment(wall_us, steady)
        return self._last


class Stretches:
    """For each site, when something was so: begun, ended, begun again."""

    def __init__(self) -> None:
        self._since: dict[str, Moment] = {}
        self._over: dict[str, list[Span]] = {}

    def put(self, site: str, holds: bool, at: Moment) -> None:
        """It is so from now on, or no longer; what is no news changes nothing."""
        if not holds:
            self._end(site, at, ended=True)
        elif site not in self._since:
            self._since[site] = at

    def running(self) -> tuple[str, ...]:
        """The sites of which it is so now."""
        return tuple(self._since)

    def begin_at(self, at: Moment) -> None:
        """Forget what was before this moment; what is so now begins here."""
        self._over = {}
        self._since = dict.fromkeys(self._since, at)

    def leave_out(self, us: int) -> None:
        """Nobody looked for so long: that time counts for nothing."""
        for site, since in self._since.items():
            self._since[site] = Moment(since.wall_us, since.steady_us + us)

    def end(self, at: Moment) -> dict[str, tuple[Span, ...]]:
        """All stretches by site; those that still run are cut here and marked."""
        for site in self.running():
            self._end(site, at, ended=False)
        return {site: tuple(spans) for site, spans in self._over.items()}

    def _end(self, site: str, at: Moment, *, ended: bool) -> None:
        since = self._since.pop(site, None)
        if since is not None:
            seconds = max(0, at.steady_us - since.steady_us) / 1e6
            self._over.setdefault(site, []).append(Span(since.wall_us, at.wall_us, seconds, ended))
