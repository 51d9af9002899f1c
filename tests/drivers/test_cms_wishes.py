"""How the CMS driver asks for what is wished, and how it looks at what came of it."""

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
    PutOnPodium,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.room import MuteRoom
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.wire.http import HttpRequest
from tests.drivers.bridge import CALL, Bridge
from tests.drivers.player import reply

CONFERENCE = "mcu/space-1"


def bridge(sites: int = 3, **more: Any) -> Bridge:
    made = Bridge(**more)
    for number in range(sites):
        made.join(number)
    made.meet()
    made.player.take()
    made.player.requests.clear()
    return made


def writes(made: Bridge, command: Command) -> list[tuple[str, str, dict[str, str]]]:
    """What performing a wish sends, but for reads."""
    made.player.hold(made.driver.perform(command))
    return [
        (r.method, r.path.removeprefix("/api/v1"), dict(r.form or ()))
        for r in made.player.requests
        if r.method != "GET"
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (MuteSite(endpoint="1", muted=True), ("PUT", "/callLegs/leg-p1", {"rxAudioMute": "true"})),
        (
            MuteSite(endpoint="1", muted=False),
            ("PUT", "/callLegs/leg-p1", {"rxAudioMute": "false"}),
        ),
        (
            HideVideo(endpoint="1", hidden=True),
            ("PUT", "/callLegs/leg-p1", {"rxVideoMute": "true"}),
        ),
        (
            SetScreenLayout(endpoint="1", layout=Layout.SINGLE),
            ("PUT", "/callLegs/leg-p1", {"chosenLayout": "speakerOnly"}),
        ),
        (
            SetConferenceLayout(conference=CONFERENCE, layout=Layout.EQUAL_3X3),
            ("PUT", f"/calls/{CALL}/participants/*", {"layout": "allEqualNinths"}),
        ),
        (
            MuteAllBut(conference=CONFERENCE, keep=()),
            ("PUT", f"/calls/{CALL}/participants/*", {"rxAudioMute": "true"}),
        ),
        (
            MuteAllBut(conference=CONFERENCE, keep=("1", "2", "77")),
            (
                "PUT",
                f"/calls/{CALL}/participants/*",
                {"rxAudioMute": "true", "filterIds": "p1,p2", "mode": "exclude"},
            ),
        ),
        (
            PutOnPodium(conference=CONFERENCE, endpoint="2"),
            ("PUT", "/participants/p2", {"importance": "100"}),
        ),
        (HangUpSite(endpoint="1"), ("DELETE", "/participants/p1", {})),
        (
            LockConference(conference=CONFERENCE, locked=True),
            ("PUT", f"/calls/{CALL}", {"locked": "true"}),
        ),
        (
            ShowBanner(conference=CONFERENCE, text="Nghỉ", seconds=None),
            (
                "PUT",
                f"/calls/{CALL}",
                {
                    "messageText": "Nghỉ",
                    "messagePosition": "middle",
                    "messageDuration": "permanent",
                },
            ),
        ),
        (
            DialSite(conference=CONFERENCE, endpoint="9", address="sip:9@hnth"),
            ("POST", f"/calls/{CALL}/participants", {"remoteParty": "sip:9@hnth"}),
        ),
    ],
)
def test_one_write_each(command: Command, expected: tuple[str, str, dict[str, str]]):
    assert writes(bridge(), command) == [expected]


def test_every_write_is_a_form():
    made = bridge()
    made.player.hold(made.driver.perform(MuteSite(endpoint="1", muted=True)))
    assert all(r.form is not None for r in made.player.requests if r.method in ("PUT", "POST"))


def test_more_to_spare_than_can_be_named_names_the_others_in_groups():
    made = bridge(65)
    keep = tuple(str(n) for n in range(21))
    sent = writes(made, MuteAllBut(conference=CONFERENCE, keep=keep))
    named = [form["filterIds"].split(",") for _, _, form in sent]
    assert {form["mode"] for _, _, form in sent} == {"selected"}
    assert [len(group) for group in named] == [20, 20, 4]
    assert {i for group in named for i in group} == {f"p{n}" for n in range(21, 65)}


def test_the_podium_passes_on_without_being_empty():
    made = Bridge()
    for number in range(3):
        made.join(number)
    made.people[0].importance = "100"
    made.meet()
    made.player.requests.clear()
    sent = writes(made, PutOnPodium(conference=CONFERENCE, endpoint="2"))
    assert sent == [
        ("PUT", "/participants/p2", {"importance": "100"}),
        ("PUT", "/participants/p0", {"importance": ""}),
    ]
    made.player.requests.clear()
    assert writes(made, PutOnPodium(conference=CONFERENCE, endpoint="")) == [
        ("PUT", "/participants/p0", {"importance": ""})
    ]


def test_pane_placement_gives_the_podium_its_rank():
    made = Bridge(highest="9")
    made.join(1)
    made.meet()
    made.player.requests.clear()
    sent = writes(made, PutOnPodium(conference=CONFERENCE, endpoint="1"))
    assert sent == [("PUT", "/participants/p1", {"importance": "9"})]


def test_everyone_is_hung_up_one_by_one():
    sent = writes(bridge(), HangUpAll(conference=CONFERENCE))
    assert sorted(sent) == [("DELETE", f"/participants/p{n}", {}) for n in range(3)]


def test_a_redial_waits_until_the_old_call_has_ended():
    made = bridge()
    left = iter([False, False, True])
    record = "/api/v1/participants/p1"

    def tear_down(request: HttpRequest) -> Any:
        if request.method == "GET" and request.path == record and next(left):
            made.leave(1)
        return None

    made.meddle = tear_down
    sent = writes(made, DialSite(conference=CONFERENCE, endpoint="1", address="1@hnth", fresh=True))
    assert [method for method, _, _ in sent] == ["DELETE", "POST"]
    assert made.player.waited_s == pytest.approx(0.6)
    told = [x.leg for x in made.player.facts if isinstance(x, f.LegSeen)]
    assert [leg.presence for leg in told] == [Presence.DIALLING]


def test_a_connected_site_is_not_dialled_twice():
    assert writes(bridge(), DialSite(conference=CONFERENCE, endpoint="1", address="1@hnth")) == []


def test_a_call_nobody_answers_is_refused():
    made = bridge()
    command = DialSite(conference=CONFERENCE, endpoint="9", address="sip:9@hnth")
    made.player.hold(made.driver.perform(command))
    made.now_us += 1000
    made.player.take()
    made.player.hold(made.driver.look(command))
    refused = [x for x in made.player.facts if isinstance(x, f.CommandRefused)]
    assert [(r.command, r.problem.code) for r in refused] == [(command.id, "cms.no_answer")]


def test_a_busy_bridge_is_asked_again_and_then_named():
    made = bridge()
    answers = iter([reply("", 503), reply("", 503), None])
    made.meddle = lambda request: next(answers) if request.method == "PUT" else None
    made.player.hold(made.driver.perform(MuteSite(endpoint="1", muted=True)))
    made.meddle = lambda request: reply("", 503) if request.method == "PUT" else None
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.perform(MuteSite(endpoint="1", muted=True)))
    assert refused.value.problem.code == "device.busy"


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (
            reply("<failureDetails><participantCannotBeModified/></failureDetails>", 400),
            "cms.refused",
            "participantCannotBeModified",
        ),
        (
            reply("<failureDetails><unrecognizedObject /></failureDetails>", 404),
            "cms.refused",
            "unrecognizedObject",
        ),
        (reply("<html>", 500), "device.status", None),
        (reply("", 401), "device.login", None),
        (reply("", 403), "device.forbidden", None),
        (reply("", 302, ("location", "http://elsewhere/")), "device.status", None),
    ],
)
def test_a_refusal_carries_the_bridges_word(answer: Any, code: str, word: str | None):
    made = bridge()
    made.meddle = lambda request: answer if request.method == "PUT" else None
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.perform(MuteSite(endpoint="1", muted=True)))
    assert refused.value.problem.code == code
    assert dict(refused.value.problem.params).get("word") == word


@pytest.mark.parametrize(
    "command",
    [
        MuteSite(endpoint="55", muted=True),
        PutOnPodium(conference=CONFERENCE, endpoint="55"),
        HangUpSite(endpoint="55"),
        MuteRoom(endpoint="1", muted=True),
        DialSite(conference=CONFERENCE, endpoint="55", address=""),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_sent(command: Command):
    made = bridge()
    with pytest.raises(Refused):
        made.player.hold(made.driver.perform(command))
    assert not [r for r in made.player.requests if r.method != "GET"]


def test_without_a_call_every_wish_is_refused():
    made = Bridge(calls=0)
    made.meet()
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.perform(LockConference(conference=CONFERENCE, locked=True)))
    assert refused.value.problem.code == "cms.no_call"
    assert made.player.run(made.driver.look(MuteSite(endpoint="1", muted=True))) == []


def test_asking_tells_nothing_of_the_outcome():
    made = bridge()
    made.player.hold(made.driver.perform(MuteSite(endpoint="1", muted=False)))
    assert made.player.facts == []


def test_looking_reads_back_what_was_wished_and_no_more():
    made = bridge(30)
    made.player.requests.clear()
    made.player.hold(made.driver.look(MuteSite(endpoint="1", muted=False)))
    assert made.player.paths() == ["/api/v1/callLegs/leg-p1"]
    made.player.requests.clear()
    made.player.hold(made.driver.look(LockConference(conference=CONFERENCE, locked=True)))
    assert made.player.paths() == [f"/api/v1/calls/{CALL}"]
    for person in made.people:
        person.mute = "false"
    made.player.hold(made.driver.observe())
    made.player.requests.clear()
    made.player.hold(made.driver.look(MuteAllBut(conference=CONFERENCE, keep=("1",))))
    assert len(made.player.requests) == 16
    assert "/api/v1/callLegs/leg-p1" not in made.player.paths()


def test_ids_from_the_bridge_never_change_the_path():
    made = Bridge()
    made.join(1)
    made.people[0].id = "../../system?x=1#y"
    made.meet()
    for path in made.player.paths():
        assert "system?x" not in path
        assert "#" not in path
        assert "/../" not in path
