"""The certificate that is believed at a device by its fingerprint, as part of the device's form."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.qt.fonts import font
from console.qt.looks.device_rows import halves
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.theme import Theme
from console.qt.wording import say
from console.wire.certificate import Certificate

_PRINT = 64


class PinField(QWidget):
    """A SHA-256 in pairs, two lines of sixteen; typed, pasted, taken from what the device showed
    when it was tried out, or cleared. Signal: `changed`."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._before = self._seen = ""
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.setPlaceholderText(say("devices.pin.hint"))
        self.edit.setAccessibleName(say("devices.field.pin"))
        self.edit.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.setFixedHeight(2 * QFontMetrics(font()).lineSpacing() + 22)
        self.seen = ToneText(theme, 12, lines=4)
        self.learn_button = QPushButton(say("devices.pin.learn"))
        self.clear_button = QPushButton(say("devices.pin.clear"))
        for button in (self.learn_button, self.clear_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.learn_button)
        buttons.addWidget(self.clear_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.edit)
        column.addWidget(self.seen)
        column.addLayout(buttons)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._suit)
        self.edit.textChanged.connect(self.changed)
        self.learn_button.clicked.connect(lambda: self._put(self._seen))
        self.clear_button.clicked.connect(lambda: self._put(""))
        self._suit()

    def show_pin(self, sha256: str) -> None:
        """Begin with what is believed now, "" for nothing; the device has shown nothing yet."""
        self._before, self._seen = _bare(sha256), ""
        self._put(self._before)

    def show_seen(self, certificate: Certificate | None) -> None:
        """What the device showed when it was tried out."""
        self._seen = certificate.sha256 if certificate is not None else ""
        self._suit()

    def value(self) -> str | None:
        """The fingerprint in bare hex, as far as it is one; "" for none; None where it is as it
        was."""
        now = _bare(self.edit.toPlainText())
        return None if now == self._before else now

    def _put(self, sha256: str) -> None:
        shown = halves(sha256).replace("\u2028", "\n") if len(sha256) == _PRINT else sha256
        self.edit.setPlainText(shown)
        self.edit.setFocus()

    def _suit(self) -> None:
        now = _bare(self.edit.toPlainText())
        news = bool(self._seen) and self._seen != now
        told = say("devices.pin.seen", print=halves(self._seen)) if news else ""
        self.seen.say(Said(told, "warn"))
        self.learn_button.setVisible(news)
        self.clear_button.setVisible(bool(now))


def _bare(text: str) -> str:
    return "".join(text.replace(":", " ").split()).lower()
