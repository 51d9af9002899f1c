"""The record page and its dialogs in each of their states, for pictures: an office that is only
told, and sends nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from console.domain.problem import Problem, Refused
from console.qt.dialogs.export_stage import entries
from console.qt.looks.proposals import disputed
from db.reference import Conflict, Proposal, Record, Standing
from db.sync.health import SyncHealth, SyncIncident

if TYPE_CHECKING:
    from console.qt.dialogs.enrol import EnrolDialog
    from console.qt.scene import Scene
    from console.qt.window import SessionWindow

S = 1_000_000
PRINT = "3FA2C19E07D4B85661F0AA3C9D2E4B7718C5E09FA6B3D24C5E8871F09B6A3DC2"
INVITATION = (
    f"https://vanphong.daklak.example:8443 sha256={PRINT} code=MFRG-GZDF-MZTW-Q2LK-NNWG-23TP"
)


@dataclass(frozen=True, slots=True)
class PretendMember:
    """What the pretend console and its office are called to one another."""

    console_id: str = "b41f6c02-9a1c-4a53-8a0e-6f4d3f1b7a10"
    office_id: str = "7d20e9aa-31c4-4c1e-9a55-0d9b8f3c6e21"


@dataclass(frozen=True, slots=True)
class PretendAccount:
    """Whom the pretend console belongs to."""

    url: str = "https://vanphong.daklak.example:8443"
    name: str = "Bàn điều khiển 1"
    office: PretendMember = field(default_factory=PretendMember)


@dataclass
class PretendDirectory:
    """What the office gave, and changes made here, of which a test says how they stand."""

    kept: list[Conflict] = field(default_factory=list[Conflict])
    given: list[Record] = field(default_factory=list[Record])
    done: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def record(self, kind: str, record_id: str) -> Record | None:
        found = (each for each in self.given if (each.kind, each.id) == (kind, record_id))
        return next(found, None)

    def proposals(self, limit: int = 500) -> list[Proposal]:
        return [entry.proposal for entry in self.kept if not disputed(entry)][:limit]

    def conflicts(self) -> list[Conflict]:
        return [entry for entry in self.kept if disputed(entry)]

    def keep_office(self, proposal_id: str) -> bool:
        self.done.append(("keep", proposal_id))
        self.kept = [each for each in self.kept if each.proposal.id != proposal_id]
        return True

    def propose_again(self, proposal_id: str, *, operator: str) -> Proposal | None:
        self.done.append(("again", proposal_id, operator))
        old = next(e.proposal for e in self.kept if e.proposal.id == proposal_id)
        self.keep_office(proposal_id)
        new = replace(old, id=f"{old.id}+", state=Standing.QUEUED)
        self.kept.append(Conflict(new, None))
        return new


@dataclass
class PretendOffice:
    """A tie to an office of which a test says how it does. `waits` holds an enrolment until it is
    set; `refuses` is what every deed then meets."""

    now: SyncHealth | None = None
    directory: PretendDirectory = field(default_factory=PretendDirectory)
    problem: Problem | None = None
    refuses: Problem | None = None
    done: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    waits: Event | None = None

    def health(self) -> SyncHealth | None:
        if self.now is None:
            return None
        conflicts = len(self.directory.conflicts())
        waiting = len(self.directory.kept) - conflicts
        return replace(self.now, proposals=waiting, conflicts=conflicts)

    def account(self) -> PretendAccount | None:
        return PretendAccount() if self.now is not None else None

    def enrol(self, url: str, fingerprint: str, code: str, name: str = "") -> None:
        if self.waits is not None:
            self.waits.wait(20)
        self._do("enrol", url, fingerprint, code, name)
        self.now = SyncHealth()

    def leave(self) -> None:
        self._do("leave")
        self.now = None

    def hurry(self) -> None:
        self.done.append(("hurry",))

    def _do(self, *deed: str) -> None:
        if self.refuses is not None:
            raise Refused(self.refuses)
        self.done.append(deed)


def calm(now_us: int) -> SyncHealth:
    """An office that has everything."""
    return SyncHealth(
        last_ack_us=now_us - 3 * S, offset_us=104_000, pulled_us=now_us - 11 * S, feed_rev=1284
    )


def late(now_us: int, age_s: float, rows: int) -> SyncHealth:
    """An office that can't be reached."""
    return SyncHealth(
        unsent_rows=rows,
        oldest_unsent_s=age_s,
        last_ack_us=now_us - int(age_s * S) - 4 * S,
        offset_us=104_000,
        failure="unreachable",
        pulled_us=now_us - int(age_s * S) - 9 * S,
        feed_rev=1284,
    )


def forked(now_us: int) -> SyncHealth:
    """An office that has other rows under our numbers."""
    told = (("seq", 18_402), ("stream", "ops"))
    incident = SyncIncident("sync.fork", told, now_us - 754 * S)
    return replace(late(now_us, 754, 1_204), failure="", incident=incident, offset_us=-2_700_000)


def proposals(now_us: int) -> list[Conflict]:
    """Two changes that met others, one that waits."""
    ours = {
        "name": "Trung tâm Hội nghị trực tuyến huyện Krông Bông",
        "technician": "Nguyễn Thị Hồng Nhung",
        "technician_phone": "0905 000 111",
        "leader": "Y Thịnh Niê Kđăm",
        "position": "Phó Chủ tịch Ủy ban nhân dân huyện",
        "line": "SLCD 20 Mb/s, dự phòng Internet VNPT",
        "note": "Máy chiếu hội trường tầng 2 mượn của Trung tâm Văn hóa, trả sau phiên họp",
    }
    office = {
        **ours,
        "technician": "Trần Văn Quốc Khánh",
        "technician_phone": "0914 222 333",
        "note": "Máy chiếu hội trường tầng 2",
        "zalo": "0914 222 333",
    }
    gone = {"name": "Xã Cư Drăm (Krông Bông)", "technician": "H'Len Byă", "level": "xã"}
    waiting = {"name": "Phường Tân Lập (Thành phố Buôn Ma Thuột)", "phone": "0262 3 812 345"}
    made = (
        ("p1", "contact", "653", 3_720, 11, ours, Standing.CONFLICT),
        ("p2", "roster", "24511", 900, 4, gone, Standing.CONFLICT),
        ("p3", "contact", "24118", 40, 3, waiting, Standing.QUEUED),
    )
    own = [
        Proposal(i, kind, record, base, body, "operator", now_us - ago_s * S, state)
        for i, kind, record, ago_s, base, body, state in made
    ]
    theirs = (
        Record("contact", "653", 12, 1_270, office),
        Record("roster", "24511", 5, 1_281, {}, deleted=True),
        None,
    )
    return [Conflict(mine, other) for mine, other in zip(own, theirs, strict=True)]


def show_record(window: SessionWindow, scene: Scene, state: str) -> PretendOffice:
    """Show the page as `calm`, `late`, `red` (an incident) or `empty` (no office)."""
    now_us = scene.clock.now_us()
    office = PretendOffice()
    if state != "empty":
        office.now = {
            "calm": calm(now_us), "late": late(now_us, 754, 1_204), "red": forked(now_us),
        }[state]  # fmt: skip
    if state == "red":
        office.directory.kept = proposals(now_us)
    if state != "empty":
        _past(window, now_us, state)
    window.set_reports(lambda: entries(scene), lambda wanted, tell: ())
    window.inside.workspaces.show("record")
    window.set_office(office)
    page = window.inside.office.page
    assert page is not None
    while page.sessions.list.entry is None:
        QApplication.processEvents()
    return office


def _past(window: SessionWindow, now_us: int, state: str) -> None:
    """The hour before: now and then a burst, once the network away, in the end what is now."""
    history = window.inside.office.state.history
    for at_s in range(-3540, 0, 5):
        at_us = now_us + at_s * S
        if -2400 < at_s < -2010:
            told = late(at_us, at_s + 2400, (at_s + 2400) * 2)
        elif state != "calm" and at_s > -754:
            told = late(at_us, at_s + 754, int((at_s + 754) * 1.6))
        else:
            rows = max(0, round(14 * math.sin(at_s / 90) + 6 * math.sin(at_s / 17)) - 6)
            told = replace(calm(at_us), unsent_rows=rows, oldest_unsent_s=0.4 * bool(rows))
        history.observe(told, at_us)


def show_enrol(window: SessionWindow, state: str) -> EnrolDialog:
    """The dialog as it opens (`empty`), filled in (`filled`), or `failed`."""
    office = PretendOffice()
    window.set_office(office)
    window.inside.office.show_enrol()
    dialog = window.inside.office.enrol_dialog
    assert dialog is not None
    dialog.fields["name"].setText("Bàn điều khiển 1, Văn phòng UBND tỉnh")
    if state != "empty":
        dialog.invitation.setText(INVITATION)
    if state in ("failed", "used"):
        code = "office.certificate" if state == "failed" else "office.code"
        office.refuses = Problem.of(code, host="vanphong.daklak.example")
        dialog.enrol()
        while dialog.busy:
            QApplication.processEvents()
    return dialog


def show_conflicts(window: SessionWindow, scene: Scene) -> None:
    """The dialog over two conflicts."""
    now_us = scene.clock.now_us()
    window.set_office(PretendOffice(calm(now_us), PretendDirectory(proposals(now_us))))
    window.inside.office.show_conflicts()
