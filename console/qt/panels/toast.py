"""Toasts: what was refused or is not known, in words that can be copied; never a modal box."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from console.qt.fonts import BODY_PX, font
from console.qt.panels.painted import Align, TextLine
from console.qt.theme import Theme
from console.qt.wording import say

_SHOWN_S = 12.0
_MOST = 3
_WIDTH = 560
_ROLES = {"refused": "amber", "unknown": "amber", "told": "accent"}
_SIGNS = {"refused": "✕", "unknown": "?", "told": "i"}


@dataclass(slots=True)
class _Told:
    """What a toast says, how often, and until when (µs UTC)."""

    text: str
    tone: str
    until_us: int
    times: int = 1


class Toast(QWidget):
    """One message: `refused`, `unknown` or `told`, with its sign, wrapped text, copy and close."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.told: _Told | None = None
        self.times = TextLine(theme, "muted", 12, align=Align.AlignRight, hug=True)
        self.copy = QToolButton()
        self.close_button = QToolButton()
        for button in (self.copy, self.close_button):
            button.setProperty("role", "flat")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 6, 8, 6)
        row.setSpacing(6)
        row.addStretch(1)
        row.addWidget(self.times)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_told(self, told: _Told) -> None:
        """Show a message."""
        self.told = told
        self.times.say(say("toast.times", n=told.times) if told.times > 1 else "")
        self.copy.setText(say("toast.copy"))
        self.close_button.setText(say("toast.close"))
        self.setAccessibleName(told.text)
        self.updateGeometry()
        self.update()

    def _copy(self) -> None:
        if self.told is not None:
            QGuiApplication.clipboard().setText(self.told.text)
            self.copy.setText(say("toast.copied"))

    def _text_rect(self) -> QRectF:
        used = sum(w.sizeHint().width() for w in (self.times, self.copy, self.close_button)) + 28
        return QRectF(40, 0, _WIDTH - 48 - used, 400)

    def sizeHint(self) -> QSize:
        from PySide6.QtGui import QFontMetricsF

        if self.told is None:
            return QSize(_WIDTH, 44)
        box = QFontMetricsF(font()).boundingRect(
            self._text_rect(), Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere,
            self.told.text,
        )  # fmt: skip
        return QSize(_WIDTH, min(160, max(44, int(box.height()) + 22)))

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
        painter.setPen(self._theme.color("text"))
        painter.setFont(font(BODY_PX))
        rect = self._text_rect()
        rect.setTop(6)
        rect.setHeight(self.height() - 12)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(rect, flags | Qt.TextFlag.TextWrapAnywhere, self.told.text)


class Toasts(QWidget):
    """Up to three messages one over the other; the same one again is counted, not repeated."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._told: list[_Told] = []
        self._now_us = 0
        self.toasts = [Toast(theme, self) for _ in range(_MOST)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for toast in self.toasts:
            toast.hide()
            toast.close_button.clicked.connect(lambda _=False, t=toast: self._close(t))
            column.addWidget(toast)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is told now, the newest last."""
        return [told.text for told in self._told]

    def tell(self, text: str, tone: str, now_us: int) -> None:
        """Tell something."""
        until = now_us + int(_SHOWN_S * 1e6)
        for told in self._told:
            if told.text == text:
                told.times += 1
                told.until_us = until
                break
        else:
            self._told = [*self._told[1 - _MOST :], _Told(text, tone, until)]
        self._show()

    def refresh(self, now_us: int) -> None:
        """Let old messages go, unless the mouse is over them."""
        if self._told and not self.underMouse():
            left = [told for told in self._told if told.until_us > now_us]
            if len(left) != len(self._told):
                self._told = left
                self._show()

    def clear(self) -> None:
        """Let every message go."""
        self._told = []
        self._show()

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

    def place(self) -> None:
        """Stand at the foot of the middle, over everything."""
        parent = self.parentWidget()
        if parent is None or not self._told:
            return
        self.adjustSize()
        x = (parent.width() - self.width()) // 2
        self.move(x, parent.height() - self.height() - 128)
        self.raise_()
