"""Every key of the key map does what it is for, through a real window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from console.domain import facts as f
from console.domain.alarm import Priority
from console.domain.commands.mcu import (
    DialSite,
    MuteSite,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.room import RecallPreset, StorePreset
from console.domain.layout import Layout
from console.domain.presence import Presence
from console.qt.action_table import SPECS
from console.qt.grid.density import Density
from console.qt.looks.podium import Stand
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import CALL, CHAIR, NEXT, PODIUM

ESC = Key.Key_Escape


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


def test_m_mutes_and_unmutes_the_selected(stage: Stage) -> None:
    stage.select("656")
    stage.press(Key.Key_M)
    assert stage.scene.state.legs["656"].mic_muted is False
    stage.press(Key.Key_M)
    assert stage.scene.state.legs["656"].mic_muted is True


def test_shift_m_mutes_all_but_podium_and_chair(stage: Stage) -> None:
    stage.select("656")
    stage.press(Key.Key_M)
    stage.press(Key.Key_M, Mod.ShiftModifier)
    legs = stage.scene.state.legs.values()
    heard = {g.endpoint for g in legs if g.presence is Presence.CONNECTED and not g.mic_muted}
    assert heard == {PODIUM, CHAIR}


def test_u_asks_the_site_to_open_its_microphone(stage: Stage) -> None:
    stage.select("656")
    stage.press(Key.Key_U)
    shown = stage.scene.mcu.asked[-1]
    assert isinstance(shown, ShowBanner)
    assert shown.text == "Lắk: mời bật micro"


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


def test_the_prompt_takes_every_key_and_closes_on_any_other(stage: Stage) -> None:
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_L)
    stage.press(Key.Key_F12)
    assert not stage.inside.prompt.isVisible()
    assert stage.asked == []


def test_alt_digit_recalls_on_a_tap(stage: Stage) -> None:
    stage.select(NEXT)
    stage.down(Key.Key_4, Mod.AltModifier)
    stage.up(Key.Key_4, Mod.AltModifier)
    asked = stage.scene.room.asked[-1]
    assert isinstance(asked, RecallPreset)
    assert (asked.endpoint, asked.number) == (NEXT, 4)


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


def test_f4_redials_the_selected(stage: Stage) -> None:
    stage.select("656")
    stage.press(Key.Key_F4)
    asked = stage.scene.mcu.asked[-1]
    assert isinstance(asked, DialSite)
    assert (asked.endpoint, asked.fresh) == ("656", True)
    assert asked.address == "sip:656@hnth.daklak.example"


@pytest.mark.parametrize("site", [PODIUM, "66"])
def test_f4_throws_out_neither_who_speaks_nor_the_chair(stage: Stage, site: str) -> None:
    before = len(stage.scene.mcu.asked)
    stage.select(site)
    stage.press(Key.Key_F4)
    assert stage.scene.mcu.asked[before:] == []
    assert "giữ Del để ngắt" in stage.inside.toasts.texts[-1]


def test_f4_means_the_podium_while_it_is_lost(stage: Stage) -> None:
    stage.select("656")
    stage.scene.tell(f.LegEnded(CALL, PODIUM, "networkFailure"))
    stage.tick(1)
    assert stage.inside.session.podium.card.recover.isVisible()
    stage.press(Key.Key_F4)
    asked = stage.scene.mcu.asked[-1]
    assert isinstance(asked, DialSite)
    assert asked.endpoint == PODIUM


def test_f4_puts_the_podium_back_once_it_has_come_back(stage: Stage) -> None:
    it = stage.scene
    conference = replace(it.state.conferences[CALL], podium="")
    it.tell(f.LegEnded(CALL, PODIUM, "networkFailure"), f.ConferenceSeen(conference))
    stage.tick(1)
    stage.press(Key.Key_F4)
    stage.tick(1)
    card = stage.inside.session.podium.card
    assert (card.look.stand, card.look.name) == (Stand.BACK, "Krông Bông")
    assert stage.inside.actions.of["redial"].text() == "Đưa lại lên bục"
    stage.press(Key.Key_F4)
    assert it.state.podium == PODIUM
    assert card.look.stand is Stand.ON
    assert stage.inside.actions.of["redial"].text() == "Gọi lại"


def test_f8_acknowledges_the_most_pressing_alarm_first(stage: Stage) -> None:
    stage.press(Key.Key_F8)
    noted = [a for a in stage.scene.state.alarms.values() if a.acknowledged_us]
    assert [a.priority for a in noted] == [Priority.MEDIUM]
    stage.press(Key.Key_F8, Mod.ShiftModifier)
    assert all(a.acknowledged_us for a in stage.scene.state.alarms.values())


def test_ctrl_z_takes_back_the_last_wish(stage: Stage) -> None:
    stage.tick(60)
    stage.select("656")
    stage.press(Key.Key_M)
    stage.tick(3)
    assert stage.inside.actions.of["undo"].text() == "Hoàn tác 7 s"
    stage.press(Key.Key_Z, Mod.ControlModifier)
    assert stage.scene.state.legs["656"].mic_muted is True


def test_undo_ends_after_ten_seconds(stage: Stage) -> None:
    stage.tick(60)
    stage.select("656")
    stage.press(Key.Key_M)
    stage.tick(11)
    assert not stage.inside.actions.of["undo"].isEnabled()
    stage.press(Key.Key_Z, Mod.ControlModifier)
    assert stage.scene.state.legs["656"].mic_muted is False
    assert "hoàn tác" in stage.inside.toasts.texts[-1]


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
    stage.press(ESC)
    assert stage.focus is stage.inside.session.grid
    assert not stage.inside.session.filter_bar.filtering
    stage.press(ESC)
    assert stage.scene.state.session.next == ""


def test_hotkeys_are_off_in_a_text_field_and_that_is_shown(stage: Stage) -> None:
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_J, Mod.ControlModifier)
    assert "phím tắt tạm ngừng" in stage.inside.hint.text
    for key in (Key.Key_F12, Key.Key_F10, Key.Key_F4, Key.Key_Space, Key.Key_M, Key.Key_6):
        stage.press(key)
    stage.press(Key.Key_Z, Mod.ControlModifier)
    assert stage.asked == []
    assert stage.scene.state.session.next == NEXT
    stage.press(ESC)
    assert "F1" in stage.inside.hint.text


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


def test_f1_opens_and_closes_the_key_sheet(stage: Stage) -> None:
    stage.press(Key.Key_F1)
    assert stage.inside.key_sheet.isVisible()
    stage.press(Key.Key_F1)
    assert not stage.inside.key_sheet.isVisible()
    stage.press(Key.Key_F1)
    stage.press(ESC)
    assert not stage.inside.key_sheet.isVisible()
    assert stage.scene.state.session.next == NEXT


def test_f11_fills_the_screen_and_back(stage: Stage) -> None:
    stage.press(Key.Key_F11)
    assert stage.window.isFullScreen()
    stage.press(Key.Key_F11)
    assert not stage.window.isFullScreen()


def test_i_folds_the_inspector(stage: Stage) -> None:
    folded = stage.inside.session.inspector.folded
    stage.press(Key.Key_I)
    assert stage.inside.session.inspector.folded is not folded
    stage.press(Key.Key_I)
    assert stage.inside.session.inspector.folded is folded


def test_ctrl_1_shows_the_session(stage: Stage) -> None:
    stage.press(Key.Key_1, Mod.ControlModifier)
    assert stage.inside.tabs.currentIndex() == 0
    assert stage.inside.tabs.count() == 3, "only what exists has a tab"


def test_ctrl_minus_and_plus_change_the_density(stage: Stage) -> None:
    stage.press(Key.Key_Equal, Mod.ControlModifier)
    larger = stage.inside.session.grid.density
    assert larger in (Density.S, Density.M)
    stage.press(Key.Key_Minus, Mod.ControlModifier)
    assert stage.inside.session.grid.density is Density.XS


def test_del_held_for_its_time_hangs_up_and_names_the_count(stage: Stage) -> None:
    stage.select("656", "652")
    stage.inside.hold.seconds = 0.2
    stage.down(Key.Key_Delete)
    QTest.qWait(80)
    assert stage.inside.confirm.isVisible()
    assert "2 điểm cầu" in stage.inside.confirm.text
    QTest.qWait(300)
    stage.up(Key.Key_Delete)
    assert stage.asked[-2:] == ["HangUpSite", "HangUpSite"]
    assert not stage.inside.confirm.isVisible()


def test_del_let_go_early_does_nothing_and_says_so(stage: Stage) -> None:
    stage.select("656")
    stage.scene.mcu.asked.clear()
    stage.down(Key.Key_Delete)
    QTest.qWait(50)
    stage.up(Key.Key_Delete)
    assert stage.asked == []
    assert "chưa làm gì" in stage.inside.toasts.texts[-1]
    assert not stage.inside.confirm.isVisible()


def test_what_is_held_is_about_whom_it_was_when_it_went_down(stage: Stage) -> None:
    stage.select("656")
    stage.inside.hold.seconds = 0.15
    stage.down(Key.Key_Delete)
    stage.select("644")
    QTest.qWait(300)
    stage.up(Key.Key_Delete)
    assert stage.scene.state.legs["656"].presence is not Presence.CONNECTED
    assert stage.scene.state.legs["644"].presence is Presence.CONNECTED


def test_losing_the_window_lets_go(stage: Stage) -> None:
    stage.select("656")
    stage.scene.mcu.asked.clear()
    stage.down(Key.Key_Delete)
    stage.inside.deactivated()
    QTest.qWait(50)
    assert stage.asked == []
    assert not stage.inside.confirm.isVisible()
    stage.inside.hold.seconds = 0.05
    stage.down(Key.Key_Delete)
    QTest.qWait(150)
    stage.up(Key.Key_Delete)
    assert stage.asked == ["HangUpSite"], "and the key works again, though its release was lost"


def test_one_camera_after_the_other_loses_neither(stage: Stage) -> None:
    stage.select(NEXT)
    for key in (Key.Key_4, Key.Key_5):
        stage.down(key, Mod.AltModifier)
        QTest.keyRelease(stage.focus, key, Mod.AltModifier)
    QTest.qWait(80)
    stage.tick()
    recalled = [c.number for c in stage.scene.room.asked if isinstance(c, RecallPreset)]
    assert recalled[-2:] == [4, 5]


def test_a_held_key_that_repeats_itself_is_held_once(stage: Stage) -> None:
    stage.select("656")
    stage.scene.mcu.asked.clear()
    stage.inside.hold.seconds = 0.2
    for _ in range(30):  # as X11 tells of a key that stays down
        stage.down(Key.Key_Delete)
        QTest.qWait(8)
        QTest.keyRelease(stage.focus, Key.Key_Delete)
    QTest.qWait(100)
    stage.tick()
    assert stage.asked == ["HangUpSite"]


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


def test_ctrl_q_asks_to_leave(stage: Stage, qtbot: object) -> None:
    heard: list[bool] = []
    stage.window.closing.connect(lambda: heard.append(True))
    stage.press(Key.Key_Q, Mod.ControlModifier)
    stage.window.close()
    assert heard == [True, True]
    assert stage.window.isVisible(), "it stays until everything is in order"


def test_every_key_of_the_table_is_in_the_sheet(stage: Stage) -> None:
    from console.qt.panels.keys import key_rows

    told = " ".join(row.keys for rows in key_rows().values() for row in rows)
    for key in ("F12", "F10", "F9", "F4", "F8", "Ctrl+Z", "Ctrl+J", "Ctrl+K", "F1", "F11", "Esc"):
        assert key in told
    assert "giữ" in told
