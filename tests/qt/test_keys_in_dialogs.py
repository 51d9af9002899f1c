"""The session's keys while a dialog, or a text field, has the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from console.core.accounts import Account
from console.qt.action_table import SPECS
from console.qt.looks.alarms import alarm_count
from console.qt.looks.journal_lines import LineTone
from console.qt.panels.dialog_edge import DialogEdge
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.keys import key_rows
from console.qt.signin.stage import enter, seated
from console.qt.wording import say
from db import passwords
from db.passwords import Cost
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import NEXT, Scene, scene


def opened(stage: Stage, action: str = "load_roster") -> QDialog:
    """The roster's dialog over the window, with the keyboard in it."""
    stage.inside.actions.run(action)
    stage.tick()
    dialog = QApplication.activeWindow()
    assert isinstance(dialog, QDialog)
    assert stage.focus.window() is dialog
    stage.scene.mcu.asked.clear()
    return dialog


def edge_of(stage: Stage, dialog: QDialog) -> DialogEdge:
    return stage.inside.dialog_keys.edges[dialog]


def field_in(stage: Stage, dialog: QDialog) -> QLineEdit:
    field = next(w for w in dialog.findChildren(QLineEdit) if w.isVisible() and w.isEnabled())
    field.setFocus()
    stage.tick()
    return field


def goes_down(stage: Stage, key: Qt.Key, at_ms: int) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Mod.NoModifier)
    event.setTimestamp(at_ms)
    event.ignore()
    QApplication.sendEvent(stage.focus, event)


def comes_up(stage: Stage, key: Qt.Key, at_ms: int) -> None:
    event = QKeyEvent(QEvent.Type.KeyRelease, key, Mod.NoModifier)
    event.setTimestamp(at_ms)
    QApplication.sendEvent(stage.focus, event)


def test_no_lent_key_is_text_and_none_is_held() -> None:
    lent = {key: spec for spec in SPECS for key in spec.lent}
    assert set(lent) == {"F4", "F8", "Shift+F8", "F9", "F10", "F12", "Ctrl+L"}
    assert not [spec.id for spec in lent.values() if spec.hold or spec.held]
    assert ("F4 F8 F9 F10 F12", say("sheet.lent")) in [
        (row.keys, row.text) for row in key_rows()["window"]
    ]


@pytest.mark.parametrize("action", ["load_roster", "paste_script"])
def test_take_from_a_dialog_puts_the_next_on_the_podium(stage: Stage, action: str) -> None:
    dialog = opened(stage, action)
    stage.press(Key.Key_F12)
    assert stage.scene.state.podium == NEXT
    assert stage.asked.count("PutOnPodium") == 1
    edge = edge_of(stage, dialog)
    assert edge.isVisible()
    assert edge.text.startswith("F12 · ")
    assert "Ea Kar" in edge.text
    assert edge.tone is LineTone.DONE, "and that it came true"
    assert stage.inside.session.podium.card.name.text == "Ea Kar", "behind it, too"
    assert dialog.isVisible()
    assert stage.focus.window() is dialog, "the keyboard stays where it was"
    stage.tick(9)
    assert not edge.isVisible()


def test_the_edge_tells_of_a_wish_for_as_long_as_it_is_open(stage: Stage) -> None:
    dialog = opened(stage)
    stage.scene.mcu.waits = True
    stage.press(Key.Key_F12)
    sent = len(stage.scene.mcu.asked)
    edge = edge_of(stage, dialog)
    assert edge.tone is LineTone.PENDING
    stage.tick(2)
    assert edge.isVisible()
    stage.press(Key.Key_F12)
    assert len(stage.scene.mcu.asked) == sent, "a second press does nothing"
    assert edge.tone is LineTone.WARN, "and says so"


def test_a_site_that_is_only_selected_is_not_taken_from_a_dialog(stage: Stage) -> None:
    stage.press(Key.Key_Escape)  # nobody is next
    stage.select("656")
    dialog = opened(stage)
    podium = stage.scene.state.podium
    for key in (Key.Key_F12, Key.Key_F4):
        stage.press(key)
        assert say("problem.select.over") in edge_of(stage, dialog).text
        own = [text.said.text for text in dialog.findChildren(ToneText)]
        assert not [text for text in own if "F12" in text], "nothing of the dialog's own"
    assert (stage.asked, stage.scene.state.podium) == ([], podium)
    stage.press(Key.Key_F10)
    stage.press(Key.Key_F12)
    assert stage.scene.state.podium != podium, "the running order's next is"


def test_letters_and_space_are_text_and_nothing_that_is_held_is_lent(stage: Stage) -> None:
    stage.select("656")
    dialog = opened(stage)
    field = field_in(stage, dialog)
    before = (stage.scene.state.session, stage.scene.state.podium)
    stage.type("c v m 5")
    assert field.text().endswith("c v m 5")
    for key, mod in (
        (Key.Key_Delete, Mod.ShiftModifier), (Key.Key_4, Mod.AltModifier),
        (Key.Key_Z, Mod.ControlModifier), (Key.Key_Enter, Mod.KeypadModifier),
    ):  # fmt: skip
        if dialog.isVisible():
            stage.press(key, mod)
    assert (stage.scene.state.session, stage.scene.state.podium) == before
    assert stage.asked == []
    stage.press(Key.Key_F12)
    assert stage.scene.state.podium == NEXT, "with the cursor in a field, too"


def test_f4_opens_the_list_of_a_choice_that_has_the_keyboard(stage: Stage) -> None:
    class Choice(QComboBox):
        opened = 0

        def showPopup(self) -> None:
            self.opened += 1

    dialog = opened(stage)
    box = Choice(dialog)
    box.addItems(["a", "b"])
    box.show()
    box.setFocus()
    stage.press(Key.Key_F4)
    assert box.opened == 1
    assert not edge_of(stage, dialog).isVisible()
    stage.press(Key.Key_F12)
    assert stage.scene.state.podium == NEXT, "every other key acts"


def test_a_held_key_acts_once(stage: Stage) -> None:
    """X11 repeats it as pairs of up and down with one time, not always marked."""
    dialog = opened(stage)
    (pressed,) = [s for s in dialog.findChildren(QShortcut) if s.key() == QKeySequence("F10")]
    lines: list[str] = []
    for at in (100, 133, 166):
        goes_down(stage, Key.Key_F10, at)
        pressed.activated.emit()
        comes_up(stage, Key.Key_F10, at + 33)
        stage.tick()
        lines.append(stage.scene.state.session.next)
    assert lines == ["656"] * 3
    goes_down(stage, Key.Key_F10, 500)
    pressed.activated.emit()
    stage.tick()
    assert stage.scene.state.session.next not in ("656", "")
    assert not pressed.autoRepeat()


def test_a_file_dialog_over_a_dialog_lends_them_too(stage: Stage, qtbot: QtBot) -> None:
    dialog = opened(stage)
    ask = QFileDialog(dialog)
    ask.setOption(QFileDialog.Option.DontUseNativeDialog)
    ask.open()
    ask.activateWindow()
    qtbot.waitUntil(lambda: stage.focus.window() is ask)
    assert stage.focus.window() is ask
    stage.press(Key.Key_F12)
    assert stage.asked.count("PutOnPodium") == 1
    assert edge_of(stage, ask).isVisible()
    ask.close()
    ask.deleteLater()


def test_every_dialog_that_is_gone_is_forgotten(stage: Stage, qtbot: QtBot) -> None:
    for _ in range(3):
        opened(stage).close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        stage.tick()
    assert stage.inside.dialog_keys.edges == {}
    stage.window.activateWindow()
    qtbot.waitUntil(stage.window.isActiveWindow)
    stage.press(Key.Key_F12)
    assert stage.asked.count("PutOnPodium") == 1, "the window's own, once"


def test_somebody_elses_dialog_lends_nothing(stage: Stage, qtbot: QtBot) -> None:
    other = QDialog()
    qtbot.addWidget(other)
    field = QLineEdit(other)
    other.show()
    other.activateWindow()
    QTest.qWaitForWindowActive(other)
    field.setFocus()
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_F12)
    assert stage.asked == []


def test_over_another_workspace_only_what_means_the_same_everywhere(stage: Stage) -> None:
    stage.press(Key.Key_2, Mod.ControlModifier)
    dialog = opened(stage)
    podium = stage.scene.state.podium
    stage.press(Key.Key_F12)
    assert (stage.asked, stage.scene.state.podium) == ([], podium)
    assert say("dialog.elsewhere") in edge_of(stage, dialog).text
    stage.press(Key.Key_F8)
    assert say("dialog.elsewhere") not in edge_of(stage, dialog).text


def test_f8_acknowledges_from_a_dialog(stage: Stage) -> None:
    def unnoted() -> int:
        return alarm_count(stage.scene.state, stage.scene.clock.now_us()).unnoted

    before = unnoted()
    assert before
    dialog = opened(stage)
    stage.press(Key.Key_F8)
    assert unnoted() == before - 1
    stage.press(Key.Key_F8, Mod.ShiftModifier)
    assert unnoted() == 0
    stage.press(Key.Key_F8)
    assert say("problem.alarm.none") in edge_of(stage, dialog).text


# -- at a console that somebody signs in to ----------------------------------------------------


@pytest.fixture
def signed_in(make_stage: Callable[[Scene], Stage]) -> Stage:
    """A technician sits there."""
    on = scene()
    stage = make_stage(on)
    secret = passwords.make("mưa rào", Cost(10, 8, 1))
    people = seated(on, {"hoa": Account("hoa", "Hoa", "technician", secret)})
    stage.window.admit(people)
    stage.tick()
    if people.closed:
        enter(people, "hoa")
        stage.tick()
    assert not people.closed
    return stage


def test_nothing_acts_behind_the_lock_nor_beside_a_sign_in(signed_in: Stage) -> None:
    stage = signed_in
    dialog = opened(stage)
    podium = stage.scene.state.podium
    people = stage.inside.seat.people
    assert people is not None
    stage.inside.actions.run("change_operator")
    dialog.activateWindow()
    field_in(stage, dialog)
    stage.press(Key.Key_F12)
    assert (stage.asked, stage.scene.state.podium) == ([], podium), "somebody is asked for"
    assert stage.inside.seat.guard is not None
    stage.inside.seat.guard.leave()
    dialog.activateWindow()
    field = field_in(stage, dialog)
    stage.press(Key.Key_L, Mod.ControlModifier)
    assert people.closed
    assert not dialog.isVisible()
    dialog.show()  # were it there, it would be of no use
    for key in (Key.Key_F12, Key.Key_F10, Key.Key_F8):
        QTest.keyClick(field, key)
        stage.tick()
    assert (stage.asked, stage.scene.state.podium) == ([], podium)
    enter(people, "hoa")
    stage.tick()
    dialog.activateWindow()
    field_in(stage, dialog)
    stage.press(Key.Key_F12)
    assert stage.scene.state.podium == NEXT, "and it acts again, once"
    assert stage.asked.count("PutOnPodium") == 1


def test_whoever_may_only_look_on_is_told_so(make_stage: Callable[[Scene], Stage]) -> None:
    on = scene()
    stage = make_stage(on)
    people = seated(on, {"y": Account("y", "Y", "viewer", "")})
    stage.window.admit(people)
    enter(people, "y")
    stage.tick()
    dialog = QDialog(stage.window)
    QLineEdit(dialog)
    dialog.show()
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog)
    field_in(stage, dialog)
    stage.scene.mcu.asked.clear()
    for key in (Key.Key_F12, Key.Key_F10, Key.Key_F8):
        stage.press(key)
        assert edge_of(stage, dialog).tone is LineTone.WARN
    assert stage.asked == []
    assert stage.scene.state.session.next == NEXT


# -- text fields of the window itself ----------------------------------------------------------


@pytest.mark.parametrize("way", ["find", "palette", "note"])
def test_a_text_field_keeps_what_can_be_text(stage: Stage, way: str) -> None:
    stage.inside.actions.run(way)
    stage.tick()
    field = stage.focus
    assert isinstance(field, QLineEdit)
    stage.scene.mcu.asked.clear()
    stage.type("cvm")
    assert field.text() == "cvm"
    assert stage.asked == []
    assert stage.inside.hint.text == say("header.hotkeys_but_f")
    stage.press(Key.Key_F12)
    assert stage.scene.state.podium == NEXT
    assert stage.asked.count("PutOnPodium") == 1
    assert stage.focus is field


@pytest.mark.parametrize(
    ("key", "mod", "opens"),
    [
        (Key.Key_O, Mod.ControlModifier, "load_roster"),
        (Key.Key_E, Mod.ControlModifier, "export"),
        (Key.Key_D, Mod.ControlModifier, "devices"),
        (Key.Key_O, Mod.ControlModifier | Mod.ShiftModifier, "paste_script"),
    ],
)
def test_a_key_with_ctrl_acts_while_one_types(
    stage: Stage, key: Qt.Key, mod: Qt.KeyboardModifier, opens: str
) -> None:
    """As the header and F1 say; Ctrl+Z alone is the field's."""
    done: list[str] = []
    stage.inside.actions.serve({opens: lambda: done.append(opens)})
    stage.inside.actions.run("note")
    stage.tick()
    stage.type("mat dien")
    stage.press(key, mod)
    assert done == [opens]
    stage.press(Key.Key_Z, Mod.ControlModifier)
    assert stage.inside.session.strip.note.text() == ""


def test_a_field_of_another_workspace_lends_no_take(stage: Stage) -> None:
    keyboard = stage.inside.keyboard
    stage.press(Key.Key_2, Mod.ControlModifier)
    stage.inside.actions.run("find")
    stage.tick()
    assert keyboard.typing
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_F12)
    assert stage.asked == []
    assert stage.inside.hint.text == say("header.hotkeys_off")


def test_a_list_of_layouts_gives_way_to_a_key_of_the_session(stage: Stage) -> None:
    stage.press(Key.Key_L)
    assert stage.inside.prompt.isVisible()
    stage.press(Key.Key_F12)
    assert not stage.inside.prompt.isVisible()
    assert stage.scene.state.podium == NEXT


def test_what_waits_to_be_held_keeps_every_key(stage: Stage) -> None:
    stage.select("656")
    stage.inside.actions.of["hang_up"].trigger()
    assert stage.inside.confirm.waiting
    stage.scene.mcu.asked.clear()
    for key in (Key.Key_F12, Key.Key_F10, Key.Key_F4):
        stage.press(key)
    assert stage.asked == []
    assert stage.inside.confirm.waiting
    assert stage.inside.actions.selection.sites == ("656",), "whom it is about stays"
