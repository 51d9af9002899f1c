"""A site's contacts as the office has them, and the dialog that asks for others, for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain import facts as f
from console.domain.endpoint import Contact
from console.domain.reference import ContactProposal, OfficeContact
from console.qt.record.stage import PretendDirectory, PretendOffice, calm, proposals
from console.qt.scene import NEXT

if TYPE_CHECKING:
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

_DAY_US = 86_400_000_000
LEADER = Contact("leader", "Nguyễn Văn Bình", "Phó Chủ tịch UBND huyện", "0905 410 220")
TECHNICIAN = Contact("technician", "Phạm Quốc Huy", "Viên chức Trung tâm VHTT", "0914 226 318")
ANOTHER = Contact("technician", "Y Thuyn Niê", "KTV trực", "0935 118 204")


def office_contacts(scene: Scene, state: str = "") -> None:
    """The office speaks of a site; `state` is how a proposal about its technician stands."""
    now_us = scene.clock.now_us()
    technician = f"{NEXT}.technician"
    told = (
        OfficeContact(f"{NEXT}.leader", 2, LEADER, "vpubnd", now_us - 20 * _DAY_US),
        OfficeContact(technician, 3, TECHNICIAN, "vpubnd", now_us - 3 * _DAY_US),
    )
    scene.tell(f.ContactsTold(NEXT, told, "o1"), source="office")
    if state:
        note = "Đã đổi người trực từ tháng 10." if state == "rejected" else ""
        asked = ContactProposal(
            "p1", technician, 3, ANOTHER, state, "operator", note, now_us - 240_000_000
        )
        scene.tell(f.ContactsProposed(NEXT, (asked,)), source="office")


def show_contacts(window: SessionWindow, scene: Scene, state: str) -> None:
    """The inspector on that site: `told`, or with a proposal that is `waiting`, a `conflict` or
    `rejected`; `edit`, `flawed` and, of what was rejected, `declined`: the dialog over it."""
    now_us = scene.clock.now_us()
    kept = proposals(now_us) if state == "conflict" else []
    window.set_office(PretendOffice(calm(now_us), PretendDirectory(kept)))
    standing = {"told": "", "edit": "", "flawed": "waiting", "declined": "rejected"}
    office_contacts(scene, standing.get(state, state))
    window.refresh(scene.settle(), scene.clock.now_us())
    window.inside.session.point((NEXT,))
    if state in ("edit", "flawed", "declined"):
        window.inside.actions.run("edit_contact")
        dialog = window.inside.office.contact_dialog
        assert dialog is not None
        dialog.who.setCurrentIndex(1)
        if state == "flawed":
            dialog.fields["name"].setText("Y Thuyn Niê")
            dialog.fields["phone"].setText("số nhà riêng")
            dialog.ask()
    elif window.inside.session.inspector.folded:
        window.inside.actions.run("inspector")
