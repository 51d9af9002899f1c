"""Held, repeated and combined keys as a real keyboard sends them, auto-repeat included."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.screen import Screen

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PLAY = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from console.qt.scene import scene
from console.qt.theme import Theme
from console.qt.window import SessionWindow
app = QApplication([])
it = scene()
window = SessionWindow(it.state.endpoints, Theme(app))
window.furnish(it.store, it.dispatcher, it.clock)
window.inside.session.point(("656",))
window.set_reports(lambda: [], lambda wanted, tell: ())
window.show()
asked = len(it.mcu.asked), len(it.room.asked)
def tick():
    it.clock.at_us += 33_000
    window.refresh(it.settle(), it.clock.now_us())
timer = QTimer(); timer.timeout.connect(tick); timer.start(33)
def tell():
    wishes = it.mcu.asked[asked[0]:] + it.room.asked[asked[1]:]
    print(json.dumps([
        [type(w).__name__, getattr(w, "endpoint", ""), getattr(w, "number", 0)] for w in wishes
    ]), flush=True)
    app.quit()
window.closing.connect(tell)
QTimer.singleShot(60_000, tell)
print("ready", flush=True)
app.exec()
"""


@contextmanager
def playing(screen: Screen) -> Iterator[subprocess.Popen[str]]:
    """The window on a session in full swing; it tells what was wished when it is left."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PLAY],
        env=screen.environment(),
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        screen.window("HNTH", 20)
        time.sleep(1)
        yield process


def told(screen: Screen, process: subprocess.Popen[str]) -> list[list[str | int]]:
    """What was wished until the window is left."""
    screen.press("ctrl+q")
    assert process.stdout is not None
    wishes = json.loads(process.stdout.readline())
    process.wait(20)
    return wishes


def test_real_keys_hold_repeat_and_combine(screen: Screen) -> None:
    with playing(screen) as process:
        screen.xdotool("keydown", "Delete")  # auto-repeats while it is down
        time.sleep(0.8)
        screen.xdotool("keyup", "Delete")  # too early: nothing
        time.sleep(0.2)
        screen.press("alt+4")  # a tap recalls
        screen.xdotool("keydown", "alt", "keydown", "5")  # held: stores
        time.sleep(2.6)
        screen.xdotool("keyup", "5", "keyup", "alt")
        screen.press("shift+l", "2", "KP_Enter", "6", "5", "6")
        time.sleep(0.3)
        screen.xdotool("keydown", "Delete")
        time.sleep(2.6)
        screen.xdotool("keyup", "Delete")
        time.sleep(0.3)
        wishes = told(screen, process)
    kinds = [wish[0] for wish in wishes]
    assert kinds.count("HangUpSite") == 1, "the early one did nothing, the late one once"
    assert ["HangUpSite", "656", 0] in wishes
    assert ["RecallPreset", "656", 4] in wishes
    assert ["StorePreset", "656", 5] in wishes
    assert kinds.count("SetScreenLayout") == 2, "the prompt's, and the TAKE's own"
    assert ["PutOnPodium", "651", 0] in wishes, "the keypad's Enter takes the next"


def test_keys_of_the_session_held_over_a_dialog_act_once(screen: Screen) -> None:
    with playing(screen) as process:
        screen.press("ctrl+j", "a", "ctrl+e")  # on X11 a text field has a use for it, too
        screen.window("Xuất báo cáo", 20)
        screen.press("Escape")
        screen.window("HNTH", 20)
        screen.press("ctrl+o")
        screen.window("Nạp danh sách", 20)
        screen.press("c", "m", "F10")  # letters are no wishes here
        screen.xdotool("keydown", "F12")  # auto-repeats while it is down
        time.sleep(1.2)
        screen.xdotool("keyup", "F12")
        screen.press("Escape")
        screen.window("HNTH", 20)
        wishes = told(screen, process)
    taken = [wish[1] for wish in wishes if wish[0] == "PutOnPodium"]
    assert taken == ["656"], "the one that F10 made the next, and nobody after it"
