"""The Digester: large bodies in a worker process, which may die."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from console.core.digest import Digester
from console.wire.problems import XmlRefused
from tests.core.parsing import deadly, deadly_once, never_begins, niceness, process_of, refusing

LARGE = 200_000


@pytest.fixture
def digester() -> Iterator[Digester]:
    made = Digester()
    yield made
    made.close()


def digest(digester: Digester, parse: Callable[[bytes], Any], *bodies: bytes) -> list[Any]:
    async def all_of() -> list[Any]:
        work = (digester.digest(parse, body) for body in bodies)
        return await asyncio.gather(*work, return_exceptions=True)

    return asyncio.run(all_of())


def test_what_is_small_is_parsed_on_the_spot(digester: Digester):
    assert digest(digester, process_of, b"x" * 100) == [(os.getpid(), 100)]


def test_what_is_large_is_parsed_elsewhere_by_one_worker(digester: Digester):
    (first, size), (second, _) = digest(digester, process_of, b"x" * LARGE, b"y" * LARGE)
    assert size == LARGE
    assert first == second != os.getpid()


@pytest.mark.skipif(not hasattr(os, "nice"), reason="no niceness here")
def test_the_worker_steps_back_for_the_window(digester: Digester):
    (nice,) = digest(digester, niceness, b"x" * LARGE)
    assert nice > niceness(b"") or nice == 19


def test_a_refusal_comes_back_whole_and_the_worker_lives(digester: Digester):
    problem, (before, _) = digest(digester, refusing, b"x" * LARGE) + digest(
        digester, process_of, b"x" * LARGE
    )
    assert isinstance(problem, XmlRefused)
    assert (problem.code, problem.params) == ("wire.xml", {"reason": "syntax", "line": LARGE})
    ((after, _),) = digest(digester, process_of, b"x" * LARGE)
    assert before == after


def test_a_worker_that_dies_is_replaced(digester: Digester, tmp_path: Path):
    body = str(tmp_path / "been here").encode().ljust(LARGE)
    (worker,) = digest(digester, deadly_once, body)
    assert isinstance(worker, int), worker


def test_two_that_lose_their_worker_share_the_new_one(digester: Digester, tmp_path: Path):
    bodies = [str(tmp_path / "been here").encode().ljust(LARGE)] * 4
    workers = digest(digester, deadly_once, *bodies)
    assert len(set(workers)) == 1
    assert isinstance(workers[0], int), workers


def test_a_body_that_kills_twice_is_given_up_and_the_next_is_parsed(digester: Digester):
    (error,) = digest(digester, deadly, b"x" * LARGE)
    assert isinstance(error, BrokenProcessPool)
    ((worker, _),) = digest(digester, process_of, b"x" * LARGE)
    assert worker != os.getpid()


def forbidden(*_: object) -> None:
    raise PermissionError(13, "denied")


@pytest.mark.parametrize("way", ["ends at once", "is forbidden"])
def test_where_no_process_can_be_started_it_is_parsed_here(
    digester: Digester, monkeypatch: pytest.MonkeyPatch, way: str
):
    if way == "is forbidden":
        monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", forbidden)
    monkeypatch.setattr("console.core.digest._step_back", never_begins)
    bodies = [b"x" * LARGE, b"y" * LARGE]
    assert digest(digester, process_of, *bodies) == [(os.getpid(), LARGE)] * 2
    monkeypatch.setattr("console.core.digest.ProcessPoolExecutor", None)
    assert digest(digester, process_of, *bodies) == [(os.getpid(), LARGE)] * 2, "nor tried again"


def test_closing_twice_is_closing_once(digester: Digester):
    digest(digester, process_of, b"x" * LARGE)
    digester.close()
    digester.close()
