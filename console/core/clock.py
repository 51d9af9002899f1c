"""The console's clock: wall time that never jumps while the program runs."""

from __future__ import annotations

import time


class Clock:
    """Microseconds of UTC, counted from the start by the monotonic clock.

    A step of the machine's own clock (NTP, a hand) does not move it; `wall_step_s` tells how far
    the two have come apart.
    """

    def __init__(self) -> None:
        self._wall_us = time.time_ns() // 1000
        self._mono_us = time.monotonic_ns() // 1000

    def now_us(self) -> int:
        """µs of UTC."""
        return self._wall_us + time.monotonic_ns() // 1000 - self._mono_us

    def mono_us(self) -> int:
        """µs since an arbitrary moment; never goes back."""
        return time.monotonic_ns() // 1000

    def wall_step_s(self) -> float:
        """How far the machine's clock has been stepped since the start, in seconds."""
        return time.time_ns() / 1e9 - self.now_us() / 1e6
