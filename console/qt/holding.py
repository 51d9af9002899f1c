"""Holding a key or a button: what it is about is fixed when it goes down, done when full."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.domain.commands.base import Command
from console.domain.commands.mcu import HangUpAll
from console.domain.commands.room import StorePreset
from console.domain.problem import Problem
from console.domain.state import State
from console.qt.actions import Actions
from console.qt.looks.alarms import sites_text
from console.qt.looks.sites import connected, full
from console.qt.panels.confirm import ConfirmView, Hold
from console.qt.panels.desk import Desk
from console.qt.wording import say

_TAP_S = 0.3
"""A camera key held shorter than this is a tap and shows no ring in the middle."""


class Holding(QObject):
    """Joins keys and buttons that are held, the ring that fills, and the wish at its end."""

    def __init__(self, desk: Desk, hold: Hold, view: ConfirmView, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._hold, self._view = desk, hold, view
        self._wish: Command | None = None
        self._text = ""
        self.own_text: Callable[[str], str] = lambda action_id: say(f"confirm.{action_id}")
        """What is about to happen where holding does something of the window's own."""
        hold.progressed.connect(self._progressed)
        hold.completed.connect(self._completed)
        hold.released.connect(self._released)
        hold.cancelled.connect(self._ended)
        view.pressed_down.connect(self.begin)
        view.let_go.connect(self.end)
        desk.actions.hold_wanted.connect(self.ask)

    @property
    def _actions(self) -> Actions:
        return self._desk.actions

    def begin(self, action_id: str) -> None:
        """The key or button goes down."""
        if self._hold.running:
            return
        wish, problem = self._about(action_id)
        if problem is not None:
            self._actions.refused.emit(action_id, problem, self._actions.selection.sites)
        elif wish is not None or self._actions.is_own(action_id):
            self._wish = wish
            self._text = self._told(action_id, wish)
            self._hold.begin(action_id)

    def _about(self, action_id: str) -> tuple[Command | None, Problem | None]:
        """What holding would wish, or why it can't."""
        wish = self._actions.held_wish(action_id)
        problem = self._actions.why(action_id)
        if isinstance(wish, Problem):
            return None, problem or wish
        return wish, problem

    def _told(self, action_id: str, wish: Command | None) -> str:
        if wish is None:
            return self.own_text(action_id)
        return hold_text(self._desk.state, action_id, wish)

    def end(self, action_id: str = "") -> None:
        """It is let go."""
        if not action_id or action_id == self._hold.id:
            self._hold.end()

    def ask(self, action_id: str) -> None:
        """A menu or the palette asked for it: wait until it is held."""
        wish, problem = self._about(action_id)
        if problem is not None or (wish is None and not self._actions.is_own(action_id)):
            self.begin(action_id)
            return
        self._view.ask(action_id, self._told(action_id, wish))

    def _progressed(self, action_id: str, share: float) -> None:
        held_s = share * self._hold.seconds
        taps = self._actions.specs[action_id].held is not None
        if taps and held_s < _TAP_S:
            return
        note = say("confirm.hold_on", s=max(0.0, self._hold.seconds - held_s))
        if taps and isinstance(self._wish, StorePreset):
            note = f"{note} · {say('confirm.tap_recalls', number=self._wish.number)}"
        self._view.show_holding(action_id, self._text, note, share)

    def _completed(self, action_id: str) -> None:
        wish, self._wish = self._wish, None
        self._leave()
        if wish is not None:
            self._actions.submit(wish)
        elif self._actions.is_own(action_id):
            self._actions.do(action_id)

    def _released(self, action_id: str, held_s: float) -> None:
        self._wish = None
        if self._actions.specs[action_id].held is not None:
            self._leave()
            self._actions.do(action_id)
        elif self._view.waiting:
            self._view.ask(action_id, self._text)
        else:
            self._leave()
            self._actions.told.emit(say("toast.released", what=self._text))

    def _ended(self, action_id: str) -> None:
        self._wish = None
        self._leave()

    def _leave(self) -> None:
        waited = self._view.waiting
        self._view.dismiss()
        if waited:
            self._view.left.emit()


def hold_text(state: State, action_id: str, wish: Command) -> str:
    """What is about to happen, with the number of sites it happens to."""
    if isinstance(wish, StorePreset):
        name = full(state, wish.endpoint)
        return say("confirm.camera", number=wish.number, preset=wish.name, names=name)
    sites = wish.sites()
    if isinstance(wish, HangUpAll) or action_id == "hang_up_all":
        sites = tuple(site for site in state.legs if connected(state, site))
    return say(f"confirm.{action_id}", n=len(sites), names=sites_text(state, sites))
