"""Every command, read by somebody who stops reading: a real pipe whose other end is closed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from db.terminal import UNREAD, at_terminal

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "console": ["-m", "console", "doctor", "--data", "{data}", "--profile", "{data}/none.toml"],
    "console-help": ["-m", "console", "--help"],
    "office": ["-m", "db.office", "init", "{data}/office", "--host", "office.example"],
    "verify-help": ["-m", "db.verifier", "--help"],
    "simulators": ["-m", "console.simulators", "province", "--sites", "3"],
    "bench": ["-m", "tests.bench", "take", "--help"],
    "bootstrap": ["build_spec/bootstrap.py", "--help"],
}


def environment() -> dict[str, str]:
    """This process's, without what would make a Python write at once."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return kept | {"PYTHONPATH": str(ROOT)}


def unread(words: Sequence[str], *, both: bool = False) -> tuple[int, str]:
    """Exit code and stderr of a Python whose output (with `both`, stderr too) nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=writing if both else subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    return done.returncode, (done.stderr or b"").decode()


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe looks otherwise there")
@pytest.mark.parametrize("name", WORDS)
def test_a_command_that_nobody_reads_ends_quietly(name: str, tmp_path: Path) -> None:
    code, told = unread([word.format(data=tmp_path) for word in WORDS[name]])
    assert told == ""
    assert code == (0 if name == "verify-help" else UNREAD)


def test_nor_does_it_end_otherwise_where_errors_go_the_same_way(tmp_path: Path) -> None:
    words = ["-m", "db.office", "serve", str(tmp_path / "none")]
    assert unread(words, both=True) == (UNREAD, "")


def test_the_verdict_of_the_verifier_stands_though_nobody_reads_it(tmp_path: Path) -> None:
    assert unread(["-m", "db.verifier", str(tmp_path)]) == (2, "")


@pytest.mark.parametrize("how", [[], ["-u"]], ids=["buffered", "unbuffered"])
def test_a_command_that_ends_by_itself_is_as_quiet(how: list[str]) -> None:
    work = "import sys; from db.terminal import at_terminal as t; "
    line = [*how, "-c", work + "sys.exit(t(lambda: print('ơ') or sys.exit('why')))"]
    code, told = unread(line)
    assert code == UNREAD
    assert "Traceback" not in told


def test_a_pipe_that_breaks_elsewhere_is_not_taken_for_the_reader(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(BrokenPipeError):
        at_terminal(lambda: ours.send(b"x"))
    assert capsys.readouterr().out.strip() == ""


@pytest.mark.parametrize(
    ("module", "encoding"),
    [("console", "ascii"), ("console", "cp1252"), ("db.verifier", "ascii")],
)
def test_vietnamese_arrives_whatever_the_pipe_is_said_to_carry(module: str, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=ROOT,
        env=environment() | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "nhật ký" in done.stdout.decode()
