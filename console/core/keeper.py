"""The Keeper: tells of the store's own troubles as alarms, as it would of any other, and of the
clock whose time its rows bear."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.core.clock import Clock
from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.event import stamped
from console.domain.problem import Problem

if TYPE_CHECKING:
    from db.health import Health
    from db.writer import JournalWriter

_PRIORITIES = {
    "store.full": Priority.HIGH,
    "store.io": Priority.HIGH,
    "store.readonly": Priority.HIGH,
    "store.damaged": Priority.HIGH,
    "store.missing": Priority.HIGH,
    "store.altered": Priority.HIGH,
    "store.space_critical": Priority.HIGH,
    "store.ballast_gone": Priority.MEDIUM,
    "store.samples_paused": Priority.MEDIUM,
    "store.wal_large": Priority.MEDIUM,
}
_STEP_S = 1.0
_SUSPECT_S, _TRUSTED_S = 60.0, 50.0
"""From which difference to the office's clock on rows are suspect, and below which no more."""

_NOTICED = ("store.damaged", "store.missing", "store.altered")
"""These tell what was found when the store was opened, or by the weekly check; they stay until
acknowledged."""


class Keeper:
    """Looks at the store's health and at the clock once a second, on the main thread.

    `offset_us` tells the office's clock less ours as last measured, None where it never was. What
    is told of the clock goes into the journal, once for each change.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        writer: JournalWriter,
        offset_us: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._writer = writer
        self._offset_us = offset_us
        self._wall_step_s = clock.wall_step_s()
        self._suspect = False
        self._raised: set[str] = set()
        self._second = 0
        self._noticed = 0

    def look(self, now_us: int) -> Health | None:
        """Post what changed, at most once a second; the health if it was looked at."""
        second = now_us // 1_000_000
        if second == self._second:
            return None
        self._second = second
        health = self._writer.health
        wrong = set(health.warnings)
        for fault in (health.figures.fault, health.figures.samples_fault):
            if fault is not None:
                wrong.add(fault.code)
        told = self._look_at_clock()
        notices = health.figures.notices
        told += [_alarm(n.code) for n in notices[self._noticed :] if n.code in _NOTICED]
        self._noticed = len(notices)
        told += [_alarm(code) for code in sorted(wrong - self._raised)]
        told += [f.AlarmCleared(_id(code)) for code in sorted(self._raised - wrong)]
        self._raised = wrong
        if told:
            now = self._clock.now_us()
            self._store.post([stamped(fact, now, "console") for fact in told])
        return health

    def _look_at_clock(self) -> list[f.Fact]:
        told: list[f.Fact] = []
        step_s = self._clock.wall_step_s()
        moved_s, self._wall_step_s = step_s - self._wall_step_s, step_s
        if abs(moved_s) > _STEP_S:
            told.append(f.ClockStepped(round(moved_s, 3)))
        offset_us = self._offset_us()
        if offset_us is not None:
            offset_s = round(offset_us / 1e6, 3)
            if not self._suspect and abs(offset_s) > _SUSPECT_S:
                self._suspect = True
                told.append(f.ClockSuspected(offset_s))
            elif self._suspect and abs(offset_s) < _TRUSTED_S:
                self._suspect = False
                told.append(f.ClockTrusted(offset_s))
        return told


def trouble(health: Health) -> Problem | None:
    """What keeps the store from writing, as a Problem."""
    fault = health.figures.fault
    return Problem.told_by(fault) if fault else None


def _id(code: str) -> str:
    return f"own:{code}"


def _alarm(code: str) -> f.AlarmRaised:
    kind = "own_" + code.replace(".", "_")
    return f.AlarmRaised(Alarm(_id(code), kind, _PRIORITIES.get(code, Priority.LOW)))
