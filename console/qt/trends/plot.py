"""The half-hour plot of one figure of one site, drawn by pyqtgraph once somebody looks at it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.policy import Policy
from console.qt.fonts import font
from console.qt.theme import Theme
from console.qt.trends.canvas import bare_plot
from console.qt.trends.history import SPAN_S, Figure
from console.qt.wording import number, say

HEIGHT = 96
_STEPS = {
    Figure.LOSS: (2.0, 6.0, 20.0, 100.0),
    Figure.JITTER: (40.0, 80.0, 300.0, 1000.0),
}
"""The scale's upper end: the least step that holds every value, so that it rarely changes."""
_POLICY = Policy()
_BANDS = {
    Figure.LOSS: (_POLICY.loss_warn_pct, _POLICY.loss_bad_pct),
    Figure.JITTER: (_POLICY.jitter_warn_ms, _POLICY.jitter_bad_ms),
}
_MINUTES = SPAN_S / 60


class TrendPlot(QWidget):
    """A figure over the last half hour, with the lines where it becomes a warning and bad.

    pyqtgraph is imported the first time that something is drawn: never before the first paint.
    Fixed ranges, pens of width 1, the values already reduced to what a pixel can show.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plot: Any = None
        self._curve: Any = None
        self._limits: list[Any] = []
        self._top = 0.0
        self._figure = Figure.LOSS
        self._empty = True
        self.setFixedHeight(HEIGHT)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._dress)

    @property
    def columns(self) -> int:
        """How many columns of values it can show: one to a pixel."""
        return max(60, self.width() - 40)

    def draw(self, figure: Figure, columns: Sequence[tuple[float, float]]) -> None:
        """Show a figure: (lowest, highest) of each column of the half hour, oldest first."""
        self._empty = all(math.isnan(low) for low, _ in columns)
        self.setAccessibleName(self._told(figure, columns))
        if self._empty:
            if self._plot is not None:
                self._plot.hide()
            self._figure = figure
            self.update()
            return
        plot = self._plot if self._plot is not None else self._make()
        plot.show()
        self._scale(figure, columns)
        step = _MINUTES / len(columns)
        xs: list[float] = []
        ys: list[float] = []
        for at, (low, high) in enumerate(columns):
            x = at * step - _MINUTES
            xs += (x, x)
            ys += (low, high)
        self._curve.setData(xs, ys, connect="all" if not _gaps(columns) else "finite")

    def _told(self, figure: Figure, columns: Sequence[tuple[float, float]]) -> str:
        values = [high for _, high in columns if not math.isnan(high)]
        title = say(f"inspector.trend.{figure.value}")
        return f"{title}: {number(max(values))}" if values else say("inspector.trend.none")

    def _make(self) -> Any:
        plot = bare_plot(self)
        item = plot.getPlotItem()
        item.setXRange(-_MINUTES, 0, padding=0)
        minutes = [(-30, "−30′"), (-20, "−20′"), (-10, "−10′"), (0, "0")]
        item.getAxis("bottom").setTicks([minutes])
        pg: Any = import_module("pyqtgraph")
        self._curve = pg.PlotCurveItem(antialias=False, skipFiniteCheck=True)
        item.addItem(self._curve, ignoreBounds=True)
        for _ in range(2):
            limit = pg.InfiniteLine(angle=0)
            item.addItem(limit, ignoreBounds=True)
            self._limits.append(limit)
        self._plot = plot
        self._box.addWidget(plot)
        self._dress()
        return plot

    def _scale(self, figure: Figure, columns: Sequence[tuple[float, float]]) -> None:
        highest = max(high for _, high in columns if not math.isnan(high))
        steps = _STEPS[figure]
        top = next((step for step in steps if highest <= step), highest)
        if top == self._top and figure is self._figure:
            return
        self._top, self._figure = top, figure
        item = self._plot.getPlotItem()
        item.setYRange(0, top, padding=0.02)
        ticks = [(value, number(value, 0 if value >= 10 or value == int(value) else 1))
                 for value in (0.0, top / 2, top)]  # fmt: skip
        item.getAxis("left").setTicks([ticks])
        for limit, value in zip(self._limits, _BANDS[figure], strict=True):
            limit.setValue(value)
            limit.setVisible(value <= top)

    def _dress(self) -> None:
        if self._plot is None:
            return
        pg: Any = import_module("pyqtgraph")

        def pen(role: str, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> Any:
            color: QColor = self._theme.color(role)
            return pg.mkPen(color, width=1, style=style)

        self._plot.setBackground(self._theme.color("surface"))
        self._curve.setPen(pen("muted"))
        for limit, role in zip(self._limits, ("amber", "mag"), strict=True):
            limit.setPen(pen(role, Qt.PenStyle.DashLine))
        for axis in ("left", "bottom"):
            self._plot.getPlotItem().getAxis(axis).setPen(pen("line"))
            self._plot.getPlotItem().getAxis(axis).setTextPen(pen("muted"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self._top = 0.0
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._empty:
            return
        painter = QPainter(self)
        painter.setFont(font(12))
        painter.setPen(self._theme.color("dim"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        words = flags | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect(), int(words), say("inspector.trend.none"))


def _gaps(columns: Sequence[tuple[float, float]]) -> bool:
    return any(math.isnan(low) for low, _ in columns)
