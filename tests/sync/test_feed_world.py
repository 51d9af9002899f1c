"""Edits, proposals, restores and crashes: in the end every directory is as the office is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.directory import Directory
from tests.sync import feed_world
from tests.sync.feed_world import play
from tests.sync.world_console import Broken

SEEDS = int(os.environ.get("HNTH_FEED_SEEDS", "5"))


@pytest.fixture(scope="module")
def fast() -> Iterator[Path]:
    """A folder in memory where there is one: here nobody cuts the power."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)
    shutil.rmtree(feed_world._template(), ignore_errors=True)
    feed_world._template.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_seeded_story_ends_with_the_office_s_records_everywhere(fast: Path, seed: int):
    """`python -m tests.sync.feed_world SEED 1` plays one again."""
    with tempfile.TemporaryDirectory(dir=fast) as folder:
        try:
            play(Path(folder), seed, events=30)
        except Broken as broken:
            pytest.fail(f"seed {seed}: {broken}")


def test_the_world_notices_a_directory_that_leaves_tombstones_out(
    fast: Path, monkeypatch: pytest.MonkeyPatch
):
    """The control: a cursor that is ahead of its rows must be found out."""
    whole = Directory.apply
    monkeypatch.setattr(
        Directory,
        "apply",
        lambda self, rows, *more: whole(self, [r for r in rows if not r.deleted], *more),
    )
    with pytest.raises(Broken, match="skipped"):
        play(fast / "world", 0, consoles=1)
