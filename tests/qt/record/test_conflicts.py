"""Two versions side by side: what differs, and the choice between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.domain import facts as f
from console.domain.commands.office import RecordAnswer
from console.qt.dialogs.conflicts import ConflictsDialog
from console.qt.looks.journal_lines import JournalLines
from console.qt.looks.proposals import entries_of, proposal_row, record_name, side_by_side
from console.qt.office_state import OfficeState
from console.qt.record.stage import PretendDirectory, PretendOffice, calm, proposals
from db.directory import Directory
from db.fault import StoreFault
from db.reference import Conflict, Cursor, Proposal, Record, Standing
from tests.qt.bench_desk import desk_for
from tests.qt.scene import NOW_US, scene


class Bench:
    """The dialog over the pictures' two conflicts."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.directory = PretendDirectory(proposals(NOW_US))
        state = OfficeState(self.owner)
        self.office = PretendOffice(calm(NOW_US), self.directory)
        state.take(self.office, NOW_US)
        self.scene = scene()
        self.dialog = ConflictsDialog(desk_for(self.scene, self.owner), state, "", self.owner)
        self.told: list[str] = []
        self.dialog.told.connect(self.told.append)
        self.dialog.show()

    def over(self) -> None:
        self.qtbot.waitUntil(lambda: bool(self.told), timeout=20_000)


@pytest.fixture
def it(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    if Shiboken.isValid(bench.dialog):
        bench.dialog.close()
    QGuiApplication.processEvents()


def conflict(ours: dict[str, object] | None, office: Record | None) -> Conflict:
    made = Proposal("p", "contact", "651", 1, ours, "operator", NOW_US, Standing.CONFLICT)
    return Conflict(made, office)


def test_every_field_of_both_stands_beside_the_other() -> None:
    office = Record("contact", "651", 2, 9, {"name": "Ea Kar", "zalo": "1", "who": [{"a": 2.5}]})
    rows = side_by_side(conflict({"name": "Ea Kar", "phone": "9", "note": ""}, office))
    assert [(r.field, r.ours, r.office, r.differs) for r in rows] == [
        ("Tên", "Ea Kar", "Ea Kar", False),
        ("Điện thoại", "9", "(không có)", True),
        ("Zalo", "(không có)", "1", True),
        ("who › 1 › a", "(không có)", "2,5", True),
    ]


def test_deletions_on_either_side_are_named() -> None:
    gone = Record("contact", "651", 2, 9, {}, deleted=True)
    (row,) = side_by_side(conflict({"name": "Ea Kar"}, gone))
    assert row.office == "(Văn phòng đã xóa)"
    kept = Record("contact", "651", 2, 9, {"name": "Ea Kar"})
    (row,) = side_by_side(conflict(None, kept))
    assert row.ours == "(bàn này đề nghị xóa)"
    assert record_name(conflict(None, kept)) == "Ea Kar"
    assert record_name(conflict(None, None)) == "651"


def test_a_removal_is_listed_by_the_name_of_whom_the_office_has(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    try:
        office = Record("contact", "651.t", 2, 9, {"site": "651", "person": "Hoa"})
        directory.apply([office], Cursor("e", 9))
        directory.propose("contact", "651.t", None, operator="an")
        (entry,) = entries_of(directory)
        assert proposal_row(entry).name == "Bỏ Hoa"
    finally:
        directory.close()


def test_site_and_role_of_a_contact_are_told_by_name() -> None:
    office = Record("contact", "651", 2, 9, {"site": "651", "role": "leader"})
    ours: dict[str, object] = {"site": "651", "role": "technician"}
    site, role = side_by_side(conflict(ours, office), lambda code: f"Ea Kar ({code})")
    assert (site.ours, site.differs) == ("Ea Kar (651)", False)
    assert (role.ours, role.office) == ("Kỹ thuật", "Lãnh đạo")


def test_what_differs_has_a_sign_and_weight_beside_any_colour(it: Bench) -> None:
    model = it.dialog.model
    for at, row in enumerate(model.rows):
        face = model.data(model.index(at, 2), Qt.ItemDataRole.FontRole)
        bold = isinstance(face, QFont) and face.weight() >= QFont.Weight.DemiBold
        sign = str(model.data(model.index(at, 0)))
        assert bold == row.differs
        assert sign.startswith("≠") == row.differs
        told = model.data(model.index(at, 1), Qt.ItemDataRole.AccessibleTextRole)
        assert ("khác" if row.differs else "giống") in told
    it.dialog.only.setChecked(True)
    assert all(row.differs for row in model.rows)
    assert it.dialog.counted.text == "4 mục khác nhau"


def test_both_are_decided_one_after_the_other(it: Bench) -> None:
    first = it.dialog.name.text
    assert it.dialog.place.text == "1 / 2"
    QTest.keyClick(it.dialog, Qt.Key.Key_PageDown)
    assert it.dialog.name.text != first
    QTest.keyClick(it.dialog, Qt.Key.Key_PageUp)
    QTest.keyClick(it.dialog.keep_button, Qt.Key.Key_Space)
    it.over()
    assert it.directory.done == [("keep", "p1")]
    assert it.told == [f"Đã giữ bản của Văn phòng: {first}"]
    assert it.dialog.name.text == "Xã Cư Drăm (Krông Bông)"
    it.told.clear()
    it.dialog.again_button.click()
    it.over()
    assert ("again", "p2", "operator") in it.directory.done
    assert it.office.done == [("hurry",), ("hurry",)], "the office hears of it at once"
    it.scene.settle()
    answers = [
        (told.fact.command.proposal, told.fact.command.answer, told.source)
        for told in it.scene.told
        if isinstance(told.fact, f.CommandSubmitted) and isinstance(told.fact.command, RecordAnswer)
    ]
    assert answers == [("p1", "kept", "operator"), ("p2", "sent", "operator")], "journalled"
    lines = JournalLines()
    lines.add(it.scene.told, it.scene.state)
    assert lines.newest(it.scene.state, 2)[1].text.startswith("Xung đột «")
    it.qtbot.waitUntil(lambda: not Shiboken.isValid(it.dialog) or not it.dialog.isVisible())


def test_leaving_decides_nothing(it: Bench) -> None:
    QTest.keyClick(it.dialog, Qt.Key.Key_Escape)
    assert it.directory.done == []


def test_a_choice_that_can_not_be_written_says_why(
    it: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: str) -> bool:
        raise StoreFault("store.full", {"folder": "/x"})

    monkeypatch.setattr(it.directory, "keep_office", full)
    it.dialog.keep_button.click()
    it.qtbot.waitUntil(lambda: not it.dialog.busy)
    assert "đã đầy" in it.dialog.outcome.said.text
    assert len(it.dialog.entries) == 2


def test_what_it_stands_on_is_what_the_directory_gives(tmp_path: Path) -> None:
    """A real directory: a conflict from a restore, and a proposal that waits, conflicts first."""

    directory = Directory(tmp_path, clock_us=lambda: NOW_US)
    try:
        directory.apply([Record("contact", "651", 3, 5, {"name": "Ea Kar"})], Cursor("a", 5))
        directory.propose("contact", "652", {"name": "M'Đrắk"}, operator="operator")
        directory.replace([Record("contact", "651", 2, 4, {"name": "Ea Ca"})], Cursor("b", 4))
        lost, waiting = entries_of(directory)
        assert (lost.proposal.cause, lost.proposal.state) == ("restored", Standing.CONFLICT)
        assert [r.differs for r in side_by_side(lost)] == [True]
        assert waiting.proposal.state == Standing.QUEUED
        assert directory.propose_again(lost.proposal.id, operator="operator") is not None
        assert [e.proposal.state for e in entries_of(directory)] == [Standing.QUEUED] * 2
    finally:
        directory.close()
