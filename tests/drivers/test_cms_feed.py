"""The event feed: acknowledged, subscribed anew, distrusted where it must be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.presence import Presence
from console.wire.problems import NotUnderstood
from console.wire.websocket import SocketPlan
from tests.drivers.bridge import CALL, Bridge
from tests.drivers.player import reply


def bridge(sites: int = 3, **more: Any) -> Bridge:
    made = Bridge(**more)
    for number in range(sites):
        made.join(number)
    made.meet()
    made.listen()
    made.player.take()
    made.player.requests.clear()
    return made


def legs(made: Bridge) -> list[Any]:
    return [fact.leg for fact in made.player.facts if isinstance(fact, f.LegSeen)]


def test_the_token_goes_into_the_address_and_the_call_into_the_greeting():
    made = Bridge()
    made.meet()
    plan: SocketPlan = made.player.run(made.driver.listen())
    assert plan.url == "wss://mcu.example/events/v1?authToken=tok%2Fen"
    asked = json.loads(plan.greeting[0])["message"]
    assert asked["type"] == "subscribeRequest"
    assert [s["type"] for s in asked["subscriptions"]] == ["calls", "callInfo", "callRoster"]
    assert {s.get("call") for s in asked["subscriptions"]} == {None, CALL}


def test_without_a_token_there_is_no_feed():
    made = Bridge()
    made.meet()
    made.meddle = lambda r: reply() if r.path.endswith("authTokens") else None
    with pytest.raises(NotUnderstood):
        made.player.run(made.driver.listen())


def test_every_message_is_acknowledged_whatever_it_says():
    made = bridge()
    for kind in ("rosterUpdate", "callListUpdate", "somethingNew", "subscriptionUpdate"):
        sent = made.say(kind)
        assert json.loads(sent[0]) == {
            "type": "messageAck",
            "messageAck": {"messageId": made.message, "status": "success"},
        }


def test_garbage_means_nothing():
    made = bridge()
    for text in ("", "{", "[]", "null", '"x"', "{}", '{"message":5}', "\0", '{"message":{}}'):
        heard = made.driver.hear(text)
        assert (heard.facts, heard.send, heard.talks) == ((), (), ())
    for number in (True, "7", None, 1.5):
        text = json.dumps({"message": {"messageId": number, "type": "rosterUpdate"}})
        assert made.driver.hear(text).send == ()
    for updates in (None, 5, [5], [{}], [{"participant": 7}], [{"participant": ["p1"]}], {}):
        made.say("rosterUpdate", updates=updates, subscriptionIndex=3)
    made.say("callInfoUpdate", callInfo=[1])
    made.say("subscriptionUpdate", subscriptions=[{"index": "3"}, {"index": 2, "state": 1}])
    assert made.player.facts == []


def test_what_changes_is_told_at_once():
    made = bridge()
    made.roster("p1", audioMuted=False, videoMuted=True, layout="speakerOnly", activeSpeaker=True)
    leg = legs(made)[0]
    assert (leg.endpoint, leg.mic_muted, leg.video_muted) == ("1", False, True)
    assert f.SpeechHeard("1", True) in made.player.facts
    made.player.take()
    made.say(
        "callInfoUpdate", callInfo={"call": CALL, "lockState": "locked", "recording": "active"}
    )
    conference = next(x.conference for x in made.player.facts if isinstance(x, f.ConferenceSeen))
    assert (conference.locked, conference.recording) == (True, True)


@pytest.mark.parametrize("value", ["yes", 1, None, [], {"a": 1}])
def test_values_not_understood_become_unknown(value: Any):
    made = bridge()
    made.roster("p1", audioMuted=value, layout=value, importance={"x": value})
    leg = legs(made)[0]
    assert (leg.mic_muted, leg.layout) == (None, None)
    made.say("callInfoUpdate", callInfo={"lockState": value, "recording": value})
    conference = [x.conference for x in made.player.facts if isinstance(x, f.ConferenceSeen)][-1]
    assert (conference.locked, conference.recording, conference.podium) == (None, None, None)


def test_who_joins_and_leaves():
    made = bridge()
    made.roster("p7", updateType="add", uri="7@hnth", name="Xã <b>", state="ringing")
    assert [(leg.endpoint, leg.presence) for leg in legs(made)] == [("7", Presence.RINGING)]
    made.roster("p8", updateType="add", uri="sip:x@y", name="Khách")
    assert legs(made)[-1].endpoint == "?sip:x@y"
    assert legs(made)[-1].presence is Presence.UNKNOWN
    made.player.take()
    made.roster("p7", updateType="delete")
    assert f.LegEnded("mcu/space-1", "7") in made.player.facts
    made.player.take()
    made.roster("p7", audioMuted=True)
    assert made.player.facts == []


def test_a_newcomer_without_an_address_is_asked_about():
    made = bridge()
    made.join(5)
    made.roster("p5", state="connected")
    assert [leg.endpoint for leg in legs(made)] == ["5", "5"]
    assert legs(made)[-1].mic_muted is True


def test_a_repeated_message_is_acknowledged_and_ignored():
    made = bridge()
    made.roster("p1", audioMuted=False)
    number = made.message
    made.roster("p1", audioMuted=True)
    made.player.take()
    assert made.roster("p1", number, audioMuted=False)
    assert made.player.facts == []


def test_an_overtaken_message_is_not_believed_but_looked_into():
    made = bridge()
    made.roster("p1", 3, audioMuted=False)
    made.player.take()
    made.roster("p1", 2, audioMuted=True)
    assert legs(made) == []
    made.people[1].mute = "false"
    made.now_us += 20_000_000
    made.player.hold(made.driver.rounds()[1].make())
    assert "/api/v1/callLegs/leg-p1" in made.player.paths()
    assert legs(made) == []


def test_a_gap_makes_everything_be_read_again_once():
    made = bridge()
    made.now_us += 20_000_000
    made.roster("p1", 9, audioMuted=True)
    made.people[2].mute = "false"
    check = made.driver.rounds()[1].make
    made.player.hold(check())
    assert [leg.endpoint for leg in legs(made)] == ["2"]
    made.player.requests.clear()
    made.player.hold(check())
    assert made.player.requests == []


def test_with_the_feed_alive_the_list_is_read_now_and_then():
    made = bridge()
    check = made.driver.rounds()[1].make
    made.player.hold(check())
    assert made.player.requests == []
    made.now_us += 31_000_000
    made.player.hold(check())
    assert made.player.requests
    made.say("subscriptionUpdate", subscriptions=[{"index": 3, "state": "pending"}])
    assert f.PushChanged("mcu", False) in made.player.facts
    made.player.requests.clear()
    made.player.hold(check())
    assert made.player.requests


def test_a_roster_that_the_bridge_ends_is_asked_for_again_a_few_times():
    made = bridge()
    ended = [{"index": 3, "state": "deactivated"}]
    sent = [made.say("subscriptionUpdate", subscriptions=ended) for _ in range(5)]
    assert [len(s) for s in sent] == [2, 2, 2, 1, 1]


def test_another_call_is_found_and_subscribed():
    made = bridge(0)
    made.calls = 0
    made.say("callListUpdate", updates=[{"call": CALL, "updateType": "remove"}])
    told = [x.conference.live for x in made.player.facts if isinstance(x, f.ConferenceSeen)]
    assert told == [False]
    made.calls = 1
    made.join(1)
    sent = made.say("callListUpdate", updates=[{"call": CALL, "updateType": "add"}])
    sent += made.say("callListUpdate", updates=[{"call": CALL, "participants": 1}])
    assert [leg.endpoint for leg in legs(made)] == ["1", "1"]
    assert sum("subscribeRequest" in text for text in sent) == 1


def test_another_calls_roster_is_not_ours():
    made = bridge()
    made.say("callInfoUpdate", callInfo={"call": "other", "lockState": "locked"})
    assert made.player.facts == []


def test_a_lost_feed_leaves_nobody_speaking():
    made = bridge()
    made.roster("p1", activeSpeaker=True)
    made.roster("p2", activeSpeaker=True)
    made.roster("p2", activeSpeaker=False)
    made.player.take()
    made.player.run(made.driver.listen())
    spoken = [x for x in made.player.take() if isinstance(x, f.SpeechHeard)]
    assert spoken == [f.SpeechHeard("1", False)]
    made.player.run(made.driver.listen())
    assert made.player.take() == []


def test_a_feed_that_says_nothing_of_who_comes_is_taken_for_silent_the_second_time():
    made = bridge()
    check = made.driver.rounds()[1].make
    for number, alive in ((10, True), (11, False)):
        made.join(number)
        made.now_us += 31_000_000
        made.player.hold(check())
        assert (f.PushChanged("mcu", False) in made.player.facts) is not alive
    made.player.take()
    made.roster("p1", audioMuted=True)
    assert f.PushChanged("mcu", True) in made.player.facts
