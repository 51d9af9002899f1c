"""Third parties' clients: fetched by hash into a folder of their own, in no environment of ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def fetched(folder: Path, requirements: str, *how: str) -> Path:
    """The pinned packages of a requirements file beside this one, in `folder`; needs pip and the
    registry."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    done = subprocess.run(
        [
            *pip, "--quiet", "--no-deps", "--require-hashes", *how, "--no-compile",
            "--target", str(folder), "-r", str(HERE / requirements),
        ],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def run(packages: Path, script: str, *arguments: str) -> dict[str, Any]:
    """What a client saw: the one line of JSON that its script prints."""
    shutil.copy(HERE / script, packages / script)
    done = subprocess.run(
        [sys.executable, script, *arguments],
        cwd=packages,
        env={**os.environ, "PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))
