"""The session's keys while a dialog has the keyboard: those that can't be text (decision 125)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QWidget

from console.domain.commands.base import Command
from console.domain.problem import Problem
from console.qt.action_table import SPECS, ActionSpec, key_text
from console.qt.keyboard import Keyboard
from console.qt.looks.journal_lines import LineTone
from console.qt.panels.desk import Desk
from console.qt.panels.dialog_edge import DialogEdge
from console.qt.refusals import Refusals
from console.qt.seat import Seat
from console.qt.wording import say


class DialogKeys(QObject):
    """Lends the session's keys to the dialogs of its window, from the first time one has the
    keyboard on.

    A lent key is about whom the session itself means (the next, who fell off the podium, the
    running order), never about who is only selected: the dialog may cover him. It does nothing
    while somebody is asked to sign in, and what it came to stands at the dialog's edge.
    """

    def __init__(
        self, window: QWidget, desk: Desk, keyboard: Keyboard, refusals: Refusals, seat: Seat
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._keyboard = window, desk, keyboard
        self._refusals, self._seat = refusals, seat
        self.edges: dict[QDialog, DialogEdge] = {}
        """What stands at the edge of each dialog that is there."""
        self._pressed_at: tuple[DialogEdge, str] | None = None
        desk.actions.accepted.connect(self._accepted)
        desk.actions.refused.connect(self._refused)
        desk.actions.told.connect(self._told)

    def follow(self, focused: QWidget | None) -> None:
        """The keyboard went to a widget: lend the keys to the dialog it is in."""
        dialog = focused.window() if focused is not None else None
        if not isinstance(dialog, QDialog) or dialog in self.edges or not self._is_ours(dialog):
            return
        edge = self.edges[dialog] = DialogEdge(self._desk, dialog)
        dialog.installEventFilter(self)
        dialog.destroyed.connect(partial(self.edges.pop, dialog, None))
        for spec in SPECS:
            for key in spec.lent:
                self._keyboard.listen(key, partial(self._pressed, edge, spec, key), dialog)

    def _is_ours(self, dialog: QDialog) -> bool:
        above = dialog.parentWidget()
        while above is not None and above is not self._window:
            above = above.parentWidget()
        return above is not None

    def refresh(self, now_us: int) -> None:
        """Time passes, and wishes come true."""
        for edge in self.edges.values():
            edge.refresh(now_us)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyRelease:
                self._keyboard.released(event)
            elif event.type() == QEvent.Type.ShortcutOverride:
                self._keyboard.heard(event)
                if _opens_list(event):
                    event.accept()
                    return True
        elif event.type() == QEvent.Type.Resize and isinstance(watched, QDialog):
            self.edges[watched].place()
        return False

    # -- a key that was pressed ----------------------------------------------------------------

    def _pressed(self, edge: DialogEdge, spec: ActionSpec, key: str) -> None:
        if self._keyboard.repeats or self._seat.asking:
            return
        self._pressed_at = (edge, key_text(key))
        if self._keyboard.session or spec.anywhere:
            self._desk.actions.run_over(spec.id)
        else:
            self._told(say("dialog.elsewhere"))
        self._pressed_at = None

    def _accepted(self, _action_id: str, wish: Command) -> None:
        if self._pressed_at is not None:
            edge, key = self._pressed_at
            edge.follow(key, wish)

    def _refused(self, action_id: str, problem: Problem, sites: Sequence[str]) -> None:
        if self._pressed_at is not None:
            edge, key = self._pressed_at
            edge.tell(key, self._refusals.words(action_id, problem, sites))

    def _told(self, text: str) -> None:
        if self._pressed_at is not None:
            edge, key = self._pressed_at
            edge.tell(key, text, LineTone.WARN)


def _opens_list(event: QKeyEvent) -> bool:
    """Whether the key is the focused widget's own: F4 opens a list of choices."""
    plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
    opens = event.key() == Qt.Key.Key_F4 and plain
    return opens and isinstance(QApplication.focusWidget(), QComboBox)
