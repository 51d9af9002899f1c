"""The edge of a dialog: what a key of the session came to while the dialog had the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

from console.domain.commands.base import Command
from console.qt.fonts import BODY_PX
from console.qt.looks.journal_lines import LineTone, wish_said
from console.qt.panels.desk import Desk
from console.qt.panels.painted import draw_wrapped, wrapped_height

_SHOWN_S = 8.0
_LEAST_PX, _EDGE_PX, _BESIDE_PX = 34, 3, 20
_ROLES = {LineTone.PENDING: "accent", LineTone.WARN: "amber"}


class DialogEdge(QWidget):
    """A text along a dialog's upper edge; the mouse goes through it. It stands while a wish is
    open, and for eight seconds after the last that there is to tell. What the dialog holds makes
    room for it the first time and keeps that room: nothing lies under the text, and nothing moves
    under the hand when it goes."""

    def __init__(self, desk: Desk, dialog: QWidget) -> None:
        super().__init__(dialog)
        self._desk = desk
        self._key = ""
        self._wish: Command | None = None
        self._until_us = 0
        layout = dialog.layout()
        self._own_px = layout.contentsMargins().top() if layout is not None else 0
        """What the dialog leaves free above its first row by itself."""
        self._made_px = 0
        """How much room has been made over it."""
        self.text, self.tone = "", LineTone.PLAIN
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def follow(self, key: str, wish: Command) -> None:
        """Tell what becomes of a wish that a key made."""
        self._key, self._wish = key, wish
        self.refresh(self._desk.clock.now_us())

    def tell(self, key: str, text: str, tone: LineTone = LineTone.WARN) -> None:
        """Tell what a key came to instead."""
        self._wish = None
        self._show(f"{key} · {text}", tone)

    def refresh(self, now_us: int) -> None:
        """Tell anew what has become of the wish, or go when it has been told for long enough."""
        if self._wish is not None:
            text, tone = wish_said(self._wish, self._desk.state)
            self._show(f"{self._key} · {text}", tone)
            if tone is not LineTone.PENDING:
                self._wish = None
        elif self.isVisible() and now_us >= self._until_us:
            self.hide()

    def _show(self, text: str, tone: LineTone) -> None:
        self._until_us = self._desk.clock.now_us() + int(_SHOWN_S * 1e6)
        if (text, tone) != (self.text, self.tone):
            self.text, self.tone = text, tone
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Lie along the dialog's upper edge, as tall as the text needs."""
        dialog = self.parentWidget()
        if dialog is not None:
            wide = dialog.width()
            tall = wrapped_height(self.text, BODY_PX, wide - 2 * _BESIDE_PX) + 14 + _EDGE_PX
            self.setGeometry(0, 0, wide, max(_LEAST_PX, int(tall)))
            self._make_room(dialog.layout())

    def _make_room(self, layout: QLayout | None) -> None:
        """Let the dialog's rows begin below the text."""
        if layout is not None and self.text and self.height() > self._made_px:
            self._made_px = self.height()
            margins = layout.contentsMargins()
            margins.setTop(self._own_px + self._made_px)
            layout.setContentsMargins(margins)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = self._desk.theme.color
        role = _ROLES.get(self.tone, "dim")
        rect = QRectF(self.rect())
        painter.fillRect(rect, color("raised"))
        painter.fillRect(QRectF(0, rect.height() - _EDGE_PX, rect.width(), _EDGE_PX), color(role))
        inner = rect.adjusted(_BESIDE_PX, 0, -_BESIDE_PX, -_EDGE_PX)
        draw_wrapped(painter, inner, self.text, color("text"), BODY_PX)
