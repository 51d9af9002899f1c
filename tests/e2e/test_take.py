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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from db import queries
from tests.e2e.screen import Screen

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

SITE = "653"


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
def training(screen: Screen, folder: Path) -> Iterator[Training]:
    """The console as a technician starts it; closed in good order at the end."""
    line = [sys.executable, "-m", "console", "train", "--scene", "calm", "--fresh"]
    line += ["--data", str(folder), "--state", str(folder / "state.json")]
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


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to become so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)


def test_take_by_keyboard(screen: Screen, tmp_path: Path) -> None:
    with training(screen, tmp_path) as province:
        screen.window("HNTH", 30)
        time.sleep(3)  # the first rounds of the links
        screen.press("F10", "F10", "F10", "space", "c")
        time.sleep(1)
        screen.press("F12")
        until(lambda: province.truth()["podium"] == [SITE])
        until(lambda: not province.truth()["sites"][SITE]["leg"]["rx_audio_mute"])
        time.sleep(1)
        screen.press("v")
        time.sleep(1)
        truth = province.truth()
    state = json.loads((tmp_path / "state.json").read_text("utf-8"))
    assert truth["podium"] == [SITE]
    assert state["podium"] == SITE
    assert state["legs"][SITE]["mic_muted"] is False
    store = type("Folder", (), {"folder": tmp_path / "store"})()
    rows = queries.rows_since_last(store, "SessionOpened")
    told = [row.kind for row in rows]
    assert told.index("ChairCalled") < told.index("CommandConfirmed")
    take = next(r for r in rows if b"TakeToPodium" in r.body and SITE.encode() in r.body)
    sent = [r for r in rows if r.kind == "CommandSent" and r.seq > take.seq]
    assert sent, "the wish's row stands before its first byte"
    proven = [json.loads(r.body) for r in rows if r.kind == "TwoWayProven"]
    assert [p["endpoint"] for p in proven] == [SITE]
