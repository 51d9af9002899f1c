"""Each driver × what can go wrong: nothing is believed that was not reported, and all recovers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import MuteSite
from console.domain.commands.room import MuteRoom
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.contract.rig import Rig


@dataclass(frozen=True)
class Subject:
    """A device of each kind, and a wish of it that can be made true and untrue."""

    device: str
    target: str
    """The device in the province's own words."""
    wish: Callable[[bool], Command]
    state: Callable[[], bool | None]
    truth: Callable[[], bool]
    write: dict[str, Any]
    """Which requests carry the wish."""


@pytest.fixture(params=["cms", "roomos"])
def subject(calm: Rig, request: pytest.FixtureRequest) -> Iterator[Subject]:
    site = calm.sites[1]
    if request.param == "cms":
        made = Subject(
            "cms-1",
            "cms-1",
            lambda muted: MuteSite(endpoint=site, muted=muted),
            lambda: calm.state.legs[site].mic_muted,
            lambda: calm.truth(site)["leg"]["rx_audio_mute"],
            {"method": "PUT"},
        )
    else:
        made = Subject(
            f"room-{site}",
            f"room:{site}",
            lambda muted: MuteRoom(endpoint=site, muted=muted),
            lambda: calm.state.rooms[site].mic_muted,
            lambda: calm.truth(site)["room"]["mic_muted"],
            {"path": "/putxml"},
        )
    calm.plant.focus({made.device})
    calm.up(made.device)
    calm.achieve(made.wish(True))
    yield made
    calm.control.post("/clear", {})
    calm.up(made.device)
    calm.plant.focus(set())
    calm.achieve(made.wish(False))
    assert made.truth() is False
    calm.achieve(made.wish(True))
    assert made.truth() is True


def health_problem(rig: Rig, device: str) -> Problem | None:
    return rig.device(device).problem


def troubled(rig: Rig, subject: Subject) -> Problem:
    """Wait until the link says that something is wrong; what."""
    rig.until(lambda: rig.device(subject.device).health is not LinkHealth.UP, "trouble", 40)
    problem = health_problem(rig, subject.device)
    assert problem is not None
    return problem


def test_refused_with_the_devices_reason(calm: Rig, subject: Subject):
    with calm.fault("refuse", subject.target, code="invalidOperation", **subject.write):
        settled = calm.wish(subject.wish(False))
    assert settled.phase is Phase.REFUSED
    assert settled.problem is not None
    assert "invalidOperation" in str(settled.problem)
    assert subject.state() is subject.truth() is True


def test_a_write_that_changes_nothing_is_never_confirmed(calm: Rig, subject: Subject):
    with calm.fault("ignored_write", subject.target, **subject.write):
        settled = calm.wish(subject.wish(False))
    assert settled.phase is Phase.UNKNOWN
    assert subject.state() is subject.truth() is True


def test_a_slow_device_is_waited_for(calm: Rig, subject: Subject):
    with calm.fault("slow", subject.target, delay_ms=1200):
        calm.achieve(subject.wish(False))
    assert subject.truth() is False


def test_a_busy_device_is_asked_again(calm: Rig, subject: Subject):
    with calm.fault("busy", subject.target, count=1, **subject.write):
        calm.achieve(subject.wish(False))
    assert subject.truth() is False


@pytest.mark.parametrize("kind", ["hang", "drip", "reset"])
def test_a_wish_whose_answer_never_comes(calm: Rig, subject: Subject, kind: str):
    """It may have been done or not: what the device then reports decides."""
    with calm.fault(kind, subject.target, **subject.write):
        settled = calm.wish(subject.wish(False))
    done = subject.truth() is False
    assert settled.phase is (Phase.CONFIRMED if done else Phase.UNKNOWN)
    calm.until(lambda: subject.state() is subject.truth(), "the truth")


@pytest.mark.parametrize(
    ("kind", "parameters", "code"),
    [
        ("garbage", {"where": "body"}, "wire.xml"),
        ("garbage", {"where": "wire"}, "wire.not_understood"),
        ("html", {}, "wire.xml"),
        ("truncate", {}, "wire."),
        ("flood", {"megabytes": 64}, "wire.too_large"),
        ("busy", {}, "device.busy"),
        ("unauthorized", {}, "device.login"),
        ("reset", {}, "wire.closed"),
    ],
)
def test_trouble_is_named_and_changes_nothing_that_was_known(
    calm: Rig, subject: Subject, kind: str, parameters: dict[str, Any], code: str
):
    legs = dict(calm.state.legs)
    rooms = {site: (r.mic_muted, r.presets) for site, r in calm.state.rooms.items()}
    with calm.fault(kind, subject.target, **parameters):
        problem = troubled(calm, subject)
        assert problem.code.startswith(code), problem
        calm.until(
            lambda: calm.device(subject.device).health is LinkHealth.DOWN, "the link down", 60
        )
        refused = calm.dispatcher.submit(subject.wish(False))
        assert not refused.accepted
    assert calm.state.legs == legs
    assert {s: (r.mic_muted, r.presets) for s, r in calm.state.rooms.items()} == rooms


@pytest.mark.parametrize("flaw", ["unknown_ca", "expired", "name"])
def test_another_certificate_is_refused_by_name(calm: Rig, subject: Subject, flaw: str):
    with calm.fault("wrong_certificate", subject.target, flaw=flaw):
        calm.control.post("/fault", {"kind": "reset", "target": subject.target, "seconds": 3})

        def refused() -> bool:
            problem = health_problem(calm, subject.device)
            return problem is not None and problem.code == "wire.certificate"

        calm.until(refused, "the certificate refused", 40)
        problem = health_problem(calm, subject.device)
        assert problem is not None
        assert dict(problem.params)["reason"] == flaw
        assert len(str(dict(problem.params)["fingerprint"])) == 64


def test_a_connection_that_carries_nothing(calm: Rig, subject: Subject):
    with calm.fault("half_open", subject.target, seconds=30):
        assert troubled(calm, subject).code == "wire.deadline"


def test_a_restart_is_lived_through(calm: Rig, subject: Subject):
    calm.control.post("/fault", {"kind": "restart", "target": subject.target, "seconds": 2})
    troubled(calm, subject)
    calm.up(subject.device)
    calm.until(
        lambda: (
            {s for s, leg in calm.state.legs.items() if leg.presence.value == "connected"}
            == {s for s in calm.sites if calm.truth(s)["state"] == "connected"}
        ),
        "the roster",
        40,
    )
    for site in calm.sites:
        if calm.truth(site)["state"] == "absent":
            calm.control.post("/act", {"act": "join", "site": site})
    calm.until(
        lambda: all(leg.presence.value == "connected" for leg in calm.state.legs.values()),
        "everyone back",
        40,
    )
    calm.until(lambda: calm.device("cms-1").push, "the event feed", 40)


def test_expired_sessions_are_renewed_in_silence(calm: Rig, subject: Subject):
    seen = len(calm.told)
    calm.control.post("/fault", {"kind": "expire_tokens", "target": subject.target})
    calm.achieve(subject.wish(False))
    downs = [
        event.fact
        for event in calm.told[seen:]
        if isinstance(event.fact, f.LinkChanged) and event.fact.health is LinkHealth.DOWN
    ]
    assert not downs
    calm.until(lambda: calm.device("cms-1").push, "the event feed", 40)
