"""Third parties' VISCA clients against the pretend cameras: framed over UDP, raw over TCP."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.conftest import Start
from tests.simulators.peer import Started, port_of
from tests.simulators.visca_peer import sites

HERE = Path(__file__).parent
NEAR, OTHER = "127.0.0.1", "127.0.0.2"
OPTIONS = ("--sites", "6", "--cameras", "3", "--scene", "calm", "--speed", "4")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="needs a second loopback address, a pty"),
]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pinned packages in a folder of their own, in no environment of ours."""
    folder = tmp_path_factory.mktemp("visca")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    how = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-compile"]
    fetched = subprocess.run(
        [*pip, *how, "--target", str(folder), "-r", str(HERE / "visca_requirements.txt")],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert fetched.returncode == 0, fetched.stderr
    return folder


def run(packages: Path, script: str, *arguments: str) -> dict[str, Any]:
    """What a client saw."""
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
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@contextmanager
def carried(step: Any) -> Iterator[None]:
    """Carry bytes to and fro, in a thread of their own, for as long as the block lasts."""
    over = threading.Event()

    def carry() -> None:
        while not over.is_set():
            step()

    thread = threading.Thread(target=carry, name="relay")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)


@contextmanager
def elsewhere(port: int) -> Iterator[int]:
    """The camera at this UDP port, at another address of this machine; yields the port there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        near.bind((OTHER, 0))
        lines: dict[Any, socket.socket] = {}

        def step() -> None:
            for ready in select.select([near, *lines.values()], [], [], 0.1)[0]:
                if ready is near:
                    data, who = near.recvfrom(2048)
                    if who not in lines:
                        lines[who] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                        lines[who].connect((NEAR, port))
                    lines[who].send(data)
                else:
                    who = next(who for who, line in lines.items() if line is ready)
                    near.sendto(ready.recv(2048), who)

        try:
            with carried(step):
                yield int(near.getsockname()[1])
        finally:
            for line in lines.values():
                line.close()


@contextmanager
def serial_line(port: int) -> Iterator[str]:
    """The camera at this TCP port, as a serial line; yields its name."""
    import tty

    inner, outer = os.openpty()
    tty.setraw(outer)
    with socket.create_connection((NEAR, port), timeout=10) as stream:

        def step() -> None:
            for ready in select.select([inner, stream], [], [], 0.1)[0]:
                if ready is stream:
                    os.write(inner, stream.recv(2048))
                else:
                    stream.sendall(os.read(inner, 2048))

        try:
            with carried(step):
                yield os.ttyname(outer)
        finally:
            os.close(inner)
            os.close(outer)


def memory(peer: Started, code: str, number: int) -> tuple[int, int, int]:
    found = peer.site(code)["room"]["visca"]["memories"][str(number)]
    return found["pan"], found["tilt"], found["zoom"]


def test_visca_over_ip_recalls_zooms_and_reads_positions(packages: Path, start: Start) -> None:
    peer = start(*OPTIONS)
    code = sites(peer)["udp"]
    with elsewhere(port_of(peer.ready["cameras"][code]["url"])) as port:
        seen = run(packages, "visca_over_ip_client.py", OTHER, str(port))
    assert seen == {
        "before": [0, 0],
        "recalled": [2662, -102],
        "zoom": 4096,
        "sent": [-1000, 250],
        "zoomed": 8192,
        "drives": True,
        "stands": True,
        "again": [-1000, 250],
        "focus": "manual",
        "refused": 2,
    }
    assert memory(peer, code, 3) == (2662, -102, 4096)
    assert memory(peer, code, 12) == (-1000, 250, 8192)
    assert not peer.site(code)["room"]["visca"]["auto_focus"]


def test_pyvisca_recalls_zooms_and_reads_positions(packages: Path, start: Start) -> None:
    peer = start(*OPTIONS)
    code = sites(peer)["tcp"]
    with serial_line(port_of(peer.ready["cameras"][code]["url"])) as name:
        seen = run(packages, "pyvisca_client.py", name)
    did = "9041ff9051ff"
    assert seen == {
        "power": 1,
        "recall": did,
        "pan": 2662,
        "tilt": 0x10000 - 102,
        "zoom": 4096,
        "absolute": did,
        "went": 1234,
        "direct": did,
        "zoomed": 0x3000,
        "store": did,
        "home": did,
        "home_pan": 0,
        "again": did,
        "back": 1234,
        "aperture": "906002ff",
    }
    assert memory(peer, code, 20) == (1234, -102, 0x3000)
