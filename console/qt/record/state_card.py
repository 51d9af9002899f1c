"""How the sync stands, in words, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.qt.actions import Actions
from console.qt.grid.sprites import Weight
from console.qt.looks.header import Health
from console.qt.looks.inspector import Said
from console.qt.looks.sync import Story
from console.qt.panels.buttons import ActionButton
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine, draw_health
from console.qt.panels.sheet import draw_frame
from console.qt.theme import Theme
from console.qt.wording import say, wording

_EDGES = {Health.WARN: ("amber", 2), Health.BAD: ("mag", 2)}
_LINES = 3
_SHORT = ("sync_now", "copy_sync", "save_sync")
_SIGN_PX = 28


class HealthSign(QWidget):
    """The shape of a health, large enough to stand before a heading."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.health = Health.OFF
        self.setFixedSize(_SIGN_PX, _SIGN_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        theme.changed.connect(self.update)

    def show_health(self, health: Health) -> None:
        """Show another."""
        if health is not self.health:
            self.health = health
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(_SIGN_PX / 2, _SIGN_PX / 2)
        painter.scale(1.8, 1.8)
        draw_health(painter, QPointF(0, 0), self.health, self._theme)


class StateCard(QWidget):
    """What, why, what follows, what to do; its frame and sign say how bad. As tall whatever it
    says. Signals: `pressed_down` and `let_go` (action id) of what is held."""

    pressed_down = Signal(str)
    let_go = Signal(str)

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.story: Story | None = None
        self.sign = HealthSign(theme)
        self.what = TextLine(theme, "text", 18, Weight.DemiBold, least_px=14)
        self.account = TextLine(theme, "dim", 12, hug=True)
        self.lines = [ToneText(theme, 13, lines=2) for _ in range(_LINES)]
        self.buttons = {
            name: ActionButton(actions, theme, name)
            for name in ("sync_now", "copy_sync", "save_sync", "leave_office")
        }
        self._lay_out()
        theme.changed.connect(self.update)
        wording.changed.connect(self.retell)
        self.retell()

    def retell(self) -> None:
        """Name what can be done, as short as the place allows."""
        for name in _SHORT:
            self.buttons[name].set_text(say(f"record.{name}"))
        self.story = None

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.sign)
        top.addWidget(self.what, 1)
        top.addSpacing(12)
        top.addWidget(self.account)
        holder = QWidget()
        holder.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        texts = QVBoxLayout(holder)
        texts.setContentsMargins(_SIGN_PX + 6, 0, 0, 0)
        texts.setSpacing(4)
        for line in self.lines:
            texts.addWidget(line)
        texts.addStretch(1)
        holder.setFixedHeight(_LINES * (self.lines[0].line_height() + 4) + 4)
        row = QHBoxLayout()
        row.setContentsMargins(_SIGN_PX + 6, 0, 0, 0)
        row.setSpacing(8)
        for name, button in self.buttons.items():
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.pressed_down.connect(self.pressed_down)
            button.let_go.connect(self.let_go)
            if name == "leave_office":
                row.addStretch(1)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(holder)
        column.addLayout(row)

    def show_story(self, story: Story, place: str, account: str) -> None:
        """Show how it stands, and where the office is; touches only what is another."""
        self.account.say(place, tip=account)
        if story == self.story:
            return
        self.story = story
        self.sign.show_health(story.health)
        self.what.say(story.what)
        for at, line in enumerate(self.lines):
            text = story.lines[at] if at < len(story.lines) else ""
            doing = bool(story.action) and at == len(story.lines) - 1
            line.say(Said(text, "value" if doing else "muted"))
        self.setAccessibleName(". ".join((story.what, *story.lines)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        health = self.story.health if self.story is not None else Health.OFF
        draw_frame(self, self._theme, *_EDGES.get(health, ("line", 1)))
