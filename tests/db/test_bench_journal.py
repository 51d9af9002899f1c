"""The journal's bench runs and prints what it promises; what it measures is not judged here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import run


def test_the_last_line_is_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["journal", "--seconds", "0.3", "--rate", "200", "--folder", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(result) == {
        "bench", "p50_ms", "p99_ms", "fsync_p50_ms", "fsync_p99_ms", "rows_per_s",
    }  # fmt: skip
    assert result["bench"] == "journal"
    assert all(value > 0 for key, value in result.items() if key != "bench")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_bench_is_refused(capsys: pytest.CaptureFixture[str]):
    assert run(["nothing"]) == 2
    assert "journal" in capsys.readouterr().err
