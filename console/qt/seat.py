"""Whoever sits at the console, as the window shows it: header, menu, lock; the guard is imported
when there are accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from console.domain.problem import Problem
from console.qt.looks.seat import seat_look
from console.qt.panels.desk import Desk
from console.qt.panels.header import HeaderPanel
from console.qt.wording import say_problem

if TYPE_CHECKING:
    from console.core.operators import Operators
    from console.qt.signin.guard import Guard

ACTIONS = ("lock_console", "change_operator", "sign_out")


class Seat(QObject):
    """Joins the operators and the window. `put_away` is called when the console closes or a
    sign-in is left, `changed` when another sits here."""

    def __init__(
        self,
        desk: Desk,
        header: HeaderPanel,
        window: QWidget,
        put_away: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._desk, self._header, self._window = desk, header, window
        self._put_away, self._changed = put_away, changed
        self.people: Operators | None = None
        self.guard: Guard | None = None
        desk.actions.serve(
            {
                "lock_console": self._lock,
                "change_operator": self._change,
                "sign_out": self._sign_out,
            }
        )

    @property
    def closed(self) -> bool:
        """Whether the console takes no wishes now."""
        return self.people is not None and self.people.closed

    @property
    def asking(self) -> bool:
        """Whether somebody is asked to sign in, at a closed console or to relieve another."""
        return self.closed or (self.guard is not None and self.guard.panel.isVisible())

    @property
    def needed(self) -> bool:
        """Whether there are accounts."""
        return self.people is not None and self.people.needed

    def admit(self, people: Operators) -> None:
        """Who says whether the person at the console is let in, from now on."""
        self.people = people
        self._desk.actions.bars = people.bars
        self._header.seat = lambda: seat_look(people)
        menu = QMenu(self._header.operator)
        for action in ACTIONS:
            menu.addAction(self._desk.actions.of[action])
        self._header.operator.setMenu(menu)
        people.on_changed = self._told
        self._told()

    def refresh(self, now_us: int) -> None:
        """Time passes."""
        if self.guard is not None:
            self.guard.refresh(now_us)

    def resized(self) -> None:
        """The window has another size."""
        if self.guard is not None:
            self.guard.panel.place()

    def end(self) -> None:
        """The window closes."""
        if self.guard is not None:
            self.guard.end()
        if self.people is not None:
            self.people.on_changed = lambda: None

    def _told(self) -> None:
        people = self.people
        if people is not None and people.needed and self.guard is None:
            from console.qt.signin.guard import Guard

            theme = self._desk.theme
            self.guard = Guard(people, theme, self._window, self._put_away, self._told)
            self.guard.changed()
            return
        self._header.retell_seat()
        self._desk.actions.retell()
        self._changed()

    def _lock(self) -> None:
        if self.people is not None and self.needed:
            self.people.lock()
        else:
            self._no_accounts()

    def _change(self) -> None:
        if self.guard is not None and self.needed:
            self.guard.ask()
        else:
            self._no_accounts()

    def _sign_out(self) -> None:
        if self.people is not None and self.needed:
            self.people.sign_out()
        else:
            self._no_accounts()

    def _no_accounts(self) -> None:
        self._desk.actions.told.emit(say_problem(Problem.of("access.none")))
