"""A drill on the instructor's panel: chosen, running, scored; by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from console.core.drills import read_drills
from console.domain import facts as f
from console.domain.commands.own import RecordDrill
from console.domain.commands.take import TakeToPodium
from console.domain.drill import Drill, DrillFault, StepScore
from console.domain.event import Event
from console.domain.problem import Problem
from console.domain.scoring import score
from console.domain.state import State
from console.qt import RESOURCES
from console.qt.action_table import key_text
from console.qt.looks.drills import drill_result, in_words, passed, step_bar, step_time
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.training.quick import silent_site
from console.qt.training.targets import mcu_families
from console.qt.wording import say, say_problem

START_KEYS, CANCEL_KEYS = "Ctrl+Shift+F8", "Ctrl+Shift+F9"
_ROW_PX = 26
_FOLLOW_MS = 250
Ask = Callable[[str, object, Callable[[Any], None]], None]
"""Posts to a path of the control plane, and brings the answer or a Problem back."""


class DrillBox(QFrame):
    """The drills, and the one that runs: what is to be done, and its times so far."""

    def __init__(self, desk: Desk, ask: Ask) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._desk, self._ask = desk, ask
        self._drills = read_drills(RESOURCES / "training" / "drills")
        self.drill: Drill | None = None
        """The one that runs."""
        self.scores: tuple[StepScore, ...] = ()
        self._began_us = 0
        self._fired = False
        self._events: list[Event] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_FOLLOW_MS)
        self._timer.timeout.connect(self.follow)
        desk.theme.changed.connect(self._show)
        self._choice = QComboBox()
        self._choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._start, self._cancel = QPushButton(), QPushButton()
        self._start.clicked.connect(lambda _: self.start())
        self._cancel.clicked.connect(lambda _: self.cancel())
        self._told = ToneText(desk.theme, 13, lines=4)
        self._table = QTableWidget(0, 4)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._table.setTabKeyNavigation(False)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        head = self._table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._table.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self._choice)
        buttons = QHBoxLayout()
        buttons.addWidget(self._start, 1)
        buttons.addWidget(self._cancel)
        rows.addLayout(buttons)
        rows.addWidget(self._told)
        rows.addWidget(self._table)
        for keys, function in ((START_KEYS, self.start), (CANCEL_KEYS, self.cancel)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.activated.connect(function)
        self.retell()

    @property
    def told(self) -> Said:
        """What it says of the drill."""
        return self._told.said

    def choose(self, name: str) -> None:
        """Choose a drill by its name."""
        self._choice.setCurrentIndex([drill.name for drill in self._drills].index(name))

    def retell(self) -> None:
        """Say everything anew: the language has changed."""
        at = max(0, self._choice.currentIndex())
        self._choice.clear()
        self._choice.addItems([in_words(drill.title) for drill in self._drills])
        self._choice.setCurrentIndex(at)
        self._choice.setAccessibleName(say("drill.choice"))
        self._start.setText(f"{say('drill.start')}  {key_text(START_KEYS)}")
        self._cancel.setText(f"{say('drill.cancel')}  {key_text(CANCEL_KEYS)}")
        self._table.setHorizontalHeaderLabels(
            [say(f"drill.column.{name}") for name in ("step", "time", "bar", "passed")]
        )
        self._show()

    # -- doing ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin the chosen drill; what is asked of the trainee shows at once."""
        if self.drill is not None:
            return
        self.drill = self._drills[self._choice.currentIndex()]
        self._events, self._began_us, self._fired = [], 0, False
        self.scores = tuple(StepScore(step, None) for step in self.drill.steps)
        self._timer.start()
        self._told.say(Said(in_words(self.drill.task), "value"))
        if self.drill.when == "start":
            self._fire()
        self._show()

    def cancel(self) -> None:
        """End it without a score; the faults end too."""
        if self.drill is not None:
            self._stop(say("drill.cancelled"), "muted")
            self.scores = ()
            self._show()

    def _fire(self) -> None:
        assert self.drill is not None
        aims = [(fault, aim(fault, self._desk)) for fault in self.drill.faults]
        if not all(whom for _, whom in aims):
            self.scores = ()
            self._stop(say("drill.nobody"), "refused")
            return
        self._began_us, self._fired = self._desk.clock.now_us(), True
        for fault, whom in aims:
            for target in whom:
                body = {"kind": fault.kind, "target": target, **dict(fault.values)}
                self._ask("/fault", body, partial(self._answered, self.drill))

    def _answered(self, drill: Drill, answer: Any) -> None:
        if isinstance(answer, Problem) and self.drill is drill:
            self._stop(say_problem(answer), "refused")

    def tell(self, events: Sequence[Event]) -> None:
        """What happened, as the journal has it."""
        if self.drill is None:
            return
        if not self._fired and any(_is_take(event) for event in events):
            self._fire()
        elif self._fired:
            self._events += events
            self._look()

    def follow(self) -> None:
        """Time passes: it ends when all is done, or the time is over."""
        if self.drill is None or not self._fired:
            return
        done = bool(self._events) and all(each.took_s is not None for each in self.scores)
        if done or self._desk.clock.now_us() - self._began_us > self.drill.limit_s * 1e6:
            self._finish()

    def _look(self) -> None:
        assert self.drill is not None
        self.scores = score(self.drill, self._events, self._began_us)
        self._show()

    def end(self) -> None:
        """The panel ends for good."""
        self._timer.stop()

    def _finish(self) -> None:
        drill = self.drill
        assert drill is not None
        self.scores = score(drill, self._events, self._began_us)
        whole = passed(self.scores) == len(self.scores)
        self._stop(drill_result(drill.title, self.scores), "value" if whole else "warn")
        self._desk.actions.submit(
            RecordDrill(
                drill=drill.name, title=drill.title, began_us=self._began_us, scores=self.scores
            )
        )
        self._show()

    def _stop(self, text: str, tone: str) -> None:
        self.drill, self._fired = None, False
        self._timer.stop()
        self._told.say(Said(text, tone))
        self._ask("/clear", {"fault": 0}, lambda answer: None)

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        held = self.window().focusWidget()
        self._start.setEnabled(self.drill is None)
        self._choice.setEnabled(self.drill is None)
        self._cancel.setEnabled(self.drill is not None)
        scores = self.scores
        running = self.drill is not None
        self._table.setRowCount(len(scores))
        for row, each in enumerate(scores):
            verdict = "" if running and each.took_s is None else (
                say("drill.yes" if each.passed else "drill.no"))  # fmt: skip
            cells = (in_words(each.step.text), step_time(each), step_bar(each), verdict)
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if verdict and not each.passed:
                    item.setForeground(self._desk.theme.color("amber"))
                self._table.setItem(row, column, item)
        self._table.setFixedHeight(_ROW_PX * (len(scores) + 1) + 12)
        self._table.setVisible(bool(scores))
        mine = (self._choice, self._start, self._cancel, self._table)
        if held in mine and not (held.isEnabled() and held.isVisibleTo(self)):
            # Qt would hand the keyboard on to a button that ends the faults.
            (self._table if running else self._choice).setFocus()


def _is_take(event: Event) -> bool:
    fact = event.fact
    return isinstance(fact, f.CommandSubmitted) and isinstance(fact.command, TakeToPodium)


def aim(fault: DrillFault, desk: Desk) -> tuple[str, ...]:
    """Whom a fault befalls as things stand, none where there is nobody now."""
    state = desk.state
    match fault.target:
        case "podium":
            found = (state.podium,)
        case "silent":
            lot = desk.clock.now_us() // 1_000_000
            found = (silent_site(state, desk.actions.selection, lot),)
        case "half":
            found = (",".join(_units(state)[::2]),)
        case "mcus":
            found = mcu_families(state)
        case _:
            found = (fault.target,)
    return tuple(filter(None, found))


def _units(state: State) -> list[str]:
    """The units with sites below them, without the chair's and the podium's own."""
    kept = {state.session.chair, state.podium}
    parents = {e.parent for e in state.endpoints.values() if e.parent}
    units = [e for e in state.endpoints.values() if e.id in parents and e.parent]
    return [e.id for e in sorted(units, key=lambda e: e.order) if e.id not in kept]
