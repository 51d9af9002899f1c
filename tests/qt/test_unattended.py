"""A run without a display: it plays in training only, and never commands a real device."""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from console import app, unattended
from tests.qt.conftest import Stage


@pytest.mark.parametrize(("training", "keys"), [(True, True), (False, False)])
def test_keys_are_pressed_in_training_only(
    stage: Stage,
    training: bool,
    keys: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pressed: list[int] = []
    console = SimpleNamespace(training=training, store=stage.scene.store)

    def start(args: argparse.Namespace, play: Callable[[SimpleNamespace, object], object]) -> int:
        asyncio.run(play(console, stage.window))  # type: ignore[arg-type]
        return 0

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(app, "start", start)
    monkeypatch.setattr(unattended, "press", lambda window, key: pressed.append(key))
    monkeypatch.setattr(unattended, "_WARM_UP_S", 0.0)
    command = "train" if training else "run"
    args = argparse.Namespace(command=command, seconds=0.1, state=None)
    assert unattended.play(args) == 0
    assert bool(pressed) is keys
    assert (tmp_path / "hnth-console.png").stat().st_size > 1000
    said = capsys.readouterr().out
    typed = re.search(rf"vnc:size=1920x1080 (.*hnth-console) {command} ", said)
    assert typed
    assert shutil.which(typed[1]), "what is told to be typed is found from any folder"
    assert ("không ra lệnh" in said) is not training


def test_where_nothing_may_be_written_the_picture_goes_to_the_data(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = SimpleNamespace(training=False, store=stage.scene.store)

    def start(args: argparse.Namespace, play: Callable[[SimpleNamespace, object], object]) -> int:
        asyncio.run(play(console, stage.window))  # type: ignore[arg-type]
        return 0

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(app, "start", start)
    monkeypatch.setattr(unattended.os, "access", lambda *_: False)  # root may write anywhere
    args = argparse.Namespace(command="run", seconds=0.1, state=None, data=tmp_path)
    assert unattended.play(args) == 0
    assert (tmp_path / "hnth-console.png").stat().st_size > 1000
    assert args.state == tmp_path / "hnth-console-state.json"
