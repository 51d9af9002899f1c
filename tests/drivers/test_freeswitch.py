"""The FreeSWITCH driver, fed by hand: what it finds, who is who, what it says of the device."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.mcu import (
    MuteSite,
)
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.drivers.freeswitch.words import banner, dial_string, word
from console.wire.esl import EslPlan
from tests.drivers.switch import (
    CALL,
    STATUS,
    Switch,
    esl_reply,
    legs,
    perform,
    refusal,
    switch,
    told,
)

# -- first contact -----------------------------------------------------------------------------


def test_what_it_can_do_and_what_not_and_why():
    made = Switch()
    made.join(1)
    made.meet()
    probed = [x for x in made.player.facts if isinstance(x, f.DeviceProbed)][-1]
    assert probed.software == "1.11.2-dev"
    assert Capability.PODIUM in probed.capabilities
    assert probed.layouts == (
        Layout.SINGLE,
        Layout.EQUAL_2X2,
        Layout.EQUAL_3X3,
        Layout.EQUAL_4X4,
        Layout.ONE_PLUS_FIVE,
        Layout.ONE_PLUS_SEVEN,
        Layout.AUTOMATIC,
    )
    reasons = {c: p.code for c, p in probed.refusals}
    assert reasons == {
        Capability.SCREEN_LAYOUT: "freeswitch.one_picture",
        Capability.QUALITY: "freeswitch.no_quality",
    }


def test_a_conference_without_mixing_has_no_layouts_and_says_so():
    made = Switch(mixing=False)
    made.join(1)
    made.meet()
    probed = [x for x in made.player.facts if isinstance(x, f.DeviceProbed)][-1]
    assert Capability.CONFERENCE_LAYOUT not in probed.capabilities
    assert "freeswitch.no_mixing" in {p.code for _, p in probed.refusals}


def test_a_conference_that_does_not_run_is_told_as_empty():
    made = Switch(running=False)
    made.meet()
    assert told(made).live is False
    assert [x for x in made.player.facts if isinstance(x, f.RosterSeen)] == [
        f.RosterSeen(CALL, frozenset())
    ]
    assert refusal(made, MuteSite(endpoint="1", muted=True)) == "freeswitch.no_conference"


def test_the_only_conference_is_found_by_itself():
    made = switch(2, conference="")
    assert perform(made, MuteSite(endpoint="1", muted=True)) == ["mute 27"]


def test_of_several_conferences_none_is_guessed():
    made = Switch(conference="")
    two = '[{"conference_name":"a","members":[]},{"conference_name":"b","members":[]}]'
    made.meddle = lambda line: esl_reply(two) if line.endswith("json_list") else None
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.observe())
    assert refused.value.problem.code == "freeswitch.several"


def test_without_the_module_it_says_so():
    made = Switch()
    made.meddle = lambda line: esl_reply(f"-ERR {line[4:]} Command not found!")
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.observe())
    assert refused.value.problem.code == "freeswitch.no_module"


# -- who is who --------------------------------------------------------------------------------


def test_a_site_is_known_by_its_number_then_by_its_name():
    made = Switch(directory={"sip:643@a": "x", "650@b": "y", "sip:ea.kar@c": "z"})
    made.join("643", name="650")
    made.join("unknown", name="Ea.Kar")
    made.join("650@b", name="643")
    made.join("Outbound Call", name="Người lạ")
    made.meet()
    assert set(legs(made)) == {"x", "y", "z", "?Outbound Call"}
    assert legs(made)["?Outbound Call"].name == "Người lạ"


def test_a_number_that_two_sites_share_names_neither():
    made = Switch(directory={"sip:1@a": "x", "sip:1@b": "y"})
    made.join("1")
    made.meet()
    assert set(legs(made)) == {"?1"}


def test_a_roster_that_was_loaded_later_is_used():
    made = Switch(directory={})
    made.directory["sip:7@a"] = "seven"
    made.join("7")
    made.meet()
    assert set(legs(made)) == {"seven"}


def test_an_id_given_to_somebody_else_is_not_taken_for_the_old_one():
    made = switch(2)
    old = made.leave(1)
    new = made.join(5)
    new.id = old.id
    made.tell("del-member", old)
    made.tell("add-member", new)
    assert legs(made)["5"].presence is Presence.CONNECTED
    assert f.LegEnded(CALL, "1") in made.player.facts
    assert refusal(made, MuteSite(endpoint="1", muted=True)) == "freeswitch.not_in_call"
    assert perform(made, MuteSite(endpoint="5", muted=True)) == ["mute 27"]


def test_of_two_members_of_a_site_both_are_muted_and_one_may_go():
    made = switch(1)
    second = made.join(0)
    made.tell("add-member", second)
    assert perform(made, MuteSite(endpoint="0", muted=True)) == ["mute 27", "mute 26"]
    made.player.take()
    made.tell("del-member", made.leave(0))
    assert not [x for x in made.player.take() if isinstance(x, f.LegEnded)]
    made.tell("del-member", made.leave(0))
    assert f.LegEnded(CALL, "0") in made.player.facts


@pytest.mark.parametrize(
    "name", ["Huyện Ea H'leo", "M'Đrắk", "a;b|c", "\\' ^^|x", 'Xã "trích" dẫn', "x\ny: z"]
)
def test_names_come_through_whole_from_events_and_lists(name: str):
    made = Switch()
    made.join(1, name=name)
    made.meet()
    shown = name.replace("\n", " ")
    assert legs(made)["1"].name == shown
    made.player.take()
    made.tell("add-member", made.join(2, name=name))
    assert legs(made)["2"].name == shown
    assert len(legs(made)) == 1


# -- quoting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Giao ban", "Ea H'leo", "^^:a:b", "a|b", "C:\\x", "M'Đrắk"])
def test_a_conference_with_an_odd_name_is_spoken_to(name: str):
    made = switch(2, name=name, conference=name)
    perform(made, MuteSite(endpoint="1", muted=True))
    assert made.who(1).speak is False


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\0b", "a\u2028b"])
def test_a_name_with_a_line_in_it_is_never_sent(name: str):
    made = Switch(conference=name)
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.observe())
    assert refused.value.problem.code == "freeswitch.bad_text"
    assert not made.player.requests


def test_words_banners_and_dial_strings():
    assert word("1up_top_left+5") == "1up_top_left+5"
    assert word("Ea H'leo") == r"'Ea H\'leo'"
    assert word("^^:x") == "'^^:x'"
    assert banner("Mời\nEa H'leo | 100%") == "M%E1%BB%9Di%20Ea%20H%27leo%20%7C%20100%25"
    assert banner("clear") == "clear%20"
    assert banner("  ") == "clear"
    assert dial_string("sip:1@h", "internal") == "sofia/internal/1@h"
    assert dial_string("SIPS:1@[::1]:5061", "x") == "sofia/x/1@[::1]:5061"


# -- the device --------------------------------------------------------------------------------


def test_the_figures_of_the_device():
    made = switch()
    health = next(r for r in made.driver.rounds() if r.name == "health")
    made.player.hold(health.make())
    (fact,) = made.player.take()
    assert isinstance(fact, f.FiguresMeasured)
    figures = fact.figures
    assert (figures.ports_used, figures.ports_total, figures.legs) == (12, 1000, 3)
    assert (figures.uptime_s, figures.load_pct) == (3723, 30.5)


def test_figures_that_are_not_told_stay_unknown():
    made = switch()
    made.meddle = lambda line: esl_reply("1 session(s) max") if line == "api status" else None
    made.player.hold(next(r for r in made.driver.rounds() if r.name == "health").make())
    (fact,) = made.player.take()
    assert isinstance(fact, f.FiguresMeasured)
    assert (fact.figures.uptime_s, fact.figures.load_pct) == (None, None)
    assert "Version" in STATUS


def test_the_feed_is_a_second_connection_for_this_module_alone():
    made = Switch()
    plan = made.player.run(made.driver.listen())
    assert plan == EslPlan(
        "esl://mcu.example:8021", ("event plain CUSTOM conference::maintenance",)
    )
    heard = made.driver.hear("+OK event listener enabled plain")
    assert heard.facts == [f.PushChanged("mcu", True)]
    made.player.run(made.driver.leave())
