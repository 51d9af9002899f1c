"""Two versions of a record side by side, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.office import RecordAnswer
from console.domain.problem import Problem
from console.domain.text import clean_name
from console.qt.dialogs.background import Background
from console.qt.fonts import BODY_PX
from console.qt.grid.sprites import Weight, text_width
from console.qt.looks.inspector import Said
from console.qt.looks.proposals import (
    FieldRow,
    disputed,
    kind_name,
    record_name,
    side_by_side,
    site_of,
)
from console.qt.looks.sync import moment
from console.qt.mcu.table import DeskTable
from console.qt.office_state import OfficeState
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine, wrapped_height
from console.qt.record.office import Proposals
from console.qt.theme import Theme
from console.qt.wording import say, say_problem
from db.fault import StoreFault
from db.reference import Conflict

Index = QModelIndex | QPersistentModelIndex
_ROW_PX, _SIGN_PX, _FIELD_PX, _EDGES_PX = 30, 76, 176, 24
_DIFFERS = "≠"
Deed = Callable[[Proposals, str], bool]
"""Answers a conflict, by its proposal's id."""


class VersionsModel(QAbstractTableModel):
    """A row a field: whether the two differ, its name, ours, the office's. What differs has the
    sign ≠ and stands in bold."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: tuple[FieldRow, ...] = ()
        self.heads = ("", "", "", "")

    def show_rows(self, rows: tuple[FieldRow, ...], heads: tuple[str, str, str, str]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows, self.heads = rows, heads
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.heads[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                sign = f"{_DIFFERS} {say('conflict.differs')}" if row.differs else ""
                return (sign, row.field, row.ours, row.office)[column]
            case Qt.ItemDataRole.FontRole if row.differs:
                face = QFont(QGuiApplication.font())
                face.setWeight(QFont.Weight.DemiBold)
                return face
            case Qt.ItemDataRole.ForegroundRole:
                return self._theme.color("text" if row.differs else "muted")
            case Qt.ItemDataRole.ToolTipRole if column > 1:
                return (row.ours, row.office)[column - 2]
            case Qt.ItemDataRole.AccessibleTextRole:
                standing = say("conflict.differs" if row.differs else "conflict.same")
                ours, office = say("conflict.ours"), say("conflict.office")
                return f"{row.field}, {standing}. {ours}: {row.ours}. {office}: {row.office}"
            case _:
                return None


class ConflictsDialog(QDialog):
    """The conflicts one by one. Nothing is decided by closing it. Signals: `told` (text) what was
    decided, `ended`."""

    told = Signal(str)
    ended = Signal()

    def __init__(
        self, desk: Desk, office: OfficeState, chosen: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._office = desk, office
        self._background = Background(self)
        self.busy = False
        """Whether a choice is being written."""
        self.entries: list[Conflict] = []
        self.at = 0
        theme = desk.theme
        self.setWindowTitle(say("conflict.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = TextLine(theme, "text", 18, Weight.DemiBold)
        self.kind = TextLine(theme, "muted", 12, hug=True)
        self.place = TextLine(theme, "muted", 12, hug=True)
        self.note = ToneText(theme, 13, lines=2)
        self.model = VersionsModel(theme, self)
        self.table = DeskTable(self.model, _ROW_PX)
        self.counted = TextLine(theme, "muted", 12)
        self.only = QCheckBox(say("conflict.only_different"))
        self.outcome = ToneText(theme, 13, lines=3)
        self.before_button, self.next_button = QPushButton("‹"), QPushButton("›")
        self.keep_button = QPushButton(say("conflict.keep"))
        self.again_button = QPushButton(say("conflict.again"))
        self.later_button = QPushButton(say("conflict.later"))
        self._build()
        self.resize(920, 560)
        self.show_entries([e for e in office.entries() if disputed(e)], chosen)

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name, 1)
        top.addWidget(self.kind)
        top.addSpacing(8)
        top.addWidget(self.before_button)
        top.addWidget(self.place)
        top.addWidget(self.next_button)
        rows.addLayout(top)
        rows.addWidget(self.note)
        rows.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addWidget(self.counted, 1)
        row.addWidget(self.only)
        rows.addLayout(row)
        rows.addWidget(self.outcome)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.later_button, self.again_button, self.keep_button):
            row.addWidget(button)
        rows.addLayout(row)
        self.table.setProperty("role", "")
        self.table.setWordWrap(True)
        columns = self.table.horizontalHeader()
        columns.setSectionsClickable(False)
        columns.setStretchLastSection(False)
        for column, width in ((0, _SIGN_PX), (1, _FIELD_PX)):
            columns.resizeSection(column, width)
        for column in (2, 3):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.setAccessibleName(say("conflict.title"))
        for button, text, by in (
            (self.before_button, "conflict.before", -1),
            (self.next_button, "conflict.next", 1),
        ):
            button.setAccessibleName(say(text))
            button.setToolTip(say(text))
            button.setFixedWidth(36)
            button.clicked.connect(lambda _=False, b=by: self._step(b))
        self.only.toggled.connect(lambda _: self._show())
        self.keep_button.clicked.connect(lambda _: self._decide(_keep, "kept"))
        self.again_button.clicked.connect(lambda _: self._decide(self._again(), "sent"))
        self.later_button.clicked.connect(lambda _: self.close())
        self.table.copying.connect(self._copy)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        columns.sectionResized.connect(self._fit)

    # -- showing -------------------------------------------------------------------------------

    def show_entries(self, entries: Sequence[Conflict], chosen: str = "") -> None:
        """Show these, a chosen one first."""
        self.entries = list(entries)
        ids = [entry.proposal.id for entry in entries]
        self.at = ids.index(chosen) if chosen in ids else min(self.at, max(0, len(ids) - 1))
        self._show()
        self.table.setFocus()

    def choose(self, chosen: str) -> None:
        """Turn to one of those that are shown, unless a choice is being written."""
        ids = [entry.proposal.id for entry in self.entries]
        if chosen in ids and not self.busy:
            self._step(ids.index(chosen) - self.at)

    @property
    def entry(self) -> Conflict | None:
        """The one that is shown."""
        return self.entries[self.at] if self.entries else None

    def _show(self) -> None:
        entry = self.entry
        several = len(self.entries) > 1
        for widget in (self.before_button, self.place, self.next_button):
            widget.setVisible(several)
        for button in (self.keep_button, self.again_button):
            button.setEnabled(entry is not None and not self.busy)
        self.before_button.setEnabled(self.at > 0 and not self.busy)
        self.next_button.setEnabled(self.at < len(self.entries) - 1 and not self.busy)
        if entry is None:
            self.name.say(say("conflict.none"))
            self.model.show_rows((), ("", "", "", ""))
            return
        self.name.say(record_name(entry))
        lost = entry.proposal.cause == "restored"
        self.note.say(Said(say("conflict.note_restored" if lost else "conflict.note"), "muted"))
        self.kind.say(kind_name(entry.proposal.kind))
        self.place.say(say("conflict.place", at=self.at + 1, n=len(self.entries)))
        every = side_by_side(entry, self._site)
        different = tuple(row for row in every if row.differs)
        when = moment(entry.proposal.at_us, self._desk.clock.now_us())
        heads = (
            "",
            say("conflict.field"),
            say("conflict.ours_at", when=when),
            say("conflict.office_at", version=entry.office.version)
            if entry.office is not None
            else say("conflict.office"),
        )
        self.model.show_rows(different if self.only.isChecked() else every, heads)
        self.counted.say(say("conflict.counted", n=len(different)))
        self._fit()
        if self.model.rows:
            first = next((at for at, row in enumerate(self.model.rows) if row.differs), 0)
            self.table.selectRow(first)

    def _site(self, code: str) -> str:
        """A site by the name that it has here, and its code."""
        known = self._desk.state.endpoints.get(code)
        return f"{clean_name(known.name)} ({code})" if known is not None else code

    def _fit(self, *_: int) -> None:
        """Rows as high as their longest text needs."""
        wide = max(60, self.table.columnWidth(2) - _EDGES_PX)
        for at, row in enumerate(self.model.rows):
            weight = Weight.DemiBold if row.differs else Weight.Normal
            most = max(text_width(text, BODY_PX, weight) for text in (row.ours, row.office))
            tall = max(wrapped_height(text, BODY_PX, wide) for text in (row.ours, row.office))
            self.table.setRowHeight(at, _ROW_PX if most <= wide else max(_ROW_PX, int(tall) + 14))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)  # once the columns have their widths

    def _step(self, by: int) -> None:
        self.at = max(0, min(len(self.entries) - 1, self.at + by))
        self.outcome.say(Said(""))
        self._show()

    def _copy(self) -> None:
        entry = self.entry
        if entry is not None:
            lines = [f"{r.field}: {r.ours} | {r.office}" for r in self.model.rows]
            QGuiApplication.clipboard().setText("\n".join([record_name(entry), *lines]))

    # -- deciding ------------------------------------------------------------------------------

    def _decide(self, deed: Deed, outcome: str) -> None:
        entry = self.entry
        if entry is None or self.busy:
            return
        self.busy = True
        self.outcome.say(Said(say("conflict.working"), "muted"))
        self._show()
        directory = self._office.office.directory if self._office.office is not None else None
        work = partial(_done, deed, directory, entry.proposal.id)
        self._background.run(work, partial(self._decided, entry, outcome))

    def _decided(self, entry: Conflict, outcome: str, problem: Problem | None) -> None:
        self.busy = False
        if problem is not None:
            self.outcome.say(Said(say_problem(problem), "refused"))
            self._show()
            return
        name = record_name(entry)
        text = say(f"conflict.{outcome}", name=name)
        self._desk.actions.submit(
            RecordAnswer(
                proposal=entry.proposal.id,
                kind=entry.proposal.kind,
                record=entry.proposal.record_id,
                name=name,
                answer=outcome,
                endpoint=site_of(entry),
            )
        )
        if self._office.office is not None:
            self._office.office.hurry()  # what is proposed again need not wait for the next look
        self.told.emit(text)
        left = [each for each in self.entries if each.proposal.id != entry.proposal.id]
        if not left:
            self.entries = []
            self.close()
            return
        self.outcome.say(Said(text, "muted"))
        self.show_entries(left)

    # -- leaving -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_PageDown | Qt.Key.Key_PageUp:
                self._step(1 if event.key() == Qt.Key.Key_PageDown else -1)
            case _:
                super().keyPressEvent(event)

    def _again(self) -> Deed:
        """Proposed once more, by whoever sits here."""
        return partial(_again, self._desk.actions.actor)

    def done(self, result: int) -> None:
        """Closed: whatever is under way ends by itself."""
        self.end()
        self.ended.emit()
        super().done(result)

    def end(self) -> None:
        """The program leaves."""
        self._background.close()


def _keep(directory: Proposals, proposal: str) -> bool:
    return directory.keep_office(proposal)


def _again(operator: str, directory: Proposals, proposal: str) -> bool:
    return directory.propose_again(proposal, operator=operator) is not None


def _done(deed: Deed, directory: Proposals | None, proposal: str) -> Problem | None:
    """Write a choice down. One that was made meanwhile elsewhere needs no other."""
    if directory is None:
        return Problem.of("office.none")
    try:
        deed(directory, proposal)
    except StoreFault as fault:
        return Problem(fault.code, tuple(sorted(fault.params.items())))
    return None
