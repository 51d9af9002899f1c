"""Another roster while a meeting runs: who was a guest becomes the site that he is, whoever the
new roster lacks stays whom he was, and nobody is in the meeting twice."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain import facts as f
from console.domain.observed import Leg
from console.domain.presence import Presence
from tests.drivers.bridge import Bridge
from tests.drivers.switch import Switch

STRANGER = "?1@hnth"


def legs(facts: Iterable[f.Fact]) -> dict[str, Leg]:
    """What was last told of each site."""
    return {fact.leg.endpoint: fact.leg for fact in facts if isinstance(fact, f.LegSeen)}


def present(facts: Iterable[f.Fact]) -> frozenset[str]:
    """Who is in the meeting by the last complete list."""
    return [fact for fact in facts if isinstance(fact, f.RosterSeen)][-1].present


class Rounds:
    """A bridge whose roster is changed under the driver, and which is asked again and again."""

    def __init__(self, *, without: int | None = None) -> None:
        self.bridge = Bridge()
        self.roster = dict(self.bridge.driver._call.directory)
        self.bridge.driver._call.directory = self.roster
        if without is not None:
            del self.roster[f"sip:{without}@hnth"]
        for number in range(3):
            self.bridge.join(number)
        self.bridge.people[1].importance = "100"
        self.bridge.meet()

    def turn(self) -> list[f.Fact]:
        """Every round once, the complete list included; what was told meanwhile."""
        self.bridge.player.take()
        self.bridge.now_us += 60_000_000
        for each in self.bridge.driver.rounds():
            self.bridge.player.hold(each.make())
        return self.bridge.player.take()


def test_a_guest_is_a_site_once_the_roster_has_him() -> None:
    it = Rounds(without=1)
    assert it.bridge.driver._call.podium() == STRANGER
    it.roster["sip:1@hnth"] = "1"
    told = it.turn()
    seen = legs(told)
    assert (seen[STRANGER].presence, seen["1"].presence) == (Presence.ABSENT, Presence.CONNECTED)
    assert seen["1"].mic_muted is True, "what is known of him goes with him"
    assert present(told) == {"0", "1", "2"}
    conferences = [fact.conference for fact in told if isinstance(fact, f.ConferenceSeen)]
    assert conferences[-1].podium == "1"
    assert not [fact for fact in told if isinstance(fact, f.LegEnded)], "nobody was lost"
    assert legs(it.turn()) == {}, "told once"


def test_whoever_a_new_roster_lacks_stays_whom_he_was() -> None:
    it = Rounds()
    del it.roster["sip:1@hnth"]
    told = it.turn()
    assert legs(told) == {}
    assert present(told) == {"0", "1", "2"}


def test_two_sites_change_their_codes() -> None:
    it = Rounds()
    it.roster |= {"sip:0@hnth": "1", "sip:1@hnth": "0"}
    told = it.turn()
    assert {site: leg.address for site, leg in legs(told).items()} == {
        "0": "1@hnth", "1": "0@hnth",
    }  # fmt: skip
    assert present(told) == {"0", "1", "2"}
    assert it.bridge.driver._call.podium() == "0"


def test_two_that_become_one_site_are_one() -> None:
    it = Rounds()
    it.roster["sip:1@hnth"] = "0"
    told = it.turn()
    assert legs(told)["1"].presence is Presence.ABSENT
    assert present(told) == {"0", "2"}
    it.bridge.leave(0)
    it.turn()
    assert present(it.turn()) == {"0", "2"}, "the other one is still there"


class Turns:
    """The same of a FreeSWITCH."""

    def __init__(self, *, without: int | None = None) -> None:
        self.switch = Switch()
        if without is not None:
            del self.switch.directory[f"sip:{without}@hnth"]
        for number in range(3):
            self.switch.join(number, talking=number == 1)
        self.switch.meet()

    def turn(self) -> list[f.Fact]:
        self.switch.player.take()
        self.switch.now_us += 60_000_000
        for each in self.switch.driver.rounds():
            self.switch.player.hold(each.make())
        return self.switch.player.take()


def test_a_guest_of_freeswitch_is_a_site_once_the_roster_has_him() -> None:
    it = Turns(without=1)
    assert "?1" in legs(it.switch.player.facts)
    it.turn()
    it.switch.directory["sip:1@hnth"] = "1"
    told = it.turn()
    seen = legs(told)
    assert (seen["?1"].presence, seen["1"].presence) == (Presence.ABSENT, Presence.CONNECTED)
    assert [fact for fact in told if isinstance(fact, f.SpeechHeard)] == [
        f.SpeechHeard("?1", False), f.SpeechHeard("1", True),
    ]  # fmt: skip
    assert present(told) == {"0", "1", "2"}
    assert legs(it.turn()) == {}


def test_whoever_a_new_roster_lacks_stays_in_freeswitch_too() -> None:
    it = Turns()
    del it.switch.directory["sip:1@hnth"]
    told = it.turn()
    assert legs(told) == {}
    assert present(told) == {"0", "1", "2"}


def test_a_site_of_freeswitch_changes_its_code() -> None:
    it = Turns()
    it.switch.directory["sip:1@hnth"] = "0001"
    told = it.turn()
    assert legs(told)["1"].presence is Presence.ABSENT
    assert present(told) == {"0", "0001", "2"}
