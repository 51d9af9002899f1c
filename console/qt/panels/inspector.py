"""The inspector at the right of the window: the selected site, or the selected sites together."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.state import Key
from console.qt.clock import FrameClock
from console.qt.looks.inspector import Said, SiteLook
from console.qt.looks.selected import InspectorLook, ManyLook, folded_text, inspector_look
from console.qt.panels.buttons import ActionButton
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_site import About, SiteView
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import caption, draw_line
from console.qt.theme import Theme
from console.qt.trends.history import QualityHistory
from console.qt.wording import say, wording

WIDTH = 320
STRIP = 32
_WATCHED = frozenset({"session", "conference", "device", "command", "alarm", "roster", "note"})
_TOLD = frozenset({"command", "alarm", "note", "session"})
"""What the journal has a line for at once; the rest can wait for the second."""
_TROUBLES = 9


class FoldedStrip(QAbstractButton):
    """What is left of the folded inspector: whom it would show, and the key that opens it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedWidth(STRIP)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def say(self, text: str) -> None:
        """Show a text, read from top to bottom."""
        if text != self.text():
            self.setText(text)
            self.setToolTip(say("inspector.unfold"))
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = self._theme.color
        painter.fillRect(self.rect(), color("hover" if self.underMouse() else "surface"))
        if self.hasFocus():
            painter.fillRect(0, 0, 2, self.height(), color("accent"))
        painter.translate(self.width(), 0)
        painter.rotate(90)
        room = QRectF(14, 0, self.height() - 28, self.width())
        draw_line(painter, room, self.text(), color("muted"), 12)


class ManyView(QWidget):
    """Several sites at once: how they are, and what can be done for all of them.

    Signals: `pressed_down` and `let_go` (action id) for what is held.
    """

    pressed_down = Signal(str)
    let_go = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme = desk.theme
        self._title = ToneText(theme, 20, QFont.Weight.DemiBold, lines=2)
        self._counts = [ToneText(theme) for _ in range(4)]
        self._bulk = caption(theme)
        self._trouble = caption(theme)
        self._troubles = [ToneText(theme, 12, lines=2) for _ in range(_TROUBLES)]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(6)
        rows.addWidget(self._title)
        for count in self._counts:
            rows.addWidget(count)
        rows.addSpacing(10)
        rows.addWidget(self._bulk)
        for ids in (("mute", "hide"), ("redial", "hang_up")):
            row = QHBoxLayout()
            row.setSpacing(8)
            for action_id in ids:
                button = ActionButton(desk.actions, theme, action_id)
                button.pressed_down.connect(self.pressed_down)
                button.let_go.connect(self.let_go)
                row.addWidget(button, 1)
            rows.addLayout(row)
        rows.addSpacing(10)
        rows.addWidget(self._trouble)
        for trouble in self._troubles:
            rows.addWidget(trouble)
        rows.addStretch(1)

    def show_look(self, look: ManyLook) -> None:
        """Show a selection."""
        self._bulk.say(say("inspector.section.bulk"))
        self._trouble.say(say("inspector.section.trouble"))
        self._title.say(Said(look.title))
        troubled = look.troubled or (Said(say("inspector.many.fine"), "dim"),)
        for texts, rows in ((look.counts, self._counts), (troubled, self._troubles)):
            for at, row in enumerate(rows):
                row.say(texts[at] if at < len(texts) else Said(""))


class InspectorPanel(QWidget):
    """The selected sites, ~320 px wide, or folded to a strip of 32.

    `about` tells what happened to a site; `frame` lets the plot repaint in a tick of its own.
    Signals: `pressed_down` and `let_go` (action id) for buttons that are held; `copied(number)`.
    """

    pressed_down = Signal(str)
    let_go = Signal(str)
    copied = Signal(str)

    def __init__(
        self,
        desk: Desk,
        about: About = lambda site, count: (),
        frame: FrameClock | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._sites: tuple[str, ...] = ()
        self._look: InspectorLook = None
        self._second = 0
        self.quality = QualityHistory()
        self.site_view = SiteView(desk, self.quality, about, frame)
        self.many_view = ManyView(desk)
        self._nothing, self._hint = ToneText(desk.theme, 16, lines=2), ToneText(desk.theme, lines=4)
        self._pages = QStackedWidget()
        self._pages.setProperty("role", "panel")
        for page in (self._nothing_page(), self._scrolled(self.site_view), self.many_view):
            self._pages.addWidget(page)
        self._strip = FoldedStrip(desk.theme)
        self._strip.clicked.connect(desk.actions.of["inspector"].trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._pages)
        row.addWidget(self._strip)
        for view in (self.site_view, self.many_view):
            view.pressed_down.connect(self.pressed_down)
            view.let_go.connect(self.let_go)
        self.site_view.copied.connect(self.copied)
        wording.changed.connect(self.retell)
        self.set_folded(False)
        self._show(desk.clock.now_us())

    def _nothing_page(self) -> QWidget:
        page = QWidget()
        page.setProperty("role", "panel")
        rows = QVBoxLayout(page)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.addWidget(self._nothing)
        rows.addWidget(self._hint)
        rows.addStretch(1)
        return page

    @staticmethod
    def _scrolled(view: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setWidget(view)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setProperty("role", "panel")
        area.viewport().setProperty("role", "panel")
        return area

    # -- what it shows -------------------------------------------------------------------------

    @property
    def look(self) -> InspectorLook:
        """What it shows now; None where nothing is selected."""
        return self._look

    @property
    def folded(self) -> bool:
        """Whether only the strip is left."""
        return self._folded

    def set_folded(self, folded: bool) -> None:
        """Fold away, or open."""
        self._folded = folded
        self._pages.setVisible(not folded)
        self._strip.setVisible(folded)
        self.setFixedWidth(STRIP if folded else WIDTH)
        self._show(self._desk.clock.now_us())

    def show_sites(self, sites: Iterable[str]) -> None:
        """Show these sites from now on."""
        wanted = tuple(sites)
        if wanted != self._sites:
            self._sites = wanted
            self._show(self._desk.clock.now_us())

    def refresh(self, keys: set[Key], now_us: int) -> None:
        """Show anew what the touched keys concern; once a second, what runs with time."""
        second = now_us // 1_000_000
        ticked, self._second = second != self._second, second
        if ticked:
            self.quality.observe(self._desk.state, now_us)
        if ticked or self._concerned(keys):
            self._show(now_us)
        if not isinstance(self._look, SiteLook) or self._folded:
            return
        if ticked:
            self.site_view.show_trends(now_us)
        if ticked or any(kind in _TOLD for kind, _ in keys):
            self.site_view.show_history()

    def _concerned(self, keys: set[Key]) -> bool:
        if not self._sites or not keys:
            return False
        if any(("endpoint", s) in keys or ("speech", s) in keys for s in self._sites):
            return True
        return any(kind in _WATCHED for kind, _ in keys)

    def _show(self, now_us: int) -> None:
        state = self._desk.state
        if self._folded:
            self._strip.say(folded_text(state, self._sites))
            return
        self._look = inspector_look(state, self._sites, now_us)
        match self._look:
            case SiteLook():
                self._pages.setCurrentIndex(1)
                self.site_view.show_look(self._look, now_us)
            case ManyLook():
                self._pages.setCurrentIndex(2)
                self.many_view.show_look(self._look)
            case _:
                self._pages.setCurrentIndex(0)
                self._nothing.say(Said(say("inspector.nothing"), "muted"))
                self._hint.say(Said(say("inspector.nothing_hint"), "dim"))

    def show_holding(self, action_id: str, fraction: float) -> None:
        """A key or button is held (0–1): a camera memory fills its ring."""
        name, _, number = action_id.rpartition("_")
        if name == "camera" and number.isdigit():
            self.site_view.show_holding(int(number), fraction)

    def retell(self) -> None:
        """Show everything anew: the language, or whoever sits here, is another."""
        self.site_view.retell()
        self._show(self._desk.clock.now_us())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.site_view.fit(self.height())

    def sizeHint(self) -> QSize:
        return QSize(STRIP if self._folded else WIDTH, 600)
