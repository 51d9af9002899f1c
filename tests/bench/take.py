"""TAKE in the whole program: key to first byte on the wire, confirmation to painted tile.

The real window (offscreen), the pretend province of 200 sites as its own process, the durable
commit inside; meanwhile a roster of 2,000 legs is parsed every second. The `clear` figures are
of the takes in which the machine's processors ran at their own speed (see `machine.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.core.store import Store
from console.domain import facts as f
from console.domain.commands.own import StageNext
from console.domain.event import Event
from console.domain.presence import Presence
from console.domain.state import Phase, State
from console.qt.clock import FrameClock
from console.wire.esl import EslReply, EslRequest, EslSession
from tests.bench.machine import Span, Witness, lengths_ms, percentile

if TYPE_CHECKING:
    from console.app import Console
    from console.qt.window import SessionWindow

SITES = ("653", "651", "656", "652", "644")
ROSTER_LEGS = 2000
CHANGES = (b"PUT", b"api conference")
"""How bytes begin that ask an MCU for a change."""


class Stopwatch:
    """When things happened, in seconds of one monotonic clock."""

    def __init__(self) -> None:
        self.site = ""
        self.state = State()
        self.key = self.byte = self.confirmed = self.painted = 0.0

    def arm(self, site: str) -> None:
        """Wait for the next TAKE."""
        self.site = site
        self.key = self.byte = self.confirmed = self.painted = 0.0

    def sent(self, data: Any) -> None:
        """Bytes are about to leave; only a change counts."""
        if self.key and not self.byte and isinstance(data, bytes) and data.startswith(CHANGES):
            self.byte = time.perf_counter()

    def posted(self, events: Iterable[Event]) -> None:
        """Facts came from a device."""
        for event in events:
            fact = event.fact
            if (
                self.key
                and not self.confirmed
                and isinstance(fact, f.ConferenceSeen)
                and fact.conference.podium == self.site
            ):
                self.confirmed = time.perf_counter()

    def ticked(self) -> None:
        """A frame was painted."""
        if self.confirmed and not self.painted and self.state.podium == self.site:
            self.painted = time.perf_counter()


def main(argv: Sequence[str]) -> dict[str, Any]:
    """p99 of the two spans over many takes."""
    options = argparse.ArgumentParser(prog="tests.bench take")
    options.add_argument("--mcu-delay-ms", type=int, default=100)
    options.add_argument("--mcu", choices=("cms", "freeswitch"), default="cms")
    options.add_argument("--takes", type=int, default=120)
    given = options.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, Witness() as witness:
        began_s = time.perf_counter()
        key_to_wire, confirm_to_paint = _run(given, Path(folder))
        spent_s = time.perf_counter() - began_s
    return {
        "bench": "take",
        "key_to_wire_p99_ms": _percentile(key_to_wire, 99),
        "confirm_to_paint_p99_ms": _percentile(confirm_to_paint, 99),
        "takes": len(key_to_wire),
        "key_to_wire_p50_ms": _percentile(key_to_wire, 50),
        "confirm_to_paint_p50_ms": _percentile(confirm_to_paint, 50),
        "key_to_wire_p99_clear_ms": _percentile(witness.clear(key_to_wire), 99),
        "confirm_to_paint_p99_clear_ms": _percentile(witness.clear(confirm_to_paint), 99),
        "slowed_pct": witness.slowed_pct(spent_s),
        "mcu_delay_ms": given.mcu_delay_ms,
    }


def _percentile(spans: Sequence[Span], percent: int) -> float:
    return round(percentile(lengths_ms(spans), percent), 2)


def _run(given: argparse.Namespace, folder: Path) -> tuple[list[Span], list[Span]]:
    from console import app
    from console.__main__ import parser

    delay = f"{given.mcu_delay_ms}..{given.mcu_delay_ms}"
    line = [
        "train",
        "--scene",
        "calm",
        "--fresh",
        "--no-office",
        "--data",
        str(folder),
        "--delay-ms",
        delay,
    ]
    line += ["--mcus", given.mcu]
    watch = Stopwatch()
    spans: list[tuple[Span, Span]] = []
    _listen(watch)

    async def play(console: Console, window: SessionWindow) -> None:
        window.resize(1920, 1080)
        if not await _until(lambda: _connected(console) >= 198, 60):
            raise RuntimeError(f"only {_connected(console)} of 200 sites are connected")
        await asyncio.sleep(3)
        parsing = asyncio.get_running_loop().create_task(_parse_each_second(console))
        watch.state = console.store.state
        try:
            sites = cycle(SITES)
            while len(spans) < given.takes:
                span = await _take(console, window, watch, next(sites))
                if span is not None:
                    spans.append(span)
        finally:
            parsing.cancel()

    code = app.start(parser().parse_args(line), play)
    if code:
        raise RuntimeError(f"the console ended with {code}")
    return [key for key, _ in spans], [paint for _, paint in spans]


def _connected(console: Console) -> int:
    return sum(leg.presence is Presence.CONNECTED for leg in console.store.state.legs.values())


async def _until(true: Callable[[], bool], seconds: float) -> bool:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        if true():
            return True
        await asyncio.sleep(0.005)
    return False


async def _take(
    console: Console, window: SessionWindow, watch: Stopwatch, site: str
) -> tuple[Span, Span] | None:
    """One TAKE by its key; None where the MCU did not confirm it in time."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    state = console.store.state
    console.dispatcher.submit(StageNext(endpoint=site))
    await _until(lambda: state.session.next == site, 2)
    await asyncio.sleep(0.15)
    watch.arm(site)
    watch.key = time.perf_counter()
    QTest.keyClick(window, Qt.Key.Key_F12)
    if not await _until(lambda: bool(watch.painted), 5):
        watch.arm("")
        return None
    await _until(lambda: not _steps_open(console), 3)
    return (watch.key, watch.byte), (watch.confirmed, watch.painted)


def _steps_open(console: Console) -> bool:
    return any(t.phase in (Phase.PENDING, Phase.SENT) for t in console.store.state.open_commands())


def _listen(watch: Stopwatch) -> None:
    """Look on at the three places that are timed, without a hook in the program."""
    send, post, work = http.client.HTTPConnection.send, Store.post, FrameClock._work

    def sent(self: http.client.HTTPConnection, data: Any) -> None:
        watch.sent(data)
        send(self, data)

    def posted(self: Store, events: Iterable[Event]) -> None:
        told = list(events)
        watch.posted(told)
        post(self, told)

    def ticked(self: FrameClock) -> None:
        work(self)
        watch.ticked()

    ask = EslSession.exchange

    def asked(self: EslSession, request: EslRequest) -> EslReply:
        if not request.repeatable:
            watch.sent(request.command.encode())
        return ask(self, request)

    EslSession.exchange = asked
    http.client.HTTPConnection.send = sent
    Store.post = posted
    FrameClock._work = ticked


def big_roster() -> bytes:
    """A roster of 2,000 participants as an MCU writes it, about 1.5 MB."""
    from tests.bench.roster_xml import participants

    return participants(ROSTER_LEGS)


async def _parse_each_second(console: Console) -> None:
    from console.drivers.cms.parse import page

    assert console.plant is not None
    body = big_roster()
    while True:
        begin = time.perf_counter()
        found = await asyncio.wrap_future(console.plant.digest(page, body))
        assert len(found.items) == ROSTER_LEGS
        await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - begin)))
