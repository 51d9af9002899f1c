"""The last half hour of every site's quality, kept in little room."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from enum import Enum

from console.domain.observed import Quality
from console.domain.state import State

SPAN_S = 1800
_TRIM_AT = 600
"""A ring drops what is too old once so many samples are."""
NAN = math.nan


class Figure(Enum):
    """What is measured of a line."""

    LOSS = "loss"
    """In %."""
    JITTER = "jitter"
    """In ms."""


@dataclass(slots=True)
class _Ring:
    """One site's samples, oldest first: seconds of UTC, loss and jitter (NaN: not measured)."""

    at_s: array[int]
    loss: array[float]
    jitter: array[float]

    def add(self, at_s: int, quality: Quality) -> None:
        self.at_s.append(at_s)
        self.loss.append(NAN if quality.loss_pct is None else quality.loss_pct)
        self.jitter.append(NAN if quality.jitter_ms is None else quality.jitter_ms)

    def trim(self, oldest_s: int) -> None:
        gone = bisect_left(self.at_s, oldest_s)
        if gone >= _TRIM_AT or gone == len(self.at_s):
            del self.at_s[:gone], self.loss[:gone], self.jitter[:gone]

    def of(self, figure: Figure) -> array[float]:
        return self.loss if figure is Figure.LOSS else self.jitter


class QualityHistory:
    """Remembers each new measurement for half an hour: 16 bytes each, so 200 sites measured every
    second are about 6 MB. Fed from the State once a second; a site that is measured less often
    has gaps, never invented values.
    """

    def __init__(self, span_s: int = SPAN_S) -> None:
        self.span_s = span_s
        self._rings: dict[str, _Ring] = {}

    def observe(self, state: State, now_us: int) -> None:
        """Take in what was measured since the last call."""
        oldest_s = now_us // 1_000_000 - self.span_s
        for site, quality in state.quality.items():
            at_s = quality.at_us // 1_000_000
            ring = self._rings.get(site)
            if ring is None:
                ring = self._rings[site] = _Ring(array("q"), array("f"), array("f"))
            if (ring.at_s and ring.at_s[-1] >= at_s) or at_s <= oldest_s:
                continue
            ring.add(at_s, quality)
            ring.trim(oldest_s)
        for site in [s for s in self._rings if s not in state.endpoints]:
            del self._rings[site]

    def columns(
        self, site: str, figure: Figure, now_us: int, count: int, span_s: int = 0
    ) -> list[tuple[float, float]]:
        """The figure over the last `span_s` (default: all), as `count` columns of equal time from
        the oldest on, each the lowest and the highest value in it; NaN where nothing was measured.
        """
        span_s = span_s or self.span_s
        found = [(NAN, NAN)] * count
        ring = self._rings.get(site)
        if ring is None or count < 1:
            return found
        start_s = now_us / 1e6 - span_s
        values = ring.of(figure)
        for at in range(bisect_left(ring.at_s, math.ceil(start_s)), len(ring.at_s)):
            value = values[at]
            if math.isnan(value):
                continue
            column = min(count - 1, int((ring.at_s[at] - start_s) * count / span_s))
            low, high = found[column]
            if math.isnan(low):
                found[column] = (value, value)
            else:
                found[column] = (min(low, value), max(high, value))
        return found

    def trend(
        self, site: str, figure: Figure, now_us: int, count: int = 60, span_s: int = 300
    ) -> tuple[float, ...]:
        """The same for a tiny line: the highest of each column, a gap carrying the value before
        it; empty where nothing was measured."""
        line: list[float] = []
        last = NAN
        for _, high in self.columns(site, figure, now_us, count, span_s):
            last = last if math.isnan(high) else high
            if not math.isnan(last):
                line.append(last)
        return tuple(line)
