"""The chair calls, the site goes on the podium, two-way talk is confirmed: keyboard only.

A real window on a pretend screen, a pretend province behind real protocols. At the end the
MCU's own truth, the program's State and the journal must tell the same story.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from db import queries
from db.queries import StoredRow
from tests.e2e.screen import Screen

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

SITE = "653"
ROOM = f"room-{SITE}".encode()
ENDS = ("CommandConfirmed", "CommandRefused", "CommandLost")


@dataclass
class Folder:
    """Where a store lies."""

    folder: Path


class Training:
    """A running console in training mode, and the province's own view of things."""

    def __init__(self, process: subprocess.Popen[str], control: dict[str, str]) -> None:
        self.process = process
        self._control = control

    def truth(self) -> dict[str, Any]:
        """What the pretend province knows to be so."""
        return self._ask("GET", "/state")

    def fault(self, **fault: Any) -> None:
        """Let something go wrong."""
        self._ask("POST", "/fault", fault)

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            self._control["url"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "X-Control-Token": self._control["token"],
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)


@contextmanager
def training(screen: Screen, folder: Path, *more: str) -> Iterator[Training]:
    """The console as a technician starts it; closed in good order at the end."""
    line = [sys.executable, "-m", "console", "train", "--scene", "calm", "--fresh", "--no-office"]
    line += ["--data", str(folder), "--state", str(folder / "state.json"), *more]
    with subprocess.Popen(
        line, env=screen.environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield Training(process, ready["control"])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def session_rows(folder: Path) -> list[StoredRow]:
    """What the journal holds of the session so far; the console goes on writing."""
    return queries.rows_since_last(Folder(folder / "store"), "SessionOpened")


def take_of(rows: Sequence[StoredRow]) -> StoredRow | None:
    """The TAKE's row, if it is there."""
    submitted = (row for row in rows if row.kind == "CommandSubmitted")
    return next((row for row in submitted if b"TakeToPodium" in row.body), None)


def settled(folder: Path) -> bool:
    """Whether every step of the TAKE has come to an end."""
    rows = session_rows(folder)
    take = take_of(rows)
    if take is None:
        return False
    ended = {row.cause for row in rows if row.kind in ENDS}
    return set(json.loads(take.body)["steps"]) <= ended


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something to become so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)


def test_take_by_keyboard(screen: Screen, tmp_path: Path) -> None:
    def seen() -> list[StoredRow]:
        return session_rows(tmp_path)

    with training(screen, tmp_path) as province:
        screen.window("HNTH", 30)
        until(lambda: any(r.kind == "PresetsListed" and ROOM in r.body for r in seen()))
        screen.press("F10", "F10", "F10", "space", "c")
        until(lambda: any(r.kind == "ChairCalled" for r in seen()))
        screen.press("F12")
        until(lambda: settled(tmp_path), 60)
        screen.press("v")
        until(lambda: any(r.kind == "TwoWayProven" for r in seen()))
        truth = province.truth()
    state = json.loads((tmp_path / "state.json").read_text("utf-8"))
    assert truth["podium"] == [SITE]
    assert state["podium"] == SITE
    assert state["legs"][SITE]["mic_muted"] is False
    rows = session_rows(tmp_path)
    take = take_of(rows)
    assert take is not None
    steps = json.loads(take.body)["steps"]
    called = next(r for r in rows if r.kind == "ChairCalled")
    assert called.seq < take.seq
    assert json.loads(take.body)["command"]["endpoint"] == SITE
    for step in steps:
        of_step = [r for r in rows if r.cause == step]
        kinds = [r.kind for r in of_step]
        assert kinds[0] == "CommandSubmitted", "the row stands before the first byte"
        assert "CommandSent" in kinds
        assert kinds[-1] == "CommandConfirmed"
    proven = [json.loads(r.body) for r in rows if r.kind == "TwoWayProven"]
    assert [p["endpoint"] for p in proven] == [SITE]
