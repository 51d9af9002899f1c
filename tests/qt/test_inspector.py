"""The inspector as a widget: what it shows, what its buttons ask, how little it repaints."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain import facts as f
from console.domain.commands.mcu import MuteSite
from console.domain.commands.room import MuteRoom, RecallPreset
from console.domain.observed import Quality
from console.domain.problem import Problem
from console.qt.looks.inspector import Said, SiteLook
from console.qt.looks.journal_lines import JournalLines
from console.qt.looks.selected import ManyLook
from console.qt.panels.buttons import ActionButton
from console.qt.panels.inspector import STRIP, WIDTH, InspectorPanel
from console.qt.panels.inspector_rows import FigureRow, LinkButton
from console.qt.panels.inspector_text import ToneText
from console.qt.trends.history import Figure, QualityHistory
from console.qt.trends.plot import TrendPlot
from console.qt.wording import missing, wording
from tests.qt.bench_desk import desk_for, one_theme
from tests.qt.scene import NEXT, PODIUM, Scene, scene

S = 1_000_000


class Inspected:
    """A shown inspector on a scene."""

    def __init__(self, qtbot: QtBot, height: int = 998) -> None:
        wording.use("vi")
        self.scene: Scene = scene()
        self.lines = JournalLines()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.desk = desk_for(self.scene, self.owner)
        self.panel = InspectorPanel(
            self.desk, lambda site, n: self.lines.about(site, self.scene.state, n)
        )
        qtbot.addWidget(self.panel)
        self.panel.resize(WIDTH, height)
        self.panel.show()

    def show(self, *sites: str) -> None:
        self.desk.actions.select(sites)
        self.panel.show_sites(sites)
        QGuiApplication.processEvents()

    def settle(self) -> None:
        keys = self.scene.settle()
        self.desk.actions.refresh(keys, self.scene.clock.at_us)
        self.panel.refresh(keys, self.scene.clock.at_us)

    def button(self, name: str) -> QAbstractButton:
        buttons = self.panel.findChildren(QAbstractButton, name)
        return next(b for b in buttons if b.isVisible())

    def texts(self) -> list[str]:
        return [
            t.said.text for t in self.panel.findChildren(ToneText) if t.isVisible() and t.said.text
        ]


@pytest.fixture
def it(qtbot: QtBot) -> Iterator[Inspected]:
    made = Inspected(qtbot)
    missing.clear()
    yield made
    made.panel.hide()


def test_nothing_one_many_and_back(it: Inspected) -> None:
    assert it.texts()[0] == "Chưa chọn điểm cầu"
    it.show(NEXT)
    assert isinstance(it.panel.look, SiteLook)
    assert "Huyện Ea Kar" in it.texts()
    it.show(NEXT, PODIUM)
    assert isinstance(it.panel.look, ManyLook)
    assert "2 điểm cầu đang chọn" in it.texts()
    it.show()
    assert it.panel.look is None
    assert not missing


def test_folding_leaves_a_strip_that_opens_it(it: Inspected) -> None:
    asked: list[bool] = []
    it.desk.actions.serve({"inspector": lambda: asked.append(True)})
    it.show(NEXT)
    it.panel.set_folded(True)
    assert it.panel.width() == STRIP
    assert it.panel.folded
    strip = it.panel._strip
    assert strip.text() == "Ea Kar · I để mở"
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton)
    assert asked == [True]
    it.panel.set_folded(False)
    assert it.panel.width() == WIDTH


def test_buttons_are_the_programs_actions(it: Inspected) -> None:
    it.show(NEXT)
    button = it.button("mute")
    assert isinstance(button, ActionButton)
    assert button.text() == "Bật mic"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert isinstance(it.scene.mcu.asked[-1], MuteSite)
    assert it.scene.mcu.asked[-1].endpoint == NEXT
    it.settle()
    assert it.button("mute").text() == "Tắt mic"
    it.show("24215")
    assert not it.button("mute").isEnabled()
    assert it.button("mute").toolTip()


def test_hanging_up_and_camera_keys_are_held_elsewhere(it: Inspected) -> None:
    went: list[str] = []
    it.panel.pressed_down.connect(lambda name: went.append(f"down {name}"))
    it.panel.let_go.connect(lambda name: went.append(f"up {name}"))
    it.show(NEXT)
    asked = len(it.scene.mcu.asked)
    for name in ("hang_up", "camera_3"):
        QTest.mouseClick(it.button(name), Qt.MouseButton.LeftButton)
    camera = it.button("camera_4")
    camera.setFocus()
    QTest.keyClick(camera, Qt.Key.Key_Return)
    assert went == [
        "down hang_up", "up hang_up", "down camera_3", "up camera_3", "down camera_4",
        "up camera_4",
    ]  # fmt: skip
    assert len(it.scene.mcu.asked) == asked


def test_the_space_bar_is_left_to_staging(it: Inspected) -> None:
    it.show(NEXT)
    went: list[str] = []
    it.panel.pressed_down.connect(went.append)
    QTest.keyClick(it.button("camera_1"), Qt.Key.Key_Space)
    assert went == []


def picture(widget: QWidget) -> bytes:
    shot: QPixmap = widget.grab()
    return bytes(shot.toImage().constBits())


def test_a_held_memory_fills_its_ring_and_only_its(it: Inspected) -> None:
    it.show(NEXT)
    three, four = it.button("camera_3"), it.button("camera_4")
    before = picture(three), picture(four)
    it.panel.show_holding("camera_3", 0.5)
    half = picture(three)
    assert half != before[0]
    assert picture(four) == before[1]
    it.panel.show_holding("camera_3", 0.9)
    assert picture(three) != half
    it.panel.show_holding("camera_3", 0.0)
    assert picture(three) == before[0]
    it.panel.show_holding("hang_up", 0.5)


def test_every_mark_of_a_memory_looks_different(it: Inspected) -> None:
    it.show(NEXT)
    it.scene.room.waits = True
    seen = {picture(it.button("camera_3"))}
    it.scene.dispatcher.submit(RecallPreset(endpoint=NEXT, number=3))
    it.settle()
    seen.add(picture(it.button("camera_3")))
    for moving, preset in ((True, None), (False, 3)):
        it.scene.tell(f.CameraSeen(NEXT, "room-651", moving, preset), source="room-651")
        it.settle()
        seen.add(picture(it.button("camera_3")))
    it.scene.tell(f.CameraSeen(NEXT, "room-651", False, 1), source="room-651")
    it.scene.room.refuses[RecallPreset] = Problem.of("wire.closed", device="VCS")
    it.scene.dispatcher.submit(RecallPreset(endpoint=NEXT, number=3))
    it.settle()
    seen.add(picture(it.button("camera_3")))
    assert len(seen) == 5
    assert it.button("camera_3").accessibleName() == "3 Bên trái, bị từ chối"


def test_a_dead_pad_is_disabled_and_says_why(it: Inspected) -> None:
    it.show("24214")
    button = it.button("camera_1")
    assert not button.isEnabled()
    assert "chưa khai báo thiết bị" in button.toolTip()
    assert any("chưa khai báo thiết bị" in text for text in it.texts())


def test_the_rooms_own_microphone_is_switched_in_the_room(it: Inspected) -> None:
    it.show(NEXT)
    link = next(b for b in it.panel.findChildren(LinkButton) if b.text() == "Tắt tại phòng")
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    asked = it.scene.room.asked[-1]
    assert isinstance(asked, MuteRoom)
    assert (asked.endpoint, asked.muted) == (NEXT, True)
    it.scene.tell(f.RoomSeen(NEXT, "room-651", mic_muted=True, standby=False, in_call=True))
    it.settle()
    assert link.text() == "Bật tại phòng"
    it.show("24214")
    assert not link.isVisible()


def test_a_phone_number_is_copied(it: Inspected) -> None:
    copied: list[str] = []
    it.panel.copied.connect(copied.append)
    it.show(NEXT)
    link = next(b for b in it.panel.findChildren(LinkButton) if b.text() == "0905 000 000")
    link.click()
    assert copied == ["0905 000 000"]
    assert QGuiApplication.clipboard().text() == "0905 000 000"


def test_history_is_that_sites_own(it: Inspected) -> None:
    it.lines.add(it.scene.paper.events, it.scene.state)
    it.show(PODIUM)
    assert any(text.startswith("08:38:56 ") for text in it.texts())
    it.show("24214")
    assert "Chưa có gì trong phiên này." in it.texts()


def test_refresh_touches_only_what_concerns_it(it: Inspected) -> None:
    it.show(NEXT)
    now = it.scene.clock.at_us
    it.panel.refresh(set(), now)
    shown = it.panel.look
    it.panel.refresh({("endpoint", "656"), ("heard", "cms-1")}, now)
    assert it.panel.look is shown
    it.scene.tell(it.scene.leg(NEXT, mic_muted=False))
    it.settle()
    assert it.panel.look is not shown


def test_language_and_theme_change_while_it_is_open(it: Inspected) -> None:
    it.show(NEXT)
    dark = picture(it.panel)
    try:
        wording.use("en")
        assert "Muted · MCU confirmed 07:29:30" in it.texts()
        one_theme("light")
        assert picture(it.panel) != dark
    finally:
        wording.use("vi")
        one_theme("dark")
    assert not missing


@pytest.mark.parametrize("height", [998, 686])
def test_a_long_name_moves_nothing_and_nothing_is_wider_than_the_panel(
    it: Inspected, height: int
) -> None:
    it.panel.resize(WIDTH, height)
    it.show(NEXT)
    long = "Xã <b>Ia Lốp</b> " * 18
    it.scene.state.endpoints[NEXT] = replace(it.scene.state.endpoints[NEXT], name=long)
    it.panel.refresh({("endpoint", NEXT)}, it.scene.clock.at_us)
    QGuiApplication.processEvents()
    view = it.panel.site_view
    assert view.width() <= WIDTH
    for child in view.findChildren(QWidget):
        if child.isVisibleTo(view):
            right = child.mapTo(view, child.rect().topRight()).x()
            assert right <= view.width() - 15, child
    assert it.panel.width() == WIDTH


def test_with_little_height_the_plot_goes_first(it: Inspected) -> None:
    it.show(NEXT)
    plot = it.panel.findChild(TrendPlot)
    assert isinstance(plot, TrendPlot)
    assert plot.isVisible()
    it.panel.resize(WIDTH, 686)
    QGuiApplication.processEvents()
    assert not plot.isVisible()


# -- figures over time -----------------------------------------------------------------------------


def measured(it: Scene, at_us: int, loss: float | None, jitter: float | None = 10.0) -> None:
    it.state.quality[NEXT] = Quality(at_us, loss, jitter)


def test_history_keeps_half_an_hour_and_invents_nothing() -> None:
    it = scene()
    it.state.quality.clear()
    history = QualityHistory()
    now = it.clock.at_us
    for second in range(4000):
        if not 2500 <= second < 3000:
            measured(it, now + second * S, 1.0 + (second == 3500) * 7.0)
        history.observe(it.state, now + second * S)
        history.observe(it.state, now + second * S)
    end = now + 3999 * S
    columns = history.columns(NEXT, Figure.LOSS, end, 1800)
    assert len(columns) == 1800
    assert sum(math.isnan(low) for low, _ in columns) == pytest.approx(500, abs=2)
    assert max(high for _, high in columns if not math.isnan(high)) == 8.0
    coarse = history.columns(NEXT, Figure.LOSS, end, 60)
    assert sum(high == 8.0 for _, high in coarse) == 1
    assert (
        history.columns("nobody", Figure.LOSS, end, 3)
        == [(pytest.approx(math.nan, nan_ok=True),) * 2] * 3
    )
    assert len(history._rings[NEXT].at_s) <= 1800 + 601


def test_a_tiny_line_carries_the_last_value_over_a_gap() -> None:
    it = scene()
    it.state.quality.clear()
    history = QualityHistory()
    now = it.clock.at_us
    for at, loss in ((-250, 1.0), (-200, None), (-100, 3.0)):
        measured(it, now + at * S, loss)
        history.observe(it.state, now + at * S)
    line = history.trend(NEXT, Figure.LOSS, now, count=6)
    assert line == (1.0, 1.0, 1.0, 3.0, 3.0)
    assert history.trend("nobody", Figure.LOSS, now) == ()


def test_a_site_that_left_the_roster_is_forgotten() -> None:
    it = scene()
    history = QualityHistory()
    history.observe(it.state, it.clock.at_us)
    assert history.trend(NEXT, Figure.JITTER, it.clock.at_us)
    del it.state.endpoints[NEXT]
    history.observe(it.state, it.clock.at_us)
    assert not history.trend(NEXT, Figure.JITTER, it.clock.at_us)


def test_the_plot_shows_the_figure_that_was_clicked(it: Inspected) -> None:
    it.show(NEXT)
    for second in range(60):
        it.scene.clock.at_us += S
        it.scene.tell(
            f.QualityMeasured(NEXT, Quality(it.scene.clock.at_us, 0.5, 20.0 + second % 3))
        )
        it.settle()
    QGuiApplication.processEvents()
    plot = it.panel.findChild(TrendPlot)
    assert isinstance(plot, TrendPlot)
    assert plot.accessibleName() == "Mất gói 30 phút, %: 0,5"
    rows = it.panel.findChildren(FigureRow)
    QTest.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    assert rows[1].isChecked()
    assert not rows[0].isChecked()
    assert plot.accessibleName() == "Trễ biến thiên 30 phút, ms: 22,0"


def test_the_plots_scale_holds_every_value_and_rarely_moves(qtbot: QtBot) -> None:
    plot = TrendPlot(one_theme())
    qtbot.addWidget(plot)
    plot.resize(288, 96)
    plot.show()
    plot.draw(Figure.LOSS, [(0.1, 0.4)] * 100)
    view = plot._plot.getPlotItem().getViewBox()
    low = view.viewRange()[1]
    plot.draw(Figure.LOSS, [(0.1, 1.9)] * 100)
    assert view.viewRange()[1] == low
    plot.draw(Figure.LOSS, [(0.1, 7.0)] * 99 + [(math.nan, math.nan)])
    assert view.viewRange()[1][1] >= 7.0
    plot.draw(Figure.JITTER, [(5.0, 5000.0)])
    assert view.viewRange()[1][1] >= 5000.0
    one_theme("light")
    one_theme("dark")
    plot.draw(Figure.LOSS, [(math.nan, math.nan)] * 4)
    assert plot.accessibleName() == "Chưa có số đo nào trong 30 phút qua."
    assert not plot._plot.isVisible()


def test_plotting_waits_for_the_frame_clock(qtbot: QtBot) -> None:
    queued: list[object] = []

    class Frame:
        def queue_plot(self, repaint: object) -> None:
            queued.append(repaint)

    made = scene()
    owner = QWidget()
    qtbot.addWidget(owner)
    desk = desk_for(made, owner)
    panel = InspectorPanel(desk, frame=Frame())  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(WIDTH, 998)
    panel.show()
    panel.show_sites((NEXT,))
    panel.refresh(set(), made.clock.at_us + S)
    assert queued
    assert len(set(map(str, queued))) == 1


def test_pyqtgraph_is_not_imported_for_the_inspector_itself() -> None:
    import subprocess

    code = (
        "import sys, console.qt.panels.inspector, console.qt.trends.plot;"
        "sys.exit('pyqtgraph' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


# -- text ------------------------------------------------------------------------------------------


def test_tone_text_takes_only_the_lines_it_has(qtbot: QtBot) -> None:
    text = ToneText(one_theme(), lines=3)
    qtbot.addWidget(text)
    text.resize(200, 20)
    text.say(Said("ngắn"))
    assert text.height() == text.line_height()
    assert text.toolTip() == ""
    text.say(Said("một câu dài hơn nhiều " * 20, "refused"))
    assert text.height() == 3 * text.line_height()
    assert text.toolTip().startswith("một câu")
    one = picture(text)
    text.say(Said("một câu dài hơn nhiều " * 20, "bad"))
    assert picture(text) != one
    text.say(Said(""))
    assert text.isHidden()
