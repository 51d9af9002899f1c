"""The grid under load: real Store, fold, model, view and frame clock; every tile visible.

Each run is a process of its own, at one size of window and one rate of changes. The mix is 70 %
levels, 10 % talking, 10 % loss, 5 % mutes, 4 % connections, 1 % podium; a level always comes
from someone who talks, so that every change that is not a repetition is to be seen. `machine` is
a fixed piece of work measured on the same machine: see `tests/bench/machine.py`. `p99_ms` is of
all frames; `p99_clear_ms` of those in which the machine's processors ran at their own speed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from typing import Any

from tests.bench.machine import Span, Witness, lengths_ms, measure, percentile

SIZES = ("1920x1080", "3840x2160")
LOW, OVERLOAD = 1_000, 500_000
_WARM_S = 1.5


def main(argv: list[str]) -> dict[str, Any]:
    """Run every size at every rate and return the figures."""
    parser = argparse.ArgumentParser(prog="tests.bench grid")
    parser.add_argument("--sites", type=int, default=2000)
    parser.add_argument("--changes", type=int, default=20_000, help="changes a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--one", metavar="SIZE", help="one run, in this process")
    given = parser.parse_args(argv)
    if given.one:
        return _run(given.one, given.sites, given.changes, given.seconds)
    memory = _process("1920x1080", 200, 5_000, min(3.0, given.seconds))["rss_mb"]
    runs = [
        _process(size, given.sites, rate, given.seconds)
        for size in SIZES
        for rate in dict.fromkeys((LOW, given.changes, OVERLOAD))
    ]
    return {
        "bench": "grid",
        "runs": runs,
        "rss_mb_200_sites": memory,
        "machine": measure(min(5.0, given.seconds)),
    }


def _process(size: str, sites: int, rate: int, seconds: float) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "tests.bench", "grid", "--one", size, "--sites", str(sites),
        "--changes", str(rate), "--seconds", str(seconds),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _run(size: str, sites: int, rate: int, seconds: float) -> dict[str, Any]:
    sys.setswitchinterval(0.0005)  # as the program itself runs
    import psutil
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from console.core.clock import Clock
    from console.core.store import Store
    from console.qt.clock import FrameClock
    from console.qt.grid.model import SiteGridModel
    from console.qt.grid.view import SiteGridView
    from console.qt.theme import Theme
    from tests.bench._load import Load

    width, height = (int(part) for part in size.split("x"))
    app = QApplication([])
    wall, store = Clock(), Store()
    load = Load(sites, wall.now_us())
    store.post(load.opening)
    store.drain()
    frames: list[Span] = []

    class TimedClock(FrameClock):
        """A frame clock that notes from when to when each frame took."""

        def _work(self) -> None:
            start = time.perf_counter()
            super()._work()
            frames.append((start, time.perf_counter()))

    clock = TimedClock(store.drain, wall.now_us)
    store.on_post, store.on_podium = clock.wake, clock.hurry
    model = SiteGridModel(store.state)
    view = SiteGridView(model, Theme(app))
    clock.subscribe(model.refresh)
    view.resize(width, height)
    view.show()
    app.processEvents()
    if not model.arrangement.fits or len(model.looks) != sites:
        raise SystemExit(f"not all of {sites} tiles are visible at {size}")
    before: dict[str, float] = {}
    after: dict[str, float] = {}

    def note(into: dict[str, float]) -> None:
        into["cpu"] = time.process_time()
        into["at"] = time.perf_counter()
        into["sent"] = load.sent
        into["feeding"] = load.cpu_s

    def begin() -> None:
        clock.forget()
        frames.clear()
        note(before)

    def end() -> None:
        note(after)
        app.quit()

    clock.start()
    feeder = threading.Thread(target=load.feed, args=(store.post, rate, _WARM_S + seconds + 0.2))
    feeder.start()
    QTimer.singleShot(int(_WARM_S * 1000), begin)
    QTimer.singleShot(int((_WARM_S + seconds) * 1000), end)
    with Witness() as witness:
        app.exec()
    health = clock.health()
    clock.stop()
    feeder.join()
    view.close()
    spent = after["at"] - before["at"]
    feeding = after["feeding"] - before["feeding"]
    cpu = after["cpu"] - before["cpu"]
    return {
        "size": size,
        "sites": sites,
        "changes_per_s": rate,
        "p50_ms": health.p50_ms,
        "p99_ms": health.p99_ms,
        "p99_clear_ms": round(percentile(lengths_ms(witness.clear(frames)), 99), 3),
        "slowed_pct": witness.slowed_pct(_WARM_S + seconds),
        "fps": round(health.ticks / spent, 2),
        "cpu_ms_per_frame": round((cpu - feeding) * 1000 / health.ticks, 2),
        "feeding_cpu_ms_per_frame": round(feeding * 1000 / health.ticks, 2),
        "worst_ms": health.worst_ms,
        "late": health.late,
        "sent_per_s": round((after["sent"] - before["sent"]) / spent),
        "density": model.arrangement.density.name,
        "tile": [model.arrangement.tile_width, model.arrangement.measures.height],
        "rss_mb": round(psutil.Process().memory_info().rss / 1e6),
    }
