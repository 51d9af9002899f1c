"""Loading a roster: a file is read, checked and previewed; nothing changes until it is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from console.core.tables import Tables, read_tables
from console.domain.commands.own import LoadRoster
from console.domain.problem import Problem
from console.domain.roster import RosterReading, best_table, roster_of
from console.domain.roster_change import difference
from console.qt import RESOURCES
from console.qt.dialogs.findings import FindingsView
from console.qt.dialogs.reading import Asked, Progress, ReadingBar
from console.qt.dialogs.roster_preview import RosterPreviewModel
from console.qt.dialogs.roster_words import (
    change_lines,
    finding_rows,
    left_out,
    marks,
    read_as,
    summary,
    usual_domain,
)
from console.qt.dialogs.table_words import table_name
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.plain import PlainLabel
from console.qt.wording import say, say_problem

_CHANGES = 6
_OPEN_UP_TO = 400
"""A roster with more sites than this shows its districts closed."""
SHIPPED = ("2021", "2025")


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was read: its tables, which of them, and the roster in it."""

    tables: Tables
    at: int
    roster: RosterReading


class RosterDialog(QDialog):
    """A roster from a file, beside the one in use. It does not hold up the session."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path: Path | None = None
        self._tables = Tables(())
        self.reading = RosterReading(())
        self.setWindowTitle(say("roster.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._model = RosterPreviewModel()
        self._summary = ToneText(desk.theme, 16, lines=2)
        self._read_as = ToneText(desk.theme, 12)
        self._changes = [ToneText(desk.theme, 13, lines=3) for _ in range(_CHANGES)]
        self._findings = FindingsView(desk.theme)
        self._tree = QTreeView()
        self._domain = QLineEdit(usual_domain(desk.state))
        self.accept_button = QPushButton()
        self._refused = ToneText(desk.theme, 13, lines=2)
        self.bar = ReadingBar(desk.theme)
        self.bar.stopped.connect(self._forget)
        self.finished.connect(lambda _: self.bar.end())
        self._sheet = QComboBox()
        self._sheet.setAccessibleName(say("files.table"))
        self._sheet.activated.connect(self._choose_table)
        self._build()
        desk.actions.refused.connect(self._tell_refused)
        self.resize(1180, 660)
        self._show()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(8)
        rows.addLayout(self._choosing())
        rows.addSpacing(4)
        rows.addWidget(self._summary)
        rows.addWidget(self._read_as)
        rows.addWidget(self.bar)
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addLayout(self._left(), 5)
        body.addLayout(self._right(), 3)
        rows.addLayout(body, 1)
        rows.addWidget(self._refused)
        rows.addLayout(self._ending())

    def _choosing(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        choose = QPushButton(say("roster.choose"))
        choose.clicked.connect(self._ask_file)
        choose.setDefault(True)
        row.addWidget(choose)
        for year in SHIPPED:
            button = QPushButton(say(f"roster.shipped_{year}"))
            button.setProperty("role", "flat")
            button.clicked.connect(lambda _=False, year=year: self.load_shipped(year))
            row.addWidget(button)
        self._sheet.setMaximumWidth(260)
        self._sheet.hide()
        row.addWidget(self._sheet)
        row.addStretch(1)
        label = PlainLabel(say("roster.domain"), "muted")
        label.setBuddy(self._domain)
        self._domain.setPlaceholderText(say("roster.domain_hint"))
        self._domain.setToolTip(say("roster.domain_tip"))
        self._domain.setFixedWidth(230)
        self._domain.editingFinished.connect(self._read_again)
        row.addWidget(label)
        row.addWidget(self._domain)
        return row

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self._title("roster.preview"))
        self._tree.setModel(self._model)
        self._tree.setUniformRowHeights(True)
        self._tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._tree.setAccessibleName(say("roster.preview"))
        header = self._tree.header()
        header.setStretchLastSection(True)
        for at, width in enumerate((238, 70, 176, 64, 150)):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(at, width)
        column.addWidget(self._tree, 1)
        return column

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(self._title("roster.changes"))
        for change in self._changes:
            column.addWidget(change)
        column.addSpacing(10)
        column.addWidget(self._title("roster.findings"))
        column.addWidget(self._findings, 1)
        return column

    def _title(self, key: str) -> TextLine:
        title = TextLine(self._desk.theme, "muted", 11)
        title.say(say(key))
        return title

    def _ending(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        cancel = QPushButton(say("roster.cancel"))
        cancel.clicked.connect(self.close)
        self.accept_button.clicked.connect(self._load)
        row.addWidget(cancel)
        row.addWidget(self.accept_button)
        return row

    # -- reading -------------------------------------------------------------------------------

    def _ask_file(self, _checked: bool = False) -> None:
        ask = QFileDialog(self, say("roster.choose"), "", say("roster.filter"))
        ask.setFileMode(QFileDialog.FileMode.ExistingFile)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.fileSelected.connect(lambda name: self.load_file(Path(name)))
        ask.open()

    def load_shipped(self, year: str) -> None:
        """Preview a roster that comes along with the program."""
        self.load_file(RESOURCES / "rosters" / f"dak_lak_{year}.csv")

    def load_file(self, path: Path) -> None:
        """Preview a file; one that can't be read is told, and the roster in use stays."""
        self._path = path
        self._tables, self.reading = Tables(()), RosterReading(())
        domain = self._domain.text()

        def read(progress: Progress, cancelled: Asked) -> _Read:
            tables = read_tables(path, progress, cancelled)
            at = best_table(tables.tables)
            return _Read(tables, at, _roster(tables, at, domain))

        self._refused.say(Said(""))
        self.bar.read(path.name, read, self._took)
        self._show()

    def _took(self, read: _Read) -> None:
        self._tables, self.reading = read.tables, read.roster
        self._sheet.clear()
        self._sheet.addItems([table_name(table) for table in read.tables.tables])
        self._sheet.setCurrentIndex(read.at)
        self._sheet.setVisible(len(read.tables.tables) > 1)
        self._show()

    def _forget(self) -> None:
        self._path = None
        self._show()

    def _choose_table(self, _at: int = 0) -> None:
        self._read_again()

    def _read_again(self) -> None:
        """The same tables under another choice of table or dial domain."""
        if self._path is None or not self._tables.tables:
            return
        tables, at, domain = self._tables, self._sheet.currentIndex(), self._domain.text()
        self.bar.read(
            self._path.name, lambda *_: _Read(tables, at, _roster(tables, at, domain)), self._took
        )
        self._show_accept()

    def _show(self) -> None:
        reading, state = self.reading, self._desk.state
        change = difference(state.endpoints.values(), reading.endpoints)
        told = marks(change, state.endpoints) if state.endpoints else {}
        gone = change.removed if reading.endpoints else ()
        self._model.show_sites(reading.endpoints, told, gone)
        self._tree.expandToDepth(1 if len(reading.endpoints) <= _OPEN_UP_TO else 0)
        if self.bar.busy:
            self._summary.say(Said(""))
            self._read_as.say(Said(""))
        elif self._path is None:
            self._summary.say(Said(say("roster.none"), "muted"))
            self._read_as.say(Said(say("roster.columns"), "dim"))
        else:
            self._summary.say(Said(summary(self._path.name, reading)))
            self._read_as.say(Said(read_as(reading), "dim"))
        lines = change_lines(state, change) if reading.endpoints else ()
        for at, text in enumerate(self._changes):
            line, warn = lines[at] if at < len(lines) else ("", False)
            text.say(Said(line, "warn" if warn else "value"))
        fine = say("roster.all_fine") if reading.endpoints else ""
        self._findings.show_rows(finding_rows(reading.findings), fine)
        self._show_accept()

    def _show_accept(self) -> None:
        sites, left = len(self.reading.endpoints), left_out(self.reading)
        key = "roster.accept_none" if not sites else "roster.accept"
        text = (
            say("roster.accept_less", n=sites, left=left) if sites and left else say(key, n=sites)
        )
        self.accept_button.setText(text)
        self.accept_button.setEnabled(bool(sites) and not self.bar.busy)

    @property
    def findings(self) -> tuple[str, ...]:
        """What is odd about the file, in words."""
        return self._findings.texts

    # -- loading -------------------------------------------------------------------------------

    def _load(self, _checked: bool = False) -> None:
        if self._path is None or not self.accept_button.isEnabled():
            return
        command = LoadRoster(name=self._path.stem, endpoints=self.reading.endpoints)
        if self._desk.actions.submit(command):
            self.close()

    def _tell_refused(self, _action: str, problem: Problem, _sites: object) -> None:
        self._refused.say(Said(say("roster.refused", why=say_problem(problem)), "refused"))


def _roster(tables: Tables, at: int, domain: str) -> RosterReading:
    """The roster in one of the tables, or why there is none."""
    if not tables.tables:
        return RosterReading((), tables.findings)
    return roster_of(tables.tables[at], domain)
