"""The thread of the sync: it survives its steps, hurries when told, and ends when closed."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from db.sync import runner as runner_module
from db.sync.health import SyncHealth
from db.sync.runner import SyncRunner


class Steps:
    """Steps that do what they are told."""

    def __init__(self, wait_s: float) -> None:
        self.health = SyncHealth()
        self.wait_s = wait_s
        self.count = 0
        self.hurried = 0
        self.stepped = threading.Event()
        self.error: Exception | None = None

    def step(self) -> float:
        self.count += 1
        self.stepped.set()
        if self.error is not None:
            raise self.error
        return self.wait_s

    def hurry(self) -> None:
        self.hurried += 1


def started(steps: Any, stop: threading.Event, let_go: threading.Event) -> SyncRunner:
    runner = SyncRunner(steps, stop.set, let_go.set)
    runner.start()
    assert steps.stepped.wait(10)
    return runner


def test_it_ends_at_once_however_long_it_would_have_waited():
    steps, stop, let_go = Steps(3600.0), threading.Event(), threading.Event()
    runner = started(steps, stop, let_go)
    assert runner.health == SyncHealth()
    assert runner.close()
    assert stop.is_set()
    assert let_go.is_set()
    assert steps.count == 1


def test_a_person_who_asks_is_not_kept_waiting():
    steps = Steps(3600.0)
    runner = started(steps, threading.Event(), threading.Event())
    steps.stepped.clear()
    runner.hurry()
    assert steps.stepped.wait(10)
    assert steps.hurried == 1
    assert runner.close()


def test_a_step_that_fails_is_told_and_followed_by_another(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(runner_module, "_AFTER_FAULT_S", 0.0)
    steps = Steps(3600.0)
    steps.error = RuntimeError("boom")
    runner = started(steps, threading.Event(), threading.Event())
    steps.error = None
    steps.stepped.clear()
    assert steps.stepped.wait(10) or steps.count > 1
    assert runner.close()
    assert "boom" in caplog.text
