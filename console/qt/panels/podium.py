"""The podium panel: who is on, how TAKE is doing, who is next, and the keys for both."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.qt.grid.sprites import Weight
from console.qt.looks.podium import NextLook, PodiumLook, Stand, next_look, podium_look
from console.qt.looks.sites import short
from console.qt.panels.buttons import ActionButton
from console.qt.panels.card import Card
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.painted import Align, TextLine
from console.qt.panels.steps import FailedSteps, StepTicks
from console.qt.selection import take_target
from console.qt.theme import Theme
from console.qt.wording import elapsed, say, wording

_KINDS = frozenset({"session", "conference", "command", "alarm", "roster", "second"})


class Planned(QWidget):
    """A thin line: how much of the time that the running order gives has been spoken."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share = -1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """From 0 to 1 and beyond; below 0 for none."""
        share = round(share, 3)
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(10, 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._share < 0:
            return
        painter = QPainter(self)
        rect = QRectF(self.rect())
        painter.fillRect(rect, self._theme.color("line"))
        rect.setWidth(rect.width() * min(1.0, self._share))
        painter.fillRect(rect, self._theme.color("amber" if self._share > 1 else "good"))


class PodiumCard(Card):
    """Who is on the podium."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, 13, parent)
        theme = desk.theme
        self.look = PodiumLook()
        self.state_pill = TextLine(theme, "red", 11, Weight.DemiBold, pill=True, hug=True)
        self.connection = TextLine(theme, "muted", 12, align=Align.AlignRight)
        self.name = TextLine(theme, "text", 20, Weight.DemiBold, least_px=12)
        self.timer = TextLine(theme, "text", 22, Weight.Medium, hug=True)
        self.planned = Planned(theme)
        self.ticks = StepTicks(theme)
        self.failed = FailedSteps(theme, desk.actions.retry)
        self.recover = QWidget()
        self.recover.setProperty("role", "bar")
        top, middle = QHBoxLayout(), QHBoxLayout()
        for row in (top, middle):
            row.setSpacing(8)
        top.addWidget(self.state_pill)
        top.addWidget(self.connection, 1)
        middle.addWidget(self.name, 1)
        middle.addWidget(self.timer)
        recover = QHBoxLayout(self.recover)
        recover.setContentsMargins(0, 4, 0, 0)
        recover.setSpacing(8)
        self.redial = ActionButton(desk.actions, theme, "redial")
        recover.addWidget(self.redial, 1)
        self.column.addLayout(top)
        self.column.addLayout(middle)
        for widget in (self.planned, self.ticks, self.failed, self.recover):
            self.column.addWidget(widget)
        self.recover.hide()
        theme.changed.connect(self.planned.update)
        wording.changed.connect(self._reword)

    def show_look(self, look: PodiumLook) -> None:
        """Show the podium; touches only what changed."""
        before, self.look = self.look, look
        match look.stand:
            case Stand.VACANT:
                self.set_tone("line")
                self.state_pill.say("", "red")
                self.name.say(say("podium.vacant"), "muted")
            case Stand.TAKING:
                self.set_tone("accent", 2, dashed=True)
                self.state_pill.say(say("podium.taking"), "accent")
                self.name.say(look.name, "text")
            case Stand.ON:
                self.set_tone("red", 4)
                self.state_pill.say(say("podium.on"), "red")
                self.name.say(look.name, "dim" if look.stale_s else "text")
            case Stand.LOST:
                self.set_tone("mag", 4)
                self.state_pill.say(say("podium.lost"), "mag")
                self.name.say(look.name, "text")
            case Stand.BACK:
                self.set_tone("amber", 3)
                self.state_pill.say(say("podium.back"), "amber")
                self.name.say(look.name, "text")
        self._show_times(look)
        self.ticks.show_steps(look.steps)
        self.ticks.setVisible(bool(look.steps))
        if (look.failed, look.attempt) != (before.failed, before.attempt):
            self.failed.show_failed(look.failed, look.attempt)
        self.recover.setVisible(look.stand in (Stand.LOST, Stand.BACK))

    def _reword(self) -> None:
        self.failed.show_failed(self.look.failed, self.look.attempt)

    def _show_times(self, look: PodiumLook) -> None:
        over = look.spoken_s - look.planned_s if look.planned_s else 0
        late = look.stand is Stand.ON and over > 0
        self.timer.say(elapsed(look.spoken_s) if look.spoken_s >= 0 else "", "text")
        if look.stand in (Stand.LOST, Stand.BACK):
            self.connection.say(look.note, "mag" if look.stand is Stand.LOST else "amber")
        elif look.stale_s:
            self.connection.say(say("podium.stale", s=look.stale_s), "amber")
        elif look.unheard:
            self.connection.say(look.unheard, "amber")
        elif late:
            self.connection.say(say("podium.over", s=over), "amber")
        else:
            self.connection.say(look.connection, "accent" if look.running else "muted")
        share = look.spoken_s / look.planned_s if look.planned_s and look.spoken_s >= 0 else -1.0
        self.planned.show_share(share)
        minutes = look.planned_s // 60
        self.timer.setToolTip(say("podium.planned", m=minutes) if minutes else "")


class NextCard(Card):
    """Who is next, and whether that site is ready."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk.theme, 13, parent)
        theme = desk.theme
        self.look = NextLook()
        self.label = TextLine(theme, "green", 12, Weight.DemiBold, hug=True)
        self.ready = TextLine(theme, "muted", 12, align=Align.AlignRight)
        self.name = TextLine(theme, "text", 18, Weight.DemiBold)
        self.hint = TextLine(theme, "muted", 12)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.label)
        top.addWidget(self.ready, 1)
        self.column.addLayout(top)
        self.column.addWidget(self.name)
        self.column.addWidget(self.hint)

    def show_look(self, look: NextLook) -> None:
        """Show the next; touches only what changed."""
        self.look = look
        staged = bool(look.site)
        self.set_tone("green" if staged else "line", 3 if staged else 1, dashed=staged)
        self.label.say(say("podium.next"), "green" if staged else "dim")
        self.ready.say(look.readiness.text if staged else "", "amber" if look.alarmed else "muted")
        self.name.say(look.name if staged else say("podium.none_next"), "text" if staged else "dim")
        self.hint.say(say("podium.none_next_help"), "dim")
        self.name.setVisible(staged)
        self.hint.setVisible(not staged)


class PodiumPanel(QWidget):
    """The heart of the window: podium, next, TAKE, and the keys around it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.card = PodiumCard(desk)
        self.next_card = NextCard(desk)
        actions, theme = desk.actions, desk.theme
        self.take = ActionButton(actions, theme, "take", "take", 15)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.card, self.next_card, self.take):
            column.addWidget(widget)
        keys = QGridLayout()
        keys.setSpacing(8)
        for number, name in enumerate(("chair_calls", "two_way", "mute_others", "undo")):
            button = ActionButton(actions, theme, name)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            keys.addWidget(button, number // 2, number % 2)
        column.addLayout(keys)
        wording.changed.connect(self.retell)
        self.retell()

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show what was touched, and the times that run."""
        state = self._desk.state
        if touched.any(_KINDS, state.podium, state.session.next, self.card.look.site):
            self._show(now_us)

    def retell(self) -> None:
        """Show everything anew."""
        self._show(self._desk.clock.now_us())

    def _show(self, now_us: int) -> None:
        state = self._desk.state
        self.card.show_look(podium_look(state, now_us))
        self.next_card.show_look(next_look(state, now_us))
        target = take_target(state, self._desk.actions.selection)
        name = f" · {short(state, target)}" if target else ""
        self.take.set_text(f"{say('action.take')}{name}")
