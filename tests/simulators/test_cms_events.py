"""The pretend MCU's events: subscriptions, acks, silence, replacement, what is told and when."""

from __future__ import annotations

import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests.simulators.events import Events, address, events, info_line, roster_line, token
from tests.simulators.peer import Started, refused, until
from tests.simulators.web_line import web_line


def whole(ears: Events, peer: Started) -> None:
    """Subscribe to the roster and wait until it is there."""
    ears.subscribe(roster_line(peer))
    assert ears.hear(lambda: len(ears.roster()) == peer.ready["sites"])


def leg(peer: Started, code: str) -> dict[str, object]:
    return dict(peer.site(code)["leg"])


def mute(peer: Started, code: str, value: bool) -> None:
    form = {"rxAudioMute": str(value).lower()}
    peer.cms("PUT", f"/callLegs/{leg(peer, code)['id']}", form)


def test_a_token_is_needed_works_once_and_soon(quiet: Started) -> None:
    key = token(quiet)
    for wrong in ("", "nonsense"):
        assert refused(address(quiet, wrong), quiet.tls()) == 401
    with web_line(address(quiet, key), quiet.tls()):
        pass
    assert refused(address(quiet, key), quiet.tls()) == 401
    late = token(quiet)
    quiet.fault("expire_tokens", "cms-1")
    assert refused(address(quiet, late), quiet.tls()) == 401
    assert quiet.cms("POST", "/authTokens", auth=None).status_code == 401


def test_subscribing_is_acked_becomes_active_and_brings_the_present(quiet: Started) -> None:
    with events(quiet) as ears:
        calls = {"index": 1, "type": "calls", "elements": ["name", "participants", "lockState"]}
        ears.subscribe(calls, info_line(quiet), roster_line(quiet))
        assert ears.hear(lambda: len(ears.roster()) == 30 and ears.of("callInfoUpdate"))
        assert ears.answers == [{"messageId": 101, "status": "success"}]
        assert ears.states() == [
            (1, "pending"),
            (2, "pending"),
            (3, "pending"),
            (1, "active"),
            (2, "active"),
            (3, "active"),
        ]
        listed = ears.of("callListUpdate")[0]["updates"][0]
        assert listed["call"] == quiet.call()
        assert listed["updateType"] == "add"
        assert (listed["participants"], listed["lockState"]) == (30, "unlocked")
        info = ears.of("callInfoUpdate")[0]["callInfo"]
        assert info["name"] == quiet.ready["cms"][0]["conference"]
        assert info["joinAudioMuteOverride"] is True
        one = ears.roster()[str(leg(quiet, "24121")["participant"])]
        assert one == {
            "participant": leg(quiet, "24121")["participant"],
            "updateType": "add",
            "name": "Phường Tân Hòa",
            "uri": "24121@hnth.daklak.example",
            "state": "connected",
            "audioMuted": True,
            "importance": 0,
            "layout": "allEqual",
            "activeSpeaker": False,
        }
        numbers = [message["messageId"] for message in ears.heard]
        assert numbers == sorted(set(numbers))


def test_a_change_is_told_only_with_what_changed(quiet: Started) -> None:
    with events(quiet) as ears:
        whole(ears, quiet)
        before = len(ears.updates())
        mute(quiet, "643", False)
        assert ears.hear(lambda: len(ears.updates()) > before)
        assert ears.updates()[before:] == [
            {
                "participant": leg(quiet, "643")["participant"],
                "updateType": "update",
                "audioMuted": False,
            }
        ]
        mute(quiet, "643", True)
        assert ears.hear(lambda: len(ears.updates()) > before + 1)


def test_elements_not_asked_for_are_not_told(quiet: Started) -> None:
    with events(quiet) as ears:
        line = roster_line(quiet) | {"elements": ["name"]}
        ears.subscribe(line)
        assert ears.hear(lambda: len(ears.roster()) == 30)
        assert set(ears.updates()[0]) == {"participant", "updateType", "name"}
        before = len(ears.updates())
        mute(quiet, "643", False)
        ears.listen(0.6)
        assert len(ears.updates()) == before
        mute(quiet, "643", True)


def test_leaving_and_joining_are_remove_and_add_under_a_new_id(quiet: Started) -> None:
    with events(quiet) as ears:
        whole(ears, quiet)
        ears.subscribe(roster_line(quiet), info_line(quiet))
        assert ears.hear(lambda: ears.of("callInfoUpdate"))
        old = leg(quiet, "24124")["participant"]
        before = len(ears.updates())
        quiet.fault("drop", "24124", seconds=0.5)
        assert ears.hear(lambda: old not in ears.roster())
        assert ears.hear(lambda: len(ears.roster()) == 30)
        new = leg(quiet, "24124")["participant"]
        assert new != old
        kinds = [
            (line["participant"], line["updateType"])
            for line in ears.updates()[before:]
            if line["participant"] in (old, new)
        ]
        assert kinds[-2:] == [(old, "remove"), (new, "add")]
        assert ears.hear(lambda: counts(ears)[-2:] == [29, 30])


def counts(ears: Events) -> list[int]:
    return [message["callInfo"].get("participants") for message in ears.of("callInfoUpdate")]


def test_lock_and_speaker_are_told(quiet: Started) -> None:
    with events(quiet) as ears:
        ears.subscribe(roster_line(quiet), info_line(quiet))
        assert ears.hear(lambda: len(ears.roster()) == 30 and ears.of("callInfoUpdate"))
        quiet.cms("PUT", f"/calls/{quiet.call()}", {"locked": "true"})
        assert ears.hear(
            lambda: ears.of("callInfoUpdate")[-1]["callInfo"].get("lockState") == "locked"
        )
        quiet.cms("PUT", f"/calls/{quiet.call()}", {"locked": "false"})
        participant = str(leg(quiet, "646")["participant"])
        quiet.fault("open_mic", "646", seconds=1.0)
        assert ears.hear(lambda: ears.roster()[participant]["activeSpeaker"])
        assert ears.hear(lambda: not ears.roster()[participant]["activeSpeaker"])
        assert quiet.state()["speaker"] is None


def test_each_request_replaces_the_whole_set(quiet: Started) -> None:
    with events(quiet) as ears:
        whole(ears, quiet)
        ears.subscribe(info_line(quiet))
        assert ears.hear(lambda: ears.of("callInfoUpdate"))
        before = len(ears.updates())
        mute(quiet, "643", False)
        ears.listen(0.6)
        assert len(ears.updates()) == before
        ears.subscribe(roster_line(quiet, index=9))
        assert ears.hear(lambda: len(ears.roster(9)) == 30)
        assert ears.roster(9)[str(leg(quiet, "643")["participant"])]["audioMuted"] is False
        mute(quiet, "643", True)
        ears.subscribe()
        ears.listen(0.6)
        after = len(ears.heard)
        mute(quiet, "643", True)
        ears.listen(0.4)
        assert len(ears.heard) == after


def test_who_does_not_ack_hears_no_more(quiet: Started) -> None:
    with events(quiet) as ears:
        whole(ears, quiet)
        ears.acks = False
        mute(quiet, "643", False)
        assert ears.hear(lambda: ears.updates()[-1].get("audioMuted") is False)
        time.sleep(5.5)
        before = len(ears.heard)
        mute(quiet, "643", True)
        ears.acks = True
        ears.say({"type": "messageAck", "messageAck": {"messageId": ears.heard[-1]["messageId"]}})
        ears.listen(0.8)
        assert len(ears.heard) == before
        ears.subscribe(roster_line(quiet))
        ears.listen(0.5)
        assert len(ears.heard) == before
    with events(quiet) as again:
        whole(again, quiet)


def test_at_most_sixteen_messages_wait_for_their_acks(quiet: Started) -> None:
    path = (
        f"/callLegs/{leg(quiet, '643')['id']}"  # asked once: the first ack is due in five seconds
    )
    with events(quiet) as ears:
        ears.acks = False
        ears.subscribe(roster_line(quiet))
        open_mic = True
        assert ears.hear(ears.updates)
        while len(ears.heard) < 16 or open_mic:
            before = min(len(ears.heard), 15)
            open_mic = not open_mic
            quiet.cms("PUT", path, {"rxAudioMute": str(not open_mic).lower()})
            assert ears.hear(lambda before=before: len(ears.heard) > before)
        for muted in (False, True, False):
            quiet.cms("PUT", path, {"rxAudioMute": str(muted).lower()})
        until(lambda: leg(quiet, "643")["rx_audio_mute"] is False)
        ears.listen(0.5)
        assert len(ears.heard) == 16
        ears.acks = True
        for message in ears.heard:
            ack = {"messageId": message["messageId"], "status": "success"}
            ears.say({"type": "messageAck", "messageAck": ack})
        assert ears.hear(lambda: len(ears.heard) > 16)
        assert ears.hear(lambda: ears.updates()[-1].get("audioMuted") is False)
    mute(quiet, "643", True)
    until(lambda: leg(quiet, "643")["rx_audio_mute"] is True)


def test_what_makes_no_sense_is_refused_or_passed_over(quiet: Started) -> None:
    with events(quiet) as ears:
        for nonsense in ("", "{", "[]", "1", '{"type":"message"}', '{"type":"x","x":{}}'):
            ears.say(nonsense)
        for lines in (
            [{"index": 1, "type": "weather", "elements": []}],
            [{"index": 1, "type": "callRoster", "elements": []}],
            [{"index": "a", "type": "calls", "elements": []}],
            [{"index": 1, "type": "calls", "elements": "name"}],
            [{"index": 1, "type": "calls", "elements": []}] * 2,
            "calls",
        ):
            request = {"messageId": 7, "type": "subscribeRequest", "subscriptions": lines}
            ears.say({"type": "message", "message": request})
        assert ears.hear(lambda: len(ears.answers) == 6)
        assert {answer["status"] for answer in ears.answers} == {"failure"}
        whole(ears, quiet)


def test_a_call_that_is_not_there_is_deactivated(quiet: Started) -> None:
    with events(quiet) as ears:
        ears.subscribe(roster_line(quiet) | {"call": "0" * 8})
        assert ears.hear(lambda: (3, "deactivated") in ears.states())
    made = quiet.cms("POST", "/calls", {"name": "Phòng chờ"}).headers["Location"]
    call_id = made.rpartition("/")[2]
    with events(quiet) as ears:
        calls = {"index": 1, "type": "calls", "elements": ["name"]}
        ears.subscribe(calls, roster_line(quiet) | {"call": call_id})
        assert ears.hear(lambda: (3, "active") in ears.states())
        quiet.cms("DELETE", f"/calls/{call_id}")
        assert ears.hear(lambda: (3, "deactivated") in ears.states())
        assert ears.hear(
            lambda: any(
                line["updateType"] == "remove" and line["call"] == call_id
                for message in ears.of("callListUpdate")
                for line in message["updates"]
            )
        )


def test_a_lost_event_is_in_the_reads_all_the_same(quiet: Started) -> None:
    with events(quiet) as ears:
        whole(ears, quiet)
        quiet.fault("lost_event", "cms-1", count=1, event="rosterUpdate")
        before = len(ears.updates())
        mute(quiet, "643", False)
        ears.listen(0.6)
        assert len(ears.updates()) == before
        path = f"/callLegs/{leg(quiet, '643')['id']}"
        assert quiet.read(path).findtext("configuration/rxAudioMute") == "false"
        mute(quiet, "643", True)
        assert ears.hear(lambda: len(ears.updates()) > before)


def test_a_duplicate_comes_twice_under_two_numbers(quiet: Started) -> None:
    with events(quiet) as ears:
        whole(ears, quiet)
        quiet.fault("duplicate_event", "cms-1", count=1)
        before = len(ears.updates())
        mute(quiet, "643", False)
        assert ears.hear(lambda: len(ears.updates()) == before + 2)
        first, second = ears.of("rosterUpdate")[-2:]
        assert first["messageId"] != second["messageId"]
        assert first["updates"] == second["updates"]
        mute(quiet, "643", True)
        assert ears.hear(lambda: len(ears.updates()) == before + 3)


def test_reordered_events_overtake_one_another(quiet: Started) -> None:
    with events(quiet) as ears:
        whole(ears, quiet)
        quiet.fault("reorder_events", "cms-1", count=1)
        before = len(ears.updates())
        ids = {code: str(leg(quiet, code)["participant"]) for code in ("643", "644")}
        mute(quiet, "643", False)
        until(lambda: leg(quiet, "643")["rx_audio_mute"] is False)
        mute(quiet, "644", False)
        assert ears.hear(lambda: len(ears.updates()) == before + 2)
        order = [line["participant"] for line in ears.updates()[before:]]
        assert order == [ids["644"], ids["643"]]
        mute(quiet, "643", True)
        mute(quiet, "644", True)
        assert ears.hear(lambda: len(ears.updates()) == before + 4)


def test_a_restart_cuts_the_socket_and_brings_new_ids(quiet: Started) -> None:
    before = quiet.roster()
    with events(quiet) as ears:
        whole(ears, quiet)
        quiet.fault("restart", "cms-1", seconds=1.0)
        with pytest.raises(ConnectionClosed):
            ears.listen(3.0)
    calls = until(lambda: up(quiet))
    assert calls != quiet.call()
    quiet.ready["cms"][0]["call"] = calls
    status = quiet.read("/system/status")
    assert int(status.findtext("uptimeSeconds") or "") < 60
    until(lambda: len(quiet.roster()) == 30, 30)
    after = quiet.roster()
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())


def up(peer: Started) -> str:
    try:
        return str(peer.read("/calls")[0].attrib["id"])
    except OSError:
        return ""
