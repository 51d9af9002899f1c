"""The FreeSWITCH driver, fed by hand: what is asked for, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    RecordConference,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.layout import Layout
from console.domain.presence import Presence
from tests.drivers.switch import (
    CALL,
    Switch,
    asked,
    esl_reply,
    legs,
    perform,
    refusal,
    state,
    switch,
    told,
)

# -- the other wishes --------------------------------------------------------------------------


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


def test_muting_all_but_some_stands_where_one_of_them_leaves_meanwhile():
    made = switch(4)
    made.people = [p for p in made.people if p.id != 26]
    wish = MuteAllBut(conference=CALL, keep=("1",))
    assert perform(made, wish) == ["mute 26", "mute 28", "mute 29"]
    assert not made.who(3).speak


def test_where_only_moderators_are_left_there_is_nobody_to_mute():
    """The device would answer «Skipping moderator», which is no `+OK`."""
    made = switch(1)
    made.who(0).moderator = True
    made.tell("unmute-member", made.who(0))
    assert perform(made, MuteAllBut(conference=CALL, keep=("0",))) == []


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


# -- calls -------------------------------------------------------------------------------------


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
