"""The layout panel: conference layouts and chair's-screen layouts as drawn buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from console.domain.commands.base import Command
from console.domain.commands.mcu import SetConferenceLayout, SetScreenLayout
from console.domain.layout import Layout
from console.domain.state import State
from console.qt.grid.sprites import Weight
from console.qt.looks.layouts import (
    Asked,
    LayoutChoice,
    conference_choices,
    conference_silent_s,
    other_layout,
    screen_choices,
)
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.layout_icon import draw_layout
from console.qt.panels.painted import Align, caption, draw_line, rule
from console.qt.theme import Theme
from console.qt.wording import say, say_refused, wording

_KINDS = frozenset({"session", "conference", "device", "command", "operator", "second"})
_WISHES: dict[str, Command] = {
    "conference": SetConferenceLayout(id="", conference="", layout=Layout.SINGLE),
    "screen": SetScreenLayout(id="", endpoint="", layout=Layout.SINGLE),
}
_SIZE = QSize(46, 38)
_USUAL = (1, 2, 4, 6, 5, 3, 7, 9, 8)
"""Which numbers are shown first where there is no room for all nine."""


class LayoutButton(QToolButton):
    """One layout: reported, asked for, refused, unknown or impossible, each looks another."""

    def __init__(self, theme: Theme, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.number = number
        self.choice: LayoutChoice | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(_SIZE)
        theme.changed.connect(self.update)

    def show_choice(self, choice: LayoutChoice) -> None:
        """Show how this layout stands."""
        if choice == self.choice:
            return
        self.choice = choice
        self.setEnabled(choice.enabled)
        self.retell()
        self.update()

    def retell(self) -> None:
        """Word its tip anew."""
        choice = self.choice
        if choice is None:
            return
        name = say(f"layout.{choice.layout.value}")
        lines = [say("layouts.tip", number=choice.number, layout=name)]
        if choice.reported:
            lines.append(say("layouts.reported"))
        if choice.asked is not Asked.NOTHING:
            lines.append(say(f"layouts.{choice.asked.value}"))
        if choice.problem is not None:
            lines.append(say_refused(choice.problem))
        self.setToolTip("\n".join(lines))
        self.setAccessibleName(name)
        self.setAccessibleDescription(", ".join(lines[1:]))

    def paintEvent(self, event: QPaintEvent) -> None:
        choice = self.choice
        if choice is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        able = choice.enabled
        edge, width, dashed = "line", 1.0, False
        if choice.asked is Asked.PENDING:
            edge, width, dashed = "accent", 2.0, True
        elif choice.asked in (Asked.REFUSED, Asked.UNKNOWN):
            edge, width = "amber", 1.5
        elif choice.reported or self.hasFocus():
            edge, width = "accent", 2.0
        pen = QPen(color(edge), width)
        if dashed:
            pen.setDashPattern([2.0, 1.5])
        painter.setPen(pen)
        ground = "sel" if choice.reported else ("hover" if self.underMouse() and able else "raised")
        painter.setBrush(color(ground if able else "surface"))
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 4, 4)
        ink = color("accent" if choice.reported else "muted") if able else color("line")
        box = QRectF(7, 8, self.width() - 14, self.height() - 16)
        draw_layout(painter, box, choice.layout, ink, color(ground if able else "surface"))
        mark = {Asked.PENDING: ("…", "accent"), Asked.REFUSED: ("✕", "amber")}
        mark[Asked.UNKNOWN] = ("?", "amber")
        if choice.asked in mark:
            text, role = mark[choice.asked]
            corner = QRectF(self.width() - 15, 0, 12, 14)
            painter.fillRect(corner.adjusted(-1, 2, 0, 0), color(ground if able else "surface"))
            draw_line(painter, corner, text, color(role), 12, Weight.DemiBold, Align.AlignHCenter)


class LayoutRow(QWidget):
    """A title and its buttons. Signals: `more_wanted` (the button with all nine)."""

    more_wanted = Signal()

    def __init__(
        self,
        desk: Desk,
        kind: str,
        choices: Callable[[State, int], tuple[LayoutChoice, ...]],
        usual: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._kind, self._choices, self._usual = desk, kind, choices, usual
        self.title = caption(desk.theme, hug=True)
        self.buttons = [LayoutButton(desk.theme, number) for number in range(1, 10)]
        self.more = QToolButton()
        self.more.setText("…")
        self.more.setProperty("role", "flat")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.clicked.connect(self.more_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        column.addWidget(self.title)
        row = QHBoxLayout()
        row.setSpacing(6)
        prefix = "layout" if kind == "conference" else "screen"
        for button in self.buttons:
            action = desk.actions.of[f"{prefix}_{button.number}"]
            button.clicked.connect(action.trigger)
            row.addWidget(button)
        row.addWidget(self.more)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.retell()

    def set_usual(self, count: int) -> None:
        """How many layouts there is room for."""
        if count != self._usual:
            self._usual = count
            self._show(self._desk.clock.now_us())

    def retell(self) -> None:
        """Say everything anew."""
        self._show(self._desk.clock.now_us())
        self.more.setToolTip(say("layouts.more"))
        self.more.setAccessibleName(say("layouts.more"))
        for button in self.buttons:
            button.retell()

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show what was touched."""
        chair = self._desk.state.session.chair
        if touched.any(_KINDS, chair):
            self._show(now_us)

    def _show(self, now_us: int) -> None:
        choices = self._choices(self._desk.state, now_us)
        barred = self._desk.actions.barred(_WISHES[self._kind])
        if barred is not None:
            choices = tuple(replace(c, problem=barred, enabled=False) for c in choices)
        shown = _shown(choices, self._usual)
        silent_s = conference_silent_s(self._desk.state, now_us)
        title = say(f"layouts.{self._kind}")
        if silent_s:
            self.title.say(f"{title} · {say('podium.stale', s=silent_s)}", "amber")
        elif other := other_layout(self._desk.state, self._kind):
            self.title.say(f"{title} · {say(f'layout.{other.value}')}", "muted")
        else:
            self.title.say(title, "muted")
        for button, choice in zip(self.buttons, choices, strict=True):
            button.show_choice(choice)
            button.setVisible(choice.number in shown)


def _shown(choices: tuple[LayoutChoice, ...], room: int) -> set[int]:
    """The numbers to show: what is reported or asked, what can be had, then the usual ones."""
    by_number = {choice.number: choice for choice in choices}
    ordered = sorted(
        _USUAL,
        key=lambda n: (
            not (by_number[n].reported or by_number[n].asked is not Asked.NOTHING),
            not by_number[n].enabled,
            _USUAL.index(n),
        ),
    )
    return set(ordered[:room])


class LayoutsPanel(QWidget):
    """Both rows side by side. Signals: `prompt_wanted` ("conference" or "screen")."""

    prompt_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.conference = LayoutRow(desk, "conference", conference_choices, 5)
        self.chair = LayoutRow(desk, "screen", screen_choices, 4)
        self.conference.more_wanted.connect(lambda: self.prompt_wanted.emit("conference"))
        self.chair.more_wanted.connect(lambda: self.prompt_wanted.emit("screen"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (rule(vertical=True), self.conference, rule(vertical=True), self.chair):
            row.addWidget(widget)
        wording.changed.connect(self.retell)

    def set_usual(self, conference: int, screen: int) -> None:
        """How many layouts there is room for in each row."""
        self.conference.set_usual(conference)
        self.chair.set_usual(screen)

    def retell(self) -> None:
        """Say everything anew."""
        self.conference.retell()
        self.chair.retell()

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show what was touched."""
        self.conference.refresh(touched, now_us)
        self.chair.refresh(touched, now_us)
