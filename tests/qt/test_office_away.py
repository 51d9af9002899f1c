"""However the office hangs, Qt's loop goes on turning: asking the link costs nothing."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from console.core.clock import Clock
from console.core.office import OfficeLink
from console.core.office_file import FILE_NAME, OfficeFile
from console.core.office_watch import OfficeWatch
from console.core.store import Store
from console.core.vault import Vault
from console.domain import facts as f
from db.writer import JournalWriter
from tests.core.safe import Safe
from tests.db.rows import SMALL, row
from tests.office.asgi import new_office
from tests.office.letting_in import a_code
from tests.office.serving import serving
from tests.sync.joined import until

MOST_S = 0.1
TURNS_S = 1.5
TRIES = 4
"""A machine with much else to do may hold any program up once; a link that blocks does so each
time, and for seconds."""


class Silence:
    """A port that takes calls and never answers."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._calls: list[socket.socket] = []
        self._over = False
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def _take(self) -> None:
        while True:
            call, _ = self._listener.accept()
            self._calls.append(call)
            if self._over:
                return

    def close(self) -> None:
        self._over = True
        with socket.create_connection(self._listener.getsockname()):
            self._thread.join(10)
        for each in (self._listener, *self._calls):
            each.close()


class Ticks:
    """A window's clock: asks the link each tick what a window asks, and notes the longest wait."""

    def __init__(self, link: OfficeLink) -> None:
        clock = Clock()
        self._link = link
        self._store = Store(lambda _: None, lambda _: None)
        self._watch = OfficeWatch(link, self._store, clock)
        self._clock = clock
        self._last_s = time.monotonic()
        self.longest_s = 0.0
        self.count = 0

    def tick(self) -> None:
        now_s = time.monotonic()
        self.longest_s = max(self.longest_s, now_s - self._last_s)
        self._last_s = now_s
        self.count += 1
        self._link.health()
        self._link.account()
        self._watch.look(self._clock.now_us() + self.count * 1_000_000)
        self._store.drain()
        if self.count % 20 == 0:
            self._link.hurry()


def longest_wait_s(qtbot: QtBot, link: OfficeLink) -> float:
    """The shortest of a few tries' longest waits between two turns of the loop."""
    found: list[float] = []
    for _ in range(TRIES):
        ticks = Ticks(link)
        timer = QTimer()
        timer.setInterval(5)
        timer.timeout.connect(ticks.tick)
        timer.start()
        end = time.monotonic() + TURNS_S
        qtbot.waitUntil(lambda end=end: time.monotonic() > end, timeout=30_000)
        timer.stop()
        assert ticks.count > 10
        found.append(ticks.longest_s)
        if found[-1] < MOST_S:
            break
    return min(found)


class Desk:
    """A store that grows, and what a console keeps of an office; links to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.safe = Safe()
        self.told: list[f.Fact] = []
        self.writer = JournalWriter.open(folder / "store", limits=SMALL)
        self.rows = 0
        self.write(400)

    def write(self, count: int) -> None:
        fresh = [row(n) for n in range(self.rows, self.rows + count)]
        self.writer.append_many(fresh).result()
        self.rows += count

    def link(self) -> OfficeLink:
        file = OfficeFile(self.folder / FILE_NAME, lambda: Vault(self.safe))
        return OfficeLink(self.writer, file, self.told.append)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.writer.close()


def level(link: OfficeLink) -> bool:
    health = link.health()
    return health is not None and health.last_ack_us > 0 and health.unsent_rows == 0


def enrolled(desk: Desk) -> int:
    """Enrol at an office that then goes away; its port."""
    new_office(desk.folder / "office")
    with serving(desk.folder / "office") as served:
        link = desk.link()
        link.enrol(served.url, served.fingerprint, a_code(served.office), "x")
        until(lambda: level(link))
        link.close()
    return int(served.url.rsplit(":", 1)[1])


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "refused"])
def test_the_window_turns_while_the_office_is_away(qtbot: QtBot, desk: Desk, silent: bool):
    port = enrolled(desk)
    desk.write(500)
    silence = Silence(port) if silent else None
    link = desk.link()
    try:
        link.begin()
        until(lambda: link.health() is not None)
        assert longest_wait_s(qtbot, link) < MOST_S
        health = link.health()
        assert health is not None
        assert health.unsent_rows == 500 or silent
    finally:
        link.close()
        if silence is not None:
            silence.close()


def test_the_window_turns_while_the_disk_is_full_and_slow_for_receipts(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    new_office(desk.folder / "office")
    with serving(desk.folder / "office") as served:
        link = desk.link()
        link.enrol(served.url, served.fingerprint, a_code(served.office), "x")
        until(lambda: level(link))
        kept = (desk.folder / "store/receipts.json").read_bytes()
        asked: list[int] = []

        def full(handle: int) -> None:
            asked.append(handle)
            time.sleep(0.5)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        desk.write(500)
        try:
            assert longest_wait_s(qtbot, link) < MOST_S
            until(lambda: len(asked) > 0 and level(link))
            assert (desk.folder / "store/receipts.json").read_bytes() == kept
        finally:
            link.close()
