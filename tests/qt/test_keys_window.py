"""The keys of the window itself: sheet, screen, panels, workspaces, leaving."""

from __future__ import annotations

from console.qt.grid.density import Density
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import NEXT


def test_f1_opens_and_closes_the_key_sheet(stage: Stage) -> None:
    stage.press(Key.Key_F1)
    assert stage.inside.key_sheet.isVisible()
    stage.press(Key.Key_F1)
    assert not stage.inside.key_sheet.isVisible()
    stage.press(Key.Key_F1)
    stage.press(Key.Key_Escape)
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


def test_ctrl_q_asks_to_leave(stage: Stage, qtbot: object) -> None:
    heard: list[bool] = []
    stage.window.closing.connect(lambda: heard.append(True))
    stage.press(Key.Key_Q, Mod.ControlModifier)
    stage.window.close()
    assert heard == [True, True]
    assert stage.window.isVisible(), "it stays until everything is in order"
