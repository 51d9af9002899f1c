"""How long to leave an office alone that did not answer, or asked for less."""

from __future__ import annotations

from random import Random

LEAST_S, MOST_S = 1.0, 300.0


class Backoff:
    """Full jitter: each wait is random between 1 s and a bound that doubles to 5 min."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failures = 0

    def failed(self, at_least_s: float = 0.0) -> float:
        """Seconds to wait after one more failure; never less than the office asked for."""
        bound_s = min(MOST_S, 2.0 * 2 ** min(self._failures, 16))
        self._failures += 1
        wait_s = self._random.uniform(LEAST_S, bound_s)
        asked_s = min(at_least_s, MOST_S)
        return max(wait_s, asked_s + self._random.uniform(0.0, LEAST_S) if asked_s else 0.0)

    def succeeded(self) -> None:
        """An answer came."""
        self._failures = 0
