"""A password in a real keyring: GNOME's, in a desktop session of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
ABSENT = [name for name in PROGRAMS if shutil.which(name) is None]
PASSWORD = "mật khẩu «ễ» 1!"
OTHERS = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND")


def at_home(folder: Path) -> dict[str, str]:
    """The environment of somebody who has just logged in, without any desktop."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    mine = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": os.pathsep.join(sys.path)}  # fmt: skip
    return {name: value for name, value in os.environ.items() if name not in OTHERS} | mine


@pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)}")
def test_a_password_lies_in_the_desktops_own_safe(tmp_path: Path) -> None:
    line = ["dbus-run-session", "--", sys.executable, "-m", "tests.core.keyring_session"]
    done = subprocess.run(line, env=at_home(tmp_path), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told == {
        "backend": "SecretService",
        "at first": None,
        "kept": PASSWORD,
        "another account": None,
        "forgotten": None,
        "doctor": "GOOD",
        "locked": ["keyring.locked"] * 3,
        "doctor, locked": ["BAD", "keyring.locked"],
        "nobody has opened": ["keyring.locked"] * 3,
    }
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert kept
    assert not any(PASSWORD.encode() in path.read_bytes() for path in kept)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have one")
def test_without_a_desktop_there_is_no_safe(tmp_path: Path) -> None:
    say = "from console.core.vault import Vault; print(Vault.of_system().problem.code)"
    line = [sys.executable, "-c", say]
    done = subprocess.run(line, env=at_home(tmp_path), capture_output=True, timeout=60, check=False)
    assert done.stdout.decode().strip() == "keyring.absent", done.stderr.decode()
