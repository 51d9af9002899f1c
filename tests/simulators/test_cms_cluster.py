"""Two bridges, one conference: whose ids, whose writes, whose legs."""

from __future__ import annotations

import time

import pytest

from tests.simulators.conftest import Start
from tests.simulators.events import events, roster_line
from tests.simulators.peer import Started, failure, until


@pytest.fixture
def peer(start: Start) -> Started:
    return start("--scene", "calm", "--sites", "24", "--bridges", "2", "--delay-ms", "10..30")


def on(peer: Started, bridge: str) -> list[dict[str, object]]:
    sites = peer.state()["sites"].values()
    return [site["leg"] for site in sites if site.get("leg", {}).get("bridge") == bridge]


def test_each_bridge_has_its_own_call_id_and_they_share_a_correlator(peer: Started) -> None:
    assert peer.call(0) != peer.call(1)
    first, second = peer.read("/calls", 0)[0], peer.read("/calls", 1)[0]
    assert first.findtext("callCorrelator") == second.findtext("callCorrelator")
    assert failure(peer.cms("GET", f"/calls/{peer.call(0)}", bridge=1)) == "callDoesNotExist"
    assert peer.read("/system/status").findtext("clusterEnabled") == "true"
    assert {each.findtext("name") for each in peer.read("/callBridges")} == {"cms-1", "cms-2"}


def test_both_list_everyone_and_name_the_other_bridge_for_its_own(peer: Started) -> None:
    assert peer.roster(0) == peer.roster(1)
    guids = {each.findtext("name"): each.attrib["id"] for each in peer.read("/callBridges")}
    for bridge, other in ((0, "cms-2"), (1, "cms-1")):
        page = peer.read("/participants", bridge, callBridgeFilter=guids[other])
        assert int(page.attrib["total"]) == len(on(peer, other)) > 0
        assert {each.findtext("callBridge") for each in page} == {guids[other]}
        call = peer.read(f"/calls/{peer.call(bridge)}", bridge)
        assert call.findtext("numParticipantsRemote") == str(len(on(peer, other)))
        assert call.findtext("numDistributedInstances") == "1"


def test_legs_are_local_and_a_link_joins_the_bridges(peer: Started) -> None:
    for bridge, own, other in ((0, "cms-1", "cms-2"), (1, "cms-2", "cms-1")):
        total = int(peer.read("/callLegs", bridge).attrib["total"])
        assert total == len(on(peer, own)) + 1
        link = peer.read("/callLegs", bridge, filter=other)[0]
        shown = peer.read(f"/callLegs/{link.attrib['id']}", bridge)
        assert shown.findtext("subtype") == "distributionLink"
        remote = on(peer, other)[0]
        reply = peer.cms("GET", f"/callLegs/{remote['id']}", bridge=bridge)
        assert failure(reply) == "callLegDoesNotExist"
        legs = peer.read(f"/participants/{remote['participant']}/callLegs", bridge)
        assert legs.attrib["total"] == "0"
        assert legs.findtext("callBridge")


def test_writes_to_the_wrong_bridge_are_refused(peer: Started) -> None:
    remote = on(peer, "cms-2")[0]
    path = f"/participants/{remote['participant']}"
    assert peer.read(path, 0).find("numCallLegs") is None
    assert failure(peer.cms("PUT", path, {"importance": "1"})) == "participantCannotBeModified"
    assert failure(peer.cms("DELETE", path)) == "participantCannotBeDeleted"
    assert peer.cms("PUT", path, {"importance": "1"}, bridge=1).status_code == 200
    until(lambda: on(peer, "cms-2")[0]["importance"] == 1)


def test_a_bulk_write_reaches_the_bridges_own_alone(peer: Started) -> None:
    path = f"/calls/{peer.call(0)}/participants/*"
    assert peer.cms("PUT", path, {"rxAudioMute": "false"}).status_code == 200
    until(lambda: not any(leg["rx_audio_mute"] for leg in on(peer, "cms-1")))
    time.sleep(0.2)
    assert all(leg["rx_audio_mute"] for leg in on(peer, "cms-2"))


def test_events_tell_of_everyone_on_every_bridge(peer: Started) -> None:
    with events(peer, 1) as ears:
        ears.subscribe(roster_line(peer, bridge=1))
        assert ears.hear(lambda: len(ears.roster()) == 24)
        far = on(peer, "cms-1")[0]
        peer.cms("PUT", f"/callLegs/{far['id']}", {"rxAudioMute": "false"})
        key = str(far["participant"])
        assert ears.hear(lambda: ears.roster()[key]["audioMuted"] is False)


def test_one_bridge_restarts_and_the_other_keeps_its_own(peer: Started) -> None:
    kept = {leg["participant"] for leg in on(peer, "cms-1")}
    peer.fault("restart", "cms-2", seconds=1.5)
    alarm = peer.read("/system/alarms")[0]
    assert alarm.findtext("type") == "callBridgeConnectionFailure"
    assert set(peer.roster(0).values()) == kept
    until(lambda: peer.read("/system/alarms").attrib["total"] == "0")
    until(lambda: len(peer.roster(0)) == 24, 30)
    assert kept <= set(peer.roster(0).values())
    call = peer.read("/calls", 1)[0].attrib["id"]
    assert call != peer.call(1)
