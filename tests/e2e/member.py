"""A console run as in an office, a keyboard, and what its journal says."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db import queries
from db.fault import StoreFault
from db.queries import StoredRow
from tests.e2e.screen import Screen
from tests.e2e.test_take import Folder, until

ROOT = Path(__file__).parents[2]
MAIN = "HNTH"
ROSTER = """code,parent_code,level,name,leader,leader_title,technician,technician_phone
66,,province,Tỉnh Đắk Lắk,,,,
651,66,district,Huyện Ea Kar,Nguyễn Văn Bình,Phó Chủ tịch,Trần Thị Hoa,0905000000
653,66,district,Huyện Krông Bông,,,Lê Văn Tám,0905000111
"""


class Member:
    """A running console. Keys go to the window that was turned to last."""

    def __init__(self, screen: Screen, data: Path) -> None:
        self.screen, self.data = screen, data

    def rows(self, *kinds: str) -> list[StoredRow]:
        """The journal's rows of these kinds, the newest first."""
        try:
            return queries.latest(Folder(self.data / "store"), 200, kinds=kinds)
        except StoreFault:
            return []

    def newest(self, kind: str) -> bytes:
        """The newest row of a kind as it was written, b"" where there is none."""
        return next((row.body for row in self.rows(kind)), b"")

    def to(self, title: str = MAIN) -> None:
        """Turn to a window, once it is there."""
        self.screen.window(title, 30)

    def gone(self, title: str) -> None:
        """Wait for a window to be gone, and turn to the main one."""
        seen = ("search", "--onlyvisible", "--name", title)
        until(lambda: not self.screen.xdotool(*seen).stdout.split())
        self.to()

    def height(self, title: str) -> int:
        """How high a window is, px: it grows with what it has to say."""
        number = self.screen.window(title, 30)
        told = self.screen.xdotool("getwindowgeometry", "--shell", number).stdout
        return int(dict(line.split("=") for line in told.split())["HEIGHT"])

    def opens(self, keys: str, title: str) -> None:
        """Press what opens a window, and again where the program was not ready to take it."""
        for _ in range(10):
            self.to()
            self.screen.press(*keys.split())
            with suppress(TimeoutError):
                self.screen.window(title, 3)
                return
        raise TimeoutError(title)

    def press(self, keys: str) -> None:
        """Press keys one after another."""
        self.screen.press(*keys.split())

    def types(self, text: str) -> None:
        """Type a text into whatever has the keyboard."""
        done = self.screen.xdotool("type", "--delay", "10", text)
        assert done.returncode == 0, done.stderr

    def tells(self, kind: str, true: Callable[[bytes], object]) -> None:
        """Wait for the journal's newest row of a kind to be so."""
        until(lambda: true(self.newest(kind)), 60)

    def signs_in(self, name: str, password: str) -> None:
        """At the sign-in, whose name field is empty or holds another name."""
        self.press("ctrl+a")
        self.types(name)
        self.press("Return")
        self.types(password)
        self.press("Return")


@contextmanager
def member(screen: Screen, folder: Path) -> Iterator[Member]:
    """The console as a technician starts it for the first time, with nothing but a roster; closed
    in good order at the end."""
    data = folder / "data"
    profile, roster = folder / "profile.toml", folder / "roster.csv"
    roster.write_text(ROSTER, "utf-8")
    profile.write_text(f'title = "Giao ban"\nchair = "66"\nroster = "{roster}"\n', "utf-8")
    line = [sys.executable, "-m", "tests.e2e.member_run", str(folder / "keyring.json"), "run"]
    line += ["--profile", str(profile), "--data", str(data)]
    with subprocess.Popen(line, env=screen.environment(), cwd=ROOT) as process:
        try:
            it = Member(screen, data)
            it.to("Thiết bị")  # it has no device yet, and says so
            it.press("Escape")
            it.gone("Thiết bị")
            yield it
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        assert process.returncode == 0
