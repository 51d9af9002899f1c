"""One session on two MCUs of different makes, with cameras in some rooms."""

from __future__ import annotations

from console.domain.capability import Capability
from console.domain.commands.mcu import MuteAllBut, MuteSite, PutOnPodium, SetScreenLayout
from console.domain.commands.own import OpenSession
from console.domain.commands.room import RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.presence import Presence
from console.domain.state import Phase
from tests.contract.rig import Rig, rig

CISCO, SWITCH = "cms-1", "freeswitch-1"
MIXED = (
    "--sites", "12", "--scene", "calm", "--seed", "5",
    "--mcus", "cms,freeswitch", "--cameras", "5", "--speed", "3",
)  # fmt: skip


def ready(made: Rig) -> None:
    """Everything is up and everyone in the call, the chair's microphone alone open."""
    made.up(*made.plant.links)
    state = made.state
    made.until(lambda: all(made.device(d).push for d in (CISCO, SWITCH)), "the feeds")
    made.until(
        lambda: {s for s, leg in state.legs.items() if leg.presence is Presence.CONNECTED}
        == set(made.sites),
        "everyone", 60,
    )  # fmt: skip
    chair = made.sites[0]
    opened = OpenSession(session="S", title="", phase="session", chair=chair, conference="")
    made.achieve(opened)
    for conference in list(state.conferences.values()):
        if conference.live:
            made.achieve(MuteAllBut(conference=conference.id, keep=()))
    made.achieve(MuteSite(endpoint=chair, muted=False))


def agree(made: Rig, podium: str) -> None:
    """The simulators' truth and the console's State: who is on the podium, and who is heard."""
    truth, state = made.control.get("/state"), made.state
    assert truth["podium"] == [podium]
    locked = {
        meeting["video_floor"]
        for meeting in truth["freeswitch"][SWITCH]["conferences"].values()
        if meeting["video_floor_locked"]
    }
    on_switch = truth["sites"][podium]["leg"]["bridge"] == SWITCH
    assert locked == ({podium} if on_switch else set())
    heard = {s for s, site in truth["sites"].items() if not site["leg"]["rx_audio_mute"]}
    assert heard == {state.session.chair, podium}
    assert state.podium == podium
    assert [c.podium for c in state.conferences.values() if c.podium] == [podium]
    assert {s for s, leg in state.legs.items() if leg.mic_muted is False} == heard


def take(made: Rig, site: str, expected: str, preset: int | None) -> dict[type, str]:
    """TAKE, whose every step must be confirmed; the device each kind of step went to."""
    wish = made.submit(TakeToPodium(endpoint=site, expected=expected, preset=preset))
    assert made.outcome(wish).phase is Phase.CONFIRMED
    steps = [made.outcome(step) for step in made.state.commands[wish].steps]
    assert {step.phase for step in steps} == {Phase.CONFIRMED}, steps
    return {
        type(step.command) if not _empties(step.command) else type(None):
        step.command.route(made.state)
        for step in steps
        if not (isinstance(step.command, MuteSite) and step.command.muted)
    }  # fmt: skip


def _empties(command: object) -> bool:
    return isinstance(command, PutOnPodium) and command.endpoint == ""


def at_memory(made: Rig, site: str, number: int) -> bool:
    """Whether a site's camera truly stands where its memory says, and is told to."""
    room = made.truth(site)["room"]
    wanted, camera = room["visca"]["memories"][str(number - 1)], room["camera"]
    there = all(camera[axis] == wanted[axis] for axis in ("pan", "tilt", "zoom"))
    return there and not camera["moving"] and made.state.rooms[site].preset == number


def test_take_across_two_mcus_and_a_visca_camera():
    with rig(*MIXED, rooms=0) as made:
        ready(made)
        chair = made.sites[0]
        bridges = {site: made.truth(site)["leg"]["bridge"] for site in made.sites}
        eyes = [d.endpoint for d in made.state.devices.values() if d.kind == "visca"]
        here = next(s for s in eyes if bridges[s] == CISCO and s != chair)
        there = next(s for s in eyes if bridges[s] == SWITCH)
        assert made.device(SWITCH).capabilities & Capability.PODIUM
        first = take(made, here, "", 3)
        assert first[PutOnPodium] == first[MuteSite] == CISCO
        assert first[RecallPreset] == f"camera-{here}"
        agree(made, here)
        assert at_memory(made, here, 3)
        across = take(made, there, here, 5)
        assert across[PutOnPodium] == across[MuteSite] == SWITCH
        assert across[type(None)] == CISCO, "the podium before is emptied on its own MCU"
        assert across[RecallPreset] == f"camera-{there}"
        assert across[SetScreenLayout] == bridges[chair]
        agree(made, there)
        assert at_memory(made, there, 5)
        back = take(made, here, there, 2)
        assert back[PutOnPodium] == back[MuteSite] == CISCO
        assert back[type(None)] == SWITCH
        agree(made, here)
        assert at_memory(made, here, 2)
        assert at_memory(made, there, 5), "nobody moves the camera of who steps down"
