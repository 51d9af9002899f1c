"""A device and a link to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.core.device import Device, device
from tests.core.dialect import Dialect
from tests.core.wires import Wires, wires


@pytest.fixture
def peer() -> Iterator[Device]:
    with device() as made:
        yield made


@pytest.fixture
def driver(peer: Device) -> Dialect:
    return Dialect(peer.url)


@pytest.fixture
def it(peer: Device, driver: Dialect) -> Iterator[Wires]:
    with wires(driver, peer.url) as made:
        yield made


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """A command chooses the language of its whole process, which here is that of all tests."""
    yield
    used = sys.modules.get("console.qt.wording")
    if used is not None:
        used.wording.use(used.LANGUAGES[0])
