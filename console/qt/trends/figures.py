"""The last hour of every MCU's parameters, and how often each MCU tells them."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from statistics import median

from console.domain.device import Figures, LinkHealth
from console.domain.state import State

SPAN_S = 3600
_TRIM_AT = 300
"""A ring drops what is too old once so many samples are."""
_RTT_EVERY_S = 5
_ROUNDS = 5
"""So many of the last rounds say how often a device tells its figures."""
_PERIOD_S, _LEAST_S, _MOST_S = 15.0, 2.0, 120.0
"""The period until two rounds were seen, and the bounds of what is believed."""
_STALE_ROUNDS = 2.5
NAN = math.nan


class Curve(Enum):
    """What is kept of a device over time; the value names its texts."""

    PORTS = "ports"
    LOAD = "load"
    """In %."""
    RX = "rx"
    """In Mb/s, like TX."""
    TX = "tx"
    RTT = "rtt"
    """Round trip of a question to the device, in ms."""


@dataclass(slots=True)
class _Ring:
    """Samples, oldest first: seconds of UTC and a column of values a curve (NaN: not told)."""

    at_s: array[int] = field(default_factory=lambda: array("q"))
    values: dict[Curve, array[float]] = field(default_factory=dict[Curve, "array[float]"])

    def add(self, at_s: int, told: dict[Curve, float | None]) -> None:
        """Put a sample in its place; what was told before of the same second stands."""
        place = bisect_right(self.at_s, at_s)
        if place and self.at_s[place - 1] == at_s:
            return
        for curve, value in told.items():
            column = self.values.setdefault(curve, array("f"))
            column.insert(place, NAN if value is None else value)
        self.at_s.insert(place, at_s)

    def trim(self, oldest_s: int) -> None:
        gone = bisect_left(self.at_s, oldest_s)
        if gone >= _TRIM_AT:
            del self.at_s[:gone]
            for column in self.values.values():
                del column[:gone]


@dataclass(slots=True)
class _Device:
    figures: _Ring = field(default_factory=_Ring)
    rtt: _Ring = field(default_factory=_Ring)
    told_us: int = 0
    heard_us: int = 0
    version: int = 0


class FiguresHistory:
    """Remembers what MCUs told of themselves for an hour: 24 bytes a round and device, so that a
    plot has its past when it is first looked at. Fed from the State whenever figures were
    touched; what was not told leaves a gap, never an invented value.
    """

    def __init__(self) -> None:
        self._devices: dict[str, _Device] = {}

    def observe(self, state: State, now_us: int) -> None:
        """Take in what was told since the last call."""
        for device in state.devices.values():
            if not device.endpoint:
                self._observe(state, device.id, device.figures, now_us)
        for gone in [d for d in self._devices if d not in state.devices]:
            del self._devices[gone]

    def _observe(self, state: State, device: str, told: Figures | None, now_us: int) -> None:
        kept = self._devices.setdefault(device, _Device())
        if told is not None and told.at_us > kept.told_us:
            self.add(device, told)
        heard_us, rtt_ms = state.heard.get(device, 0), state.rtt_ms.get(device)
        if rtt_ms is not None and heard_us - kept.heard_us >= _RTT_EVERY_S * 1_000_000:
            self.add_rtt(device, heard_us, rtt_ms)

    def add(self, device: str, told: Figures) -> None:
        """One round of a device."""
        kept = self._devices.setdefault(device, _Device())
        kept.told_us = max(kept.told_us, told.at_us)
        at_s = told.at_us // 1_000_000
        kept.figures.add(
            at_s,
            {
                Curve.PORTS: told.ports_used,
                Curve.LOAD: told.load_pct,
                Curve.RX: None if told.rx_kbps is None else told.rx_kbps / 1000,
                Curve.TX: None if told.tx_kbps is None else told.tx_kbps / 1000,
            },
        )
        kept.figures.trim(at_s - SPAN_S)
        kept.version += 1

    def add_rtt(self, device: str, at_us: int, rtt_ms: float) -> None:
        """One measured round trip."""
        kept = self._devices.setdefault(device, _Device())
        kept.heard_us = max(kept.heard_us, at_us)
        kept.rtt.add(at_us // 1_000_000, {Curve.RTT: rtt_ms})
        kept.rtt.trim(at_us // 1_000_000 - SPAN_S)
        kept.version += 1

    def version(self, device: str) -> int:
        """Grows with everything that is remembered of a device."""
        kept = self._devices.get(device)
        return kept.version if kept else 0

    def period_s(self, device: str) -> float:
        """How often a device tells its figures: the median of its last rounds."""
        kept = self._devices.get(device)
        last = kept.figures.at_s[-_ROUNDS - 1 :] if kept else array("q")
        if len(last) < 3:
            return _PERIOD_S
        steps = [b - a for a, b in pairwise(last)]
        return min(_MOST_S, max(_LEAST_S, float(median(steps))))

    def stale_s(self, state: State, device: str, now_us: int) -> float:
        """How old (s) a device's figures are, once that is too old: two rounds and a half without
        news, or a link that is down. 0 while they are fresh, or where there are none."""
        known = state.devices.get(device)
        if known is None or known.figures is None:
            return 0.0
        age_s = max(0.0, (now_us - known.figures.at_us) / 1e6)
        if known.health in (LinkHealth.UP, LinkHealth.DEGRADED):
            return age_s if age_s >= _STALE_ROUNDS * self.period_s(device) else 0.0
        return max(age_s, 1.0)

    def line(
        self, device: str, curve: Curve, start_s: int, end_s: int, columns: int
    ) -> tuple[list[float], list[float]]:
        """A curve between two moments as xs (s after the start) and ys, never more than two
        values a column; NaN where the device was silent for longer than it usually is."""
        kept = self._devices.get(device)
        if kept is None:
            return [], []
        ring = kept.rtt if curve is Curve.RTT else kept.figures
        values = ring.values.get(curve)
        if values is None:
            return [], []
        first, last = bisect_left(ring.at_s, start_s), bisect_right(ring.at_s, end_s)
        period_s = _RTT_EVERY_S if curve is Curve.RTT else self.period_s(device)
        xs, ys = joined(ring.at_s[first:last], values[first:last], 3 * period_s + 1)
        if len(xs) > 2 * columns:
            xs, ys = thinned(xs, ys, columns, start_s, end_s)
        return [x - start_s for x in xs], ys


def joined(
    at_s: Sequence[int], values: Sequence[float], gap_s: float
) -> tuple[list[float], list[float]]:
    """The samples with a NaN where they are too far apart to be joined."""
    xs: list[float] = []
    ys: list[float] = []
    for at, value in zip(at_s, values, strict=True):
        if xs and at - xs[-1] > gap_s:
            xs.append(float(at))
            ys.append(NAN)
        xs.append(float(at))
        ys.append(value)
    return xs, ys


def thinned(
    xs: Sequence[float], ys: Sequence[float], columns: int, start_s: int, end_s: int
) -> tuple[list[float], list[float]]:
    """The lowest and the highest value of each column of equal time."""
    width_s = (end_s - start_s) / columns
    found: dict[int, tuple[float, float]] = {}
    gaps: set[int] = set()
    for x, y in zip(xs, ys, strict=True):
        column = int((x - start_s) / width_s)
        if math.isnan(y):
            gaps.add(column)
            continue
        low, high = found.get(column, (y, y))
        found[column] = (min(low, y), max(high, y))
    thin_x: list[float] = []
    thin_y: list[float] = []
    for column, (low, high) in found.items():
        x = start_s + column * width_s
        if column in gaps:
            thin_x.append(x)
            thin_y.append(NAN)
        thin_x += (x, x)
        thin_y += (low, high)
    return thin_x, thin_y
