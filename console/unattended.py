"""A run without a display: the same session, with a picture and the end state.

In training mode it plays by itself; the keys it presses go through the window as an operator's
would, and nothing is faked behind it. With real devices it only watches: no key is pressed where
nobody sees what it does.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.places import data_folder

if TYPE_CHECKING:
    from console.app import Console
    from console.qt.window import SessionWindow

_SECONDS = 30.0
_WARM_UP_S = 2.0
_SIZE = (1920, 1080)
_PLAYS = (
    "Máy này không có màn hình: chạy ngầm nửa phút rồi lưu ảnh và trạng thái.\n"
    "No display here: playing the session offscreen for half a minute."
)
_WATCHES = (
    "Máy này không có màn hình: chỉ theo dõi thiết bị nửa phút, không ra lệnh nào, "
    "rồi lưu ảnh và trạng thái.\n"
    "No display here: watching the devices for half a minute, commanding nothing."
)


def play(args: argparse.Namespace) -> int:
    """Run offscreen for half a minute and say where the picture and the state are: the folder it
    was called from, or that of its data where nothing may be written there."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    here = Path.cwd() if os.access(Path.cwd(), os.W_OK) else data_folder(args)
    picture, state = here / "hnth-console.png", here / "hnth-console-state.json"
    if args.state is None:
        args.state = state
    _say(_PLAYS if args.command == "train" else _WATCHES)
    _say(
        "Xem qua VNC · to watch it over VNC:\n"
        f"  QT_QPA_PLATFORM=vnc:size=1920x1080 {_program()} {args.command}   (cổng · port 5900)"
    )
    from console import app

    async def played(console: Console, window: SessionWindow) -> None:
        seconds = args.seconds or _SECONDS
        window.resize(*_SIZE)
        if console.training:
            await _play(console, window, seconds)
        else:
            await asyncio.sleep(seconds)
        if not window.grab().save(str(picture)):
            raise OSError(f"no picture could be written: {picture}")

    code = app.start(args, played)
    if code == 0:
        _say(f"Ảnh · picture: {picture}\nTrạng thái · state: {args.state}")
    return code


def _program() -> str:
    """What to type for this program from any folder: a set-up puts nothing on the PATH."""
    script = Path(sys.executable).with_name("hnth-console")
    if getattr(sys, "frozen", False):
        return shlex.quote(sys.executable)
    if shutil.which("hnth-console") == str(script):
        return "hnth-console"
    return (
        shlex.quote(str(script)) if script.exists() else f"{shlex.quote(sys.executable)} -m console"
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def _play(console: Console, window: SessionWindow, seconds: float) -> None:
    from PySide6.QtCore import Qt

    end = asyncio.get_running_loop().time() + seconds
    state = console.store.state
    key = Qt.Key

    async def until(true: Callable[[], bool]) -> bool:
        while asyncio.get_running_loop().time() < end:
            if true():
                return True
            await asyncio.sleep(0.05)
        return False

    await until(lambda: bool(state.legs) and bool(state.conferences))
    await asyncio.sleep(_WARM_UP_S)
    for _ in range(3):
        press(window, key.Key_F10)
        await asyncio.sleep(0.3)
    press(window, key.Key_Space)
    press(window, key.Key_C)
    await asyncio.sleep(1)
    press(window, key.Key_F12)
    if await until(lambda: bool(state.podium)):
        await asyncio.sleep(2)
        press(window, key.Key_V)
    press(window, key.Key_F10)
    press(window, key.Key_Space)
    await asyncio.sleep(max(0.0, end - asyncio.get_running_loop().time()))


def press(window: SessionWindow, key: int) -> None:
    """Press and release one key in the window, as the keyboard does, shortcuts included."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.keyClick(window.focusWidget() or window, Qt.Key(key))
