"""One site in the inspector, top to bottom in the order of a phone call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from console.domain.commands.room import MuteRoom, RecallPreset
from console.domain.policy import Policy
from console.qt.clock import FrameClock
from console.qt.grid.sprites import elided, text_height, text_width
from console.qt.looks.camera import CameraLook
from console.qt.looks.inspector import Said, SiteLook
from console.qt.looks.journal_lines import JournalLine, LineTone
from console.qt.panels.buttons import ActionButton
from console.qt.panels.camera_pad import CameraPad
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_rows import ContactRow, FactRow, FigureRow, LinkButton
from console.qt.panels.inspector_text import TONES, ToneText
from console.qt.panels.painted import Align, TextLine, caption, draw_line
from console.qt.theme import Theme
from console.qt.trends.history import Figure, QualityHistory
from console.qt.trends.plot import TrendPlot
from console.qt.wording import clock, say, say_problem

About = Callable[[str, int], Sequence[JournalLine]]
"""The newest lines of the journal that concern a site, the newest first."""
_POLICY = Policy()
_HISTORY = 8
_TALL = 800
"""Below this height (px) there is no room for the half-hour plot."""
_LINE_TONES = {
    LineTone.PLAIN: "muted",
    LineTone.DONE: "muted",
    LineTone.PENDING: "pending",
    LineTone.WARN: "warn",
    LineTone.NOTE: "value",
}


class Chips(QWidget):
    """What is so of a site, each in a box of its own, on as many lines as it takes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._theme = theme
        self._chips: tuple[Said, ...] = ()
        theme.changed.connect(self.update)

    def say(self, chips: tuple[Said, ...]) -> None:
        """Show these."""
        if chips != self._chips:
            self._chips = chips
            self.setAccessibleName(", ".join(chip.text for chip in chips))
            self._lay()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay()

    def _lay(self) -> None:
        places = self._places()
        height = int(places[-1][1]) + 24 if places else 0
        if height != self.height():
            self.setFixedHeight(height)

    def _places(self) -> list[tuple[float, float, float, Said]]:
        """Each chip with its left, top and width (px)."""
        places: list[tuple[float, float, float, Said]] = []
        x = y = 0.0
        for chip in self._chips:
            width = min(text_width(chip.text, 12) + 14, float(self.width() - 1))
            if x and x + width > self.width() - 1:
                x, y = 0.0, y + 28
            places.append((x, y, width, chip))
            x += width + 8
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for x, y, width, chip in self._places():
            odd = chip.tone not in ("value", "muted", "dim")
            color = self._theme.color(TONES[chip.tone])
            painter.setPen(QPen(color if odd else self._theme.color("line"), 1))
            painter.drawRoundedRect(QRectF(x + 0.5, y + 0.5, width, 22), 2, 2)
            room = QRectF(x + 7, y, width - 13, 23)
            draw_line(painter, room, elided(chip.text, 12, room.width()), color, 12)

    def sizeHint(self) -> QSize:
        return QSize(100, self.height())


class SiteView(QWidget):
    """Everything about one site.

    Signals: `pressed_down` and `let_go` (action id) for what is held; `copied(number)`.
    """

    pressed_down = Signal(str)
    let_go = Signal(str)
    copied = Signal(str)

    def __init__(
        self, desk: Desk, quality: QualityHistory, about: About, frame: FrameClock | None
    ) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._quality, self._about, self._frame = desk, quality, about, frame
        self._look: SiteLook | None = None
        self._figure = Figure.LOSS
        self._now_us = 0
        self._tall = True
        theme = desk.theme
        self._crumb = TextLine(theme, "muted", 12)
        self._name = ToneText(theme, 20, QFont.Weight.DemiBold, lines=2)
        self._tally = TextLine(theme, "red", 11, QFont.Weight.DemiBold, pill=True, hug=True)
        self._chips = Chips(theme)
        self._contacts = [ContactRow(theme) for _ in range(4)]
        self._nobody = ToneText(theme, 13, lines=2)
        self._kind = FactRow(theme, "inspector.row.line")
        self._address = FactRow(theme, "inspector.row.address")
        self._loss = FigureRow(theme, "inspector.row.loss", _POLICY.loss_warn_pct * 2)
        self._jitter = FigureRow(theme, "inspector.row.jitter", _POLICY.jitter_warn_ms * 2)
        self._picture = FactRow(theme, "inspector.row.picture")
        self._rtt = FactRow(theme, "inspector.row.rtt")
        self._plot = TrendPlot(theme)
        self._mcu = ToneText(theme, 13, lines=2)
        self._room = ToneText(theme, 13, lines=2)
        self._at_room = LinkButton(theme)
        self._asked = ToneText(theme, 12, lines=3)
        self._pad = CameraPad(theme)
        self._lines = [ToneText(theme, 12, lines=2) for _ in range(_HISTORY)]
        self._titles: dict[str, TextLine] = {}
        self._build()

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(4)
        crumb = QHBoxLayout()
        crumb.setSpacing(8)
        crumb.addWidget(self._crumb, 1)
        crumb.addWidget(self._tally)
        rows.addLayout(crumb)
        rows.addWidget(self._name)
        rows.addSpacing(2)
        rows.addWidget(self._chips)
        self._decide = ActionButton(self._desk.actions, self._desk.theme, "conflicts")
        self._decide.hide()
        edit = self._buttons("edit_contact")
        self._section(rows, "contacts", *self._contacts, self._nobody, edit, self._decide)
        for contact in self._contacts:
            contact.copied.connect(self.copied)
        figures = QButtonGroup(self)
        for row, figure in ((self._loss, Figure.LOSS), (self._jitter, Figure.JITTER)):
            figures.addButton(row)
            row.clicked.connect(lambda _=False, figure=figure: self._choose(figure))
        self._loss.setChecked(True)
        self._section(
            rows, "line", self._kind, self._address, self._loss, self._jitter, self._plot,
            self._picture, self._rtt,
        )  # fmt: skip
        self._at_room.clicked.connect(self._mute_room)
        at_room = QHBoxLayout()
        at_room.setSpacing(8)
        at_room.addWidget(self._room, 1)
        at_room.addWidget(self._at_room, 0, Align.AlignTop)
        self._section(rows, "sound", self._buttons("mute", "cue"), self._mcu)
        rows.addLayout(at_room)
        rows.addWidget(self._asked)
        self._section(rows, "camera", self._pad)
        self._pad.pressed_down.connect(self.pressed_down)
        self._pad.let_go.connect(self.let_go)
        rows.addSpacing(4)
        rows.addLayout(self._buttons("redial", "hang_up"))
        self._section(rows, "history", *self._lines)
        rows.addStretch(1)

    def _section(self, rows: QVBoxLayout, name: str, *parts: QWidget | QLayout) -> None:
        rows.addSpacing(10)
        title = caption(self._desk.theme)
        self._titles[name] = title
        rows.addWidget(title)
        rows.addSpacing(2)
        for part in parts:
            if isinstance(part, QWidget):
                rows.addWidget(part)
            else:
                rows.addLayout(part)

    def _buttons(self, *ids: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(8)
        for action_id in ids:
            button = ActionButton(self._desk.actions, self._desk.theme, action_id)
            button.pressed_down.connect(self.pressed_down)
            button.let_go.connect(self.let_go)
            row.addWidget(button, 1)
        return row

    # -- showing ---------------------------------------------------------------------------------

    def retell(self) -> None:
        """Say the fixed texts anew: the language has changed."""
        for name, title in self._titles.items():
            title.say(say(f"inspector.section.{name}"))
        self._look = None

    def show_look(self, look: SiteLook, now_us: int) -> None:
        """Show a site as it is; only what changed is touched."""
        self._now_us = now_us
        before, self._look = self._look, look
        if before is None:
            for name, title in self._titles.items():
                title.say(say(f"inspector.section.{name}"))
        if look != before:
            self._show_head(look)
            self._show_sound(look)
            self._show_camera(look.camera)
        if before is None or before.site != look.site:
            self.show_trends(now_us)
            self.show_history()

    def _show_camera(self, look: CameraLook) -> None:
        """The pad, if whoever sits here may use it."""
        barred = self._desk.actions.barred(RecallPreset(id="", endpoint="", number=1))
        if barred is not None:
            why = say_problem(barred)
            look = replace(look, why=why, why_store=why, status=why, tone="dim")
        self._pad.show_look(look)

    def _show_head(self, look: SiteLook) -> None:
        self._crumb.say(look.crumb)
        self._name.say(Said(look.name))
        self._tally.setVisible(bool(look.tally))
        if look.tally:
            role = "red" if look.tally == "podium" else "green"
            self._tally.say(say(f"inspector.{look.tally}"), role)
        self._chips.say(look.chips)
        for at, row in enumerate(self._contacts):
            row.setVisible(at < len(look.contacts))
            if at < len(look.contacts):
                row.show_look(look.contacts[at])
        self._nobody.say(Said("" if look.contacts else say("inspector.contact.none"), "dim"))
        self._decide.setVisible(any(contact.tone == "warn" for contact in look.contacts))
        line = look.line
        self._kind.say(Said(line.kind))
        self._address.say(Said(line.address, "muted"))
        self._picture.say(Said(line.picture))
        self._rtt.say(Said(line.rtt if self._tall else ""))

    def _show_sound(self, look: SiteLook) -> None:
        sound = look.sound
        self._mcu.say(sound.mcu)
        self._room.say(sound.room)
        self._asked.say(sound.asked)
        key = "inspector.sound.unmute_room" if sound.room_muted else "inspector.sound.mute_room"
        self._at_room.say(say(key) if sound.room_muted is not None else "")
        wish = MuteRoom(id="", endpoint=look.site, muted=False)
        able = self._desk.state.can(wish) and self._desk.actions.barred(wish) is None
        self._at_room.setEnabled(able)

    def show_trends(self, now_us: int) -> None:
        """Show the figures and how they went; once a second is enough."""
        self._now_us = now_us
        look = self._look
        if look is None:
            return
        for row, said, figure in (
            (self._loss, look.line.loss, Figure.LOSS),
            (self._jitter, look.line.jitter, Figure.JITTER),
        ):
            trend = self._quality.trend(look.site, figure, now_us) if look.line.measured else ()
            row.show_figure(said, trend, not self._plot.isHidden())
        if self._plot.isHidden():
            return
        if self._frame is not None:
            self._frame.queue_plot(self._draw_plot)
        else:
            self._draw_plot()

    def _draw_plot(self) -> None:
        if self._look is None or not self._plot.isVisible():
            return
        columns = self._quality.columns(
            self._look.site, self._figure, self._now_us, self._plot.columns
        )
        self._plot.draw(self._figure, columns)

    def _choose(self, figure: Figure) -> None:
        self._figure = figure
        self.show_trends(self._now_us)

    def show_history(self) -> None:
        """Show what happened to the site, the newest first."""
        if self._look is None:
            return
        lines = self._about(self._look.site, _HISTORY)
        for at, row in enumerate(self._lines):
            if at < len(lines):
                line = lines[at]
                row.say(Said(f"{clock(line.at_us)} {line.text}", _LINE_TONES[line.tone]))
            else:
                none = say("inspector.history.none") if at == 0 else ""
                row.say(Said(none, "dim"))

    def fit(self, height: int) -> None:
        """There is so much room (px): the plot and the round trip are the first to go."""
        self._tall = height >= _TALL
        self._plot.setVisible(self._tall)
        self._rtt.setVisible(self._tall and bool(self._look and self._look.line.rtt))
        self.show_trends(self._now_us)

    def show_holding(self, number: int, fraction: float) -> None:
        """A camera key is held: fill its ring (0–1)."""
        self._pad.show_holding(number, fraction)

    def _mute_room(self, _checked: bool = False) -> None:
        if self._look is not None:
            muted = self._look.sound.room_muted is not True
            self._desk.actions.submit(MuteRoom(endpoint=self._look.site, muted=muted))

    def sizeHint(self) -> QSize:
        return QSize(320, int(text_height(13)) * 30)
