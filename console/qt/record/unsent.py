"""The rows that waited for the office over the last hour."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.qt.clock import FrameClock
from console.qt.grid.sprites import Weight
from console.qt.panels.card import Card
from console.qt.panels.painted import TextLine
from console.qt.record.history import SyncHistory
from console.qt.theme import Theme
from console.qt.trends.figure_plot import LinePlot, Window
from console.qt.wording import say, wording

_LEAST_TOP = 10.0


class UnsentPlot(LinePlot):
    """Its curve."""

    none = "record.plot_none"
    highest = "record.plot_highest"


class UnsentCard(Card):
    """The plot with its title; drawn when there is something new, in a tick of its own."""

    def __init__(
        self,
        theme: Theme,
        history: SyncHistory,
        frame: FrameClock | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, 16, parent)
        self._history, self._frame = history, frame
        self._now_us = 0
        self._drawn: tuple[object, ...] = ()
        self.title = TextLine(theme, "text", 13, Weight.DemiBold)
        self.plot = UnsentPlot(theme)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        self.column.addLayout(row)
        self.column.addWidget(self.plot, 1)

    def show_now(self, now_us: int) -> None:
        """Draw again where the hour, the rows or the language are others."""
        self.title.say(say("record.plot"))
        self._now_us = now_us
        wanted = (
            self._history.version, now_us // 60_000_000, self.plot.width(), wording.language,
        )  # fmt: skip
        if wanted == self._drawn:
            return
        self._drawn = wanted
        if self._frame is None:
            self._draw()
        else:
            self._frame.queue_plot(self._draw)

    def _draw(self) -> None:
        if not self.isVisible():
            self._drawn = ()
            return
        window = Window.at(self._now_us)
        line = self._history.line(window.start_s, window.end_s, self.plot.columns)
        self.plot.show_lines(say("record.plot"), window, [line], top=_LEAST_TOP)
