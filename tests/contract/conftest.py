"""One province and one console for a module's tests; leaks are looked for at a module's end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import leaks
from tests.contract.rig import Rig, rig


@pytest.fixture(autouse=True, scope="module")
def leak_guard() -> Iterator[None]:
    """Links keep threads and sockets for as long as they live: the whole module's."""
    with leaks.nothing_left():
        yield


@pytest.fixture(scope="module")
def switched(leak_guard: None) -> Iterator[Rig]:
    """The same six sites on a FreeSWITCH."""
    with rig(
        "--sites", "6", "--scene", "calm", "--seed", "7", "--no-rooms", "--mcus", "freeswitch"
    ) as made:
        made.up("freeswitch-1")
        made.until(lambda: made.device("freeswitch-1").push, "the event feed")
        made.until(lambda: len(made.state.legs) == 6, "six legs")
        yield made


@pytest.fixture(scope="module")
def calm(leak_guard: None) -> Iterator[Rig]:
    """Six sites in the call, all quiet, three with a room system, three with a camera; every
    link up. One site has both."""
    options = ("--sites", "6", "--scene", "calm", "--seed", "7", "--cameras", "3")
    with rig(*options, rooms=3) as made:
        made.up(*made.plant.links)
        made.until(lambda: made.device("cms-1").push, "the event feed")
        made.until(lambda: len(made.state.legs) == 6, "six legs")
        yield made
