"""A client others use, greenswitch, against the pretend FreeSWITCH."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.esl import esl
from tests.simulators.peer import Started, port_of

pytest.importorskip("greenswitch", reason="greenswitch is not installed")
CLIENT = Path(__file__).parent / "greenswitch_client.py"


def run(*arguments: str) -> dict[str, Any]:
    """In a process of its own: it brings another event loop along."""
    done = subprocess.run(
        [sys.executable, str(CLIENT), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


def test_greenswitch_listens_commands_and_leaves(board: Started) -> None:
    at = board.ready["freeswitch"][0]
    with esl(board, "") as line:
        number = str(line.number("645"))
    seen = run(str(port_of(at["url"])), at["password"], at["conference"], number)
    assert seen["listen"] == "+OK event listener enabled plain"
    (conference,) = seen["roster"]
    assert conference["conference_name"] == "Giao-ban-tỉnh-Đắk-Lắk"
    assert "Huyện Ea H'leo" in [each["caller_id_name"] for each in conference["members"]]
    assert seen["unmute"] == f"+OK unmute {number}\n"
    assert seen["missing"] == "-ERR Non-Existant ID 999\n"
    assert seen["nonsense"] == "-ERR command not found"
    heard = [(event["Action"], event["Member-ID"]) for event in seen["events"]]
    assert heard == [("unmute-member", number), ("mute-member", number)]
    assert seen["events"][0]["Caller-Caller-ID-Name"] == "Huyện Ea H'leo"
    assert seen["job"]["Job-UUID"] == seen["uuid"]
    assert seen["status"].startswith("UP 0 years")


def test_greenswitch_is_turned_away_with_a_wrong_password(board: Started) -> None:
    at = board.ready["freeswitch"][0]
    seen = run(str(port_of(at["url"])), "wrong", at["conference"], "1")
    assert seen == {"error": "Invalid password."}
