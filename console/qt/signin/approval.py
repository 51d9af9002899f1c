"""A supervisor agrees to one certificate: name and password, in the dialog that asks for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.core.operators import Operators
from console.domain.problem import Problem
from console.qt.dialogs.background import Background
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import caption
from console.qt.signin.secret import Secret, SecretField
from console.qt.theme import Theme
from console.qt.wording import say, say_problem


class Approval(QWidget):
    """Hidden until it is asked for. Whoever sits at the console stays who he is. Signals:
    `agreed` (device, the supervisor's account), `left`."""

    agreed = Signal(str, str)
    left = Signal()

    def __init__(self, people: Operators, theme: Theme, background: Background) -> None:
        super().__init__()
        self._people = people
        self._secret = Secret(background)
        self._about = ("", "")
        self._title = caption(theme)
        self._hint = ToneText(theme, 12, lines=4)
        self.name, self.password = QLineEdit(), SecretField()
        self.agree_button, self.leave_button = QPushButton(), QPushButton()
        self.message = ToneText(theme, 12, lines=3)
        self.name.setMaxLength(100)
        fields, buttons, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        for row in (fields, buttons):
            row.setSpacing(8)
        fields.addWidget(self.name, 1)
        fields.addWidget(self.password, 1)
        buttons.addWidget(self.agree_button)
        buttons.addWidget(self.leave_button)
        buttons.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addLayout(fields)
        column.addWidget(self.message)
        column.addLayout(buttons)
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.agree)
        self.password.caps.connect(self._caps)
        self.agree_button.clicked.connect(lambda _checked: self.agree())
        self.leave_button.clicked.connect(lambda _checked: self.dismiss())
        self.hide()

    def ask(self, device: str, fingerprint: str) -> None:
        """Ask for agreement to this certificate of this device."""
        self._about = (device, fingerprint)
        self._title.say(say("approval.title"))
        self._hint.say(Said(say("approval.hint"), "muted"))
        for field, key in ((self.name, "name"), (self.password, "password")):
            field.clear()
            field.setPlaceholderText(say(f"access.{key}"))
            field.setAccessibleName(say(f"access.{key}"))
        self.agree_button.setText(say("approval.agree"))
        self.leave_button.setText(say("approval.leave"))
        self._say("")
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Nobody agrees; nothing typed stays."""
        if self._secret.busy:
            return
        shown = self.isVisible()
        self._about = ("", "")
        self.name.clear()
        self.password.clear()
        self.hide()
        if shown:
            self.left.emit()

    def agree(self) -> None:
        """Whoever typed this agrees, if he may."""
        if self._secret.busy or not self.name.text() or not self.password.text():
            (self.password if self.name.text() else self.name).setFocus()
            return
        asked, about = self._people.ask(self.name.text()), self._about
        word = self.password.take()
        self._wait(True)

        def answered(holds: bool | None) -> None:
            self._wait(False)
            told = self._people.approve(asked, holds, *about)
            if isinstance(told, Problem):
                self._say(say_problem(told))
                self.password.setFocus()
            elif about == self._about:
                self.dismiss()
                self.agreed.emit(about[0], told)

        self._secret.check(asked, word, answered)

    def _wait(self, waiting: bool) -> None:
        for widget in (self.name, self.password, self.agree_button, self.leave_button):
            widget.setEnabled(not waiting)
        self._say(say("access.checking") if waiting else "", "pending")

    def _say(self, text: str, tone: str = "warn") -> None:
        self.message.say(Said(text, tone))

    def _caps(self, on: bool) -> None:
        if on:
            self._say(say("access.caps"), "notice")
        elif self.message.said.text == say("access.caps"):
            self._say("")

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.isVisible():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del and the like belong to whoever types here, not to the list."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Insert, Qt.Key.Key_F2):
            event.accept()
        else:
            super().keyPressEvent(event)
