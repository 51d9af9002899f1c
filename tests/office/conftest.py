"""An office for each test, on a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office.asgi import Desk, desk
from tests.office.engines import Engine
from tests.office.rows import ME


@pytest.fixture
def office(tmp_path: Path, engine: Engine) -> Iterator[Desk]:
    with desk(tmp_path, engine) as made:
        yield made


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Desk]:
    """An office on SQLite, for what no engine has a part in."""
    with desk(tmp_path) as made:
        yield made


@pytest.fixture
def token(office: Desk) -> str:
    """The token of console ME."""
    return office.console(ME)
