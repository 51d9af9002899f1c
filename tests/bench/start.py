"""From the start of the process to the first painted grid, beside a bare Qt window.

Our own code is compiled first, as it is wherever the program was set up or shipped: Qt's binding
comes compiled too.
"""

from __future__ import annotations

import argparse
import compileall
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import console
import db

BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Bare(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, said)
def said():
    sys.stdout.write("painted\\n")
    sys.stdout.flush()
app = QApplication([])
window = Bare()
window.resize(1920, 1080)
window.show()
app.exec()
"""


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Medians over some runs of each, in turn, in ms."""
    options = argparse.ArgumentParser(prog="tests.bench start")
    options.add_argument("--runs", type=int, default=7)
    runs: int = options.parse_args(argv).runs
    for package in (console, db):
        compileall.compile_dir(package.__path__[0], quiet=1)
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as data:
        line = ["-m", "console", "train", "--scene", "calm", "--trace-start", "--data", data]
        for run in range(runs + 1):
            console_ms, bare_ms = _painted(line), _painted(["-c", BARE])
            if run:  # the first of each warms the disk's cache
                ours.append(console_ms)
                bare.append(bare_ms)
    return {
        "bench": "start",
        "first_paint_ms": round(median(ours), 1),
        "bare_qt_ms": round(median(bare), 1),
        "ratio": round(median(ours) / median(bare), 2),
        "runs": runs,
    }


def _painted(line: list[str]) -> float:
    """Milliseconds until the process says that it has painted; it is ended then."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *line], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        taken = (time.perf_counter() - begin) * 1000
        process.terminate()
        process.stdout.read()
    if said != "painted":
        raise RuntimeError(f"no paint but {said!r}")
    return taken
