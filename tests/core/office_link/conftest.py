"""A console's desk for each test, and an office that serves over real TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.office_link.bench import Desk
from tests.office.asgi import new_office
from tests.office.serving import Served, serving


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def office(tmp_path: Path, desk: Desk) -> Iterator[Served]:
    new_office(tmp_path / "office")
    with serving(tmp_path / "office") as served:
        yield served
        desk.link.close()
