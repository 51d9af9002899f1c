"""A bridge that was away for a while: nobody is said to have left the podium before it is known."""

from __future__ import annotations

from console.domain import facts as f
from tests.drivers.bridge import Bridge


def podiums(facts: list[f.Fact]) -> list[str | None]:
    """Who was said to be on the podium, one after another."""
    return [fact.conference.podium for fact in facts if isinstance(fact, f.ConferenceSeen)]


def test_who_is_on_the_podium_is_unknown_until_the_bridge_says_it() -> None:
    bridge = Bridge()
    for number in range(20):
        bridge.join(number)
    bridge.people[7].importance = "100"
    bridge.meet()
    first = podiums(bridge.player.take())
    bridge.driver.forget()
    bridge.meet()
    again = podiums(bridge.player.take())
    for told in (first, again):
        assert told[-1] == "7"
        assert set(told[:-1]) <= {None}, "nobody said that nobody was there"


def test_nobody_is_on_the_podium_once_all_have_been_asked() -> None:
    bridge = Bridge()
    bridge.join(0)
    bridge.meet()
    assert podiums(bridge.player.take())[-1] == ""
    bridge.leave(0)
    bridge.driver.forget()
    bridge.meet()
    assert podiums(bridge.player.take())[-1] == ""
    bridge.calls = 0
    bridge.driver.forget()
    bridge.meet()
    assert podiums(bridge.player.take()) == [""]
