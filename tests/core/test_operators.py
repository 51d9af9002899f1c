"""Who sits at the console: signing in, failing, relieving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.core.accounts import Account, Roll, read_accounts
from console.core.dispatcher import OWN, Dispatcher
from console.core.operators import (
    IDLE_US,
    LOCKED_OUT_US,
    TRIES,
    Asked,
)
from console.domain import facts as f
from console.domain.commands.own import (
    OpenSession,
    WriteNote,
)
from console.domain.problem import Problem
from console.qt.scene import Scene, scene
from tests.core.seat import MINUTE, SECRET, WORD, Seat, account, code, flip_mic

# -- without accounts --------------------------------------------------------------------------


def test_without_accounts_the_console_is_open_to_the_systems_user() -> None:
    seat = Seat()
    assert not seat.people.needed
    assert not seat.people.closed
    assert seat.people.current is not None
    assert seat.people.current.how == "system"
    seat.scene.dispatcher.submit(WriteNote(text="x"))
    assert seat.scene.paper.events[0].source == "os:dung"
    seat.people.lock()
    seat.people.sign_out()
    seat.later(10 * IDLE_US)
    seat.people.look()
    assert not seat.people.closed
    assert seat.told == []


def test_accounts_that_come_while_somebody_works_do_not_throw_him_out() -> None:
    seat = Seat()
    seat.people.learn(Roll({"an": account("an")}))
    assert seat.people.needed
    assert not seat.people.closed
    assert seat.scene.dispatcher.submit(WriteNote(text="x")).accepted
    seat.scene.settle()
    seat.later(IDLE_US)
    seat.people.look()
    assert seat.people.closed
    assert seat.told == [f.ConsoleLocked("os:dung", "idle")]
    assert seat.enter("an") is None


# -- signing in --------------------------------------------------------------------------------


def test_with_accounts_nobody_wishes_anything_before_he_signed_in() -> None:
    seat = Seat(account("an"))
    assert seat.people.closed
    verdict = seat.scene.dispatcher.submit(WriteNote(text="x"))
    assert code(verdict.problem) == "access.sign_in"
    assert seat.enter(" AN ") is None
    assert not seat.people.closed
    assert seat.told == [f.OperatorSignedIn("an", "technician", "password")]
    verdict = seat.scene.dispatcher.submit(WriteNote(text="x"))
    assert verdict.accepted
    assert verdict.command is not None
    assert verdict.command.actor == "an"
    assert seat.scene.paper.events[-1].source == "an"


def test_what_the_program_has_by_itself_needs_nobody() -> None:
    seat = Seat(account("an"))
    wish = OpenSession(session="S", title="", phase="", chair="", conference="", actor=OWN)
    assert seat.scene.dispatcher.submit(wish).accepted
    assert seat.scene.paper.events[-1].source == OWN


def test_a_wrong_password_and_an_unknown_name_sound_the_same() -> None:
    seat = Seat(account("an"))
    wrong, unknown = seat.enter("an", "không phải vậy đâu"), seat.enter("binh")
    assert wrong == unknown == Problem.of("access.wrong", reason="plain")
    assert seat.told == [
        f.OperatorSignInRefused("an", "password", 1),
        f.OperatorSignInRefused("", "unknown"),
    ]


def test_a_password_typed_as_a_name_is_written_nowhere() -> None:
    seat = Seat(account("an"))
    seat.enter(WORD, WORD)
    assert all(WORD not in repr(event) for event in seat.scene.told)
    assert SECRET not in repr(account("an"))


def test_a_disabled_account_is_refused_and_says_so_to_its_owner_alone() -> None:
    seat = Seat(account("an", disabled=True))
    assert code(seat.enter("an", "không phải vậy đâu")) == "access.wrong"
    assert code(seat.enter("an")) == "access.disabled"
    assert seat.people.closed


def test_an_account_whose_record_or_role_is_unknown_lets_nobody_in() -> None:
    seat = Seat(account("an", secret="plain"), account("binh", ""))
    assert code(seat.enter("an")) == "access.record"
    assert code(seat.enter("binh")) == "access.no_role"
    assert [getattr(fact, "reason", "") for fact in seat.told] == ["record", "role"]


def test_another_relieves_whoever_sits_there() -> None:
    seat = Seat(account("an"), account("binh", "supervisor"))
    seat.enter("an")
    assert seat.enter("binh") is None
    assert seat.told[1:] == [
        f.OperatorSignedOut("an", "relieved"),
        f.OperatorSignedIn("binh", "supervisor", "password"),
    ]


def test_who_fails_to_relieve_another_changes_nothing() -> None:
    seat = Seat(account("an"), account("binh"))
    seat.enter("an")
    assert seat.enter("binh", "không phải vậy đâu") is not None
    assert seat.people.current is not None
    assert seat.people.current.name == "an"


def test_signing_out_closes_the_console() -> None:
    seat = Seat(account("an"))
    seat.enter("an")
    seat.people.sign_out()
    assert seat.people.closed
    assert seat.told[-1] == f.OperatorSignedOut("an", "asked")


def test_undo_and_retry_are_wishes_of_whoever_asks_for_them() -> None:
    on = scene()
    seat = Seat(account("an"), account("binh"), on=on)
    seat.enter("an")
    assert on.dispatcher.submit(replaced := flip_mic(on)).accepted
    on.settle()
    seat.enter("binh")
    verdict = on.dispatcher.undo()
    assert verdict.command is not None
    assert verdict.command.actor == "binh"
    assert on.state.commands[replaced.id].command.actor == "an"


# -- failing -----------------------------------------------------------------------------------


def test_five_failures_in_a_row_lock_an_account_out_for_a_quarter_of_an_hour() -> None:
    seat = Seat(account("an"), account("binh"))
    codes = [seat.enter("an", "không phải vậy đâu") for _ in range(TRIES)]
    assert [code(c) for c in codes] == ["access.wrong"] * 4 + ["access.locked_out"]
    assert dict(codes[3].params)["left"] == 1  # type: ignore[union-attr]
    assert code(seat.enter("an")) == "access.locked_out"
    assert seat.told[TRIES - 1] == f.OperatorSignInRefused(
        "an", "password", TRIES, seat.scene.clock.at_us + LOCKED_OUT_US
    )
    assert isinstance(seat.told[-1], f.OperatorSignInRefused)
    assert seat.told[-1].reason == "locked_out"
    assert seat.enter("binh") is None
    seat.later(LOCKED_OUT_US)
    assert seat.enter("an") is None


def test_failures_that_are_not_in_a_row_lock_nobody_out() -> None:
    seat = Seat(account("an"))
    for _ in range(3):
        for _ in range(TRIES - 1):
            seat.enter("an", "không phải vậy đâu")
        assert seat.enter("an") is None


def test_an_account_stays_locked_out_over_a_restart() -> None:
    seat = Seat(account("an"))
    for _ in range(TRIES):
        seat.enter("an", "không phải vậy đâu")
    seat.later(5 * MINUTE)
    seat = seat.again(account("an"))
    assert seat.enter("an") == Problem.of("access.locked_out", minutes=10)
    seat.later(10 * MINUTE)
    assert seat.enter("an") is None


def test_failures_are_counted_over_a_restart_and_a_clock_set_back_locks_nobody_longer() -> None:
    seat = Seat(account("an"))
    for _ in range(TRIES - 1):
        seat.enter("an", "không phải vậy đâu")
    seat = seat.again(account("an"))
    assert code(seat.enter("an", "không phải vậy đâu")) == "access.locked_out"
    seat.later(-365 * 24 * 60 * MINUTE)
    seat = seat.again(account("an"))
    assert seat.enter("an") == Problem.of("access.locked_out", minutes=15)


# -- records -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    id: str
    body: dict[str, Any]
    at_us: int = 0


def test_accounts_are_read_from_the_offices_records() -> None:
    body = {"display": "Nguyễn Văn An", "role": "supervisor", "password": SECRET, "disabled": False}
    found = read_accounts(
        [
            Record("An", body),
            Record("binh", {"role": "emperor", "password": 7}),
            Record("chi", {**body, "disabled": "no"}),
        ]
    )
    assert found["an"] == Account("an", "Nguyễn Văn An", "supervisor", SECRET)
    assert (found["binh"].role, found["binh"].title, found["binh"].secret) == ("", "binh", "7")
    assert found["chi"].disabled


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    assert Asked(None).holds("x") is False


def test_the_dispatchers_own_actor_stays_where_nobody_signs_in() -> None:
    on = Scene()
    plain = Dispatcher(on.store, on.paper, {}, on.clock)  # type: ignore[arg-type]
    assert plain.submit(WriteNote(text="x")).accepted
    assert on.paper.events[-1].source == "operator"
