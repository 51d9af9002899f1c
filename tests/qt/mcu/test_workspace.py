"""The MCU workspace in the window: opened, keyed, plotted, torn off, remembered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from console.domain import facts as f
from console.domain.device import Figures, LinkHealth
from console.qt.grid.sprites import text_width
from console.qt.interior import Interior
from console.qt.mcu.workspace import McuWorkspace
from console.qt.mcu_scene import mcu_scene, past_figures
from console.qt.panels.painted import TextLine
from console.qt.pictures.stage import Stage as Framed
from console.qt.settings import Settings
from console.qt.theme import Theme
from console.qt.trends.figure_plot import Shown
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.mouse import click
from tests.qt.scene import NOW_US, S, Scene, empty_scene, scene

Maker = Callable[..., Stage]
CTRL = Mod.ControlModifier


def built(inside: Interior) -> McuWorkspace:
    page = inside.workspaces.built["mcu"]
    assert isinstance(page, McuWorkspace)
    return page


def opened(stage: Stage) -> McuWorkspace:
    stage.press(Key.Key_2, CTRL)
    return built(stage.inside)


# -- opening -----------------------------------------------------------------------------------

NOT_BEFORE = """
import sys
from PySide6.QtWidgets import QApplication
from console.qt.scene import scene
from console.qt.theme import Theme
from console.qt.window import SessionWindow
app = QApplication([])
it = scene()
window = SessionWindow(it.state.endpoints, Theme(app))
window.furnish(it.store, it.dispatcher, it.clock)
window.tell(it.told)
window.show()
app.processEvents()
mcu = [m for m in sys.modules if m.startswith("console.qt.mcu") or m == "pyqtgraph"]
assert not mcu, mcu
assert not window.inside.workspaces.built
window.inside.workspaces.show("mcu")
app.processEvents()
assert "console.qt.mcu.workspace" in sys.modules
window.end()
"""


def test_nothing_of_it_is_loaded_before_it_is_shown() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOT_BEFORE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_ctrl_2_opens_it_and_ctrl_1_goes_back(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    assert stage.inside.tabs.tabText(1).startswith("MCU")
    page = opened(stage)
    assert page.isVisible()
    assert not stage.window.grid.isVisible()
    assert stage.focus is page.devices.table
    stage.press(Key.Key_1, CTRL)
    assert not page.isVisible()
    assert stage.focus is stage.window.grid
    assert opened(stage) is page, "it is built once"


def test_it_has_its_past_when_it_is_first_opened(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    for n in range(1, 5):
        stage.scene.clock.at_us += 15 * S
        stage.scene.tell(f.FiguresMeasured("cms-1", Figures(NOW_US + n * 15 * S, 200 + n, 300)))
        stage.tick()
    page = opened(stage)
    plot = page.plots.cards[0].plot
    xs, ys = plot._curves[0].getData()
    assert len(xs) == 5
    assert list(ys[-4:]) == [201, 202, 203, 204]
    assert plot._capacity.value() == 300


def test_a_page_that_is_not_shown_costs_nothing(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    page = opened(stage)
    stage.press(Key.Key_1, CTRL)
    drawn = [card.plot.drawn for card in page.plots.cards]
    looks = [strip.look for strip in page.strips.shown]
    stage.scene.tell(f.FiguresMeasured("cms-1", Figures(NOW_US + 60 * S, 1, 300)))
    stage.tick(60)
    assert [card.plot.drawn for card in page.plots.cards] == drawn
    assert [strip.look for strip in page.strips.shown] == looks
    opened(stage)
    first = page.strips.shown[0].look
    assert first is not None
    assert first.cells[0].value == "1"


# -- keys --------------------------------------------------------------------------------------


def test_the_sessions_keys_do_nothing_from_here(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    stage.select("656")
    page = opened(stage)
    stage.scene.mcu.asked.clear()
    podium, chosen = stage.scene.state.podium, stage.inside.actions.selection
    for key in (Key.Key_F12, Key.Key_Return, Key.Key_Enter, Key.Key_Space, Key.Key_M, Key.Key_C,
                Key.Key_V, Key.Key_F4, Key.Key_F10, Key.Key_L, Key.Key_Delete, Key.Key_I,
                Key.Key_6, Key.Key_5):  # fmt: skip
        page.devices.table.setFocus()
        stage.press(key)
    assert stage.asked == []
    assert stage.scene.state.podium == podium
    assert stage.inside.actions.selection == chosen
    assert not stage.inside.prompt.isVisible()
    assert "Ctrl+1" in stage.inside.hint.text
    next_before = stage.scene.state.session.next
    stage.press(Key.Key_Escape)
    assert stage.scene.state.session.next == next_before, "Esc takes no staging back from here"
    stage.press(Key.Key_1, CTRL)
    stage.press(Key.Key_M)
    assert stage.asked == ["MuteSite"]


def test_alarms_are_acknowledged_and_shelved_here_with_the_same_keys(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    page = opened(stage)
    alarms = page.alarms
    assert alarms.entries.rows[0].title == "Ia JLơi (Ea Súp) mất kết nối"
    first = alarms.entries.rows[0].id
    stage.press(Key.Key_F8)
    assert stage.scene.state.alarms[first].acknowledged_us
    stage.press(Key.Key_A, CTRL | Mod.ShiftModifier)
    assert stage.focus is alarms.list, "the list is here already"
    assert not stage.inside.alarms.isVisible()
    alarms.list.setCurrentIndex(alarms.entries.index(0))
    shelved = alarms.entries.rows[0].id
    click(alarms.shelve)
    stage.tick()
    assert stage.scene.state.alarms[shelved].shelved_until_us
    stage.press(Key.Key_F8, Mod.ShiftModifier)
    assert all(a.acknowledged_us or a.shelved_until_us for a in stage.scene.state.alarms.values())


def test_the_sites_of_an_alarm_are_shown_in_the_session(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    page = opened(stage)
    sites = page.alarms.entries.rows[0].sites
    page.alarms.list.setFocus()
    stage.press(Key.Key_Return)
    assert stage.inside.workspaces.current == "session"
    assert stage.inside.actions.selection.sites == sites


def test_f6_goes_round_the_panes(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    page = opened(stage)
    stage.press(Key.Key_F6)
    assert stage.focus is page.alarms.list
    stage.press(Key.Key_F6)
    assert stage.focus is page.events.table
    stage.press(Key.Key_F6)
    assert stage.focus is page.strips.shown[0]
    stage.press(Key.Key_Down)
    assert page.strips.device == "fs-2"
    assert stage.focus is page.strips.shown[1]
    stage.press(Key.Key_F6)
    assert stage.focus is page.plots.cards[0].buttons[Shown.PORTS]
    stage.press(Key.Key_F6, Mod.ShiftModifier)
    assert stage.focus is page.strips.shown[1]
    stage.press(Key.Key_1, CTRL)
    stage.press(Key.Key_F6)
    assert stage.focus is stage.inside.session.filter_bar.search


def test_the_palette_leads_to_the_session_and_leaves_the_keyboard_here(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    page = opened(stage)
    stage.press(Key.Key_K, CTRL)
    stage.press(Key.Key_Escape)
    assert stage.focus is page.devices.table
    stage.press(Key.Key_K, CTRL)
    stage.type("cu kuin")
    stage.press(Key.Key_Return)
    assert stage.inside.workspaces.current == "session"
    assert stage.inside.actions.selection.sites == ("657",)


# -- plots -------------------------------------------------------------------------------------


@pytest.fixture
def framed(qapp: QApplication, theme: Theme):
    """A window with a frame clock, and an hour of figures."""
    made = Framed(mcu_scene(), theme, (1366, 768))
    for device, figures, rtt_ms in past_figures():
        made.window.inside.beside.figures.add(device, figures)
        made.window.inside.beside.figures.add_rtt(device, figures.at_us, rtt_ms)
    yield made
    made.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_at_most_one_plot_is_drawn_in_a_tick(framed: Framed) -> None:
    inside = framed.window.inside
    inside.workspaces.show("mcu")
    page = built(inside)

    def drawn() -> int:
        return sum(card.plot.drawn for card in page.plots.cards)

    counts = [drawn()]
    for _ in range(4):
        framed.settle()
        counts.append(drawn())
    steps = [b - a for a, b in pairwise(counts)]
    assert max(steps) == 1
    assert counts[-1] == 2, "and then they rest"
    framed.scene.tell(f.FiguresMeasured("cms-1", Figures(NOW_US + 15 * S, 210, 300)))
    for _ in range(4):
        framed.settle(1)
    assert drawn() == 4


def test_plots_have_fixed_ranges_and_thin_pens(framed: Framed) -> None:
    inside = framed.window.inside
    inside.workspaces.show("mcu")
    for _ in range(3):
        framed.settle()
    page = built(inside)
    ports, band = (card.plot for card in page.plots.cards)
    for plot in (ports, band):
        box = plot._plot.getPlotItem().getViewBox()
        assert box.autoRangeEnabled() == [False, False]
        assert all(curve.opts["pen"].width() == 1 for curve in plot._curves)
        xs, _ = plot._curves[0].getData()
        assert 100 < len(xs) <= 2 * plot.columns
    assert ports._scaled[0] == 300
    assert band._scaled[0] == 500
    assert page.plots.cards[1].first.text.endswith("↓")
    assert ports.accessibleDescription().startswith("Cao nhất")


def test_what_is_plotted_is_chosen_and_remembered(framed: Framed) -> None:
    inside = framed.window.inside
    inside.workspaces.show("mcu")
    page = built(inside)
    page.plots.cards[0].buttons[Shown.LOAD].click()
    for _ in range(3):
        framed.settle()
    assert page.plots.cards[0].plot._scaled[0] == 100
    assert not page.plots.cards[0].plot._capacity.isVisible()
    assert inside.beside.settings.now.plots == ("load", "bandwidth")
    click(page.strips.shown[1])
    page.plots.cards[1].buttons[Shown.BANDWIDTH].click()
    for _ in range(3):
        framed.settle()
    assert page.plots.cards[1].plot.empty, "it tells no rates"
    assert "chưa báo" in page.plots.cards[1].plot.accessibleName()


# -- torn off, remembered, restored ------------------------------------------------------------


def test_it_is_torn_off_and_put_back(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    page = opened(stage)
    stage.press(Key.Key_D, CTRL | Mod.ShiftModifier)
    spaces = stage.inside.workspaces
    torn = spaces.torn["mcu"]
    assert page.window() is torn
    assert page.isVisible()
    assert "MCU" in torn.windowTitle()
    assert spaces.current == "session"
    assert stage.window.grid.isVisible()
    assert "↗" in stage.inside.tabs.tabText(1)
    stage.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN))
    stage.tick(1)
    first = page.strips.shown[0].look
    assert first is not None
    assert first.stale, "it goes on following"
    spaces.show("mcu")
    assert spaces.current == "session", "it is raised where it is"
    torn.resize(1200, 700)
    torn.close()
    stage.tick()
    assert page.window() is stage.window
    assert spaces.current == "mcu"
    assert not spaces.torn
    kept = stage.window.settings.now
    assert (kept.torn_off, kept.torn_geometry["mcu"][2:]) == ((), (1200, 700))


def test_keys_of_a_torn_off_window(make_stage: Maker) -> None:
    stage = make_stage(mcu_scene())
    page = opened(stage)
    stage.inside.workspaces.tear_off()
    torn = stage.inside.workspaces.torn["mcu"]
    QTest.qWaitForWindowActive(torn)
    page.devices.table.setFocus()
    first = page.alarms.entries.rows[0].id
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_F8)
    assert stage.scene.state.alarms[first].acknowledged_us
    stage.press(Key.Key_F12)
    assert stage.asked == []
    stage.press(Key.Key_F6)
    assert stage.focus is page.alarms.list
    stage.press(Key.Key_D, CTRL | Mod.ShiftModifier)
    assert page.window() is stage.window


def test_the_session_stays_in_the_main_window(make_stage: Maker) -> None:
    stage = make_stage(scene())
    stage.press(Key.Key_D, CTRL | Mod.ShiftModifier)
    assert not stage.inside.workspaces.torn
    assert "cửa sổ chính" in stage.inside.toasts.texts[-1]


def remembering(make_stage: Maker, path: Path) -> Stage:
    stage = make_stage(mcu_scene())
    settings = Settings(path)
    stage.window.settings = stage.inside.beside.settings = settings
    stage.inside.workspaces._settings = settings
    return stage


def test_the_last_workspace_is_opened_again_but_not_while_starting(
    tmp_path: Path, make_stage: Maker
) -> None:
    path = tmp_path / "window.toml"
    opened(remembering(make_stage, path))
    assert Settings(path).now.workspace == "mcu"
    stage = remembering(make_stage, path)
    assert not stage.inside.workspaces.built
    for _ in range(3):
        stage.tick(1)
    assert stage.inside.workspaces.current == "mcu"


def test_a_torn_off_workspace_is_torn_off_again(tmp_path: Path, make_stage: Maker) -> None:
    path = tmp_path / "window.toml"
    stage = remembering(make_stage, path)
    opened(stage)
    stage.inside.workspaces.tear_off()
    stage.inside.workspaces.torn["mcu"].resize(1100, 650)
    stage.inside.workspaces.end()
    kept = Settings(path).now
    assert (kept.torn_off, kept.torn_geometry["mcu"][2:]) == (("mcu",), (1100, 650))
    again = remembering(make_stage, path)
    for _ in range(3):
        again.tick(1)
    torn = again.inside.workspaces.torn["mcu"]
    assert (torn.width(), torn.height()) == (1100, 650)
    assert again.inside.workspaces.current == "session"


# -- how it looks ------------------------------------------------------------------------------


def shown_whole(line: TextLine) -> bool:
    return text_width(line.text, line._size_px, line._weight) <= line.width() + 1


@pytest.mark.parametrize(
    ("size", "language", "played"),
    [
        ((1366, 768), "vi", mcu_scene),
        ((1366, 768), "en", mcu_scene),
        ((1920, 1080), "vi", mcu_scene),
        ((1366, 768), "en", empty_scene),
    ],
)
def test_nothing_is_cut_and_everything_is_named(
    make_stage: Maker, size: tuple[int, int], language: str, played: Callable[[], Scene]
) -> None:
    stage = make_stage(played(), *size)
    stage.inside.dress.use_language(language)
    page = opened(stage)
    stage.tick(1)
    assert (stage.window.width(), stage.window.height()) == size
    for line in page.findChildren(TextLine):
        if line.isVisible() and line.text:
            assert shown_whole(line), line.text
    for strip in page.strips.shown:
        for cell, rect in strip.cells():
            if cell is not None:
                assert text_width(cell.label, 12) <= rect.width() - 13, cell.label
                assert rect.right() <= strip.width() + 1, cell.label
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName() or button.text()
            assert min(button.width(), button.height()) >= 24, button.text()
    named = [page.devices.table, page.devices.sorts, page.alarms.list, page.events.table,
             page.events.mcus, page.events.weights, page.devices.search, page.events.search,
             *(card.plot for card in page.plots.cards)]  # fmt: skip
    assert all(widget.accessibleName() for widget in named)


def test_empty_states_say_what_to_do(make_stage: Maker) -> None:
    stage = make_stage(empty_scene())
    page = opened(stage)
    assert "Ctrl+D" in page.strips.accessibleName()
    assert "Ctrl+D" in page.devices.empty.text
    assert page.devices.empty.isVisible()
    assert page.events.empty.text == "Chưa có sự kiện nào từ khi mở chương trình."
    assert page.alarms.empty.text == "Không có cảnh báo nào."
    assert all(card.plot.empty for card in page.plots.cards)
    stage.press(Key.Key_1, CTRL)
    assert stage.inside.workspaces.current == "session"
