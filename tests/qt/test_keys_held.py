"""Keys that must be held, through a real window: what hangs up needs its time."""

from __future__ import annotations

from PySide6.QtTest import QTest

from console.domain.presence import Presence
from tests.qt.conftest import Key, Stage


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
