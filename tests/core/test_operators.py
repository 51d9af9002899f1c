"""Who sits at the console: signing in, failing, locking, relieving, and the emergency entrance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from console.core.accounts import Account, Roll, read_accounts
from console.core.dispatcher import OWN, Dispatcher
from console.core.operators import (
    HISTORY,
    IDLE_ADMINISTRATOR_US,
    IDLE_US,
    LOCKED_OUT_US,
    TRIES,
    Asked,
    Operators,
)
from console.domain import facts as f
from console.domain.commands.own import (
    CloseSession,
    NameDevice,
    OpenSession,
    TrustCertificate,
    WriteNote,
)
from console.domain.commands.room import MoveCamera
from console.domain.device import DeviceSpec
from console.domain.problem import Problem
from console.qt.scene import Scene, scene
from db import passwords
from db.passwords import Cost

MINUTE = 60_000_000
WORD = "mưa rào ở Krông Bông"
SECRET = passwords.make(WORD, Cost(10, 8, 1))


def account(name: str, role: str = "technician", **more: Any) -> Account:
    return Account(name, name.title(), role, more.pop("secret", SECRET), **more)


class Seat:
    """A console with people who may sit at it."""

    def __init__(self, *accounts: Account, on: Scene | None = None) -> None:
        self.scene = on or Scene()
        self.people = self._people()
        self.people.learn(Roll({a.name: a for a in accounts}))

    def _people(self) -> Operators:
        clock: Any = self.scene.clock
        return Operators(self.scene.store, self.scene.dispatcher, clock, "dung")

    def enter(self, name: str, word: str = WORD) -> Problem | None:
        asked = self.people.ask(name)
        return self.people.sign_in(asked, asked.holds(word))

    def later(self, us: int) -> None:
        self.scene.clock.at_us += us

    @property
    def told(self) -> list[f.Fact]:
        """The facts so far, alarms included."""
        self.scene.settle()
        kinds = (
            f.OperatorSignedIn, f.OperatorSignInRefused, f.OperatorSignedOut, f.ConsoleLocked,
            f.ConsoleUnlocked, f.AlarmRaised, f.AlarmCleared,
        )  # fmt: skip
        return [event.fact for event in self.scene.told if isinstance(event.fact, kinds)]

    def again(self, *accounts: Account) -> Seat:
        """The program ended and was started again on the same journal."""
        self.scene.settle()
        history = [e for e in self.scene.told if isinstance(e.fact, HISTORY)]
        new = Seat.__new__(Seat)
        new.scene = Scene(self.scene.clock.at_us)
        new.people = new._people()
        new.people.take_up(history)
        new.people.learn(Roll({a.name: a for a in accounts}))
        return new


def code(problem: Problem | None) -> str:
    return problem.code if problem is not None else ""


# -- without accounts ---------------------------------------------------------------------------


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


# -- signing in ---------------------------------------------------------------------------------


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
    assert on.dispatcher.submit(replaced := _mute(on)).accepted
    on.settle()
    seat.enter("binh")
    verdict = on.dispatcher.undo()
    assert verdict.command is not None
    assert verdict.command.actor == "binh"
    assert on.state.commands[replaced.id].command.actor == "an"


def _mute(on: Scene) -> Any:
    from console.domain.commands.mcu import MuteSite

    return MuteSite(endpoint="645", muted=not on.state.legs["645"].mic_muted)


# -- failing ------------------------------------------------------------------------------------


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


# -- locking ------------------------------------------------------------------------------------


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
    wish = _mute(on)
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


# -- the office changes its mind ----------------------------------------------------------------


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


# -- roles and approval -------------------------------------------------------------------------

NAME = NameDevice(spec=DeviceSpec("cms-9", "cms", "MCU 9", "https://mcu.example"))


def test_the_role_decides_and_the_refusal_names_the_one_it_takes() -> None:
    seat = Seat(account("an"), account("binh", "mcu_operator"))
    seat.enter("an")
    assert seat.scene.dispatcher.submit(NAME).problem == Problem.of(
        "access.role", reason="mcu_operator"
    )
    seat.enter("binh")
    assert seat.scene.dispatcher.submit(NAME).accepted


def test_what_is_done_at_the_window_has_its_roles_too() -> None:
    seat = Seat(account("an"), account("quan.tri", "administrator"))
    assert code(seat.people.bars("leave_office")) == "access.sign_in"
    assert seat.people.bars("keys") is None
    seat.enter("an")
    assert seat.people.bars("paste_script") is None
    assert seat.people.bars("leave_office") == Problem.of("access.role", reason="supervisor")
    seat.enter("quan.tri")
    assert seat.people.bars("leave_office") is None
    assert code(seat.people.bars("paste_script")) == "access.role"
    seat.people.lock()
    assert code(seat.people.bars("leave_office")) == "access.locked"
    assert Seat().people.bars("leave_office") is None


def trust(approver: str = "") -> TrustCertificate:
    return TrustCertificate(
        device="cms-1", address="10.0.0.1:445", fingerprint="ab" * 32, approver=approver
    )


def test_a_certificate_needs_a_supervisors_agreement_for_this_one_act() -> None:
    seat = Seat(account("an", "mcu_operator"), account("binh", "supervisor"))
    seat.enter("an")
    people = seat.people
    needs = Problem.of("access.role", reason="approval")
    assert seat.scene.dispatcher.submit(trust()).problem == needs
    assert seat.scene.dispatcher.submit(trust("binh")).problem == needs
    an, binh = people.ask("an"), people.ask("binh")
    refused = people.approve(an, True, "cms-1", "ab" * 32)
    assert refused == Problem.of("access.not_supervisor")
    assert code(people.approve(binh, False, "cms-1", "ab" * 32)) == "access.wrong"  # type: ignore[arg-type]
    assert people.approve(binh, True, "cms-1", "cd" * 32) == "binh"
    assert seat.scene.dispatcher.submit(trust("binh")).problem == needs
    assert people.approve(binh, True, "cms-1", "ab" * 32) == "binh"
    assert seat.scene.dispatcher.submit(trust("binh")).accepted
    seat.scene.settle()
    told = next(e for e in seat.scene.told if isinstance(e.fact, f.CertificateTrusted))
    assert isinstance(told.fact, f.CertificateTrusted)
    assert (told.source, told.fact.approver) == ("an", "binh")
    purposes = [x.purpose for x in seat.told if isinstance(x, f.OperatorSignInRefused)]
    assert purposes == ["approval", "approval"]
    assert people.current is not None
    assert people.current.name == "an"
    seat.later(MINUTE + 1)
    assert seat.scene.dispatcher.submit(trust("binh")).problem == needs


def test_without_accounts_a_certificate_needs_nobody_else() -> None:
    assert Seat().scene.dispatcher.submit(trust()).accepted


# -- emergency ----------------------------------------------------------------------------------


def test_the_emergency_entrance_is_shut_while_anybody_can_sign_in() -> None:
    seat = Seat(account("an"), account("look", "viewer"))
    assert not seat.people.emergency
    assert code(seat.people.enter_by_emergency("Lê Văn Ba", "cả tổ bị khóa tài khoản")) == (
        "access.no_emergency"
    )


def test_where_all_are_locked_out_somebody_gets_in_by_name_and_reason_under_an_alarm() -> None:
    seat = Seat(account("an"), account("binh", disabled=True), account("look", "viewer"))
    for _ in range(TRIES):
        seat.enter("an", "không phải vậy đâu")
    people = seat.people
    assert people.emergency
    assert code(people.enter_by_emergency("Ba", "cả tổ bị khóa tài khoản")) == (
        "access.emergency_words"
    )
    assert code(people.enter_by_emergency("Lê Văn Ba", "vội")) == "access.emergency_words"
    assert people.enter_by_emergency("Lê Văn Ba", "cả tổ bị khóa tài khoản") is None
    assert (
        f.OperatorSignedIn(
            "emergency:Lê Văn Ba", "technician", "emergency", "cả tổ bị khóa tài khoản"
        )
        in seat.told
    )
    alarm = seat.scene.state.alarms["own:emergency"]
    assert (alarm.kind, alarm.cleared_us, int(alarm.priority)) == ("own_emergency_entry", 0, 1)
    assert seat.scene.dispatcher.submit(CloseSession()).accepted
    assert seat.scene.paper.events[-1].source == "emergency:Lê Văn Ba"
    assert seat.scene.dispatcher.submit(NAME).problem is not None
    seat.later(LOCKED_OUT_US)
    assert seat.enter("an") is None
    seat.scene.settle()
    assert seat.scene.state.alarms["own:emergency"].cleared_us


def test_accounts_that_could_never_be_read_leave_the_emergency_entrance() -> None:
    seat = Seat.__new__(Seat)
    seat.scene = Scene()
    seat.people = seat._people()
    seat.people.learn(Roll(problem=Problem.of("access.unreadable")))
    assert seat.people.closed
    assert seat.people.emergency


# -- records ------------------------------------------------------------------------------------


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
