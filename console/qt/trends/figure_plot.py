"""The hour of an MCU's chosen figure, drawn by pyqtgraph once somebody looks at it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from console.qt.fonts import font
from console.qt.theme import Theme
from console.qt.trends.canvas import bare_plot
from console.qt.trends.figures import SPAN_S, Curve, FiguresHistory
from console.qt.wording import clock, number, say

_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
"""The scale's upper end: the least step that holds every value, so that it rarely changes."""
_LEFT_PX = 44
_TICK_S = 900
_FAR = 4
"""A capacity so many times above the curve is not drawn: the curve would be flat at the ground."""
_END_PX = 9
"""Room above and below the curve for half a figure of the scale."""


class Shown(Enum):
    """What can be chosen for a plot; the value names its texts."""

    PORTS = "ports"
    LOAD = "load"
    BANDWIDTH = "bandwidth"
    RTT = "rtt"

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves that it is drawn by, the accented one first."""
        if self is Shown.BANDWIDTH:
            return Curve.RX, Curve.TX
        return (Curve(self.value),)


@dataclass(frozen=True, slots=True)
class Window:
    """The hour that is shown: it ends with the minute that is running (s of UTC)."""

    start_s: int
    end_s: int

    @classmethod
    def at(cls, now_us: int) -> Window:
        """The hour up to now."""
        end_s = (now_us // 60_000_000 + 1) * 60
        return cls(end_s - SPAN_S, end_s)

    def ticks(self) -> list[tuple[float, str]]:
        """The quarters of an hour that fall into it, as times of day."""
        first = self.start_s // _TICK_S * _TICK_S + _TICK_S
        # too near an end, a text would be cut
        return [
            (at - self.start_s, clock(at * 1_000_000)[:5])
            for at in range(first, self.end_s, _TICK_S)
            if 100 <= at - self.start_s <= SPAN_S - 100
        ]


Line = tuple[list[float], list[float]]
"""A curve's xs (s after the window's start) and ys; NaN in gaps."""


class LinePlot(QWidget):
    """One or two curves over the last hour, and a limit as a dashed line.

    Fixed ranges, pens of width 1, at most two values a pixel; what was not told is a gap. `none`
    is the text that says why there is nothing to draw.
    """

    none = "mcu.plot.none"
    highest = "mcu.plot.highest"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plot: Any = None
        self._curves: list[Any] = []
        self._capacity: Any = None
        self._scaled = (0.0, 0)
        self._window = Window(0, 0)
        self.empty = True
        """Whether there is nothing to draw."""
        self.drawn = 0
        """How often it was drawn."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._dress)

    @property
    def columns(self) -> int:
        """How many columns of values it can show: one to a pixel."""
        return max(60, self.width() - _LEFT_PX)

    def show_lines(
        self,
        title: str,
        window: Window,
        lines: Sequence[Line],
        capacity: float | None = None,
        top: float = 0.0,
    ) -> None:
        """Show these, the accented one first; `top` is the least upper end of the scale."""
        self.drawn += 1
        highest = max((y for _, ys in lines for y in ys if not math.isnan(y)), default=math.nan)
        self.empty = math.isnan(highest)
        self.setAccessibleName(f"{title}: {say(self.none)}" if self.empty else title)
        if self.empty:
            self.setAccessibleDescription("")
            if self._plot is not None:
                self._plot.hide()
            self.update()
            return
        self.setAccessibleDescription(say(self.highest, value=highest))
        plot = self._plot if self._plot is not None else self._make()
        plot.show()
        if capacity is not None and capacity > _FAR * highest:
            capacity = None
        self._scale(window, _step(max(highest, capacity or 0.0, top)))
        for at, curve in enumerate(self._curves):
            xs, ys = lines[at] if at < len(lines) else ([], [])
            curve.setData(xs, ys, connect="finite")
        self._capacity.setVisible(capacity is not None)
        if capacity is not None:
            self._capacity.setValue(capacity)

    def _make(self) -> Any:
        pg: Any = import_module("pyqtgraph")
        self._plot = bare_plot(self, _LEFT_PX)
        item = self._plot.getPlotItem()
        item.showGrid(y=True)
        self._capacity = pg.InfiniteLine(angle=0)
        item.addItem(self._capacity, ignoreBounds=True)
        for _ in range(2):
            curve = pg.PlotCurveItem(antialias=False, skipFiniteCheck=False)
            item.addItem(curve, ignoreBounds=True)
            self._curves.insert(0, curve)  # the accented one lies above the other
        self._box.addWidget(self._plot)
        self._dress()
        return self._plot

    def _scale(self, window: Window, top: float) -> None:
        item = self._plot.getPlotItem()
        if window != self._window:
            self._window = window
            item.setXRange(0, SPAN_S, padding=0)
            item.getAxis("bottom").setTicks([window.ticks()])
        if (top, self.height()) != self._scaled:
            self._scaled = (top, self.height())
            item.setYRange(0, top, padding=_END_PX / max(60, self.height() - 26))
            item.getAxis("left").setTicks([[(v, _tick(v)) for v in (0.0, top / 2, top)]])

    def _dress(self) -> None:
        if self._plot is None:
            return
        pg: Any = import_module("pyqtgraph")
        color = self._theme.color
        self._plot.setBackground(color("surface"))
        for curve, role in zip(self._curves, ("accent", "muted"), strict=True):
            curve.setPen(pg.mkPen(color(role), width=1))
        self._capacity.setPen(pg.mkPen(color("muted"), width=1, style=Qt.PenStyle.DashLine))
        for name in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(color("line"), width=1))
            axis.setTickPen(pg.mkPen(color("line"), width=1))
            axis.setTextPen(pg.mkPen(color("muted"), width=1))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.empty:
            return
        painter = QPainter(self)
        painter.setFont(font(12))
        painter.setPen(self._theme.color("dim"))
        words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(16, 0, -16, 0), int(words), say(self.none))


class FigurePlot(LinePlot):
    """One figure of one MCU over the last hour, and its capacity."""

    def draw(
        self,
        history: FiguresHistory,
        device: str,
        shown: Shown,
        capacity: float | None,
        now_us: int,
    ) -> None:
        """Show what is remembered of a device; `capacity` is the most it can have, if known."""
        window = Window.at(now_us)
        lines = [
            history.line(device, curve, window.start_s, window.end_s, self.columns)
            for curve in shown.curves
        ]
        top = 100.0 if shown is Shown.LOAD else 0.0
        self.show_lines(say(f"mcu.figure.{shown.value}"), window, lines, capacity, top)


def _step(highest: float) -> float:
    return float(next((step for step in _STEPS if highest <= step), highest))


def _tick(value: float) -> str:
    return number(value, 0 if value >= 10 or value == int(value) else 1)
