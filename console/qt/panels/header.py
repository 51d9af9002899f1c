"""The header: the session, the wall clock, the health of every link, alarms, the menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from console.qt.grid.sprites import Weight, draw_alarm
from console.qt.looks.alarms import AlarmCount
from console.qt.looks.header import Chip, Health, JournalHealth, header_look
from console.qt.looks.seat import SeatLook
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.operator_button import OperatorButton
from console.qt.panels.painted import Align, TextLine, draw_health, draw_line, draw_touched
from console.qt.panels.steady import SteadyWidth
from console.qt.place import HEADER_PX
from console.qt.theme import Theme
from console.qt.wording import clock, say, wording

_KINDS = frozenset({"session", "device", "alarm", "heard", "second"})
_NARROW_PX, _TIGHT_PX = 1500, 1200
"""Below these widths names are short, and who sits here is told only where that matters."""
_TITLE_PX = 150
"""So much of the session's title is always to be read."""
_SIGN_PX, _AROUND_PX, _GAP_PX = 26, 56, 14
_QUIET = ("feed", "journal", "rooms")
"""The chips that shrink to their shape where there is no room, while they have nothing to tell."""


class ChipButton(QToolButton):
    """One link's health: its shape and a few words; a press explains it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chip = Chip("", Health.OFF, "", "")
        self._steady = SteadyWidth(12)
        self.small = False
        """Whether there is room for its shape alone."""
        self.setProperty("role", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def shrink(self, small: bool) -> None:
        """Show the shape alone, or its words too."""
        if small is not self.small:
            self.small = small
            self._tip()
            self.updateGeometry()
            self.update()

    def _tip(self) -> None:
        """What the words are where they are not shown."""
        chip = self.chip
        self.setToolTip(f"{chip.text}\n{chip.detail}" if self.small else chip.detail)

    def show_chip(self, chip: Chip) -> None:
        """Show another health; keeps its width while only figures change."""
        if chip == self.chip:
            return
        self.chip = chip
        self._steady.hold(chip.text)
        self.setText(chip.text)
        self._tip()
        self.setAccessibleName(chip.text)
        self.setAccessibleDescription(chip.detail)
        self.updateGeometry()
        self.update()

    @property
    def whole_px(self) -> int:
        """How wide it is with its words."""
        return self._steady.px + 32

    def sizeHint(self) -> QSize:
        return QSize(_SIGN_PX if self.small else self.whole_px, 28)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_touched(painter, self, self._theme)
        middle = self.height() / 2
        draw_health(painter, QPointF(13, middle), self.chip.health, self._theme)
        if self.small:
            return
        calm = self.chip.health in (Health.GOOD, Health.OFF)
        role = "muted" if calm else "text"
        rect = QRectF(24, 0, self.width() - 28, self.height())
        draw_line(painter, rect, self.chip.text, self._theme.color(role), 12)


class AlarmButton(QToolButton):
    """How many alarms stand open; the shape of the most urgent one. A press opens the list."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.count = AlarmCount()
        self._steady = SteadyWidth(12, Weight.Medium)
        self.setProperty("role", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_count(self, count: AlarmCount) -> None:
        """Show another count."""
        self.count = count
        text = say("header.alarms", n=count.open) if count.open else say("header.no_alarms")
        detail = say("header.alarms_detail", n=count.open, unnoted=count.unnoted)
        if (text, detail) != (self.text(), self.toolTip()):
            self.setText(text)
            self._steady.hold(text)
            self.setToolTip(detail)
            self.setAccessibleName(text)
            self.setAccessibleDescription(detail)
            changed = QAccessibleEvent(self, QAccessible.Event.NameChanged)
            QAccessible.updateAccessibility(changed)
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._steady.px + 36, 28)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_touched(painter, self, self._theme, self.isDown())
        left = 8.0
        if self.count.worst:
            box = QRectF(left, self.height() / 2 - 8, 16, 16)
            draw_alarm(painter, box, self.count.worst, not self.count.unnoted, self._theme)
            left += 22
        role = "text" if self.count.open else "dim"
        rect = QRectF(left, 0, self.width() - left - 4, self.height())
        draw_line(painter, rect, self.text(), self._theme.color(role), 12, Weight.Medium)


class HeaderPanel(QWidget):
    """The bar at the top. Signals: `explain_wanted` (chip, its button), `alarms_wanted`."""

    explain_wanted = Signal(object, object)
    alarms_wanted = Signal()

    def __init__(self, desk: Desk, menu: QToolButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._menu = desk, menu
        theme = desk.theme
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.journal: Callable[[], JournalHealth | None] = lambda: None
        self.office: Callable[[int], Chip | None] = lambda now_us: None
        self.title = TextLine(theme, "text", 15, Weight.DemiBold, hug=True, shrinks=True)
        self.phase = TextLine(theme, "text", 11, Weight.Medium, outline=True, hug=True)
        self.training = TextLine(theme, "yellow", 11, Weight.DemiBold, pill=True, hug=True)
        self.running = TextLine(theme, "muted", 12, hug=True)
        self.clock = TextLine(theme, "text", 24, Weight.Medium, Align.AlignHCenter, hug=True)
        self.operator = OperatorButton(theme)
        self.seat: Callable[[], SeatLook] | None = None
        """Who sits at the console; None where nobody was asked."""
        self.alarms = AlarmButton(theme)
        self.alarms.clicked.connect(self.alarms_wanted)
        self._chips: list[ChipButton] = []
        left, right = QWidget(), QWidget()
        for side in (left, right):
            side.setProperty("role", "bar")
        across = QHBoxLayout(left)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(14)
        for widget in (self.title, self.training, self.phase, self.running):
            across.addWidget(widget)
        across.addStretch(1)
        self._chip_row = QHBoxLayout(right)
        self._chip_row.setContentsMargins(0, 0, 0, 0)
        self._chip_row.setSpacing(2)
        self._chip_row.addStretch(1)
        self._chip_row.addWidget(self.alarms)
        self._chip_row.addSpacing(8)
        self._chip_row.addWidget(self.operator)
        self._chip_row.addSpacing(6)
        self._chip_row.addWidget(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(16)
        row.addWidget(left, 1)
        row.addWidget(self.clock)
        row.addWidget(right, 1)
        self.setFixedHeight(HEADER_PX)
        self.training.hide()
        wording.changed.connect(self.retell)
        self.retell()

    def set_training(self, training: bool) -> None:
        """Whether the devices are pretend ones: said in yellow, always."""
        self.training.setVisible(training)

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show what was touched, and the clock."""
        if touched.any(_KINDS):
            self._show(now_us)

    def retell(self) -> None:
        """Show everything anew."""
        self.training.say(say("header.training"))
        self.retell_seat()
        self._show(self._desk.clock.now_us())

    def retell_seat(self) -> None:
        """Say anew who sits at the console."""
        role = say("header.operator")
        self.operator.show_look(self.seat() if self.seat else SeatLook(role, role, ""))
        self.operator.setEnabled(self.seat is not None)
        self.resizeEvent(None)

    def _show(self, now_us: int) -> None:
        look = header_look(self._desk.state, now_us, self.journal(), self.office(now_us))
        self.title.say(look.title or say("header.no_session"), "text" if look.title else "dim")
        self.phase.say(look.phase)
        running = look.running_s >= 0
        self.running.say(say("header.running", s=look.running_s) if running else "")
        self.clock.say(clock(now_us))
        while len(self._chips) < len(look.chips):
            self._add_chip()
        for button, chip in zip(self._chips, look.chips, strict=False):
            button.show_chip(chip)
            button.show()
        for button in self._chips[len(look.chips) :]:
            button.hide()
        self.alarms.show_count(look.alarms)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for everything, quiet chips keep their shape alone, then the
        session's age goes, then its phase; what is wrong keeps its words."""
        spare = self.width() - self._wanted()
        quiet = [c for name in _QUIET for c in self.chips if c.chip.id == name]
        for chip in quiet:
            small = spare < 0 and chip.chip.health is Health.GOOD
            spare += chip.whole_px - _SIGN_PX if small else 0
            chip.shrink(small)
        for line in (self.running, self.phase):
            shown = bool(line.text) and spare >= 0
            spare += line.sizeHint().width() + _GAP_PX if line.text and not shown else 0
            line.setVisible(shown)

    def _wanted(self) -> int:
        """How wide (px) the header would like to be."""
        title = min(_TITLE_PX, self.title.sizeHint().width())
        lines = [line for line in (self.phase, self.running) if line.text]
        if not self.training.isHidden():
            lines.append(self.training)
        left = title + sum(line.sizeHint().width() + _GAP_PX for line in lines)
        right = sum(chip.whole_px + 2 for chip in self.chips)
        right += self.alarms.sizeHint().width() + self._menu.sizeHint().width() + _GAP_PX
        if not self.operator.isHidden():
            right += self.operator.sizeHint().width()
        return left + self.clock.sizeHint().width() + right + _AROUND_PX

    def _add_chip(self) -> None:
        button = ChipButton(self._desk.theme)
        button.clicked.connect(lambda: self.explain_wanted.emit(button.chip, button))
        self._chip_row.insertWidget(1 + len(self._chips), button)
        self._chips.append(button)

    @property
    def chips(self) -> list[ChipButton]:
        """The chips that are shown."""
        return [chip for chip in self._chips if not chip.isHidden()]

    def resizeEvent(self, event: object) -> None:
        wide = self.width() >= _NARROW_PX
        self.operator.set_short(not wide)
        calm = self.operator.look.tone == "muted"
        room = wide or (self.seat is not None and self.width() >= _TIGHT_PX)
        self.operator.setVisible(room or not calm)
        self._fit()
