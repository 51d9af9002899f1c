"""Writes the locks: exact versions and hashes for every supported Python and system at once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from build_spec.environment import ALL, ROOT, RUN, Lock, program

RESOLVER = "uv==0.13.9"  # resolves for all systems in one file; used here only


def resolve_line(uv: Path, lock: Lock, upgrade: bool) -> list[str]:
    """The resolver's command for one lock; the others keep to the versions of RUN."""
    line = [str(uv), "pip", "compile", "pyproject.toml", "--quiet", "--universal"]
    line += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    line += ["--no-emit-index-url", "--no-emit-find-links", "--only-binary", ":all:"]
    line += ["--extra", "office"]  # training mode has an office of its own
    line += [word for group in lock.groups for word in ("--group", group)]
    line += ["--upgrade"] if upgrade else []
    line += ["--constraints", str(RUN.path.relative_to(ROOT))] if lock is not RUN else []
    return [*line, "--output-file", str(lock.path.relative_to(ROOT))]


def write_locks(upgrade: bool) -> int:
    """Write every lock; with `upgrade`, to the newest versions that pyproject.toml allows."""
    with tempfile.TemporaryDirectory() as scratch:
        venv = Path(scratch) / "venv"
        made = subprocess.call([sys.executable, "-m", "venv", venv])
        pip = [program(venv, "python"), "-m", "pip", "--disable-pip-version-check"]
        if made != 0 or subprocess.call([*pip, "install", "-q", RESOLVER]) != 0:
            return 1
        quiet = os.environ | {"UV_NO_PROGRESS": "1"}
        for lock in ALL:
            line = resolve_line(program(venv, "uv"), lock, upgrade)
            if subprocess.call(line, cwd=ROOT, env=quiet) != 0:
                return 1
            print(f"wrote {lock.path.relative_to(ROOT)}")
    return 0
