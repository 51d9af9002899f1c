"""The instructor's panel: faults of the pretend province, fired at whom he likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.domain.event import Event
from console.domain.problem import Problem
from console.qt.grid.sprites import Weight
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import Align, TextLine
from console.qt.training.calls import Calls, ControlPlane
from console.qt.training.doings import ActiveFaults, FaultLog
from console.qt.training.drill import DrillBox
from console.qt.training.faults import (
    Active,
    Kind,
    active_of,
    kind_about,
    kind_name,
    kinds_of,
    scope_name,
)
from console.qt.training.form import FaultForm
from console.qt.training.office import OfficeActs, OfficeBox
from console.qt.training.quick import Quick, quick_faults
from console.qt.training.targets import Target, target_name, targets
from console.qt.wording import say, say_problem, wording

_FOLLOW_MS = 500
_LOOK_EVERY = 4
"""The selection is followed in each step, the province asked in every fourth."""
_WIDTH = 440
_BUTTON_EDGES_PX = 28
_FLEXIBLE = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)


class InstructorPanel(QWidget):
    """A window of its own beside the session's; only in training mode, and marked so.

    What it asks of the province it asks in another thread; what the province refuses is told
    here. Signals: `visibility_changed(bool)`.
    """

    visibility_changed = Signal(bool)

    def __init__(
        self,
        desk: Desk,
        control: ControlPlane,
        parent: QWidget | None = None,
        office: OfficeActs | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(_WIDTH, 780)
        self._desk, self._control = desk, control
        self._calls = Calls(self)
        self._kinds: tuple[Kind, ...] = ()
        self._offered: tuple[Target, ...] = ()
        self._offered_for: tuple[object, ...] = ()
        self._lot = desk.clock.now_us() // 1_000_000
        self._asking = False
        self.office = OfficeBox(desk.theme, office) if office is not None else None
        """The instructor's hand on the office, None where this run has none."""
        self._steps = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_FOLLOW_MS)
        self._timer.timeout.connect(self._step)
        self._build()
        self._retell()
        wording.changed.connect(self._retell)

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self._desk.theme
        self._mark = TextLine(theme, "yellow", 11, Weight.DemiBold, pill=True, hug=True)
        self._title = TextLine(theme, "text", 16, Weight.DemiBold)
        self._note = ToneText(theme, 12, lines=3)
        self._heads = {
            name: TextLine(theme, "muted", 11, Weight.DemiBold)
            for name in ("quick", "drill", "other", "active", "office", "log")
        }
        self._quick: list[QPushButton] = []
        self._kind, self._target = QComboBox(), QComboBox()
        self._kind.setMaxVisibleItems(24)
        self._target.setMaxVisibleItems(24)
        for combo in (self._kind, self._target):
            combo.setSizePolicy(_FLEXIBLE)
        self._about = ToneText(theme, 12, lines=3)
        self._form = FaultForm(())
        self._fire = QPushButton()
        self._clear_all = QPushButton()
        self._active = ActiveFaults(self._desk)
        self._active.ended.connect(self.clear)
        self._log = FaultLog(theme)
        self._kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self._fire.clicked.connect(lambda _: self.fire())
        self._clear_all.clicked.connect(lambda _: self.clear(0))
        inside = QFrame()
        inside.setProperty("role", "panel")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(6)
        rows.addWidget(self._mark, 0, Align.AlignLeft)
        rows.addWidget(self._title)
        rows.addWidget(self._note)
        self._head(rows, "quick")
        for quick in quick_faults(self._desk.state, self._desk.actions.selection, self._lot):
            rows.addLayout(self._quick_row(quick))
        self._head(rows, "drill")
        self.drills = DrillBox(self._desk, self._post)
        rows.addWidget(self.drills)
        self._head(rows, "active")
        rows.addWidget(self._active)
        rows.addWidget(self._clear_all, 0, Align.AlignLeft)
        if self.office is not None:
            self._head(rows, "office")
            rows.addWidget(self.office)
            self.office.told.connect(self._tell)
        self._head(rows, "other")
        for widget in (self._kind, self._about, self._target):
            rows.addWidget(widget)
        self._form_place = QVBoxLayout()
        self._form_place.addWidget(self._form)
        rows.addLayout(self._form_place)
        rows.addWidget(self._fire)
        self._head(rows, "log")
        rows.addWidget(self._log)
        rows.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _head(self, rows: QVBoxLayout, name: str) -> None:
        rows.addSpacing(8)
        rows.addWidget(self._heads[name])

    def _quick_row(self, quick: Quick) -> QHBoxLayout:
        button = QPushButton()
        button.setProperty("role", "key")
        button.setObjectName(quick.name)
        button.setSizePolicy(_FLEXIBLE)
        at = len(self._quick)
        button.clicked.connect(lambda _=False: self.fire_quick(at))
        shortcut = QShortcut(QKeySequence(quick.keys), self)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(partial(self.fire_quick, at))
        self._quick.append(button)
        keys = TextLine(self._desk.theme, "dim", 11, hug=True)
        keys.say(quick.keys)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(button, 1)
        row.addWidget(keys)
        return row

    # -- showing -------------------------------------------------------------------------------

    def _retell(self) -> None:
        self.setWindowTitle(say("training.title"))
        self._mark.say(say("training.mark"))
        self._title.say(say("training.title"))
        self._note.say(Said(say("training.note"), "muted"))
        for name, head in self._heads.items():
            head.say(say(f"training.head.{name}"))
        self._fire.setText(say("training.fire"))
        self._clear_all.setText(say("training.clear_all"))
        self._kind.setAccessibleName(say("training.kind"))
        self._target.setAccessibleName(say("training.whom"))
        at = self._kind.currentIndex()
        self._kind.blockSignals(True)
        self._kind.clear()
        for kind in self._kinds:
            self._kind.addItem(f"{scope_name(kind.scope)}: {kind_name(kind.kind)}")
        self._kind.setCurrentIndex(max(0, at) if self._kinds else -1)
        self._kind.blockSignals(False)
        self._show_kind()
        self._active.retell()
        self.drills.retell()
        if self.office is not None:
            self.office.retell()
        self.follow()

    def follow(self) -> None:
        """Name again whom the quick faults and the form would befall: the selection moved."""
        state, selection = self._desk.state, self._desk.actions.selection
        for button, quick in zip(
            self._quick, quick_faults(state, selection, self._lot), strict=True
        ):
            text = say(f"training.quick.{quick.name}")
            if quick.target:
                text = f"{text}: {quick.target}"
            room = button.width() - _BUTTON_EDGES_PX
            metrics = button.fontMetrics()
            button.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
            button.setAccessibleName(text)
            button.setEnabled(bool(quick.bodies))
            button.setToolTip(text if quick.bodies else say("training.nobody"))
        self._fill_targets()

    def _show_kind(self) -> None:
        kind = self._chosen()
        form = FaultForm(kind.parameters if kind else ())
        self._form_place.replaceWidget(self._form, form)
        self._form.hide()
        self._form.deleteLater()
        self._form = form
        self._fill_targets()

    def _fill_targets(self) -> None:
        kind = self._chosen()
        state, selection = self._desk.state, self._desk.actions.selection
        depends = (
            kind, selection, state.podium, state.session.next, wording.language, state.roster,
            len(state.endpoints), len(state.devices),
        )  # fmt: skip
        if depends == self._offered_for:
            return
        self._offered_for = depends
        offered = targets(kind, state, selection) if kind else ()
        if offered != self._offered:
            kept = self._target.currentIndex()
            key = self._offered[kept].key if 0 <= kept < len(self._offered) else ""
            self._offered = offered
            self._target.clear()
            self._target.addItems([target.text for target in offered])
            at = next((n for n, target in enumerate(offered) if target.key == key), 0)
            self._target.setCurrentIndex(at if offered else -1)
        self._target.setVisible(bool(offered) or kind is None)
        self._fire.setEnabled(bool(offered))
        if kind is not None:
            about = kind_about(kind) if offered else say("training.no_such_device")
            self._about.say(Said(about, "muted" if offered else "warn"))

    def choose(self, kind: str, target: str = "") -> None:
        """Choose a kind of trouble and whom it is to befall, by the province's own words."""
        self._kind.setCurrentIndex([each.kind for each in self._kinds].index(kind))
        ids = [each.id for each in self._offered]
        if target in ids:
            self._target.setCurrentIndex(ids.index(target))

    @property
    def asking(self) -> bool:
        """Whether an answer of the province is still to come."""
        return self._asking

    @property
    def offered(self) -> tuple[Target, ...]:
        """Whom the chosen kind of trouble may befall."""
        return self._offered

    def _chosen(self) -> Kind | None:
        at = self._kind.currentIndex()
        return self._kinds[at] if 0 <= at < len(self._kinds) else None

    def _tell(self, text: str, tone: str = "muted") -> None:
        self._log.tell(text, tone, self._desk.clock.now_us())

    @property
    def told(self) -> tuple[Said, ...]:
        """What was done and what went wrong, the newest first."""
        return self._log.lines

    @property
    def active(self) -> tuple[Active, ...]:
        """The faults in force, as last heard."""
        return self._active.faults

    # -- doing ---------------------------------------------------------------------------------

    def _post(self, path: str, body: object, done: Callable[[Any], None]) -> None:
        self._calls.ask(partial(self._control.post, path, body), done)

    def tell(self, events: Sequence[Event]) -> None:
        """What happened: for the drill that runs."""
        self.drills.tell(events)

    def _step(self) -> None:
        self._steps += 1
        self.follow()
        if self._steps % _LOOK_EVERY == 0:
            self.look()
            if self.office is not None:
                self.office.follow()

    def look(self) -> None:
        """Ask what there is and what is in force; one question at a time."""
        if self._asking:
            return
        self._asking = True
        self._calls.ask(partial(self._control.get, "/faults"), self._looked)

    def _looked(self, answer: Any) -> None:
        self._asking = False
        if isinstance(answer, Problem):
            text = say_problem(answer)
            if not self.told or not self.told[0].text.endswith(text):
                self._tell(text, "refused")
            return
        kinds = kinds_of(answer)
        if kinds != self._kinds:
            self._kinds = kinds
            self._retell()
        self._active.show_faults(active_of(answer))

    def fire_quick(self, at: int) -> None:
        """One of the common faults, by its place."""
        state, selection = self._desk.state, self._desk.actions.selection
        quick = quick_faults(state, selection, self._lot)[at]
        if not quick.bodies:
            self._tell(say("training.nobody"), "refused")
            return
        self._lot += 7
        for body in quick.bodies:
            self._send(body)

    def fire(self) -> None:
        """The fault in the form."""
        kind = self._chosen()
        if kind is None:
            return
        at = self._target.currentIndex()
        target = self._offered[at].id if 0 <= at < len(self._offered) else ""
        if not target:
            self._tell(say("training.nobody"), "refused")
            return
        self._send({"kind": kind.kind, "target": target, **self._form.values()})

    def _send(self, body: dict[str, Any]) -> None:
        what = f"{kind_name(body['kind'])} · {target_name(body['target'], self._desk.state)}"
        self._calls.ask(
            partial(self._control.post, "/fault", body), lambda answer: self._done(what, answer)
        )

    def clear(self, number: int) -> None:
        """End one fault by its number, or with 0 all and what they left behind."""
        what = say("training.cleared_all" if number == 0 else "training.cleared")
        self._calls.ask(
            partial(self._control.post, "/clear", {"fault": number}),
            lambda answer: self._done(what, answer),
        )

    def _done(self, what: str, answer: Any) -> None:
        if isinstance(answer, Problem):
            self._tell(f"{what}: {say_problem(answer)}", "refused")
        else:
            self._tell(what)
        self.look()

    # -- Qt ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.look()
        self.visibility_changed.emit(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.visibility_changed.emit(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The instructor only puts it away; the program ends it for good."""
        if event.spontaneous():
            event.ignore()
            self.hide()
            return
        self._timer.stop()
        self.drills.end()
        if self.office is not None:
            self.office.end()
        self._calls.end(self._control)
        super().closeEvent(event)
