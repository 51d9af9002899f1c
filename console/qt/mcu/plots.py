"""Two plots of the chosen MCU; what each of them shows is chosen and remembered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from console.domain.device import Figures
from console.domain.state import State
from console.qt.clock import FrameClock
from console.qt.looks.mcu import McuLook
from console.qt.panels.card import Card
from console.qt.panels.painted import TextLine
from console.qt.theme import Theme
from console.qt.trends.figure_plot import FigurePlot, Shown
from console.qt.trends.figures import FiguresHistory
from console.qt.wording import say, wording

_UNIT_PX = 480
"""A narrower card leaves out the unit of a rate; the strip above has it."""


_NOW_PX = 400
"""A narrower card leaves out the figure as it is now; the strip above has that too."""


class PlotCard(Card):
    """One plot, what it shows, and the figure as it is now. Signals: `chosen` (Shown)."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(theme, 12, parent)
        self.shown = shown
        self.first = TextLine(theme, "accent", 12, hug=True)
        self.now = TextLine(theme, "muted", 12, hug=True)
        self.plot = FigurePlot(theme)
        self.buttons: dict[Shown, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(2)
        for one in Shown:
            button = QToolButton()
            button.setCheckable(True)
            button.setProperty("role", "flat")
            button.clicked.connect(lambda _=False, o=one: self.choose(o))
            self.buttons[one] = button
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.first)
        row.addSpacing(8)
        row.addWidget(self.now)
        self.column.addLayout(row)
        self.column.addWidget(self.plot, 1)
        wording.changed.connect(self._retell)
        self._retell()
        self._mark()

    def choose(self, shown: Shown) -> None:
        """Show this figure from now on."""
        told = shown is not self.shown
        self.shown = shown
        self._mark()
        if told:
            self.chosen.emit(shown)

    def _mark(self) -> None:
        for one, button in self.buttons.items():
            button.setChecked(one is self.shown)

    def _retell(self) -> None:
        for one, button in self.buttons.items():
            text = say(f"mcu.figure.{one.value}")
            button.setText(text)
            button.setAccessibleName(say("mcu.plot.choose", what=text))

    def resizeEvent(self, event: object) -> None:
        for text in (self.first, self.now):
            text.setVisible(self.width() >= _NOW_PX)

    def say_now(self, look: McuLook | None) -> None:
        """The figure as it is now; of two curves, the accented one in its colour."""
        cell = next((c for c in look.cells if c.id == self.shown.value), None) if look else None
        if look is None or cell is None or look.stale:
            self.first.say("")
            self.now.say(look.stale if look else "")
            return
        if self.shown is Shown.BANDWIDTH and cell.unit:
            arrow, _, rest = cell.unit.partition(" ")
            self.first.say(f"{cell.value} {arrow}")
            self.now.say(rest if self.width() >= _UNIT_PX else rest.removesuffix(" Mb/s"))
        else:
            self.first.say("")
            self.now.say(f"{cell.value} {cell.unit}".rstrip())


class McuPlots(QWidget):
    """The two, side by side. They are drawn when there is something new, in ticks of their own.

    Signals: `chosen` (names of what the two show).
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        history: FiguresHistory,
        state: State,
        frame: FrameClock | None,
        shown: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._history, self._state, self._frame = history, state, frame
        self._device, self._now_us = "", 0
        self._drawn: tuple[object, ...] = ()
        known = {one.value: one for one in Shown}
        wanted = [known[name] for name in shown if name in known]
        first, second = wanted if len(wanted) == 2 else (Shown.PORTS, Shown.BANDWIDTH)
        self.cards = (PlotCard(theme, first), PlotCard(theme, second))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for card in self.cards:
            card.chosen.connect(self._chosen)
            card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            row.addWidget(card, 1)

    def show_mcu(self, look: McuLook | None, now_us: int) -> None:
        """Show this MCU; draws again where the hour, the figures or the choice are others."""
        self._device, self._now_us = look.id if look else "", now_us
        for card in self.cards:
            card.say_now(look)
        wanted = (
            self._device,
            self._history.version(self._device),
            now_us // 60_000_000,
            tuple(card.shown for card in self.cards),
            self.cards[0].plot.width(),
            wording.language,
        )
        if wanted == self._drawn:
            return
        self._drawn = wanted
        for draw in (self._draw_first, self._draw_second):
            if self._frame is None:
                draw()
            else:
                self._frame.queue_plot(draw)

    def _draw_first(self) -> None:
        self._draw(self.cards[0])

    def _draw_second(self) -> None:
        self._draw(self.cards[1])

    def _draw(self, card: PlotCard) -> None:
        if not self.isVisible():
            self._drawn = ()
            return
        device = self._state.devices.get(self._device)
        figures = device.figures if device and device.figures else Figures(0)
        capacity = figures.ports_total if card.shown is Shown.PORTS else None
        card.plot.draw(self._history, self._device, card.shown, capacity, self._now_us)

    def _chosen(self, _shown: Shown) -> None:
        self.chosen.emit(tuple(card.shown.value for card in self.cards))
