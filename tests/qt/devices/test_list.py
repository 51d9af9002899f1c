"""The list of devices: each with its health and reason, by keyboard, while news come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from console.core.equipment import Equipment
from console.core.profile import Access
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.problem import Problem
from console.qt.dialogs.devices import DevicesDialog
from console.qt.grid.sprites import text_width
from console.qt.wording import wording
from console.wire.http import Credentials
from console.wire.tls import Trust
from tests.core.safe import Safe
from tests.qt.conftest import Key, Stage
from tests.qt.devices.bench import TEXT, Bench, Yard


def test_each_device_stands_with_its_health_and_reason(it: Bench) -> None:
    tester = QAbstractItemModelTester(
        it.dialog.table.rows, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    mcu, room = it.dialog.table.rows.rows
    assert (mcu.name, mcu.state) == ("MCU", "đã kết nối")
    assert "phải bắt đầu bằng https://" in room.state
    it.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, Problem.of("device.login", device="MCU")))
    it.scene.settle()
    it.dialog.refresh()
    assert it.dialog.table.rows.rows[0].state.startswith("MCU không nhận tài khoản")
    assert it.dialog.card.state.said.text == it.dialog.table.rows.rows[0].state
    listed = [
        [it.dialog.table.rows.index(row, column).data() for column in (1, 3)] for row in (0, 1)
    ]
    assert listed == [["MCU", "sai mật khẩu"], ["Phòng họp", "mô tả sai"]]
    room_px = it.dialog.table.columnWidth(3) - 24
    assert all(text_width(brief, 13) <= room_px for _, brief in listed), "each is read whole"
    assert it.dialog.card.facts.said.text.startswith("Cisco Meeting Server")
    del tester


def test_removing_is_asked_once_more(it: Bench) -> None:
    it.press(Key.Key_Delete)
    assert "Bỏ «MCU» khỏi hồ sơ?" in it.dialog.card.question.said.text
    assert it.dialog.card.no_button.hasFocus()
    it.press(Key.Key_Escape)
    assert it.dialog.card.question.said.text == ""
    it.press(Key.Key_Delete)
    QTest.mouseClick(it.dialog.card.yes_button, Qt.MouseButton.LeftButton)
    it.until(lambda: it.yard.asked)
    assert it.yard.asked == [("remove", "cms-1")]
    assert "cms-1" not in it.scene.state.devices
    assert "cms-1" not in it.path.read_text(encoding="utf-8")
    assert [row.id for row in it.dialog.table.rows.rows] == ["room-651"]


def test_news_of_a_device_leave_the_form_alone(it: Bench) -> None:
    it.dialog.edit()
    it.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, Problem.of("device.busy", device="MCU")))
    it.scene.settle()
    it.dialog.refresh()
    enabled = {name for name, button in it.dialog.buttons.items() if button.isEnabled()}
    assert enabled == {"close"}
    it.press(Key.Key_Escape)
    assert it.dialog.card.state.said.text.startswith("MCU đang bận")
    assert all(button.isEnabled() for button in it.dialog.buttons.values())


def test_training_can_be_seen_and_not_changed(qtbot: QtBot, it: Bench) -> None:
    it.close()
    it.equipment = Equipment(None)
    spec = DeviceSpec("cms-1", "cms", "MCU 1", "https://127.0.0.1:1")
    it.equipment.give([Access(spec, Credentials("u", "p"), Trust())])
    dialog = it.open()
    assert dialog.note.said.text.startswith("Chế độ huấn luyện")
    enabled = {name for name, button in dialog.buttons.items() if button.isEnabled()}
    assert enabled == {"check", "close"}
    it.press(Key.Key_Insert)
    it.press(Key.Key_F2)
    it.press(Key.Key_Delete)
    assert dialog.pages.currentIndex() == 0
    assert dialog.card.question.said.text == ""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_fits_a_small_screen(make: Callable[..., Bench], language: str) -> None:
    it = make()
    it.close()
    wording.use(language)
    dialog = it.open()
    assert dialog.minimumSizeHint().width() <= 1100
    assert dialog.minimumSizeHint().height() <= 640
    wording.use("vi")


def test_the_window_opens_it_once_and_keeps_it_fresh(stage: Stage, tmp_path: Path) -> None:
    stage.press(Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert "chưa sẵn sàng" in " ".join(stage.inside.toasts.texts)
    path = tmp_path / "profile.toml"
    path.write_text(TEXT, encoding="utf-8")
    equipment = Equipment(path, tuple, lambda: Vault(Safe()))
    equipment.read()
    stage.window.equip(equipment, Yard())
    stage.press(Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    stage.inside.dialogs.show_devices()
    (dialog,) = stage.window.findChildren(DevicesDialog)
    stage.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, Problem.of("device.busy", device="M")))
    stage.tick()
    assert dialog.table.rows.rows[0].state.startswith("M đang bận")
    background = dialog.background
    dialog.close()
    background.close(wait=True)
    assert stage.inside.dialogs.devices is None
    stage.tick()
