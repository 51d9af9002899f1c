"""Resident memory of the whole console: with 200 live sites, and while changes rain on it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from console.domain import facts as f
from console.domain.event import Event, stamped
from console.domain.observed import Quality
from console.domain.presence import Presence

if TYPE_CHECKING:
    from console.app import Console
    from console.qt.window import SessionWindow

_MIB = 1 << 20
_CHUNK_S = 0.02


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Resident MiB when settled, after `--minutes` of changes, and the slope between."""
    options = argparse.ArgumentParser(prog="tests.bench memory")
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--changes", type=int, default=5000, help="a second")
    given = options.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        readings = _run(given, Path(folder))
    first, last = readings[len(readings) // 4], readings[-1]
    return {
        "bench": "memory",
        "settled_mib": round(readings[0], 1),
        "after_mib": round(last, 1),
        "growth_mib": round(last - first, 1),
        "minutes": given.minutes,
        "changes_per_s": given.changes,
        "readings_mib": [round(r, 1) for r in readings],
    }


def _run(given: argparse.Namespace, folder: Path) -> list[float]:
    from console import app
    from console.__main__ import parser

    readings: list[float] = []

    async def play(console: Console, window: SessionWindow) -> None:
        window.resize(1920, 1080)
        await asyncio.sleep(30)
        readings.append(_resident())
        end = time.monotonic() + given.minutes * 60
        step_s = max(1.0, given.minutes * 60 / 20)
        due = time.monotonic() + step_s
        rain = _rain(console)
        while time.monotonic() < end:
            console.store.post(list(itertools.islice(rain, int(given.changes * _CHUNK_S))))
            await asyncio.sleep(_CHUNK_S)
            if time.monotonic() >= due:
                due += step_s
                readings.append(_resident())

    line = ["train", "--scene", "calm", "--fresh", "--no-office", "--data", str(folder)]
    code = app.start(parser().parse_args(line), play)
    if code:
        raise RuntimeError(f"the console ended with {code}")
    return readings


def _resident() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / _MIB


def _rain(console: Console) -> Iterator[Event]:
    """Levels, quality and now and then a mute, about the sites that are there."""
    chance = random.Random(1)
    state = console.store.state
    while True:
        legs = [leg for leg in state.legs.values() if leg.presence is Presence.CONNECTED]
        for leg in chance.sample(legs, min(100, len(legs))):
            now = console.clock.now_us()
            kind = chance.random()
            if kind < 0.7:
                fact = f.SpeechHeard(leg.endpoint, chance.random() < 0.5, chance.randrange(9))
            elif kind < 0.95:
                fact = f.QualityMeasured(leg.endpoint, Quality(now, chance.random() * 3, 12.0))
            else:
                fact = f.LegSeen(replace(leg, mic_muted=chance.random() < 0.95))
            yield stamped(fact, now, "bench")
