"""The keys of the podium, through a real window: call, take, two-way, next, along the script."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from console.domain.commands.mcu import (
    MuteSite,
)
from console.domain.commands.room import RecallPreset
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import NEXT, PODIUM


def test_c_starts_the_stopwatch_for_the_next(stage: Stage) -> None:
    stage.press(Key.Key_C)
    call = stage.scene.state.session.calls[-1]
    assert (call.endpoint, call.called_us, call.take_us) == (NEXT, stage.scene.clock.at_us, 0)
    stage.tick(3)
    assert "00:03" in stage.inside.session.podium.card.connection.text


@pytest.mark.parametrize(
    ("key", "mod"), [(Key.Key_F12, Mod.NoModifier), (Key.Key_Enter, Mod.KeypadModifier)]
)
def test_take_puts_the_next_on_the_podium(
    stage: Stage, key: Qt.Key, mod: Qt.KeyboardModifier
) -> None:
    stage.scene.mcu.asked.clear()
    stage.press(key, mod)
    assert stage.scene.state.podium == NEXT
    assert {"PutOnPodium", "MuteSite"} <= set(stage.asked)
    muted = {c.endpoint: c.muted for c in stage.scene.mcu.asked if isinstance(c, MuteSite)}
    assert muted == {NEXT: False, PODIUM: True}
    recalled = [c.number for c in stage.scene.room.asked if isinstance(c, RecallPreset)]
    assert recalled[-1] == 2, "the running order's own preset"
    assert stage.scene.state.session.next == ""
    assert stage.inside.session.podium.card.name.text == "Ea Kar"


def test_a_second_take_right_after_does_nothing(stage: Stage) -> None:
    stage.scene.mcu.waits = True
    stage.press(Key.Key_F12)
    sent = len(stage.scene.mcu.asked)
    stage.press(Key.Key_F12)
    assert len(stage.scene.mcu.asked) == sent
    assert len(stage.inside.toasts.texts) == 1


def test_v_proves_two_way(stage: Stage) -> None:
    stage.press(Key.Key_C)
    stage.press(Key.Key_F12)
    stage.tick(2)
    stage.press(Key.Key_V)
    call = stage.scene.state.session.calls[-1]
    assert call.how == "operator"
    assert "kết nối 2,0 s" in stage.inside.session.podium.card.connection.text


def test_space_stages_the_selected_site(stage: Stage) -> None:
    stage.select("656")
    stage.press(Key.Key_Space)
    assert stage.scene.state.session.next == "656"
    assert stage.inside.session.podium.next_card.name.text == "Lắk"


def test_space_stages_even_when_a_button_has_the_keyboard(stage: Stage) -> None:
    stage.select("656")
    stage.inside.session.podium.take.setFocus()
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_Space)
    assert stage.scene.state.session.next == "656"
    assert stage.asked == []


def test_f10_and_f9_move_the_next_along_the_script(stage: Stage) -> None:
    stage.press(Key.Key_F10)
    assert stage.scene.state.session.next == "656"
    assert stage.inside.actions.selection.sites == ("656",), "and point at it"
    stage.press(Key.Key_F9)
    assert stage.scene.state.session.next == NEXT
    stage.press(Key.Key_F9)
    assert stage.scene.state.session.next == "", "back where we are: nobody is next"


def test_f10_makes_a_line_without_a_site_current(stage: Stage) -> None:
    for _ in range(3):
        stage.press(Key.Key_F10)
    assert stage.scene.state.session.next == "644"
    stage.press(Key.Key_F10)
    assert (stage.scene.state.session.next, stage.scene.state.session.line) == ("", 7)
    stage.press(Key.Key_F10)
    stage.press(Key.Key_F10)
    assert stage.scene.state.session.line == 8
    assert "cuối kịch bản" in stage.inside.toasts.texts[-1]
