"""Pretend provinces for the tests: one process a module, faults cleared after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.simulators.peer import Started

Start = Callable[..., Started]


def ended(peer: Started) -> None:
    """Stop it; it must end cleanly and have said nothing."""
    assert peer.stop() == (0, b"", b"")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts simulator processes that end with the test."""
    running: list[Started] = []

    def begin(*arguments: str) -> Started:
        running.append(Started(*arguments))
        return running[-1]

    yield begin
    for each in running:
        ended(each)


@pytest.fixture(scope="module")
def calm() -> Iterator[Started]:
    """Thirty sites, all in and muted; what is asked takes effect 50–150 ms later."""
    peer = Started("--scene", "calm", "--sites", "30", "--seed", "5", "--delay-ms", "50..150")
    yield peer
    ended(peer)


@pytest.fixture
def quiet(calm: Started) -> Iterator[Started]:
    """The same, with every fault cleared afterwards."""
    yield calm
    calm.clear()


@pytest.fixture(scope="module")
def switch() -> Iterator[Started]:
    """Twelve sites, all on a FreeSWITCH and muted; what is asked takes effect 20–60 ms later."""
    peer = Started(
        "--mcus", "freeswitch", "--scene", "calm", "--sites", "12", "--seed", "5", "--delay-ms",
        "20..60",
    )  # fmt: skip
    yield peer
    ended(peer)


@pytest.fixture
def board(switch: Started) -> Iterator[Started]:
    """The same, with every fault cleared afterwards."""
    yield switch
    switch.clear()
