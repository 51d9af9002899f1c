"""The roster's dialog with lists of the office's, for pictures and tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.core.reference_facts import roster_of
from console.domain import facts as f
from console.qt.record.stage import PretendOffice, calm
from db.reference import Record

if TYPE_CHECKING:
    from console.domain.endpoint import Endpoint
    from console.qt.dialogs.roster import RosterDialog
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

RECORD = "dak-lak"
_NAME = "Đắk Lắk, theo Nghị quyết về sắp xếp đơn vị hành chính"


@dataclass(frozen=True, slots=True)
class PretendShelf:
    """A shelf with what the technician's own file and two loadings left on it."""

    in_use: str = "diem_cau_dak_lak.csv"
    gone: bool = False
    files: tuple[Path, ...] = (
        Path("diem_cau_dak_lak.csv"),
        Path("rosters/dak_lak_2025_2026-11-20.csv"),
        Path("rosters/dak_lak_theo_nghi_quyet_ve_sap_xep_don_vi_2026-11-13.csv"),
    )


def row_of(site: Endpoint) -> dict[str, Any]:
    """A site as a record's row has it."""
    return {
        "id": site.id,
        "name": site.name,
        "parent": site.parent,
        "level": site.level,
        "address": site.address,
        "line": site.line.value,
        "carrier": site.carrier,
        "contacts": [
            {"role": c.role, "name": c.name, "title": c.title, "phone": c.phone, "zalo": c.zalo}
            for c in site.contacts
        ],
        "group": site.group,
    }


def record_of(scene: Scene, version: int) -> Record:
    """The roster in use as a list of the office's, two sites fewer and one renamed."""
    sites = [e for e in scene.state.endpoints.values() if e.level != "guest"]
    rows = [row_of(site) for at, site in enumerate(sites) if at not in (40, 41)]
    rows[17]["name"] += " (trụ sở mới tại Trung tâm Hội nghị)"
    rows[8]["contacts"] = [{"role": "technician", "name": "Nguyễn Thị Hồng Nhung"}]
    body = {"name": _NAME, "rows": rows}
    return Record("roster", RECORD, version, 9, body, author="vpubnd", at_us=scene.clock.now_us())


def show_offer(window: SessionWindow, scene: Scene) -> RosterDialog:
    """A list that the office has, previewed."""
    office = PretendOffice(calm(scene.clock.now_us()))
    record = record_of(scene, 4)
    office.directory.given.append(record)
    window.set_office(office)
    offer = roster_of(record)
    scene.tell(f.RosterTold(record.id, offer), source="office")
    window.refresh(scene.settle(), scene.clock.now_us())
    window.inside.dialogs.set_shelf(PretendShelf)
    window.inside.actions.run("load_roster")
    dialog = window.inside.dialogs.roster
    assert dialog is not None
    dialog.load_offer(offer)
    return dialog
