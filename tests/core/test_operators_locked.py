"""A console that locks, and what the office changes while somebody sits there."""

from __future__ import annotations

import pytest

from console.core.accounts import Roll
from console.core.operators import (
    HISTORY,
    IDLE_ADMINISTRATOR_US,
    IDLE_US,
)
from console.domain import facts as f
from console.domain.commands.own import (
    WriteNote,
)
from console.domain.commands.room import MoveCamera
from console.domain.problem import Problem
from console.qt.scene import Scene, scene
from tests.core.seat import Seat, account, code, flip_mic

# -- locking -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "limit_us"), [("technician", IDLE_US), ("administrator", IDLE_ADMINISTRATOR_US)]
)
def test_a_console_that_nobody_touches_locks(role: str, limit_us: int) -> None:
    seat = Seat(account("an", role))
    seat.enter("an")
    seat.later(limit_us - 1)
    seat.people.touch()
    seat.later(limit_us - 1)
    seat.people.look()
    assert not seat.people.closed
    seat.later(1)
    seat.people.look()
    assert seat.people.closed
    assert seat.told[-1] == f.ConsoleLocked("an", "idle")
    verdict = seat.scene.dispatcher.submit(WriteNote(text="x"))
    assert code(verdict.problem) == "access.locked"
    assert seat.enter("an") is None
    assert seat.told[-1] == f.ConsoleUnlocked("an")
    assert seat.scene.dispatcher.submit(WriteNote(text="x")).accepted


def test_a_key_that_comes_when_the_time_is_up_locks_and_does_not_count() -> None:
    seat = Seat(account("an"))
    seat.enter("an")
    seat.later(IDLE_US)
    seat.people.touch()
    assert seat.people.closed
    seat.later(1)
    seat.people.touch()
    assert seat.people.closed


def test_another_takes_a_locked_console_over() -> None:
    seat = Seat(account("an"), account("binh"))
    seat.enter("an")
    seat.people.lock()
    assert seat.enter("binh") is None
    assert seat.told[1:] == [
        f.ConsoleLocked("an", "asked"),
        f.OperatorSignedOut("an", "relieved"),
        f.OperatorSignedIn("binh", "technician", "password"),
        f.ConsoleUnlocked("binh"),
    ]


def test_nothing_locks_while_a_wish_is_under_way_and_what_is_under_way_goes_on() -> None:
    on = scene()
    seat = Seat(account("an"), on=on)
    seat.enter("an")
    on.mcu.waits = True
    wish = flip_mic(on)
    assert on.dispatcher.submit(wish).accepted
    on.settle()
    seat.later(IDLE_US)
    seat.people.look()
    assert not seat.people.closed
    seat.people.lock()
    on.mcu.obey(on.mcu.asked[-1])
    on.settle()
    assert on.state.commands[wish.id].phase.value == "confirmed"


def test_a_camera_that_turns_may_be_let_go_whatever_is_locked() -> None:
    on = scene()
    seat = Seat(account("an"), on=on)
    assert code(seat.people.permit(MoveCamera(endpoint="651", pan=1))) == "access.sign_in"
    assert seat.people.permit(MoveCamera(endpoint="651")) is None


# -- the office changes its mind ---------------------------------------------------------------


def test_an_account_that_the_office_disables_leaves_at_once() -> None:
    seat = Seat(account("an"))
    seat.enter("an")
    seat.people.learn(Roll({"an": account("an", disabled=True), "binh": account("binh")}))
    assert seat.people.closed
    assert seat.told[-1] == f.OperatorSignedOut("an", "disabled")


def test_another_role_counts_at_once() -> None:
    seat = Seat(account("an"))
    seat.enter("an")
    seat.people.learn(Roll({"an": account("an", "viewer")}))
    verdict = seat.scene.dispatcher.submit(WriteNote(text="x"))
    assert verdict.problem == Problem.of("access.role", reason="technician")


def test_accounts_that_can_no_longer_be_read_stay_as_they_were() -> None:
    seat = Seat(account("an"))
    seat.people.learn(Roll(problem=Problem.of("access.unreadable")))
    assert seat.enter("an") is None


def test_accounts_that_are_all_gone_open_the_console_again() -> None:
    seat = Seat(account("an"))
    seat.enter("an")
    seat.people.learn(Roll())
    assert not seat.people.closed
    assert seat.scene.dispatcher.actor == "os:dung"
    assert seat.told[-1] == f.OperatorSignedOut("an", "disabled")


def test_accounts_whose_file_was_lost_open_nothing() -> None:
    seat = Seat(account("an"))
    seat.enter("an")
    seat.people.learn(Roll(pulled=False))
    assert seat.people.current is not None
    assert seat.people.current.name == "an"
    again = seat.again()
    assert not again.people.needed
    seat.scene.settle()
    history = [e for e in seat.scene.told if isinstance(e.fact, HISTORY)]
    lost = Seat.__new__(Seat)
    lost.scene = Scene()
    lost.people = lost._people()
    lost.people.take_up(history)
    lost.people.learn(Roll(pulled=False))
    assert lost.people.closed
    assert code(lost.people.problem) == "access.unreadable"
    lost.people.learn(Roll({"an": account("an")}))
    assert lost.enter("an") is None


def test_a_console_that_left_its_office_needs_no_accounts() -> None:
    seat = Seat(account("an"))
    seat.enter("an")
    seat.scene.tell(f.OfficeLeft("o", "https://office"), source="console")
    seat.people.learn(Roll())
    again = seat.again()
    assert not again.people.needed
