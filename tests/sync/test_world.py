"""Several consoles, one office, and whatever can go wrong between them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sync.story import EVENTS, act, play
from tests.sync.world import World
from tests.sync.world_console import Broken

SEEDS = int(os.environ.get("HNTH_SYNC_SEEDS", "50"))


@pytest.fixture(scope="module")
def fast() -> Iterator[Path]:
    """A folder in memory where there is one: here nobody cuts the power."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.timeout(120 + 4 * SEEDS)
@pytest.mark.parametrize("part", range(5))
def test_every_seeded_story_ends_with_the_same_bytes_on_both_sides(fast: Path, part: int):
    """A province's sixteen consoles; `tests.sync.story SEED 1 16 20` plays a seed again.

    HNTH_SYNC_SEEDS says how many stories: 50 by itself, 1,000 now and then.
    """
    for seed in range(part * SEEDS // 5, (part + 1) * SEEDS // 5):
        with tempfile.TemporaryDirectory(dir=fast) as folder:
            try:
                play(Path(folder), seed, consoles=16, events=20)
            except Broken as broken:
                pytest.fail(f"seed {seed}: {broken}")


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32),
    events=st.lists(st.sampled_from(sorted(set(EVENTS))), min_size=1, max_size=25),
)
def test_no_order_of_events_breaks_a_promise(fast: Path, seed: int, events: list[str]):
    """Hypothesis chooses what happens and in which order, and makes a failing story short."""
    with tempfile.TemporaryDirectory(dir=fast) as folder:
        world = World(Path(folder), seed, consoles=2)
        try:
            for event in events:
                act(world, event)
            world.settle()
        finally:
            world.close()


def test_a_console_that_was_away_for_three_days_is_there_within_a_minute(fast: Path):
    with tempfile.TemporaryDirectory(dir=fast) as folder:
        world = World(Path(folder), 1, consoles=2)
        try:
            world.offline = True
            for _ in range(12):
                for console in world.consoles:
                    console.write("ops", 40)
                    console.write("qos", 25)
                world.clock.now_s += 6 * 3600
                for console in world.consoles:
                    console.due_s = world.clock.now_s
                    world.step(console)
            assert all(c.sync.health.unsent_rows == 780 for c in world.consoles)
            world.offline = False
            assert world.run(60, world.converged)
            world.settle()
        finally:
            world.close()


def test_the_world_notices_an_office_that_forgets(fast: Path):
    """The control: an office that acknowledges and does not keep must be found out."""
    from db.office import journal

    with tempfile.TemporaryDirectory(dir=fast) as folder:
        world = World(Path(folder), 1, consoles=1)
        world.consoles[0].write("ops", 5)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(journal, "_insert", lambda *_: None)
                with pytest.raises(Broken, match="acknowledged and not there"):
                    world.run(40)
        finally:
            world.close()
