"""The camera's mind, on a clock that the test steps: no sockets, no waiting."""

from __future__ import annotations

import pytest

from console.simulators.model.building import fit
from console.simulators.model.camera import Position
from console.simulators.model.clock import Clock
from console.simulators.model.province import Province
from console.simulators.model.ptz import STARTS_S, Ptz
from console.simulators.model.roster import read_roster, shipped_roster
from console.simulators.model.scenario import Scenario
from console.simulators.model.site import Site
from console.simulators.visca.head import Head
from console.simulators.visca.hearing import hear
from console.simulators.visca.profile import profile_of
from tests.simulators.visca_peer import recall, spaced

ABSOLUTE = "81 01 06 02 18 14 00 03 0E 08 0F 0F 09 0C FF"
FAR_ZOOM = "81 01 04 47 04 00 00 00 FF"
STOP = "81 01 06 01 00 00 03 03 FF"


class Rig:
    """A camera and everything it said."""

    def __init__(self, transport: str) -> None:
        rows = read_roster(shipped_roster(), 6)
        self.clock = Clock()
        self.province = Province(rows, seed=4, clock=self.clock, calm=True)
        order = {"udp": 0, "tcp": 1, "rawudp": 2}
        self.site: Site = fit(list(self.province.sites.values()), 3)[order[transport]]
        assert self.site.room is not None
        assert self.site.room.ptz is not None
        self.ptz: Ptz = self.site.room.ptz
        self.camera = self.site.room.camera
        self.head = Head(self.province, self.site, self.ptz, profile_of(transport))
        self.said: list[str] = []
        self.province.watch(lambda change: self.head.camera_changed())

    def tell(self, text: str, *, dry: bool = False) -> list[str]:
        """Say a message; returns what is said to it at once."""
        self.said.clear()
        hear(self.head, bytes.fromhex(text), self._say, dry=dry)
        return list(self.said)

    def _say(self, way: str, reply: bytes) -> None:
        self.said.append(spaced(reply))

    def later(self, seconds: float) -> list[str]:
        """What is said in the next seconds."""
        self.said.clear()
        self.clock.step(seconds)
        return list(self.said)

    @property
    def here(self) -> Position:
        return self.camera.position(self.clock.now_s)


@pytest.fixture
def sony() -> Rig:
    return Rig("udp")


@pytest.fixture
def other() -> Rig:
    return Rig("tcp")


@pytest.fixture(params=["udp", "tcp", "rawudp"])
def any_rig(request: pytest.FixtureRequest) -> Rig:
    return Rig(request.param)


# -- when a command is done ------------------------------------------------------------------------


def test_a_recall_is_done_when_the_camera_is_there(any_rig: Rig) -> None:
    there = any_rig.ptz.memories[3]
    assert any_rig.tell(recall(3)) == ["90 41 FF"]
    assert any_rig.later(1.4) == []
    assert any_rig.camera.moving(any_rig.clock.now_s)
    assert 0 < any_rig.here.pan < there.pan
    assert any_rig.tell("81 09 7E 7E 00 FF")[0].split()[14] == "04"
    assert any_rig.later(3) == ["90 51 FF"]
    assert any_rig.here == there
    assert any_rig.tell("81 09 7E 7E 00 FF")[0].split()[14] == "00"
    assert any_rig.tell("81 09 04 3F FF") == ["90 50 03 FF"]


def test_positions_read_and_written_are_the_same(any_rig: Rig) -> None:
    slow = ABSOLUTE.replace("18 14", "0C 0C")
    assert any_rig.tell(slow) == ["90 41 FF"]
    assert any_rig.later(2.0) == []
    assert any_rig.later(4.0) == ["90 51 FF"]
    assert any_rig.tell("81 09 06 12 FF") == ["90 50 00 03 0E 08 0F 0F 09 0C FF"]
    assert (any_rig.here.pan, any_rig.here.tilt) == (0x3E8, -100)
    any_rig.tell("81 01 04 47 01 02 03 04 FF")
    any_rig.later(4)
    assert any_rig.tell("81 09 04 47 FF") == ["90 50 01 02 03 04 FF"]
    any_rig.tell("81 01 06 03 10 10 0F 0F 0F 0F 00 00 00 01 FF")
    any_rig.later(9)
    assert any_rig.tell("81 09 06 12 FF") == ["90 50 00 03 0E 07 0F 0F 09 0D FF"]


def test_what_lies_beyond_the_limits_ends_at_them(sony: Rig) -> None:
    sony.tell("81 01 06 02 18 17 07 0F 0F 0F 08 00 00 00 FF")
    sony.later(5)
    assert (sony.here.pan, sony.here.tilt) == (0x2200, -0x400)
    assert sony.tell("81 09 06 10 FF") == ["90 50 28 0A FF"]
    sony.tell("81 01 04 47 07 0A 0C 00 FF")
    sony.later(5)
    assert sony.here.zoom == 0x4000


def test_drives_are_done_at_once_and_go_on_until_stopped(any_rig: Rig) -> None:
    assert any_rig.tell("81 01 06 01 0C 00 01 03 FF") == ["90 41 FF"]
    assert any_rig.later(0.05) == ["90 51 FF"]
    any_rig.tell("81 01 04 07 27 FF")
    any_rig.later(0.95)
    assert any_rig.tell("81 09 06 10 FF") == ["90 50 24 00 FF"]
    assert any_rig.tell(STOP) == ["90 41 FF"]
    any_rig.later(0.05)
    pan, zoom = any_rig.here.pan, any_rig.here.zoom
    assert pan == pytest.approx(-2560, abs=60)
    any_rig.later(0.2)
    assert (any_rig.here.pan, any_rig.here.zoom > zoom) == (pan, True)
    any_rig.tell("81 01 04 07 00 FF")
    any_rig.later(1)
    assert not any_rig.camera.moving(any_rig.clock.now_s)
    up = any_rig.here.tilt
    any_rig.tell("81 01 06 01 00 10 03 01 FF")
    any_rig.later(1)
    assert any_rig.here.tilt > up


def test_home_and_reset(any_rig: Rig) -> None:
    for command in ("81 01 06 04 FF", "81 01 06 05 FF"):
        any_rig.tell(ABSOLUTE)
        any_rig.later(5)
        assert any_rig.tell(command) == ["90 41 FF"]
        assert any_rig.later(7) == ["90 51 FF"]
        assert (any_rig.here.pan, any_rig.here.tilt) == (0, 0)


def test_a_slower_recall_takes_longer(sony: Rig, other: Rig) -> None:
    for rig, speed, extra in (
        (sony, "81 01 7E 01 0B 03 06 FF", "81 09 7E 01 0B 03 FF"),
        (other, "81 01 06 01 06 FF", ""),
    ):
        assert rig.tell(speed) == ["90 41 FF"]
        rig.later(0.1)
        rig.tell(recall(3))
        assert rig.later(4.5) == []
        assert rig.later(12) == ["90 51 FF"]
        if extra:
            assert rig.tell(extra) == ["90 50 06 FF"]
    assert sony.tell("81 01 06 01 06 FF") == ["90 60 02 FF"]
    assert other.tell("81 01 7E 01 0B 03 06 FF") == ["90 60 02 FF"]


# -- two sockets -----------------------------------------------------------------------------------


def test_two_commands_run_and_a_third_finds_no_room(any_rig: Rig) -> None:
    assert any_rig.tell(ABSOLUTE.replace("18 14", "10 10")) == ["90 41 FF"]
    assert any_rig.tell(FAR_ZOOM) == ["90 42 FF"]
    assert any_rig.tell("81 01 04 38 03 FF") == ["90 60 03 FF"]
    assert any_rig.tell("81 09 04 00 FF") == ["90 50 02 FF"]
    assert sorted(any_rig.later(9)) == ["90 51 FF", "90 52 FF"]
    assert (any_rig.here.pan, any_rig.here.zoom) == (0x3E8, 0x4000)


def test_a_recall_overtakes_a_recall_and_the_first_never_says_done(any_rig: Rig) -> None:
    any_rig.tell(recall(3))
    any_rig.later(1)
    assert any_rig.tell(recall(2)) == ["90 42 FF", "90 61 04 FF"]
    assert any_rig.later(5) == ["90 52 FF"]
    assert any_rig.here == any_rig.ptz.memories[2]


def test_nothing_else_moves_the_camera_during_a_recall(any_rig: Rig) -> None:
    any_rig.tell(recall(3))
    for command in (ABSOLUTE, FAR_ZOOM, "81 01 06 04 FF", "81 01 04 07 02 FF",
                    "81 01 06 01 08 08 01 03 FF", "81 01 04 3F 01 05 FF"):  # fmt: skip
        assert any_rig.tell(command) == ["90 62 41 FF"]
    assert any_rig.later(5) == ["90 51 FF"]


def test_a_stop_ends_what_moved(any_rig: Rig) -> None:
    any_rig.tell(recall(3))
    any_rig.later(1)
    assert any_rig.tell(STOP) == ["90 42 FF", "90 61 04 FF"]
    here = any_rig.here
    assert any_rig.later(5) == ["90 52 FF"]
    assert any_rig.here == here != any_rig.ptz.memories[3]


def test_a_zoom_stop_leaves_pan_and_tilt_on_their_way(any_rig: Rig) -> None:
    any_rig.tell(ABSOLUTE)
    any_rig.tell(FAR_ZOOM)
    any_rig.later(0.8)
    assert any_rig.tell("81 01 04 07 00 FF") == ["90 60 03 FF"]
    assert any_rig.tell("81 22 FF") == ["90 62 04 FF"]
    assert 0 < any_rig.here.zoom < 0x4000
    assert any_rig.later(5) == ["90 51 FF"]
    assert any_rig.here.pan == 0x3E8
    assert any_rig.here.zoom < 0x4000


def test_cancel(any_rig: Rig) -> None:
    assert any_rig.tell("81 21 FF") == ["90 61 05 FF"]
    any_rig.tell(recall(3))
    any_rig.later(1)
    assert any_rig.tell("81 22 FF") == ["90 62 05 FF"]
    assert any_rig.tell("81 21 FF") == ["90 61 04 FF"]
    here = any_rig.here
    assert any_rig.later(5) == []
    assert any_rig.here == here


def test_clear_forgets_everything_without_a_word(any_rig: Rig) -> None:
    any_rig.tell(ABSOLUTE)
    any_rig.tell(FAR_ZOOM)
    assert any_rig.tell("81 01 00 01 FF") == ["90 50 FF"]
    assert any_rig.later(5) == []
    assert any_rig.tell(recall(1)) == ["90 41 FF"]


# -- memories --------------------------------------------------------------------------------------


def test_a_memory_is_stored_recalled_and_emptied(any_rig: Rig) -> None:
    assert any_rig.tell("81 09 04 3F FF") == ["90 50 7F FF"]
    any_rig.tell(ABSOLUTE)
    any_rig.later(5)
    assert any_rig.tell("81 01 04 3F 01 07 FF") == ["90 41 FF"]
    assert any_rig.later(0.1) == ["90 51 FF"]
    stored = any_rig.here
    assert any_rig.ptz.memories[7] == stored
    any_rig.tell("81 01 06 04 FF")
    any_rig.later(5)
    any_rig.tell(recall(7))
    any_rig.later(5)
    assert any_rig.here == stored
    any_rig.tell("81 01 04 3F 00 07 FF")
    assert 7 not in any_rig.ptz.memories


def test_an_empty_memory(sony: Rig, other: Rig) -> None:
    assert sony.tell(recall(9)) == ["90 61 41 FF"]
    assert other.tell(recall(9)) == ["90 41 FF"]
    assert other.later(0.1) == ["90 51 FF"]
    assert other.ptz.recalled is None
    assert not other.camera.moving(other.clock.now_s)


def test_how_many_memories_there_are(sony: Rig, other: Rig) -> None:
    assert sony.tell(recall(16)) == ["90 60 02 FF"]
    assert other.tell("81 01 04 3F 01 FE FF") == ["90 41 FF"]
    other.later(0.1)
    assert 254 in other.ptz.memories


def test_the_reserved_numbers_open_the_menu_under_which_nothing_moves(other: Rig) -> None:
    other.tell(recall(95))
    other.later(0.1)
    assert other.tell("81 09 06 06 FF") == ["90 50 02 FF"]
    assert other.tell(recall(1)) == ["90 61 41 FF"]
    other.tell("81 01 06 06 03 FF")
    other.later(0.1)
    assert other.tell(recall(1)) == ["90 41 FF"]


# -- power, focus, the mechanics -------------------------------------------------------------------


def test_in_standby_only_power_and_version_are_answered(any_rig: Rig) -> None:
    assert any_rig.tell("81 01 04 00 03 FF") == ["90 41 FF"]
    any_rig.later(0.1)
    assert any_rig.tell("81 09 04 00 FF") == ["90 50 03 FF"]
    assert any_rig.tell("81 09 00 02 FF")[0].startswith("90 50 0")
    assert any_rig.tell(recall(1)) == ["90 61 41 FF"]
    assert any_rig.tell("81 09 06 12 FF") == ["90 60 41 FF"]
    assert any_rig.tell("81 01 04 00 02 FF") == ["90 41 FF"]
    assert any_rig.tell("81 09 06 10 FF")[0].split()[2][0] == "1"
    assert any_rig.tell(recall(1)) == ["90 62 41 FF"]
    assert any_rig.later(STARTS_S - 0.2) == []
    assert any_rig.later(0.4) == ["90 51 FF"]
    assert any_rig.tell(recall(1)) == ["90 41 FF"]


def test_when_power_comes_some_go_to_memory_0(sony: Rig, other: Rig) -> None:
    for rig in (sony, other):
        rig.tell(recall(3))
        rig.later(1)
        rig.head.lose_power()
        here = rig.here
        rig.head.start()
        rig.later(5)
        assert rig.here == (here if rig is sony else rig.ptz.memories[0])
        assert rig.tell("81 09 04 3F FF") == ["90 50 7F FF"]


def test_focus_by_hand_only_when_not_automatic(any_rig: Rig) -> None:
    for command in ("81 01 04 08 02 FF", "81 01 04 48 05 00 00 00 FF"):
        assert any_rig.tell(command) == ["90 61 41 FF"]
    any_rig.tell("81 01 04 38 03 FF")
    any_rig.later(0.1)
    assert any_rig.tell("81 09 04 38 FF") == ["90 50 03 FF"]
    any_rig.tell("81 01 04 48 05 00 00 00 FF")
    any_rig.later(5)
    assert any_rig.tell("81 09 04 48 FF") == ["90 50 05 00 00 00 FF"]
    any_rig.tell("81 01 04 08 27 FF")
    any_rig.later(9)
    assert any_rig.tell("81 09 04 48 FF") == ["90 50 01 00 00 00 FF"]
    any_rig.tell("81 01 04 38 10 FF")
    any_rig.later(0.1)
    assert any_rig.ptz.auto_focus
    assert any_rig.tell("81 01 04 18 01 FF") == ["90 41 FF"]


def test_a_stuck_camera_says_so(any_rig: Rig) -> None:
    any_rig.camera.stuck_until_s = 100.0
    assert any_rig.tell(recall(3)) == ["90 61 41 FF"]
    assert any_rig.tell("81 09 06 10 FF") == ["90 50 2C 00 FF"]


def test_somebody_elses_hand_overtakes(any_rig: Rig) -> None:
    any_rig.tell(recall(3))
    any_rig.later(1)
    any_rig.said.clear()
    any_rig.province.go(any_rig.site, Position(-4000, 50, 100))
    assert any_rig.said == ["90 61 04 FF"]
    assert any_rig.later(5) == []
    assert any_rig.here.pan == -4000


def test_a_dry_command_is_only_said_to_be_done(any_rig: Rig) -> None:
    before = any_rig.here
    assert any_rig.tell(recall(3), dry=True) == ["90 41 FF"]
    assert any_rig.later(5) == ["90 51 FF"]
    assert any_rig.here == before


# -- what makes no sense, and for whom it is -------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "81 FF",
        "81 01 FF",
        "81 01 04 3F 03 00 FF",
        "81 01 04 3F 02 FF",
        "81 01 06 01 19 01 01 03 FF",
        "81 01 06 01 00 01 01 03 FF",
        "81 01 06 01 01 18 03 01 FF",
        "81 01 06 01 01 01 04 03 FF",
        "81 01 06 02 00 01 00 00 00 00 00 00 00 00 FF",
        "81 01 06 02 01 01 10 00 00 00 00 00 00 00 FF",
        "81 01 04 07 28 FF",
        "81 01 04 07 01 FF",
        "81 01 04 00 04 FF",
        "81 01 04 38 04 FF",
        "81 09 05 38 FF",
        "81 09 FF",
        "81 05 FF",
        "81 01 04 3F 02 01",
        "11 01 04 3F 02 01 FF",
    ],
)
def test_what_makes_no_sense_is_a_syntax_error(any_rig: Rig, text: str) -> None:
    assert any_rig.tell(text) == ["90 60 02 FF"]
    assert not any_rig.camera.moving(any_rig.clock.now_s)


def test_a_long_message_is_a_length_error(any_rig: Rig) -> None:
    assert any_rig.tell("81 01 06 02" + " 01" * 13 + " FF") == ["90 60 01 FF"]


def test_addresses(sony: Rig, other: Rig) -> None:
    assert sony.tell("82 09 04 00 FF") == sony.tell("91 09 04 00 FF") == ["90 50 02 FF"]
    assert sony.tell("88 01 00 01 FF") == sony.tell("88 30 01 FF") == []
    assert other.tell("82 09 04 00 FF") == []
    assert other.tell("88 30 01 FF") == ["88 30 02 FF"]
    other.tell(recall(3))
    assert other.tell("88 01 00 01 FF") == ["88 01 00 01 FF"]
    assert other.later(5) == []
    assert other.tell("88 09 04 00 FF") == []


def test_people_in_lively_rooms_use_the_remote() -> None:
    clock = Clock()
    province = Province(read_roster(shipped_roster(), 8), seed=6, clock=clock)
    chosen = fit(list(province.sites.values()), 8)
    Scenario(province, "lively").begin()
    clock.step(900)
    moved = {line.code for line in province.story if line.what == "camera"}
    assert moved
    assert moved <= {site.code for site in chosen}
    for site in chosen:
        assert site.room is not None
        assert site.room.ptz is not None
        if site.code in moved and not site.room.camera.moving(clock.now_s):
            here = site.room.camera.position(clock.now_s)
            assert here in site.room.ptz.memories.values()
