"""Loading a roster and entering a running order, from the keyboard, losing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.core.tables import Cancelled, Tables
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
from console.qt.panels.inspector_text import ToneText
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


def read(dialog: RosterDialog | ScriptDialog, source: Path | str, qtbot: QtBot) -> None:
    """Have it read a file (a year: a shipped roster) and wait until it has."""
    if isinstance(source, Path):
        dialog.load_file(source)
    else:
        assert isinstance(dialog, RosterDialog)
        dialog.load_shipped(source)
    qtbot.waitUntil(lambda: not dialog.bar.busy, timeout=20_000)


def bad_file(folder: Path, text: str | bytes = BAD) -> Path:
    path = folder / "điểm cầu.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_roster_is_previewed_and_loaded_only_when_accepted(
    it: Bench, qtbot: QtBot, roster: RosterDialog
) -> None:
    before = dict(it.scene.state.endpoints)
    assert not roster.accept_button.isEnabled()
    read(roster, "2025", qtbot)
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
    it: Bench, qtbot: QtBot, roster: RosterDialog, tmp_path: Path
) -> None:
    read(roster, bad_file(tmp_path), qtbot)
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
    shown = [t.said.text for t in roster._findings.findChildren(ToneText) if t.isVisible()]
    assert set(roster.findings) <= set(shown)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"PK\x03\x04xxxx", "Tệp bị hỏng"),
        ("code,name\n1,Huy\xd6n Ea Kar\n2,X\xb7 Ho\xb5\n".encode("latin-1"), "TCVN3"),
        (b"", "Tệp trống"),
        (b"a,b\n1,2\n", "Thiếu cột «code»"),
        (b"x" * 8_100_000, "Tệp lớn 8 MB"),
    ],
)
def test_an_unusable_file_is_explained_and_changes_nothing(
    it: Bench, qtbot: QtBot, roster: RosterDialog, tmp_path: Path, body: bytes, words: str
) -> None:
    read(roster, "2025", qtbot)
    read(roster, bad_file(tmp_path, body), qtbot)
    assert words in " | ".join(roster.findings)
    assert not roster.accept_button.isEnabled()
    roster._load()
    assert it.wished(LoadRoster) == []


def test_a_file_that_cannot_be_opened(
    it: Bench, qtbot: QtBot, roster: RosterDialog, tmp_path: Path
) -> None:
    read(roster, tmp_path / "không có.csv", qtbot)
    assert roster.findings[0].startswith("Không còn tệp này")
    assert not roster.accept_button.isEnabled()


def test_a_refusal_keeps_the_dialog_open(it: Bench, qtbot: QtBot, roster: RosterDialog) -> None:
    it.scene.dispatcher.permit = lambda command: Problem.of("command.no_device")
    read(roster, "2021", qtbot)
    QTest.mouseClick(roster.accept_button, Qt.MouseButton.LeftButton)
    assert roster.isVisible()
    assert roster._refused.said.text.startswith("Chưa nạp được. ")


def test_another_dial_domain_is_used_at_once(it: Bench, qtbot: QtBot, roster: RosterDialog) -> None:
    read(roster, "2025", qtbot)
    field = roster.findChild(QLineEdit)
    assert field is not None
    assert field.text() == "hnth.daklak.example"
    field.setText("Moi.Example")
    field.editingFinished.emit()
    qtbot.waitUntil(lambda: not roster.bar.busy)
    assert roster.reading.endpoints[0].address == "sip:66@moi.example"
    field.clear()
    field.editingFinished.emit()
    qtbot.waitUntil(lambda: not roster.bar.busy)
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


def excel(folder: Path, *rows: list[Any], name: str = "danh sách.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.create_sheet("Ghi chú").append(["xem sau"])
    path = folder / name
    book.save(path)
    return path


ROSTER = (
    ["DANH SÁCH ĐIỂM CẦU"],
    ["Mã", "Tên", "Mã cha", "Cấp", "Kỹ thuật", "SĐT kỹ thuật"],
    [66, "Tỉnh Đắk Lắk", None, "tỉnh"],
    [656, "Huyện Lắk", 66, "huyện", "Chị Năm", 905000002],
    [24373, "Thị trấn Ea Kar mới", 656, "thị trấn"],
)


def test_an_excel_roster_shows_what_it_changes_site_by_site(
    it: Bench, qtbot: QtBot, roster: RosterDialog, tmp_path: Path
) -> None:
    read(roster, excel(tmp_path, *ROSTER), qtbot)
    assert roster.accept_button.text() == "Nạp 3 điểm cầu"
    model = roster._model
    root = model.index(0, 0)
    shown = {
        model.index(at, 1, root).data(): model.index(at, 2, root).data()
        for at in range(model.rowCount(root))
    }
    assert shown["656"].startswith("Lãnh đạo: Nguyễn Văn Bình Phó Chủ tịch UBND huyện → —; Kỹ ")
    assert shown["656"].endswith(" → Chị Năm 0905000002; đổi địa chỉ hoặc đường truyền")
    assert shown["651"] == "bị bỏ"
    lak = next(model.index(at, 0, root) for at in range(20) if
               model.index(at, 0, root).data() == "Huyện Lắk")  # fmt: skip
    moved = next(model.index(at, 2, lak).data() for at in range(20) if
                 model.index(at, 1, lak).data() == "24373")  # fmt: skip
    assert moved.startswith("tên cũ: Thị trấn Ea Kar; từ Ea Kar")
    assert roster._read_as.said.text == "Đọc trang tính «Sheet»"
    assert roster._sheet.isVisible()
    roster._sheet.setCurrentIndex(1)
    roster._sheet.activated.emit(1)
    qtbot.waitUntil(lambda: not roster.bar.busy)
    assert not roster.accept_button.isEnabled()


def test_reading_is_shown_and_can_be_stopped(
    it: Bench, qtbot: QtBot, roster: RosterDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, told = Event(), Event()

    def slow(path: Path, progress: Any, cancelled: Any) -> Tables:
        progress(0.4)
        begun.set()
        while not cancelled():
            told.wait(0.01)
        raise Cancelled

    monkeypatch.setattr("console.qt.dialogs.roster.read_tables", slow)
    roster.load_file(tmp_path / "lớn.xlsx")
    assert begun.wait(10)
    bar = roster.bar.findChild(QProgressBar)
    assert bar is not None
    qtbot.waitUntil(lambda: bar.value() == 40)
    assert roster.bar.isVisible()
    assert not roster.accept_button.isEnabled()
    stop = roster.bar.findChild(QPushButton)
    assert stop is not None
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert not roster.bar.isVisible()
    assert roster._summary.said.text.startswith("Chưa chọn tệp nào")
    roster.load_file(tmp_path / "nữa.xlsx")
    roster.close()
    QGuiApplication.processEvents()


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


def test_what_is_typed_at_once_comes_below_what_is_there(paste: ScriptDialog) -> None:
    before = paste.editor.toPlainText().rstrip("\n")
    assert paste.focusWidget() is paste.editor
    QTest.keyClicks(paste.editor, "Be mac")
    assert paste.editor.toPlainText() == f"{before}\nBe mac"
    assert paste.model.rows[-1].line == ScriptLine("Be mac")


def test_a_time_that_can_not_be_meant_is_asked_about(it: Bench, paste: ScriptDialog) -> None:
    write(paste, "Khai mạc 5 phút", "Huyện Lắk phát biểu 99999 phut")
    assert not paste.accept_button.isEnabled()
    assert paste.model.index(1, 2).data() == "?"
    assert "dòng 2: «99999 phút» không thể là thời lượng" in paste._notes.said.text
    paste.table.selectRow(1)
    QTest.keyClick(paste.table, Qt.Key.Key_1)
    QTest.keyClick(paste, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    it.scene.settle()
    taken = it.wished(LoadScript)[-1].lines[1]
    assert (taken.endpoint, taken.minutes) == ("656", None)
    assert "99999 phút" in taken.detail


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
    assert paste.accept_button.text() == "Còn 3 dòng cần chọn hoặc sửa"
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


SCRIPT = (
    ["KỊCH BẢN ĐIỀU HÀNH"],
    ["STT", "Thời gian", "Nội dung", "Đơn vị/Điểm cầu", "Người phát biểu"],
    [1, "08h00 - 08h10", "Khai mạc", None, "Chủ tịch UBND tỉnh"],
    [2, 10, "Tham luận", "Huyện Lắk", "Chủ tịch huyện"],
    [3, 10, "Tham luận", "Thống Nhất", "Chủ tịch phường"],
    [4, 5, "Ý kiến", "Huyện Lắk", None],
    [5, 5, "Ý kiến", "Xã Không Có", None],
)


def test_a_running_order_from_excel_by_keyboard(
    it: Bench, qtbot: QtBot, paste: ScriptDialog, tmp_path: Path
) -> None:
    before = paste.editor.toPlainText()
    read(paste, excel(tmp_path, *SCRIPT), qtbot)
    assert paste.accept_button.text() == "Còn 2 dòng cần chọn hoặc sửa"
    note = paste._notes.said.text
    assert "Không lấy 1 hàng phía trên tiêu đề bảng («KỊCH BẢN ĐIỀU HÀNH»)." in note
    assert "dòng 5: «Huyện Lắk» ở dòng 3 đã có điểm cầu này." in note
    assert paste.table.hasFocus()
    QTest.keyClick(paste.table, Qt.Key.Key_2)
    QTest.keyClick(paste.table, Qt.Key.Key_0)
    assert paste.accept_button.hasFocus()
    QTest.keyClick(paste, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    it.scene.settle()
    lines = it.wished(LoadScript)[-1].lines
    assert lines[0] == ScriptLine("Khai mạc", "", "Chủ tịch UBND tỉnh · 08h00 - 08h10", 10)
    assert [line.endpoint for line in lines] == ["", "656", "24331", "656", ""]
    assert before


def test_the_text_comes_back_after_a_file_and_other_tables_can_be_chosen(
    it: Bench, qtbot: QtBot, paste: ScriptDialog, tmp_path: Path
) -> None:
    before = paste.editor.toPlainText()
    read(paste, excel(tmp_path, *SCRIPT), qtbot)
    assert [paste._which.itemText(at) for at in range(paste._which.count())] == [
        "Trang tính «Sheet» · 7 hàng", "Trang tính «Ghi chú» · 1 hàng",
    ]  # fmt: skip
    paste._which.setCurrentIndex(1)
    paste._which.activated.emit(1)
    assert paste.editor.toPlainText() == "xem sau"
    paste.editor.undo()
    paste.editor.undo()
    assert paste.editor.toPlainText() == before


def test_a_file_that_cannot_be_read_leaves_the_text(
    it: Bench, qtbot: QtBot, paste: ScriptDialog, tmp_path: Path
) -> None:
    before = paste.editor.toPlainText()
    path = tmp_path / "cũ.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    read(paste, path, qtbot)
    assert "Đây là văn bản Word kiểu cũ (.doc)" in paste._notes.said.text
    assert paste._notes.said.tone == "refused"
    assert paste.editor.toPlainText() == before
    write(paste, "Huyện Lắk")
    assert paste.accept_button.isEnabled()
    assert ".doc" not in paste._notes.said.text, "the file is of no concern to what is typed now"


def test_a_table_of_ten_thousand_rows_does_not_hold_up_the_window(
    it: Bench, qtbot: QtBot, paste: ScriptDialog, tmp_path: Path
) -> None:
    path = tmp_path / "dài.csv"
    path.write_text("Nội dung,Đơn vị\n" + "Tham luận,Huyện Lắk\n" * 10_000, encoding="utf-8")
    read(paste, path, qtbot)
    assert len(paste.model.rows) == 500
    assert paste.editor.blockCount() == 10_001
    note = paste._notes.said.text
    assert "Chỉ nhận 500 dòng" in note
    assert note.count("đã có điểm cầu này") == 2
    assert "(và 497 điều tương tự)" in note


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
