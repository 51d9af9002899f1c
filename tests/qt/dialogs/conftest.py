"""A scene and its desk for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from console.qt.wording import missing
from tests.qt.dialogs.bench import Bench


@pytest.fixture
def it(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    missing.clear()
    yield made
    assert not missing
