"""The window as a whole: from nothing, before all of it is built, and tick by tick."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtTest import QTest

from console.core.store import Store
from console.domain import facts as f
from console.domain.layout import Layout
from console.domain.state import State
from console.qt.clock import FrameClock
from console.qt.grid.look import Tally
from console.qt.theme import Theme
from console.qt.window import SessionWindow
from tests.qt.conftest import Stage
from tests.qt.scene import CALL, NEXT, Scene, empty_scene, roster, scene


def test_the_grid_is_shown_before_the_rest_is_built_and_stays_where_it_is(theme: Theme) -> None:
    it = scene()
    window = SessionWindow(it.state.endpoints, theme)
    window.resize(1920, 1080)
    window.show()
    QTest.qWait(20)
    assert window.painted
    first = window.grab()
    store = Store(state=State(endpoints=dict(it.state.endpoints)))
    window.furnish(store, it.dispatcher, it.clock)  # type: ignore[arg-type]
    window.refresh(set(), it.clock.now_us())
    QTest.qWait(20)
    assert len(window.model.looks) == 200
    grid = QRect(window.grid.mapTo(window, QPoint(0, 0)), window.grid.size())
    window.setFocus()  # the table's cursor is not in the first picture
    assert first.copy(grid).toImage() == window.grab().copy(grid).toImage()
    window.end()


def test_a_window_with_nothing_in_it_says_what_to_do(bare: Stage) -> None:
    inside = bare.inside
    assert inside.header.title.text == "Chưa mở phiên họp"
    assert "Ctrl+⇧O" in inside.session.script.empty.text
    assert inside.session.podium.card.name.text == "Bục trống"
    assert not inside.actions.of["take"].isEnabled()
    bare.scene.tell(f.RosterLoaded("dak_lak", roster()))
    bare.tick()
    assert len(bare.window.model.looks) == 200


def test_the_empty_scene_shows_no_error(bare: Stage) -> None:
    bare.tick(1)
    assert bare.inside.toasts.texts == []
    assert isinstance(bare.scene, Scene)
    assert empty_scene().state.endpoints == {}


def test_the_clock_ticks_slower_while_nobody_can_see_the_window(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    monkeypatch.setattr(FrameClock, "set_hidden", lambda _, hidden: told.append(hidden))
    it = scene()
    frame = FrameClock(it.store.drain, it.clock.now_us)
    window = SessionWindow(it.state.endpoints, theme)
    window.furnish(it.store, it.dispatcher, it.clock, frame)  # type: ignore[arg-type]
    window.show()
    window.hide()
    window.show()
    window.end()
    assert told[:3] == [False, True, False]


# -- a tick of the frame clock -----------------------------------------------------------------


def follow(stage: Stage) -> bool:
    """One tick; whether it leaves something."""
    return stage.window.follow(stage.scene.settle(), stage.scene.clock.now_us())


def conference(stage: Stage, **changed: object) -> f.ConferenceSeen:
    """The conference as it is now, changed."""
    return f.ConferenceSeen(replace(stage.scene.state.conferences[CALL], **changed))


def reported(stage: Stage) -> Layout | None:
    """The layout that the panel below the sites shows as everybody's."""
    choices = [b.choice for b in stage.inside.session.layouts.conference.buttons]
    return next((c.layout for c in choices if c is not None and c.reported), None)


def test_the_sites_are_shown_in_one_tick_and_what_is_around_them_in_the_next(stage: Stage) -> None:
    assert reported(stage) is Layout.ONE_PLUS_FIVE
    stage.scene.tell(
        stage.scene.leg(NEXT, video_muted=True), conference(stage, layout=Layout.SINGLE)
    )
    assert not stage.window.model.looks[NEXT].video_muted
    assert follow(stage)
    assert stage.window.model.looks[NEXT].video_muted
    assert reported(stage) is Layout.ONE_PLUS_FIVE
    assert not follow(stage)
    assert reported(stage) is Layout.SINGLE


def test_what_goes_on_changing_is_shown_around_the_sites_15_times_a_second(stage: Stage) -> None:
    shown = 0
    for tick in range(60):
        stage.scene.clock.at_us += 1_000_000 // 60
        stage.scene.tell(conference(stage, banner=f"{tick}"))
        shown += not follow(stage)
    assert shown in (14, 15)


def test_what_changed_last_is_shown_around_the_sites_as_soon_as_it_may(stage: Stage) -> None:
    stage.scene.tell(conference(stage, banner="a"))
    assert (follow(stage), follow(stage)) == (True, False)
    stage.scene.tell(conference(stage, layout=Layout.SINGLE))
    waits = 0
    while follow(stage):
        stage.scene.clock.at_us += 1_000_000 // 60
        waits += 1
    assert waits in (4, 5)
    assert reported(stage) is Layout.SINGLE


def test_while_the_podium_moves_all_but_it_waits(stage: Stage) -> None:
    follow(stage)
    stage.scene.tell(conference(stage, layout=Layout.SINGLE))
    assert follow(stage)
    stage.scene.tell(conference(stage, podium=NEXT))
    assert follow(stage), "what was left over is left once more"
    assert stage.inside.session.podium.card.look.site == NEXT
    assert stage.window.model.looks[NEXT].tally is Tally.PODIUM
    assert reported(stage) is Layout.ONE_PLUS_FIVE
    assert not follow(stage)
    assert reported(stage) is Layout.SINGLE
