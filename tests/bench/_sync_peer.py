"""The peer of the sync's bench: PouchDB on Node.js, its rows on LevelDB at both ends, plain HTTP.

Installed by `npm ci` from the lock beside it into a folder that is kept; no script of a package
is run. Where that can't be had, the figures say why.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).parent / "peer"
_NAME = "PouchDB 9.0.0 to express-pouchdb 4.2.0, LevelDB at both ends, HTTP without TLS"
_INSTALL_S = 300


def none(why: str) -> dict[str, Any]:
    """No figures, and why."""
    return {"name": f"PouchDB to express-pouchdb: {why}", "rows_per_s": None}


def measure(folder: Path, rows: Sequence[Path]) -> dict[str, Any]:
    """Push each of these files of rows from a process of its own, all at once, into one server."""
    if not shutil.which("node") or not shutil.which("npm"):
        return none("no Node.js here")
    try:
        installed = _installed()
    except (subprocess.SubprocessError, OSError) as error:
        return none(f"can't be installed: {type(error).__name__}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "peer-office").mkdir()
    processes: list[subprocess.Popen[str]] = []
    try:
        processes.append(_node(installed, "serve", str(port), str(folder / "peer-office")))
        _hear(processes[0])
        url = f"http://127.0.0.1:{port}"
        for number, file in enumerate(rows):
            own = str(folder / f"peer-{number}")
            processes.append(_node(installed, "push", url, own, str(file)))
        count = sum(_hear(process)["ready"] for process in processes[1:])
        began_s = time.monotonic()
        for process in processes[1:]:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [_hear(process) for process in processes[1:]]
        took_s = time.monotonic() - began_s
    except RuntimeError as error:
        return none(str(error))
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    written = sum(item["written"] for item in told)
    if written != count or any(item["failed"] for item in told):
        return none(f"{written} of {count} rows arrived")
    return {"name": f"{_NAME}, {count} rows", "rows_per_s": round(count / took_s, 1)}


def _installed() -> Path:
    """The folder with the peer and its packages, as the lock names them."""
    lock = (_SOURCE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "hnth-bench" / f"peer-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as name:
            made = Path(name) / "made"
            shutil.copytree(_SOURCE, made)
            line = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(line, cwd=made, check=True, capture_output=True, timeout=_INSTALL_S)
            made.rename(folder)
    shutil.copy(_SOURCE / "peer.js", folder)
    return folder


def _node(installed: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["node", "peer.js", *words],
        cwd=installed,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _hear(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"it ended with {process.wait()}")
    return json.loads(line)
