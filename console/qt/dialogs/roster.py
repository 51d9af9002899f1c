"""Loading a roster: a file, or a list of the office's, is read, checked and previewed; nothing
changes until it is accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.domain.commands.own import LoadRoster
from console.domain.problem import Problem
from console.domain.reference import OfficeRoster
from console.domain.roster import RosterReading
from console.domain.roster_change import difference
from console.qt.dialogs.findings import FindingsView
from console.qt.dialogs.reading import ReadingBar, Work
from console.qt.dialogs.roster_keeping import KeepingRow, Shelf
from console.qt.dialogs.roster_read import Read, Source, read_file, read_offer
from console.qt.dialogs.roster_sources import RosterSources, shipped
from console.qt.dialogs.roster_tree import RosterTree
from console.qt.dialogs.roster_words import (
    change_lines,
    finding_rows,
    left_out,
    marks,
    read_as,
    summary,
)
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import caption
from console.qt.wording import say, say_problem

if TYPE_CHECKING:
    from console.qt.record.office import OfficeDirectory

_CHANGES = 6
_NOTHING = Read(RosterReading(()))


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
        self._desk, self._directory = desk, directory
        self._source: Source | None = None
        self._read = _NOTHING
        self.setWindowTitle(say("roster.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = desk.theme
        self.sources = RosterSources(desk.state, shelf)
        self.keeping = KeepingRow(theme, shelf)
        self.tree = RosterTree()
        self._summary = ToneText(theme, 16, lines=2)
        self._read_as = ToneText(theme, 12)
        self._changes_title = caption(theme, say("roster.changes"))
        self._changes = [ToneText(theme, 13, lines=3) for _ in range(_CHANGES)]
        self._findings_title = caption(theme, say("roster.findings"))
        self._findings = FindingsView(theme)
        self._refused = ToneText(theme, 13, lines=2)
        self.accept_button = QPushButton()
        self.bar = ReadingBar(theme)
        self._build()
        self._connect()
        self.resize(1180, 660)
        self._show()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(8)
        rows.addWidget(self.sources)
        rows.addSpacing(4)
        for widget in (self._summary, self._read_as, self.bar):
            rows.addWidget(widget)
        body = QHBoxLayout()
        body.setSpacing(20)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(6)
        left.addWidget(caption(self._desk.theme, say("roster.preview")))
        left.addWidget(self.tree, 1)
        right.addWidget(self._changes_title)
        for change in self._changes:
            right.addWidget(change)
        right.addSpacing(10)
        right.addWidget(self._findings_title)
        right.addWidget(self._findings, 1)
        body.addLayout(left, 2)
        body.addLayout(right, 1)
        rows.addLayout(body, 1)
        rows.addWidget(self._refused)
        end = QHBoxLayout()
        end.setSpacing(8)
        end.addWidget(self.keeping, 1)
        cancel = QPushButton(say("roster.cancel"))
        cancel.clicked.connect(self.close)
        end.addWidget(cancel)
        end.addWidget(self.accept_button)
        rows.addLayout(end)

    def _connect(self) -> None:
        self.sources.file_chosen.connect(self.load_file)
        self.sources.offer_chosen.connect(self.load_offer)
        self.sources.read_otherwise.connect(self._read_again)
        self.bar.stopped.connect(self._forget)
        self.finished.connect(lambda _: self.bar.end())
        self.accept_button.clicked.connect(self._load)
        self._desk.actions.refused.connect(self._tell_refused)

    def refresh(self) -> None:
        """Follow what the office offers, and whether a list can be kept."""
        self.sources.refresh()
        self.keeping.refresh()

    # -- reading -------------------------------------------------------------------------------

    @property
    def reading(self) -> RosterReading:
        """What was read."""
        return self._read.roster

    def load_offer(self, offer: OfficeRoster) -> None:
        """Preview one of the office's lists, in the version that is there by now."""
        domain = self.sources.domain.text()
        self._begin(
            Source(offer.name, offer.name),
            lambda *_: read_offer(self._directory(), offer.record, domain),
        )

    def load_shipped(self, year: str) -> None:
        """Preview a roster that comes along with the program."""
        self.load_file(shipped(year))

    def load_file(self, path: Path) -> None:
        """Preview a file; one that can't be read is told, and the roster in use stays."""
        domain = self.sources.domain.text()
        self._begin(
            Source(path.name, path.stem),
            lambda progress, cancelled: read_file(path, domain, progress, cancelled),
        )

    def _begin(self, source: Source, read: Work) -> None:
        self._source, self._read = source, _NOTHING
        self.sources.table.hide()
        self._refused.say(Said(""))
        self.bar.read(source.shown, read, self._took)
        self._show()

    def _took(self, read: Read) -> None:
        self._read = read
        self.sources.show_tables(read.tables.tables, read.at)
        self._show()

    def _forget(self) -> None:
        self._source = None
        self._show()

    def _read_again(self) -> None:
        """The same tables or record under another choice of table or dial domain."""
        read, at, domain = self._read, self.sources.table.currentIndex(), self.sources.domain.text()
        if self._source is not None and (read.tables.tables or read.record):
            self.bar.read(self._source.shown, lambda *_: read.again(at, domain), self._took)
            self._show_accept()

    def _show(self) -> None:
        reading, state = self.reading, self._desk.state
        change = difference(state.endpoints.values(), reading.endpoints)
        told = marks(change, state.endpoints) if state.endpoints else {}
        gone = change.removed if reading.endpoints else ()
        self.tree.show_sites(reading.endpoints, told, gone)
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
        self._changes_title.setVisible(bool(lines))
        self._findings_title.setVisible(bool(reading.findings or fine))
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
        record, reading = self._read.record, self.reading
        command = LoadRoster(
            name=reading.name or self._source.name,
            endpoints=reading.endpoints,
            record=record.id if record else reading.record,
            version=record.version if record else reading.version,
            next_start=self.keeping.next_start,
        )
        if self._desk.actions.submit(command):
            self.close()

    def _tell_refused(self, action: str, problem: Problem, _sites: object) -> None:
        if action:
            return  # a key of the session's, not this list
        self._refused.say(Said(say("roster.refused", why=say_problem(problem)), "refused"))
