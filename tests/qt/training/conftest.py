"""A shown panel for each test; it is closed, and no text was missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from console.qt.wording import missing
from tests.qt.training.bench import Instructing


@pytest.fixture
def it(qtbot: QtBot) -> Iterator[Instructing]:
    made = Instructing(qtbot)
    missing.clear()
    made.until(lambda: bool(made.panel.faults.kinds))
    yield made
    made.panel.close()
    assert not missing
