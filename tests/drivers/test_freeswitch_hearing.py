"""The FreeSWITCH driver, fed by hand: which events and lists are believed."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.mcu import (
    MuteSite,
    PutOnPodium,
)
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.wire.problems import Closed, DeadlinePassed, WireError
from tests.drivers.switch import (
    CALL,
    esl_reply,
    legs,
    perform,
    refusal,
    state,
    switch,
    told,
)

# -- events and lists --------------------------------------------------------------------------


def test_events_tell_mute_video_hold_and_speech_at_once():
    made = switch()
    somebody = made.who(1)
    somebody.speak, somebody.see, somebody.hear, somebody.hold = False, False, False, True
    made.tell("mute-member", somebody)
    leg = legs(made)["1"]
    assert (leg.mic_muted, leg.video_muted, leg.deaf) == (True, True, True)
    assert leg.presence is Presence.ON_HOLD
    somebody.talking = True
    made.tell("start-talking", somebody)
    assert f.SpeechHeard("1", True) in made.player.facts


def test_an_older_event_that_comes_later_tells_nothing():
    made = switch()
    somebody = made.who(1)
    late = made.event("unmute-member", somebody)
    somebody.speak = False
    made.tell("mute-member", somebody)
    made.player.take()
    made.hear(late)
    made.hear(late)
    assert not made.player.take()


def test_who_left_does_not_come_back_by_a_late_event_or_list():
    made = switch()
    gone = made.who(1)
    late = made.event("start-talking", gone)

    def leaves_meanwhile(line: str) -> Any:
        if line.endswith("json_list"):
            made.meddle = lambda _: None
            answer = made.answer(made.player.requests[-1])
            made.tell("del-member", made.leave(1))
            return answer
        return None

    made.meddle = leaves_meanwhile
    made.player.hold(made.driver.observe())
    made.hear(late)
    assert "1" not in legs(made)
    assert f.LegEnded(CALL, "1") in made.player.facts
    rosters = [x.present for x in made.player.facts if isinstance(x, f.RosterSeen)]
    assert rosters == [frozenset({"0", "2"})]


def test_who_joined_while_the_list_was_read_is_not_ended_by_it():
    made = switch()

    def joins_meanwhile(line: str) -> Any:
        if line.endswith("json_list"):
            made.meddle = lambda _: None
            answer = made.answer(made.player.requests[-1])
            made.now_us += 1000
            made.tell("add-member", made.join(9))
            return answer
        return None

    made.meddle = joins_meanwhile
    made.player.hold(made.driver.observe())
    assert legs(made)["9"].presence is Presence.CONNECTED
    assert not [x for x in made.player.facts if isinstance(x, f.LegEnded)]


def test_who_joined_after_the_list_and_before_the_rest_was_read_is_not_ended_by_it():
    made = switch()

    def joins_afterwards(line: str) -> Any:
        if "summary" in line:
            made.meddle = lambda _: None
            made.tell("add-member", made.join(9))
        return None

    made.meddle = joins_afterwards
    made.player.hold(made.driver.observe())
    assert state(made).legs["9"].presence is Presence.CONNECTED


def test_a_list_that_was_asked_before_does_not_undo_an_event():
    made = switch()
    somebody = made.who(1)

    def muted_meanwhile(line: str) -> Any:
        if line.endswith("json_list"):
            made.meddle = lambda _: None
            answer = made.answer(made.player.requests[-1])
            made.now_us += 1000
            somebody.speak = False
            made.tell("mute-member", somebody)
            return answer
        return None

    made.meddle = muted_meanwhile
    made.player.hold(made.driver.observe())
    assert legs(made)["1"].mic_muted is True


@pytest.mark.parametrize(
    "answer",
    [
        DeadlinePassed(seconds=8.0),
        Closed(reason="reset"),
        esl_reply("-ERR no reply"),
        esl_reply(""),
        esl_reply("[{]"),
        esl_reply('{"conference_name":"hnth"}'),
        esl_reply('[{"conference_name":"hnth","member_count":3,"members":[]}]'),
        esl_reply('[{"conference_name":"hnth","members":[{"id":"x"}]}]'),
        esl_reply(b"\xff\xfe\0"),
    ],
)
def test_no_broken_list_makes_everyone_leave(answer: Any):
    made = switch()
    made.meddle = lambda line: answer if line.endswith("json_list") else None
    try:
        made.player.hold(made.driver.observe())
    except (WireError, Refused):
        pass
    assert not [x for x in made.player.facts if isinstance(x, f.LegEnded)]
    made.meddle = lambda _: None
    made.player.hold(made.driver.observe())
    found = state(made).legs.values()
    assert {leg.presence for leg in found} <= {Presence.CONNECTED}


def test_a_lost_link_reads_everything_anew_without_a_false_leaving():
    made = switch()
    made.who(2).speak = False
    made.leave(0)
    for somebody in made.people:
        somebody.id += 100
    made.driver.forget()
    made.meet()
    found = state(made)
    assert {g.endpoint: g.mic_muted for g in found.legs.values()} == {"1": False, "2": True}
    assert not [x for x in made.player.facts if isinstance(x, f.LegEnded)]
    assert perform(made, MuteSite(endpoint="1", muted=True)) == ["mute 127"]


def test_a_lost_feed_ends_speech_and_makes_hidden_cameras_unknown():
    made = switch()
    somebody = made.who(1)
    somebody.talking, somebody.see = True, False
    made.tell("vmute-member", somebody)
    made.player.take()
    made.player.run(made.driver.listen())
    assert made.player.take() == [f.SpeechHeard("1", False)]
    somebody.talking = False
    made.player.hold(made.driver.observe())
    assert legs(made)["1"].video_muted is None


def test_another_count_than_known_makes_the_list_be_read():
    made = switch()
    made.join(7)
    check = next(r for r in made.driver.rounds() if r.name == "roster")
    life = next(r for r in made.driver.rounds() if r.name == "life")
    made.player.hold(check.make())
    made.player.take()
    made.player.requests.clear()
    made.player.hold(check.make())
    assert not made.player.requests
    made.join(8)
    made.player.hold(life.make())
    made.player.hold(check.make())
    assert set(legs(made)) == {"8"}


def test_a_sign_of_life_that_is_none_is_no_sign_of_life():
    made = switch()
    made.meddle = lambda _: esl_reply("hello")
    with pytest.raises(WireError):
        made.player.hold(next(r for r in made.driver.rounds() if r.name == "life").make())


def test_a_conference_that_ended_is_told_so_and_read_when_it_begins_again():
    made = switch(1)
    made.running = False
    made.people.clear()
    made.tell("conference-destroy")
    assert told(made).live is False
    assert f.LegEnded(CALL, "0") in made.player.facts
    made.player.take()
    made.running = True
    made.join(3)
    made.tell("conference-create")
    assert told(made).live is True
    assert set(legs(made)) == {"3"}


def test_events_of_another_conference_mean_nothing():
    made = switch()
    made.name = "other"
    made.tell("add-member", made.join(9))
    made.tell("lock")
    assert not made.player.take()


# -- the podium --------------------------------------------------------------------------------


def test_the_floor_that_follows_speech_is_no_podium():
    made = switch()
    made.floor = made.who(1).id
    made.tell("video-floor-change", Old_ID="none", New_ID=str(made.floor))
    made.player.hold(made.driver.observe())
    assert state(made).conferences == {} or told(made).podium == ""


def test_the_podium_is_the_floor_that_is_held():
    made = switch()
    assert perform(made, PutOnPodium(conference=CALL, endpoint="1")) == ["vid-floor 27 force"]
    assert told(made).podium == "1"
    assert perform(made, PutOnPodium(conference=CALL, endpoint="1")) == []
    assert perform(made, PutOnPodium(conference=CALL, endpoint="2")) == ["vid-floor 28 force"]
    made.tell("video-floor-change", Old_ID="27", New_ID="28")
    assert told(made).podium == "2"
    assert perform(made, PutOnPodium(conference=CALL, endpoint="")) == ["clear-vid-floor"]
    assert told(made).podium == ""


def test_an_event_that_the_floor_moved_where_we_had_it_held_is_proof():
    made = switch()
    made.flags = False
    perform(made, PutOnPodium(conference=CALL, endpoint="1"))
    made.tell("video-floor-change", Old_ID="26", New_ID="27")
    assert told(made).podium == "1"


def test_another_console_holds_the_floor_and_it_is_seen():
    made = switch()
    made.floor, made.held = made.who(2).id, True
    made.tell("video-floor-change", Old_ID="none", New_ID="28")
    assert told(made).podium == "2"
    made.player.take()
    made.floor, made.held = made.who(1).id, False
    made.tell("video-floor-change", Old_ID="28", New_ID="27")
    assert told(made).podium == ""


def test_a_site_lost_from_the_podium_is_told_before_the_podium_is_empty():
    made = switch()
    perform(made, PutOnPodium(conference=CALL, endpoint="1"))
    made.player.take()
    gone, made.held, made.floor = made.leave(1), False, 0
    made.tell("del-member", gone)
    kinds = [type(x).__name__ for x in made.player.facts]
    assert kinds.index("LegEnded") < kinds.index("ConferenceSeen")
    assert told(made).podium == ""


def test_a_held_floor_toggled_by_accident_is_held_again():
    made = switch()
    made.floor, made.held = 27, True
    made.meddle = lambda line: esl_reply("+OK") if "summary" in line else None
    assert perform(made, PutOnPodium(conference=CALL, endpoint="1")) == ["vid-floor 27 force"] * 2
    assert made.held


def test_a_site_without_picture_is_not_put_on_the_podium():
    made = switch()
    made.who(1).video = False
    assert refusal(made, PutOnPodium(conference=CALL, endpoint="1")) == "freeswitch.no_video"
    made.player.hold(made.driver.observe())
    assert refusal(made, PutOnPodium(conference=CALL, endpoint="1")) == "freeswitch.no_video"


def test_a_picture_that_came_after_the_call_is_asked_for_before_a_site_is_refused():
    made = switch()
    made.tell("add-member", made.who(1), Video="false")
    perform(made, PutOnPodium(conference=CALL, endpoint="1"))
    assert made.floor == made.who(1).id
