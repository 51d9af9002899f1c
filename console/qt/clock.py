"""The one frame clock of the program: drain, apply, repaint, at most one plot, then rest."""

from __future__ import annotations

import gc
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

from console.domain.state import Key

PERIOD_S = 1 / 60
HIDDEN_PERIOD_S = 0.2
"""A hidden window still drains for the journal's sake, only less often."""
IDLE_PERIOD_S = 0.25
"""With nothing to show, conditions that last and wishes that time out are still looked at."""
_HURRY_S = 2 / 3
"""From one hurried tick to the next at least: the clock's rate rises by no more than 2.5 %."""
GIVE_WAY_S = 0.008
"""How much later a tick may be for the sake of a command that is on its way to the wire."""
_KEPT = 1200
_GARBAGE = (50_000, 20, 100)
"""The collector's thresholds while the clock ticks."""
_UPDATE = int(QEvent.Type.UpdateRequest.value)

Refresh = Callable[[set[Key], int], object]
"""Takes the keys touched since the last tick (empty when only a second has passed) and the time
in µs of UTC. Where it returns True, something is left to show and the next tick comes soon."""


@dataclass(frozen=True, slots=True)
class FrameHealth:
    """How long the last ticks took, in ms, painting included; `late` began a period or more
    after they were due."""

    ticks: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    late: int


class FrameClock(QObject):
    """Ticks 60 times a second while something waits, else four times a second, paintless.

    A tick folds all that waits, hands the touched keys to every subscriber, paints at once what
    they made dirty, and lets one plot repaint. It rests when nothing is dirty; `wake` may be
    called from any thread. A subscriber that raises is reported and does not stop the clock.
    """

    _woken = Signal()
    _hurried = Signal()

    def __init__(
        self,
        drain: Callable[[], set[Key]],
        now_us: Callable[[], int],
        period_s: float = PERIOD_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drain = drain
        self._now_us = now_us
        self._full_period_s = self._period_s = period_s
        self._subscribers: list[Refresh] = []
        self._plots: dict[Callable[[], None], None] = {}
        self._durations: deque[float] = deque(maxlen=_KEPT)
        self._late: deque[bool] = deque(maxlen=_KEPT)
        self._last_tick = 0.0
        self._due = 0.0
        self._last_hurry = 0.0
        self._clear_at = 0.0
        self._second = 0
        self._thresholds = gc.get_threshold()
        self._running = self._waiting = self._left = self._hurried_now = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._woken.connect(self._arm, Qt.ConnectionType.QueuedConnection)
        self._hurried.connect(self._hurry, Qt.ConnectionType.QueuedConnection)

    def subscribe(self, refresh: Refresh) -> None:
        """Call `refresh` in every tick that touched something, and once in every second."""
        self._subscribers.append(refresh)

    def queue_plot(self, repaint: Callable[[], None]) -> None:
        """Let a plot repaint in one of the next ticks, one plot to a tick; asked twice, once."""
        self._plots[repaint] = None
        self._arm()

    def start(self) -> None:
        """Begin to tick. Garbage is collected seldom from now on, and what was built before this
        never: the collector may not fall into the middle of a picture."""
        gc.collect()
        gc.freeze()
        self._thresholds = gc.get_threshold()
        gc.set_threshold(*_GARBAGE)
        self._running = True
        self._waiting = True
        self._arm()

    def stop(self) -> None:
        """Tick no more."""
        if self._running:
            gc.set_threshold(*self._thresholds)
            gc.unfreeze()
        self._running = False
        self._timer.stop()

    def wake(self) -> None:
        """Something waits to be drained. From any thread; costs one queued signal."""
        self._waiting = True
        self._woken.emit()

    def hurry(self) -> None:
        """What everybody waits for has come: tick at once instead of in time, where no other
        tick was hurried lately. From any thread."""
        self._hurried.emit()

    def give_way(self) -> None:
        """A command is being written down and sent: a tick would hold the interpreter against the
        threads that do so. The next one comes up to 8 ms after its time, hurried ones at once."""
        due = self._last_tick + self._period_s
        self._clear_at = min(time.perf_counter(), due) + GIVE_WAY_S
        self._arm()

    def set_hidden(self, hidden: bool) -> None:
        """Tick five times a second while nobody can see the window."""
        self._period_s = HIDDEN_PERIOD_S if hidden else self._full_period_s
        self._arm()

    def tick_now(self) -> None:
        """One tick at once: for a first paint and for screenshots."""
        self._waiting = True
        self._work()

    def forget(self) -> None:
        """Begin the figures of `health` anew."""
        self._durations.clear()
        self._late.clear()

    def health(self) -> FrameHealth:
        """What the last ticks took."""
        taken = sorted(self._durations) or [0.0]
        return FrameHealth(
            len(self._durations),
            round(taken[len(taken) // 2], 3),
            round(taken[min(len(taken) - 1, len(taken) * 99 // 100)], 3),
            round(taken[-1], 3),
            sum(self._late),
        )

    def _arm(self) -> None:
        if not self._running:
            return
        now = time.perf_counter()
        if self._hurried_now:
            self._due = now
        elif self._waiting or self._left or self._plots:
            self._due = max(now, self._last_tick + self._period_s, self._clear_at)
        else:
            self._due = now + IDLE_PERIOD_S - self._now_us() % 250_000 / 1e6
        # rounded up: a timer that ends before its time would only be set again
        self._timer.start(max(0, ceil((self._due - now) * 1000)))

    def _hurry(self) -> None:
        now = time.perf_counter()
        if self._running and now - self._last_hurry >= _HURRY_S:
            self._last_hurry = now
            self._waiting = self._hurried_now = True
            self._arm()

    def _tick(self) -> None:
        try:
            self._work()
        finally:
            self._arm()

    def _work(self) -> None:
        start = time.perf_counter()
        self._late.append(start - self._due >= self._period_s)
        on_time = start - self._due < self._period_s / 2
        self._last_tick = self._due if on_time and self._due else start
        now_us = self._now_us()
        self._waiting = self._hurried_now = False
        keys = self._drain()
        second = now_us // 1_000_000
        if keys or self._left or second != self._second:
            self._second = second
            left = [_guarded(refresh, keys, now_us) is True for refresh in self._subscribers]
            self._left = any(left)
        QCoreApplication.sendPostedEvents(None, _UPDATE)
        if self._plots:
            plot = next(iter(self._plots))
            del self._plots[plot]
            _guarded(plot)
            QCoreApplication.sendPostedEvents(None, _UPDATE)
        self._durations.append((time.perf_counter() - start) * 1000)


def _guarded(call: Callable[..., object], *given: object) -> object:
    try:
        return call(*given)
    except Exception as error:  # noqa: BLE001 - one panel's mistake must not stop the picture
        sys.excepthook(type(error), error, error.__traceback__)
        return None
