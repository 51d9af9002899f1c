"""Wishes over a Link: asked, looked for until seen, and never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.commands.mcu import MuteSite
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.core.device import Device
from tests.core.dialect import Dialect, QuickMute
from tests.core.wires import Wires, wires


def unmute() -> MuteSite:
    return MuteSite(endpoint="653", muted=False)


def quick() -> QuickMute:
    return QuickMute(endpoint="653", muted=False)


def course(it: Wires, wish: MuteSite) -> list[type]:
    """Every phase that was told of a wish."""
    return [
        type(e.fact)
        for e in it.told
        if e.cause == wish.id and type(e.fact).__name__.startswith("Command")
    ]


@pytest.fixture
def up(it: Wires) -> Wires:
    it.link.start()
    it.up()
    return it


def test_a_wish_comes_true(up: Wires, peer: Device):
    wish = unmute()
    assert up.settled(wish).phase is Phase.CONFIRMED
    assert peer.muted["653"] is False
    assert course(up, wish) == [
        f.CommandSubmitted, f.CommandSent, f.CommandAnswered, f.CommandConfirmed,
    ]  # fmt: skip


def test_the_change_may_come_long_after_the_answer(up: Wires, peer: Device):
    peer.delay_s = 0.8
    wish = unmute()
    assert up.settled(wish).phase is Phase.CONFIRMED
    assert peer.counts["/state"] >= 3
    assert course(up, wish)[2:] == [f.CommandAnswered, f.CommandConfirmed]


def test_once_it_is_seen_nobody_looks_any_more(up: Wires, driver: Dialect):
    up.settled(unmute())
    up.rest(0.3)
    looked = driver.called["look"]
    up.rest(0.6)
    assert driver.called["look"] == looked


def test_what_was_asked_for_is_the_cause_of_what_was_seen(up: Wires):
    wish = unmute()
    up.settled(wish)
    (leg,) = [e for e in up.told if isinstance(e.fact, f.LegSeen) and not e.fact.leg.mic_muted]
    assert leg.cause == wish.id


def test_the_answer_is_lost_and_the_wish_was_done(up: Wires, peer: Device):
    peer.cutting.add("/mute")
    wish = unmute()
    assert up.settled(wish).phase is Phase.CONFIRMED
    assert f.CommandAnswered not in course(up, wish)
    assert peer.counts["/mute"] == 1, "never asked twice"


def test_the_answer_is_lost_and_the_wish_was_not_done(up: Wires, peer: Device):
    peer.cutting.add("/mute")
    peer.deaf = True
    settled = up.settled(quick())
    assert settled.phase is Phase.UNKNOWN
    assert peer.counts["/mute"] == 1


def test_a_device_that_says_yes_and_does_nothing(up: Wires, peer: Device):
    peer.deaf = True
    wish = quick()
    settled = up.settled(wish)
    assert settled.phase is Phase.UNKNOWN
    assert settled.problem == Problem.of("command.timeout", seconds=wish.deadline_s)


def test_where_nobody_can_look_the_wire_says_why(up: Wires, peer: Device):
    peer.deaf = True
    peer.hanging.add("/state")
    settled = up.settled(quick())
    assert settled.phase is Phase.UNKNOWN
    assert settled.problem is not None
    assert settled.problem.code == "wire.deadline"
    assert dict(settled.problem.params)["device"] == "MCU 1"


def test_a_refusal_is_the_devices_own(up: Wires, peer: Device):
    peer.failing["/mute"] = 409
    settled = up.settled(unmute())
    assert settled.phase is Phase.REFUSED
    assert settled.problem == Problem.of("test.refused", status=409)
    assert peer.muted["653"] is True


def test_people_do_not_wait_for_polls(peer: Device, driver: Dialect):
    """Every poll hangs; the session kept for people is free all the same."""
    driver.deadline_s = 6.0
    with wires(driver, peer.url, sessions=2) as it:
        it.link.start()
        it.up()
        peer.hanging |= {"/life", "/detail"}
        it.until(lambda: peer.under_way)
        wish = unmute()
        assert it.settled(wish, patience_s=5.0).phase is Phase.CONFIRMED
        assert it.device.health.value == "up"


def test_a_wish_outlives_the_link_it_was_asked_over(up: Wires, peer: Device):
    peer.delay_s = 1.5
    wish = unmute()
    up.submit(wish)
    up.until(lambda: up.state.commands[wish.id].phase is Phase.ANSWERED)
    peer.failing |= {"/life": 500, "/detail": 500}
    up.down()
    peer.failing.clear()
    up.until(lambda: not up.state.commands[wish.id].phase.open)
    assert up.state.commands[wish.id].phase is Phase.CONFIRMED


def test_many_at_once_each_find_their_end(up: Wires, peer: Device):
    wishes = [MuteSite(endpoint=site, muted=False) for site in ("653", "651") for _ in range(6)]
    for wish in wishes:
        up.submit(wish)
    up.until(lambda: not up.state.open_commands(), 30)
    assert {up.state.commands[wish.id].phase for wish in wishes} == {Phase.CONFIRMED}
    assert peer.counts["/mute"] == len(wishes)


def test_what_sets_one_thing_twice_reaches_the_device_in_the_order_of_the_wishes(
    up: Wires, peer: Device
):
    """The first is slow to be answered; the second would be done before it."""
    peer.slow_once["/mute"] = 0.3
    first, second = quick(), replace(quick(), muted=True, id="later")
    up.submit(first)
    assert up.settled(second).phase is Phase.CONFIRMED
    up.until(lambda: not up.state.open_commands())
    assert [e.cause for e in up.told if isinstance(e.fact, f.CommandAnswered)] == [
        first.id, second.id,
    ]  # fmt: skip
    assert peer.muted["653"] is True, "the later wish holds"


def test_nobody_waits_for_what_sets_another_thing(up: Wires, peer: Device, driver: Dialect):
    driver.deadline_s = 4.0
    peer.slow_once["/mute"] = 3600.0
    up.submit(unmute())
    up.until(lambda: peer.counts["/mute"])
    other = MuteSite(endpoint="651", muted=False)
    assert up.settled(other).phase is Phase.CONFIRMED


def test_a_wish_that_was_given_up_before_its_turn_is_never_sent(
    up: Wires, peer: Device, driver: Dialect
):
    driver.deadline_s = 4.0
    peer.slow_once["/mute"] = 3600.0
    first, second = quick(), replace(quick(), muted=True, id="later")
    up.submit(first)
    up.until(lambda: peer.counts["/mute"])
    assert up.settled(second).phase is Phase.UNKNOWN
    up.until(lambda: not up.state.commands[first.id].phase.open, 30)
    up.rest(0.3)
    assert peer.counts["/mute"] == 1
    assert course(up, second) == [f.CommandSubmitted, f.CommandLost]


def test_the_end_comes_while_a_wish_is_under_way(up: Wires, peer: Device, driver: Dialect):
    driver.deadline_s = 30.0
    peer.hanging.add("/mute")
    up.submit(unmute())
    up.until(lambda: peer.counts["/mute"])
    up.close()
    assert up.reported == []
    up.link.perform(unmute())
