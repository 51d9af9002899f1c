"""One device in full: how it stands, the certificate it shows, what its checkup found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from console.core.checkup import Check, Verdict
from console.domain.device import Device
from console.qt.grid.sprites import Weight
from console.qt.looks.checkup import check_text
from console.qt.looks.device_rows import DeviceRow, facts_of
from console.qt.looks.header import Health
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine, caption
from console.qt.theme import Theme
from console.qt.wording import say

STEPS = 4
"""TCP, TLS, clock, login."""
_TONES = {Health.GOOD: "value", Health.WARN: "warn", Health.BAD: "bad", Health.OFF: "muted"}
SIGNS = {Verdict.GOOD: ("✓", "value"), Verdict.WARN: ("!", "warn"), Verdict.BAD: ("✗", "bad")}
_LINES = 6


class DeviceCard(QWidget):
    """Signals: `trust_wanted`, `kept_blocked` (the certificate's two choices), `agreed` and
    `declined` (a question's), `cancel_wanted` (of the checkup)."""

    trust_wanted = Signal()
    kept_blocked = Signal()
    agreed = Signal()
    declined = Signal()
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.name = TextLine(theme, "text", 18, Weight.DemiBold)
        self.state = ToneText(theme, 13, lines=6)
        self.facts = ToneText(theme, 12, lines=2)
        self._cert_title = caption(theme)
        self.certificate = [ToneText(theme, 12, lines=2) for _ in range(8)]
        self.trust_button, self.block_button = QPushButton(), QPushButton()
        self.below_certificate = QVBoxLayout()
        """Where a supervisor's approval is asked for."""
        self._check_title = caption(theme)
        self.checks = [ToneText(theme, 13, lines=4) for _ in range(_LINES)]
        self.progress = QProgressBar()
        self.cancel_button = QPushButton()
        self.question = ToneText(theme, 13, lines=4)
        self.yes_button, self.no_button = QPushButton(), QPushButton()
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.name, self.state, self.facts):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(self._cert_title)
        for line in self.certificate:
            column.addWidget(line)
        column.addLayout(_row(self.trust_button, self.block_button))
        column.addLayout(self.below_certificate)
        column.addSpacing(8)
        column.addWidget(self._check_title)
        for line in self.checks:
            column.addWidget(line)
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        column.addWidget(self.progress)
        column.addLayout(_row(self.cancel_button))
        column.addStretch(1)
        column.addWidget(self.question)
        column.addLayout(_row(self.yes_button, self.no_button))
        self.trust_button.clicked.connect(self.trust_wanted)
        self.block_button.clicked.connect(self.kept_blocked)
        self.yes_button.clicked.connect(self.agreed)
        self.no_button.clicked.connect(self.declined)
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.block_button.setText(say("devices.cert.keep_blocked"))
        self.cancel_button.setText(say("devices.cancel_test"))
        self.no_button.setText(say("devices.keep"))
        self._cert_title.say(say("devices.cert.title"))
        self._check_title.say(say("devices.checks"))
        self.show_certificate((), "")
        self.show_checks((), running=False)
        self.ask("", "")

    def show_none(self) -> None:
        """There is no device, and what to do about it."""
        self.name.say(say("devices.none"))
        self.state.say(Said(say("devices.none_hint"), "muted"))
        self.facts.say(Said(""))
        self.show_certificate((), "")
        self.show_checks((), running=False)

    def show_device(self, row: DeviceRow, device: Device | None, user: str) -> None:
        """Which device it is, how it stands, and what is known of it."""
        self.name.say(row.name)
        self.state.say(Said(row.state, _TONES[row.health]))
        self.facts.say(facts_of(row, device, user))

    def show_certificate(self, lines: Sequence[Said], choice: str) -> None:
        """A certificate, and the choice it calls for: `trust`, `replace` or "" for none."""
        self._cert_title.setVisible(bool(lines))
        for at, text in enumerate(self.certificate):
            text.say(lines[at] if at < len(lines) else Said(""))
        self.trust_button.setVisible(bool(choice))
        self.block_button.setVisible(choice == "replace")
        if choice:
            self.trust_button.setText(say(f"devices.cert.{choice}"))

    def show_checks(self, checks: Sequence[Check], *, running: bool) -> None:
        """What the checkup found so far."""
        self._check_title.setVisible(bool(checks) or running)
        for at, text in enumerate(self.checks):
            text.say(_check_line(checks[at]) if at < len(checks) else Said(""))
        self.progress.setVisible(running)
        self.progress.setValue(min(len(checks), STEPS))
        self.cancel_button.setVisible(running)

    def ask(self, text: str, yes: str) -> None:
        """A question with two answers; "" takes it away."""
        self.question.say(Said(text, "warn"))
        for button in (self.yes_button, self.no_button):
            button.setVisible(bool(text))
        if text:
            self.yes_button.setText(yes)
            self.no_button.setFocus(Qt.FocusReason.OtherFocusReason)


def _check_line(check: Check) -> Said:
    sign, tone = SIGNS[check.verdict]
    name = say(f"doctor.check.{check.name}")
    return Said(f"{sign}  {name}: {check_text(check)}", tone)


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
