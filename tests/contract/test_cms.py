"""The Meeting Server's own traps: paging, lost events, clusters, strangers, names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.mcu import MuteAllBut, MuteSite, PutOnPodium, SetScreenLayout
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.state import Phase
from tests.contract.rig import Rig, rig


@pytest.fixture(scope="module")
def many(leak_guard: None) -> Iterator[Rig]:
    """28 sites: three pages of ten, and more than a bulk change may name."""
    with rig("--sites", "28", "--scene", "calm", "--seed", "5", "--no-rooms") as made:
        made.up("cms-1")
        made.until(lambda: made.device("cms-1").push, "the event feed")
        yield made


def conference(rig: Rig) -> str:
    return next(iter(rig.state.conferences))


def connected(rig: Rig) -> set[str]:
    return {s for s, leg in rig.state.legs.items() if leg.presence is Presence.CONNECTED}


def muted(rig: Rig) -> dict[str, bool | None]:
    return {site: leg.mic_muted for site, leg in rig.state.legs.items()}


def truly_muted(rig: Rig) -> dict[str, bool]:
    sites: dict[str, Any] = rig.control.get("/state")["sites"]
    return {site: told["leg"]["rx_audio_mute"] for site, told in sites.items() if told.get("leg")}


def test_pages_that_shift_lose_nobody():
    shifting = {"kind": "unstable_order", "target": "cms-1", "seconds": 60}
    silent = {"kind": "lost_event", "target": "cms-1", "seconds": 60}
    with rig("--sites", "28", "--scene", "calm", "--no-rooms", faults=(shifting, silent)) as blind:
        blind.until(lambda: connected(blind) == set(blind.sites), "everyone")
        blind.rest(7)
        assert connected(blind) == set(blind.sites)
        assert not [e.fact for e in blind.told if isinstance(e.fact, f.LegEnded)]


def test_more_may_be_kept_than_a_bulk_change_can_name(many: Rig):
    for site in many.sites[20:28]:
        many.achieve(MuteSite(endpoint=site, muted=False))
    before = truly_muted(many)
    many.achieve(MuteAllBut(conference=conference(many), keep=tuple(many.sites[:25])))
    assert truly_muted(many) == before | dict.fromkeys(many.sites[25:], True)
    many.achieve(MuteAllBut(conference=conference(many), keep=()))
    assert all(truly_muted(many).values())


@pytest.mark.parametrize("kind", ["lost_event", "duplicate_event", "reorder_events"])
def test_an_untrustworthy_feed_ends_in_the_truth(many: Rig, kind: str):
    with many.fault(kind, "cms-1"):
        for muted_now in (False, True, False):
            wishes = [
                many.submit(MuteSite(endpoint=site, muted=muted_now)) for site in many.sites[3:9]
            ]
            assert {many.outcome(wish).phase for wish in wishes} == {Phase.CONFIRMED}
        many.control.post("/act", {"act": "leave", "site": many.sites[9]})
        many.until(
            lambda: (
                muted(many) | {many.sites[9]: None} == truly_muted(many) | {many.sites[9]: None}
            ),
            "the truth",
            60,
        )
        many.until(lambda: many.sites[9] not in connected(many), "who left", 60)
    many.control.post("/act", {"act": "join", "site": many.sites[9]})
    many.until(lambda: connected(many) == set(many.sites), "everyone", 60)
    many.achieve(MuteAllBut(conference=conference(many), keep=()))


def test_a_site_on_the_podium_that_drops_is_gone_at_once(many: Rig):
    site = many.sites[2]
    many.achieve(PutOnPodium(conference=conference(many), endpoint=site))
    many.control.post("/fault", {"kind": "drop", "target": site, "seconds": 4})
    many.until(lambda: many.state.legs[site].presence is Presence.DROPPED, "dropped", 3)
    assert many.state.conferences[conference(many)].podium == ""
    many.until(lambda: many.state.legs[site].presence is Presence.CONNECTED, "back")
    many.until(lambda: many.state.legs[site].encrypted is not None, "its leg known anew")
    many.achieve(MuteSite(endpoint=site, muted=False))
    many.achieve(MuteSite(endpoint=site, muted=True))


def test_a_site_that_mutes_itself_is_seen(many: Rig):
    site = many.sites[4]
    for act, state in (("self_unmute", False), ("self_mute", True)):
        many.control.post("/act", {"act": act, "site": site})
        many.until(lambda state=state: many.state.legs[site].mic_muted is state, act)


def test_a_stranger_is_a_guest_under_his_address(many: Rig):
    many.control.post(
        "/fault",
        {"kind": "stranger", "target": "cms-1", "seconds": 4, "uri": "sip:1000@203.0.113.9"},
    )
    many.until(lambda: any("203.0.113.9" in site for site in many.state.legs), "the stranger")
    guest = next(site for site in many.state.legs if "203.0.113.9" in site)
    assert guest.startswith("?")
    assert connected(many) >= set(many.sites)
    many.until(
        lambda: (
            guest not in many.state.legs
            or many.state.legs[guest].presence is not Presence.CONNECTED
        ),
        "the stranger gone",
    )


def test_a_name_is_text_whatever_it_holds(many: Rig):
    site = many.sites[6]
    name = "Xã <b>Ea H'leo</b> & M'Đrắk\u202e\u0007" + "x" * 400
    many.control.post("/fault", {"kind": "rename", "target": site, "name": name})
    many.until(lambda: "<b>" in many.state.legs[site].name, "the name")
    told = many.state.legs[site].name
    assert told.startswith("Xã <b>Ea H'leo</b> & M'Đrắk")
    assert len(told) <= 300
    assert not set(told) & {"\u202e", "\u0007"}


def test_one_screen_is_not_the_conference(many: Rig):
    before = many.state.conferences[conference(many)].layout
    many.achieve(SetScreenLayout(endpoint=many.sites[0], layout=Layout.SINGLE))
    assert many.state.conferences[conference(many)].layout is before


def test_a_cluster_is_two_bridges_each_with_its_own_sites():
    with rig(
        "--sites", "12", "--scene", "calm", "--seed", "5", "--no-rooms", "--bridges", "2"
    ) as both:
        both.up("cms-1", "cms-2")
        both.until(lambda: connected(both) == set(both.sites), "everyone")
        both.until(lambda: all(both.device(d).push for d in ("cms-1", "cms-2")), "the feeds")
        both.rest(4)
        carried = {site: both.truth(site)["leg"]["bridge"] for site in both.sites}
        assert set(carried.values()) == {"cms-1", "cms-2"}
        told = {site: both.state.device_of(leg.conference) for site, leg in both.state.legs.items()}
        assert told == carried
        assert not [s for s in both.state.legs if s.startswith("?")]
        for site in both.sites:
            both.achieve(MuteSite(endpoint=site, muted=False))
        for device in ("cms-1", "cms-2"):
            mine = next(c.id for c in both.state.conferences.values() if c.device == device)
            both.achieve(MuteAllBut(conference=mine, keep=()))
        assert all(truly_muted(both).values())
        for device in ("cms-1", "cms-2"):
            mine = next(c.id for c in both.state.conferences.values() if c.device == device)
            site = next(s for s in both.sites if carried[s] == device)
            both.achieve(PutOnPodium(conference=mine, endpoint=site))
            both.achieve(PutOnPodium(conference=mine, endpoint=""))
        away = next(s for s in both.sites if carried[s] == "cms-2")
        both.control.post("/act", {"act": "leave", "site": away})
        both.until(lambda: away not in connected(both), "who left")
        both.control.post("/act", {"act": "join", "site": away})
        both.until(lambda: connected(both) == set(both.sites), "who came back")
        assert (
            both.state.device_of(both.state.legs[away].conference)
            == both.truth(away)["leg"]["bridge"]
        )
