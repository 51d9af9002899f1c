"""Signing in at the window: by keyboard alone, while everything that is watched goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from console.core.accounts import Account, Roll
from console.core.operators import IDLE_US, TRIES, Operators
from console.domain import facts as f
from console.domain.commands.own import CloseSession
from console.domain.event import Event
from console.qt.signin.guard import Guard
from console.qt.signin.panel import SignInPanel
from console.qt.signin.stage import enter, seated
from console.qt.wording import say, wording
from db import passwords
from db.passwords import Cost
from tests.qt.conftest import Stage
from tests.qt.scene import NEXT, Scene, scene

Key, Mod = Qt.Key, Qt.KeyboardModifier
WORD = "mưa rào ở Krông Bông"
SECRET = passwords.make(WORD, Cost(10, 8, 1))
HOA, MINH, LONG = "tran.thi.hoa", "le.quang.minh", "quan.tri"


class Desk:
    """A window with accounts, and whoever sits at it."""

    def __init__(self, stage: Stage, qtbot: QtBot, people: Operators) -> None:
        self.stage, self.qtbot, self.people = stage, qtbot, people
        self.facts: list[f.Fact] = []
        stage.scene.store.on_told = self._hear
        stage.window.admit(people)
        stage.tick()

    def _hear(self, events: Sequence[Event]) -> None:
        self.facts += [event.fact for event in events]
        self.stage.window.tell(events)

    @property
    def guard(self) -> Guard:
        guard = self.stage.inside.seat.guard
        assert guard is not None
        return guard

    @property
    def panel(self) -> SignInPanel:
        return self.guard.panel

    def type_in(self, name: str, word: str) -> None:
        """Somebody signs in by keyboard."""
        self.stage.press(Key.Key_Shift)
        self.panel.name.clear()
        self.panel.name.setFocus()
        self.stage.type(name)
        self.stage.press(Key.Key_Tab)
        assert self.stage.focus is self.panel.password
        self.panel.password.setText(word)
        self.stage.press(Key.Key_Return)
        self.qtbot.waitUntil(lambda: not self.panel.busy)
        self.stage.tick()

    def later(self, us: int) -> None:
        self.stage.scene.clock.at_us += us
        self.stage.tick()

    def told(self, kind: type) -> list[f.Fact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]


def known(*roles: tuple[str, str]) -> dict[str, Account]:
    people = roles or ((HOA, "technician"), (MINH, "supervisor"), (LONG, "administrator"))
    return {name: Account(name, name.title(), role, SECRET) for name, role in people}


@pytest.fixture
def make(
    make_stage: Callable[[Scene], Stage], qtbot: QtBot
) -> Iterator[Callable[[dict[str, Account]], Desk]]:
    def made(accounts: dict[str, Account]) -> Desk:
        on = scene()
        return Desk(make_stage(on), qtbot, seated(on, accounts))

    yield made
    QApplication.processEvents()


@pytest.fixture
def desk(make: Callable[[dict[str, Account]], Desk]) -> Desk:
    """Nobody has signed in yet."""
    return make(known())


def test_without_accounts_nothing_stands_between_the_person_and_the_window(
    make: Callable[[dict[str, Account]], Desk],
) -> None:
    desk = make({})
    stage = desk.stage
    assert stage.inside.seat.guard is None
    assert stage.inside.header.operator.text() == "Máy: vanphong"
    assert "Chưa có tài khoản" in stage.inside.header.operator.toolTip()
    stage.select(NEXT)
    stage.press(Key.Key_F12)
    assert "PutOnPodium" in stage.asked
    stage.press(Key.Key_L, Mod.ControlModifier)
    assert "Chưa có tài khoản" in stage.inside.toasts.texts[-1]


def test_a_closed_console_is_watched_and_not_commanded(desk: Desk) -> None:
    stage = desk.stage
    assert desk.panel.isVisible()
    for shown in (stage.window.grid, stage.inside.session.podium, stage.inside.header.alarms):
        assert shown.isVisible()
        assert not desk.panel.geometry().intersects(
            shown.rect().translated(shown.mapTo(stage.window, QPoint(0, 0)))
        )
    assert not stage.inside.actions.of["take"].isEnabled()
    assert "Chưa ai đăng nhập" in stage.inside.actions.why_text("take")
    before = len(stage.asked)
    stage.press(Key.Key_F12)
    assert len(stage.asked) == before
    assert stage.focus is desk.panel.name
    stage.press(Key.Key_F12)
    assert len(stage.asked) == before
    leg = stage.scene.state.legs["645"]
    stage.scene.tell(f.LegEnded(leg.conference, "645", "gone"))
    desk.later(1_000_000)
    assert stage.scene.state.legs["645"].presence.name == "DROPPED"


def test_a_click_brings_the_sign_in_and_does_nothing_else(desk: Desk) -> None:
    stage = desk.stage
    button = next(
        b for b in stage.inside.session.findChildren(type(stage.inside.header.operator).__mro__[2])
        if b.isVisible()
    )  # fmt: skip
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(stage.window.grid.viewport(), Qt.MouseButton.LeftButton)
    assert stage.focus is desk.panel.name
    assert not stage.window.grid.selected_sites()


def test_name_and_password_let_one_in_by_keyboard_alone(desk: Desk) -> None:
    stage = desk.stage
    desk.type_in(HOA, WORD)
    assert not desk.panel.isVisible()
    assert desk.people.current is not None
    assert desk.people.current.name == HOA
    assert stage.inside.header.operator.look.text.endswith("kỹ thuật viên")
    stage.select(NEXT)
    stage.press(Key.Key_F12)
    assert "PutOnPodium" in stage.asked
    assert {command.actor for command in stage.scene.mcu.asked if command.id} >= {HOA}
    assert "đăng nhập" in " ".join(
        line.text for line in stage.inside.session.strip.journal.newest(stage.scene.state, 20)
    )


def test_a_wrong_password_is_said_in_words_and_leaves_the_field_empty(desk: Desk) -> None:
    desk.type_in(HOA, "không phải vậy đâu")
    assert desk.panel.isVisible()
    assert desk.panel.message.text.startswith("Tên hoặc mật khẩu không đúng")
    assert desk.panel.password.text() == ""
    assert desk.stage.focus is desk.panel.password
    for _ in range(TRIES - 1):
        desk.type_in(HOA, "không phải vậy đâu")
    assert "khóa" in desk.panel.message.text
    desk.type_in(HOA, WORD)
    assert desk.people.closed
    told = desk.told(f.OperatorSignInRefused)
    assert len(told) == TRIES + 1


def test_while_a_password_is_checked_nothing_can_be_typed_and_the_window_lives(desk: Desk) -> None:
    panel = desk.panel
    panel.call()
    panel.name.setText(HOA)
    panel.password.setText(WORD)
    desk.stage.press(Key.Key_Return)
    if panel.busy:
        assert panel.message.text == say("access.checking")
        assert not panel.name.isEnabled()
        desk.stage.press(Key.Key_Escape)
    desk.qtbot.waitUntil(lambda: not panel.busy)
    assert not desk.people.closed


def test_caps_lock_is_told_of(desk: Desk) -> None:
    desk.panel.call()
    desk.panel.password.setFocus()
    QTest.keyClicks(desk.panel.password, "A")
    assert desk.panel.message.text == say("access.caps")
    QTest.keyClicks(desk.panel.password, "a")
    assert desk.panel.message.text == ""
    QTest.keyClicks(desk.panel.password, "A", Mod.ShiftModifier)
    assert desk.panel.message.text == ""


def test_ctrl_l_locks_at_once_and_only_a_sign_in_unlocks(desk: Desk) -> None:
    stage = desk.stage
    enter(desk.people, HOA)
    stage.tick()
    stage.press(Key.Key_L, Mod.ControlModifier)
    assert desk.people.closed
    assert desk.panel.title.text == f"Đã khóa · {HOA.title()}"
    assert desk.panel.name.text() == HOA
    stage.press(Key.Key_Escape)
    stage.press(Key.Key_Escape)
    assert desk.people.closed
    assert desk.panel.isVisible()
    desk.type_in(HOA, WORD)
    assert desk.told(f.ConsoleLocked) == [f.ConsoleLocked(HOA, "asked")]
    assert desk.told(f.ConsoleUnlocked) == [f.ConsoleUnlocked(HOA)]


def test_keys_and_the_mouse_keep_it_open_and_time_alone_locks_it(desk: Desk) -> None:
    enter(desk.people, HOA)
    desk.later(IDLE_US - 1_000_000)
    desk.stage.press(Key.Key_I)
    desk.later(IDLE_US - 1_000_000)
    assert not desk.people.closed
    grid, at = desk.stage.window.grid.viewport(), QPointF(20, 20)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Mod.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(grid, moved)
    desk.later(IDLE_US - 1_000_000)
    assert not desk.people.closed
    desk.later(1_000_000)
    assert desk.people.closed
    assert desk.panel.isVisible()


def test_what_is_open_goes_with_the_lock_and_comes_back_for_whoever_opened_it(desk: Desk) -> None:
    stage = desk.stage
    enter(desk.people, HOA)
    stage.tick()
    dialog = QDialog(stage.window)
    dialog.show()
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.inside.palette.open()
    desk.people.lock()
    assert not dialog.isVisible()
    assert not stage.inside.palette.isVisible()
    desk.type_in(HOA, WORD)
    assert dialog.isVisible()
    desk.people.lock()
    desk.type_in(MINH, WORD)
    assert not dialog.isVisible()
    dialog.close()


def test_another_relieves_whoever_is_on_duty(desk: Desk) -> None:
    stage = desk.stage
    enter(desk.people, HOA)
    stage.tick()
    stage.inside.actions.of["change_operator"].trigger()
    assert desk.panel.title.text == "Đổi người trực"
    assert not desk.people.closed
    stage.press(Key.Key_Escape)
    assert not desk.panel.isVisible()
    stage.inside.actions.of["change_operator"].trigger()
    desk.panel.name.setText(MINH)
    desk.panel.password.setText(WORD)
    desk.panel.enter()
    desk.qtbot.waitUntil(lambda: not desk.panel.busy)
    assert desk.people.current is not None
    assert desk.people.current.name == MINH
    assert not desk.panel.isVisible()
    stage.inside.actions.of["sign_out"].trigger()
    assert desk.people.closed
    assert stage.inside.header.operator.look.text == "Chưa đăng nhập"


def test_a_role_shows_what_it_may_not_and_why(make: Callable[[dict[str, Account]], Desk]) -> None:
    desk = make(known(("xem", "viewer")))
    stage = desk.stage
    enter(desk.people, "xem")
    stage.select(NEXT)
    for action in ("take", "mute", "stage", "layout_1", "hang_up_all", "close_session"):
        assert not stage.inside.actions.of[action].isEnabled()
        assert "kỹ thuật viên" in stage.inside.actions.of[action].toolTip()
    assert stage.inside.actions.of["find"].isEnabled()
    assert not any(b.isEnabled() for b in stage.inside.session.layouts.conference.buttons)
    stage.press(Key.Key_F12)
    assert "kỹ thuật viên" in stage.inside.toasts.texts[-1]


def test_the_emergency_entrance_opens_where_nobody_else_can_come_in(
    make: Callable[[dict[str, Account]], Desk],
) -> None:
    desk = make(known((HOA, "technician")))
    panel = desk.panel
    assert not panel.other_button.isVisible()
    for _ in range(TRIES):
        desk.people.sign_in(desk.people.ask(HOA), False)
    desk.later(1_000_000)
    assert panel.other_button.isVisible()
    panel.call()
    panel.other_button.click()
    assert desk.stage.focus is panel.name
    desk.stage.type("Le Van Ba")
    desk.stage.press(Key.Key_Return)
    assert desk.stage.focus is panel.reason
    desk.stage.type("gap")
    desk.stage.press(Key.Key_Return)
    assert "lý do" in panel.message.text
    panel.reason.setText("Cả tổ bị khóa tài khoản giữa phiên")
    panel.enter()
    desk.stage.tick()
    assert not desk.people.closed
    assert not panel.isVisible()
    assert "own:emergency" in desk.stage.scene.state.alarms
    assert desk.stage.inside.header.operator.look.tone == "mag"
    assert desk.stage.scene.dispatcher.submit(CloseSession()).accepted


def test_accounts_that_come_later_close_nothing_before_somebody_leaves(
    make: Callable[[dict[str, Account]], Desk],
) -> None:
    desk = make({})
    desk.people.learn(Roll(known()))
    assert not desk.people.closed
    assert desk.stage.inside.header.operator.look.tone == "amber"
    desk.stage.inside.actions.of["lock_console"].trigger()
    assert desk.people.closed
    assert desk.panel.isVisible()
    desk.people.learn(Roll())
    assert not desk.people.closed
    assert not desk.panel.isVisible()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [1024, 1366, 1920])
def test_its_words_fit(desk: Desk, language: str, width: int) -> None:
    wording.use(language)
    desk.stage.window.resize(width, 768)
    panel = desk.panel
    panel.place()
    for emergency in (False, True):
        if emergency:
            panel.switch()
        panel.retell()
        QApplication.processEvents()
        for field in panel.fields:
            assert field.isVisible()
            assert panel.rect().contains(field.geometry())
        assert panel.rect().contains(panel.enter_button.geometry())
        assert panel.title.width() > 100


def test_no_device_is_shown_over_a_console_that_nobody_sits_at(desk: Desk) -> None:
    assert desk.people.closed
    desk.stage.inside.dialogs.show_devices()
    assert desk.stage.inside.toasts.texts == []
    desk.type_in(HOA, WORD)
    assert not desk.people.closed
    desk.stage.inside.dialogs.show_devices()
    assert desk.stage.inside.toasts.texts == [say("devices.not_yet")], "none was described here"
