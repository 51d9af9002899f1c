"""The story's clock: virtual seconds, driven by a test's step or by the wall."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, order=True)
class Timer:
    """One call due at `due_s`; equal times run in the order they were set."""

    due_s: float
    serial: int
    call: Callable[[], object] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Withdraw the call; harmless when it already ran."""
        self.cancelled = True


class Clock:
    """Virtual seconds since the story began, and the calls that wait for them.

    Attributes:
        now_s: the present, in virtual seconds.
        speed: virtual seconds per wall second.
        woken: told whenever the earliest due time moved forward.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self.now_s = 0.0
        self.speed = speed
        self.woken: Callable[[], None] | None = None
        self._heap: list[Timer] = []
        self._serial = 0

    def after(self, delay_s: float, call: Callable[[], object]) -> Timer:
        """Run `call` once `delay_s` virtual seconds from now."""
        self._serial += 1
        timer = Timer(self.now_s + max(0.0, delay_s), self._serial, call)
        heapq.heappush(self._heap, timer)
        if self._heap[0] is timer and self.woken is not None:
            self.woken()
        return timer

    def after_wall(self, delay_s: float, call: Callable[[], object]) -> Timer:
        """Run `call` once `delay_s` seconds of wall time from now, whatever the speed."""
        return self.after(delay_s * self.speed, call)

    def every(self, period_s: float, call: Callable[[], object]) -> None:
        """Run `call` each `period_s` virtual seconds, for as long as the story lasts."""

        def again() -> None:
            call()
            self.after(period_s, again)

        self.after(period_s, again)

    def next_due_s(self) -> float | None:
        """When the next call is due, or None when none waits."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].due_s if self._heap else None

    def advance_to(self, when_s: float) -> None:
        """Move to `when_s`, running every call due on the way at its own time."""
        while (due_s := self.next_due_s()) is not None and due_s <= when_s:
            timer = heapq.heappop(self._heap)
            self.now_s = max(self.now_s, timer.due_s)
            timer.call()
        self.now_s = max(self.now_s, when_s)

    def step(self, seconds: float) -> None:
        """Move `seconds` virtual seconds forward."""
        self.advance_to(self.now_s + seconds)
