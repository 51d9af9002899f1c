"""Contacts as the office has them: what is shown of them, and how another one is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, Qt

from console.domain import facts as f
from console.domain.commands.office import ProposeContact, ProposeRemoval
from console.domain.contact_check import flaw, record_for
from console.domain.endpoint import Contact
from console.domain.event import stamped
from console.domain.problem import Problem
from console.domain.reference import ContactProposal, OfficeContact, ShownContact
from console.qt.dialogs.contact import ContactDialog
from console.qt.dialogs.contact_stage import ANOTHER, TECHNICIAN, office_contacts
from console.qt.looks.contacts import contact_looks
from console.qt.looks.journal_lines import JournalLines, LineTone, line_of
from console.qt.record.stage import PretendOffice, calm
from console.qt.wording import say, say_problem, wording
from tests.qt.conftest import Stage
from tests.qt.scene import NEXT, NOW_US, Scene, scene

GOOD = Contact("technician", "Y Thuyn Niê", "KTV trực", "0935 118 204")


def looks(it: Scene):
    it.settle()
    return contact_looks(it.state, it.state.endpoints[NEXT])


def test_the_offices_contact_is_shown_with_where_it_comes_from() -> None:
    it = scene()
    assert {look.source for look in looks(it)} == {""}, "the roster alone needs no source"
    office_contacts(it)
    leader, technician = looks(it)
    assert (technician.person, technician.phone) == (
        "Phạm Quốc Huy · Viên chức Trung tâm VHTT",
        "0914 226 318",
    )
    assert technician.source.startswith("Văn phòng, bản 3, ")
    assert leader.role == "Lãnh đạo"
    it.tell(f.ContactsTold(NEXT, (OfficeContact("x", 1, TECHNICIAN),)))
    told = {look.role: look.source for look in looks(it)}
    assert told["Lãnh đạo"] == "theo danh sách"


@pytest.mark.parametrize(
    ("state", "tone", "word"),
    [
        ("queued", "pending", "Chờ gửi"),
        ("waiting", "pending", "Chờ Văn phòng duyệt"),
        ("conflict", "warn", "chọn một trong hai"),
        ("rejected", "refused", "Đã đổi người trực"),
        ("refused", "refused", "từ chối"),
    ],
)
def test_what_was_asked_stands_beside_what_the_office_says(
    state: str, tone: str, word: str
) -> None:
    it = scene()
    office_contacts(it, state)
    _, technician = looks(it)
    assert technician.person.startswith("Phạm Quốc Huy"), "asked is not achieved"
    assert "Y Thuyn Niê" in technician.asked
    assert word in technician.asked
    assert technician.tone == tone


def test_somebody_the_office_does_not_have_yet_has_a_row_of_his_own() -> None:
    it = scene()
    asked = ContactProposal("p", "new", 0, GOOD, "queued", at_us=NOW_US)
    it.tell(f.ContactsProposed(NEXT, (asked,)))
    *_, technician = looks(it)
    assert technician.person == "Trần Thị Hoa · KTV trực", "beside whom the roster has"
    assert "Y Thuyn Niê" in technician.asked
    more = replace(asked, id="q", record="new.2")
    it.tell(f.ContactsProposed(NEXT, (asked, more)))
    last = looks(it)[-1]
    assert (last.role, last.person) == ("Kỹ thuật", "(Văn phòng chưa có)")


def test_the_tile_calls_whom_the_office_names(stage: Stage) -> None:
    office_contacts(stage.scene)
    stage.tick()
    look = stage.window.model.looks[NEXT]
    assert (look.site.technician, look.site.phone) == (TECHNICIAN.name, TECHNICIAN.phone)
    stage.scene.tell(f.ContactsTold(NEXT))
    stage.tick()
    assert stage.window.model.looks[NEXT].site.technician != TECHNICIAN.name


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_journal_tells_it_in_a_line_and_many_in_one(language: str) -> None:
    wording.use(language)
    it = scene()
    it.settle()
    it.told.clear()
    for site in ("651", "652", "653"):
        it.tell(f.ContactsTold(site, (OfficeContact(site, 1, GOOD),), "o1"))
    for state in ("queued", "waiting", "conflict", "rejected", "refused"):
        asked = ContactProposal("p", "653.technician", 1, GOOD, state)
        it.tell(f.ContactsProposed("653", (asked,)))
    it.tell(f.ContactsProposed("653"))
    it.settle()
    lines = JournalLines()
    lines.add(it.told, it.state)
    shown = lines.newest(it.state, 20)
    assert len(shown) == 6
    assert "3" in shown[-1].text
    assert [line.tone for line in shown[:5]] == [LineTone.WARN] * 3 + [LineTone.PENDING] * 2
    assert line_of(it.told[0], it.state) is not None


@pytest.mark.parametrize(
    ("contact", "field", "code"),
    [
        (replace(GOOD, name=""), "name", "contact.no_name"),
        (replace(GOOD, phone="nhà riêng"), "phone", "contact.phone"),
        (replace(GOOD, phone="12"), "phone", "contact.phone"),
        (replace(GOOD, phone=""), "phone", "contact.no_number"),
        (replace(GOOD, title="x" * 101), "title", "contact.long"),
        (replace(GOOD, zalo="\ud800"), "zalo", "contact.sign"),
        (GOOD, "name", "contact.unchanged"),
    ],
)
def test_what_the_office_could_not_take_is_told_in_both_languages(
    contact: Contact, field: str, code: str
) -> None:
    found = flaw(contact, GOOD)
    assert found is not None
    name, problem = found
    assert (name, problem.code) == (field, code)
    for language in ("vi", "en"):
        wording.use(language)
        assert say_problem(problem).endswith(".")
    assert flaw(GOOD) is None
    assert flaw(replace(GOOD, phone="", zalo="y.thuyn")) is None


def test_a_new_record_is_called_by_site_and_role_where_that_is_free() -> None:
    assert record_for("653", "leader", ()) == "653.leader"
    taken = (ShownContact(GOOD, OfficeContact("653.leader", 1, GOOD)),)
    assert record_for("653", "leader", taken) != "653.leader"
    assert record_for("Sở / Ngành", "leader", ()).isalnum()


@pytest.fixture
def member(stage: Stage) -> Iterator[Stage]:
    """A window of a console that belongs to an office which names contacts of NEXT."""
    stage.window.set_office(PretendOffice(calm(NOW_US)))
    office_contacts(stage.scene)
    stage.tick()
    stage.inside.session.point((NEXT,))
    stage.tick()
    yield stage
    dialog = stage.inside.office.contact_dialog
    if dialog is not None:
        dialog.close()
    QCoreApplication.processEvents()


def opened(stage: Stage) -> ContactDialog:
    stage.press(
        Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = stage.inside.office.contact_dialog
    assert dialog is not None
    return dialog


def test_a_key_opens_the_dialog_and_ok_asks_the_office(member: Stage) -> None:
    dialog = opened(member)
    dialog.who.setCurrentIndex(1)
    assert dialog.fields["name"].text() == TECHNICIAN.name
    assert dialog.now["phone"].said.text == TECHNICIAN.phone
    dialog.ask()
    assert dialog.outcome.said.text == say("problem.contact.unchanged")
    dialog.fields["name"].setText("  Y Thuyn   Niê ")
    dialog.fields["title"].setText(ANOTHER.title)
    dialog.fields["phone"].setText(ANOTHER.phone)
    dialog.ask()
    member.tick()
    assert member.inside.office.contact_dialog is None
    (wish,) = [
        t.command for t in member.scene.state.commands.values()
        if isinstance(t.command, ProposeContact)
    ]  # fmt: skip
    assert (wish.record, wish.version, wish.contact) == (f"{NEXT}.technician", 3, ANOTHER)
    assert member.scene.state.contacts[NEXT][1].contact == TECHNICIAN


def test_somebody_else_is_asked_for_as_a_new_record(member: Stage) -> None:
    dialog = opened(member)
    dialog.who.setCurrentIndex(2)
    assert dialog.chosen is None
    dialog.fields["name"].setText("H'Bla Kbuôr")
    dialog.fields["zalo"].setText("hbla")
    wanted = dialog.wanted()
    dialog.ask()
    member.tick()
    (wish,) = [
        t.command for t in member.scene.state.commands.values()
        if isinstance(t.command, ProposeContact)
    ]  # fmt: skip
    assert wish.version == 0
    assert wish.record not in (f"{NEXT}.leader", f"{NEXT}.technician")
    assert wish.contact == wanted


def test_one_that_the_office_has_can_be_asked_away(member: Stage) -> None:
    dialog = opened(member)
    dialog.who.setCurrentIndex(1)
    assert dialog.remove_button.isEnabled()
    dialog.remove_button.click()
    member.tick()
    assert member.inside.office.contact_dialog is None
    (wish,) = [
        t.command for t in member.scene.state.commands.values()
        if isinstance(t.command, ProposeRemoval)
    ]  # fmt: skip
    assert (wish.record, wish.version) == (f"{NEXT}.technician", 3)
    assert wish.name == TECHNICIAN.name
    asked = ContactProposal("p", wish.record, 3, TECHNICIAN, "queued", removal=True)
    member.scene.tell(f.ContactsProposed(NEXT, (asked,)))
    *_, technician = looks(member.scene)
    assert "bỏ Phạm Quốc Huy" in technician.asked
    assert wish.satisfied(member.scene.state)
    (said,) = member.scene.state.proposed[NEXT]
    told = line_of(stamped(f.ContactsProposed(NEXT, (said,)), NOW_US, "office"), member.scene.state)
    assert told is not None
    assert told.text.startswith("Đề nghị bỏ một đầu mối")


def test_what_the_roster_alone_has_can_not_be_asked_away(member: Stage) -> None:
    member.scene.tell(f.ContactsTold(NEXT, ()))
    member.tick()
    dialog = opened(member)
    assert not dialog.remove_button.isEnabled()
    assert dialog.remove_button.toolTip() == say("contact.remove_no_office")
    dialog.remove()
    assert member.inside.office.contact_dialog is dialog


def test_what_was_declined_is_filled_in_again(member: Stage) -> None:
    asked = ContactProposal("p", f"{NEXT}.technician", 3, GOOD, "rejected", note="Sai số")
    member.scene.tell(f.ContactsProposed(NEXT, (asked,)))
    member.tick()
    dialog = opened(member)
    assert not dialog.refill_button.isVisible()
    dialog.who.setCurrentIndex(1)
    assert "Sai số" in dialog.waits.said.text
    assert dialog.waits.said.tone == "refused"
    dialog.refill_button.click()
    assert dialog.wanted() == GOOD
    dialog.ask()
    member.tick()
    assert member.inside.office.contact_dialog is None


def test_a_standing_is_told_once() -> None:
    lines = JournalLines()
    it = scene()
    it.told.clear()
    declined = ContactProposal("p", "x", 0, GOOD, "rejected")
    queued = ContactProposal("q", f"{NEXT}.technician", 3, ANOTHER, "queued")
    for proposals in ((declined,), (queued, declined), (declined,), ()):
        it.tell(f.ContactsProposed(NEXT, proposals))
    it.settle()
    lines.add(it.told, it.state)
    texts = [line.text for line in lines.newest(it.state, 9)]
    assert [text.startswith("Văn phòng không nhận") for text in texts] == [False, True]


def test_escape_asks_for_nothing(member: Stage) -> None:
    opened(member)
    member.press(Qt.Key.Key_Escape)
    assert member.inside.office.contact_dialog is None
    assert not [c for c in member.scene.state.commands.values()
                if isinstance(c.command, ProposeContact)]  # fmt: skip


def test_without_an_office_or_with_many_sites_it_says_why(stage: Stage) -> None:
    assert stage.inside.actions.why("edit_contact") == Problem.of("office.not_yet")
    office = PretendOffice()
    stage.window.set_office(office)
    stage.inside.session.point((NEXT,))
    stage.tick()
    assert stage.inside.actions.why("edit_contact") == Problem.of("office.none")
    office.now = calm(NOW_US)
    stage.tick(1.1)
    assert stage.inside.actions.why("edit_contact") is None
    stage.inside.session.point((NEXT, "653"))
    stage.tick()
    assert stage.inside.actions.why("edit_contact") == Problem.of("contact.one_site")
