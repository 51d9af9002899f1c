"""Actions: each row of the table as one QAction, wherever it shows; enabled, worded, done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from console.core.clock import Clock
from console.core.dispatcher import Dispatcher
from console.core.store import Store
from console.domain.commands.base import ANYBODY, Command
from console.domain.commands.composite import Batch
from console.domain.commands.take import TakeToPodium
from console.domain.policy import Policy
from console.domain.problem import Problem
from console.domain.state import Key
from console.qt import wishes
from console.qt.action_table import SPECS, ActionSpec, keys_text
from console.qt.looks.wishes import wish_text
from console.qt.selection import Selection
from console.qt.wishes import Wish
from console.qt.wording import has, say, say_problem, wording

_WATCHED = frozenset({"session", "conference", "device", "command", "alarm", "roster", "operator"})


class Actions(QObject):
    """Holds the QActions, enables and words them, and submits what they wish.

    Signals: `refused(action id, problem, sites)` where a wish was not accepted; `hold_wanted(id)`
    where an action that must be held was only clicked (menu, palette); `accepted(action id, wish)`;
    `told(text)`.
    """

    told = Signal(str)
    accepted = Signal(str, object)
    refused = Signal(str, object, object)
    hold_wanted = Signal(str)

    def __init__(self, parent: QObject, store: Store, dispatcher: Dispatcher, clock: Clock) -> None:
        super().__init__(parent)
        self._store = store
        self._dispatcher = dispatcher
        self._clock = clock
        self._windows: dict[str, Callable[[], None]] = {}
        self._why_not: dict[str, Callable[[], Problem | None]] = {}
        self._reasons: dict[str, Problem] = {}
        self._told: dict[str, tuple[str, Problem | None]] = {}
        """What each action says now: a key of its text, and why it is disabled."""
        self._undo_until_us = 0
        self.bars: Callable[[str], Problem | None] = lambda action_id: None
        """Why whoever sits here may not do this at the window; replaced by the sign-in."""
        self.selection = Selection()
        self.specs = {spec.id: spec for spec in SPECS}
        self.of = {spec.id: self._make(spec) for spec in SPECS}
        wording.changed.connect(self._reword)

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(self)
        action.setObjectName(spec.id)
        action.setAutoRepeat(False)
        action.triggered.connect(partial(self._clicked, spec.id))
        return action

    def serve(self, functions: dict[str, Callable[[], None]]) -> None:
        """What the window does itself, by action id."""
        self._windows |= functions

    def limit(self, reasons: dict[str, Callable[[], Problem | None]]) -> None:
        """Why an action of the window's own is disabled, by action id; asked in `retell`."""
        self._why_not |= reasons

    # -- doing ---------------------------------------------------------------------------------

    def _clicked(self, action_id: str, _checked: bool = False) -> None:
        if self.specs[action_id].hold:
            self.hold_wanted.emit(action_id)
        else:
            self.do(action_id)

    def run(self, action_id: str) -> None:
        """As if its button were pressed; a disabled one says why."""
        problem = self.why(action_id)
        if problem is not None:
            self.refused.emit(action_id, problem, self.selection.sites)
        else:
            self.of[action_id].trigger()

    def run_over(self, action_id: str) -> None:
        """As if its key were pressed over a dialog that may cover what is selected: it is about
        nobody who is selected and no more."""
        wish = self._wish(self.specs[action_id], Selection(), self._clock.now_us())
        if wish is None:
            self.run(action_id)
        elif isinstance(wish, Problem) and wish.code.startswith("select."):
            self.refused.emit(action_id, Problem.of("select.over"), ())
        else:
            self._submit(action_id, wish)

    def do(self, action_id: str) -> None:
        """Do it now, or say why not."""
        wish = self._wish(self.specs[action_id], self.selection, self._clock.now_us())
        if wish is not None:
            self._submit(action_id, wish)
        elif action_id == "undo":
            self._undo()
        elif (barred := self.bars(action_id)) is not None:
            self.refused.emit(action_id, barred, ())
        elif action_id in self._windows:
            self._windows[action_id]()

    def _wish(self, spec: ActionSpec, about: Selection, now_us: int) -> Wish | None:
        """What an action would wish now; None where it is the window's own."""
        if spec.make is not None:
            return spec.make(self._store.state, about)
        if spec.id in ("acknowledge", "acknowledge_all"):
            return getattr(wishes, spec.id)(self._store.state, now_us)
        return None

    def held_wish(self, action_id: str) -> Wish | None:
        """What holding the key would wish."""
        spec = self.specs[action_id]
        make = spec.held or (spec.make if spec.hold else None)
        return make(self._store.state, self.selection) if make else None

    def is_own(self, action_id: str) -> bool:
        """Whether holding the key does something of the window's own, without a wish."""
        spec = self.specs[action_id]
        return spec.hold and spec.make is None

    def _submit(self, action_id: str, wish: Wish) -> bool:
        if isinstance(wish, Problem):
            self.refused.emit(action_id, wish, self.selection.sites)
            return False
        verdict = self._dispatcher.submit(wish)
        if verdict.problem is not None:
            self.refused.emit(action_id, verdict.problem, wish.sites())
            return False
        self.accepted.emit(action_id, wish)
        return True

    def submit(self, command: Command) -> bool:
        """A wish of a panel's own (a note, an alarm put aside); a refusal is told like any."""
        return self._submit("", command)

    def retry(self, command_id: str) -> None:
        """Wish again what failed."""
        verdict = self._dispatcher.retry(command_id)
        if verdict.problem is not None:
            self.refused.emit("", verdict.problem, ())

    def _undo(self) -> None:
        verdict = self._dispatcher.undo()
        if verdict.problem is not None:
            self.refused.emit("undo", verdict.problem, ())

    # -- being able ----------------------------------------------------------------------------

    def why(self, action_id: str) -> Problem | None:
        """Why an action is disabled; None while it is enabled."""
        return self._reasons.get(action_id)

    @property
    def actor(self) -> str:
        """Whose wishes they are; of a console that nobody signs in to, its operator's."""
        return self._dispatcher.actor or ANYBODY

    def barred(self, command: Command) -> Problem | None:
        """Why whoever sits here may not wish this, whatever the devices say; None if he may."""
        return self._dispatcher.permit(command)

    def why_text(self, action_id: str) -> str:
        """The same in words, "" while it is enabled."""
        problem = self._reasons.get(action_id)
        return say_problem(problem) if problem else ""

    def select(self, sites: Iterable[str]) -> None:
        """The sites that wishes are about from now on."""
        selection = Selection(tuple(sites))
        if selection != self.selection:
            self.selection = selection
            self.retell()

    def refresh(self, keys: set[Key], now_us: int) -> None:
        """Enable anew what the touched keys concern."""
        if self._concerned(keys):
            self.retell()
        elif self._undo_until_us:
            self._tell_undo(now_us)

    def _concerned(self, keys: set[Key]) -> bool:
        state = self._store.state
        watched = (*self.selection.sites, state.podium, state.session.next, state.session.chair)
        if any(("endpoint", site) in keys for site in watched):
            return True
        return any(kind in _WATCHED for kind, _ in keys)

    def _reword(self) -> None:
        self._told.clear()
        self.retell()

    def retell(self) -> None:
        """Enable and word every action."""
        now_us = self._clock.now_us()
        for spec in SPECS:
            if spec.id != "undo":
                self._tell(spec, now_us)
        self._tell_undo(now_us)

    def _tell(self, spec: ActionSpec, now_us: int) -> None:
        wish = self._wish(spec, self.selection, now_us)
        problem = self.bars(spec.id) if wish is None else self._problem(wish)
        if problem is None and spec.id in self._why_not:
            problem = self._why_not[spec.id]()
        self._say(spec.id, _text_key(spec, wish), problem)

    def _problem(self, wish: Wish | None) -> Problem | None:
        if wish is None or isinstance(wish, Problem):
            return wish
        problem = self._dispatcher.why_not(wish)
        if problem is None and isinstance(wish, Batch):
            return self._dispatcher.why_not(wish.of[0])
        return problem

    def _tell_undo(self, now_us: int) -> None:
        spec = self.specs["undo"]
        newest = self._dispatcher.undoable()
        if newest is None:
            self._undo_until_us = 0
            self._say("undo", "action.undo", Problem.of("command.nothing_to_undo"))
            return
        self._undo_until_us = newest.ended_us + int(Policy().undo_s * 1e6)
        left = max(0, self._undo_until_us - now_us) // 1_000_000
        back = newest.inverse
        problem = self._dispatcher.permit(back) if back is not None else None
        told = (f"{newest.command.id} {left}", problem)
        if self._told.get("undo") != told:
            self._told["undo"] = told
            what = say("help.undo_what", what=wish_text(self._store.state, newest.command))
            self._put(spec, problem, say("action.undo_for", s=left), what)

    def _say(self, action_id: str, key: str, problem: Problem | None) -> None:
        """Word an action where it says something else until now."""
        if self._told.get(action_id) != (key, problem):
            self._told[action_id] = (key, problem)
            spec = self.specs[action_id]
            self._put(spec, problem, say(key, n=spec.number))

    def _put(self, spec: ActionSpec, problem: Problem | None, text: str, more: str = "") -> None:
        action = self.of[spec.id]
        if problem is None:
            self._reasons.pop(spec.id, None)
        else:
            self._reasons[spec.id] = problem
        action.setText(text)
        action.setEnabled(problem is None)
        tip = self._tip(spec, text, problem, more)
        action.setToolTip(tip)
        action.setStatusTip(tip)

    def _tip(self, spec: ActionSpec, text: str, problem: Problem | None, more: str) -> str:
        keys = keys_text(spec)
        lines = [f"{text}  ({keys})" if keys else text]
        if has(f"help.{spec.words}"):
            lines.append(say(f"help.{spec.words}", n=spec.number))
        if more:
            lines.append(more)
        if problem is not None:
            lines.append(say("action.why_not", why=say_problem(problem)))
        return "\n".join(lines)


def _text_key(spec: ActionSpec, wish: Wish | None) -> str:
    """The key of an action's name now: «Tắt mic», or «Bật mic» where it would do the contrary."""
    first = wish.of[0] if isinstance(wish, Batch) else wish
    back = any(getattr(first, name, None) is False for name in ("muted", "hidden", "locked"))
    if spec.id == "redial" and isinstance(first, TakeToPodium):
        back = True
    return f"action.{spec.words}_back" if back else f"action.{spec.words}"
