"""A console before a real office without a wire, and an office that serves over real TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office.asgi import desk
from tests.office.serving import Served, serving
from tests.sync.office_sync.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with desk(tmp_path) as office:
        yield Bench(office)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "office") as found:
        yield found
