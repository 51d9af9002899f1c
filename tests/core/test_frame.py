"""A frame's work, the clock it is timed by, and the State as JSON."""

from __future__ import annotations

import json
import time

import pytest

from console.core.clock import Clock
from console.core.dump import dump
from console.core.frame import Frame
from console.core.watch import Watch
from console.domain import facts as f
from console.domain.commands.own import StageNext
from console.domain.commands.take import TakeToPodium
from console.domain.problem import Problem
from console.domain.state import Phase
from tests.core.desk import Desk
from tests.domain.meeting import CALL, FAR, NEXT, SPEAKER


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def frame(desk: Desk) -> Frame:
    return Frame(desk.store, desk.dispatcher, Watch(desk.store, desk.clock))  # type: ignore[arg-type]


def test_one_frame_folds_and_settles(desk: Desk, frame: Frame):
    wish = StageNext(endpoint=FAR)
    desk.submit(wish)
    keys = frame.drain()
    assert {("command", wish.id), ("endpoint", FAR), ("session", "")} <= keys
    assert desk.phase(wish.id) is Phase.CONFIRMED
    assert frame.drain() == set()


def test_a_wish_that_times_out_needs_no_news(desk: Desk, frame: Frame):
    wish = TakeToPodium(endpoint=NEXT, expected=SPEAKER)
    desk.submit(wish)
    frame.drain()
    desk.clock.wait(30)
    assert ("command", wish.id) in frame.drain()
    assert not desk.state.open_commands()


def test_nothing_new_asks_for_no_tick(desk: Desk, frame: Frame):
    asked: list[int] = []
    frame.again = lambda: asked.append(1)
    frame.drain()
    frame.drain()
    assert asked == []
    desk.post(f.NextStaged(FAR))
    frame.drain()
    assert asked == [1]


def test_the_clock_goes_forward_with_the_walls_and_never_jumps(monkeypatch: pytest.MonkeyPatch):
    clock = Clock()
    assert abs(clock.now_us() - time.time_ns() // 1000) < 1_000_000
    first, mono = clock.now_us(), clock.mono_us()
    ahead = time.time_ns() + 3600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: ahead)
    assert 0 <= clock.now_us() - first < 60_000_000
    assert clock.mono_us() >= mono
    assert 3500 < clock.wall_step_s() < 3700


def test_the_state_as_json(desk: Desk):
    wish = TakeToPodium(endpoint=NEXT, expected=SPEAKER)
    desk.submit(wish)
    desk.disk.fail(OSError())
    desk.settle()
    told = json.loads(dump(desk.state))
    assert told["podium"] == SPEAKER
    assert told["session"]["title"] == "Giao ban"
    assert told["conferences"][CALL]["podium"] == SPEAKER
    assert told["legs"][NEXT]["mic_muted"] is True
    assert set(told["devices"]) == {"m1", "m2", "room-651"}
    take = told["commands"][0]
    assert (take["phase"], take["parent"]) == ("refused", "")
    assert take["problem"]["code"] == Problem.of("command.partly").code
    assert told["commands"][1]["parent"] == wish.id
    assert told["commands"][1]["problem"]["code"] == "store.failed"
