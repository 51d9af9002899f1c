"""Each driver × each of its capabilities: asked through the Link, achieved in the province."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.device import DeviceSpec
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.domain.state import Phase
from console.drivers.protocol import Setting
from console.drivers.registry import KINDS, make_driver
from tests.contract.rig import Rig

Case = Callable[[Rig], None]
RIGS = {"freeswitch": "switched"}
"""The fixture with devices of a kind, where it is not `calm`."""
CASES: dict[tuple[str, Capability], Case] = {}


def case(kind: str, capability: Capability) -> Callable[[Case], Case]:
    """Registers what a driver of this kind must do to be able to do this."""

    def register(function: Case) -> Case:
        CASES[kind, capability] = function
        return function

    return register


def abilities() -> list[Any]:
    """Every kind of device with each of its capabilities."""
    found: list[Any] = []
    for kind in KINDS:
        driver = make_driver(Setting(DeviceSpec("x", kind, "x", "https://x"), {}, lambda: 0))
        found += [pytest.param(kind, c, id=f"{kind}-{c.name}") for c in driver.can]
    return found


@pytest.mark.parametrize(("kind", "capability"), abilities())
def test_capability(kind: str, capability: Capability, request: pytest.FixtureRequest):
    CASES[kind, capability](request.getfixturevalue(RIGS.get(kind, "calm")))


def conference(rig: Rig) -> str:
    return next(iter(rig.state.conferences))


def leg(rig: Rig, number: int) -> dict[str, Any]:
    return rig.truth(rig.sites[number])["leg"]


def meeting(rig: Rig) -> dict[str, Any]:
    return rig.control.get("/state")["conference"]


# -- the MCU -----------------------------------------------------------------------------------


@case("cms", Capability.ROSTER)
def roster(rig: Rig) -> None:
    seen = {site: found.presence for site, found in rig.state.legs.items()}
    assert seen == dict.fromkeys(rig.sites, Presence.CONNECTED)
    for site in rig.sites:
        truth, told = rig.truth(site), rig.state.legs[site]
        assert told.name == truth["name"]
        assert told.encrypted is truth["leg"]["encrypted"]


@case("freeswitch", Capability.ROSTER)
def switch_roster(rig: Rig) -> None:
    seen = {site: found.presence for site, found in rig.state.legs.items()}
    assert seen == dict.fromkeys(rig.sites, Presence.CONNECTED)
    for site in rig.sites:
        assert rig.state.legs[site].name == rig.truth(site)["name"]


@case("cms", Capability.TALK)
@case("freeswitch", Capability.TALK)
def talk(rig: Rig) -> None:
    site = rig.sites[2]
    rig.control.post("/fault", {"kind": "open_mic", "target": site, "seconds": 3})
    rig.until(lambda: site in rig.state.speech and rig.state.speech[site].talking, "speech")
    rig.until(lambda: not rig.state.speech[site].talking, "silence")
    rig.achieve(MuteAllBut(conference=conference(rig), keep=()))


@case("cms", Capability.MUTE_ONE)
@case("freeswitch", Capability.MUTE_ONE)
def mute_one(rig: Rig) -> None:
    for muted in (False, True):
        rig.achieve(MuteSite(endpoint=rig.sites[1], muted=muted))
        assert leg(rig, 1)["rx_audio_mute"] is muted


@case("cms", Capability.MUTE_ALL_BUT)
@case("freeswitch", Capability.MUTE_ALL_BUT)
def mute_all_but(rig: Rig) -> None:
    for number in (1, 2, 3):
        rig.achieve(MuteSite(endpoint=rig.sites[number], muted=False))
    rig.achieve(MuteAllBut(conference=conference(rig), keep=(rig.sites[2],)))
    assert [leg(rig, n)["rx_audio_mute"] for n in range(6)] == [n != 2 for n in range(6)]
    rig.achieve(MuteAllBut(conference=conference(rig), keep=()))
    assert all(leg(rig, n)["rx_audio_mute"] for n in range(6))


@case("cms", Capability.VIDEO_MUTE)
@case("freeswitch", Capability.VIDEO_MUTE)
def video_mute(rig: Rig) -> None:
    for hidden in (True, False):
        rig.achieve(HideVideo(endpoint=rig.sites[3], hidden=hidden))
        assert leg(rig, 3)["rx_video_mute"] is hidden


@case("cms", Capability.PODIUM)
@case("freeswitch", Capability.PODIUM)
def podium(rig: Rig) -> None:
    for site in (rig.sites[1], rig.sites[2], ""):
        rig.achieve(PutOnPodium(conference=conference(rig), endpoint=site))
        assert rig.control.get("/state")["podium"] == ([site] if site else [])


@case("cms", Capability.CONFERENCE_LAYOUT)
def conference_layout(rig: Rig) -> None:
    for layout, word in ((Layout.ONE_PLUS_SEVEN, "onePlusSeven"), (Layout.EQUAL, "allEqual")):
        rig.achieve(SetConferenceLayout(conference=conference(rig), layout=layout))
        assert {leg(rig, n)["layout"] for n in range(6)} == {word}


def switch_truth(rig: Rig) -> dict[str, Any]:
    """The province's own word on the one conference of the FreeSWITCH."""
    (told,) = rig.control.get("/state")["freeswitch"]["freeswitch-1"]["conferences"].values()
    return told


@case("freeswitch", Capability.CONFERENCE_LAYOUT)
def switch_layout(rig: Rig) -> None:
    for layout, word in ((Layout.ONE_PLUS_SEVEN, "1up_top_left+7"), (Layout.EQUAL_3X3, "3x3")):
        assert layout in rig.device("freeswitch-1").layouts
        rig.achieve(SetConferenceLayout(conference=conference(rig), layout=layout))
        rig.until(lambda word=word: switch_truth(rig)["layout"] == word, word)


@case("cms", Capability.SCREEN_LAYOUT)
def screen_layout(rig: Rig) -> None:
    before = rig.state.conferences[conference(rig)].layout
    rig.achieve(SetScreenLayout(endpoint=rig.sites[0], layout=Layout.STACKED))
    assert leg(rig, 0)["layout"] == "stacked"
    assert leg(rig, 1)["layout"] != "stacked"
    assert rig.state.conferences[conference(rig)].layout is before


@case("cms", Capability.DIAL)
def dial(rig: Rig) -> None:
    site = rig.sites[4]
    address = rig.province.addresses()[site]
    before = leg(rig, 4)["participant"]
    rig.achieve(DialSite(conference=conference(rig), endpoint=site, address=address, fresh=True))
    assert leg(rig, 4)["participant"] != before
    rig.achieve(HangUpSite(endpoint=site))
    with rig.fault("no_answer", site):
        ringing = rig.submit(DialSite(conference=conference(rig), endpoint=site, address=address))
        rig.until(lambda: rig.state.legs[site].presence is Presence.RINGING, "ringing")
        rig.control.post("/act", {"act": "leave", "site": site})
        given_up = rig.outcome(ringing)
    assert given_up.phase is Phase.REFUSED
    assert given_up.problem is not None
    assert given_up.problem.code == "cms.no_answer"
    rig.achieve(DialSite(conference=conference(rig), endpoint=site, address=address))


@case("freeswitch", Capability.DIAL)
def switch_dial(rig: Rig) -> None:
    site = rig.sites[4]
    address = rig.province.addresses()[site]
    rig.achieve(DialSite(conference=conference(rig), endpoint=site, address=address, fresh=True))
    assert rig.truth(site)["state"] == "connected"
    assert not [s for s in rig.state.legs if s.startswith("?")]
    rig.achieve(HangUpSite(endpoint=site))
    nobody = DialSite(conference=conference(rig), endpoint=site, address="sip:nobody@192.0.2.9")
    given_up = rig.wish(nobody)
    assert given_up.phase is Phase.REFUSED
    assert given_up.problem is not None
    assert given_up.problem.code == "freeswitch.no_answer"
    rig.achieve(DialSite(conference=conference(rig), endpoint=site, address=address))


@case("freeswitch", Capability.RECORD)
def record(rig: Rig) -> None:
    for on in (True, False):
        rig.achieve(RecordConference(conference=conference(rig), on=on))
        assert meeting(rig)["recording"] is on


@case("cms", Capability.HANG_UP)
@case("freeswitch", Capability.HANG_UP)
def hang_up(rig: Rig) -> None:
    rig.achieve(HangUpSite(endpoint=rig.sites[5]))
    assert rig.truth(rig.sites[5])["state"] == "absent"
    rig.achieve(HangUpAll(conference=conference(rig)))
    assert {rig.truth(site)["state"] for site in rig.sites} == {"absent"}
    for site in rig.sites:
        rig.control.post("/fault", {"kind": "join", "target": site})
    rig.until(
        lambda: all(rig.state.legs[s].presence is Presence.CONNECTED for s in rig.sites),
        "everyone back",
    )


@case("cms", Capability.LOCK)
@case("freeswitch", Capability.LOCK)
def lock(rig: Rig) -> None:
    for locked in (True, False):
        rig.achieve(LockConference(conference=conference(rig), locked=locked))
        assert meeting(rig)["locked"] is locked


@case("cms", Capability.BANNER)
def banner(rig: Rig) -> None:
    for text in ("Mời Krông Bông & Ea H'leo <b>", ""):
        rig.achieve(ShowBanner(conference=conference(rig), text=text))
        assert meeting(rig)["message"] == text


@case("freeswitch", Capability.BANNER)
def switch_banner(rig: Rig) -> None:
    for text in ("Mời Krông Bông & Ea H'leo <b>", ""):
        rig.achieve(ShowBanner(conference=conference(rig), text=text))


@case("cms", Capability.QUALITY)
def quality(rig: Rig) -> None:
    site = rig.sites[3]
    rig.until(lambda: set(rig.state.quality) == set(rig.sites), "every leg measured")
    with rig.fault("loss", site, loss_pct=12.0, jitter_ms=80.0):
        rig.until(lambda: (rig.state.quality[site].loss_pct or 0) > 3, "loss seen", patience_s=30)
    assert rig.state.quality[site].rtt_ms


@case("cms", Capability.HEALTH)
def health(rig: Rig) -> None:
    rig.until(lambda: rig.device("cms-1").figures, "figures")
    figures = rig.device("cms-1").figures
    assert figures is not None
    assert figures.legs is not None
    assert figures.ports_total is not None
    assert figures.uptime_s is not None
    assert figures.load_pct is not None
    assert 0 < figures.load_pct < 100


@case("freeswitch", Capability.HEALTH)
def switch_health(rig: Rig) -> None:
    def legs() -> int | None:
        figures = rig.device("freeswitch-1").figures
        return figures.legs if figures else None

    rig.until(lambda: legs() == 6, "the figures of all six", 60.0)  # they may come before the last
    figures = rig.device("freeswitch-1").figures
    assert figures is not None
    assert figures.ports_total
    assert figures.uptime_s is not None
    assert figures.load_pct is not None
    assert 0 <= figures.load_pct < 100


# -- cameras by themselves: one on each transport, all asked at once ---------------------------


def cameras(rig: Rig) -> list[str]:
    return [d.endpoint for d in rig.state.devices.values() if d.kind == "visca"]


def eye(rig: Rig, site: str) -> dict[str, Any]:
    found: dict[str, Any] = rig.truth(site)["room"]
    return found


def each_achieves(rig: Rig, wish: Callable[[str], Command]) -> None:
    """Every camera does it."""
    asked = [rig.submit(wish(site)) for site in cameras(rig)]
    settled = [rig.outcome(command) for command in asked]
    assert {tracked.phase for tracked in settled} == {Phase.CONFIRMED}, settled


@case("visca", Capability.PRESET_LIST)
def memories(rig: Rig) -> None:
    for site in cameras(rig):
        told = {p.number - 1: p.name for p in rig.state.rooms[site].presets or ()}
        names = {int(n): m["name"] for n, m in eye(rig, site)["visca"]["memories"].items()}
        assert told == names


@case("visca", Capability.PRESET_RECALL)
def memory_recall(rig: Rig) -> None:
    for number in (5, 2):
        each_achieves(rig, lambda site, n=number: RecallPreset(endpoint=site, number=n))
        for site in cameras(rig):
            room = eye(rig, site)
            wanted, camera = room["visca"]["memories"][str(number - 1)], room["camera"]
            assert camera["moving"] is False
            assert {k: camera[k] for k in ("pan", "tilt", "zoom")} == {
                k: wanted[k] for k in ("pan", "tilt", "zoom")
            }
    each_achieves(rig, lambda site: RecallPreset(endpoint=site, number=2))
    for number in (95, 256):
        none = rig.wish(RecallPreset(endpoint=cameras(rig)[0], number=number))
        assert none.phase is Phase.REFUSED
        assert none.problem is not None
        assert none.problem.code == "visca.memory"


@case("visca", Capability.PRESET_STORE)
def memory_store(rig: Rig) -> None:
    each_achieves(rig, lambda site: StorePreset(endpoint=site, number=9, name="Góc <mới>"))
    for site in cameras(rig):
        room = eye(rig, site)
        stored, camera = room["visca"]["memories"]["8"], room["camera"]
        assert [stored[k] - camera[k] for k in ("pan", "tilt", "zoom")] == [0, 0, 0]


@case("visca", Capability.CAMERA_MOVE)
def camera_drive(rig: Rig) -> None:
    for pan, tilt, zoom in ((-1, 0, 0), (0, 1, 0), (0, 0, 1)):
        before = {site: eye(rig, site)["camera"] for site in cameras(rig)}
        each_achieves(
            rig,
            lambda site, p=pan, t=tilt, z=zoom: MoveCamera(endpoint=site, pan=p, tilt=t, zoom=z),
        )
        each_achieves(rig, lambda site: MoveCamera(endpoint=site))
        for site in cameras(rig):
            camera = eye(rig, site)["camera"]
            assert camera["moving"] is False
            gone = [camera[axis] - before[site][axis] for axis in ("pan", "tilt", "zoom")]
            assert [(d > 0) - (d < 0) for d in gone] == [pan, tilt, zoom]
            assert rig.state.rooms[site].preset is None


@case("visca", Capability.CAMERA_HOME)
def camera_home(rig: Rig) -> None:
    each_achieves(rig, lambda site: RecallPreset(endpoint=site, number=2))
    each_achieves(rig, lambda site: HomeCamera(endpoint=site))
    for site in cameras(rig):
        camera = eye(rig, site)["camera"]
        assert (camera["pan"], camera["tilt"], camera["moving"]) == (0, 0, False)


@case("visca", Capability.STANDBY)
def camera_standby(rig: Rig) -> None:
    """Where there is a room system too, it is that one which sleeps."""
    alone = [site for site in cameras(rig) if not rig.state.endpoints[site].room]
    assert len(alone) == 2
    for on in (True, False):
        for site in alone:
            rig.achieve(SetStandby(endpoint=site, on=on))
            assert eye(rig, site)["visca"]["power"] is not on


# -- the room ----------------------------------------------------------------------------------


def room(rig: Rig) -> dict[str, Any]:
    return rig.truth(rig.sites[0])["room"]


@case("roomos", Capability.PRESET_LIST)
def preset_list(rig: Rig) -> None:
    told = {str(p.number): p.name for p in rig.state.rooms[rig.sites[0]].presets or ()}
    assert told == room(rig)["presets"]


@case("roomos", Capability.PRESET_RECALL)
def preset_recall(rig: Rig) -> None:
    for number in (5, 1, 5):
        rig.achieve(RecallPreset(endpoint=rig.sites[0], number=number))
        camera = room(rig)["camera"]
        assert (camera["preset"], camera["moving"]) == (number, False)
    rig.achieve(RecallPreset(endpoint=rig.sites[0], number=5))
    none = rig.wish(RecallPreset(endpoint=rig.sites[0], number=33))
    assert none.phase is Phase.REFUSED
    assert none.problem is not None
    assert none.problem.detail
    rig.until(lambda: rig.state.rooms[rig.sites[0]].camera_moving is False, "still at rest")


@case("roomos", Capability.PRESET_STORE)
def preset_store(rig: Rig) -> None:
    rig.achieve(StorePreset(endpoint=rig.sites[0], number=9, name="Góc <mới> & cũ"))
    assert room(rig)["presets"]["9"] == "Góc <mới> & cũ"


@case("roomos", Capability.CAMERA_MOVE)
def camera_move(rig: Rig) -> None:
    rig.achieve(RecallPreset(endpoint=rig.sites[0], number=5))
    rig.achieve(MoveCamera(endpoint=rig.sites[0], pan=-1))
    rig.achieve(MoveCamera(endpoint=rig.sites[0]))
    assert room(rig)["camera"]["moving"] is False
    assert rig.state.rooms[rig.sites[0]].preset is None


@case("roomos", Capability.ROOM_MICROPHONE)
def room_microphone(rig: Rig) -> None:
    for muted in (False, True):
        rig.achieve(MuteRoom(endpoint=rig.sites[0], muted=muted))
        assert room(rig)["mic_muted"] is muted


@case("roomos", Capability.STANDBY)
def standby(rig: Rig) -> None:
    for on, word in ((True, "Standby"), (False, "Off")):
        rig.achieve(SetStandby(endpoint=rig.sites[0], on=on))
        assert room(rig)["standby"] == word


@case("roomos", Capability.QUALITY)
def room_quality(rig: Rig) -> None:
    device = f"room-{rig.sites[0]}"
    rig.plant.focus({device})
    rig.until(lambda: rig.sites[0] in rig.state.room_quality, "media statistics")
    rig.plant.focus(set())
    assert rig.state.room_quality[rig.sites[0]].width
