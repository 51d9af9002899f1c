"""A running order that names nobody, and a document without a table: told, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from console.qt.dialogs.script import ScriptDialog
from tests.qt.dialogs.bench import Bench, put_away, read


@pytest.fixture
def paste(it: Bench) -> Iterator[ScriptDialog]:
    dialog = ScriptDialog(it.desk, it.owner)
    dialog.show()
    yield dialog
    put_away(dialog)


def test_a_running_order_without_a_site_says_so(paste: ScriptDialog) -> None:
    paste.editor.setPlainText("Khai mạc\nThảo luận, 30 phút")
    QGuiApplication.processEvents()
    assert "Không dòng nào có điểm cầu" in paste._notes.said.text
    assert paste.accept_button.isEnabled(), "a meeting may have one"
    paste.editor.setPlainText("Khai mạc\nHuyện Lắk phát biểu")
    QGuiApplication.processEvents()
    assert "Không dòng nào" not in paste._notes.said.text


def test_a_document_without_a_table_says_what_was_taken(
    paste: ScriptDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    document = docx.Document()
    document.add_paragraph("Huyện Lắk phát biểu")
    document.add_paragraph("Huyện Ea Kar phát biểu")
    document.save(str(tmp_path / "hop.docx"))
    read(paste, tmp_path / "hop.docx", qtbot)
    assert "không có bảng; chỉ lấy 2 dòng chữ" in paste._notes.said.text
    assert len(paste.model.rows) == 2
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "1", "Huyện Lắk"
    document.save(str(tmp_path / "bang.docx"))
    read(paste, tmp_path / "bang.docx", qtbot)
    assert "không có bảng" not in paste._notes.said.text
