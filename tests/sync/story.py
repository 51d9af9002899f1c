"""Seeded stories of the world: what happens, by its name, until all agree again.

Run by itself it plays seeds: `python -m tests.sync.story FIRST COUNT` (how mutants are hunted).
"""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread

from db.protocol import STREAMS
from db.sync import office_sync
from tests.sync.world import World

FAILURES = (Exception,)
"""A mistake may show as anything: the seed is named all the same."""

FAULTS = ("request", "reply", "duplicate", "delay", "busy")


def act(world: World, name: str) -> None:
    """One thing that happens, by its name."""
    random = world.random
    console = random.choice(world.consoles)
    if name == "write":
        console.write(random.choice(STREAMS), random.choice((1, 2, 7, 60)))
    elif name == "run":
        world.run(random.choice((0.5, 3.0, 40.0)))
    elif name == "late":
        console.late()
    elif name == "crash":
        console.sync = console.start()
    elif name == "image":
        console.image = console.journal.disk.copy()
    elif name == "restore":
        console.restore()
    elif name == "tamper":
        console.tamper(rehash=random.random() < 0.5)
    elif name == "save_office":
        world.save_office()
    elif name == "restore_office":
        world.restore_office()
    elif name == "offline":
        world.offline = not world.offline
    elif name == "weather":
        world.weather = tuple(random.sample(FAULTS, random.randint(1, 3)))
        world.roughness = random.choice((0.1, 0.4, 0.8))
    elif name == "settle":
        world.settle()
    world.check(console)


EVENTS = (
    *("write",) * 10,
    *("run",) * 10,
    *("late",) * 2,
    *("weather",) * 2,
    "crash",
    "image",
    "restore",
    "tamper",
    "save_office",
    "restore_office",
    "offline",
)


def play(folder: Path, seed: int, *, consoles: int = 2, events: int = 40) -> World:
    """One seeded story, from its first event to everyone's agreement."""
    with in_one_thread():
        world = World(folder, seed, consoles)
        try:
            for console in world.consoles:
                console.write("ops", 3)
            for _ in range(events):
                act(world, world.random.choice(EVENTS))
            world.settle()
        finally:
            world.close()
    return world


@contextmanager
def in_one_thread() -> Iterator[None]:
    """What the application would give to a thread is done at once: here one asks at a time.

    And consoles look for new rows when there are some, not every second in vain.
    """
    threaded, look_s = anyio.to_thread.run_sync, office_sync.LOOK_S

    async def at_once(function: Callable[..., Any], *words: Any, **_: Any) -> Any:
        return function(*words)

    anyio.to_thread.run_sync, office_sync.LOOK_S = at_once, 20.0
    try:
        yield
    finally:
        anyio.to_thread.run_sync, office_sync.LOOK_S = threaded, look_s


def main(words: list[str]) -> int:
    """Play seeds until one breaks; its last line names the seed and what broke.

    FIRST COUNT [CONSOLES [EVENTS]]
    """
    first, count, *more = (int(word) for word in words)
    consoles, events = (*more, 2, 40)[:2] if len(more) != 1 else (more[0], 40)
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                play(Path(folder), seed, consoles=consoles, events=events)
            except FAILURES as error:
                traceback.print_exc()
                print(f"seed {seed}: {type(error).__name__}: {str(error)[:150]}")
                return 1
    print(f"{count} seeds held")
    return 0


if __name__ == "__main__":
    started = time.monotonic()
    code = main(sys.argv[1:])
    print(f"{time.monotonic() - started:.1f} s")
    sys.exit(code)
