"""The other workspaces in their states: the MCU desk, the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from console.domain import facts as f
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.qt.mcu.device_model import Which
from console.qt.mcu_scene import past_figures
from console.qt.pictures.stage import Shot, Stage
from console.qt.trends.figure_plot import Shown

if TYPE_CHECKING:
    from console.qt.mcu.workspace import McuWorkspace


def mcu(stage: Stage) -> None:
    """The MCU workspace, with the hour that it remembers."""
    history = stage.window.inside.beside.figures
    for device, figures, rtt_ms in past_figures():
        history.add(device, figures)
        history.add_rtt(device, figures.at_us, rtt_ms)
    stage.window.inside.workspaces.show("mcu")
    _drawn_plots(stage)


def _drawn_plots(stage: Stage) -> None:
    """Until every plot is painted."""
    for _ in range(4):  # one plot to a tick
        stage.settle()


def mcu_trouble(stage: Stage) -> None:
    """A silent MCU with old figures, the list down to what is in trouble, one line explained."""
    mcu(stage)
    problem = Problem.of("wire.unreachable", device="MCU Văn phòng UBND", reason="route")
    stage.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, problem))
    stage.settle(94)
    page = cast("McuWorkspace", stage.window.inside.workspaces.built["mcu"])
    page.plots.cards[0].buttons[Shown.LOAD].click()
    page.plots.cards[1].buttons[Shown.RTT].click()
    page.devices.chips[Which.TROUBLED].click()
    page.devices.choose("cms-1")
    page.devices.table.setFocus()
    page.events.table.setCurrentIndex(page.events.model.index(0, 0))
    _drawn_plots(stage)


def mcu_empty(stage: Stage) -> None:
    """The MCU workspace with no MCU."""
    stage.window.inside.workspaces.show("mcu")
    _drawn_plots(stage)


def record(state: str) -> Shot:
    """The record and the tie to the office, in one of its states."""

    def shown(stage: Stage) -> None:
        from console.qt.record.stage import show_record

        show_record(stage.window, stage.scene, state)
        _drawn_plots(stage)

    return shown


def enrol(state: str) -> Shot:
    """The enrolment at an office, in one of its states."""

    def shown(stage: Stage) -> None:
        from console.qt.record.stage import show_enrol

        show_enrol(stage.window, state)

    return shown


def conflicts(stage: Stage) -> None:
    """What was proposed on an older version than the office has."""
    from console.qt.record.stage import show_conflicts

    show_conflicts(stage.window, stage.scene)
