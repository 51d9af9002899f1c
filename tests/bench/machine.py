"""What the machine itself does to a fixed piece of work: the measure beside every p99.

The work is a loop of about two milliseconds that touches no more than the processor, once in
every 33 ms, as a frame does. Where its p99 is many times its p50, the processor itself was
slowed or taken away, and no program on this machine can have a p99 that is less many times its
p50. `Witness` tells when that was, so that a bench can say its figure with and without.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, Self

_PERIOD_S = 1 / 30
_STEPS = 20_000
_LOOK_S = 0.001
_LOOK_STEPS = 400
_SLOW = 2.5
"""A look that took as many times the processor time of the median one was slowed."""

Span = tuple[float, float]
"""From when to when, in seconds of `time.perf_counter`, which is the same in every process."""


def main(argv: list[str]) -> dict[str, Any]:
    """Measure for some seconds and return p50, p99 and their ratio."""
    parser = argparse.ArgumentParser(prog="tests.bench machine")
    parser.add_argument("--seconds", type=float, default=10.0)
    return {"bench": "machine", **measure(parser.parse_args(argv).seconds)}


def measure(seconds: float) -> dict[str, float]:
    """p50 and p99 (ms) of the fixed work, how many times the one is the other, and the p99 of
    the pieces that the witness saw nothing happen to."""
    spans: list[Span] = []
    with Witness() as witness:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            _work(_STEPS)
            spans.append((start, time.perf_counter()))
            time.sleep(_PERIOD_S)
    p50, p99 = percentile(lengths_ms(spans), 50), percentile(lengths_ms(spans), 99)
    return {
        "p50_ms": round(p50, 3),
        "p99_ms": round(p99, 3),
        "p99_by_p50": round(p99 / p50, 2),
        "p99_clear_ms": round(percentile(lengths_ms(witness.clear(spans)), 99), 3),
        "slowed_pct": witness.slowed_pct(seconds),
    }


def lengths_ms(spans: Iterable[Span]) -> list[float]:
    """How long each span lasted, in ms."""
    return [(end - start) * 1000 for start, end in spans]


def percentile(values: Iterable[float], percent: int) -> float:
    """The value that so many percent are not above; 0 of none."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


class Witness:
    """A process that looks every millisecond how long the same few steps take the processor.

    It counts processor time, so that it is not misled by whoever has its turn before it: what
    it sees is the processor running slower than it did, for everybody. While it is open it
    takes some hundredths of one processor; `slow` is known once it is closed.
    """

    def __init__(self) -> None:
        self.slow: list[Span] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.machine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        told = self._process.communicate()[0]
        self.slow = [(start, end) for start, end in json.loads(told)]

    def clear(self, spans: Sequence[Span]) -> list[Span]:
        """Those of the spans in which the processor ran at its own speed all along."""
        ends = [end for _, end in self.slow]

        def slowed(span: Span) -> bool:
            first = bisect_left(ends, span[0])
            return first < len(ends) and self.slow[first][0] <= span[1]

        return [span for span in spans if not slowed(span)]

    def slowed_pct(self, spent_s: float) -> float:
        """How much of so many seconds was slowed, in percent."""
        return round(100 * sum(end - start for start, end in self.slow) / spent_s, 1)


def _watch() -> list[Span]:
    """Look until the standard input ends; when the processor was slowed."""
    done = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
    looks: list[tuple[float, int]] = []
    while not done.is_set():
        at, begun = time.perf_counter(), time.thread_time_ns()
        _work(_LOOK_STEPS)
        looks.append((at, time.thread_time_ns() - begun))
        time.sleep(_LOOK_S)
    limit = _SLOW * percentile((took for _, took in looks), 50)
    slow: list[Span] = []
    for n, (at, took) in enumerate(looks):
        if took > limit:
            before = looks[max(0, n - 1)][0]
            after = looks[min(len(looks) - 1, n + 1)][0]
            if slow and before <= slow[-1][1]:
                slow[-1] = (slow[-1][0], after)
            else:
                slow.append((min(before, at), after))
    return slow


def _work(steps: int) -> int:
    total, kept = 0, dict[int, int]()
    for step in range(steps):
        kept[step % 997] = total
        total += step
    return total


if __name__ == "__main__":
    print(json.dumps(_watch()))
