"""The vendor's own client, jsxapi, against the pretend rooms."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.conftest import Start
from tests.simulators.peer import port_of

HERE = Path(__file__).parent
NODE, NPM = shutil.which("node"), shutil.which("npm")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NODE is None or NPM is None, reason="node and npm are not installed"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pinned package in a folder of its own; no script of it is run on the way."""
    folder = tmp_path_factory.mktemp("jsxapi")
    for name in ("package.json", "package-lock.json", "jsxapi_client.js"):
        shutil.copy(HERE / name, folder / name)
    fetched = subprocess.run(
        [str(NPM), "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert fetched.returncode == 0, fetched.stderr
    return folder


def run(client: Path, url: str, user: str, password: str) -> dict[str, Any]:
    done = subprocess.run(
        [
            str(NODE),
            "jsxapi_client.js",
            str(client),
            "127.0.0.1",
            str(port_of(url)),
            user,
            password,
        ],
        cwd=client,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def test_jsxapi_reads_commands_settings_and_feedback(client: Path, start: Start) -> None:
    peer = start("--scene", "calm", "--sites", "3", "--delay-ms", "20..50")
    url, (user, password) = peer.room("643")
    seen = run(client, url, user, password)
    assert "error" not in seen
    assert seen["volume"] == 50
    assert (seen["muteBefore"], seen["muteAfter"]) == ("On", "Off")
    assert seen["feedback"] == ["Off"]
    assert seen["unmute"] == seen["activate"] == {"status": "OK"}
    assert seen["presets"][0] == "Chủ tọa"
    assert seen["pan"] == -5200
    assert seen["missing"]["code"] == 1
    assert seen["range"]["code"] == -32602
    assert seen["unknown"]["code"] == 1
    assert seen["call"]["Status"] == "Connected"
    assert seen["set"] is True
    assert seen["name"] == "Hội trường lớn"
    assert seen["ghosts"][-1] == {"id": seen["call"]["id"], "ghost": "True"}
    site = peer.site("643")
    assert site["state"] == "absent"
    assert site["room"]["camera"]["preset"] == 3


def test_jsxapi_is_turned_away_with_a_wrong_password(client: Path, start: Start) -> None:
    peer = start("--scene", "calm", "--sites", "3")
    url, (user, _) = peer.room("643")
    assert "403" in run(client, url, user, "wrong")["error"]
