"""Why the program can't go on: the one thing that covers the window."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.qt.grid.sprites import Weight
from console.qt.panels.painted import TextLine, draw_wrapped, wrapped_height
from console.qt.theme import Theme
from console.qt.wording import say

_WIDTH, _HEIGHT = 680, 240
_TEXT_PX = 14
_AROUND = 124
"""What stands above and below the text, in px."""


class ExplainView(QWidget):
    """A cause and what to do, to be read, copied and closed. Signals: `closed`."""

    closed = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.text = theme, text
        self.setAccessibleName(text)
        title = TextLine(theme, "text", 18, Weight.DemiBold)
        title.say(say("explain.title"))
        self.copy, self.close_button = QPushButton(), QPushButton()
        self.copy.setText(say("toast.copy"))
        self.close_button.setText(say("explain.close"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        self.close_button.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 22)
        column.addWidget(title)
        column.addStretch(1)
        column.addLayout(row)

    def open(self) -> None:
        """Stand in the middle and take the keyboard."""
        parent = self.parentWidget()
        if parent is not None:
            text_px = wrapped_height(self.text, _TEXT_PX, _WIDTH - 56)
            height = min(max(_HEIGHT, _AROUND + int(text_px) + 8), parent.height())
            x, y = (parent.width() - _WIDTH) // 2, (parent.height() - height) // 2
            self.setGeometry(x, y, _WIDTH, height)
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("amber"), 2))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        room = self.height() - _AROUND
        tall = min(room, wrapped_height(self.text, _TEXT_PX, self.width() - 56))
        rect = QRectF(28, 64, self.width() - 56, tall)
        draw_wrapped(painter, rect, self.text, self._theme.color("text"), _TEXT_PX)
