"""The RoomOS driver's camera, fed by hand: a recall is done when it has moved and rests."""

from __future__ import annotations

from console.domain import facts as f
from console.domain.commands.room import (
    RecallPreset,
    StorePreset,
)
from console.wire.http import HttpRequest
from tests.drivers.codec import Codec
from tests.drivers.player import reply


def recall(codec: Codec, number: int, path: list[tuple[int, int, int]]) -> f.CameraSeen:
    """Recall a memory; the camera then stands where each reading finds it, last for good."""
    positions = iter(path)

    def turning(request: HttpRequest) -> None:
        if dict(request.query).get("location") == "/Status/Cameras":
            codec.position = next(positions, codec.position)
            codec.now_us += 300_000

    codec.meddle = turning
    codec.player.hold(codec.driver.perform(RecallPreset(endpoint="7", number=number)))
    codec.player.hold(codec.driver.look(RecallPreset(endpoint="7", number=number)))
    return codec.told(f.CameraSeen)[-1]


def test_a_recall_is_done_when_the_camera_has_moved_and_rests():
    codec = Codec()
    codec.meet()
    here, there = (0, 0, 0), (1000, 0, 500)
    seen = recall(codec, 3, [here, (500, 0, 200), (900, 0, 400), there])
    assert (seen.moving, seen.preset) == (False, 3)
    moving = [x for x in codec.told(f.CameraSeen) if x.moving]
    assert moving
    assert all(x.preset is None for x in moving)


def test_a_camera_that_never_moves_proves_nothing():
    codec = Codec()
    codec.meet()
    seen = recall(codec, 3, [])
    assert seen.preset is None


def test_a_camera_already_there_is_believed_once_its_place_is_known():
    codec = Codec()
    codec.meet()
    assert recall(codec, 3, [(500, 0, 0), (1000, 0, 0)]).preset == 3
    assert recall(codec, 3, []).preset == 3
    assert recall(codec, 1, [(500, 0, 0), (0, 0, 0)]).preset == 1
    assert recall(codec, 3, [(500, 0, 0), (995, 3, 0)]).preset == 3


def test_a_camera_that_stops_elsewhere_is_not_there_yet():
    codec = Codec()
    codec.meet()
    assert recall(codec, 3, [(500, 0, 0), (1000, 0, 0)]).preset == 3
    assert recall(codec, 1, [(500, 0, 0), (0, 0, 0)]).preset == 1
    stuck = recall(codec, 3, [(300, 0, 0), (600, 0, 0)])
    assert (stuck.moving, stuck.preset) == (False, None)
    assert recall(codec, 3, []).preset == 3  # it rests here each time: the memory is elsewhere now


def test_a_stored_memory_is_where_the_camera_stands():
    codec = Codec()
    codec.meet()
    codec.position = (77, 0, 0)
    codec.player.hold(codec.driver.rounds()[1].make())
    codec.player.hold(codec.driver.perform(StorePreset(endpoint="7", number=9, name="x")))
    assert recall(codec, 1, [(500, 0, 0), (0, 0, 0)]).preset == 1
    assert recall(codec, 9, [(50, 0, 0), (77, 0, 0)]).preset == 9


def test_an_unreadable_position_is_unknown():
    codec = Codec()
    codec.meet()
    codec.meddle = lambda _: reply("<Status><Cameras><Camera item='1'/></Cameras></Status>")
    codec.player.hold(codec.driver.rounds()[1].make())
    seen = codec.told(f.CameraSeen)[-1]
    assert (seen.moving, seen.preset) == (None, None)
