"""Exporting a report from the window: chosen, made beside it, called off, refused, opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.core.sessions import SessionEntry
from console.core.tables import Cancelled
from console.domain import facts as f
from console.domain.problem import Problem, Refused
from console.qt.dialogs.export import ExportDialog, Tell, Wanted
from console.qt.settings import Settings
from console.qt.wording import say_reason, wording
from db.queries import Position
from tests.qt.bench_desk import desk_for
from tests.qt.conftest import Stage
from tests.qt.scene import NOW_US, scene

Key = Qt.Key
PLACE = Position(1, 1)


class Bench:
    """The dialog on a store of two sessions, and what is asked of it."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        self.scene = scene()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.settings = Settings(folder / "window.toml")
        self.settings.keep(reports=str(folder / "Báo cáo"))
        running = self.scene.state.session
        self.entries = [
            SessionEntry(running.id, running.title, NOW_US, False, PLACE, None),
            SessionEntry("S0", "<b>Giao ban</b> tháng 10", NOW_US, True, PLACE, PLACE),
        ]
        self.wanted: list[Wanted] = []
        self.made: Callable[[Wanted, Tell], tuple[Path, ...]] = self.written
        self.found: Callable[[], list[SessionEntry]] = lambda: self.entries
        self.went_on = Event()

    def written(self, wanted: Wanted, tell: Tell) -> tuple[Path, ...]:
        tell(500, None)
        tell(500, 0.5)
        return wanted.folder / "r.docx", wanted.folder / "r.pdf"

    def waiting(self, wanted: Wanted, tell: Tell) -> tuple[Path, ...]:
        """Goes on only when it is let, and looks then whether it is still wanted."""
        assert self.went_on.wait(20)
        tell(500, None)
        return self.written(wanted, tell)

    def make(self, wanted: Wanted, tell: Tell) -> tuple[Path, ...]:
        self.wanted.append(wanted)
        return self.made(wanted, tell)

    def open(self) -> ExportDialog:
        desk = desk_for(self.scene, self.owner)
        self.dialog = ExportDialog(desk, self.settings, self.found, self.make, self.owner)
        self.dialog.show()
        return self.dialog

    def listed(self) -> ExportDialog:
        dialog = self.open()
        self.qtbot.waitUntil(lambda: dialog.sessions.entry is not None)
        return dialog

    def over(self) -> None:
        self.qtbot.waitUntil(lambda: bool(self.wanted) and not self.dialog.busy, timeout=20_000)


@pytest.fixture
def it(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(qtbot, tmp_path)
    yield bench
    bench.went_on.set()
    if Shiboken.isValid(bench.dialog):
        bench.dialog.close()
    QGuiApplication.processEvents()


def test_the_running_session_is_marked_and_a_name_is_no_markup(it: Bench) -> None:
    dialog = it.listed()
    rows = [dialog.sessions.topLevelItem(n) for n in range(2)]
    assert [row.text(3) for row in rows if row] == ["đang diễn ra", "đã khép"]
    assert [row.text(2) for row in rows if row][1] == "<b>Giao ban</b> tháng 10"
    assert "tính đến lúc xuất" in dialog.note.said.text
    QTest.keyClick(dialog.sessions, Key.Key_Down)
    assert dialog.note.said.text == ""


def test_by_the_keyboard_alone(it: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()).name)
        return len(opened) < 3

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    dialog = it.listed()
    QTest.keyClick(dialog.sessions, Key.Key_Down)
    dialog.languages["vi"].setFocus()
    QTest.keyClick(dialog.languages["vi"], Key.Key_Right)
    QTest.keyClick(dialog.languages["en"], Key.Key_Return)
    it.over()
    (wanted,) = it.wanted
    assert (wanted.entry.id, wanted.language) == ("S0", "en")
    assert wanted.folder == it.folder / "Báo cáo"
    outcome = dialog.outcome
    assert outcome.text.said.text == "Đã ghi báo cáo."
    assert [line.text() for line in outcome.paths] == [
        str(wanted.folder / "r.docx"), str(wanted.folder / "r.pdf"),
    ]  # fmt: skip
    assert outcome.first_button.hasFocus()
    QTest.keyClick(outcome.first_button, Key.Key_Return)
    QTest.mouseClick(outcome.folder_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(outcome.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines() == [p.text() for p in outcome.paths]
    QTest.mouseClick(outcome.open_buttons[0], Qt.MouseButton.LeftButton)
    assert opened == ["r.pdf", "Báo cáo", "r.docx"]
    assert "không mở được" in outcome.text.said.text
    assert Settings(it.folder / "window.toml").now.reports == str(wanted.folder)
    assert len(it.wanted) == 1
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_escape_calls_it_off_and_the_dialog_stays(it: Bench) -> None:
    it.made = it.waiting
    dialog = it.listed()
    dialog.export()
    assert (dialog.close_button.text(), dialog.go_button.isEnabled()) == ("Dừng", False)
    QTest.keyClick(dialog.close_button, Key.Key_Escape)
    assert dialog.outcome.text.said.text == "Đang dừng…"
    assert dialog.busy
    it.went_on.set()
    it.over()
    assert "Không tệp nào được ghi" in dialog.outcome.text.said.text
    assert dialog.isVisible()
    assert dialog.go_button.isEnabled()


def test_what_was_written_before_it_stopped_is_told(it: Bench) -> None:
    def too_late(wanted: Wanted, tell: Tell) -> tuple[Path, ...]:
        assert it.went_on.wait(20)
        return wanted.folder / "r.docx", wanted.folder / "r.pdf"

    it.made = too_late
    dialog = it.listed()
    dialog.export()
    dialog.stop()
    it.went_on.set()
    it.over()
    assert dialog.outcome.text.said.text == "Đã ghi báo cáo."


def test_closing_calls_it_off_first(it: Bench, qtbot: QtBot) -> None:
    it.made = it.waiting
    dialog = it.listed()
    dialog.export()
    dialog.reject()
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.ended):
        it.went_on.set()


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (Refused(Problem.of("report.full", "No space", folder="F")), "Ổ đĩa chứa F đã đầy"),
        (Refused(Problem.of("report.read_only", folder="F")), "Không được phép ghi vào F"),
        (Refused(Problem.of("report.damaged", folder="F")), "F bị hỏng"),
        (ZeroDivisionError(), "lỗi trong chương trình (ZeroDivisionError)"),
        (Cancelled(), "Đã dừng"),
    ],
)
def test_every_end_is_a_sentence_that_can_be_copied(
    it: Bench, raised: Exception, told: str
) -> None:
    def fails(wanted: Wanted, tell: Tell) -> tuple[Path, ...]:
        raise raised

    it.made = fails
    dialog = it.listed()
    QTest.keyClick(dialog.sessions, Key.Key_Return)
    it.over()
    assert told in dialog.outcome.text.said.text
    if not isinstance(raised, Cancelled):
        QTest.mouseClick(dialog.outcome.copy_button, Qt.MouseButton.LeftButton)
        assert told in QGuiApplication.clipboard().text()
    assert not dialog.outcome.open_buttons[0].isVisible()


def test_no_store_no_session_no_folder(it: Bench, qtbot: QtBot) -> None:
    def nothing() -> list[SessionEntry]:
        raise Refused(Problem.of("report.no_store", folder="F"))

    it.found = nothing
    dialog = it.open()
    qtbot.waitUntil(lambda: "Không thấy kho dữ liệu trong F" in dialog.outcome.text.said.text)
    assert not dialog.go_button.isEnabled()
    dialog.close()
    it.found = lambda: it.entries
    dialog = it.listed()
    dialog.folder.clear()
    dialog.export()
    assert "Chưa chọn thư mục" in dialog.outcome.text.said.text
    assert it.wanted == []
    dialog.close()
    it.found = list
    dialog = it.open()
    qtbot.waitUntil(lambda: "chưa có phiên họp nào" in dialog.note.said.text)
    assert not dialog.go_button.isEnabled()


def test_the_window_offers_it_when_the_session_is_closed(stage: Stage, qtbot: QtBot) -> None:
    stage.press(Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert any("Kho dữ liệu chưa mở" in text for text in stage.inside.toasts.texts)
    stage.inside.toasts.clear()
    stage.window.set_reports(list, lambda wanted, tell: ())
    stage.scene.tell(f.SessionClosed(stage.scene.state.session.id))
    stage.tick()
    stage.window.tell([e for e in stage.scene.paper.events if isinstance(e.fact, f.SessionClosed)])
    (text,) = stage.inside.toasts.texts
    assert "đã khép" in text
    toast = stage.inside.toasts.toasts[0]
    QTest.mouseClick(toast.offer, Qt.MouseButton.LeftButton)
    assert stage.inside.toasts.texts == []
    (dialog,) = stage.window.findChildren(ExportDialog)
    stage.inside.dialogs.show_export()
    assert len(stage.window.findChildren(ExportDialog)) == 1
    with qtbot.waitSignal(dialog.ended):
        dialog.close()


def test_another_language_is_spoken_in_one_thread_alone() -> None:
    with wording.speaking("en"):
        assert wording.language == "en"
        with wording.speaking(""):
            assert wording.language == "en"
    assert wording.language == "vi"


def test_a_reason_leaves_the_advice_out_but_no_name() -> None:
    refused = Problem.of("cms.refused", "busy", device="MCU v. 2. Văn phòng", word="locked")
    assert say_reason(refused) == "MCU v. 2. Văn phòng từ chối (locked). Nguyên văn: «busy»."
