"""Loading a roster and entering a running order, from the keyboard, losing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.domain.commands.own import LoadRoster, LoadScript
from console.domain.finding import Finding, Severity
from console.domain.problem import Problem
from console.domain.roster import read_roster
from console.domain.roster_change import difference
from console.domain.session import ScriptLine
from console.qt.dialogs.roster import RosterDialog
from console.qt.dialogs.roster_preview import RosterPreviewModel
from console.qt.dialogs.roster_words import (
    change_lines,
    finding_rows,
    finding_text,
    summary,
    usual_domain,
)
from console.qt.dialogs.script import ScriptDialog
from console.qt.dialogs.script_words import script_text
from console.qt.panels.desk import Desk
from console.qt.wording import catalogue, missing, wording
from tests.qt.bench_desk import desk_for
from tests.qt.scene import Scene, scene, script

FOLDER = Path(__file__).parents[2] / "resources" / "rosters"
BAD = """Mã;Mã cha;Cấp;Tên;Kỹ thuật;SĐT kỹ thuật;Ghi chú
66;;tỉnh;Tỉnh Đắk Lắk;;;
643;66;huyện;Thành phố Buôn Ma Thuột;Anh Tư;905000000;
651;66;huyện;Huyện Ea Kar mới;;;
651;66;huyện;Huyện Lặp;;;
24118;643;xã;<b>Phường</b> Tân Lập;;;
24373;999;xã;Thị trấn Ea Kar;;;
24379;651;xã;;;;
"""


class Bench:
    """A scene and its desk."""

    def __init__(self, qtbot: QtBot) -> None:
        wording.use("vi")
        self.scene: Scene = scene()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.desk: Desk = desk_for(self.scene, self.owner)

    def wished(self, kind: type) -> list[Any]:
        facts = (event.fact for event in self.scene.paper.events)
        return [c for fact in facts if isinstance(c := getattr(fact, "command", None), kind)]


@pytest.fixture
def it(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    missing.clear()
    yield made
    assert not missing


def put_away(dialog: QDialog) -> None:
    """Close it, unless it has closed itself."""
    if Shiboken.isValid(dialog):
        dialog.close()
    QGuiApplication.processEvents()


# -- roster ----------------------------------------------------------------------------------------


@pytest.fixture
def roster(it: Bench, qtbot: QtBot) -> Iterator[RosterDialog]:
    dialog = RosterDialog(it.desk, it.owner)
    dialog.show()
    QGuiApplication.processEvents()
    yield dialog
    put_away(dialog)


def bad_file(folder: Path, text: str | bytes = BAD) -> Path:
    path = folder / "điểm cầu.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_roster_is_previewed_and_loaded_only_when_accepted(
    it: Bench, roster: RosterDialog
) -> None:
    before = dict(it.scene.state.endpoints)
    assert not roster.accept_button.isEnabled()
    roster.load_shipped("2025")
    assert roster.accept_button.text() == "Nạp 103 điểm cầu"
    assert roster.findings == ()
    assert roster.reading.endpoints[0].address == "sip:66@hnth.daklak.example"
    it.scene.settle()
    assert it.scene.state.endpoints == before
    QTest.mouseClick(roster.accept_button, Qt.MouseButton.LeftButton)
    it.scene.settle()
    (command,) = it.wished(LoadRoster)
    assert (command.name, len(command.endpoints)) == ("dak_lak_2025", 103)
    assert it.scene.state.roster == "dak_lak_2025"
    assert it.scene.dispatcher.undo().accepted
    it.scene.settle()
    assert it.scene.state.roster == "dak_lak_2021"


def test_what_is_odd_is_told_and_the_rest_can_be_loaded(
    it: Bench, roster: RosterDialog, tmp_path: Path
) -> None:
    roster.load_file(bad_file(tmp_path))
    assert roster.accept_button.text() == "Nạp 5 điểm cầu, bỏ 2 dòng"
    told = " | ".join(roster.findings)
    for words in (
        "Mã 651 đã có ở dòng 4; bỏ «Huyện Lặp»",
        "Mã 24379 không có tên",
        "Không có đơn vị 999",
        "«<b>Phường</b> Tân Lập» chứa thẻ HTML",
        "Số 905000000 thiếu số 0 đầu",
        "Không dùng cột «Ghi chú»",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"PK\x03\x04xxxx", "sổ tính Excel"),
        ("code,name\n1,Huy\xd6n Ea Kar\n2,X\xb7 Ho\xb5\n".encode("latin-1"), "TCVN3"),
        (b"", "không có điểm cầu nào"),
        (b"a,b\n1,2\n", "Thiếu cột «code»"),
        (b"x" * 8_100_000, "không phải danh sách"),
    ],
)
def test_an_unusable_file_is_explained_and_changes_nothing(
    it: Bench, roster: RosterDialog, tmp_path: Path, body: bytes, words: str
) -> None:
    roster.load_shipped("2025")
    roster.load_file(bad_file(tmp_path, body))
    assert words in " | ".join(roster.findings)
    assert not roster.accept_button.isEnabled()
    roster._load()
    assert it.wished(LoadRoster) == []


def test_a_file_that_cannot_be_opened(it: Bench, roster: RosterDialog, tmp_path: Path) -> None:
    roster.load_file(tmp_path / "không có.csv")
    assert roster.findings[0].startswith("Không mở được tệp: ")
    assert not roster.accept_button.isEnabled()


def test_a_refusal_keeps_the_dialog_open(it: Bench, roster: RosterDialog, tmp_path: Path) -> None:
    it.scene.dispatcher.permit = lambda command: Problem.of("command.no_device")
    roster.load_shipped("2021")
    QTest.mouseClick(roster.accept_button, Qt.MouseButton.LeftButton)
    assert roster.isVisible()
    assert roster._refused.said.text.startswith("Chưa nạp được. ")


def test_another_dial_domain_is_used_at_once(it: Bench, roster: RosterDialog) -> None:
    roster.load_shipped("2025")
    field = roster.findChild(QLineEdit)
    assert field is not None
    assert field.text() == "hnth.daklak.example"
    field.setText("Moi.Example")
    field.editingFinished.emit()
    assert roster.reading.endpoints[0].address == "sip:66@moi.example"
    field.clear()
    field.editingFinished.emit()
    assert roster.reading.endpoints[0].address == ""


def test_dialogs_do_not_hold_up_the_session(it: Bench, roster: RosterDialog) -> None:
    assert not roster.isModal()
    assert roster.windowModality() is Qt.WindowModality.NonModal


def test_the_preview_is_a_sound_tree(it: Bench) -> None:
    model = RosterPreviewModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    sites = read_roster((FOLDER / "dak_lak_2021.csv").read_bytes()).endpoints
    model.show_sites(sites, {"651": "mới"})
    root = model.index(0, 0)
    assert (model.rowCount(QModelIndex()), model.rowCount(root)) == (1, 15)
    district = model.index(8, 0, root)
    assert district.data() == "Huyện Ea Kar"
    assert model.index(8, 2, root).data() == "mới"
    commune = model.index(0, 0, district)
    assert commune.data() == "Thị trấn Ea Kar"
    assert commune.parent() == district
    model.show_sites((), {})
    assert model.rowCount(QModelIndex()) == 0
    del tester


def test_changes_are_told_by_name_and_live_sites_first(it: Bench) -> None:
    old = {e.id: e for e in it.scene.state.endpoints.values()}
    new = [replace(e, address="") for e in old.values() if e.id not in ("24373", "24215")]
    new[5] = replace(new[5], name="Phường Mới")
    lines = change_lines(it.scene.state, difference(old.values(), new))
    assert lines[0] == (
        "1 điểm cầu bị bỏ đang trong phòng họp, sẽ thành khách: TT. Ea Kar", True,
    )  # fmt: skip
    assert lines[1][0].startswith("Bỏ 2 điểm cầu: ")
    assert any(line.startswith("Đổi tên 1 điểm cầu: ") for line, _ in lines)
    same = difference(old.values(), old.values())
    assert change_lines(it.scene.state, same) == (("Giống hệt danh sách đang dùng.", False),)
    it.scene.state.endpoints.clear()
    assert change_lines(it.scene.state, same)[0][0] == "Chưa có danh sách nào đang dùng."
    assert usual_domain(it.scene.state) == ""


def test_many_findings_alike_are_counted(it: Bench) -> None:
    rows = finding_rows([Finding.of(n, Severity.ERROR, "code.empty") for n in range(1, 30)])
    assert len(rows) == 6
    assert rows[-1].text == "và 24 điều tương tự"
    assert summary("a.csv", read_roster(b"code,name\n1,A\n")) == "a.csv · 1 khác"


def test_every_finding_has_words_in_both_languages() -> None:
    source = "".join(
        (Path(__file__).parents[2] / "console" / "domain" / name).read_text(encoding="utf-8")
        for name in ("roster.py", "encoding.py", "site_tree.py", "script.py")
    )
    import re

    codes = set(
        re.findall(
            r'"((?:file|encoding|roster|column|row|code|parent|name|address|line|phone)\.[a-z0-9_]+)"',
            source,
        )
    )
    assert len(codes) > 25
    for language in ("vi", "en"):
        texts = catalogue(language)
        assert codes <= {k.removeprefix("roster.finding.") for k in texts}
        for code in ("twice", "too_many"):
            assert f"paste.finding.{code}" in texts


def test_a_finding_without_words_shows_its_code(it: Bench) -> None:
    assert finding_text(Finding.of(1, Severity.NOTE, "brand.new")) == "brand.new"


# -- running order ---------------------------------------------------------------------------------


@pytest.fixture
def paste(it: Bench) -> Iterator[ScriptDialog]:
    dialog = ScriptDialog(it.desk, it.owner)
    dialog.show()
    dialog.activateWindow()
    QGuiApplication.processEvents()
    yield dialog
    put_away(dialog)


def write(dialog: ScriptDialog, *lines: str) -> None:
    dialog.editor.setPlainText("\n".join(lines))
    QGuiApplication.processEvents()


def offers(dialog: ScriptDialog) -> list[str]:
    found = dialog.findChild(QListWidget)
    assert found is not None
    return [found.item(at).text() for at in range(found.count())]


def test_the_present_running_order_reads_back_the_same(it: Bench, paste: ScriptDialog) -> None:
    assert tuple(row.line for row in paste.model.rows) == script()
    assert paste.accept_button.text() == "Nạp kịch bản 9 dòng"
    text, sites = script_text((ScriptLine("Khai mạc", "", "a – b", 5, 2),))
    assert (text, sites) == ("1. Khai mạc – a – b, 5 phút, camera 2", {text: ""})


def test_typed_lines_are_matched_and_loaded(it: Bench, paste: ScriptDialog) -> None:
    write(paste, "1. Khai mạc (5 phút)", "2. huyen lak phat bieu, 10 phút, camera 3")
    assert paste.accept_button.isEnabled()
    QTest.keyClick(paste, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    it.scene.settle()
    assert it.wished(LoadScript)[-1].lines == (
        ScriptLine("Khai mạc", "", "", 5),
        ScriptLine("huyen lak phat bieu", "656", "", 10, 3),
    )
    assert not Shiboken.isValid(paste) or not paste.isVisible()


def test_doubtful_lines_are_chosen_with_digits_and_nothing_loads_before(
    it: Bench, paste: ScriptDialog
) -> None:
    write(paste, "Thống Nhất", "Khai mạc", "Ea H'leo", "Xã Không Có", "Huyện Lắk")
    assert paste.accept_button.text() == "Còn 3 dòng cần chọn điểm cầu"
    paste._load()
    assert len(it.wished(LoadScript)) == 1
    paste.table.selectRow(4)
    QTest.keyClick(paste, Qt.Key.Key_F3)
    assert paste.table.currentIndex().row() == 0
    assert offers(paste)[0] == "1   Phường Thống Nhất (TP. Buôn Ma Thuột)   95 %"
    assert offers(paste)[1] == "2   Phường Thống Nhất (TX. Buôn Hồ)   95 %"
    QTest.keyClick(paste.table, Qt.Key.Key_2)
    assert paste.model.rows[0].line.endpoint == "24331"
    assert paste.table.currentIndex().row() == 2
    QTest.keyClick(paste.table, Qt.Key.Key_Return)
    assert paste.model.rows[2].line.endpoint == "645"
    assert paste.table.currentIndex().row() == 3
    assert offers(paste) == ["0   Không phải điểm cầu"]
    QTest.keyClick(paste.table, Qt.Key.Key_5)
    assert paste.model.rows[3].doubt == "none"
    QTest.keyClick(paste.table, Qt.Key.Key_0)
    assert paste.accept_button.isEnabled()
    QTest.mouseClick(paste.accept_button, Qt.MouseButton.LeftButton)
    it.scene.settle()
    assert [line.endpoint for line in it.wished(LoadScript)[-1].lines] == [
        "24331", "", "645", "", "656",
    ]  # fmt: skip


def test_choices_stay_while_the_text_is_edited(it: Bench, paste: ScriptDialog) -> None:
    write(paste, "Thống Nhất")
    QTest.keyClick(paste.table, Qt.Key.Key_1)
    write(paste, "Khai mạc", "Thống Nhất", "Kết luận")
    assert [r.line.endpoint for r in paste.model.rows] == ["", "24127", ""]
    write(paste, "Thống Nhất phát biểu")
    assert paste.model.rows[0].doubt == "several"


def test_any_site_can_be_searched_for(it: Bench, paste: ScriptDialog) -> None:
    write(paste, "Đơn vị thứ nhất")
    paste.table.selectRow(0)
    search = paste.chooser.findChild(QLineEdit)
    assert search is not None
    search.setFocus()
    QTest.keyClicks(search, "ea ho krong nang")
    assert offers(paste) == ["1   Xã Ea Hồ (Krông Năng)", "0   Không phải điểm cầu"]
    search.clear()
    QTest.keyClicks(search, "buon")
    QTest.keyClick(search, Qt.Key.Key_Down)
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert paste.model.rows[0].line.endpoint == "644"
    assert search.text() == ""


def test_a_site_twice_and_a_running_session_are_told(it: Bench, paste: ScriptDialog) -> None:
    write(paste, "Huyện Lắk", "Thảo luận", "Huyện Lắk")
    note = paste._notes.said.text
    assert "dòng 3: «Huyện Lắk» ở dòng 1 đã có điểm cầu này." in note
    assert "Kịch bản đang chạy ở dòng" in note
    assert paste.accept_button.isEnabled()


def test_emptying_the_text_loads_nothing(it: Bench, paste: ScriptDialog) -> None:
    write(paste, "")
    assert paste.accept_button.text() == "Chưa có dòng nào"
    assert not paste.accept_button.isEnabled()
    assert not paste.chooser.isEnabled()


def test_cancel_keeps_the_running_order(it: Bench, paste: ScriptDialog) -> None:
    write(paste, "Huyện Lắk")
    cancel = next(b for b in paste.findChildren(QPushButton) if b.text() == "Giữ kịch bản cũ")
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    it.scene.settle()
    assert it.scene.state.session.script == script()


def test_the_rows_are_a_sound_table(it: Bench, paste: ScriptDialog) -> None:
    tester = QAbstractItemModelTester(
        paste.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    write(paste, "Thống Nhất", "Huyện Lắk, 10 phút")
    write(paste, "Thống Nhất", "Huyện Ea Kar, 10 phút")
    write(paste, "Khai mạc")
    index = paste.model.index(0, 1)
    told = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Dòng 1, Khai mạc, không có điểm cầu"
    del tester


@pytest.mark.parametrize("kind", [RosterDialog, ScriptDialog])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_dialogs_fit_a_small_screen(
    it: Bench, qtbot: QtBot, kind: type[QDialog], language: str
) -> None:
    wording.use(language)
    try:
        dialog = kind(it.desk, it.owner)  # type: ignore[call-arg, arg-type]
        qtbot.addWidget(dialog)
        assert dialog.minimumSizeHint().width() <= 1100
        assert dialog.minimumSizeHint().height() <= 640
        assert dialog.width() <= 1366
        assert dialog.height() <= 768
    finally:
        wording.use("vi")
