"""The keys of sites, through a real window: microphones, redial, alarms, undo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.alarm import Priority
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import (
    DialSite,
    ShowBanner,
)
from console.domain.presence import Presence
from console.qt import wishes
from console.qt.looks.podium import Stand
from console.qt.looks.wishes import wish_text
from console.qt.selection import Selection
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import CALL, CHAIR, PODIUM


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


def test_the_door_is_closed_on_every_mcu_and_told_as_one(stage: Stage) -> None:
    """A second MCU carries half of the meeting: locked is the room only where both are."""
    state = stage.scene.state
    other = replace(state.conferences[CALL], id="cms-1/other", locked=False)
    stage.scene.tell(f.ConferenceSeen(other))
    stage.tick()
    lock = stage.inside.actions.of["lock"]
    for closed, word in ((True, "Mở khóa"), (False, "Khóa phòng họp")):
        lock.trigger()
        stage.tick()
        assert [c.locked for c in state.conferences.values()] == [closed, closed]
        assert lock.text().startswith(word)
    stage.scene.tell(f.ConferenceSeen(replace(other, locked=True)))
    stage.tick()
    wish = wishes.lock(state, Selection())
    assert isinstance(wish, Batch)
    assert wish_text(state, wish) == "Khóa phòng họp"
