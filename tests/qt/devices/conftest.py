"""A dialog for each test; it is put away, and no text was missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.qt.wording import missing
from tests.qt.devices.bench import TEXT, Bench


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def bench(text: str = TEXT) -> Bench:
        made.append(Bench(qtbot, tmp_path, text))
        return made[-1]

    missing.clear()
    yield bench
    for each in made:
        each.close()
    assert not missing


@pytest.fixture
def it(make: Callable[..., Bench]) -> Bench:
    return make()
