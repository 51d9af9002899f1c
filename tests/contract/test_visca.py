"""VISCA's own traps, on all three transports at once: what is lost, late, wrong or never said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.room import RecallPreset, SetStandby, StorePreset
from console.domain.observed import Preset
from console.domain.state import Phase, Tracked
from tests.contract.rig import Rig, rig

TRANSPORTS = ("udp", "tcp", "rawudp")


class Cameras:
    """Three cameras, one on each transport, and nothing else in their rooms."""

    def __init__(self, made: Rig) -> None:
        self.rig = made
        made.pump()
        self.sites = {self.camera(made, site)["transport"]: site for site in self.all_sites(made)}
        assert set(self.sites) == set(TRANSPORTS)

    @staticmethod
    def all_sites(made: Rig) -> list[str]:
        return [d.endpoint for d in made.state.devices.values() if d.kind == "visca"]

    @staticmethod
    def camera(made: Rig, site: str) -> dict[str, Any]:
        found: dict[str, Any] = made.truth(site)["room"]["visca"]
        return found

    def device(self, transport: str) -> str:
        return f"camera-{self.sites[transport]}"

    def up(self) -> None:
        """Every link up, and every camera done with waking up, which is hurried along."""
        self.rig.up(*(self.device(t) for t in TRANSPORTS))
        self.rig.control.post("/speed", {"speed": 10})
        self.rig.until(
            lambda: not any(self.camera(self.rig, s)["starting"] for s in self.sites.values()),
            "awake",
        )
        self.rig.control.post("/speed", {"speed": 1})

    def wish(
        self, made: Callable[[str], Command], transports: Sequence[str] = TRANSPORTS
    ) -> dict[str, Tracked]:
        """The same wish of several cameras; what became of each."""
        asked = {t: self.rig.submit(made(self.sites[t])) for t in transports}
        return {t: self.rig.outcome(command) for t, command in asked.items()}

    def phases(
        self, made: Callable[[str], Command], transports: Sequence[str] = TRANSPORTS
    ) -> set[Phase]:
        return {tracked.phase for tracked in self.wish(made, transports).values()}

    def trouble(self, transport: str, kind: str, **more: Any) -> None:
        """A fault of one camera."""
        target = f"camera:{self.sites[transport]}"
        said = {"kind": kind, "target": target, "seconds": 120, **more}
        self.rig.control.post("/fault", said)

    def troubled(self, since: int | None = None) -> None:
        """Wait until every link has said what is wrong on the wire."""
        seen = len(self.rig.told) if since is None else since

        def told() -> set[str]:
            return {
                fact.device
                for event in self.rig.told[seen:]
                if isinstance(fact := event.fact, f.LinkChanged)
                and fact.problem is not None
                and fact.problem.code.startswith("wire.")
            }

        wanted = {self.device(transport) for transport in TRANSPORTS}
        self.rig.until(lambda: told() >= wanted, "trouble", 40)

    def asleep(self, transport: str) -> bool:
        """Whether the camera truly sleeps."""
        return not self.camera(self.rig, self.sites[transport])["power"]

    def points(self, transport: str) -> list[int]:
        camera = self.rig.truth(self.sites[transport])["room"]["camera"]
        return [camera[axis] for axis in ("pan", "tilt", "zoom")]

    def told(self, transport: str) -> int | None:
        """The memory that the console says the camera stands on."""
        return self.rig.state.rooms[self.sites[transport]].preset


@pytest.fixture(scope="module")
def shared(leak_guard: None) -> Iterator[Cameras]:
    options = ("--sites", "6", "--scene", "calm", "--seed", "7", "--cameras", "3")
    with rig(*options, rooms=0) as made:
        cameras = Cameras(made)
        made.plant.focus({cameras.device(t) for t in TRANSPORTS})
        cameras.up()
        yield cameras


@pytest.fixture
def cameras(shared: Cameras) -> Iterator[Cameras]:
    yield shared
    shared.rig.control.post("/clear", {})
    shared.up()
    if any(shared.asleep(t) for t in TRANSPORTS):
        assert shared.phases(lambda site: SetStandby(endpoint=site, on=False)) == {Phase.CONFIRMED}
        shared.up()


def sleep(site: str) -> Command:
    return SetStandby(endpoint=site, on=True)


def recall(number: int) -> Callable[[str], Command]:
    return lambda site: RecallPreset(endpoint=site, number=number)


# -- refusals ------------------------------------------------------------------------------------


def test_refused_with_the_cameras_reason(cameras: Cameras):
    with cameras.rig.fault("refuse", "cameras"):
        settled = cameras.wish(sleep)
    for transport, tracked in settled.items():
        assert tracked.phase is Phase.REFUSED
        assert tracked.problem is not None
        assert tracked.problem.code == "visca.refused"
        assert not cameras.asleep(transport)


def test_both_sockets_taken_once_is_tried_again(cameras: Cameras):
    for transport in TRANSPORTS:
        cameras.trouble(transport, "busy", count=1)
    assert cameras.phases(sleep) == {Phase.CONFIRMED}
    assert all(cameras.asleep(t) for t in TRANSPORTS)


def test_both_sockets_taken_for_long_is_refused(cameras: Cameras):
    with cameras.rig.fault("busy", "cameras"):
        settled = cameras.wish(sleep)
    codes = {tracked.problem.code for tracked in settled.values() if tracked.problem}
    assert codes == {"device.busy"}


def test_a_sleeping_camera_is_woken_for_a_recall(cameras: Cameras):
    assert cameras.phases(sleep) == {Phase.CONFIRMED}
    assert cameras.phases(recall(3)) == {Phase.CONFIRMED}
    for transport in TRANSPORTS:
        assert cameras.told(transport) == 3
        assert cameras.points(transport)[0] < 0


# -- answers lost, late, twice, garbled ----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("lost_request", {"count": 1}),
        ("lost_reply", {"count": 1}),
        ("slow", {"delay_ms": 700}),
        ("duplicate_reply", {}),
        ("reorder_replies", {}),
        ("no_completion", {}),
    ],
)
def test_what_is_lost_late_or_twice_is_got_over(cameras: Cameras, kind: str, more: dict[str, Any]):
    """On a datagram what is lost is sent again; a stream loses nothing."""
    for transport in TRANSPORTS if "count" not in more else ("udp", "rawudp"):
        cameras.trouble(transport, kind, **more)
    assert cameras.phases(sleep) == {Phase.CONFIRMED}
    assert all(cameras.asleep(t) for t in TRANSPORTS)


def test_what_is_not_done_is_never_confirmed(cameras: Cameras):
    cameras.trouble("udp", "hang")
    cameras.trouble("tcp", "ignored_write")
    cameras.trouble("rawudp", "ignored_write")
    assert cameras.phases(sleep) == {Phase.UNKNOWN}
    assert not any(cameras.asleep(t) for t in TRANSPORTS)


@pytest.mark.parametrize(
    "troubles",
    [
        {t: ("garbage", {"where": "wire"}) for t in TRANSPORTS},
        {t: ("garbled_reply", {"flaw": "oversize"}) for t in TRANSPORTS},
        {
            "udp": ("wrong_sequence", {}),
            "tcp": ("half_open", {}),
            "rawudp": ("garbled_reply", {"flaw": "no_end"}),
        },
    ],
)
def test_trouble_is_named_and_changes_nothing_that_was_known(
    cameras: Cameras, troubles: dict[str, tuple[str, dict[str, str]]]
):
    made = cameras.rig
    presets = {site: made.state.rooms[site].presets for site in cameras.sites.values()}
    for transport, (kind, more) in troubles.items():
        cameras.trouble(transport, kind, **more)
    cameras.troubled()
    for site, known in presets.items():
        assert made.state.rooms[site].presets == known
        assert made.state.rooms[site].standby in (False, None)


def test_a_restart_is_lived_through(cameras: Cameras):
    """On Sony's framing the numbering begins anew with it."""
    seen = len(cameras.rig.told)
    cameras.rig.control.post("/fault", {"kind": "restart", "target": "cameras", "seconds": 5})
    cameras.troubled(seen)
    cameras.up()
    assert cameras.phases(recall(5)) == {Phase.CONFIRMED}


# -- memories ------------------------------------------------------------------------------------


def test_a_recall_whose_completion_is_lost_is_proven_by_looking(cameras: Cameras):
    assert cameras.phases(recall(2)) == {Phase.CONFIRMED}
    with cameras.rig.fault("no_completion", "cameras"):
        assert cameras.phases(recall(4)) == {Phase.CONFIRMED}
    for transport in TRANSPORTS:
        assert cameras.told(transport) == 4
        assert cameras.points(transport)[0] > 0


def test_a_stuck_camera_is_not_believed_to_have_arrived(cameras: Cameras):
    assert cameras.phases(recall(5)) == {Phase.CONFIRMED}
    for site in cameras.sites.values():
        cameras.rig.control.post("/fault", {"kind": "camera_stuck", "target": site, "seconds": 60})
    assert Phase.CONFIRMED not in cameras.phases(recall(3))
    assert 3 not in {cameras.told(t) for t in TRANSPORTS}


def test_a_camera_moved_by_hand_no_longer_stands_on_its_memory(cameras: Cameras):
    assert cameras.phases(recall(6)) == {Phase.CONFIRMED}
    for site in cameras.sites.values():
        cameras.rig.control.post("/fault", {"kind": "camera_moved", "target": site})
    cameras.rig.until(lambda: {cameras.told(t) for t in TRANSPORTS} == {None}, "the movement")


def test_a_memory_that_was_not_truly_stored_is_found_out_by_its_recall(cameras: Cameras):
    """A camera can't be asked what it remembers: its word is all there is until it is recalled."""
    assert cameras.phases(recall(2)) == {Phase.CONFIRMED}
    with cameras.rig.fault("memory_lost", "cameras"):
        stored = cameras.phases(lambda site: StorePreset(endpoint=site, number=4, name="Cửa"))
    assert stored == {Phase.CONFIRMED}
    for site in cameras.sites.values():
        assert Preset(4, "Cửa") in (cameras.rig.state.rooms[site].presets or ())
    asked = [cameras.rig.submit(recall(4)(site)) for site in cameras.sites.values()]
    cameras.rig.until(lambda: all(cameras.points(t)[0] > 0 for t in TRANSPORTS), "the old place")
    cameras.rig.rest(4)
    assert {cameras.told(t) for t in TRANSPORTS} == {None}
    assert not any(cameras.rig.state.commands[i].phase is Phase.CONFIRMED for i in asked)
