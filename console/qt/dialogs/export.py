"""Exporting a report: which session, in which language, where to; made beside the window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from console.core.sessions import SessionEntry
from console.core.tables import Cancelled
from console.domain.problem import Problem, Refused
from console.qt.dialogs.background import Background
from console.qt.dialogs.export_outcome import ExportOutcome
from console.qt.dialogs.session_list import SessionList
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import caption
from console.qt.plain import PlainLabel
from console.qt.settings import Settings
from console.qt.wording import LANGUAGES, say, say_problem, wording

_TELL_S = 0.05
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is wanted."""

    entry: SessionEntry
    folder: Path
    language: str


Tell = Callable[[int, float | None], None]
"""Told how many rows are read, and which share (0–1) is written, None before; may raise."""
Find = Callable[[], list[SessionEntry]]
"""The store's sessions, the newest first; raises Refused. Called in a thread."""
Make = Callable[[Wanted, Tell], tuple[Path, ...]]
"""Makes a report: its files; raises Refused and what Tell raises. Called in a thread."""
Outcome = tuple[Path, ...] | Refused | Cancelled


class ExportDialog(QDialog):
    """Choose, export, open what was written. It does not hold up the session. Signals: `ended`."""

    ended = Signal()

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        find: Find,
        make: Make,
        parent: QWidget | None = None,
        session: str = "",
    ) -> None:
        super().__init__(parent)
        self._desk, self._settings, self._find, self._make = desk, settings, find, make
        self._wanted = session
        self.background = Background(self)
        self._cancelled = Event()
        self._leaving = False
        self.busy = False
        """Whether a report is being made."""
        self.setWindowTitle(say("export.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sessions = SessionList()
        self.note = ToneText(desk.theme, 13, lines=3)
        self.languages = {name: QRadioButton(say(f"export.{name}")) for name in LANGUAGES}
        self.folder = QLineEdit(settings.now.reports or _usual_folder())
        self.choose_button = QPushButton(say("export.choose"))
        self.outcome = ExportOutcome(desk.theme)
        self.go_button = QPushButton(say("export.go"))
        self.close_button = QPushButton(say("export.close"))
        self._build()
        self.resize(760, 540)
        self.sessions.setFocus()
        self._show()
        self.note.say(Said(say("export.loading"), "muted"))
        self.refresh()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(8)
        rows.addWidget(caption(self._desk.theme, say("export.sessions")))
        rows.addWidget(self.sessions, 1)
        rows.addWidget(self.note)
        rows.addSpacing(4)
        rows.addLayout(self._choices())
        rows.addSpacing(4)
        rows.addWidget(self.outcome)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.go_button)
        rows.addLayout(row)
        self.go_button.setDefault(True)
        self.sessions.currentItemChanged.connect(lambda *_: self._show())
        self.sessions.itemDoubleClicked.connect(lambda *_: self.export())
        self.folder.textEdited.connect(lambda _: self._show())
        self.choose_button.clicked.connect(lambda _: self._ask_folder())
        self.go_button.clicked.connect(lambda _: self.export())
        self.close_button.clicked.connect(lambda _: self.step_back())

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        spoken = QHBoxLayout()
        spoken.setSpacing(20)
        group = QButtonGroup(self)
        for button in self.languages.values():
            group.addButton(button)
            spoken.addWidget(button)
        spoken.addStretch(1)
        self.languages[wording.language].setChecked(True)
        grid.addWidget(PlainLabel(say("export.language"), "muted"), 0, 0)
        grid.addLayout(spoken, 0, 1, 1, 2)
        label = PlainLabel(say("export.folder"), "muted")
        label.setBuddy(self.folder)
        self.folder.setAccessibleName(say("export.folder"))
        grid.addWidget(label, 1, 0)
        grid.addWidget(self.folder, 1, 1)
        grid.addWidget(self.choose_button, 1, 2)
        grid.setColumnStretch(1, 1)
        return grid

    # -- choosing ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the store's sessions anew."""
        self.background.run(self._find, self._found)

    def _found(self, outcome: Sequence[SessionEntry] | Refused) -> None:
        if isinstance(outcome, Refused):
            self.sessions.show_entries((), "")
            self._show()
            self.outcome.refuse(say_problem(outcome.problem))
        else:
            self.sessions.show_entries(outcome, self._desk.state.session.id)
            self.sessions.choose(self._wanted)
            self._wanted = ""
            self._show()

    def _show(self) -> None:
        """What can be done now, and what is to be known of the chosen session."""
        entry = self.sessions.entry
        running = entry is not None and entry.id == self._desk.state.session.id
        if entry is None:
            self.note.say(Said(say("export.none"), "muted"))
        elif running:
            self.note.say(Said(say("export.so_far"), "muted"))
        else:
            self.note.say(Said("" if entry.closed else say("export.never_closed"), "muted"))
        for widget in (self.sessions, self.folder, self.choose_button, *self.languages.values()):
            widget.setEnabled(not self.busy)
        self.go_button.setEnabled(not self.busy and entry is not None)
        self.close_button.setText(say("export.stop" if self.busy else "export.close"))

    def _ask_folder(self) -> None:
        ask = QFileDialog(self, say("export.choose_title"), self.folder.text())
        ask.setFileMode(QFileDialog.FileMode.Directory)
        ask.setOption(QFileDialog.Option.ShowDirsOnly)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.fileSelected.connect(self.folder.setText)
        ask.open()

    @property
    def language(self) -> str:
        """The language chosen for the report."""
        return next(name for name, button in self.languages.items() if button.isChecked())

    # -- exporting -----------------------------------------------------------------------------

    def export(self) -> None:
        """Make the report that is chosen, in a thread."""
        entry, given = self.sessions.entry, self.folder.text().strip()
        if self.busy or entry is None:
            return
        if not given:
            self.outcome.refuse(say("problem.report.no_folder_given"))
            self.folder.setFocus()
            return
        folder = Path.home() / _expanded(given)
        self.busy, self._cancelled = True, Event()
        self.outcome.progress(0, None)
        self._show()
        self.close_button.setFocus()
        work = partial(self._work, Wanted(entry, folder, self.language), self._cancelled)
        self.background.run(work, partial(self._ended, str(folder)))

    def _work(self, wanted: Wanted, cancelled: Event) -> Outcome:
        told_s = 0.0

        def tell(rows: int, share: float | None) -> None:
            nonlocal told_s
            if cancelled.is_set():
                raise Cancelled
            if monotonic() - told_s >= _TELL_S:
                told_s = monotonic()
                self.background.post(self._progressed, (rows, share))

        try:
            return self._make(wanted, tell)
        except Refused as refused:
            return refused
        except Cancelled as called_off:
            return called_off
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for it
            _log.exception("the report could not be made")
            return Refused(Problem.of("report.failed", error=type(error).__name__))

    def _progressed(self, told: tuple[int, float | None]) -> None:
        if self.busy and not self._cancelled.is_set():
            self.outcome.progress(*told)

    def _ended(self, folder: str, outcome: Outcome) -> None:
        """It has come to an end; what is written is written, whenever it was called off."""
        self.busy = False
        if isinstance(outcome, tuple):
            self._settings.keep(reports=folder)
            self.outcome.show_files(outcome)
            self.go_button.setText(say("export.again"))
        elif isinstance(outcome, Cancelled):
            self.outcome.stopped()
        else:
            self.outcome.refuse(say_problem(outcome.problem))
        self._show()
        if self._leaving:
            self.close()
        elif isinstance(outcome, tuple):
            self.outcome.first_button.setFocus()
        else:
            self.sessions.setFocus()

    def stop(self) -> None:
        """Call it off; it is over once the thread has come to a halt."""
        if self.busy and not self._cancelled.is_set():
            self._cancelled.set()
            self.outcome.stopping()

    # -- leaving -------------------------------------------------------------------------------

    def step_back(self) -> None:
        """Esc: call off what is being made, else close."""
        if self.busy:
            self.stop()
        else:
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.step_back()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """The window's own cross: what is being made is called off first."""
        if self.busy:
            self._leaving = True
            self.stop()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Closed: nothing is told any more."""
        self.end()
        self.ended.emit()
        super().done(result)

    def end(self) -> None:
        """The program leaves: whatever is under way ends by itself."""
        self._cancelled.set()
        self.background.close()


def _usual_folder() -> str:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return QStandardPaths.writableLocation(place) or str(Path.home())


def _expanded(given: str) -> Path:
    try:
        return Path(given).expanduser()
    except RuntimeError:  # no such user
        return Path(given)
