"""What is remembered of MCUs' parameters, and how it is said."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.device import Figures, LinkHealth
from console.domain.state import State
from console.qt.looks.header import Health
from console.qt.looks.mcu import NOTHING, FigureCell, McuLook, mcu_looks
from console.qt.trends.figure_plot import Shown, Window
from console.qt.trends.figures import SPAN_S, Curve, FiguresHistory
from tests.qt.scene import NOW_US, S, Scene, scene

START_S = 1_700_000_000


def history(at: range, load: float = 50.0) -> FiguresHistory:
    made = FiguresHistory()
    for at_s in at:
        made.add("m", Figures((START_S + at_s) * S, 100 + at_s, load_pct=load))
    return made


def cell(it: Scene, name: str, kept: FiguresHistory | None = None) -> FigureCell:
    return next(c for c in look(it, kept).cells if c.id == name)


def look(it: Scene, kept: FiguresHistory | None = None) -> McuLook:
    kept = kept or FiguresHistory()
    kept.observe(it.state, it.clock.at_us)
    return mcu_looks(it.state, kept, it.clock.at_us)[0]


# -- the history -------------------------------------------------------------------------------


def test_a_line_holds_what_was_told_and_nothing_else() -> None:
    xs, ys = history(range(0, 60, 15)).line("m", Curve.PORTS, START_S, START_S + 60, 500)
    assert (xs, ys) == ([0.0, 15.0, 30.0, 45.0], [100.0, 115.0, 130.0, 145.0])
    assert history(range(0, 60, 15)).line("other", Curve.PORTS, START_S, START_S + 60, 5) == (
        [],
        [],
    )


def test_a_silence_is_a_gap_and_not_a_line() -> None:
    kept = history(range(0, 150, 15))
    kept.add("m", Figures((START_S + 600) * S, 7))
    xs, ys = kept.line("m", Curve.PORTS, START_S, START_S + 700, 500)
    assert xs[-2:] == [600.0, 600.0]
    assert math.isnan(ys[-2])
    assert ys[-1] == 7.0


def test_a_figure_that_was_not_told_is_a_gap() -> None:
    xs, ys = history(range(0, 60, 15)).line("m", Curve.RX, START_S, START_S + 60, 500)
    assert len(xs) == 4
    assert all(math.isnan(y) for y in ys)


def test_a_plot_gets_at_most_two_values_a_pixel_and_keeps_the_peaks() -> None:
    kept = history(range(3000))
    kept.add("m", Figures(START_S * S + 1, 100_000))
    for at_s in range(3000, 3600):
        kept.add("m", Figures((START_S + at_s) * S, 5000 if at_s == 3100 else 200))
    xs, ys = kept.line("m", Curve.PORTS, START_S, START_S + 3600, 300)
    assert len(xs) <= 600
    assert max(ys) == 5000
    assert xs == sorted(xs)


def test_an_hour_is_kept_and_no_more() -> None:
    kept = history(range(0, 5 * SPAN_S, 5))
    ring = kept._devices["m"].figures
    assert len(ring.at_s) < SPAN_S // 5 + 400
    assert len(ring.values[Curve.LOAD]) == len(ring.at_s)


def test_the_period_is_that_of_the_devices_own_rounds() -> None:
    assert FiguresHistory().period_s("m") == 15.0
    assert history(range(0, 300, 30)).period_s("m") == 30.0
    assert history(range(0, 20, 1)).period_s("m") == 2.0


def test_a_device_that_is_gone_is_forgotten() -> None:
    it, kept = scene(), FiguresHistory()
    kept.observe(it.state, it.clock.at_us)
    assert kept.version("cms-1")
    kept.observe(State(), it.clock.at_us)
    assert kept.version("cms-1") == 0


def test_the_history_follows_the_state_and_takes_a_round_once() -> None:
    it, kept = scene(), FiguresHistory()
    for _ in range(3):
        kept.observe(it.state, it.clock.at_us)
    first = kept.version("cms-1")
    it.tell(f.FiguresMeasured("cms-1", Figures(NOW_US + 15 * S, 207, 300)))
    it.settle()
    kept.observe(it.state, it.clock.at_us)
    assert kept.version("cms-1") == first + 1
    start_s = NOW_US // S
    assert kept.line("cms-1", Curve.PORTS, start_s, start_s + 20, 99) == ([0, 15], [206, 207])


def test_the_hour_ends_with_the_running_minute_and_has_its_quarters() -> None:
    window = Window.at(NOW_US)
    assert window.end_s - window.start_s == SPAN_S
    assert 0 < window.end_s - NOW_US // S <= 60
    assert [text for _, text in window.ticks()] == ["07:45", "08:00", "08:15", "08:30"]


# -- how they are said -------------------------------------------------------------------------


def test_parameters_are_said_as_numbers() -> None:
    shown = {c.id: (c.value, c.unit) for c in look(scene()).cells}
    assert shown == {
        "ports": ("206", "/ 300"),
        "load": ("61", "%"),
        "bandwidth": ("388", "↓ 402 ↑ Mb/s"),
        "legs": ("206", ""),
        "rtt": ("24", "ms"),
        "alarms": ("0", ""),
        "uptime": ("41", "ngày"),
    }
    assert look(scene()).about == "CMS 3.9"


def test_what_was_not_told_is_a_dash_never_a_nought() -> None:
    it = scene()
    it.tell(f.FiguresMeasured("cms-1", Figures(NOW_US + S)))
    it.settle()
    told = {c.id: c.value for c in look(it).cells}
    assert told.pop("rtt") == "24"
    assert told.pop("alarms") == "0", "the list of its alarms was read, and was empty"
    assert set(told.values()) == {NOTHING}
    it.state.devices["cms-1"] = replace(it.state.devices["cms-1"], figures=None)
    assert cell(it, "alarms").value == NOTHING


def test_figures_are_old_after_two_rounds_and_a_half() -> None:
    it, kept = scene(), FiguresHistory()
    for at_s in range(-300, 1, 30):
        kept.add("cms-1", Figures(NOW_US + at_s * S, 206))
    it.clock.at_us = NOW_US + 74 * S
    assert look(it, kept).stale == ""
    it.clock.at_us = NOW_US + 76 * S
    assert look(it, kept).stale == "tin cũ 01:16"
    assert look(it, kept).health is Health.WARN, "and no calm disc stands beside that"


def test_figures_of_a_lost_mcu_are_old_at_once() -> None:
    it = scene()
    it.tell(f.LinkChanged("cms-1", LinkHealth.DOWN))
    it.settle()
    it.clock.at_us += 3 * S
    shown = look(it)
    assert (shown.stale, shown.health) == ("tin cũ 00:03", Health.BAD)
    assert cell(it, "rtt").value == NOTHING


@pytest.mark.parametrize(
    ("figures", "name", "role"),
    [
        (Figures(1, 150, 300), "ports", "text"),
        (Figures(1, 290, 300), "ports", "amber"),
        (Figures(1, 300, 300), "ports", "mag"),
        (Figures(1, load_pct=79.0), "load", "text"),
        (Figures(1, load_pct=85.0), "load", "amber"),
        (Figures(1, load_pct=99.0), "load", "mag"),
        (Figures(1, uptime_s=120), "uptime", "amber"),
        (Figures(1, alarms=("callBrandingFailure",)), "alarms", "amber"),
    ],
)
def test_colour_only_where_something_is_wrong(figures: Figures, name: str, role: str) -> None:
    it = scene()
    it.state.devices["cms-1"] = replace(it.state.devices["cms-1"], figures=figures)
    shown = cell(it, name)
    assert shown.role == role
    assert bool(shown.tip) == (role != "text"), "what is wrong is said too"


def test_every_choice_has_its_figure_beside_it() -> None:
    cells = {c.id for c in look(scene()).cells}
    assert {one.value for one in Shown} <= cells
