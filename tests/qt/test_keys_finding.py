"""The keys that find, through a real window: codes, the search field, the palette, notes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from tests.qt.conftest import Key, Mod, Stage


@pytest.mark.parametrize("keypad", [Mod.NoModifier, Mod.KeypadModifier])
def test_digits_jump_to_a_code(stage: Stage, keypad: Qt.KeyboardModifier) -> None:
    for key in (Key.Key_6, Key.Key_5, Key.Key_6):
        stage.press(key, keypad)
    assert stage.inside.actions.selection.sites == ("656",)
    assert stage.inside.hint.text == "Mã: 656…"
    stage.tick(2)
    assert "F1" in stage.inside.hint.text
    stage.press(Key.Key_6, keypad)
    assert stage.inside.actions.selection.single == "66", "a new code, not 6566"


def test_a_code_that_nobody_has_is_told(stage: Stage) -> None:
    stage.press(Key.Key_9)
    assert "mã 9" in stage.inside.toasts.texts[-1]


def test_slash_finds_without_diacritics(stage: Stage) -> None:
    stage.press(Key.Key_Slash)
    assert isinstance(stage.focus, QLineEdit)
    stage.type("buon ho")
    assert "644" in stage.window.model.matches
    stage.press(Key.Key_Return)
    assert stage.inside.actions.selection.sites == ("644",)
    assert stage.focus is stage.inside.session.grid


def test_escape_leaves_the_field_then_clears_the_filter_then_unstages(stage: Stage) -> None:
    stage.press(Key.Key_Slash)
    stage.type("lak")
    stage.press(Key.Key_Escape)
    assert stage.focus is stage.inside.session.grid
    assert not stage.inside.session.filter_bar.filtering
    stage.press(Key.Key_Escape)
    assert stage.scene.state.session.next == ""


def test_ctrl_j_writes_a_line_in_the_journal(stage: Stage) -> None:
    stage.press(Key.Key_J, Mod.ControlModifier)
    stage.type("Loa hoi truong re")
    stage.press(Key.Key_Return)
    told = stage.inside.session.strip.lines.lines[0]
    assert told.text == "✎ Loa hoi truong re"
    assert stage.focus is stage.inside.session.grid


def test_ctrl_k_opens_the_palette_and_mutes_by_name(stage: Stage) -> None:
    stage.select("656")
    stage.press(Key.Key_M)
    stage.scene.tell(stage.scene.leg("644", mic_muted=False))
    stage.tick()
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("tat mic buon ho")
    stage.press(Key.Key_Return)
    assert not stage.inside.palette.isVisible()
    assert stage.scene.state.legs["644"].mic_muted is True
    assert stage.inside.actions.selection.sites == ("644",)
