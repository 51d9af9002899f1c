"""A session played against the pretend province: its report tells what the console saw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.reporting import figures_of, find_sessions

ROOT = Path(__file__).parents[2]
SITES = 60


@pytest.mark.slow
def test_the_report_agrees_with_the_console_that_wrote_the_journal(tmp_path: Path) -> None:
    state, roster = tmp_path / "state.json", tmp_path / "roster.csv"
    whole = (ROOT / "resources/rosters/dak_lak_2021.csv").read_text(encoding="utf-8")
    roster.write_text("".join(whole.splitlines(keepends=True)[: SITES + 1]), encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")}
    played = subprocess.run(
        [sys.executable, "-m", "console", "train", "--data", str(tmp_path), "--seconds", "10",
         "--roster", str(roster), "--state", str(state)],
        cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True,
        timeout=100, check=False,
    )  # fmt: skip
    assert played.returncode == 0, played.stderr.decode()
    told = json.loads(state.read_bytes())
    (entry,) = find_sessions(tmp_path)
    figures = figures_of(tmp_path, entry)
    assert (figures.session, figures.closed) == (told["session"]["id"], True)
    assert figures.provenance.bad == ""
    assert figures.provenance.unreadable == 0
    assert figures.calls
    assert [(c.endpoint, c.called_us, c.take_us) for c in figures.calls] == [
        (c["endpoint"], c["called_us"], c["take_us"]) for c in told["session"]["calls"]
    ]
    assert len(figures.expected) == SITES
    assert len(figures.joined) > SITES / 2
