"""What is refused, unknown, old or lost is said in the window, each where it belongs."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import MuteSite, SetConferenceLayout, SetScreenLayout
from console.domain.device import LinkHealth
from console.domain.layout import Layout
from console.domain.problem import Problem
from console.qt.looks.header import Health
from console.qt.looks.layouts import Asked
from console.qt.looks.podium import Stand
from console.qt.theme import Theme
from console.qt.window import SessionWindow
from console.qt.wording import LANGUAGES, say_problem, say_refused, wording
from tests.qt.conftest import Key, Stage
from tests.qt.mouse import click
from tests.qt.scene import CALL, PODIUM, empty_scene


def test_a_refusal_is_told_at_the_podium_and_as_a_toast_that_can_be_copied(stage: Stage) -> None:
    problem = Problem.of("cms.refused", device="MCU", word="callBusy")
    stage.scene.mcu.refuses = {SetScreenLayout: problem}
    stage.press(Key.Key_F12)
    card = stage.inside.session.podium.card
    assert card.failed.isVisible()
    toast = stage.inside.toasts.toasts[0]
    assert "MCU từ chối (callBusy)" in stage.inside.toasts.texts[0]
    click(toast.copy)
    assert "callBusy" in QGuiApplication.clipboard().text()
    assert toast.copy.text() == "Đã chép"
    stage.scene.mcu.refuses = {}
    retry = card.failed.findChildren(QAbstractButton)[0]
    assert retry.text() == "Thử lại"
    click(retry)
    stage.tick()
    assert not card.failed.isVisible()


def test_a_toast_goes_by_itself_or_with_escape(bare: Stage) -> None:
    bare.press(Key.Key_F12)
    assert bare.inside.toasts.isVisible()
    bare.tick(11)
    assert bare.inside.toasts.isVisible()
    bare.press(Key.Key_F12)
    assert bare.inside.toasts.toasts[0].times.text == "×2", "the same again is counted"
    bare.tick(13)
    assert not bare.inside.toasts.isVisible()
    bare.press(Key.Key_F12)
    bare.press(Key.Key_Escape)
    assert not bare.inside.toasts.isVisible()


def test_the_first_refusal_can_be_read_in_a_window_that_was_never_resized(
    theme: Theme,
) -> None:
    on = empty_scene()
    window = SessionWindow(on.state.endpoints, theme)
    window.resize(1366, 768)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.furnish(on.store, on.dispatcher, on.clock)  # type: ignore[arg-type]
    stage = Stage(on, window)
    try:
        stage.tick()
        stage.press(Key.Key_F12)
        toasts, strip = window.inside.toasts, window.inside.session.strip
        assert toasts.isVisible()
        assert toasts.width() >= 320
        assert toasts.height() >= toasts.toasts[0].sizeHint().height()
        assert toasts.y() > strip.mapTo(window, QPoint(0, 0)).y() - toasts.height()
    finally:
        window.end()


def test_many_refusals_of_one_kind_are_one_toast(stage: Stage) -> None:
    stage.scene.mcu.refuses = {MuteSite: Problem.of("device.busy", device="MCU")}
    stage.select("656", "644", "645", "646")
    stage.press(Key.Key_M)
    assert len(stage.inside.toasts.texts) == 1
    assert stage.inside.toasts.texts[0].startswith("4 lệnh cùng lúc")


def test_a_wish_that_was_refused_is_not_said_to_be_tried_again(stage: Stage) -> None:
    """The link is tried again by the console, a wish by the operator alone."""
    stage.scene.mcu.refuses = {MuteSite: Problem.of("device.busy", device="MCU")}
    stage.select("656")
    stage.press(Key.Key_M)
    assert stage.inside.toasts.texts[0].endswith("Chờ vài giây rồi làm lại.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wish_is_promised_to_be_tried_again(language: str) -> None:
    with wording.speaking(language):
        for code in ("wire.failed", "wire.deadline", "wire.closed", "device.busy"):
            problem = Problem.of(code, device="MCU", seconds=3)
            link, wish = say_problem(problem), say_refused(problem)
            assert re.search("tự thử lại|tự nối lại|tries again|connects again", link)
            assert not re.search("tự thử lại|tự nối lại|tries again|connects again", wish)


def test_a_reported_layout_without_a_key_of_its_own_is_named(stage: Stage) -> None:
    row = stage.inside.session.layouts.conference
    assert row.title.accessibleName() == "BỐ CỤC HỘI NGHỊ"
    told = stage.scene.state.conferences[CALL]
    stage.scene.tell(f.ConferenceSeen(replace(told, layout=Layout.EQUAL)))
    stage.tick()
    assert not any(b.choice.reported for b in row.buttons if b.choice)
    assert row.title.accessibleName() == "BỐ CỤC HỘI NGHỊ · Chia đều"


def test_what_is_only_asked_is_not_shown_as_done(stage: Stage) -> None:
    stage.scene.mcu.waits = True
    stage.press(Key.Key_L)
    stage.press(Key.Key_6)
    buttons = stage.inside.session.layouts.conference.buttons
    nine = buttons[5].choice
    assert nine is not None
    assert (nine.asked, nine.reported) == (Asked.PENDING, False)
    assert buttons[1].choice is not None
    assert buttons[1].choice.reported, "what is reported stays marked until another is reported"
    assert isinstance(stage.scene.mcu.asked[-1], SetConferenceLayout)


def test_a_lost_mcu_disables_with_the_reason_and_says_it_on_the_key(stage: Stage) -> None:
    problem = Problem.of("wire.unreachable", device="MCU", reason="route")
    stage.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, problem))
    stage.tick()
    take = stage.inside.actions.of["take"]
    assert not take.isEnabled()
    assert "Không có đường mạng tới MCU" in take.toolTip()
    assert not stage.inside.session.podium.take.isEnabled()
    stage.press(Key.Key_F12)
    assert "Không có đường mạng tới MCU" in stage.inside.toasts.texts[-1]


def test_old_news_is_said_in_header_and_podium(stage: Stage) -> None:
    stage.tick(6, silent=True)
    chip = stage.inside.header.chips[0].chip
    assert (chip.health, chip.text) == (Health.BAD, "MCU im 6 s")
    assert stage.inside.session.podium.card.connection.text == "tin cũ 6 s"


def test_the_podium_that_drops_shows_its_alarm_and_the_way_back(stage: Stage) -> None:
    stage.scene.tell(f.LegEnded(CALL, PODIUM, "networkFailure"))
    stage.scene.tell(
        f.AlarmRaised(Alarm(f"podium:{PODIUM}", "podium_lost", Priority.HIGH, (PODIUM,)))
    )
    stage.tick()
    card = stage.inside.session.podium.card
    assert card.look.stand is Stand.LOST
    assert (card.tone, card.state_pill.text) == ("mag", "BỤC MẤT KẾT NỐI")
    assert stage.inside.header.alarms.count.worst == 1
    click(card.redial)
    stage.tick()
    assert type(stage.scene.mcu.asked[-1]).__name__ == "DialSite"
    assert card.look.stand is not Stand.LOST
