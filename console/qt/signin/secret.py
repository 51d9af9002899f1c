"""A password typed and checked: hidden, taken once, checked beside the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.core.operators import Asked
from console.qt.dialogs.background import Background


class SecretField(QLineEdit):
    """A field whose text is hidden, kept out of clipboards and given out once. Signals: `caps`
    (whether a letter came out large without the shift key: Caps Lock)."""

    caps = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(256)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )

    def take(self) -> str:
        """What was typed; the field is empty afterwards, its undo too."""
        text = self.text()
        self.clear()
        return text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if len(text) == 1 and text.isalpha() and text.lower() != text.upper():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps.emit(text.isupper() is not shift)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.caps.emit(False)
        super().focusOutEvent(event)


class Secret:
    """One check at a time; what comes after `forget` is told to nobody."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._turn = 0
        self.busy = False

    def check(self, asked: Asked, word: str, done: Callable[[bool | None], None]) -> None:
        """Check a password in a thread; `done` is told in the window's."""
        self._turn += 1
        self.busy = True
        self._background.run(partial(asked.holds, word), partial(self._done, self._turn, done))

    def forget(self) -> None:
        """Nobody waits for it any more."""
        self._turn += 1
        self.busy = False

    def _done(self, turn: int, done: Callable[[bool | None], None], holds: object) -> None:
        if turn == self._turn:
            self.busy = False
            done(holds if isinstance(holds, bool) else None)
