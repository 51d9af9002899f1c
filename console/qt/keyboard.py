"""The keyboard: one shortcut per key of the table, held keys, digits, and text fields' right."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from console.qt.action_table import SPECS, ActionSpec
from console.qt.actions import Actions

_LIFT_MS = 40
"""A key that comes up and goes down again within this time never came up: it repeats itself."""
_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)


def is_field(widget: QWidget | None) -> bool:
    """Whether one types text in a widget."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, _FIELDS)


class Keyboard(QObject):
    """Turns keys into actions. A disabled action's key says why it is disabled.

    While a text field has the keyboard, only keys act that can't be text (`ActionSpec.no_text`).
    A key that repeats itself acts once: on X11 the repeats of a held key come as pairs of up and
    down with one time, not always marked as repeats. Signals: `went_down` and `came_up` (action
    id) for held keys, `digit` (a character), `escaped`, `workspace` (its figure).
    """

    went_down = Signal(str)
    came_up = Signal(str)
    digit = Signal(str)
    escaped = Signal()
    workspace = Signal(int)

    def __init__(self, window: QWidget, actions: Actions, workspaces: Iterable[int]) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._held: tuple[str, int] = ("", 0)
        self._lifted: tuple[int, int] = (0, 0)
        self.repeats = False
        """Whether the key that goes down now never came up: it does nothing."""
        self._lift = QTimer(self)
        self._lift.setSingleShot(True)
        self._lift.setInterval(_LIFT_MS)
        self._lift.timeout.connect(self._let_go)
        self._typing_keys: list[QKeySequence] = []
        self._anywhere = [QKeySequence("Esc")]
        self.session = True
        """Whether the session is in front: elsewhere its keys belong to whatever has the focus."""
        for spec in SPECS:
            for key in spec.keys:
                self.listen(key, partial(self._pressed, spec, key))
                if key in spec.no_text:
                    self._typing_keys.append(QKeySequence(key))
                if spec.anywhere:
                    self._anywhere.append(QKeySequence(key))
            if spec.keys:
                action = actions.of[spec.id]
                action.setShortcut(QKeySequence(spec.keys[0]))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        for figure in "0123456789":
            self.listen(figure, partial(self.digit.emit, figure))
            self.listen(f"Num+{figure}", partial(self.digit.emit, figure))
        self.listen("Esc", self.escaped.emit)
        instructors = [QKeySequence(f"Ctrl+Shift+F{number}") for number in range(1, 13)]
        self._typing_keys += instructors  # they are the whole program's, in training
        self._anywhere += instructors
        for number in workspaces:
            key = f"Ctrl+{number}"
            self._typing_keys.append(QKeySequence(key))
            self._anywhere.append(QKeySequence(key))
            self.listen(key, partial(self.workspace.emit, number))
        QApplication.instance().focusChanged.connect(self._moved)  # type: ignore[union-attr]

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and is_field(new) and new.window() is self._window:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """On X11 a field would keep Ctrl+E for itself: the end of the line."""
        asked = event.type() == QEvent.Type.ShortcutOverride
        if not asked or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if QKeySequence(event.keyCombination()) in self._typing_keys:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def listen(self, key: str, does: object, window: QWidget | None = None) -> None:
        """Call `does` when a key goes down in a window, this one's own or another."""
        shortcut = QShortcut(QKeySequence(key), window or self._window)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(does)

    def _pressed(self, spec: ActionSpec, key: str) -> None:
        holds = spec.hold or spec.held is not None
        if self._lift.isActive() and self._held[0] != spec.id:
            self._lift.stop()
            self._let_go()
        if self.repeats or (holds and self._held[0] == spec.id):
            self._lift.stop()
        elif holds and self._actions.why(spec.id) is None:
            self._held = (spec.id, QKeySequence(key)[0].key())  # type: ignore[index]
            self.went_down.emit(spec.id)
        else:
            self._actions.run(spec.id)

    @property
    def typing(self) -> bool:
        """Whether a text field of this window has the keyboard."""
        focus = QApplication.focusWidget()
        return focus is not None and focus.window() is self._window and is_field(focus)

    def override(self, event: QEvent) -> bool:
        """For a ShortcutOverride that reached the window: whether who has the focus keeps the
        key: a text field, or whatever it is where the session is not in front."""
        if not isinstance(event, QKeyEvent):
            return False
        self.heard(event)
        pressed = QKeySequence(event.keyCombination())
        if self.typing and pressed not in self._typing_keys:
            return True
        return not self.session and pressed not in self._anywhere

    def heard(self, event: QKeyEvent) -> None:
        """A key goes down in a window of the program: whether it only repeats itself."""
        self.repeats = bool(event.timestamp()) and self._lifted == (event.key(), event.timestamp())

    def released(self, event: QKeyEvent) -> None:
        """A key came up: whatever it held is over, unless it goes down again at once."""
        self._lifted = (event.key(), event.timestamp())
        if self._held[0] and event.key() == self._held[1] and not event.isAutoRepeat():
            self._lift.start()

    def forget(self) -> None:
        """The keyboard went elsewhere: nothing is held, whatever comes up unseen."""
        self._lift.stop()
        self._held = ("", 0)

    def _let_go(self) -> None:
        name, self._held = self._held[0], ("", 0)
        self.came_up.emit(name)
