"""The sessions that the office approved: which there are, what is in each, running by one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.domain.planning import begun, changes, fitted, runs, wish_for
from console.domain.problem import Problem
from console.domain.reference import Plan
from console.domain.script import ScriptRow
from console.domain.session import ScriptLine
from console.domain.text import clean_name
from console.qt.dialogs.script_preview import ScriptPreviewModel
from console.qt.dialogs.script_words import site_name
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.panels.rows import be_rows
from console.qt.wording import clock, date, say, say_problem

_WIDTHS = (60, 0, 62, 58, 190)
_ROW_PX = 28
_NAMED = 3
"""So many lines of a change are named; the rest are counted."""


class PlansDialog(QDialog):
    """Approved sessions at the left, what the chosen one holds at the right, and for the one that
    is run what its newer version changes. Nothing is run but by its button. Signals: `ended`."""

    ended = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        theme = desk.theme
        self.plans: list[Plan] = []
        self.setWindowTitle(say("plans.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setAccessibleName(say("plans.title"))
        self.list.setWordWrap(True)
        self.name = ToneText(theme, 16, lines=2)
        self.facts = [ToneText(theme, 13, lines=2) for _ in range(4)]
        self.model = ScriptPreviewModel(desk.state, theme)
        self.table = QTableView()
        self.changed = [ToneText(theme, 13, lines=2) for _ in range(3)]
        self.warning = ToneText(theme, 13, lines=4)
        self.outcome = ToneText(theme, 13, lines=2)
        self.run_button = QPushButton()
        self.close_button = QPushButton(say("plans.close"))
        self._build()
        self.resize(1080, 640)
        self.refresh(state_first=True)
        (self.list if self.plans else self.close_button).setFocus()

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(10)
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.name)
        for text in self.facts:
            right.addWidget(text)
        right.addSpacing(4)
        be_rows(self.table, self.model, _ROW_PX)
        self.table.setWordWrap(True)
        self.table.verticalHeader().setMinimumSectionSize(_ROW_PX)
        self.table.setAccessibleName(say("paste.rows"))
        header = self.table.horizontalHeader()
        header.sectionResized.connect(lambda *_: self.table.resizeRowsToContents())
        for at, width in enumerate(_WIDTHS):
            stretch, fixed = QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(at, fixed if width else stretch)
            if width:
                header.resizeSection(at, width)
        right.addWidget(self.table, 1)
        for text in (*self.changed, self.warning):
            right.addWidget(text)
        right.addStretch(0)
        body.addLayout(right, 2)
        rows.addLayout(body, 1)
        rows.addWidget(self.outcome)
        row = QHBoxLayout()
        row.setSpacing(8)
        note = TextLine(self._desk.theme, "dim", 12)
        note.say(say("plans.note"))
        row.addWidget(note, 1)
        row.addWidget(self.close_button)
        row.addWidget(self.run_button)
        rows.addLayout(row)
        self.close_button.setAutoDefault(False)
        self.run_button.setDefault(True)
        self.list.currentRowChanged.connect(lambda _: self._show())
        self.run_button.clicked.connect(lambda _: self.run())
        self.close_button.clicked.connect(lambda _: self.close())
        self._desk.actions.refused.connect(self._refused)

    # -- showing -------------------------------------------------------------------------------

    @property
    def chosen(self) -> Plan | None:
        """The plan that is shown."""
        at = self.list.currentRow()
        return self.plans[at] if 0 <= at < len(self.plans) else None

    def refresh(self, state_first: bool = False) -> None:
        """Show what plans there are; the choice stays. The first time it is the running one's."""
        state = self._desk.state
        plans = sorted(state.plans.values(), key=lambda plan: (plan.starts_us, plan.record))
        before = self.chosen
        kept = before.record if before is not None else state.session.plan if state_first else ""
        if plans != self.plans or state_first:
            self.plans = plans
            self.list.blockSignals(True)
            self.list.clear()
            for plan in plans:
                self.list.addItem(self._item(plan))
            at = next((n for n, plan in enumerate(plans) if plan.record == kept), 0)
            self.list.setCurrentRow(at if plans else -1)
            self.list.blockSignals(False)
        self._show()

    def _item(self, plan: Plan) -> QListWidgetItem:
        title = clean_name(plan.title)
        about = say("plans.item", when=_when(plan.starts_us), version=plan.version)
        item = QListWidgetItem(f"{title}\n{about}")
        item.setToolTip(title)
        return item

    def _show(self) -> None:
        plan, state = self.chosen, self._desk.state
        self.run_button.setEnabled(False)
        self.run_button.setText(say("plans.open"))
        self.list.setVisible(plan is not None)
        self.table.setVisible(plan is not None)
        if plan is None:
            self.name.say(Said(say("plans.none"), "muted"))
            for text in (*self.facts, *self.changed, self.warning):
                text.say(Said(""))
            self.model.show_rows(())
            return
        self.name.say(Said(clean_name(plan.title)))
        chair = site_name(state, plan.chair) if plan.chair else say("plans.no_chair")
        told = (
            say("plans.starts", when=_when(plan.starts_us)),
            say("plans.chair", chair=chair),
            say("plans.approved", version=plan.version, who=clean_name(plan.approver) or "?"),
            clean_name(plan.note),
        )
        for text, line in zip(self.facts, told, strict=True):
            text.say(Said(line, "muted"))
        made = fitted(plan, state.endpoints)
        self.model.show_rows(
            [ScriptRow(n, line.title, line) for n, line in enumerate(made.lines, 1)]
        )
        self.table.resizeRowsToContents()
        same = runs(state, plan)
        current = same and plan.version == state.session.plan_version
        self._show_changes(made.lines, compare=same and not current)
        self._show_warning(made.lacking, same)
        self.run_button.setEnabled(not current)
        key = "running" if current else "take" if same else "open"
        self.run_button.setText(say(f"plans.{key}", version=plan.version))

    def _show_changes(self, lines: tuple[ScriptLine, ...], compare: bool) -> None:
        found = changes(self._desk.state.session.script, lines) if compare else changes((), ())
        told: list[str] = []
        for key, names in (
            ("added", [line.title for line in found.added]),
            ("gone", [line.title for line in found.gone]),
            ("altered", [after.title for _, after in found.altered]),
        ):
            if names:
                told.append(say(f"plans.{key}", n=len(names), names=_named(names)))
        if compare and not told:
            told.append(say("plans.same"))
        for at, text in enumerate(self.changed):
            text.say(Said(told[at] if at < len(told) else ""))

    def _show_warning(self, lacking: tuple[str, ...], same: bool) -> None:
        warnings: list[str] = []
        session = self._desk.state.session
        if lacking:
            warnings.append(say("plans.lacking", n=len(lacking), names=_named(list(lacking))))
        if not same and session.id and begun(session):
            warnings.append(say("plans.replaces", title=clean_name(session.title)))
        self.warning.say(Said("\n".join(warnings), "warn"))

    # -- running -------------------------------------------------------------------------------

    def run(self) -> None:
        """Run the meeting by the chosen plan."""
        plan = self.chosen
        if plan is None or not self.run_button.isEnabled():
            return
        if self._desk.actions.submit(wish_for(self._desk.state, plan)):
            self.close()

    def _refused(self, action: str, problem: Problem, _sites: object) -> None:
        if action:
            return  # a key of the session's, not the chosen meeting
        self.outcome.say(Said(say_problem(problem), "refused"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Closed: nothing was run by that."""
        self.ended.emit()
        super().done(result)


def _when(at_us: int) -> str:
    """«08:00 ngày 27/11/2026»."""
    return say("plans.when", time=clock(at_us)[:5], day=date(at_us))


def _named(names: list[str]) -> str:
    shown = ", ".join(clean_name(name) for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}, …"
