"""A pretend screen with a keyboard, for tests that drive the real window from outside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.e2e.screen import Screen, open_screen


@pytest.fixture
def screen() -> Iterator[Screen]:
    """A fresh 1920x1080 X11 screen; gone after the test."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}; bootstrap.py test installs them")
    with open_screen(1920, 1080) as opened:
        yield opened
