"""What the mouse does: alarms, chips, filters, layouts, the grid's menu, held buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from console.domain.commands.mcu import SetConferenceLayout
from console.domain.layout import Layout
from console.qt.panels.buttons import ActionButton
from tests.qt.conftest import Key, Stage
from tests.qt.mouse import click


def test_the_alarm_list_acknowledges_shelves_and_shows_sites(stage: Stage) -> None:
    click(stage.inside.header.alarms)
    stage.tick()
    alarms = stage.inside.alarms
    assert alarms.isVisible()
    assert alarms.entries.rows[0].title == "M'Đrắk mất gói cao"
    click(alarms.acknowledge)
    stage.tick()
    assert stage.scene.state.alarms["loss:652"].acknowledged_us
    assert stage.inside.session.strip.lines.lines[0].text.startswith("Đã nhận cảnh báo: M'Đrắk")
    click(alarms.shelve)
    stage.tick()
    shelved = [a for a in stage.scene.state.alarms.values() if a.shelved_until_us]
    assert len(shelved) == 1
    alarms.list.setFocus()
    stage.press(Key.Key_Return)
    assert not alarms.isVisible()
    assert stage.inside.actions.selection.sites


def test_a_chip_explains_itself_when_pressed(stage: Stage) -> None:
    chip = stage.inside.header.chips[0]
    click(chip)
    assert stage.inside.popover.isVisible()
    assert stage.inside.popover.text == chip.chip.detail
    stage.press(Key.Key_Escape)
    assert not stage.inside.popover.isVisible()


def test_a_held_button_needs_its_time(stage: Stage) -> None:
    stage.inside.session.fold(False)
    stage.select("656")
    stage.inside.hold.seconds = 0.1
    buttons = stage.inside.session.inspector.findChildren(ActionButton, "hang_up")
    button = next(b for b in buttons if b.isVisible())
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    QTest.qWait(300)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    stage.tick()
    assert type(stage.scene.mcu.asked[-1]).__name__ == "HangUpSite"


def test_the_grids_menu_selects_whom_it_is_about(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = stage.inside.session
    shown: list[QPoint] = []
    monkeypatch.setattr(session._menu, "popup", shown.append)
    session.grid.menu_wanted.emit("656", QPoint(400, 300))
    assert stage.inside.actions.selection.sites == ("656",)
    assert shown == [QPoint(400, 300)]
    assert stage.inside.actions.of["mute"] in session._menu.actions()


def test_a_lost_site_reaches_filter_and_list(stage: Stage) -> None:
    chips = {chip.which.name: chip for chip in stage.inside.session.filter_bar.chips}
    assert chips["LOST"].count == 2
    click(chips["LOST"])
    stage.tick()
    assert len(stage.window.model.matches) == 2
    stage.press(Key.Key_Escape)
    assert len(stage.window.model.matches) == 200


def test_layout_buttons_choose(stage: Stage) -> None:
    button = stage.inside.session.layouts.conference.buttons[3]
    assert button.isVisible()
    click(button)
    stage.tick()
    asked = stage.scene.mcu.asked[-1]
    assert isinstance(asked, SetConferenceLayout)
    assert asked.layout is Layout.ONE_PLUS_NINE
    off = stage.inside.session.layouts.chair.buttons[6]
    assert not off.isEnabled()
    assert "không có bố cục này" in off.toolTip()
