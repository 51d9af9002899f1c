"""The instructor's panel: faults of the pretend province, fired at whom he likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.domain.event import Event
from console.domain.problem import Problem
from console.qt.grid.sprites import Weight
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import Align, TextLine, caption
from console.qt.training.calls import Calls, ControlPlane
from console.qt.training.doings import ActiveFaults, FaultLog
from console.qt.training.drill import DrillBox
from console.qt.training.fault_box import FaultBox
from console.qt.training.faults import Active, active_of, kind_name, kinds_of
from console.qt.training.office import OfficeActs, OfficeBox
from console.qt.training.quick_box import QuickBox
from console.qt.training.targets import target_name
from console.qt.wording import say, say_problem, wording

_FOLLOW_MS = 500
_LOOK_EVERY = 4
"""The selection is followed in each step, the province asked in every fourth."""
_WIDTH, _HEIGHT = 440, 780
_FRAME_PX = 40
"""What a desktop puts around a window; on a small screen the panel is as high as it may be."""


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
        room = self.screen().availableSize().height() - _FRAME_PX
        self.resize(_WIDTH, min(_HEIGHT, room))
        self._desk, self._control = desk, control
        self._calls = Calls(self)
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
            name: caption(theme) for name in ("quick", "drill", "other", "active", "office", "log")
        }
        self.quick, self.faults = QuickBox(self._desk), FaultBox(self._desk)
        for box in (self.quick, self.faults):
            box.fired.connect(self._send)
            box.nobody.connect(lambda: self._tell(say("training.nobody"), "refused"))
        self._clear_all = QPushButton()
        self._active = ActiveFaults(self._desk)
        self._active.ended.connect(self.clear)
        self._log = FaultLog(theme)
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
        rows.addWidget(self.quick)
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
        rows.addWidget(self.faults)
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

    # -- showing -------------------------------------------------------------------------------

    def _retell(self) -> None:
        self.setWindowTitle(say("training.title"))
        self._mark.say(say("training.mark"))
        self._title.say(say("training.title"))
        self._note.say(Said(say("training.note"), "muted"))
        for name, head in self._heads.items():
            head.say(say(f"training.head.{name}"))
        self._clear_all.setText(say("training.clear_all"))
        self.faults.retell()
        self._active.retell()
        self.drills.retell()
        if self.office is not None:
            self.office.retell()
        self.follow()

    def follow(self) -> None:
        """Name again whom the quick faults and the form would befall: the selection moved."""
        self.quick.follow()
        self.faults.follow()

    @property
    def asking(self) -> bool:
        """Whether an answer of the province is still to come."""
        return self._asking

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
        self.faults.show_kinds(kinds_of(answer))
        self._active.show_faults(active_of(answer))

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
