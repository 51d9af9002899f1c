"""A pyqtgraph canvas as all our plots use it: fixed ranges, nothing to click, small figures."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from console.qt.fonts import font


def bare_plot(parent: QWidget, left_px: int = 30) -> Any:
    """A plot inside `parent`; pyqtgraph is imported by the first one, never before."""
    pg: Any = import_module("pyqtgraph")
    plot: Any = pg.PlotWidget(parent=parent)  # never a window of its own
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    item = plot.getPlotItem()
    item.hideButtons()
    item.setMenuEnabled(False)
    item.setContentsMargins(0, 8, 8, 0)
    box = item.getViewBox()
    box.setMouseEnabled(False, False)
    box.disableAutoRange()
    box.setDefaultPadding(0)
    item.getAxis("left").setWidth(left_px)
    item.getAxis("bottom").setHeight(18)
    for axis in ("left", "bottom"):
        item.getAxis(axis).setStyle(tickFont=font(11), tickLength=3, hideOverlappingLabels=False)
    return plot
