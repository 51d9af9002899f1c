"""What each role may do, who agrees to what, and the emergency entrance."""

from __future__ import annotations

from console.core.accounts import Roll
from console.core.operators import (
    LOCKED_OUT_US,
    TRIES,
)
from console.domain import facts as f
from console.domain.commands.own import (
    CloseSession,
    NameDevice,
    TrustCertificate,
)
from console.domain.device import DeviceSpec
from console.domain.problem import Problem
from console.qt.scene import Scene
from tests.core.seat import MINUTE, Seat, account, code

# -- roles and approval ------------------------------------------------------------------------


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


# -- emergency ---------------------------------------------------------------------------------


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
