"""What the office gives: contacts in place of the roster's, proposals beside them, plans."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.commands.office import ProposeContact, TakePlan
from console.domain.endpoint import Contact
from console.domain.fold import fold
from console.domain.problem import Problem
from console.domain.reference import ContactProposal, OfficeContact, Plan, shown_contacts
from console.domain.session import ScriptLine
from console.domain.state import State
from tests.domain.worlds import ROSTER, event

HOA = Contact("technician", "Trần Thị Hoa", "KTV", "0905 000 000")
BINH = Contact("leader", "Nguyễn Văn Bình", "Phó Chủ tịch")
LAN = Contact("technician", "Lê Thị Lan", "KTV", "0914 111 222")
OFFICE = OfficeContact("653.technician", 3, LAN, "admin", 5)
ASKED = ContactProposal("p1", "653.technician", 3, HOA, "waiting", "hung")


def world() -> State:
    state = State()
    sites = tuple(replace(e, contacts=(BINH, HOA)) if e.id == "653" else e for e in ROSTER)
    fold(state, event(f.RosterLoaded("a", sites)))
    return state


def shown(state: State) -> list[tuple[str, int]]:
    every = shown_contacts(state.endpoints["653"], state.contacts.get("653", ()))
    return [(each.contact.name, each.office.version if each.office else 0) for each in every]


def test_the_office_speaks_in_place_of_the_roster_for_the_roles_it_names() -> None:
    state = world()
    assert shown(state) == [(BINH.name, 0), (HOA.name, 0)]
    told = f.ContactsTold("653", (OFFICE,), "o1")
    assert set(fold(state, event(told))) == {("contact", "653"), ("endpoint", "653")}
    assert shown(state) == [(BINH.name, 0), (LAN.name, 3)]
    assert fold(state, event(told)) == ()


def test_a_roster_loaded_later_does_not_lose_the_offices_word() -> None:
    state = world()
    fold(state, event(f.ContactsTold("653", (OFFICE,), "o1")))
    fold(state, event(f.RosterLoaded("b", ROSTER)))
    assert shown(state) == [(LAN.name, 3)]
    assert state.endpoints["653"].contacts == ()
    assert fold(state, event(f.ContactsTold("653")))
    assert shown(state) == []
    assert fold(state, event(f.ContactsTold("653"))) == ()


def test_a_site_that_the_roster_lacks_is_kept_for_a_roster_that_has_it() -> None:
    state = world()
    assert fold(state, event(f.ContactsTold("999", (OFFICE,)))) == (("contact", "999"),)


def test_a_proposal_is_satisfied_once_it_is_kept_and_not_made_twice() -> None:
    state = world()
    wish = ProposeContact(endpoint="653", record="653.technician", version=3, contact=HOA)
    assert not wish.satisfied(state)
    assert wish.guard(state) is None
    fold(state, event(f.ContactsProposed("653", (ASKED,))))
    assert wish.satisfied(state)
    assert wish.guard(state) == Problem.of("contact.asked_already")
    fold(state, event(f.ContactsProposed("653", (replace(ASKED, state="rejected"),))))
    assert wish.guard(state) is None
    assert fold(state, event(f.ContactsProposed("653")))
    assert state.proposed == {}


def test_a_meeting_keeps_the_version_of_the_plan_it_began_with() -> None:
    state = world()
    plan = Plan("s1", 2, "Giao ban", 7, "66", script=(ScriptLine("Khai mạc"),), approver="hai")
    assert fold(state, event(f.PlanTold("s1", plan))) == (("plan", "s1"),)
    fold(state, event(f.SessionOpened("m", "Giao ban", "session", "66", "")))
    wish = TakePlan(record="s1", version=2)
    (taken,) = wish.facts(state)
    assert fold(state, event(taken)) == (("session", ""),)
    assert wish.satisfied(state)
    fold(state, event(f.PlanTold("s1", replace(plan, version=3))))
    assert (state.session.plan, state.session.plan_version) == ("s1", 2)
    assert fold(state, event(taken)) == ()
    assert fold(state, event(f.PlanTold("s1")))
    assert fold(state, event(f.PlanTold("s1"))) == ()
