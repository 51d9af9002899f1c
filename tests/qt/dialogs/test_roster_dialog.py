"""Loading a roster, from the keyboard, losing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QLineEdit,
    QProgressBar,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from console.core.tables import Cancelled, Tables
from console.domain.commands.own import LoadRoster
from console.domain.finding import Finding, Severity
from console.domain.problem import Problem
from console.domain.roster import read_roster
from console.domain.roster_change import difference
from console.qt.dialogs.roster import RosterDialog
from console.qt.dialogs.roster_preview import RosterPreviewModel
from console.qt.dialogs.roster_words import (
    change_lines,
    finding_rows,
    finding_text,
    summary,
    usual_domain,
)
from console.qt.panels.inspector_text import ToneText
from console.qt.wording import catalogue
from tests.qt.dialogs.bench import FOLDER, Bench, bad_file, excel, put_away, read


@pytest.fixture
def roster(it: Bench, qtbot: QtBot) -> Iterator[RosterDialog]:
    dialog = RosterDialog(it.desk, it.owner)
    dialog.show()
    QGuiApplication.processEvents()
    yield dialog
    put_away(dialog)


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
        (Path(__file__).parents[3] / "console" / "domain" / name).read_text(encoding="utf-8")
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
    model = roster.tree.sites
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
    assert roster.sources.table.isVisible()
    roster.sources.table.setCurrentIndex(1)
    roster.sources.table.activated.emit(1)
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

    monkeypatch.setattr("console.qt.dialogs.roster_read.read_tables", slow)
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
