"""Roles: every wish has a row, and the office knows the same six names."""

from __future__ import annotations

import pytest

from console.domain.commands import base, composite, mcu, office, own, room, take
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import ConferenceCommand, LegCommand, MuteSite
from console.domain.commands.own import ForgetDevice, WriteNote
from console.domain.commands.room import RoomCommand
from console.domain.roles import ACTS, APPROVES, MAY, ROLES, bars, why_not
from db.office import access

NO_WISHES = {Command, LegCommand, ConferenceCommand, RoomCommand}
WISHES = {
    kind
    for module in (base, composite, mcu, office, own, room, take)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Command)
} - NO_WISHES
RUN = {"technician", "mcu_operator", "supervisor"}
DEVICES = {"mcu_operator", "supervisor", "administrator"}


def test_every_wish_has_its_row_and_no_row_is_left_over() -> None:
    assert set(MAY) == WISHES
    assert len(WISHES) > 30


def test_every_subclass_of_a_wish_is_in_one_of_these_modules() -> None:
    """By name: a class with slots has been made twice."""
    found, waiting = set[str](), list[type](Command.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("console."):
            found.add(kind.__name__)
    assert found - {kind.__name__ for kind in NO_WISHES} == {kind.__name__ for kind in WISHES}


def test_rows_name_roles_that_there_are() -> None:
    assert all(roles and roles <= set(ROLES) for roles in MAY.values())
    assert set(ROLES) >= APPROVES


def test_the_office_has_the_same_names() -> None:
    assert set(ROLES) == set(access.ROLES)


@pytest.mark.parametrize("kind", sorted(WISHES, key=str), ids=str)
def test_who_only_looks_changes_nothing(kind: type[Command]) -> None:
    assert not MAY[kind] & {"viewer", "auditor"}


def test_the_podium_is_for_those_who_run_the_meeting() -> None:
    meeting = {kind for kind in WISHES if kind.needs.value} | {take.TakeToPodium, own.StageNext}
    assert len(meeting) > 15
    assert all(MAY[kind] == RUN for kind in meeting)


def test_devices_are_for_those_who_keep_them() -> None:
    for kind in (own.NameDevice, own.ForgetDevice, own.TrustCertificate):
        assert MAY[kind] == DEVICES


@pytest.mark.parametrize(
    ("role", "wish", "needs"),
    [
        ("viewer", MuteSite(endpoint="1", muted=True), "technician"),
        ("auditor", WriteNote(text="x"), "technician"),
        ("administrator", MuteSite(endpoint="1", muted=True), "technician"),
        ("technician", ForgetDevice(device="x"), "mcu_operator"),
        ("", WriteNote(text="x"), "technician"),
    ],
)
def test_a_refusal_names_the_role_it_takes(role: str, wish: Command, needs: str) -> None:
    problem = why_not(role, wish)
    assert problem is not None
    assert (problem.code, dict(problem.params)) == ("access.role", {"reason": needs})


def test_acts_at_the_window_name_roles_that_there_are() -> None:
    assert all(roles and roles <= set(ROLES) for roles in ACTS.values())
    assert bars("viewer", "load_roster") is not None
    assert bars("viewer", "keys") is None


def test_a_batch_is_as_good_as_its_worst_wish() -> None:
    mute, forget = MuteSite(endpoint="1", muted=True), ForgetDevice(device="x")
    assert why_not("technician", Batch(of=(mute,))) is None
    assert why_not("technician", Batch(of=(mute, forget))) == why_not("technician", forget)
    assert why_not("supervisor", Batch(of=(mute, forget))) is None


def test_a_wish_without_a_row_is_nobodys() -> None:
    class Unheard(Command):
        pass

    for role in ROLES:
        problem = why_not(role, Unheard())
        assert problem is not None
        assert dict(problem.params) == {"reason": "nobody"}
