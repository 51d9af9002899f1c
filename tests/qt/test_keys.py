"""The key map as a whole: no key is there twice, and each says why when it can do nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from console.qt.action_table import SPECS
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import NEXT


def test_no_two_actions_share_a_key() -> None:
    keys = [key for spec in SPECS for key in spec.keys]
    assert len(keys) == len(set(keys))
    assert not {str(n) for n in range(10)} & set(keys)


def test_the_instructors_keys_are_no_fields_nor_pages_own(stage: Stage) -> None:
    mods = Mod.ControlModifier | Mod.ShiftModifier
    keyboard = stage.inside.keyboard
    keyboard.session = False
    for key, kept in ((Key.Key_F12, False), (Key.Key_F1, False), (Key.Key_M, True)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, mods)
        assert keyboard.override(event) is kept


def test_what_can_be_text_is_text_in_a_field_and_that_is_shown(stage: Stage) -> None:
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_J, Mod.ControlModifier)
    assert "chỉ phím F và Ctrl" in stage.inside.hint.text
    for key in (Key.Key_C, Key.Key_V, Key.Key_Space, Key.Key_M, Key.Key_6):
        stage.press(key)
    stage.press(Key.Key_Z, Mod.ControlModifier)
    assert stage.asked == []
    assert stage.scene.state.session.next == NEXT
    stage.press(Key.Key_Escape)
    assert "F1" in stage.inside.hint.text


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (Key.Key_F12, "kế tiếp"),
        (Key.Key_Space, "Chọn một điểm cầu"),
        (Key.Key_M, "Chọn điểm cầu"),
        (Key.Key_F4, "Chọn điểm cầu"),
        (Key.Key_F10, "Chưa có kịch bản"),
        (Key.Key_C, "Chưa mở phiên họp"),
        (Key.Key_F8, "cảnh báo"),
        (Key.Key_Delete, "Chọn điểm cầu"),
    ],
)
def test_a_key_that_can_do_nothing_says_why(bare: Stage, key: Qt.Key, says: str) -> None:
    bare.press(key)
    assert says in bare.inside.toasts.texts[-1]


def test_every_key_of_the_table_is_in_the_sheet(stage: Stage) -> None:
    from console.qt.panels.keys import key_rows

    told = " ".join(row.keys for rows in key_rows().values() for row in rows)
    for key in ("F12", "F10", "F9", "F4", "F8", "Ctrl+Z", "Ctrl+J", "Ctrl+K", "F1", "F11", "Esc"):
        assert key in told
    assert "giữ" in told
