"""The record page in the window: opened, empty, calm and in trouble, copied, saved, left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from console.domain import facts as f
from console.domain.endpoint import Contact
from console.domain.problem import Problem
from console.domain.reference import ContactProposal
from console.qt.dialogs.export_stage import entries
from console.qt.grid.sprites import text_width
from console.qt.looks.header import Health, JournalHealth
from console.qt.mcu_scene import mcu_scene
from console.qt.panels.painted import TextLine
from console.qt.record.stage import PretendOffice, calm, forked, late, proposals
from console.qt.record.workspace import RecordWorkspace
from db.sync.health import SyncHealth, SyncIncident
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import NEXT, NOW_US, S, scene

Maker = Callable[..., Stage]
CTRL, SHIFT = Mod.ControlModifier, Mod.ShiftModifier

NOT_BEFORE = """
import sys
from PySide6.QtWidgets import QApplication
from console.qt.scene import scene
from console.qt.theme import Theme
from console.qt.window import SessionWindow
app = QApplication([])
it = scene()
window = SessionWindow(it.state.endpoints, Theme(app))
window.furnish(it.store, it.dispatcher, it.clock)
window.tell(it.told)
window.show()
app.processEvents()
new = [m for m in sys.modules if "record" in m.split(".")[-2:] or "sync" in m or "office" in m]
new = [m for m in new if m.startswith(("console.qt", "db"))]
assert new in ([], ["console.qt.looks.office"]), new
assert not window.inside.workspaces.built
window.inside.workspaces.show("record")
app.processEvents()
assert "console.qt.record.workspace" in sys.modules
window.end()
"""


def opened(stage: Stage) -> RecordWorkspace:
    stage.press(Key.Key_4, CTRL)
    page = stage.inside.workspaces.built["record"]
    assert isinstance(page, RecordWorkspace)
    return page


def chip(stage: Stage) -> tuple[Health, str]:
    found = next(c.chip for c in stage.inside.header.chips if c.chip.id == "office")
    return found.health, found.text


def enrolled(stage: Stage) -> PretendOffice:
    office = PretendOffice(calm(NOW_US))
    stage.window.set_office(office)
    return office


# -- opening -----------------------------------------------------------------------------------


def test_nothing_of_it_is_loaded_before_it_is_needed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOT_BEFORE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_ctrl_4_opens_it_while_there_is_no_third_workspace(stage: Stage) -> None:
    assert stage.inside.tabs.tabText(2).split()[-1] == "Ctrl+4"
    stage.press(Key.Key_3, CTRL)
    assert stage.inside.workspaces.current == "session"
    page = opened(stage)
    assert page.isVisible()
    stage.press(Key.Key_1, CTRL)
    assert not page.isVisible()
    assert opened(stage) is page, "it is built once"


def test_the_chip_opens_it(stage: Stage) -> None:
    assert all(c.chip.id != "office" for c in stage.inside.header.chips), "nothing is known yet"
    enrolled(stage)
    stage.tick(1)
    assert chip(stage) == (Health.GOOD, "VP")
    button = next(c for c in stage.inside.header.chips if c.chip.id == "office")
    button.click()
    assert stage.inside.workspaces.current == "record"
    assert not stage.inside.popover.isVisible()


def test_before_the_store_is_open_the_keys_say_so(stage: Stage) -> None:
    stage.press(Key.Key_S, CTRL | SHIFT)
    assert "Kho dữ liệu chưa mở" in stage.inside.toasts.texts[-1]
    page = opened(stage)
    assert not page.nowhere.button.isEnabled()
    stage.press(Key.Key_E, CTRL | SHIFT)
    assert stage.inside.office.enrol_dialog is None


# -- no office ---------------------------------------------------------------------------------


def test_without_an_office_it_says_what_one_is_for_and_how_to_get_in(stage: Stage) -> None:
    stage.window.set_office(PretendOffice())
    page = opened(stage)
    stage.tick(1)
    assert chip(stage) == (Health.OFF, "VP chưa nối")
    assert page.nowhere.isVisible()
    assert not page.state.isVisible()
    assert stage.focus is page.nowhere.button
    stage.press(Key.Key_S, CTRL | SHIFT)
    assert "chưa nối với Văn phòng nào" in stage.inside.toasts.texts[-1]
    stage.press(Key.Key_Return)
    dialog = stage.inside.office.enrol_dialog
    assert dialog is not None
    dialog.close()


# -- in an office ------------------------------------------------------------------------------


def test_calm_becomes_late_becomes_an_incident(stage: Stage) -> None:
    office = enrolled(stage)
    page = opened(stage)
    assert page.state.sign.health is Health.GOOD
    assert page.state.what.text == "Văn phòng đã có mọi dòng nhật ký"
    assert stage.focus is page.state.buttons["sync_now"]
    assert page.incidents.empty.isVisible()
    office.now = late(NOW_US + S, 754, 1204)
    stage.tick(1)
    stage.tick(20)
    assert page.state.sign.health is Health.WARN
    assert [e.code for e in page.incidents.model.rows] == ["away", "late"]
    assert page.figures.cells[0].value == "1\u202f204"
    top = page.incidents.table.verticalScrollBar().value()
    office.now = forked(NOW_US + 22 * S)
    stage.tick(1)
    assert page.state.sign.health is Health.BAD
    assert "18402" in page.state.what.text
    assert page.incidents.table.verticalScrollBar().value() == top
    assert chip(stage) == (Health.BAD, "VP sự cố")
    office.now = calm(NOW_US + 23 * S)
    stage.tick(1)
    assert {bool(e.until_us) for e in page.incidents.model.rows} == {True}
    assert page.plot.plot.drawn


def test_the_keyboard_alone(stage: Stage, qtbot: QtBot) -> None:
    office = enrolled(stage)
    office.directory.kept = proposals(NOW_US)
    stage.window.set_reports(lambda: entries(stage.scene), lambda wanted, tell: ())
    page = opened(stage)
    stage.press(Key.Key_Return)
    assert office.done == [("hurry",)]
    stage.press(Key.Key_S, CTRL | SHIFT)
    assert office.done == [("hurry",)] * 2
    office.now = late(NOW_US, 754, 1204)
    stage.tick(1)
    qtbot.waitUntil(lambda: page.sessions.list.entry is not None)
    stage.tick()
    gone: list[object] = []
    for _ in range(4):
        stage.press(Key.Key_F6)
        gone.append(stage.focus)
    assert gone == [
        page.incidents.table, page.proposals.table, page.sessions.list,
        page.state.buttons["sync_now"],
    ]  # fmt: skip


def test_leaving_must_be_held_and_names_what_stays_behind(stage: Stage, qtbot: QtBot) -> None:
    office = enrolled(stage)
    office.now = late(NOW_US, 754, 1204)
    page = opened(stage)
    stage.tick(1)
    stage.inside.hold.seconds = 0.05
    button = page.state.buttons["leave_office"]
    button.setFocus()
    stage.down(Key.Key_Return)
    assert "1204 dòng" in stage.inside.confirm.text
    qtbot.waitUntil(lambda: ("leave",) in office.done)
    stage.up(Key.Key_Return)
    qtbot.waitUntil(lambda: "Đã ngắt" in " ".join(stage.inside.toasts.texts))
    stage.tick(1)
    assert page.nowhere.isVisible()
    assert page.isVisible()


def test_let_go_early_it_stays(stage: Stage) -> None:
    office = enrolled(stage)
    page = opened(stage)
    page.state.buttons["leave_office"].setFocus()
    stage.down(Key.Key_Return)
    stage.up(Key.Key_Return)
    assert office.done == []
    assert "thả sớm" in stage.inside.toasts.texts[-1]


def test_a_leave_that_is_refused_says_why(stage: Stage, qtbot: QtBot) -> None:
    office = enrolled(stage)
    office.refuses = Problem.of("office.unwritable", file="office.json")
    opened(stage)
    stage.inside.actions.do("leave_office")
    qtbot.waitUntil(lambda: "office.json" in " ".join(stage.inside.toasts.texts))
    stage.tick(1)
    assert chip(stage)[1] == "VP"


def test_the_state_is_copied_and_saved_as_text(stage: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    office = enrolled(stage)
    opened(stage)
    office.now = forked(NOW_US)
    stage.tick(1)
    stage.inside.actions.run("copy_sync")
    text = QGuiApplication.clipboard().text()
    for said in ("dòng 18402", "Nguyên nhân", "Dòng chờ gửi: 1\u202f204", "Sự cố đồng bộ",
                 "b41f6c02-9a1c-4a53-8a0e-6f4d3f1b7a10"):  # fmt: skip
        assert said in text
    path = tmp_path / "tình trạng.txt"
    stage.inside.office.save(str(path))
    qtbot.waitUntil(lambda: "Đã lưu" in " ".join(stage.inside.toasts.texts))
    assert path.read_text(encoding="utf-8").startswith("Tình trạng đồng bộ lúc 24/11/2026")
    stage.inside.office.save(str(tmp_path / "none" / "x.txt"))
    qtbot.waitUntil(lambda: "Không lưu được" in " ".join(stage.inside.toasts.texts))


def test_a_session_is_reported_from_here(stage: Stage, qtbot: QtBot) -> None:
    stage.window.set_reports(lambda: entries(stage.scene), lambda wanted, tell: ())
    page = opened(stage)
    qtbot.waitUntil(lambda: page.sessions.list.entry is not None)
    page.sessions.list.setFocus()
    stage.press(Key.Key_Down)
    chosen = page.sessions.list.entry
    stage.press(Key.Key_Return)
    dialog = stage.inside.dialogs.export
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.sessions.entry is not None)
    assert dialog.sessions.entry == chosen
    dialog.close()


def test_a_store_that_cannot_be_read_says_so(stage: Stage, qtbot: QtBot) -> None:
    from console.domain.problem import Refused

    def find() -> list[object]:
        raise Refused(Problem.of("store.io", folder="/x"))

    stage.window.set_reports(find, lambda wanted, tell: ())  # type: ignore[arg-type]
    page = opened(stage)
    qtbot.waitUntil(lambda: "đọc ghi" in page.sessions.empty.said.text)
    assert not page.sessions.button.isEnabled()


def test_new_conflicts_are_told_once_with_a_way_to_them(stage: Stage) -> None:
    office = enrolled(stage)
    office.directory.kept = proposals(NOW_US)
    stage.tick(1)
    stage.tick(1)
    told = [t for t in stage.inside.toasts.texts if "bản đã bị sửa" in t]
    assert len(told) == 1
    assert chip(stage) == (Health.WARN, "VP · 2 xung đột")
    page = opened(stage)
    assert [row.state for row in page.proposals.model.rows] == ["xung đột", "xung đột", "chờ gửi"]
    page.proposals.table.setFocus()
    stage.press(Key.Key_Return)
    dialog = stage.inside.office.conflicts_dialog
    assert dialog is not None
    dialog.close()


def test_the_key_turns_to_the_conflict_of_the_selected_site(stage: Stage) -> None:
    office = enrolled(stage)
    office.directory.kept = proposals(NOW_US)
    stage.tick(1)
    asked = ContactProposal("p2", "r", 1, Contact("leader", "A"), "conflict")
    stage.scene.tell(f.ContactsProposed(NEXT, (asked,)))
    stage.tick()
    stage.press(Key.Key_X, CTRL | SHIFT)
    dialog = stage.inside.office.conflicts_dialog
    assert dialog is not None
    assert dialog.entry is not None
    assert dialog.entry.proposal.id == "p1", "no site is selected"
    stage.inside.session.point((NEXT,))
    stage.tick()
    stage.inside.office.show_conflicts()
    assert dialog.entry.proposal.id == "p2", "the dialog that is open turns to it"
    dialog.close()
    stage.inside.office.show_conflicts()
    dialog = stage.inside.office.conflicts_dialog
    assert dialog is not None
    assert dialog.entry is not None
    assert dialog.entry.proposal.id == "p2"
    dialog.close()


def test_it_is_torn_off_beside_the_mcu_page(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    office = enrolled(stage)
    page = opened(stage)
    stage.press(Key.Key_D, CTRL | SHIFT)
    spaces = stage.inside.workspaces
    assert page.window() is spaces.torn["record"]
    spaces.show("mcu")
    spaces.tear_off() if not spaces.torn["record"].isActiveWindow() else spaces._tear("mcu")
    assert set(spaces.torn) == {"record", "mcu"}
    assert set(stage.window.settings.now.torn_off) == {"record", "mcu"}
    office.now = replace(calm(NOW_US), offset_us=9_000_000)
    stage.tick(1)
    assert page.state.sign.health is Health.WARN, "it goes on following"
    spaces.put_back("record")
    assert stage.window.settings.now.torn_off == ("mcu",)
    assert page.window() is stage.window


# -- how it looks ------------------------------------------------------------------------------


def whole(line: TextLine) -> bool:
    return text_width(line.text, line._least_px, line._weight) <= line.width() + 1


@pytest.mark.parametrize(
    ("size", "language", "made"),
    [
        ((1366, 768), "vi", None),
        ((1366, 768), "vi", forked),
        ((1366, 768), "en", forked),
        ((1920, 1080), "vi", calm),
    ],
)
def test_nothing_is_cut_and_everything_is_named(
    make_stage: Maker,
    size: tuple[int, int],
    language: str,
    made: Callable[[int], SyncHealth] | None,
) -> None:
    stage = make_stage(scene(), *size)
    stage.inside.dress.use_language(language)
    office = PretendOffice(made(NOW_US) if made is not None else None)
    office.directory.kept = proposals(NOW_US)
    stage.window.set_office(office)
    page = opened(stage)
    stage.tick(1)
    assert (stage.window.width(), stage.window.height()) == size
    for line in page.findChildren(TextLine):
        if line.isVisible() and line.text:
            assert whole(line), line.text
    for cell, rect in page.figures.places():
        assert text_width(cell.label, 12) <= rect.width() - 20, cell.label
        assert text_width(cell.unit, 12) <= rect.width() - 20, cell.unit
        assert rect.right() <= page.figures.width() + 1
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName() or button.text()
            assert min(button.width(), button.height()) >= 24, button.text()
            assert button.focusPolicy() != Qt.FocusPolicy.NoFocus
    named = (page.incidents.table, page.proposals.table, page.sessions.list)
    assert all(widget.accessibleName() for widget in named)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_header_has_room_for_the_office_when_everything_is_in_trouble(
    make_stage: Maker, language: str
) -> None:
    stage = make_stage(mcu_scene())
    stage.window.set_journal_health(lambda: JournalHealth(12, 3.0))
    stage.window.set_office(PretendOffice(late(NOW_US, 7000, 12_345)))
    stage.inside.header.set_training(True)
    stage.inside.dress.use_language(language)
    stage.tick(2)
    stage.tick(1)
    header = stage.inside.header
    assert header.minimumSizeHint().width() <= 1366
    assert header.title.width() >= 120
    office = next(c for c in header.chips if c.chip.id == "office")
    assert office.width() >= office.whole_px
    feed = next(c for c in header.chips if c.chip.id == "feed")
    assert feed.small
    assert feed.accessibleName() == feed.chip.text
    assert feed.chip.text in feed.toolTip()


def test_who_may_not_decide_is_told_so_and_a_closed_console_puts_all_away(stage: Stage) -> None:
    office = enrolled(stage)
    office.directory.kept = proposals(NOW_US)
    page = opened(stage)
    stage.tick(1)
    barred = Problem.of("access.role", reason="act")
    stage.inside.actions.bars = lambda act: barred if act == "conflicts" else None
    stage.inside.actions.retell()
    page.proposals.table.setFocus()
    stage.press(Key.Key_Return)
    assert stage.inside.office.conflicts_dialog is None
    assert len(stage.inside.toasts.texts) == 1
    stage.inside.actions.bars = lambda act: None
    stage.inside.actions.retell()
    stage.press(Key.Key_Return)
    assert stage.inside.office.conflicts_dialog is not None
    stage.inside.office.put_away()
    assert stage.inside.office.conflicts_dialog is None


def test_an_altered_row_stays_in_sight_while_rows_go_on(stage: Stage) -> None:
    office = enrolled(stage)
    altered = SyncIncident("sync.altered", (("seq", 7), ("stream", "ops")), NOW_US)
    office.now = replace(calm(NOW_US), incident=altered)
    stage.tick(1)
    office.now = calm(NOW_US + 90 * S)
    stage.tick(90)
    assert chip(stage) == (Health.BAD, "VP sự cố")
    refused = SyncIncident("sync.refused", (("reason", "x"), ("status", 400)), NOW_US)
    office.now = replace(calm(NOW_US), incident=refused)
    stage.tick(1)
    assert stage.inside.office.state.story(NOW_US).code == "refused"
    office.now = None
    stage.tick(1)
    office.now = calm(NOW_US + 99 * S)
    stage.tick(1)
    assert chip(stage) == (Health.GOOD, "VP"), "another membership begins anew"
