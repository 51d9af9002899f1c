"""Entering a running order, from the keyboard, losing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QPushButton,
)
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.domain.commands.own import LoadScript
from console.domain.session import ScriptLine
from console.qt.dialogs.script import ScriptDialog
from console.qt.dialogs.script_words import script_text
from tests.qt.dialogs.bench import Bench, excel, put_away, read
from tests.qt.scene import script


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
    assert "Dòng 2: «99999 phút» không thể là thời lượng" in paste._notes.said.text
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
    assert "Dòng 3: «Huyện Lắk» ở dòng 1 đã có điểm cầu này." in note
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
    assert "Dòng 5: «Huyện Lắk» ở dòng 3 đã có điểm cầu này." in note
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
