"""What the sync did since the program was opened: rows that waited, and what went wrong."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from console.qt.looks.sync import conditions
from console.qt.trends.figures import SPAN_S, joined, thinned
from db.sync.health import SyncHealth

_EVERY_S = 5
_TRIM_AT = 120
_SETTLED_S = 60
"""What comes back within this time had not gone."""
_AWAY_S = 15
"""A missed exchange or two is no news."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that kept rows from the office, or a clock from being right: from when until when
    (µs UTC; 0: it lasts), and how often it came back. `health` is as it was, to be told again."""

    code: str
    since_us: int
    until_us: int
    health: SyncHealth
    times: int = 1


class SyncHistory:
    """Fed with each look at the sync; cheap enough for every second. An hour of the greatest
    count of unsent rows in each five seconds, and the last episodes, the newest first."""

    def __init__(self) -> None:
        self._at_s: array[int] = array("q")
        self._unsent: array[float] = array("f")
        self.episodes: list[Episode] = []
        self.version = 0
        """Grows with every sample and every change of an episode."""
        self._away_us = 0

    def observe(self, health: SyncHealth | None, now_us: int) -> None:
        """Take in how it is now; None: there is no office."""
        holding = self._conditions(health, now_us)
        self._end_others(holding, now_us)
        if health is None:
            return
        self._sample(now_us // 1_000_000, health.unsent_rows)
        for code in reversed(holding):
            self._go_on(code, health, now_us)

    def _conditions(self, health: SyncHealth | None, now_us: int) -> tuple[str, ...]:
        wrong = conditions(health) if health is not None else ()
        if "away" not in wrong:
            self._away_us = 0
            return wrong
        self._away_us = self._away_us or now_us
        if now_us - self._away_us >= _AWAY_S * 1_000_000:
            return wrong
        return tuple(code for code in wrong if code != "away")

    def _sample(self, at_s: int, unsent: int) -> None:
        if self._at_s and at_s - self._at_s[-1] < _EVERY_S:
            self._unsent[-1] = max(self._unsent[-1], unsent)
            return
        self._at_s.append(at_s)
        self._unsent.append(unsent)
        self.version += 1
        gone = bisect_left(self._at_s, at_s - SPAN_S)
        if gone >= _TRIM_AT:
            del self._at_s[:gone], self._unsent[:gone]

    def _end_others(self, holding: tuple[str, ...], now_us: int) -> None:
        for at, episode in enumerate(self.episodes):
            if not episode.until_us and episode.code not in holding:
                self.episodes[at] = replace(episode, until_us=now_us)
                self.version += 1

    def _go_on(self, code: str, health: SyncHealth, now_us: int) -> None:
        for at, episode in enumerate(self.episodes):
            if episode.code != code:
                continue
            if not episode.until_us:
                return
            if now_us - episode.until_us <= _SETTLED_S * 1_000_000:
                self.episodes[at] = replace(episode, until_us=0, times=episode.times + 1)
                self.version += 1
                return
            break
        since_us = now_us
        if code == "away":
            since_us = self._away_us
        elif health.incident is not None and code == conditions(health)[0]:
            since_us = health.incident.since_us
        place = next((i for i, e in enumerate(self.episodes) if e.since_us <= since_us), None)
        at = len(self.episodes) if place is None else place
        self.episodes.insert(at, Episode(code, since_us, 0, health))
        del self.episodes[MOST:]
        self.version += 1

    def line(self, start_s: int, end_s: int, columns: int) -> tuple[list[float], list[float]]:
        """The unsent rows between two moments as xs (s after the start) and ys; NaN in gaps."""
        first, last = bisect_left(self._at_s, start_s), bisect_right(self._at_s, end_s)
        xs, ys = joined(self._at_s[first:last], self._unsent[first:last], 3 * _EVERY_S + 1)
        if len(xs) > 2 * columns:
            xs, ys = thinned(xs, ys, columns, start_s, end_s)
        return [x - start_s for x in xs], ys
