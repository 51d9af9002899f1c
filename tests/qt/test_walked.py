"""What walking through a session by hand brought to light."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.core.profile_entry import Flaw
from console.domain import facts as f
from console.domain.event import stamped
from console.domain.finding import Severity
from console.domain.problem import Problem
from console.qt.dialogs.device_form import DeviceForm
from console.qt.grid.view import SiteGridView
from console.qt.looks.journal_lines import line_of
from console.qt.panels.keys import key_rows
from console.qt.training.stage import show_panel
from tests.qt.bench_desk import one_theme
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import CALL, PODIUM, scene


def told_over(stage: Stage) -> bool:
    """Whether a message stands over the field for notes."""
    toasts, note = stage.inside.toasts, stage.inside.session.strip.note
    return toasts.isVisible() and toasts.geometry().contains(
        note.mapTo(stage.window, QPoint(note.width() // 4, note.height() // 2))
    )


def test_no_message_stands_over_what_is_being_written(stage: Stage) -> None:
    stage.press(Key.Key_F9)
    stage.press(Key.Key_F9)
    stage.inside.toasts.tell("Đã ở đầu kịch bản.", "refused", stage.scene.clock.now_us())
    stage.tick()
    assert told_over(stage), "the strip says the same at length"
    stage.press(Key.Key_J, Mod.ControlModifier)
    assert stage.focus is stage.inside.session.strip.note
    assert not told_over(stage)
    stage.type("mat dien")
    stage.press(Key.Key_Return)
    assert isinstance(stage.focus, SiteGridView)
    stage.tick()
    assert told_over(stage)


def test_a_refusal_names_the_site_only_where_it_is_about_the_site(stage: Stage) -> None:
    stage.select("656")
    stage.press(Key.Key_Z, Mod.ControlModifier)
    assert stage.inside.toasts.texts[-1].startswith("Hoàn tác: ")
    stage.select(PODIUM)
    stage.press(Key.Key_F4)
    assert stage.inside.toasts.texts[-1].startswith("Gọi lại Krông Bông: ")


def test_the_instructors_panel_is_found_in_training_alone(stage: Stage) -> None:
    palette, sheet = stage.inside.palette, stage.inside.key_sheet
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("huan luyen")
    assert palette.entries.found == ()
    stage.press(Key.Key_Escape)
    panel = show_panel(stage.window, stage.scene, "idle")
    panel.hide()
    palette.open()
    palette.field.setText("huan luyen")
    assert [found.text for found in palette.entries.found] == ["Bảng người hướng dẫn"]
    palette.field.returnPressed.emit()
    assert panel.isVisible()
    assert not palette.isVisible()
    assert sheet.instructor
    keys = [row.keys for row in key_rows(instructor=True)["window"]]
    assert "Ctrl+⇧F12" in keys
    assert "Ctrl+⇧F12" not in [row.keys for row in key_rows()["window"]]


def test_what_was_wrong_with_a_device_goes_when_it_is_typed_anew(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    form = DeviceForm(scene().state, one_theme())
    form.setParent(owner)
    owner.show()
    form.show_entry(None)
    problem = Problem.of("profile.syntax", file="profile.toml", line=1)
    form.tell_flaws([Flaw(1, Severity.ERROR, problem, field=name) for name in ("id", "user")])
    assert form.wrong["id"].said.text
    QTest.keyClicks(form.fields["id"], "mcu")
    assert not form.wrong["id"].said.text
    assert form.fields["id"].property("wrong") == ""
    assert form.wrong["user"].said.text, "the other one is still as it was"


def test_a_session_without_a_title_has_no_empty_quotes() -> None:
    it = scene()
    for title, text in (("", "Mở phiên họp chưa đặt tên"), ("Giao ban", "Mở phiên họp «Giao ban»")):
        opened = stamped(f.SessionOpened("s", title, "", "66", CALL), 1, "console")
        line = line_of(opened, it.state)
        assert line is not None
        assert line.text == text
