"""Xvfb as a screen and xdotool as hands: no code of the program takes part."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

ASK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Screen:
    """One X11 display, by its name (":7")."""

    display: str

    def environment(self) -> dict[str, str]:
        """Environment for a program that shall open its windows here."""
        return os.environ | {
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_XCB_GL_INTEGRATION": "none",  # the pretend screen has no GPU to ask
        }

    def xdotool(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One xdotool command, finished."""
        line = ["xdotool", *words]
        return subprocess.run(
            line, env=self.environment(), capture_output=True, text=True, timeout=30, check=False
        )

    def window(self, title: str, timeout_s: float) -> str:
        """Number of the visible window whose title holds `title`, given the keyboard."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            found = self.xdotool("search", "--onlyvisible", "--name", title).stdout.split()
            if found:
                # No window manager runs here, so nobody else hands out the keyboard.
                self.xdotool("windowfocus", "--sync", found[-1])
                return found[-1]
            time.sleep(ASK_AGAIN_S)
        raise TimeoutError(f"no window named {title!r} within {timeout_s} s")

    def press(self, *keys: str) -> None:
        """Press keys one after another, as a keyboard does (X keysyms: "F12", "ctrl+k", "v")."""
        done = self.xdotool("key", "--delay", "30", *keys)
        if done.returncode != 0:
            raise OSError(done.stderr.strip())


@contextmanager
def open_screen(width: int, height: int) -> Iterator[Screen]:
    """A screen of its own number, chosen by the server, ended on leaving."""
    reading, writing = os.pipe()
    line = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24"]
    line += ["-nolisten", "tcp", "-noreset"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(line, pass_fds=[writing], stdout=quiet, stderr=quiet) as server:
        try:
            os.close(writing)
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()
            if not number:
                raise OSError("Xvfb did not start")
            yield Screen(f":{number}")
        finally:
            server.terminate()
