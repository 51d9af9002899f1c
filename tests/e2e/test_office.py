"""The program itself in training: its office is there, and shows what an instructor does to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import queries
from db.verifier.__main__ import main as verify

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
ROSTER = """code,parent_code,level,name
66,,province,Đắk Lắk
24175,66,commune,Xã Hòa Phú
24133,66,commune,Phường Buôn Ma Thuột
24163,66,commune,Phường Tân An
"""


@dataclass
class Folder:
    """Where a store lies."""

    folder: Path


def test_the_office_of_a_training_run_shows_each_of_the_instructors_acts(tmp_path: Path):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    line = [sys.executable, "-m", "tests.e2e.office_run", "train", "--scene", "calm"]
    line += ["--roster", str(roster), "--data", str(tmp_path / "data")]
    done = subprocess.run(
        line,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
        timeout=230,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(text) for text in done.stdout.splitlines()]
    assert told.pop(0)["ready"]
    (enrolled, *rest) = told
    assert enrolled["what"] == "enrolled"
    assert rest == [
        {"what": "restored", "same": True, "incident": False},
        {"what": "edited", "code": "sync.fork", "same": True, "level": "RED"},
        {"what": "cut", "how": "refused"},
        {"what": "mended", "how": "whole"},
    ]
    store = Folder(tmp_path / "data/store")
    kinds = ["OfficeEnrolled", "SyncIncidentSeen", "OfficeLeft"]
    rows = queries.latest(store, kinds=kinds)
    assert [row.kind for row in reversed(rows)] == ["OfficeEnrolled", "SyncIncidentSeen"]
    assert verify([str(store.folder)]) == 0
