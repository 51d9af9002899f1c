"""The MCU workspace: parameters and plots, every link's health, alarms, and what happened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from console.domain.state import Key
from console.qt.clock import FrameClock
from console.qt.happened import Happenings
from console.qt.looks.mcu import McuLook, mcu_looks
from console.qt.mcu.devices import DevicesPanel
from console.qt.mcu.events import EventsPanel
from console.qt.mcu.plots import McuPlots
from console.qt.mcu.strips import HEIGHT, McuStrips
from console.qt.page import Page
from console.qt.panels.alarms import AlarmsPanel
from console.qt.panels.column import add_column
from console.qt.panels.desk import EVERYTHING, Desk, Touched
from console.qt.place import WIDE
from console.qt.settings import Settings
from console.qt.trends.figures import FiguresHistory
from console.qt.wording import wording

_STRIPS = 3
"""More MCUs than this are scrolled."""
_GAP_PX, _MARGIN_PX = 8, 12
_FIGURES = frozenset({"device", "second"})


class McuWorkspace(Page):
    """Everything the MCU operator works with. Signals: `copied` (text)."""

    copied = Signal(str)

    def __init__(
        self,
        desk: Desk,
        history: FiguresHistory,
        happenings: Happenings,
        settings: Settings,
        frame: FrameClock | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._history, self._settings = desk, history, settings
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.strips = McuStrips(desk.theme)
        self.plots = McuPlots(desk.theme, history, desk.state, frame, settings.now.plots)
        self.devices = DevicesPanel(desk)
        self.alarms = AlarmsPanel(desk)
        self.events = EventsPanel(desk, happenings)
        self._lay_out()
        self.strips.chosen.connect(self._show_figures)
        self.plots.chosen.connect(self._choose_plots)
        self.devices.copied.connect(self.copied)
        self.alarms.showing.connect(desk.point)
        wording.changed.connect(self._show_figures)

    def _lay_out(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.strips)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout(self)
        left, right = add_column(row, 65, _GAP_PX), add_column(row, 35, _GAP_PX)
        left.addWidget(self._scroll)
        left.addWidget(self.plots)
        left.addWidget(self.devices, 1)
        right.addWidget(self.alarms, 5)
        right.addWidget(self.events, 6)
        row.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        row.setSpacing(_MARGIN_PX)

    # -- what the window asks ------------------------------------------------------------------

    def refresh(self, keys: set[Key], touched: Touched, now_us: int) -> None:
        """Show what was touched."""
        self.devices.refresh(touched)
        self.alarms.refresh(touched, now_us)
        self.events.refresh(touched, now_us)
        if touched.any(_FIGURES):
            self._show_figures()

    def show_all(self) -> None:
        """Show everything anew."""
        now_us = self._desk.clock.now_us()
        self.devices.model.reload()
        self.alarms.show_now(now_us)
        self.events.refresh(EVERYTHING, now_us)
        self._show_figures()

    def home(self) -> QWidget:
        """Who has the keyboard when nobody else wants it."""
        return self.devices.table if self.devices.table.isVisible() else self

    def panes(self) -> list[QWidget]:
        """Where F6 goes, in turn."""
        strips = [strip for strip in self.strips.shown if strip.isChecked()]
        first = self.plots.cards[0]
        return [
            *strips,
            first.buttons[first.shown],
            self.devices.table if self.devices.table.isVisible() else self.devices.search,
            self.alarms.list,
            self.events.table if self.events.table.isVisible() else self.events.search,
        ]

    def clear(self) -> bool:
        """Show again what searches and choices left out; whether there was anything."""
        return any([self.devices.clear(), self.events.clear()])

    def search(self) -> QWidget:
        return self.devices.search

    def alarm_list(self) -> QWidget:
        return self.alarms.list

    # -- figures -------------------------------------------------------------------------------

    def _show_figures(self, _device: str = "") -> None:
        now_us = self._desk.clock.now_us()
        looks = mcu_looks(self._desk.state, self._history, now_us)
        self.strips.show_looks(looks)
        self._scroll.setFixedHeight(self._strips_height(len(looks)))
        self.plots.show_mcu(self._chosen(looks), now_us)

    def _chosen(self, looks: tuple[McuLook, ...]) -> McuLook | None:
        return next((look for look in looks if look.id == self.strips.device), None)

    @staticmethod
    def _strips_height(count: int) -> int:
        rows = max(1, min(_STRIPS, count))
        return rows * HEIGHT + (rows - 1) * 6

    def _choose_plots(self, shown: tuple[str, ...]) -> None:
        self._settings.keep(plots=shown)
        self._show_figures()

    def resizeEvent(self, event: object) -> None:
        wide = self.width() >= WIDE
        self.plots.setFixedHeight(max(150, min(260, self.height() * (26 if wide else 23) // 100)))
        self._show_figures()
