"""The pretend screen itself: a key pressed from outside reaches a Qt window."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.screen import Screen

pytestmark = pytest.mark.e2e

PROGRAM = """
import sys
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
edit = QLineEdit()
edit.setWindowTitle("pretend console")
edit.returnPressed.connect(lambda: (print(edit.text(), flush=True), app.quit()))
edit.show()
sys.exit(app.exec())
"""


def test_keys_pressed_outside_arrive_in_the_window(screen: Screen) -> None:
    line = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        line, env=screen.environment(), stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            screen.window("pretend console", timeout_s=60)
            screen.press("c", "1", "v", "Return")
            assert program.communicate(timeout=60)[0] == "c1v\n"
            assert program.returncode == 0
        finally:
            program.kill()
