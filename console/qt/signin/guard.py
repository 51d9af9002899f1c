"""The guard: while the console is closed no key and no click reaches anything but the sign-in.

What is watched goes on under it: podium, grid and alarms stay to be seen, the frame clock ticks,
facts are folded and written.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from console.core.operators import Operators
from console.qt.signin.panel import SignInPanel
from console.qt.theme import Theme

_KIND = QEvent.Type
_USED = frozenset(
    {
        _KIND.KeyPress, _KIND.ShortcutOverride, _KIND.MouseButtonPress, _KIND.MouseMove,
        _KIND.Wheel, _KIND.TouchBegin,
    }
)  # fmt: skip
"""What shows that somebody is there. A key that is a shortcut comes as an override alone."""
_ACTS = frozenset(
    {
        _KIND.KeyPress, _KIND.MouseButtonPress, _KIND.MouseButtonDblClick, _KIND.Wheel,
        _KIND.TouchBegin, _KIND.ShortcutOverride, _KIND.Shortcut, _KIND.ContextMenu,
        _KIND.DragEnter, _KIND.Drop, _KIND.InputMethod,
    }
)  # fmt: skip
"""What could do something. What ends something that was begun (a release) is let through."""
_HEARD = _USED | _ACTS
_CALLS = frozenset({_KIND.KeyPress, _KIND.MouseButtonPress, _KIND.TouchBegin})


class Guard(QObject):
    """Stands between the person and the window from the first account on.

    `put_away` is called when the console closes or opens and when a sign-in is left: whatever is
    open over the window or being held is to be let go. `changed` when another sits there.
    """

    def __init__(
        self,
        people: Operators,
        theme: Theme,
        window: QWidget,
        put_away: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._people, self._window = people, window
        self._put_away, self._on_changed = put_away, changed
        self._second = 0
        self._watching = False
        self._was_closed = False
        self._hidden: list[QDialog] = []
        self._hidden_for = ""
        self.panel = SignInPanel(people, theme, window)
        self.panel.left.connect(self.leave)
        people.on_changed = self.changed

    def changed(self) -> None:
        """Another sits there, or the lock went on or off."""
        people = self._people
        self._watch(people.needed)
        closed, self._was_closed, was = people.closed, people.closed, self._was_closed
        if closed and not was:
            self._close()
        elif was and not closed:
            self._open()
        elif closed:
            self.panel.retell()
        self._on_changed()

    def _close(self) -> None:
        popup = QApplication.activePopupWidget()
        while popup is not None and popup.close():
            popup = QApplication.activePopupWidget()
        who = self._people.current
        self._hidden_for = who.name if who is not None else ""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                self._hidden.append(widget)
                widget.hide()
        self._put_away()
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()
        self.panel.open()

    def _open(self) -> None:
        """What was open comes back for whoever opened it; for another it is gone."""
        self.panel.dismiss()
        who = self._people.current
        hidden, self._hidden = self._hidden, []
        for dialog in hidden:
            try:
                if who is not None and who.name == self._hidden_for:
                    dialog.show()
                else:
                    dialog.close()
            except RuntimeError:  # it went with its owner meanwhile
                continue
        self._window.activateWindow()
        self._put_away()

    def ask(self) -> None:
        """Somebody wants to sign in, or to relieve whoever is on duty."""
        if self.panel.isVisible():
            self.panel.call()
        else:
            self.panel.open()

    def leave(self) -> None:
        """Whoever was asked for did not come."""
        if not self._people.closed:
            self.panel.dismiss()
            self._put_away()

    def refresh(self, now_us: int) -> None:
        """Once a second: whether anybody was there lately."""
        second = now_us // 1_000_000
        if second != self._second:
            self._second = second
            self._people.look()
            if self.panel.isVisible():
                self.panel.refresh()

    def end(self) -> None:
        """The window closes."""
        self._watch(False)
        self._people.on_changed = lambda: None
        self.panel.end()

    def _watch(self, watching: bool) -> None:
        app = QApplication.instance()
        if app is not None and watching != self._watching:
            self._watching = watching
            app.installEventFilter(self) if watching else app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _HEARD:
            return False
        if kind in _USED and isinstance(watched, QWidget):
            self._people.touch()
        if kind not in _ACTS or not self._people.closed or not isinstance(watched, QWidget):
            return False
        panel = self.panel
        if watched is panel or panel.isAncestorOf(watched):
            return False
        event.accept()
        if kind in _CALLS:
            self._window.activateWindow()
            panel.call()
        return True
