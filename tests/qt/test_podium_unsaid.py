"""The podium while its MCU, back from a silence, can't say yet who is on it."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.qt.looks.podium import Stand, podium_look, returned_podium
from tests.qt.scene import CALL, PODIUM, Scene, scene


def say_podium(it: Scene, podium: str | None) -> None:
    """The MCU tells who is on the podium, nobody (""), or not yet (None)."""
    it.tell(f.ConferenceSeen(replace(it.state.conferences[CALL], podium=podium)))
    it.settle()


def test_whoever_was_on_it_stays_until_the_mcu_says_otherwise() -> None:
    it = scene()
    before = podium_look(it.state, it.clock.at_us)
    say_podium(it, None)
    after = podium_look(it.state, it.clock.at_us)
    assert (after.stand, after.site, after.spoken_s) == (Stand.ON, PODIUM, before.spoken_s)
    assert returned_podium(it.state) == ""
    say_podium(it, PODIUM)
    assert podium_look(it.state, it.clock.at_us).spoken_s == before.spoken_s
    say_podium(it, "")
    assert podium_look(it.state, it.clock.at_us).stand is Stand.VACANT


def test_a_site_that_came_back_without_the_podium_is_not_on_it() -> None:
    it = scene()
    leg = it.state.legs[PODIUM]
    it.tell(f.LegEnded(CALL, PODIUM, "remoteTeardown"))
    say_podium(it, "")
    assert podium_look(it.state, it.clock.at_us).stand is Stand.LOST
    it.tell(f.LegSeen(leg))
    say_podium(it, None)
    assert podium_look(it.state, it.clock.at_us).stand is Stand.BACK
    assert returned_podium(it.state) == PODIUM
