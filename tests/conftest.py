"""What every test stands on: no real screen, no real user folders, and nothing left behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import leaks

if TYPE_CHECKING:
    from tests.office.engines import Engine, Postgres

# Set before anything imports Qt, platformdirs or keyring; inherited by every process a test starts.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
HOME = tempfile.TemporaryDirectory(prefix="hnth-tests-", ignore_cleanup_errors=True)
for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
    os.environ[name] = str(Path(HOME.name) / name.lower())
for name in ("APPDATA", "LOCALAPPDATA"):
    if name in os.environ:
        os.environ[name] = str(Path(HOME.name) / name.lower())

# The same examples on every run, and no deadline: other work may hold the processor.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: what is in them may differ from process to process."""
    return argname if isinstance(val, bytes | bytearray) else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Offices on a PostgreSQL server of this process; skips where there is none to be had."""
    from tests.office.engines import Postgres, own_server

    server = own_server()
    yield Postgres(server)
    server.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Offices on each engine in turn."""
    from tests.office.engines import SQLITE

    return SQLITE if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture(autouse=True)
def all_the_time_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick does all there is to do: how much it does in its time is up to the machine."""
    monkeypatch.setattr("console.core.store.SAMPLES_S", 3600.0)
    monkeypatch.setattr("console.qt.grid.looks.LOOKS_S", 3600.0)


@pytest.fixture(autouse=True)
def leak_guard() -> Iterator[None]:
    """Fails a test that leaves a thread, task, process, socket, window or running timer behind."""
    before = leaks.living()
    yield
    found = leaks.left_behind(before)
    if found:
        pytest.fail("left behind: " + "; ".join(found), pytrace=False)
