"""How often anyone may ask: a bucket of tokens for each console, person or address."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from db.office.problem import Refusal

MAX_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, `per_s` a second in the long run."""

    per_s: float
    burst: int


KNOWN = Rate(per_s=20.0, burst=60)
"""For whoever holds a token."""
UNKNOWN = Rate(per_s=1.0, burst=30)
"""For one address without one; hello among it."""
ENROL = Rate(per_s=0.1, burst=5)
"""For one address that tries codes."""


class Rates:
    """The buckets; the ones that were not used for longest are forgotten first."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._now = monotonic_s
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, Rate], tuple[float, float]] = OrderedDict()

    def take(self, who: str, rate: Rate) -> None:
        """Count one request; raises Refusal 429 with the seconds to wait."""
        now = self._now()
        with self._lock:
            left, at = self._buckets.pop((who, rate), (float(rate.burst), now))
            left = min(rate.burst, left + (now - at) * rate.per_s)
            allowed = left >= 1
            self._buckets[who, rate] = (left - 1 if allowed else left, now)
            while len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        if not allowed:
            wait_s = math.ceil((1 - left) / rate.per_s)
            raise Refusal(429, "request.often", {"seconds": wait_s}, retry_after_s=wait_s)
