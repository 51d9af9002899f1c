"""The keys of layouts and cameras, through a real window."""

from __future__ import annotations

from PySide6.QtTest import QTest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.mcu import (
    SetConferenceLayout,
    SetScreenLayout,
)
from console.domain.commands.room import HomeCamera, RecallPreset, StorePreset
from console.domain.layout import Layout
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import CHAIR, NEXT, PODIUM


def test_l_then_a_digit_chooses_the_conference_layout(stage: Stage) -> None:
    stage.press(Key.Key_L)
    assert stage.inside.prompt.isVisible()
    stage.press(Key.Key_6)
    assert not stage.inside.prompt.isVisible()
    asked = stage.scene.mcu.asked[-1]
    assert isinstance(asked, SetConferenceLayout)
    assert asked.layout is Layout.EQUAL_3X3
    assert stage.inside.session.layouts.conference.buttons[5].choice.reported  # type: ignore[union-attr]


def test_shift_l_then_a_digit_chooses_the_chairs_screen(stage: Stage) -> None:
    stage.press(Key.Key_L, Mod.ShiftModifier)
    stage.press(Key.Key_2)
    asked = stage.scene.mcu.asked[-1]
    assert isinstance(asked, SetScreenLayout)
    assert (asked.endpoint, asked.layout) == (CHAIR, Layout.ONE_PLUS_FIVE)


def test_a_layout_that_the_mcu_lacks_says_why(stage: Stage) -> None:
    stage.press(Key.Key_L)
    stage.press(Key.Key_7)
    assert "không có bố cục này" in stage.inside.toasts.texts[-1]


def test_the_prompt_takes_a_letter_and_closes_on_any_but_a_number(stage: Stage) -> None:
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_L)
    stage.press(Key.Key_M)
    assert not stage.inside.prompt.isVisible()
    assert stage.asked == []


def test_alt_digit_recalls_on_a_tap(stage: Stage) -> None:
    stage.select(NEXT)
    stage.down(Key.Key_4, Mod.AltModifier)
    stage.up(Key.Key_4, Mod.AltModifier)
    asked = stage.scene.room.asked[-1]
    assert isinstance(asked, RecallPreset)
    assert (asked.endpoint, asked.number) == (NEXT, 4)


def test_alt_0_sends_the_camera_home_where_it_can_go(stage: Stage) -> None:
    stage.select(NEXT)
    before = [*stage.scene.room.asked]
    stage.down(Key.Key_0, Mod.AltModifier)
    stage.up(Key.Key_0, Mod.AltModifier)
    assert stage.scene.room.asked == before, "this room can't"
    state = stage.scene.store.state
    device = state.devices[state.device_at(NEXT, Capability.CAMERA_HOME)]
    able = device.capabilities | Capability.CAMERA_HOME
    stage.scene.tell(f.DeviceProbed(device.id, able, (), software=device.software))
    stage.tick()
    stage.down(Key.Key_0, Mod.AltModifier)
    stage.up(Key.Key_0, Mod.AltModifier)
    asked = stage.scene.room.asked[len(before) :]
    assert [(type(wish), wish.sites()) for wish in asked] == [(HomeCamera, (NEXT,))]


def test_alt_digit_stores_when_held(stage: Stage) -> None:
    stage.select(NEXT)
    stage.inside.hold.seconds = 0.05
    stage.down(Key.Key_4, Mod.AltModifier)
    QTest.qWait(150)
    stage.up(Key.Key_4, Mod.AltModifier)
    asked = stage.scene.room.asked[-1]
    assert isinstance(asked, StorePreset)
    assert (asked.endpoint, asked.number, asked.name) == (NEXT, 4, "Bên phải")


def test_without_a_selection_the_camera_is_the_podiums(stage: Stage) -> None:
    stage.down(Key.Key_1, Mod.AltModifier)
    stage.up(Key.Key_1, Mod.AltModifier)
    asked = stage.scene.room.asked[-1]
    assert isinstance(asked, RecallPreset)
    assert asked.endpoint == PODIUM


def test_one_camera_after_the_other_loses_neither(stage: Stage) -> None:
    stage.select(NEXT)
    for key in (Key.Key_4, Key.Key_5):
        stage.down(key, Mod.AltModifier)
        QTest.keyRelease(stage.focus, key, Mod.AltModifier)
    QTest.qWait(80)
    stage.tick()
    recalled = [c.number for c in stage.scene.room.asked if isinstance(c, RecallPreset)]
    assert recalled[-2:] == [4, 5]
