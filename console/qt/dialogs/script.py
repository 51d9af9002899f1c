"""Entering the running order: pasted or typed at the left, matched to sites at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.core.tables import Tables, read_tables
from console.domain.commands.own import LoadScript
from console.domain.finding import Finding, Severity
from console.domain.problem import Problem
from console.domain.script import ScriptReading, ScriptRow, read_script, twice
from console.domain.script_columns import best_table, table_text
from console.domain.site_match import SiteMatcher
from console.qt.dialogs.reading import ReadingBar
from console.qt.dialogs.roster_words import finding_text
from console.qt.dialogs.script_chooser import SiteChooser
from console.qt.dialogs.script_preview import ScriptPreviewModel
from console.qt.dialogs.script_words import notes_of, script_text
from console.qt.dialogs.table_words import table_name
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine, caption
from console.qt.panels.rows import be_rows
from console.qt.wording import say, say_problem

_TAB_PX = 28
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ScriptDialog(QDialog):
    """A running order as text, beside what was understood of it. Doubtful lines are chosen by
    hand before it can be loaded; what was chosen stays while the text is edited. A table of a
    file becomes the text, which can be taken back as typing can (Ctrl+Z).

    Keys: Ctrl+O opens a file, F3 goes to the next doubtful line, digits choose a site, 0
    none, Ctrl+Enter loads.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        state = desk.state
        self.setWindowTitle(say("paste.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._matcher = SiteMatcher(e for e in state.endpoints.values() if e.level != "guest")
        self._file_findings: tuple[Finding, ...] = ()
        self._tables = Tables(())
        self._choices: dict[str, str] = {}
        self.model = ScriptPreviewModel(state, desk.theme)
        self.editor = QPlainTextEdit()
        self.editor.setPlaceholderText(say("paste.placeholder"))
        self.editor.setAccessibleName(say("paste.text"))
        self.editor.setTabChangesFocus(True)
        self.editor.setTabStopDistance(_TAB_PX)
        self.table = QTableView()
        self.chooser = SiteChooser(state, desk.theme)
        self.chooser.chosen.connect(self._choose)
        self._notes = ToneText(desk.theme, 13, lines=5)
        self.bar = ReadingBar(desk.theme)
        self.bar.stopped.connect(self._read)
        self.finished.connect(lambda _: self.bar.end())
        self._which = QComboBox()
        self._which.setAccessibleName(say("files.table"))
        self._which.setMaximumWidth(300)
        self._which.activated.connect(self._put_table)
        self._which.hide()
        self.accept_button = QPushButton()
        self.plans_button = QPushButton()
        self._build()
        self._bind_keys()
        desk.actions.refused.connect(self._tell_refused)
        text, self._choices = script_text(state.session.script)
        self.editor.setPlainText(f"{text}\n" if text else "")
        self.editor.moveCursor(QTextCursor.MoveOperation.End)  # what is typed at once comes below
        self.editor.textChanged.connect(self._typed)
        self.resize(1180, 680)
        self._read()
        self.editor.setFocus()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(10)
        rows.addLayout(self._opening())
        rows.addWidget(self.bar)
        body = QHBoxLayout()
        body.setSpacing(20)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self._title("paste.text"))
        left.addWidget(self.editor, 1)
        body.addLayout(left, 2)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self._title("paste.rows"))
        right.addWidget(self._table(), 3)
        right.addSpacing(4)
        right.addWidget(self.chooser, 2)
        body.addLayout(right, 3)
        rows.addLayout(body, 1)
        rows.addWidget(self._notes)
        rows.addLayout(self._ending())

    def _opening(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        choose = QPushButton(say("paste.open"))
        choose.setAutoDefault(False)
        choose.setToolTip(f"{say('paste.open_tip')}  (Ctrl+O)")
        choose.clicked.connect(lambda _: self._ask_file())
        row.addWidget(choose)
        plans = self._desk.actions
        self.plans_button.setText(say("action.plans"))
        self.plans_button.setAutoDefault(False)
        self.plans_button.setEnabled(plans.why("plans") is None)
        self.plans_button.setToolTip(plans.why_text("plans") or say("help.plans"))
        self.plans_button.clicked.connect(lambda _: self._to_plans())
        row.addWidget(self.plans_button)
        row.addWidget(self._which)
        row.addStretch(1)
        return row

    def _title(self, key: str) -> TextLine:
        return caption(self._desk.theme, say(key))

    def _table(self) -> QTableView:
        table = self.table
        be_rows(table, self.model, 28)
        table.setAccessibleName(say("paste.rows"))
        header = table.horizontalHeader()
        for at, width in enumerate((56, 0, 56, 52, 230)):
            if width:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(at, width)
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._show_chooser())
        table.installEventFilter(self)
        return table

    def _ending(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        keys = TextLine(self._desk.theme, "dim", 12)
        keys.say(say("paste.keys"))
        cancel = QPushButton(say("paste.cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.close)
        self.accept_button.setAutoDefault(False)
        self.accept_button.clicked.connect(self._load)
        row.addWidget(keys, 1)
        row.addWidget(cancel)
        row.addWidget(self.accept_button)
        return row

    def _bind_keys(self) -> None:
        for keys, function in (
            ("Ctrl+O", self._ask_file),
            ("F3", self.next_doubt),
            ("Ctrl+Return", self._load),
            ("Ctrl+Enter", self._load),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(function)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Digits and Enter choose while the table has the keyboard."""
        if watched is self.table and isinstance(event, QKeyEvent):
            pressed = event.type() is QEvent.Type.KeyPress
            if pressed and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                if event.text().isdecimal():
                    self.chooser.take(int(event.text()))
                    return True
                if event.key() in _ENTER:
                    self.chooser.take(1)
                    return True
        return super().eventFilter(watched, event)

    # -- a file --------------------------------------------------------------------------------

    def _ask_file(self) -> None:
        ask = QFileDialog(self, say("paste.open"), "", say("paste.filter"))
        ask.setFileMode(QFileDialog.FileMode.ExistingFile)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.fileSelected.connect(lambda name: self.load_file(Path(name)))
        ask.open()

    def load_file(self, path: Path) -> None:
        """Put the running order that a file holds into the text; one that can't be read is
        told, and the text stays."""
        self.bar.read(
            path.name,
            lambda progress, cancelled: read_tables(path, progress, cancelled),
            self._took,
        )
        self._read()

    def _took(self, tables: Tables) -> None:
        self._tables = tables
        self._which.clear()
        self._which.addItems([table_name(table) for table in tables.tables])
        self._which.setVisible(len(tables.tables) > 1)
        if tables.tables:
            self._which.setCurrentIndex(best_table(tables.tables))
            self._put_table()
        else:
            self._file_findings = tables.findings
            self._read()

    def _put_table(self, _at: int = 0) -> None:
        table = self._tables.tables[self._which.currentIndex()]
        text, found = table_text(table)
        cursor = QTextCursor(self.editor.document())
        cursor.select(QTextCursor.SelectionType.Document)
        with QSignalBlocker(self.editor):
            cursor.insertText(text)
        self.editor.moveCursor(QTextCursor.MoveOperation.Start)
        self._file_findings = (*table.findings, *found)
        self._read()
        self.table.selectRow(self._first_doubt(0) or 0)
        self.table.setFocus()

    # -- reading and choosing ------------------------------------------------------------------

    def _typed(self) -> None:
        """The text is somebody's own again: what was said of a file concerns it no more."""
        self._file_findings = ()
        self._read()

    def _read(self) -> None:
        reading = read_script(self.editor.toPlainText(), self._matcher)
        rows = [self._with_choice(row) for row in reading.rows]
        self.model.show_rows(rows)
        if rows and not self.table.currentIndex().isValid():
            self.table.selectRow(self._first_doubt(0) or 0)
        self._show_state(reading)
        self._show_chooser()

    def _with_choice(self, row: ScriptRow) -> ScriptRow:
        choice = self._choices.get(row.text)
        if choice is None or (choice and choice not in self._desk.state.endpoints):
            return row
        return row.chosen(choice)

    def _choose(self, site: str) -> None:
        at = self.table.currentIndex().row()
        if not 0 <= at < len(self.model.rows):
            return
        row = self.model.rows[at].chosen(site)
        self._choices[row.text] = site
        self.chooser.retire()
        self._read()
        self.next_doubt()

    def _first_doubt(self, start: int) -> int | None:
        rows = self.model.rows
        order = [*range(start, len(rows)), *range(min(start, len(rows)))]
        return next((at for at in order if rows[at].doubt), None)

    def next_doubt(self) -> None:
        """Go to the next line that needs a choice; with none left, to the button that loads."""
        at = self._first_doubt(self.table.currentIndex().row() + 1)
        if at is not None:
            self.table.selectRow(at)
            self.table.setFocus()
        elif self.model.rows:
            self.accept_button.setFocus()
        self._show_chooser()

    def _show_chooser(self) -> None:
        at = self.table.currentIndex().row()
        rows = self.model.rows
        self.chooser.show_row(rows[at] if 0 <= at < len(rows) else None)

    # -- loading -------------------------------------------------------------------------------

    def _show_state(self, reading: ScriptReading) -> None:
        rows = self.model.rows
        doubtful = sum(bool(row.doubt) for row in rows)
        key = "accept_none" if not rows else "accept_wait" if doubtful else "accept"
        self.accept_button.setText(say(f"paste.{key}", n=doubtful or len(rows)))
        self.accept_button.setEnabled(bool(rows) and not doubtful and not self.bar.busy)
        odd = [f for f in reading.findings if f.code != "twice"]
        notes = [finding_text(f, "paste") for f in self._file_findings]
        notes += notes_of((*odd, *twice(rows)))
        if rows and not doubtful and not any(row.line.endpoint for row in rows):
            notes.append(say("paste.nobody"))
        session = self._desk.state.session
        if session.script and session.line >= 0:
            notes.append(say("paste.resets", n=session.line + 1))
        failed = any(f.severity is Severity.ERROR for f in self._file_findings)
        text = "\n".join(note[:1].upper() + note[1:] for note in notes)
        self._notes.say(Said(text, "refused" if failed else "warn"))

    def _load(self, _checked: bool = False) -> None:
        if not self.accept_button.isEnabled():
            return
        lines = tuple(row.line for row in self.model.rows)
        if self._desk.actions.submit(LoadScript(lines=lines)):
            self.close()

    def _to_plans(self) -> None:
        """The approved sessions have running orders of their own."""
        self.close()
        self._desk.actions.run("plans")

    def _tell_refused(self, action: str, problem: Problem, _sites: object) -> None:
        if action not in ("", "plans"):
            return  # a key of the session's, not this running order
        self._notes.say(Said(say("paste.refused", why=say_problem(problem)), "refused"))
