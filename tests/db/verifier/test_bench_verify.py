"""The verifier's bench runs and prints what it promises; what it measures is not judged here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import run


def test_the_last_line_is_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["verify", "--rows", "300", "--folder", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["bench"], result["verdict"], result["rows"]) == ("verify", "whole", 300)
    assert result["seconds"] > 0
    assert result["rows_per_s"] > 0
    assert list(tmp_path.iterdir()) == []
