"""FreeSWITCH's own traps: refusals, lost events and lines, restarts, names, two MCUs in a call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.mcu import (
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    SetScreenLayout,
)
from console.domain.commands.take import TakeToPodium
from console.domain.device import LinkHealth
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.contract.rig import Rig, rig

SWITCH = "freeswitch-1"


@pytest.fixture(autouse=True)
def calm_again(switched: Rig) -> Iterator[None]:
    """After each test everything is as before."""
    yield
    switched.control.post("/clear", {})
    switched.up(SWITCH)
    switched.until(lambda: switched.device(SWITCH).push, "the event feed", 40)
    switched.until(lambda: connected(switched) == set(switched.sites), "everyone", 60)


def conference(rig: Rig, device: str = SWITCH) -> str:
    return next(c.id for c in rig.state.conferences.values() if c.device == device)


def connected(rig: Rig) -> set[str]:
    return {s for s, leg in rig.state.legs.items() if leg.presence is Presence.CONNECTED}


def muted(rig: Rig, number: int) -> bool:
    return rig.truth(rig.sites[number])["leg"]["rx_audio_mute"]


def trouble(rig: Rig) -> Problem:
    rig.until(lambda: rig.device(SWITCH).health is LinkHealth.DOWN, "trouble", 60)
    problem = rig.device(SWITCH).problem
    assert problem is not None
    return problem


def toggle(rig: Rig, number: int) -> MuteSite:
    rig.pump()
    site = rig.sites[number]
    return MuteSite(endpoint=site, muted=rig.state.legs[site].mic_muted is not True)


def test_refused_with_the_devices_reason(switched: Rig):
    before = muted(switched, 1)
    with switched.fault("refuse", SWITCH, code="Invalid thing"):
        settled = switched.wish(toggle(switched, 1))
    assert settled.phase is Phase.REFUSED
    assert settled.problem is not None
    assert settled.problem.code.startswith("freeswitch.")
    assert muted(switched, 1) is before


def test_one_screen_alone_is_refused_with_its_reason(switched: Rig):
    wish = SetScreenLayout(endpoint=switched.sites[0], layout=Layout.SINGLE)
    verdict = switched.dispatcher.submit(wish)
    assert verdict.problem is not None
    assert verdict.problem.code == "freeswitch.one_picture"
    assert Capability.QUALITY not in switched.device(SWITCH).capabilities


def test_a_write_that_changes_nothing_is_never_confirmed(switched: Rig):
    before = muted(switched, 2)
    with switched.fault("ignored_write", SWITCH):
        settled = switched.wish(toggle(switched, 2))
    assert settled.phase is Phase.UNKNOWN
    assert muted(switched, 2) is before
    assert switched.state.legs[switched.sites[2]].mic_muted is before


def test_a_slow_device_is_waited_for(switched: Rig):
    before = muted(switched, 1)
    with switched.fault("slow", SWITCH, delay_ms=600):
        switched.achieve(toggle(switched, 1))
    assert muted(switched, 1) is not before


@pytest.mark.parametrize("kind", ["drip", "reset"])
def test_a_wish_whose_answer_never_comes(switched: Rig, kind: str):
    site, before = switched.sites[1], muted(switched, 1)
    with switched.fault(kind, SWITCH):
        settled = switched.wish(toggle(switched, 1))
    done = muted(switched, 1) is not before
    assert settled.phase is (Phase.CONFIRMED if done else Phase.UNKNOWN)
    switched.up(SWITCH)
    switched.until(
        lambda: switched.state.legs[site].mic_muted is muted(switched, 1), "the truth", 40
    )


@pytest.mark.parametrize(
    ("kind", "parameters", "codes"),
    [
        ("garbage", {"where": "body"}, ("wire.json", "wire.not_understood", "freeswitch.")),
        ("garbage", {"where": "wire"}, ("wire.not_understood",)),
        ("truncate", {}, ("wire.",)),
        ("flood", {"megabytes": 64}, ("wire.too_large",)),
        ("reset", {}, ("wire.closed", "wire.unreachable")),
        ("half_open", {}, ("wire.deadline",)),
    ],
)
def test_trouble_is_named_and_changes_nothing_that_was_known(
    switched: Rig, kind: str, parameters: dict[str, Any], codes: tuple[str, ...]
):
    legs = dict(switched.state.legs)
    with switched.fault(kind, SWITCH, **parameters):
        assert trouble(switched).code.startswith(codes), trouble(switched)
        assert not switched.dispatcher.submit(toggle(switched, 1)).accepted
    assert switched.state.legs == legs


def test_a_password_that_is_no_longer_right_is_named(switched: Rig):
    with switched.fault("unauthorized", SWITCH):
        switched.control.post("/fault", {"kind": "reset", "target": SWITCH, "seconds": 2})

        def named() -> bool:
            problem = switched.device(SWITCH).problem
            return problem is not None and problem.code == "wire.login"

        switched.until(named, "the login refused", 40)


@pytest.mark.parametrize("kind", ["lost_event", "duplicate_event", "reorder_events"])
def test_an_untrustworthy_feed_ends_in_the_truth(switched: Rig, kind: str):
    site = switched.sites[5]
    with switched.fault(kind, SWITCH):
        for _ in range(3):
            wishes = [switched.submit(toggle(switched, number)) for number in (1, 2, 3)]
            assert {switched.outcome(w).phase for w in wishes} == {Phase.CONFIRMED}
        switched.control.post("/act", {"act": "leave", "site": site})
        switched.until(lambda: site not in connected(switched), "who left", 60)
    switched.control.post("/act", {"act": "join", "site": site})
    switched.until(lambda: site in connected(switched), "who came back", 60)
    for number, each in enumerate(switched.sites):
        switched.until(
            lambda number=number, each=each: (
                switched.state.legs[each].mic_muted is muted(switched, number)
            ),
            "the truth",
            40,
        )


def test_a_restart_is_lived_through_and_nobody_left_falsely(switched: Rig):
    switched.control.post("/fault", {"kind": "restart", "target": SWITCH, "seconds": 2})
    switched.until(lambda: switched.device(SWITCH).health is not LinkHealth.UP, "trouble", 40)
    switched.up(SWITCH)
    for site in switched.sites:
        if switched.truth(site)["state"] == "absent":
            switched.control.post("/act", {"act": "join", "site": site})
    switched.until(lambda: connected(switched) == set(switched.sites), "everyone back", 60)
    assert not [s for s in switched.state.legs if s.startswith("?")]


def test_a_lost_line_makes_nobody_leave(switched: Rig):
    seen = len(switched.told)
    with switched.fault("reset", SWITCH):
        trouble(switched)
    switched.up(SWITCH)
    ended = [e.fact for e in switched.told[seen:] if isinstance(e.fact, f.LegEnded)]
    assert not ended
    assert connected(switched) == set(switched.sites)


def test_a_site_on_the_podium_that_drops_is_gone_at_once(switched: Rig):
    site = switched.sites[2]
    switched.achieve(PutOnPodium(conference=conference(switched), endpoint=site))
    switched.control.post("/fault", {"kind": "drop", "target": site, "seconds": 4})
    switched.until(lambda: switched.state.legs[site].presence is Presence.DROPPED, "dropped", 5)
    switched.until(lambda: switched.state.conferences[conference(switched)].podium == "", "empty")
    switched.until(lambda: switched.state.legs[site].presence is Presence.CONNECTED, "back", 40)


@pytest.mark.parametrize("name", ["Xã <b>Ea H'leo</b> & M'Đrắk", "M'Đrắk; | \\ ^^:x", "a\nb: c"])
def test_a_name_is_text_whatever_it_holds(switched: Rig, name: str):
    site = switched.sites[4]
    switched.control.post("/fault", {"kind": "rename", "target": site, "name": name})
    shown = name.replace("\n", " ")
    switched.control.post("/act", {"act": "leave", "site": site})
    switched.until(lambda: site not in connected(switched), "gone", 40)
    switched.control.post("/act", {"act": "join", "site": site})
    switched.until(lambda: site in connected(switched), "back", 40)
    switched.until(lambda: switched.state.legs[site].name == shown, "the name", 40)
    switched.achieve(toggle(switched, 4))
    switched.achieve(HideVideo(endpoint=site, hidden=True))
    switched.achieve(HideVideo(endpoint=site, hidden=False))


def test_two_families_in_one_session():
    with rig(
        "--sites", "12", "--scene", "calm", "--seed", "5", "--no-rooms",
        "--mcus", "cms,freeswitch",
    ) as both:  # fmt: skip
        both.up("cms-1", SWITCH)
        both.until(lambda: connected(both) == set(both.sites), "everyone", 60)
        both.until(lambda: all(both.device(d).push for d in ("cms-1", SWITCH)), "the feeds")
        carried = {site: both.truth(site)["leg"]["bridge"] for site in both.sites}
        told = {site: both.state.device_of(leg.conference) for site, leg in both.state.legs.items()}
        assert set(carried.values()) == {"cms-1", SWITCH}
        assert told == carried
        wishes = [both.submit(MuteSite(endpoint=site, muted=False)) for site in both.sites]
        assert {both.outcome(wish).phase for wish in wishes} == {Phase.CONFIRMED}
        for device in ("cms-1", SWITCH):
            both.achieve(MuteAllBut(conference=conference(both, device), keep=()))
            both.achieve(LockConference(conference=conference(both, device), locked=True))
            both.achieve(LockConference(conference=conference(both, device), locked=False))
        first = next(s for s in both.sites if carried[s] == "cms-1")
        second = next(s for s in both.sites if carried[s] == SWITCH)
        expected = ""
        for site in (first, second, first):
            both.achieve(TakeToPodium(endpoint=site, expected=expected, screen=None))
            podiums = {c.device: c.podium for c in both.state.conferences.values()}
            assert podiums == {d: site if carried[site] == d else "" for d in ("cms-1", SWITCH)}
            assert [s for s, leg in both.state.legs.items() if leg.mic_muted is False] == [site]
            expected = site
