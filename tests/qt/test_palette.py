"""The palette: finds sites and actions by what people call them, and does them."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest

from console.qt.wording import wording
from tests.qt.conftest import Key, Mod, Stage


def test_the_palette_asks_for_a_hold_where_it_must(stage: Stage) -> None:
    stage.inside.hold.seconds = 0.1
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("ngat ket noi lak")
    stage.press(Key.Key_Return)
    assert stage.inside.confirm.isVisible()
    assert "Lắk" in stage.inside.confirm.text
    assert stage.asked == []
    stage.press(Key.Key_F12)
    assert stage.asked == [], "while it waits, every key is its own"
    stage.down(Key.Key_Return)
    QTest.qWait(250)
    stage.up(Key.Key_Return)
    assert stage.asked == ["HangUpSite"]
    assert not stage.inside.confirm.isVisible()


def test_the_palette_goes_to_a_site(stage: Stage) -> None:
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("cu kuin")
    stage.press(Key.Key_Return)
    assert stage.inside.actions.selection.sites == ("657",)
    assert stage.focus is stage.window.grid


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_palette_knows_an_action_by_what_people_call_it(stage: Stage, language: str) -> None:
    wording.use(language)
    palette = stage.inside.palette
    palette.open()
    for typed, action in (
        ("close", "close_session"), ("finish", "close_session"), ("dong phien", "close_session"),
        ("ket thuc", "close_session"), ("exit", "quit"), ("kick", "hang_up"),
        ("tat tieng", "mute"), ("reconnect", "redial"), ("help", "keys"), ("mat khau", "devices"),
    ):  # fmt: skip
        palette.field.setText(typed)
        assert palette.entries.found[0].action == action, typed
    palette.dismiss()
    wording.use("vi")


def test_the_palette_says_when_nothing_matches(stage: Stage) -> None:
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("qqqq")
    assert stage.inside.palette.nothing.isVisible()
    stage.press(Key.Key_Return)
    assert stage.inside.palette.isVisible()
    stage.press(Key.Key_Escape)
    assert not stage.inside.palette.isVisible()


def test_what_cant_be_undone_is_offered_only_by_its_name(stage: Stage) -> None:
    """Letters from the midst of a word, or the end of its name, never put it first."""
    stage.select("24598")
    palette = stage.inside.palette
    palette.open()
    for typed in ("los", "ion", "enr", "nen", "sco", "ioec", "noi", "ket noi", "ki le", "noi lien"):
        palette.field.setText(typed)
        found = palette.entries.found
        assert not found or not found[0].hold, typed
    for typed, action in (
        ("ngat", "hang_up"),
        ("ngat tat ca", "hang_up_all"),
        ("cup m", "hang_up"),
    ):
        palette.field.setText(typed)
        assert palette.entries.found[0].action == action, typed
    palette.dismiss()


def test_a_note_about_a_site_from_the_palette(stage: Stage) -> None:
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("ghi nhat ky lak")
    stage.press(Key.Key_Return)
    assert "Lắk" in stage.inside.session.strip.note.placeholderText()
    stage.type("mat dien")
    stage.press(Key.Key_Return)
    assert stage.inside.session.strip.lines.lines[0].text == "✎ Lắk: mat dien"
