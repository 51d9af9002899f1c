"""The sign-in panel: over the foot of the window, where there is nothing to watch."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.core.operators import Operators
from console.domain.problem import Problem
from console.qt.dialogs.background import Background
from console.qt.grid.sprites import Weight
from console.qt.icons import draw_icon
from console.qt.panels.painted import TextLine
from console.qt.place import RULE_PX, STRIP_PX, rail_width
from console.qt.signin.secret import Secret, SecretField
from console.qt.theme import Theme
from console.qt.wording import say, say_problem, wording

_ICON_PX = 22
_NARROW_PX = 900


class SignInPanel(QWidget):
    """Name and password, or name and reason at the emergency entrance. A locked console shows it
    until somebody signed in; asked for by somebody on duty, Esc puts it away. Signals: `left`."""

    left = Signal()

    def __init__(self, people: Operators, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._people, self._theme = people, theme
        self.background = Background(self)
        self._secret = Secret(self.background)
        self._emergency = False
        self._dim = False
        self.title = TextLine(theme, "text", 15, Weight.DemiBold)
        self.sub = TextLine(theme, "muted", 12, least_px=10)
        self.message = TextLine(theme, "amber", 12, least_px=10)
        self.name, self.password = QLineEdit(), SecretField()
        self.reason = QLineEdit()
        self.enter_button, self.other_button = QPushButton(), QPushButton()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._build()
        wording.changed.connect(self.retell)
        theme.changed.connect(self.update)
        self.retell()
        self.hide()

    def _build(self) -> None:
        self.name.setMaxLength(100)
        self.reason.setMaxLength(300)
        for field in (self.name, self.reason):
            field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.other_button.setProperty("role", "flat")
        for button in (self.enter_button, self.other_button):
            button.setAutoDefault(False)
        told, fields, right = QVBoxLayout(), QHBoxLayout(), QVBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(16 + _ICON_PX + 14, 8, 16, 8)
        row.setSpacing(20)
        told.setSpacing(4)
        told.addStretch(1)
        told.addWidget(self.title)
        told.addWidget(self.sub)
        told.addStretch(1)
        fields.setSpacing(8)
        for widget in (self.name, self.password, self.reason):
            fields.addWidget(widget)
        fields.addWidget(self.enter_button)
        fields.addWidget(self.other_button)
        right.setSpacing(4)
        right.addStretch(1)
        right.addLayout(fields)
        right.addWidget(self.message)
        right.addStretch(1)
        row.addLayout(told, 1)
        row.addLayout(right)
        self.name.returnPressed.connect(self._next)
        self.password.returnPressed.connect(self.enter)
        self.reason.returnPressed.connect(self.enter)
        self.enter_button.clicked.connect(self._clicked)
        self.other_button.clicked.connect(self._other_clicked)
        self.password.caps.connect(self._caps)

    # -- opening -------------------------------------------------------------------------------

    def open(self) -> None:
        """Stand there anew: nothing typed, nothing said. A password that is being checked counts,
        whatever happens meanwhile."""
        who = self._people.current
        if not self.busy:
            self._emergency = False
            self._clear()
            own = self._people.closed and who is not None and who.how == "password"
            self.name.setText(who.name if who is not None and own else "")
        self._dim = self._people.closed
        self.retell()
        self.place()
        self.show()
        self.raise_()
        if not self._dim:
            self.call()

    def call(self) -> None:
        """Somebody is there: the first field that is empty has the keyboard."""
        self._dim = False
        self.update()
        empty = [field for field in self.fields if field.isEnabled() and not field.text()]
        (empty or [self.fields[-1]])[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Go away; nothing that was typed stays."""
        self._clear()
        self.hide()

    def end(self) -> None:
        """The window closes."""
        self._clear()
        self.background.close()

    def place(self) -> None:
        """Stand over the foot of the window."""
        parent = self.parentWidget()
        if parent is not None:
            x = rail_width(parent.width()) + RULE_PX
            width = parent.width() - x
            self.setGeometry(x, parent.height() - STRIP_PX, width, STRIP_PX)
            narrow = width < _NARROW_PX
            self.name.setFixedWidth(130 if narrow else 170)
            self.password.setFixedWidth(150 if narrow else 190)
            self.reason.setFixedWidth(170 if narrow else min(460, width // 3))

    @property
    def fields(self) -> list[QLineEdit]:
        """The fields that are shown, in order."""
        return [self.name, self.reason if self._emergency else self.password]

    @property
    def busy(self) -> bool:
        """Whether a password is being checked."""
        return self._secret.busy

    def _clear(self) -> None:
        self._secret.forget()
        for field in (self.name, self.password, self.reason):
            field.clear()
        self._say("")
        self.wait(False)

    # -- showing -------------------------------------------------------------------------------

    def retell(self) -> None:
        """Say everything anew."""
        emergency = self._emergency
        self.password.setVisible(not emergency)
        self.reason.setVisible(emergency)
        self.name.setPlaceholderText(say("access.full_name" if emergency else "access.name"))
        self.password.setPlaceholderText(say("access.password"))
        self.reason.setPlaceholderText(say("access.reason"))
        for field in (self.name, self.password, self.reason):
            field.setAccessibleName(field.placeholderText())
        self.enter_button.setText(say("access.enter_emergency" if emergency else "access.enter"))
        self.other_button.setText(say("access.to_sign_in" if emergency else "access.to_emergency"))
        self.refresh()

    def refresh(self) -> None:
        """Who is there, and whether the emergency entrance is open; once a second."""
        people = self._people
        who = people.current
        self.other_button.setVisible(self._emergency or people.emergency)
        if self._emergency:
            key, name = "emergency", ""
        elif who is not None and not people.closed:
            key, name = "relieve", who.title
        elif who is not None:
            key, name = "locked", who.title
        else:
            key, name = "signed_out", ""
        self.title.say(say(f"access.{key}", name=name))
        self.sub.say(say(f"access.{key}_hint", name=name))
        if people.problem is not None and not self.message.text:
            self._say(say_problem(people.problem))

    def _say(self, text: str, role: str = "amber") -> None:
        self.message.say(text, role)

    def _caps(self, on: bool) -> None:
        if on:
            self._say(say("access.caps"), "yellow")
        elif self.message.text == say("access.caps"):
            self._say("")

    def tell(self, problem: Problem) -> None:
        """Why whoever typed was not let in."""
        self._say(say_problem(problem))
        self.refresh()
        self.call()

    def wait(self, waiting: bool) -> None:
        """A password is being checked, or was."""
        for widget in (*self.fields, self.enter_button, self.other_button):
            widget.setEnabled(not waiting)
        if waiting:
            self._say(say("access.checking"), "accent")

    # -- entering ------------------------------------------------------------------------------

    def _next(self) -> None:
        if all(field.text() for field in self.fields):
            self.enter()
        else:
            self.fields[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def switch(self) -> None:
        """To the emergency entrance and back."""
        self._emergency = not self._emergency
        self._clear()
        self.retell()
        self.call()

    def _clicked(self, _checked: bool) -> None:
        self.enter()

    def _other_clicked(self, _checked: bool) -> None:
        self.switch()

    def enter(self) -> None:
        """Let in whoever typed this, or say why not."""
        if self._emergency:
            problem = self._people.enter_by_emergency(self.name.text(), self.reason.text())
            if problem is not None:
                self.tell(problem)
            return
        if self.busy or not self.name.text() or not self.password.text():
            self.call()
            return
        asked = self._people.ask(self.name.text())
        word = self.password.take()
        self.wait(True)

        def answered(holds: bool | None) -> None:
            self.wait(False)
            self._say("")
            problem = self._people.sign_in(asked, holds)
            if problem is not None:
                self.tell(problem)
            else:
                self.left.emit()

        self._secret.check(asked, word, answered)

    # -- Qt ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # whoever signs in types; no key of the table acts meanwhile
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Escape:
                self._escape()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                focused = self.focusWidget()
                if isinstance(focused, QPushButton):
                    focused.click()
            case _:
                event.accept()  # nothing goes on to the window

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Tab stays inside."""
        stops: list[QWidget] = [
            w for w in (*self.fields, self.enter_button, self.other_button)
            if w.isVisible() and w.isEnabled()
        ]  # fmt: skip
        focused = self.focusWidget()
        at = stops.index(focused) if focused in stops else -1
        if stops:
            stops[(at + (1 if next_ else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _escape(self) -> None:
        if self.busy:
            return
        if self._emergency:
            self.switch()
        elif self._people.closed:
            self.password.clear()
            self._say("")
            self._dim = True
            self.clearFocus()
            self.update()
        else:
            self.left.emit()

    def mousePressEvent(self, event: object) -> None:
        self.call()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        painter.fillRect(self.rect(), color("raised"))
        edge = "amber" if self._people.closed else "accent"
        painter.fillRect(QRectF(0, 0, self.width(), 2), color(edge))
        painter.setPen(QPen(color("line"), 1))
        top = (self.height() - _ICON_PX) / 2
        draw_icon(painter, "lock", QRectF(18, top, _ICON_PX, _ICON_PX), color(edge))
