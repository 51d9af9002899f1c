"""The control plane: the truth, the log, acts, and who may ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulators.peer import Started, until


def test_nothing_without_the_token(quiet: Started) -> None:
    at = quiet.ready["control"]
    for headers in ({}, {at["header"]: "wrong"}, {at["header"]: ""}):
        reply = quiet.http("GET", at["url"] + "/state", headers=headers)
        assert reply.status_code == 401
        assert "sites" not in reply.text


def test_the_whole_truth(quiet: Started) -> None:
    state = quiet.state()
    assert state["connected"] == len(state["sites"]) == 30
    assert state["conference"]["name"] == quiet.ready["cms"][0]["conference"]
    site = state["sites"]["24121"]
    assert site["room"]["presets"]["5"] == "Bục nói"
    assert set(site["room"]["camera"]) == {"preset", "moving", "stuck", "pan", "tilt", "zoom"}
    assert site["leg"]["bridge"] == "cms-1"


def test_every_request_is_logged_with_its_time_and_outcome(quiet: Started) -> None:
    start = quiet.control("GET", "/log").json()["requests"][-1:]
    since = start[0]["serial"] if start else 0
    quiet.cms("PUT", f"/calls/{quiet.call()}", {"locked": "false"})
    quiet.cms("GET", "/nonsense", params={"a": "1"})
    quiet.put("24121", "<Command><Standby><Deactivate/></Standby></Command>")
    quiet.fault("busy", "cms-1", count=1)
    quiet.cms("GET", "/calls")
    lines = quiet.control("GET", f"/log?since={since}").json()["requests"]
    assert [(line["device"], line["method"], line["status"]) for line in lines] == [
        ("cms-1", "PUT", 200),
        ("cms-1", "GET", 404),
        ("room:24121", "POST", 200),
        ("cms-1", "GET", 503),
    ]
    assert lines[0]["body"] == "locked=false"
    assert lines[1]["query"] == "a=1"
    assert "Deactivate" in lines[2]["body"]
    assert lines[3]["fault"] == "busy"
    times = [line["at_s"] for line in lines]
    assert times == sorted(times)
    one = quiet.control("GET", f"/log?since={since}&device=room:24121").json()["requests"]
    assert len(one) == 1
    password = quiet.ready["cms"][0]["password"]
    assert password not in quiet.control("GET", "/log").text


def test_acts_make_sites_do_things(quiet: Started) -> None:
    quiet.act("leave", "643")
    assert quiet.site("643")["state"] == "absent"
    quiet.act("join", "643")
    assert quiet.site("643")["state"] == "connected"
    quiet.act("room_unmute", "643")
    quiet.act("self_unmute", "643")
    quiet.act("speak", "643")
    assert quiet.state()["speaker"] == "643"
    quiet.act("quiet", "643")
    quiet.act("self_mute", "643")
    quiet.act("room_mute", "643")
    assert quiet.state()["speaker"] is None
    story = quiet.control("GET", "/story").json()["story"]
    assert [line["what"] for line in story if line["code"] == "643"][-1] == "room"


@pytest.mark.parametrize(
    ("path", "said", "part"),
    [
        ("/act", {"act": "dance", "site": "643"}, "act must be"),
        ("/act", {"act": "join", "site": "nowhere"}, "no such site"),
        ("/act", {"act": "join", "site": "643", "how": "fast"}, "no parameter"),
        ("/clear", {"fault": "all"}, "a number"),
        ("/fault", [], "not an object"),
    ],
)
def test_nonsense_is_refused_in_words(quiet: Started, path: str, said: Any, part: str) -> None:
    reply = quiet.control("POST", path, said)
    assert reply.status_code == 400
    assert part in reply.json()["error"]


def test_what_is_not_json_and_what_is_not_there(quiet: Started) -> None:
    at = quiet.ready["control"]
    headers = {at["header"]: at["token"]}
    reply = quiet.http("POST", at["url"] + "/fault", data=b"{", headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (400, "the body is not JSON")
    assert quiet.control("GET", "/nowhere").status_code == 404


def test_the_podium_makes_the_site_answer_and_be_heard(quiet: Started) -> None:
    """The whole way of a TAKE as the MCU and the room see it."""
    leg = quiet.site("24121")["leg"]
    quiet.cms("PUT", f"/callLegs/{leg['id']}", {"rxAudioMute": "false"})
    quiet.cms("PUT", f"/participants/{leg['participant']}", {"importance": "100"})
    until(lambda: quiet.state()["podium"] == ["24121"])
    until(lambda: quiet.site("24121")["audible"])
    assert quiet.state()["speaker"] == "24121"
    quiet.cms("PUT", f"/participants/{leg['participant']}", {"importance": ""})
    quiet.cms("PUT", f"/callLegs/{leg['id']}", {"rxAudioMute": "true"})
    until(lambda: quiet.site("24121")["room"]["mic_muted"])
