"""Toasts: what was refused or is not known, in words that can be copied; never a modal box."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.qt.fonts import BODY_PX, font
from console.qt.panels.journal_strip import STRIP_ROW_PX
from console.qt.panels.painted import Align, TextLine, draw_wrapped, wrapped_height
from console.qt.theme import Theme
from console.qt.wording import say

_SHOWN_S = 12.0
_MOST = 3
_WIDTH, _LEAST = 700, 320
_ONE_PX = 44
"""A message of one line; a longer one is taller by whole lines of the journal that it stands over,
so that each of them is read or covered."""
_READ_PX = 200
"""So much of a message's width is its text's; its buttons may make it wider than its place is."""
_ROLES = {"refused": "amber", "unknown": "amber", "told": "accent"}
_SIGNS = {"refused": "✕", "unknown": "?", "told": "i"}


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that a toast offers, and the words on its button."""

    action: str
    text: str


@dataclass(slots=True)
class _Told:
    """What a toast says, how often, and until when (µs UTC)."""

    text: str
    tone: str
    until_us: int
    times: int = 1
    offer: Offer | None = None


class Toast(QWidget):
    """One message: `refused`, `unknown` or `told`, with its sign, wrapped text, copy and close."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wide = _WIDTH
        self.told: _Told | None = None
        self.times = TextLine(theme, "muted", 12, align=Align.AlignRight, hug=True)
        self.offer = QToolButton()
        self.copy = QToolButton()
        self.close_button = QToolButton()
        for button in (self.offer, self.copy, self.close_button):
            if button is not self.offer:
                button.setProperty("role", "flat")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 6, 8, 6)
        row.setSpacing(6)
        row.addStretch(1)
        row.addWidget(self.times)
        row.addWidget(self.offer)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_told(self, told: _Told) -> None:
        """Show a message."""
        self.told = told
        self.times.say(say("toast.times", n=told.times) if told.times > 1 else "")
        self.offer.setText(told.offer.text if told.offer else "")
        self.offer.setVisible(told.offer is not None)
        self.copy.setText(say("toast.copy"))
        self.close_button.setText(say("toast.close"))
        self.setAccessibleName(told.text)
        self.updateGeometry()
        self.update()

    def _copy(self) -> None:
        if self.told is not None:
            QGuiApplication.clipboard().setText(self.told.text)
            self.copy.setText(say("toast.copied"))

    def _used(self) -> int:
        """What is beside the text: sign, buttons, gaps."""
        beside = [self.times, self.copy, self.close_button]
        if self.told is not None and self.told.offer:
            beside.append(self.offer)
        return sum(w.sizeHint().width() for w in beside) + 78 + 6 * (len(beside) - 2)

    @property
    def least(self) -> int:
        """As narrow as it can be read."""
        return max(_LEAST, self._used() + _READ_PX)

    def _text_width(self) -> float:
        return max(120.0, self._wide - self._used())

    def set_width(self, width: int) -> None:
        """As wide as there is room."""
        if width != self._wide:
            self._wide = width
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        text = self.told.text if self.told else ""
        tall = wrapped_height(text, BODY_PX, self._text_width())
        rows = max(0, min(9, ceil((tall + 18 - _ONE_PX) / STRIP_ROW_PX)))
        return QSize(self._wide, _ONE_PX + rows * STRIP_ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.told is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color(_ROLES[self.told.tone])
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        middle = self.height() / 2
        disc = QRectF(12, middle - 9, 18, 18)
        painter.drawEllipse(disc)
        painter.setFont(font(12))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, _SIGNS[self.told.tone])
        rect = QRectF(42, 4, self._text_width(), self.height() - 8)
        draw_wrapped(painter, rect, self.told.text, self._theme.color("text"), BODY_PX)


class Toasts(QWidget):
    """Up to three messages one over the other; the same one again is counted, not repeated.

    Signals: `taken` (action id) where what a message offers is wanted.
    """

    taken = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._told: list[_Told] = []
        self._over: QWidget | None = None
        self.toasts = [Toast(theme, self) for _ in range(_MOST)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for toast in self.toasts:
            toast.hide()
            toast.close_button.clicked.connect(lambda _=False, t=toast: self._close(t))
            toast.offer.clicked.connect(lambda _=False, t=toast: self._take(t))
            column.addWidget(toast)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is told now, the newest last."""
        return [told.text for told in self._told]

    def tell(self, text: str, tone: str, now_us: int, offer: Offer | None = None) -> None:
        """Tell something, and perhaps offer what to do about it."""
        until = now_us + int(_SHOWN_S * 1e6)
        for told in self._told:
            if told.text == text:
                told.times += 1
                told.until_us = until
                break
        else:
            self._told = [*self._told[1 - _MOST :], _Told(text, tone, until, offer=offer)]
        self._show()
        self.raise_()

    def refresh(self, now_us: int) -> None:
        """Let old messages go, unless the mouse is over them."""
        pointed_at = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        if self._told and not pointed_at:
            left = [told for told in self._told if told.until_us > now_us]
            if len(left) != len(self._told):
                self._told = left
                self._show()
        self.place()

    def clear(self) -> None:
        """Let every message go."""
        self._told = []
        self._show()

    def _take(self, toast: Toast) -> None:
        offer = toast.told.offer if toast.told else None
        self._close(toast)
        if offer is not None:
            self.taken.emit(offer.action)

    def _close(self, toast: Toast) -> None:
        self._told = [told for told in self._told if told is not toast.told]
        self._show()

    def _show(self) -> None:
        for number, toast in enumerate(self.toasts):
            if number < len(self._told):
                toast.show_told(self._told[number])
                toast.show()
            else:
                toast.hide()
        self.setVisible(bool(self._told))
        self.place()

    def place(self, over: QWidget | None = None) -> None:
        """Stand at the foot of the window, over a panel that says the same at length; above it
        while somebody types there."""
        self._over = over or self._over
        parent = self.parentWidget()
        if parent is None or not self._told or self._over is None:
            return
        corner = self._over.mapTo(parent, QPoint(0, 0))
        left = corner.x() + 8
        least = max(toast.least for toast in self.toasts if toast.told is not None)
        width = max(least, min(_WIDTH, self._over.width() - 16))
        for toast in self.toasts:
            toast.set_width(width)
        height = self.sizeHint().height()
        focus = QApplication.focusWidget()
        typing = focus is not None and self._over.isAncestorOf(focus)
        foot = corner.y() if typing else parent.height()
        self.setGeometry(left, foot - height - 6, width, height)
