"""The FreeSWITCH driver, fed by hand: who is there, what is asked, what is believed."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    RecordConference,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.conference import Conference
from console.domain.fold import fold
from console.domain.layout import Layout
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.domain.state import State
from console.drivers.freeswitch.words import banner, dial_string, word
from console.wire.esl import EslPlan
from console.wire.problems import Closed, DeadlinePassed, WireError
from tests.domain.worlds import event
from tests.drivers.switch import STATUS, Switch, esl_reply

CALL = "mcu/hnth"


def switch(sites: int = 3, **more: Any) -> Switch:
    made = Switch(**more)
    for number in range(sites):
        made.join(number)
    made.meet()
    made.player.take()
    made.player.requests.clear()
    return made


def asked(made: Switch) -> list[str]:
    """What was asked for that changes something."""
    lines = [r.command.removeprefix("api ") for r in made.player.requests if not r.repeatable]
    made.player.requests.clear()
    return [line.removeprefix(f"conference {made.name} ") for line in lines]


def perform(made: Switch, command: Command) -> list[str]:
    made.player.hold(made.driver.perform(command))
    return asked(made)


def refusal(made: Switch, command: Command) -> str:
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.perform(command))
    return refused.value.problem.code


def legs(made: Switch) -> dict[str, Leg]:
    return {x.leg.endpoint: x.leg for x in made.player.facts if isinstance(x, f.LegSeen)}


def told(made: Switch) -> Conference:
    return [x.conference for x in made.player.facts if isinstance(x, f.ConferenceSeen)][-1]


def state(made: Switch) -> State:
    found = State()
    for fact in made.player.facts:
        fold(found, event(fact, made.now_us / 1e6, source="mcu"))
    return found


# -- first contact ----------------------------------------------------------------------------


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


# -- who is who -------------------------------------------------------------------------------


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


# -- events and lists -------------------------------------------------------------------------


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


# -- the podium -------------------------------------------------------------------------------


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


# -- the other wishes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (MuteSite(endpoint="1", muted=True), "mute 27"),
        (MuteSite(endpoint="1", muted=False), "unmute 27"),
        (HideVideo(endpoint="2", hidden=True), "vmute 28"),
        (HideVideo(endpoint="2", hidden=False), "unvmute 28"),
        (MuteAllBut(conference=CALL, keep=()), "mute all"),
        (HangUpSite(endpoint="0"), "hup 26"),
        (HangUpAll(conference=CALL), "hup all"),
        (LockConference(conference=CALL, locked=True), "lock"),
        (LockConference(conference=CALL, locked=False), "unlock"),
        (SetConferenceLayout(conference=CALL, layout=Layout.EQUAL_2X2), "vid-layout 2x2"),
        (
            SetConferenceLayout(conference=CALL, layout=Layout.ONE_PLUS_FIVE),
            "vid-layout 1up_top_left+5",
        ),
        (SetConferenceLayout(conference=CALL, layout=Layout.AUTOMATIC), "vid-layout group:grid"),
        (RecordConference(conference=CALL, on=False), "norecord all"),
        (ShowBanner(conference=CALL, text=""), "vid-banner all clear"),
    ],
)
def test_how_it_is_asked(command: Command, line: str):
    assert perform(switch(), command) == [line]


def test_all_but_some_are_muted_one_by_one_or_as_those_who_are_no_moderators():
    made = switch(4)
    made.who(3).speak = False
    made.player.hold(made.driver.observe())
    assert perform(made, MuteAllBut(conference=CALL, keep=("1",))) == ["mute 26", "mute 28"]
    made.who(1).moderator = True
    made.tell("unmute-member", made.who(1))
    assert perform(made, MuteAllBut(conference=CALL, keep=("1",))) == ["mute non_moderator"]


def test_ok_is_no_confirmation():
    made = switch()
    made.meddle = lambda line: esl_reply("+OK") if " mute " in line or " lock" in line else None
    perform(made, MuteSite(endpoint="1", muted=True))
    perform(made, LockConference(conference=CALL, locked=True))
    assert not made.player.take()
    made.player.hold(made.driver.look(MuteSite(endpoint="1", muted=True)))
    assert "1" not in legs(made)


def test_layout_and_banner_are_told_by_the_answer_that_names_them():
    made = switch()
    perform(made, SetConferenceLayout(conference=CALL, layout=Layout.EQUAL_3X3))
    assert told(made).layout is Layout.EQUAL_3X3
    perform(made, ShowBanner(conference=CALL, text="Mời Ea H'leo"))
    assert told(made).banner == "Mời Ea H'leo"
    refused = SetConferenceLayout(conference=CALL, layout=Layout.EQUAL_5X5)
    assert refusal(made, refused) == "freeswitch.refused"
    assert told(made).layout is Layout.EQUAL_3X3
    made.driver.forget()
    made.meet()
    assert told(made).layout is None
    assert told(made).banner is None


def test_another_run_of_the_conference_has_no_known_layout():
    made = switch()
    perform(made, SetConferenceLayout(conference=CALL, layout=Layout.EQUAL_3X3))
    made.player.hold(made.driver.observe())
    assert told(made).layout is Layout.EQUAL_3X3
    made.run = "conf-2"
    made.player.hold(made.driver.observe())
    assert told(made).layout is None


def test_one_screen_alone_is_refused():
    command = SetScreenLayout(endpoint="1", layout=Layout.SINGLE)
    assert refusal(switch(), command) == "command.not_supported"


def test_recording_goes_where_the_device_keeps_recordings_and_events_confirm_it():
    made = switch()
    line = perform(made, RecordConference(conference=CALL, on=True))
    assert line == ["record /var/lib/freeswitch/recordings/hnth-19700101T000002Z.wav"]
    made.player.take()
    made.tell("start-recording", Path="x")
    assert told(made).recording is True
    made.tell("stop-recording", Path="x", Other_Recordings="true")
    assert told(made).recording is True
    made.tell("stop-recording", Path="y", Other_Recordings="false")
    assert told(made).recording is False


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("-ERR Non-Existant ID 27", "freeswitch.not_in_call"),
        ("-ERR Member: 9 not found.", "freeswitch.not_in_call"),
        ("-ERR Conference hnth not found", "freeswitch.no_conference"),
        ("-ERR Conference is not in mixing mode", "freeswitch.no_mixing"),
        ("mute <[member_id|all]|last|non_moderator> [<quiet>]", "freeswitch.refused"),
        ("-ERR no reply", "freeswitch.refused"),
        ("", "freeswitch.refused"),
    ],
)
def test_how_it_declines(answer: str, code: str):
    made = switch()
    made.meddle = lambda line: esl_reply(answer) if " mute " in line else None
    assert refusal(made, MuteSite(endpoint="1", muted=True)) == code


# -- calls ------------------------------------------------------------------------------------


def dial(site: str = "7", **more: Any) -> DialSite:
    return DialSite(conference=CALL, endpoint=site, address=f"sip:{site}@hnth", **more)


def test_a_call_is_asked_for_and_its_site_known_by_the_channel_it_made():
    made = switch()
    assert perform(made, dial()) == ["bgdial sofia/internal/7@hnth 7 7"]
    assert legs(made)["7"].presence is Presence.DIALLING
    made.tell("bgdial-result", Result="SUCCESS", Job_UUID="job-1", Peer_UUID="uuid-29")
    made.tell("add-member", made.join("default", name="Outbound Call"))
    assert legs(made)["7"].presence is Presence.CONNECTED
    assert not [site for site in legs(made) if site.startswith("?")]


def test_who_was_taken_for_a_guest_is_the_site_when_the_call_says_so():
    made = switch()
    made.tell("add-member", made.join("default", name="Outbound Call"))
    assert "?default" in legs(made)
    made.tell("bgdial-result", Result="SUCCESS", Job_UUID="job-1", Peer_UUID="uuid-29")
    perform(made, dial())
    found = state(made).legs
    assert found["7"].presence is Presence.CONNECTED
    assert found["?default"].presence is not Presence.CONNECTED


def test_a_call_that_nobody_answers_is_a_wish_refused():
    made = switch()
    command = dial()
    perform(made, command)
    made.tell("bgdial-result", Result="NO_ANSWER", Job_UUID="job-1")
    refused = [x for x in made.player.facts if isinstance(x, f.CommandRefused)]
    assert [(r.command, r.problem.code) for r in refused] == [(command.id, "freeswitch.no_answer")]
    assert state(made).legs["7"].presence is Presence.ABSENT


def test_a_call_that_was_never_heard_of_again_is_none_after_a_while():
    made = switch()
    perform(made, dial())
    made.player.hold(made.driver.observe())
    assert state(made).legs["7"].presence is Presence.DIALLING
    made.now_us += 80_000_000
    made.player.hold(made.driver.observe())
    assert state(made).legs["7"].presence is Presence.ABSENT


def test_a_site_that_is_there_is_not_called_unless_anew():
    made = switch()
    assert perform(made, dial("1")) == []
    made.now_us += 10
    waited = made.player.waited_s

    def time_goes_by(_: str) -> None:
        made.now_us += 1000

    made.meddle = time_goes_by
    assert perform(made, dial("1", fresh=True)) == ["hup 27", "bgdial sofia/internal/1@hnth 1 1"]
    assert made.player.waited_s > waited


def test_a_call_opens_a_conference_that_does_not_run():
    made = Switch(running=False, address="esl://mcu.example/external")
    made.meet()
    made.player.requests.clear()
    assert perform(made, dial()) == ["bgdial sofia/external/7@hnth 7 7"]


@pytest.mark.parametrize(
    "address",
    [
        "{sip_h_X=1}7@hnth",
        "7@hnth,8@hnth",
        "7@hnth|8@hnth",
        "7@hnth &system(x)",
        "7@hnth\napi shutdown",
        "loopback/7",
        "Ea H'leo@hnth",
        "h323:1.2.3.4",
    ],
)
def test_no_address_is_more_than_an_address(address: str):
    made = switch()
    command = DialSite(conference=CALL, endpoint="7", address=address)
    assert refusal(made, command) == "freeswitch.bad_address"
    assert asked(made) == []


def test_without_an_address_nothing_is_called():
    command = DialSite(conference=CALL, endpoint="7", address="")
    assert refusal(switch(), command) == "command.no_address"


# -- quoting ----------------------------------------------------------------------------------


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


# -- the device -------------------------------------------------------------------------------


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
