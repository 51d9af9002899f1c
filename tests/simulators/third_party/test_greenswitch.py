"""A client others use, greenswitch, against the pretend FreeSWITCH."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.simulators.esl import esl
from tests.simulators.peer import Started, port_of
from tests.simulators.third_party.strangers import fetched, run

CLIENT = "greenswitch_client.py"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is not installed"),
]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It comes as source alone, which the lock does not take; gevent, under it, is locked."""
    return fetched(tmp_path_factory.mktemp("greenswitch"), "greenswitch_requirements.txt")


def test_greenswitch_listens_commands_and_leaves(packages: Path, board: Started) -> None:
    at = board.ready["freeswitch"][0]
    with esl(board, "") as line:
        number = str(line.number("645"))
    seen = run(packages, CLIENT, str(port_of(at["url"])), at["password"], at["conference"], number)
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


def test_greenswitch_is_turned_away_with_a_wrong_password(packages: Path, board: Started) -> None:
    at = board.ready["freeswitch"][0]
    seen = run(packages, CLIENT, str(port_of(at["url"])), "wrong", at["conference"], "1")
    assert seen == {"error": "Invalid password."}
