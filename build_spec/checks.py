"""Every check of the project, one after another; the tests' closing line comes last."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from build_spec.environment import ROOT, program

TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Check:
    """A named command line that succeeds or does not."""

    name: str
    line: tuple[str, ...]


def static_checks(venv: Path) -> tuple[Check, ...]:
    """Lint, format, types and import contracts."""
    ruff, python = str(program(venv, "ruff")), str(program(venv, "python"))
    return (
        Check("ruff", (ruff, "check", ".")),
        Check("format", (ruff, "format", "--check", ".")),
        Check("imports", (str(program(venv, "lint-imports")), "--no-logo")),
        Check("types", (python, "-m", "pyright", "--pythonpath", python)),
    )


def test_line(venv: Path, arguments: list[str]) -> list[str]:
    """The tests' command line: four processes, since most wait; on top whatever is asked for."""
    python = str(program(venv, "python"))
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    return [python, "-m", "pytest", "-n", "4", "--dist", "worksteal", *colour, *arguments]


def run_all(venv: Path, arguments: list[str]) -> int:
    """Run every check; 0 only if all succeeded."""
    environment = os.environ | {"PYTHONUTF8": "1"}
    failed: list[str] = []
    for check in static_checks(venv):
        started = time.monotonic()
        code = subprocess.call(check.line, cwd=ROOT, env=environment)
        verdict = "ok" if code == 0 else "FAILED"
        print(f"--- {check.name}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
        if code != 0:
            failed.append(check.name)
    code, closing = shown(test_line(venv, arguments), environment)
    if failed:
        # The tests' own closing line says nothing of these, so it is said before that line again.
        print(f"--- FAILED before the tests: {', '.join(failed)}\n{closing}", flush=True)
    return code or (1 if failed else 0)


def shown(line: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command with its output passed through; its exit code and last line."""
    tail = b""
    with subprocess.Popen(
        line,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        while piece := os.read(process.stdout.fileno(), 65536):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            tail = (tail + piece)[-TAIL_BYTES:]
    lines = tail.decode(errors="replace").strip().splitlines()
    return process.returncode, lines[-1] if lines else ""
