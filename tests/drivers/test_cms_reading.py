"""What the CMS driver believes of what it reads."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.layout import Layout
from console.domain.observed import Quality
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.wire.problems import Closed, NotUnderstood, WireError
from tests.drivers.bridge import Bridge
from tests.drivers.player import reply


def bridge(sites: int = 3, **more: Any) -> Bridge:
    made = Bridge(**more)
    for number in range(sites):
        made.join(number)
    return made


def legs(made: Bridge) -> dict[str, f.LegSeen]:
    return {fact.leg.endpoint: fact for fact in made.player.facts if isinstance(fact, f.LegSeen)}


def of_kind(made: Bridge, kind: type[f.Fact]) -> list[Any]:
    return [fact for fact in made.player.facts if isinstance(fact, kind)]


def test_a_call_is_read_whole():
    made = bridge(23)
    made.people[4].importance = "100"
    made.people[5].mute = "false"
    made.meet()
    seen = legs(made)
    assert set(seen) == {str(n) for n in range(23)}
    assert {s.leg.presence for s in seen.values()} == {Presence.CONNECTED}
    assert [n for n in range(23) if seen[str(n)].leg.mic_muted is False] == [5]
    assert of_kind(made, f.RosterSeen)[-1].present == frozenset(seen)
    conference = of_kind(made, f.ConferenceSeen)[-1].conference
    assert (conference.podium, conference.layout) == ("4", Layout.EQUAL)
    assert (conference.live, conference.locked, conference.recording) == (True, False, False)
    quality = of_kind(made, f.QualityMeasured)[-1].quality
    assert quality == Quality(
        quality.at_us,
        loss_pct=1.5,
        jitter_ms=3,
        rtt_ms=45,
        rx_kbps=1536,
        width=1280,
        height=720,
        fps=30,
        codec="h264",
    )


def test_pages_are_asked_side_by_side_after_the_first():
    made = bridge(35)
    made.meet()
    offsets = [
        dict(r.query)["offset"] for r in made.player.requests if r.path.endswith("/participants")
    ]
    assert offsets == ["0", "10", "20", "30"]


def test_a_second_reading_of_the_same_tells_nothing():
    made = bridge()
    made.meet()
    made.player.take()
    made.player.hold(made.driver.observe())
    told = [x for x in made.player.take() if not isinstance(x, f.RosterSeen | f.QualityMeasured)]
    assert told == []


@pytest.mark.parametrize("claimed", [4, 1000])
def test_a_list_that_never_gets_complete_ends_nobody(claimed: int):
    made = bridge()
    made.meet()
    made.player.take()
    made.leave(1)
    made.total = claimed
    made.player.hold(made.driver.observe())
    assert not of_kind(made, f.LegEnded)
    assert not of_kind(made, f.RosterSeen)
    made.total = None
    made.player.hold(made.driver.observe())
    assert [x.endpoint for x in of_kind(made, f.LegEnded)] == ["1"]
    assert of_kind(made, f.RosterSeen)[-1].present == frozenset({"0", "2"})


def test_an_empty_list_is_in_doubt_while_the_call_counts_somebody():
    made = bridge()
    made.meet()
    made.player.take()

    def empty(request: Any) -> Any:
        if request.path.endswith("/participants"):
            return reply('<participants total="0"/>')
        return None

    made.meddle = empty
    made.player.hold(made.driver.observe())
    assert not of_kind(made, f.LegEnded)
    assert not of_kind(made, f.RosterSeen)


def test_a_participant_that_could_not_be_read_keeps_everyone_in_doubt():
    made = bridge()

    def busy(request: Any) -> Any:
        return reply("", 503) if request.path.endswith("/participants/p1") else None

    made.meddle = busy
    made.meet()
    assert set(legs(made)) == {"0", "2"}
    assert not of_kind(made, f.RosterSeen)


def test_who_joins_while_the_list_is_read_is_not_ended_by_it():
    made = bridge()
    made.meet()
    made.listen()
    made.player.take()
    joined = False

    def join_in_between(request: Any) -> Any:
        nonlocal joined
        if request.path.endswith("/participants") and not joined:
            joined = True
            old = made._read(request.path.removeprefix("/api/v1"), {})
            made.now_us += 1000
            made.roster("p7", uri="7@hnth", name="Site 7", state="connected", audioMuted=True)
            made.join(7)
            return reply(old or "")
        return None

    made.meddle = join_in_between
    made.player.hold(made.driver.observe())
    assert not of_kind(made, f.LegEnded)
    assert legs(made)["7"].leg.presence is Presence.CONNECTED


def test_a_reply_asked_before_an_event_does_not_undo_it():
    made = bridge()
    made.people[1].mute = "false"
    made.meet()
    made.listen()
    made.player.take()

    def late(request: Any) -> Any:
        if request.path.endswith("/callLegs/leg-p1"):
            answer = reply(made._read("/callLegs/leg-p1", {}) or "")
            made.now_us += 1000
            made.roster("p1", audioMuted=True)
            return answer
        return None

    made.meddle = late
    made.player.hold(made.driver.observe())
    assert legs(made)["1"].leg.mic_muted is True


def test_who_left_while_his_record_was_read_stays_away():
    made = bridge()
    made.listen()

    def gone(request: Any) -> Any:
        if request.path.endswith("/participants/p1"):
            answer = reply(made._read("/participants/p1", {}) or "")
            made.now_us += 1000
            made.roster("p1", updateType="delete")
            made.leave(1)
            return answer
        return None

    made.meet()
    made.player.take()
    made.meddle = gone
    made.player.hold(made.driver.look(_hang_up("1")))
    assert not legs(made)
    assert len(of_kind(made, f.LegEnded)) == 1


def _hang_up(site: str) -> Any:
    from console.domain.commands.mcu import HangUpSite

    return HangUpSite(endpoint=site)


def test_another_participant_of_a_site_is_another_leg():
    made = bridge()
    made.people[1].importance = "100"
    made.meet()
    made.listen()
    made.leave(1)
    made.people.append(type(made.people[0])("p55", "1@hnth", "Site 1", mute="false"))
    made.player.take()
    made.roster("p55", uri="1@hnth", state="connected", updateType="add")
    seen = legs(made)["1"].leg
    assert (seen.mic_muted, seen.layout, seen.encrypted) == (None, None, None)
    made.player.hold(made.driver.rounds()[2].make())
    assert legs(made)["1"].leg.mic_muted is False
    made.roster("p1", updateType="delete")
    assert not of_kind(made, f.LegEnded)


def test_a_second_leg_of_a_connected_site_waits_until_the_first_ends():
    made = bridge()
    made.people.append(type(made.people[0])("p55", "1@hnth", "Site 1", state="ringing"))
    made.meet()
    made.listen()
    assert legs(made)["1"].leg.presence is Presence.CONNECTED
    made.leave(1)
    made.roster("p1", updateType="delete")
    made.player.take()
    made.player.hold(made.driver.rounds()[1].make())
    assert legs(made)["1"].leg.presence is Presence.RINGING


def test_another_bridges_participants_are_left_to_it():
    made = bridge(clustered="true")
    made.join(8, far=True)
    made.meet()
    made.listen()
    made.roster("p8", uri="8@hnth", state="connected", updateType="add")
    made.join(9, far=True)
    made.roster("p9", uri="9@hnth", state="connected", updateType="add")
    made.join(10)
    made.roster("p10", uri="10@hnth", state="connected", updateType="add")
    made.player.hold(made.driver.observe())
    assert set(legs(made)) == {"0", "1", "2", "10"}
    assert of_kind(made, f.RosterSeen)[-1].present == frozenset({"0", "1", "2", "10"})


@pytest.mark.parametrize("word", ["", "maybe", "TRUE", "1", "true false", "<b/>"])
def test_what_is_not_understood_is_unknown(word: str):
    made = bridge()
    made.people[0].mute = word
    made.people[0].layout = "spiral"
    made.people[0].state = "exploded"
    made.people[0].importance = "-1"
    made.meet()
    seen = legs(made)["0"].leg
    assert (seen.mic_muted, seen.layout, seen.presence) == (None, None, Presence.UNKNOWN)
    assert of_kind(made, f.ConferenceSeen)[-1].conference.podium is None


def test_two_on_the_podium_are_a_change_not_complete():
    made = bridge()
    made.people[0].importance = "100"
    made.meet()
    made.listen()
    made.player.take()
    made.roster("p1", importance=100)
    assert not of_kind(made, f.ConferenceSeen)
    made.roster("p0", importance=0)
    assert of_kind(made, f.ConferenceSeen)[-1].conference.podium == "1"
    made.roster("p1", importance=None)
    assert of_kind(made, f.ConferenceSeen)[-1].conference.podium == ""


def test_where_panes_are_placed_only_the_first_is_the_podium():
    made = bridge(highest="5")
    made.people[0].importance = "4"
    made.people[1].importance = "5"
    made.meet()
    assert of_kind(made, f.ConferenceSeen)[-1].conference.podium == "1"
    made.people[1].importance = ""
    made.player.hold(made.driver.observe())
    made.player.hold(made.driver.look(_podium("1")))
    assert of_kind(made, f.ConferenceSeen)[-1].conference.podium == ""


def _podium(site: str) -> Any:
    from console.domain.commands.mcu import PutOnPodium

    return PutOnPodium(conference="mcu/space-1", endpoint=site)


def test_the_call_ends_and_begins_anew():
    made = bridge()
    made.meet()
    made.calls = 0
    made.player.hold(made.driver.rounds()[0].make())
    assert of_kind(made, f.ConferenceSeen)[-1].conference.live is False
    assert of_kind(made, f.RosterSeen)[-1].present == frozenset()
    made.calls = 1
    made.player.hold(made.driver.rounds()[0].make())
    assert of_kind(made, f.ConferenceSeen)[-1].conference.live is True
    assert of_kind(made, f.RosterSeen)[-1].present == frozenset({"0", "1", "2"})


def test_several_calls_that_may_be_meant_are_refused():
    made = bridge()

    def two(request: Any) -> Any:
        if request.path == "/api/v1/calls":
            one = "<call id='{}'><coSpace>space-1</coSpace></call>"
            return reply(f'<calls total="2">{one.format(1)}{one.format(2)}</calls>')
        return None

    made.meddle = two
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.observe())
    assert refused.value.problem.code == "cms.several_calls"


def test_an_old_bridge_lacks_bulk_changes_and_says_so():
    made = bridge(version="2.3.8")
    made.player.hold(made.driver.probe())
    probed = of_kind(made, f.DeviceProbed)[0]
    assert not probed.capabilities & (Capability.MUTE_ALL_BUT | Capability.CONFERENCE_LAYOUT)
    assert probed.capabilities & Capability.MUTE_ONE
    assert probed.refusals[0][1].code == "cms.too_old"


def test_health_is_read_against_the_bridges_own_limit():
    made = bridge()
    made.player.hold(made.driver.probe())
    made.player.hold(made.driver.rounds()[4].make())
    figures = of_kind(made, f.FiguresMeasured)[0].figures
    assert (figures.load_pct, figures.legs, figures.uptime_s) == (25.0, 3, 60)
    assert figures.rx_kbps is None


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (reply("", 401), Refused),
        (reply("<html>", 200), NotUnderstood),
        (Closed(reason="reset"), WireError),
    ],
)
def test_rounds_that_learn_nothing_count_as_missed(answer: Any, raised: type[Exception]):
    made = bridge()
    made.meet()
    made.meddle = lambda request: answer
    for one in made.driver.rounds():
        if one.name != "roster":
            with pytest.raises(raised):
                made.player.hold(one.make())


def test_after_the_link_was_lost_everything_is_told_again():
    made = bridge()
    made.meet()
    made.player.take()
    made.driver.forget()
    assert made.driver.hear("{}").facts == ()
    made.player.hold(made.driver.observe())
    assert set(legs(made)) == {"0", "1", "2"}
    assert not of_kind(made, f.LegEnded)


def test_the_rotation_stays_under_five_requests_a_second():
    made = bridge(40)
    made.meet()
    made.player.requests.clear()
    for _ in range(20):
        made.player.hold(made.driver.rounds()[2].make())
    assert len(made.player.requests) <= 5 * 20
    asked = {p for p in made.player.paths() if "/callLegs/" in p}
    assert len(asked) == 40


def test_new_ids_for_everyone_are_not_everyone_leaving():
    made = bridge(12)
    made.meet()
    made.player.take()
    for person in made.people:
        person.id = f"q{person.id}"
    made.player.hold(made.driver.observe())
    assert not of_kind(made, f.LegEnded)
    assert of_kind(made, f.RosterSeen)[-1].present == frozenset(str(n) for n in range(12))
    assert {s.leg.mic_muted for s in legs(made).values()} == {True}
