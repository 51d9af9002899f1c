"""The bench of the sync: its figures are there, and it believes only what is really there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import sync

FIGURES = {
    "bench",
    "evidence_drained_s",
    "live_behind_p99_s",
    "push_rows_per_s",
    "feed_rows_per_s",
    "bytes_per_row",
    "peer",
}


@pytest.mark.slow
def test_a_small_run_tells_every_figure(tmp_path: Path):
    words = ["--consoles", "1", "--backlog-rows", "2000", "--live", "1", "--records", "5"]
    told = sync.main([*words, "--peer-rows", "0", "--folder", str(tmp_path)])
    assert told.keys() == FIGURES
    assert told["push_rows_per_s"] > 0
    assert told["feed_rows_per_s"] > 0
    assert told["bytes_per_row"] > 10
    assert told["peer"]["rows_per_s"] is None
    assert list(tmp_path.iterdir()) == []
