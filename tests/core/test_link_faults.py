"""A driver's own mistakes: reported once, and no worse than a device's silence."""

from __future__ import annotations

import pytest

from console.domain.commands.mcu import MuteSite
from console.domain.device import LinkHealth
from console.domain.state import Phase
from tests.core.device import Device
from tests.core.dialect import Dialect, Mistake, QuickMute
from tests.core.wires import Wires


def mistakes(it: Wires) -> list[str]:
    """Which methods' mistakes were reported, and nothing else."""
    assert all(isinstance(error, Mistake) for _, error in it.reported), it.reported
    assert all(name == "driver of m1" for name, _ in it.reported)
    return [str(error) for _, error in it.reported]


@pytest.mark.parametrize("method", ["probe", "observe", "rounds"])
def test_the_link_is_down_and_tries_again(it: Wires, driver: Dialect, method: str):
    driver.mistakes.add(method)
    it.link.start()
    it.down()
    problem = it.device.problem
    assert problem is not None
    assert problem.code == "link.driver_fault"
    assert dict(problem.params) == {"device": "MCU 1", "error": "Mistake"}
    it.until(lambda: driver.called[method] >= 3)
    assert mistakes(it) == [method]
    driver.mistakes.clear()
    it.up()
    assert it.settled(MuteSite(endpoint="653", muted=False)).phase is Phase.CONFIRMED


def test_a_round_that_always_fails_loses_the_link_like_silence(it: Wires, driver: Dialect):
    it.link.start()
    it.up()
    driver.mistakes.add("round")
    it.down()
    assert it.device.problem is not None
    assert it.device.problem.code == "link.driver_fault"
    it.until(lambda: driver.called["probe"] >= 3)
    assert mistakes(it) == ["round"]
    driver.mistakes.clear()
    it.up()


def test_a_message_it_can_not_hear_costs_the_feed_alone(it: Wires, peer: Device, driver: Dialect):
    it.link.start()
    it.until(lambda: peer.listeners)
    driver.mistakes.add("hear")
    peer.push(n=1)
    it.until(lambda: peer.feeds >= 2)
    assert it.device.push is False
    assert it.device.health is LinkHealth.UP
    driver.mistakes.clear()

    def heard_again() -> bool:
        peer.push(n=2)  # to whichever feed is open by now
        return it.device.push is True

    it.until(heard_again)
    assert mistakes(it) == ["hear"]


def test_a_feed_it_can_not_prepare(it: Wires, driver: Dialect):
    driver.mistakes.add("listen")
    it.link.start()
    it.up()
    it.until(lambda: driver.called["listen"] >= 3)
    assert it.device.health is LinkHealth.UP
    assert mistakes(it) == ["listen"]


def test_a_talk_that_the_feed_asked_for(it: Wires, peer: Device, driver: Dialect):
    it.link.start()
    it.until(lambda: peer.listeners)
    driver.mistakes.add("talk")
    for _ in range(3):
        peer.push(talk=True)
    it.until(lambda: driver.called["talk"] >= 3)
    it.rest(0.1)
    assert it.device.health is LinkHealth.UP
    assert mistakes(it) == ["talk"]


@pytest.mark.parametrize("method", ["perform", "look"])
def test_a_wish_that_it_stumbles_over_is_unknown(
    it: Wires, peer: Device, driver: Dialect, method: str
):
    it.link.start()
    it.up()
    peer.deaf = True
    driver.mistakes.add(method)
    settled = it.settled(QuickMute(endpoint="653", muted=False))
    assert settled.phase is Phase.UNKNOWN
    if method == "look":
        assert settled.problem is not None
        assert settled.problem.code == "link.driver_fault"
    assert mistakes(it) == [method]
    assert it.device.health is LinkHealth.UP


def test_forgetting_and_leaving(it: Wires, peer: Device, driver: Dialect):
    driver.mistakes |= {"forget", "leave"}
    peer.failing["/probe"] = 500
    it.link.start()
    it.until(lambda: driver.called["forget"] >= 3)
    del peer.failing["/probe"]
    it.up()
    it.close()
    assert [str(error) for _, error in it.reported] == ["forget", "leave"]
    assert all(session._turns.closed for session in it.sessions)


def test_each_mistake_is_reported_once(it: Wires, driver: Dialect):
    driver.mistakes.add("probe")
    it.link.start()
    it.until(lambda: driver.called["probe"] >= 3)
    driver.mistakes = {"observe"}
    it.until(lambda: driver.called["observe"] >= 3)
    assert mistakes(it) == ["probe"]  # both stumble at the same line
