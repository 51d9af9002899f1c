"""Becoming known to an office: the invitation, the fingerprint compared aloud, the answer."""

from __future__ import annotations

import logging
from functools import partial
from platform import node

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.problem import Problem, Refused
from console.qt.dialogs.background import Background
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.plain import PlainLabel
from console.qt.record.fingerprint import Fingerprint
from console.qt.record.office import Office
from console.qt.record.prints import CODE_LETTERS, grouped_code, plain_print, print_flaw
from console.qt.theme import Theme
from console.qt.wording import say, say_parts, say_problem
from db.invitation import read_invitation

_FIELDS = ("url", "print", "code", "name")
_KEEPS_CODE = frozenset(
    {
        *("unreachable", "certificate", "not_tls", "other_version", "no_authority"),
        *("keyring_absent", "keyring_unsafe", "keyring_locked"),
    }
)
"""After these the office has not used the code up, so that it need not be typed again."""
_log = logging.getLogger(__name__)


class EnrolDialog(QDialog):
    """It does not hold up the session. The code is forgotten as soon as the office may have seen
    it, and when the dialog is closed. Signals: `enrolled`, `ended`."""

    enrolled = Signal()
    ended = Signal()

    def __init__(self, theme: Theme, office: Office, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._background = Background(self)
        self._round = 0
        self.busy = False
        """Whether the office is being asked."""
        self.setWindowTitle(say("enrol.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.invitation = QLineEdit()
        self.fields = {name: QLineEdit() for name in _FIELDS}
        self.groups = Fingerprint(theme)
        self.compare = ToneText(theme, 12, lines=2)
        self.outcome = [ToneText(theme, 13, lines=3) for _ in range(3)]
        self.bar = QProgressBar()
        self.copy_button = QPushButton(say("enrol.copy"))
        self.go_button = QPushButton(say("enrol.go"))
        self.close_button = QPushButton(say("enrol.close"))
        self._build()
        self.setFixedWidth(780)
        self.fields["name"].setText(node())
        self._told()
        self._show()
        self.invitation.setFocus()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 104)
        self._row(grid, 0, "invitation", self.invitation)
        grid.setRowMinimumHeight(1, 8)
        for at, (name, field) in enumerate(self.fields.items()):
            self._row(grid, (2, 3, 6, 7)[at], name, field)
        grid.addWidget(self.groups, 4, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.compare, 5, 1)
        rows.addLayout(grid)
        rows.addSpacing(4)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        rows.addWidget(self.bar)
        for line in self.outcome:
            rows.addWidget(line)
        rows.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.go_button)
        rows.addLayout(row)
        self.go_button.setDefault(True)
        hidden = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        for field in (self.invitation, self.fields["code"]):
            field.setInputMethodHints(hidden)
        self.invitation.textChanged.connect(self._pasted)
        for name in ("url", "print", "code"):
            self.fields[name].textChanged.connect(self._pasted_elsewhere)
        self.fields["print"].textChanged.connect(lambda _: self._show())
        self.copy_button.clicked.connect(lambda _: self._copy())
        self.go_button.clicked.connect(lambda _: self.enrol())
        self.close_button.clicked.connect(lambda _: self.step_back())

    @staticmethod
    def _row(grid: QGridLayout, at: int, name: str, field: QLineEdit) -> None:
        label = PlainLabel(say(f"enrol.{name}"), "muted")
        label.setBuddy(field)
        field.setAccessibleName(say(f"enrol.{name}"))
        field.setPlaceholderText(say(f"enrol.{name}_hint"))
        grid.addWidget(label, at, 0)
        grid.addWidget(field, at, 1)

    # -- filling in ----------------------------------------------------------------------------

    def _pasted(self, text: str) -> None:
        """A whole invitation fills the fields and goes, so that the code stands in one place."""
        if not text.strip():
            return
        found = read_invitation(text)
        if not (found.url and found.sha256 and found.code):
            self._told(Said(say("enrol.unread"), "warn"))
            return
        self.fields["url"].setText(found.url)
        self.fields["print"].setText(found.sha256.upper())
        self.fields["print"].setCursorPosition(0)
        self.fields["code"].setText(found.code)
        self.invitation.clear()
        self._told(Said(say("enrol.read"), "muted"))
        self.go_button.setFocus()

    def _pasted_elsewhere(self, text: str) -> None:
        """A whole invitation, though another field has the keyboard."""
        found = read_invitation(text)
        if found.url and found.sha256 and found.code:
            self._pasted(text)

    def _show(self) -> None:
        text = self.fields["print"].text()
        self.groups.show_print(text)
        flaw, n = print_flaw(text)
        if flaw and text.strip():
            self.compare.say(Said(say(f"enrol.print_{flaw}", n=n), "warn"))
        else:
            self.compare.say(Said(say("enrol.compare"), "muted"))
        for field in (self.invitation, *self.fields.values()):
            field.setEnabled(not self.busy)
        self.bar.setVisible(self.busy)
        self.go_button.setEnabled(not self.busy)
        self.close_button.setText(say("enrol.stop" if self.busy else "enrol.close"))

    def _told(self, *lines: Said, copied: bool = False) -> None:
        for at, text in enumerate(self.outcome):
            text.say(lines[at] if at < len(lines) else Said(""))
        self.copy_button.setText(say("enrol.copy"))
        self.copy_button.setVisible(copied)

    def _copy(self) -> None:
        told = " ".join(text.said.text for text in self.outcome if text.said.text)
        QGuiApplication.clipboard().setText(told)
        self.copy_button.setText(say("enrol.copied"))

    @property
    def told(self) -> str:
        """What it says under the fields."""
        return " ".join(text.said.text for text in self.outcome if text.said.text)

    # -- enrolling -----------------------------------------------------------------------------

    def _flaw(self) -> str:
        """The first field that can't be used, "" where all can."""
        values = {name: field.text().strip() for name, field in self.fields.items()}
        if not values["url"].lower().startswith("https://") or len(values["url"]) < len(
            "https://x"
        ):
            return "url"
        if print_flaw(values["print"])[0]:
            return "print"
        if len(grouped_code(values["code"]).replace("-", "")) != CODE_LETTERS:
            return "code"
        return "" if values["name"] else "name"

    def enrol(self) -> None:
        """Use the code up, in a thread."""
        if self.busy:
            return
        flaw = self._flaw()
        if flaw:
            self._told(Said(say(f"enrol.need_{flaw}"), "refused"))
            self.fields[flaw].setFocus()
            return
        url, shown, code, name = (self.fields[f].text().strip() for f in _FIELDS)
        self.busy = True
        self._round += 1
        self._told(Said(say("enrol.asking"), "muted"))
        self._show()
        self.close_button.setFocus()
        given = (url.rstrip("/"), plain_print(shown).lower(), grouped_code(code), name)
        self._background.run(partial(self._work, *given), partial(self._ended, self._round))

    def _work(self, *given: str) -> Problem | None:
        try:
            self._office.enrol(*given)
        except Refused as refused:
            return refused.problem
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for it
            _log.exception("the enrolment failed")
            return Problem.of("office.other", error=type(error).__name__)
        return None

    def _ended(self, asked: int, problem: Problem | None) -> None:
        if problem is None:
            self.enrolled.emit()
        late = asked != self._round or not self.busy
        if late and (problem is not None or self.busy):
            return
        self.busy = False
        code = failure_of(problem) if problem is not None else ""
        if code not in _KEEPS_CODE:
            self.fields["code"].clear()
        if problem is None:  # also after nobody waited for it any more
            self._told(Said(say("enrol.done")))
        else:
            self._told(*failure_lines(problem), copied=True)
        self._show()
        if problem is None:
            self.close_button.setFocus()
        elif code == "certificate":
            self.fields["print"].setFocus()
        elif not self.fields["code"].text():
            self.fields["code"].setFocus()
        else:
            self.go_button.setFocus()

    def stop(self) -> None:
        """Wait no more; whether the office took the code is not known then."""
        self.busy = False
        self.fields["code"].clear()
        self._told(Said(say("enrol.stopped"), "warn"))
        self._show()
        self.close_button.setFocus()

    # -- leaving -------------------------------------------------------------------------------

    def step_back(self) -> None:
        """Esc: stop waiting, else close."""
        if self.busy:
            self.stop()
        else:
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.step_back()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Closed: the code is forgotten."""
        self.end()
        self.ended.emit()
        super().done(result)

    def end(self) -> None:
        """The program leaves: whatever is under way ends by itself."""
        for field in (self.invitation, self.fields["code"]):
            field.clear()
        self._background.close()


def failure_of(problem: Problem) -> str:
    """Which failure of the office's it is."""
    return problem.code.rpartition(".")[2]


def failure_lines(problem: Problem) -> tuple[Said, ...]:
    """What happened, what follows, what to do."""
    parts = say_parts(problem)
    if not parts:
        return (Said(f"✗  {say_problem(problem)}", "refused"),)
    what, consequence, action = parts
    return (
        Said(f"✗  {what}", "bad" if problem.code == "office.certificate" else "refused"),
        Said(consequence, "muted"),
        Said(say("office.part.action", text=action), "value"),
    )
