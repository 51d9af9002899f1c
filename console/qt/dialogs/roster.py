"""Loading a roster: a file, or a list of the office's, is read, checked and previewed; nothing
changes until it is accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from console.core.office_roster import read_record
from console.core.tables import Tables, read_tables
from console.domain.commands.own import LoadRoster, NextStart
from console.domain.finding import Finding, Severity
from console.domain.problem import Problem
from console.domain.reference import OfficeRoster
from console.domain.roster import RosterReading, best_table, roster_of
from console.domain.roster_change import difference
from console.domain.text import clean_name
from console.qt import RESOURCES
from console.qt.dialogs.findings import FindingsView
from console.qt.dialogs.reading import Asked, Progress, ReadingBar, Work
from console.qt.dialogs.roster_preview import RosterPreviewModel
from console.qt.dialogs.roster_words import (
    change_lines,
    finding_rows,
    keeping,
    left_out,
    marks,
    offer_text,
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
from db.fault import StoreFault

if TYPE_CHECKING:
    from console.qt.record.office import OfficeDirectory
    from db.reference import Record

_CHANGES = 6
_OPEN_UP_TO = 400
"""A roster with more sites than this shows its districts closed."""
SHIPPED = ("2021", "2025")


_NO_TABLES = Tables(())


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read: a file's tables and which of them, or a record; and the roster in it."""

    roster: RosterReading
    tables: Tables = _NO_TABLES
    at: int = 0
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a roster comes from, as it is shown, and what it is called once it is in use."""

    shown: str
    name: str


class Shelf(Protocol):
    """Where lists of sites are kept for the next start."""

    @property
    def in_use(self) -> str:
        """The file that the next start reads, "" for the one that is shipped."""
        ...

    @property
    def gone(self) -> bool:
        """Whether that file was not there when it was last looked for."""
        ...

    @property
    def files(self) -> tuple[Path, ...]:
        """Lists that are there to be loaded again, the newest first."""
        ...


class RosterDialog(QDialog):
    """A roster from a file or from the office, beside the one in use. It does not hold up the
    session. `directory` is what the office gave, `shelf` where lists are kept for the next start;
    None while there is none."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        directory: Callable[[], OfficeDirectory | None] = lambda: None,
        shelf: Callable[[], Shelf | None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._directory, self._shelf = directory, shelf
        self._source: _Source | None = None
        self._tables = Tables(())
        self._record: Record | None = None
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
        self.office_button = QPushButton(say("roster.office"))
        self.there_button = QPushButton(say("roster.there"))
        self.keep_box = QCheckBox(say("roster.keep"))
        self.keep_box.setChecked(True)
        self.keep_box.toggled.connect(self._show_keeping)
        self._keeping = TextLine(desk.theme, "muted", 12)
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
        self.refresh()
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
        self.office_button.setMenu(QMenu(self.office_button))
        self.office_button.menu().aboutToShow.connect(self._list_offers)
        row.addWidget(self.office_button)
        self.there_button.setMenu(QMenu(self.there_button))
        self.there_button.menu().aboutToShow.connect(self._list_there)
        row.addWidget(self.there_button)
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
        for at, width in enumerate((226, 74, 204, 108, 150)):
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
        row.addWidget(self.keep_box)
        row.addWidget(self._keeping, 1)
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

    def refresh(self) -> None:
        """Follow what the office offers, and whether a list can be kept."""
        offers = self._desk.state.rosters
        self.office_button.setEnabled(bool(offers))
        self.office_button.setToolTip(say("roster.office_tip" if offers else "roster.office_none"))
        self._show_keeping()

    def _show_keeping(self, _checked: bool = False) -> None:
        shelf = self._shelf()
        self.keep_box.setVisible(shelf is not None)
        kept = self.keep_box.isChecked()
        self._keeping.say(keeping(shelf.in_use, kept, shelf.gone) if shelf is not None else "")

    def _list_there(self) -> None:
        """Lists that are on this machine: those of before, and what the program brought along."""
        menu = self.there_button.menu()
        menu.clear()
        shelf = self._shelf()
        for path in shelf.files if shelf is not None else ():
            action = menu.addAction(clean_name(path.name).replace("&", "&&"))
            action.triggered.connect(partial(self._load_there, path))
        menu.addSeparator()
        for year in SHIPPED:
            action = menu.addAction(say(f"roster.shipped_{year}"))
            action.triggered.connect(lambda _=False, year=year: self.load_shipped(year))

    def _load_there(self, path: Path, _checked: bool = False) -> None:
        self.load_file(path)

    def _list_offers(self) -> None:
        menu = self.office_button.menu()
        menu.clear()
        source = self._desk.state.roster_source
        for offer in sorted(self._desk.state.rosters.values(), key=lambda each: each.name):
            action = menu.addAction(offer_text(offer, source))
            action.triggered.connect(partial(self.load_offer, offer))

    def load_offer(self, offer: OfficeRoster, _checked: bool = False) -> None:
        """Preview one of the office's lists, in the version that is there by now."""
        domain = self._domain.text()

        def read(*_: object) -> _Read:
            return _of_office(self._directory(), offer.record, domain)

        self._begin(_Source(offer.name, offer.name), read)

    def load_shipped(self, year: str) -> None:
        """Preview a roster that comes along with the program."""
        self.load_file(RESOURCES / "rosters" / f"dak_lak_{year}.csv")

    def load_file(self, path: Path) -> None:
        """Preview a file; one that can't be read is told, and the roster in use stays."""
        domain = self._domain.text()

        def read(progress: Progress, cancelled: Asked) -> _Read:
            tables = read_tables(path, progress, cancelled)
            at = best_table(tables.tables)
            return _Read(_roster(tables, at, domain), tables, at)

        self._begin(_Source(path.name, path.stem), read)

    def _begin(self, source: _Source, read: Work) -> None:
        self._source = source
        self._tables, self._record, self.reading = Tables(()), None, RosterReading(())
        self._sheet.hide()
        self._refused.say(Said(""))
        self.bar.read(source.shown, read, self._took)
        self._show()

    def _took(self, read: _Read) -> None:
        self._tables, self._record, self.reading = read.tables, read.record, read.roster
        self._sheet.clear()
        self._sheet.addItems([table_name(table) for table in read.tables.tables])
        self._sheet.setCurrentIndex(read.at)
        self._sheet.setVisible(len(read.tables.tables) > 1)
        self._show()

    def _forget(self) -> None:
        self._source = None
        self._show()

    def _choose_table(self, _at: int = 0) -> None:
        self._read_again()

    def _read_again(self) -> None:
        """The same tables or record under another choice of table or dial domain."""
        tables, at, domain = self._tables, self._sheet.currentIndex(), self._domain.text()
        record = self._record
        if self._source is None or not (tables.tables or record):
            return

        def read(*_: object) -> _Read:
            if record is not None:
                return _Read(read_record(record, domain), record=record)
            return _Read(_roster(tables, at, domain), tables, at)

        self.bar.read(self._source.shown, read, self._took)
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
        elif self._source is None:
            self._summary.say(Said(say("roster.none"), "muted"))
            self._read_as.say(Said(say("roster.columns"), "dim"))
        else:
            self._summary.say(Said(summary(self._source.shown, reading)))
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
        if self._source is None or not self.accept_button.isEnabled():
            return
        record, reading = self._record, self.reading
        kept = self._shelf() is not None and self.keep_box.isChecked()
        command = LoadRoster(
            name=reading.name or self._source.name,
            endpoints=reading.endpoints,
            record=record.id if record else reading.record,
            version=record.version if record else reading.version,
            next_start=NextStart.KEPT if kept else NextStart.AS_IT_WAS,
        )
        if self._desk.actions.submit(command):
            self.close()

    def _tell_refused(self, action: str, problem: Problem, _sites: object) -> None:
        if action:
            return  # a key of the session's, not this list
        self._refused.say(Said(say("roster.refused", why=say_problem(problem)), "refused"))


def _roster(tables: Tables, at: int, domain: str) -> RosterReading:
    """The roster in one of the tables, or why there is none."""
    if not tables.tables:
        return RosterReading((), tables.findings)
    return roster_of(tables.tables[at], domain)


def _of_office(directory: OfficeDirectory | None, record_id: str, domain: str) -> _Read:
    """One of the office's lists, or why there is none."""
    try:
        record = directory.record("roster", record_id) if directory is not None else None
    except StoreFault as fault:
        unread = Finding.of(0, Severity.ERROR, "office.unread", code=fault.code)
        return _Read(RosterReading((), (unread,)))
    if record is None or record.deleted:
        return _Read(RosterReading((), (Finding.of(0, Severity.ERROR, "office.gone"),)))
    return _Read(read_record(record, domain), record=record)
