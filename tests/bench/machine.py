"""What the machine itself does to a fixed piece of work: the measure beside every p99.

The work is a loop of about two milliseconds that touches no more than the processor, once in
every 33 ms, as a frame does. Where its p99 is many times its p50, somebody else had the
processor, and no program on this machine can have a p99 that is less many times its p50.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

_PERIOD_S = 1 / 30
_STEPS = 20_000


def main(argv: list[str]) -> dict[str, Any]:
    """Measure for some seconds and return p50, p99 and their ratio."""
    parser = argparse.ArgumentParser(prog="tests.bench machine")
    parser.add_argument("--seconds", type=float, default=10.0)
    return {"bench": "machine", **measure(parser.parse_args(argv).seconds)}


def measure(seconds: float) -> dict[str, float]:
    """p50 and p99 (ms) of the fixed work, and how many times the one is the other."""
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        _work()
        taken.append((time.perf_counter() - start) * 1000)
        time.sleep(_PERIOD_S)
    taken.sort()
    p50, p99 = taken[len(taken) // 2], taken[min(len(taken) - 1, len(taken) * 99 // 100)]
    return {"p50_ms": round(p50, 3), "p99_ms": round(p99, 3), "p99_by_p50": round(p99 / p50, 2)}


def _work() -> int:
    total, kept = 0, dict[int, int]()
    for step in range(_STEPS):
        kept[step % 997] = total
        total += step
    return total
