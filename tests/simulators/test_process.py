"""The process: its ready line, its options, its end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.simulators.conftest import Start
from tests.simulators.peer import Started, port_of, until

SMALL = ("--sites", "3", "--scene", "calm")


def test_the_ready_line_tells_everything(start: Start) -> None:
    peer = start("--scene", "calm", "--seed", "5")
    ready = peer.ready
    assert ready["ready"] is True
    assert ready["sites"] == 200
    assert len(ready["rooms"]) == len(ready["uris"]) == 200
    assert ready["uris"]["24121"] == "sip:24121@hnth.daklak.example"
    assert set(ready["cms"][0]) == {
        "id",
        "url",
        "user",
        "password",
        "cospace",
        "call",
        "conference",
    }
    assert set(ready["rooms"]["66"]["roles"]) == {"Admin", "User", "Integrator"}
    assert Path(ready["ca"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    ports = [port_of(room["url"]) for room in ready["rooms"].values()]
    assert len(set(ports)) == 200
    assert peer.read("/calls").attrib["total"] == "1"
    assert peer.state()["connected"] == 200


def test_the_same_seed_gives_the_same_ids_and_another_does_not(start: Start) -> None:
    first, second, third = (start(*SMALL, "--seed", seed) for seed in ("7", "7", "8"))
    assert first.call() == second.call() != third.call()
    assert first.roster() == second.roster() != third.roster()
    passwords = {peer.ready["cms"][0]["password"] for peer in (first, second, third)}
    assert len(passwords) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told(number: int) -> None:
    peer = Started(*SMALL)
    ca = Path(peer.ca)
    assert ca.exists()
    assert peer.stop(number) == (0, b"", b"")
    assert not ca.parent.exists()


def test_it_ends_cleanly_amid_open_connections() -> None:
    peer = Started(*SMALL)
    at = peer.ready["cms"][0]
    with requests.Session() as session:
        session.trust_env = False
        auth = (at["user"], at["password"])
        peer.fault("hang", "cms-1", path="*/system/*", seconds=60)
        assert session.get(at["url"] + "/api/v1/calls", auth=auth, verify=peer.ca).ok
        with pytest.raises(requests.ReadTimeout):
            session.get(at["url"] + "/api/v1/system/load", auth=auth, verify=peer.ca, timeout=0.3)
        assert peer.stop() == (0, b"", b"")


def test_with_parent_it_ends_when_standard_input_closes() -> None:
    peer = Started(*SMALL, "--with-parent", stdin=subprocess.PIPE)
    assert peer.process.stdin is not None
    assert peer.read("/calls").attrib["total"] == "1"
    peer.process.stdin.close()
    peer.process.stdin = None
    assert peer.process.wait(10) == 0
    assert peer.stop() == (0, b"", b"")


def test_without_the_flag_a_closed_standard_input_does_not_matter() -> None:
    peer = Started(*SMALL)
    assert peer.read("/calls").attrib["total"] == "1"
    assert peer.process.poll() is None
    peer.stop()


def test_no_rooms_and_a_roster_of_ones_own(start: Start, tmp_path: Path) -> None:
    roster = tmp_path / "tỉnh khác.csv"
    roster.write_text(
        "code,parent_code,level,name\nA,,province,Tỉnh A\nB,A,commune,Xã <b>B</b> & Ea H'leo\n",
        encoding="utf-8",
    )
    peer = start("--roster", str(roster), "--no-rooms", "--scene", "calm")
    assert peer.ready["rooms"] == {}
    assert set(peer.roster()) == {"Tỉnh A", "Xã <b>B</b> & Ea H'leo"}


def test_ports_can_be_chosen(start: Start) -> None:
    base = next(base for base in range(20_000, 30_000, 7) if free(base, 5))
    peer = start(*SMALL, "--port-base", str(base))
    assert port_of(peer.ready["cms"][0]["url"]) == base
    assert port_of(peer.ready["control"]["url"]) == base + 1


def free(base: int, count: int) -> bool:
    """Whether so many ports in a row are free."""
    for port in range(base, base + count):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def test_the_story_can_run_faster_than_the_wall(start: Start) -> None:
    peer = start(*SMALL, "--speed", "60")
    first = peer.state()["now_s"]
    until(lambda: peer.state()["now_s"] > first + 30)
    assert peer.control("POST", "/speed", {"speed": 1.0}).status_code == 200
    assert peer.control("POST", "/speed", {"speed": -1}).status_code == 400


def refused(*arguments: str) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "-m", "console.simulators", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.stdout == ""
    return run.returncode, run.stderr


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "WHAT"),
        (("province", "--roster", "/nowhere.csv"), "no such file"),
        (("province", "--delay-ms", "800..50"), "smaller first"),
        (("province", "--delay-ms", "soon"), "50..800"),
        (("province", "--speed", "0"), "above 0"),
        (("province", "--bridges", "3"), "1 to 2"),
        (("province", "--scene", "chaos"), "invalid choice"),
    ],
)
def test_senseless_options_are_refused_in_words(arguments: tuple[str, ...], part: str) -> None:
    code, errors = refused(*arguments)
    assert code == 2
    assert part in errors


def test_a_taken_port_and_a_bad_roster_are_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, errors = refused("province", "--sites", "3", "--port-base", port)
    assert code == 1
    assert errors.count("\n") == 1
    bad = tmp_path / "bad.csv"
    bad.write_text("x\n1\n")
    code, errors = refused("province", "--roster", str(bad))
    assert code == 1
    assert "columns" in errors


def test_main_reads_options_before_it_imports_anything_heavy() -> None:
    script = "import sys, json, console.simulators.__main__; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    loaded = set(json.loads(run.stdout))
    assert not loaded & {"aiohttp", "asyncio", "ssl", "trustme", "cryptography", "lxml"}


def test_hostile_names_reach_the_wire_escaped(start: Start) -> None:
    peer = start("--odd-names", "--scene", "calm", "--sites", "30", "--seed", "2")
    names = set(peer.roster())
    assert "Xã <b>Ea H'leo</b> & M'Đrắk" in names
    assert any(len(name) > 290 for name in names)
    code = next(c for c, s in peer.state()["sites"].items() if "<b>" in s["name"])
    reply = peer.get(code, "/Status/SystemUnit/BroadcastName")
    assert "<b>" not in reply.text
    assert "&lt;b&gt;" in reply.text
