"""The I/O thread: tasks by name, failures told, nothing left when it stops."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from console.core.tasks import IoThread


@pytest.fixture
def told() -> list[tuple[str, BaseException]]:
    return []


@pytest.fixture
def io(told: list[tuple[str, BaseException]]) -> Iterator[IoThread]:
    made = IoThread(lambda name, error: told.append((name, error)))
    yield made
    made.stop()


def spawned(
    io: IoThread, work: Callable[[], Coroutine[Any, Any, None]], name: str = "work"
) -> None:
    """Spawn in the I/O thread, and wait until that is done."""
    done = threading.Event()
    assert io.call(lambda: (io.spawn(work(), name), done.set()))
    assert done.wait(5)


def test_it_is_a_thread_of_its_own(io: IoThread):
    async def here() -> int:
        return threading.get_ident()

    assert io.run(here()).result(5) != threading.get_ident()


def test_a_task_that_fails_is_told_with_its_name(io: IoThread, told: list[tuple[str, Any]]):
    async def fails() -> None:
        raise ValueError("x")

    spawned(io, fails, "link m1")
    assert io.stop()
    ((name, error),) = told
    assert name == "link m1"
    assert isinstance(error, ValueError)


def test_a_cancelled_task_is_no_failure(io: IoThread, told: list[tuple[str, Any]]):
    async def sleeps() -> None:
        await asyncio.sleep(60)

    spawned(io, sleeps)
    assert io.stop()
    assert told == []


def test_stopping_waits_for_farewells_and_for_what_they_start(io: IoThread, told: list[object]):
    ended: list[str] = []

    async def talk() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("talk")

    async def live() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            io.spawn(talk(), "talk")
            await asyncio.sleep(0.05)
            ended.append("live")

    spawned(io, live)
    assert io.stop()
    assert sorted(ended) == ["live", "talk"]
    assert told == []


def test_once_stopped_nothing_is_done_and_nobody_hurt(io: IoThread):
    assert io.stop()
    assert io.stop()
    assert io.call(lambda: pytest.fail("not any more")) is False
    assert io.loop.is_closed()
