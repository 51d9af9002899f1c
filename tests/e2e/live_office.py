"""A real office in a process of its own, and the hands of its administrator."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from db.office.__main__ import main

ROOT = Path(__file__).parents[2]


class LiveOffice:
    """An office of which a test says what its people do."""

    def __init__(self, folder: Path, url: str, process: subprocess.Popen[str]) -> None:
        self.folder, self.url, self.process = folder, url, process

    def does(self, *words: str, given: str = "") -> str:
        """One of the office's own commands; what it prints."""
        said = io.StringIO()
        with redirect_stdout(said), pytest.MonkeyPatch.context() as patch:
            typed = io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8")
            patch.setattr(sys, "stdin", typed)
            code = main(list(words))
        assert code == 0, said.getvalue()
        return said.getvalue()

    def invitation(self) -> str:
        """One line to paste, with a fresh code."""
        told = self.does("code", str(self.folder), "--url", self.url)
        return next(line for line in told.splitlines() if line.startswith("to copy: "))[9:]

    def account(self, name: str, role: str, password: str) -> None:
        """Somebody who may sit at consoles."""
        self.does(
            "account", "add", str(self.folder), name, "--role", role, "--stdin", given=password
        )

    def says(self, kind: str, record: str, body: dict[str, Any]) -> None:
        """A new version of a record."""
        words = ("record", "put", str(self.folder), kind, record, "-", "--by", "vpubnd")
        self.does(*words, given=json.dumps(body))

    def waiting(self) -> list[list[str]]:
        """The proposals that wait: id, record, by whom, what."""
        told = self.does("proposals", "list", str(self.folder))
        return [line.split("\t") for line in told.splitlines() if "\t" in line]

    def decides(self, act: str, note: str = "") -> None:
        """Accept or reject the one proposal that waits."""
        (waits,) = self.waiting()
        more = ["--note", note] if note else []
        self.does("proposals", act, str(self.folder), waits[0], "--by", "vpubnd", *more)


@contextmanager
def live_office(folder: Path) -> Iterator[LiveOffice]:
    """An office on a port of the system's choosing; ended on leaving."""
    assert main(["init", str(folder), "--host", "localhost"]) == 0
    line = [sys.executable, "-m", "db.office", "serve", str(folder), "--listen", "127.0.0.1"]
    with subprocess.Popen(
        [*line, "--port", "0"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            told = re.search(r"https://127\.0\.0\.1:(\d+)", "".join(_until_running(process)))
            assert told is not None
            yield LiveOffice(folder, f"https://localhost:{told[1]}", process)
        finally:
            process.terminate()
            process.stderr.read()
            process.wait(20)


def _until_running(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stderr is not None
    for line in process.stderr:
        yield line
        if "running on" in line:
            return
