"""What the pretend MCU does when written to, and when."""

from __future__ import annotations

import time

import pytest

from tests.simulators.conftest import Start
from tests.simulators.peer import Started, failure, until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def leg_of(peer: Started, code: str) -> dict[str, object]:
    return dict(peer.site(code).get("leg") or {})


def put_leg(peer: Started, code: str, **form: str) -> None:
    reply = peer.cms("PUT", f"/callLegs/{leg_of(peer, code)['id']}", form)
    assert reply.status_code == 200, reply.text
    assert reply.content == b""


@pytest.mark.parametrize(
    ("field", "fact"),
    [
        ("rxAudioMute", "rx_audio_mute"),
        ("txAudioMute", "tx_audio_mute"),
        ("rxVideoMute", "rx_video_mute"),
        ("txVideoMute", "tx_video_mute"),
    ],
)
def test_each_mute_turns_on_off_and_unset(quiet: Started, field: str, fact: str) -> None:
    code = "24124"
    for text, value in (("true", True), ("false", False), ("true", True), ("", False)):
        put_leg(quiet, code, **{field: text})
        until(lambda value=value: leg_of(quiet, code)[fact] is value)
        shown = quiet.read(f"/callLegs/{leg_of(quiet, code)['id']}")
        assert shown.findtext(f"configuration/{field}") == str(value).lower()
    put_leg(quiet, code, rxAudioMute="true")
    until(lambda: leg_of(quiet, code)["rx_audio_mute"] is True)


def test_success_comes_first_and_the_change_later(start: Start) -> None:
    peer = start("--scene", "calm", "--sites", "3", "--delay-ms", "700..800")
    leg_id = leg_of(peer, "643")["id"]
    before_s = time.monotonic()
    assert peer.cms("PUT", f"/callLegs/{leg_id}", {"rxAudioMute": "false"}).status_code == 200
    shown = peer.read(f"/callLegs/{leg_id}").findtext("configuration/rxAudioMute")
    if time.monotonic() - before_s < 0.6:
        assert shown == "true"
    until(lambda: peer.read(f"/callLegs/{leg_id}").findtext("configuration/rxAudioMute") == "false")
    assert time.monotonic() - before_s >= 0.7


def test_later_writes_to_the_same_leg_win(start: Start) -> None:
    peer = start("--scene", "calm", "--sites", "5", "--delay-ms", "0..300")
    leg_id = leg_of(peer, "643")["id"]
    for at in range(40):
        peer.cms("PUT", f"/callLegs/{leg_id}", {"rxAudioMute": str(at % 2 == 0).lower()})
    peer.cms("PUT", f"/calls/{peer.call()}/participants/*", {"rxAudioMute": "true"})
    peer.cms("PUT", f"/callLegs/{leg_id}", {"rxAudioMute": "false"})
    time.sleep(0.7)
    assert leg_of(peer, "643")["rx_audio_mute"] is False
    assert leg_of(peer, "644")["rx_audio_mute"] is True


def test_a_write_that_is_no_form_does_nothing(quiet: Started) -> None:
    leg_id = leg_of(quiet, "24130")["id"]
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/json"}):
        reply = quiet.cms("PUT", f"/callLegs/{leg_id}", "rxAudioMute=false", headers=headers)
        assert reply.status_code == 200
    reply = quiet.cms("PUT", f"/callLegs/{leg_id}", b"rxAudioMute=false")
    assert reply.status_code == 200
    path = f"/calls/{quiet.call()}/participants"
    reply = quiet.cms("POST", path, "remoteParty=sip:x@y", headers={"Content-Type": "text/plain"})
    assert failure(reply) == "parameterError"
    time.sleep(0.3)
    assert leg_of(quiet, "24130")["rx_audio_mute"] is True
    quiet.cms("PUT", f"/callLegs/{leg_id}", "rxAudioMute=false", headers=FORM)
    until(lambda: leg_of(quiet, "24130")["rx_audio_mute"] is False)
    put_leg(quiet, "24130", rxAudioMute="true")
    until(lambda: leg_of(quiet, "24130")["rx_audio_mute"] is True)


@pytest.mark.parametrize(
    "form",
    [
        {"rxAudioMute": "yes"},
        {"rxAudioMute": "True"},
        {"chosenLayout": "mosaic"},
        {"txVideoMute": "1"},
    ],
)
def test_bad_values_are_named(quiet: Started, form: dict[str, str]) -> None:
    reply = quiet.cms("PUT", f"/callLegs/{leg_of(quiet, '643')['id']}", form)
    assert reply.status_code == 400
    assert failure(reply) == "parameterError"
    assert f'parameter="{next(iter(form))}"' in reply.text
    assert 'error="invalidValue"' in reply.text


def test_a_form_with_one_bad_value_changes_nothing(quiet: Started) -> None:
    leg_id = leg_of(quiet, "643")["id"]
    reply = quiet.cms("PUT", f"/callLegs/{leg_id}", {"rxAudioMute": "false", "chosenLayout": "x"})
    assert reply.status_code == 400
    time.sleep(0.3)
    assert leg_of(quiet, "643")["rx_audio_mute"] is True


def test_one_screens_layout_wins_over_the_layout_for_all(quiet: Started) -> None:
    put_leg(quiet, "643", chosenLayout="speakerOnly")
    until(lambda: leg_of(quiet, "643")["layout"] == "speakerOnly")
    quiet.cms("PUT", f"/calls/{quiet.call()}/participants/*", {"layout": "onePlusFive"})
    until(lambda: leg_of(quiet, "644")["layout"] == "onePlusFive")
    assert leg_of(quiet, "643")["layout"] == "speakerOnly"
    page = quiet.read("/callLegs", activeLayoutFilter="speakerOnly")
    assert page.attrib["total"] == "1"
    put_leg(quiet, "643", chosenLayout="")
    until(lambda: leg_of(quiet, "643")["layout"] == "onePlusFive")
    quiet.cms("PUT", f"/calls/{quiet.call()}/participants/*", {"layout": ""})
    until(lambda: leg_of(quiet, "643")["layout"] == "allEqual")


def muted(peer: Started) -> set[str]:
    sites = peer.state()["sites"]
    return {code for code, site in sites.items() if site["leg"]["rx_audio_mute"]}


@pytest.mark.parametrize("where", ["form", "query"])
def test_all_but_some_and_only_some(quiet: Started, where: str) -> None:
    path = f"/calls/{quiet.call()}/participants/*"
    everyone = set(quiet.state()["sites"])
    chosen = ("643", "24121")
    ids = ",".join(str(leg_of(quiet, code)["participant"]) for code in chosen)

    def bulk(mode: str | None, value: str) -> None:
        extra = {"filterIds": ids} | ({"mode": mode} if mode else {})
        form = {"rxAudioMute": value} | (extra if where == "form" else {})
        query = extra if where == "query" else {}
        assert quiet.cms("PUT", path, form, params=query).status_code == 200

    assert quiet.cms("PUT", path, {"rxAudioMute": "false"}).status_code == 200
    until(lambda: muted(quiet) == set())
    bulk(None, "true")
    until(lambda: muted(quiet) == everyone - set(chosen))
    bulk("selected", "true")
    until(lambda: muted(quiet) == everyone)
    bulk("selected", "false")
    until(lambda: muted(quiet) == everyone - set(chosen))
    bulk("exclude", "false")
    until(lambda: muted(quiet) == set())
    quiet.cms("PUT", path, {"rxAudioMute": "true"})
    until(lambda: muted(quiet) == everyone)


def test_at_most_twenty_ids_may_be_named(quiet: Started) -> None:
    path = f"/calls/{quiet.call()}/participants/*"
    ids = list(quiet.roster().values())
    for count, status in ((20, 200), (21, 400)):
        form = {"rxAudioMute": "true", "filterIds": ",".join(ids[:count])}
        assert quiet.cms("PUT", path, form).status_code == status
    reply = quiet.cms("PUT", path, {"rxAudioMute": "true", "mode": "none"})
    assert failure(reply) == "parameterError"


def test_the_podium_is_importance_and_panes_are_set_on_the_call(quiet: Started) -> None:
    participant = leg_of(quiet, "24121")["participant"]
    path = f"/participants/{participant}"
    assert quiet.cms("PUT", path, {"importance": "100"}).status_code == 200
    until(lambda: quiet.state()["podium"] == ["24121"])
    assert quiet.read(path).findtext("configuration/importance") == "100"
    quiet.cms("PUT", f"/calls/{quiet.call()}", {"panePlacementHighestImportance": "4"})
    until(
        lambda: (
            quiet.read(f"/calls/{quiet.call()}").findtext("panePlacementHighestImportance") == "4"
        )
    )
    for bad in ("-1", "high", "1.5"):
        assert failure(quiet.cms("PUT", path, {"importance": bad})) == "parameterError"
    quiet.cms("PUT", path, {"importance": ""})
    until(lambda: quiet.state()["podium"] == [])
    quiet.cms("PUT", f"/calls/{quiet.call()}", {"panePlacementHighestImportance": ""})
    until(lambda: quiet.state()["conference"]["highest_pane"] is None)


def test_mute_is_not_a_participants_property(quiet: Started) -> None:
    participant = leg_of(quiet, "24121")["participant"]
    reply = quiet.cms("PUT", f"/participants/{participant}", {"rxAudioMute": "false"})
    assert reply.status_code == 200
    time.sleep(0.3)
    assert leg_of(quiet, "24121")["rx_audio_mute"] is True


def test_importance_is_not_a_legs_property(quiet: Started) -> None:
    put_leg(quiet, "24121", importance="5")
    time.sleep(0.3)
    assert leg_of(quiet, "24121")["importance"] is None


def test_lock_recording_banner_and_mute_on_entry(quiet: Started) -> None:
    path = f"/calls/{quiet.call()}"
    form = {
        "locked": "true",
        "recording": "true",
        "messageText": "Chuẩn bị <họp> & im lặng",
        "messagePosition": "top",
        "messageDuration": "30",
        "joinAudioMuteOverride": "false",
        "allowAllMuteSelf": "true",
    }
    assert quiet.cms("PUT", path, form).status_code == 200
    until(lambda: quiet.read(path).findtext("locked") == "true")
    call = quiet.read(path)
    assert {name: call.findtext(name) for name in form} == form
    assert 0 < int(call.findtext("messageTimeRemaining") or "") <= 30
    quiet.cms("PUT", path, {"messageDuration": "permanent"})
    until(lambda: quiet.read(path).findtext("messageDuration") == "permanent")
    assert failure(quiet.cms("PUT", path, {"messageDuration": "long"})) == "parameterError"
    assert failure(quiet.cms("PUT", path, {"messagePosition": "left"})) == "parameterError"
    back = {
        "locked": "false",
        "recording": "false",
        "messageText": "",
        "messageDuration": "0",
        "joinAudioMuteOverride": "",
    }
    quiet.cms("PUT", path, back)
    until(lambda: quiet.read(path).find("joinAudioMuteOverride") is None)
    assert quiet.read(path).find("messageText") is None
    quiet.cms("PUT", path, {"joinAudioMuteOverride": "true"})
    until(lambda: quiet.state()["conference"]["join_muted"] is True)


def test_hang_up_dial_and_redial(quiet: Started) -> None:
    code = "24133"
    old = leg_of(quiet, code)
    assert quiet.cms("DELETE", f"/participants/{old['participant']}").status_code == 200
    until(lambda: quiet.site(code)["state"] == "absent")
    path = f"/calls/{quiet.call()}/participants"
    long_name = "Phường Thành Nhất – Thành phố Buôn Ma Thuột, tỉnh Đắk Lắk"
    form = {
        "remoteParty": quiet.ready["uris"][code],
        "nameLabelOverride": long_name,
        "importance": "2",
        "layout": "stacked",
        "rxAudioMute": "true",
    }
    reply = quiet.cms("POST", path, form)
    assert reply.status_code == 200
    assert reply.content == b""
    place = reply.headers["Location"]
    assert place.startswith("/api/v1/participants/")
    participant = place.removeprefix("/api/v1")
    first = quiet.read(participant)
    assert first.findtext("status/state") in ("initial", "ringing")
    name = first.findtext("name") or ""
    assert long_name.startswith(name)
    assert 45 < len(name.encode()) <= 50
    until(lambda: quiet.read(participant).findtext("status/state") == "ringing")
    until(lambda: quiet.read(participant).findtext("status/state") == "connected")
    now = leg_of(quiet, code)
    assert now["participant"] != old["participant"]
    assert now["id"] != old["id"]
    assert (now["importance"], now["layout"]) == (2, "stacked")
    assert quiet.read(f"/callLegs/{now['id']}").findtext("direction") == "outgoing"
    quiet.cms("PUT", participant, {"nameLabelOverride": "", "importance": ""})
    until(lambda: quiet.read(participant).findtext("name") == quiet.site(code)["name"])
    assert quiet.cms("DELETE", f"/callLegs/{now['id']}").status_code == 200
    until(lambda: quiet.cms("GET", participant).status_code == 404)
    quiet.act("join", code)


def test_dialling_nobody_and_somebody_busy_ends_by_itself(quiet: Started) -> None:
    path = f"/calls/{quiet.call()}/participants"
    before = set(quiet.roster().values())
    for party in ("sip:nobody@nowhere.example", quiet.ready["uris"]["643"], "12345"):
        reply = quiet.cms("POST", path, {"remoteParty": party})
        participant = reply.headers["Location"].removeprefix("/api/v1")
        assert quiet.read(participant).findtext("status/state") == "initial"
        until(lambda at=participant: quiet.cms("GET", at).status_code == 404)
    assert set(quiet.roster().values()) == before
    assert failure(quiet.cms("POST", path, {"remoteParty": ""})) == "parameterError"


def test_an_unanswered_call_keeps_ringing(quiet: Started) -> None:
    code = "24136"
    quiet.cms("DELETE", f"/callLegs/{leg_of(quiet, code)['id']}")
    until(lambda: quiet.site(code)["state"] == "absent")
    quiet.fault("no_answer", code, seconds=60)
    path = f"/calls/{quiet.call()}/participants"
    quiet.cms("POST", path, {"remoteParty": quiet.ready["uris"][code]})
    until(lambda: quiet.site(code)["state"] == "ringing")
    time.sleep(1.0)
    assert quiet.site(code)["state"] == "ringing"
    quiet.cms("DELETE", f"/callLegs/{leg_of(quiet, code)['id']}")
    until(lambda: quiet.site(code)["state"] == "absent")
    quiet.act("join", code)


def test_another_call_moving_into_it_and_ending_it(quiet: Started) -> None:
    assert failure(quiet.cms("POST", "/calls", {})) == "parameterError"
    assert failure(quiet.cms("POST", "/calls", {"coSpace": "abc"})) == "coSpaceDoesNotExist"
    same = quiet.cms("POST", "/calls", {"coSpace": quiet.ready["cms"][0]["cospace"]})
    assert same.headers["Location"] == f"/api/v1/calls/{quiet.call()}"
    made = quiet.cms("POST", "/calls", {"name": "Phòng chờ"}).headers["Location"]
    other = made.removeprefix("/api/v1/calls/")
    assert quiet.read("/calls").attrib["total"] == "2"
    assert quiet.read(f"/calls/{other}").findtext("callType") == "adHoc"
    old = leg_of(quiet, "24142")
    form = {"movedParticipant": str(old["participant"])}
    reply = quiet.cms("POST", f"/calls/{other}/participants", form)
    moved = reply.headers["Location"].removeprefix("/api/v1")
    until(lambda: quiet.read(moved).findtext("status/state") == "connected")
    found = quiet.read(moved)
    assert found.findtext("call") == other
    assert found.findtext("movedParticipant") == old["participant"]
    assert quiet.cms("GET", f"/participants/{old['participant']}").status_code == 404
    again = {"movedParticipant": moved.rpartition("/")[2]}
    reply = quiet.cms("POST", f"/calls/{other}/participants", again)
    assert failure(reply) == "invalidOperation"
    assert quiet.cms("DELETE", f"/calls/{other}").status_code == 200
    until(lambda: quiet.read("/calls").attrib["total"] == "1")
    until(lambda: quiet.site("24142")["state"] == "absent")
    quiet.act("join", "24142")
    until(lambda: quiet.site("24142")["state"] == "connected")


def test_the_far_camera_moves_by_steps(quiet: Started) -> None:
    path = f"/callLegs/{leg_of(quiet, '24121')['id']}/cameraControl"
    before = quiet.site("24121")["room"]["camera"]
    assert quiet.cms("PUT", path, {"pan": "right", "zoom": "in"}).status_code == 200
    until(lambda: quiet.site("24121")["room"]["camera"]["pan"] == before["pan"] + 900)
    assert quiet.site("24121")["room"]["camera"]["zoom"] == before["zoom"] + 900
    assert failure(quiet.cms("PUT", path, {"pan": "up"})) == "parameterError"


def test_a_call_can_be_ended_and_the_next_caller_begins_a_new_one(start: Start) -> None:
    peer = start("--scene", "calm", "--sites", "4", "--delay-ms", "10..20")
    assert peer.cms("DELETE", f"/calls/{peer.call()}").status_code == 200
    until(lambda: peer.cms("GET", f"/calls/{peer.call()}").status_code == 404)
    assert peer.read("/calls").attrib["total"] == "0"
    assert peer.state()["connected"] == 0
    peer.act("join", "643")
    calls = until(lambda: list(peer.read("/calls")))
    assert len(calls) == 1
    assert calls[0].attrib["id"] != peer.call()


def test_the_default_layout_of_new_legs_is_the_profiles(start: Start) -> None:
    peer = start("--scene", "calm", "--sites", "4", "--delay-ms", "10..20")
    profile = peer.read("/callLegProfiles")[0].attrib["id"]
    path = f"/callLegProfiles/{profile}"
    assert peer.cms("PUT", path, {"defaultLayout": "telepresence"}).status_code == 200
    until(lambda: peer.read(path).findtext("defaultLayout") == "telepresence")
    assert failure(peer.cms("PUT", path, {"defaultLayout": "x"})) == "parameterError"
    assert peer.site("643")["leg"]["layout"] == "allEqual"
    peer.act("leave", "643")
    peer.act("join", "643")
    assert peer.site("643")["leg"]["layout"] == "telepresence"
