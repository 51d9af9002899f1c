"""A virtual day without the office: a real store, a real `hnth-office serve`, TLS in between."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from console.core.office import OfficeLink
from console.core.office_file import FILE_NAME, OfficeFile
from console.core.office_joining import join
from console.core.office_watch import OfficeWatch
from console.core.store import Store
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.alarm import Priority
from db.engine import sqlite_module
from db.invitation import read_invitation
from db.office import keys
from db.office.service import DATABASE
from db.sync.exchange import Lost, Request
from db.sync.health import Level, SyncHealth
from db.sync.office_sync import Clocks
from db.sync.transport import office_transport
from db.verifier.__main__ import main as verify
from db.writer import JournalWriter
from tests.core.safe import Safe
from tests.db.rows import SMALL, row
from tests.office.asgi import new_office
from tests.sync.joined import rows_of, until

DAY_S = 24 * 3600
S = 1_000_000


class Day:
    """A console's clocks, a day behind the office's until a test has let it go by."""

    def __init__(self) -> None:
        self.gone_s = 0.0

    def now_us(self) -> int:
        return time.time_ns() // 1000 - int((DAY_S - self.gone_s) * S)

    def mono_us(self) -> int:
        return int(self.monotonic_s() * S)

    def monotonic_s(self) -> float:
        return time.monotonic() + self.gone_s


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(folder: Path, port: int) -> Iterator[str]:
    """`hnth-office serve` as a process, from when it answers."""
    words = ["serve", str(folder), "--listen", "127.0.0.1", "--port", str(port)]
    line = [sys.executable, "-m", "db.office", *words]
    url = f"https://127.0.0.1:{port}"
    transport = office_transport(url, (folder / keys.CA).read_text())
    with subprocess.Popen(line, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + 60
            while True:
                try:
                    assert transport(Request("GET", "/v1/hello")).status == 200
                    break
                except Lost:
                    assert time.monotonic() < end
                    assert process.poll() is None
                    time.sleep(0.05)
            transport.drop()
            yield url
        finally:
            process.terminate()
            process.wait(30)


def invited(folder: Path, url: str) -> str:
    """What the office's administrator copies."""
    line = [sys.executable, "-m", "db.office", "code", str(folder), "--url", url]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_a_day_away_ends_with_the_same_bytes_on_both_sides(tmp_path: Path):
    office, port, day = new_office(tmp_path / "office"), free_port(), Day()
    told: list[f.Fact] = []
    store = Store(lambda events: told.extend(e.fact for e in events), lambda _: None)
    safe = Safe()
    file = OfficeFile(tmp_path / FILE_NAME, lambda: Vault(safe))
    with JournalWriter.open(tmp_path / "store", limits=SMALL) as writer:
        until(lambda: writer.health.figures.console_id != "")
        clocks = Clocks(day.monotonic_s, day.now_us)
        link = OfficeLink(writer, file, told.append, clocks)
        watch = OfficeWatch(link, store, day)  # pyright: ignore[reportArgumentType]

        def health() -> SyncHealth:
            found = link.health()
            assert found is not None
            return found

        try:
            with served(office, port) as url:
                join(writer, file, read_invitation(invited(office, url)), "Buôn Hồ", day.now_us())
            link.begin()
            until(lambda: link.health() is not None)
            levels: list[Level] = []
            for part in range(8):
                for minute in range(180):
                    at_us = day.now_us()
                    fresh = row(part * 180 + minute, text="Đắk Lắk")
                    writer.append(replace(fresh, utc_us=at_us, mono_us=day.mono_us()))
                    day.gone_s += 60
                assert writer.flush(10)
                link.hurry()
                until(lambda n=part: health().unsent_rows == 180 * (n + 1))
                levels.append(health().level)
                watch.look(day.now_us())
                store.drain()
            until(lambda: health().failure == "unreachable")
            assert levels[-1] is Level.RED
            assert DAY_S - 120 < health().oldest_unsent_s < DAY_S + 120
            raised = [fact.alarm for fact in told if isinstance(fact, f.AlarmRaised)]
            assert [alarm.kind for alarm in raised] == ["office_behind"] * len(raised)
            assert raised[-1].priority is Priority.HIGH
            assert sum(isinstance(fact, f.OfficeLost) for fact in told) == 1
            with served(office, port):
                link.hurry()
                until(lambda: health().unsent_rows == 0 and not health().failure)
                until(lambda: len(rows_of(office / DATABASE)) == 24 * 60)
                assert health().level is Level.CALM
                assert health().incident is None
                watch.look(day.now_us() + S)
                store.drain()
            assert any(isinstance(fact, f.OfficeBack) for fact in told)
        finally:
            link.close()
    assert rows_of(office / DATABASE) == rows_of(tmp_path / "store/journal.sqlite3")
    assert verify([str(tmp_path / "store")]) == 0
    assert verify([str(office / DATABASE)]) == 0
    connection = sqlite_module().connect(office / DATABASE)
    try:
        assert connection.execute("SELECT count(*) FROM incidents").fetchone() == (0,)
        bound = "SELECT certificate IS NOT NULL, seen_us IS NOT NULL FROM tokens"
        assert connection.execute(bound).fetchall() == [(1, 1)]  # all of it over mutual TLS
    finally:
        connection.close()
