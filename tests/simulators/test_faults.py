"""Trouble on command: its kinds as data, whom it befalls, how long, and what is in force."""

from __future__ import annotations

from typing import Any

import pytest

from console.simulators.fault_kinds import KINDS
from tests.simulators.peer import Started, until
from tests.simulators.reads import TARGETS, ask, well


def test_the_kinds_are_listed_as_data_a_panel_can_be_built_from(quiet: Started) -> None:
    kinds = quiet.control("GET", "/faults").json()["kinds"]
    assert {kind["kind"] for kind in kinds} == {kind.kind for kind in KINDS}
    for kind in kinds:
        assert kind["scope"] in ("site", "device", "bridge", "camera")
        assert kind["about"].endswith(".")
        for parameter in kind["parameters"]:
            assert parameter["type"] in ("number", "integer", "text", "choice")
            assert (parameter["type"] == "choice") == bool(parameter["choices"])


@pytest.mark.parametrize("kind", [kind.kind for kind in KINDS if kind.kind != "restart"])
def test_every_kind_can_be_caused_with_its_defaults_and_cleared(quiet: Started, kind: str) -> None:
    scope = next(each.scope for each in KINDS if each.kind == kind)
    target = {"site": "24154", "bridge": "cms-1", "camera": "cameras"}.get(scope, "room:24154")
    number = quiet.fault(kind, target)
    active = quiet.control("GET", "/faults").json()["active"]
    assert (number > 0) == any(fault["number"] == number for fault in active)
    quiet.clear()
    assert quiet.control("GET", "/faults").json()["active"] == []
    assert well(quiet, "cms-1")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"kind": "explode"}, "no such kind"),
        ({"kind": "drop", "target": "99999"}, "no such site"),
        ({"kind": "drop", "target": ""}, "no such site"),
        ({"kind": "hang", "target": "cms-9"}, "no such device"),
        ({"kind": "lost_event", "target": "room:643"}, "no such device"),
        ({"kind": "hang", "target": "control"}, "no such device"),
        ({"kind": "hang", "seconds": "long"}, "must be a number"),
        ({"kind": "hang", "seconds": -1}, "between"),
        ({"kind": "hang", "seconds": True}, "must be a number"),
        ({"kind": "hang", "colour": "red"}, "no parameter"),
        ({"kind": "drip", "where": "middle"}, "one of"),
        ({"kind": "refuse", "code": 5}, "must be a text"),
    ],
)
def test_senseless_faults_are_refused_in_words(
    quiet: Started, said: dict[str, Any], part: str
) -> None:
    reply = quiet.control("POST", "/fault", said)
    assert reply.status_code == 400
    assert part in reply.json()["error"]


def test_faults_can_be_for_one_path_and_one_method(quiet: Started) -> None:
    quiet.fault("busy", "cms-1", path="/api/v1/calls/*", method="PUT", seconds=60)
    assert quiet.cms("GET", f"/calls/{quiet.call()}").status_code == 200
    assert quiet.cms("PUT", f"/calls/{quiet.call()}", {"locked": "false"}).status_code == 503
    assert quiet.cms("GET", "/system/load").status_code == 200
    assert well(quiet, "room:24121")


def test_faults_can_be_for_every_device_or_every_room(quiet: Started) -> None:
    quiet.fault("busy", "*", seconds=60)
    assert {ask(quiet, target).status_code for target in TARGETS} == {503}
    assert quiet.control("GET", "/state").status_code == 200
    quiet.clear()
    quiet.fault("busy", "rooms", seconds=60)
    assert ask(quiet, "cms-1").status_code == 200
    assert ask(quiet, "room:643").status_code == 503


def test_a_fault_ends_by_its_time(quiet: Started) -> None:
    quiet.fault("busy", "cms-1", seconds=0.4)
    assert ask(quiet, "cms-1").status_code == 503
    until(lambda: well(quiet, "cms-1"))
    assert quiet.control("GET", "/faults").json()["active"] == []


def active(peer: Started) -> list[tuple[str, str]]:
    faults = peer.control("GET", "/faults").json()["active"]
    return [(fault["kind"], fault["target"]) for fault in faults]


def test_what_passes_by_itself_is_listed_and_can_be_ended_before(quiet: Started) -> None:
    numbers = [
        quiet.fault("drop", "643", seconds=600),
        quiet.fault("open_mic", "644", seconds=600),
        quiet.fault("district_outage", "654", seconds=600),
        quiet.fault("no_answer", "645", seconds=600),
        quiet.fault("stranger", "cms-1", seconds=600),
    ]
    assert all(numbers)
    assert active(quiet) == [
        ("drop", "643"), ("open_mic", "644"), ("district_outage", "654"), ("no_answer", "645"),
        ("stranger", "cms-1"),
    ]  # fmt: skip
    assert quiet.site("643")["state"] == "absent"
    assert not quiet.site("644")["room"]["mic_muted"]
    for number in numbers:
        reply = quiet.control("POST", "/clear", {"fault": number})
        assert reply.json() == {"cleared": 1}
    assert active(quiet) == []
    until(lambda: quiet.site("643")["state"] == "connected")
    assert quiet.site("644")["room"]["mic_muted"]
    until(lambda: quiet.site("654")["state"] == "connected")


def test_what_merely_happened_is_not_listed_and_what_has_passed_is_no_more(quiet: Started) -> None:
    for kind in ("speak", "quiet", "join", "camera_moved"):
        assert quiet.fault(kind, "643") == 0
    assert quiet.fault("drop", "643", seconds=0) == 0
    quiet.act("join", "643")
    assert quiet.fault("drop", "643", seconds=0.3) > 0
    until(lambda: active(quiet) == [])
    until(lambda: quiet.site("643")["state"] == "connected")
