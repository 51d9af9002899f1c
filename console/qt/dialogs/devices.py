"""The devices of this console: seen, added, changed, tested, trusted, removed; all by keyboard.

Nothing here blocks: the profile, the keyring and the wire are asked in threads, and what a person
decides is a wish in the journal first.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.core.checkup import Report
from console.core.equipment import Described, Equipment
from console.core.profile_check import Entry
from console.domain.problem import Refused
from console.qt.dialogs.background import Background, Failure
from console.qt.dialogs.device_card import DeviceCard
from console.qt.dialogs.device_certificates import Certificates
from console.qt.dialogs.device_form import DeviceForm
from console.qt.dialogs.device_list import DeviceTable
from console.qt.dialogs.device_running import Running, connect, give_up, take_on
from console.qt.dialogs.device_trial import DRAFT, Trial
from console.qt.looks.device_rows import DeviceRow, device_rows
from console.qt.looks.header import Health
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.troubles import say_refusal
from console.qt.wording import say, say_problem


class DevicesDialog(QDialog):
    """A list and, beside it, one device or its form. Signals: `ended`."""

    ended = Signal()

    def __init__(
        self, desk: Desk, equipment: Equipment, running: Running, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._equipment, self._running = desk, equipment, running
        self.background = Background(self)
        self.certificates = Certificates(equipment, self.background)
        self.trial = Trial(self.background, self._show_card)
        self._removing = ""
        self.setWindowTitle(say("devices.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = DeviceTable(desk.theme)
        self.card = DeviceCard(desk.theme)
        self.form = DeviceForm(desk.state, desk.theme)
        self.pages = QStackedWidget()
        self.note = ToneText(desk.theme, 13, lines=3)
        self.buttons = {name: QPushButton(say(f"devices.{name}"))
                        for name in ("add", "change", "drop", "check", "close")}  # fmt: skip
        self._build()
        self.resize(1180, 660)
        self.refresh()
        rows = self.table.rows.rows
        self.table.point_at(next((row.id for row in rows if row.health is Health.BAD), ""))
        self.table.setFocus()
        self._show_note()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        for page in (self.card, self.form):
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            for widget in (area.viewport(), page):
                widget.setProperty("role", "panel")
            page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            area.setWidget(page)
            self.pages.addWidget(area)
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addWidget(self.table, 5)
        body.addWidget(self.pages, 4)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, button in self.buttons.items():
            if name == "close":
                row.addStretch(1)
            button.setToolTip(say(f"devices.tip.{name}"))
            row.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(10)
        rows.addWidget(self.note)
        rows.addLayout(body, 1)
        rows.addLayout(row)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._connect()

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._selected)
        self.table.activated.connect(lambda _index: self.edit())
        for name, do in (
            ("add", self.add), ("change", self.edit), ("drop", self.ask_removal),
            ("check", self.test), ("close", self.close),
        ):  # fmt: skip
            self.buttons[name].clicked.connect(lambda _checked=False, do=do: do())
        self.card.trust_wanted.connect(self.trust)
        self.card.kept_blocked.connect(self._keep_blocked)
        self.card.agreed.connect(self._remove)
        self.card.declined.connect(self._decline_removal)
        self.card.cancel_wanted.connect(self.cancel)
        self.form.save_wanted.connect(self.save)
        self.form.test_wanted.connect(self.test_form)
        self.form.left.connect(self.leave_form)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ins adds, F2 or Enter edits, Del removes, F5 tests, Esc goes one step back."""
        editing = self.pages.currentIndex() == 1
        match Qt.Key(event.key()):
            case Qt.Key.Key_Escape:
                self._back()
            case Qt.Key.Key_F5:
                self.test_form() if editing else self.test()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._enter(editing)
            case Qt.Key.Key_Insert if not editing:
                self.add()
            case Qt.Key.Key_F2 if not editing:
                self.edit()
            case Qt.Key.Key_Delete if not editing:
                self.ask_removal()
            case _:
                super().keyPressEvent(event)

    def _enter(self, editing: bool) -> None:
        """Enter presses the button that has the keyboard, else saves the form: no button of this
        dialog is pressed from afar, least of all one that trusts."""
        focused = self.focusWidget()
        if isinstance(focused, QPushButton):
            focused.click()
        elif editing and self.form.save_button.isEnabled():
            self.save()

    def _back(self) -> None:
        if self.trial.running:
            self.cancel()
        elif self.pages.currentIndex() == 1:
            self.leave_form()
        elif self._removing:
            self._decline_removal()
        else:
            self.close()

    def done(self, result: int) -> None:
        """Closed: what is under way is cancelled and tells nothing any more."""
        self.trial.cancel()
        self.background.close()
        self.ended.emit()
        super().done(result)

    # -- showing -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the devices as they stand now."""
        chosen = self.row.id if self.row else ""
        entries = self._equipment.profile.entries
        self.table.rows.show_rows(device_rows(self._desk.state, entries))
        if self.row is None or self.row.id != chosen:
            self.table.point_at(chosen)
        self._show_card()

    @property
    def row(self) -> DeviceRow | None:
        """The device that is pointed at."""
        return self.table.row

    @property
    def entry(self) -> Entry | None:
        """The same as the profile tells it."""
        return self._equipment.profile.entry(self.row.id) if self.row else None

    def _selected(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._removing = ""
        self.card.ask("", "")
        self._show_card()
        row, entry = self.row, self.entry
        problem = row.problem if row is not None else None
        if problem is not None and problem.code == "wire.certificate" and entry is not None:
            self.certificates.look(entry.spec, self._show_card)

    def _show_card(self) -> None:
        if self.pages.currentIndex() == 1:
            return  # the form lies over it, and its own buttons are the only ones
        row, entry = self.row, self.entry
        fixed = self._equipment.fixed
        for name in ("change", "drop", "check"):
            self.buttons[name].setEnabled(row is not None and not (fixed and name != "check"))
        self.buttons["add"].setEnabled(not fixed)
        if row is None or entry is None:
            self.card.show_none()
            return
        self.card.show_device(row, self._desk.state.devices.get(row.id), entry.user)
        self.card.show_certificate(*self.certificates.told(row, entry))
        trial = self.trial
        self.card.show_checks(trial.found.get(row.id, ()), running=trial.running == row.id)

    def _show_note(self, refused: str = "") -> None:
        """Above the list: what is wrong with the profile as a whole, or with what was asked."""
        if refused:
            self.note.say(Said(refused, "refused"))
        elif self._equipment.fixed:
            self.note.say(Said(say("devices.training"), "muted"))
        else:
            flaws = self._equipment.profile.flaws
            text = say_problem(flaws[0].problem) if flaws else str(self._equipment.path)
            if len(flaws) > 1:
                text = f"{text} {say('devices.more_flaws', n=len(flaws) - 1)}"
            self.note.say(Said(text, "warn" if flaws else "dim"))

    # -- describing ----------------------------------------------------------------------------

    def add(self) -> None:
        """A form for a new device."""
        if not self._equipment.fixed:
            self._open_form(None)

    def edit(self) -> None:
        """A form for the device that is pointed at."""
        entry = self.entry
        if entry is None or self._equipment.fixed:
            return
        self._open_form(entry)
        self.background.run(partial(self._equipment.has_password, entry), self.form.tell_password)

    def _open_form(self, entry: Entry | None) -> None:
        self._removing = ""
        self.form.show_entry(entry)
        self.pages.setCurrentIndex(1)
        self.table.setEnabled(False)
        for name, button in self.buttons.items():
            button.setEnabled(name == "close")
        self.form.fields["id" if entry is None else "name"].setFocus()

    def leave_form(self) -> None:
        """Back to the list; nothing is kept."""
        self._cancel_test()
        self.pages.setCurrentIndex(0)
        self.table.setEnabled(True)
        self.form.fields["password"].clear()
        self._show_card()
        self.table.setFocus()

    def save(self) -> None:
        """Keep what the form says."""
        device, values, password = self.form.device, self.form.values(), self.form.password
        before = self._equipment.profile.entry(device) if device else None
        self.form.save_button.setEnabled(False)
        self.form.tell(Said(""))
        work = partial(self._equipment.save, device, values, password)
        self.background.run(work, partial(self._saved, before))

    def _saved(self, before: Entry | None, outcome: Described | Failure) -> None:
        self.form.save_button.setEnabled(True)
        if not isinstance(outcome, Described):
            self.form.tell_failure(outcome)
            return
        device = outcome.entry.spec.id
        self.certificates.shown.pop(device, None)
        self.trial.found.pop(device, None)
        was = before.spec if before is not None else None
        take_on(self._desk.actions, self._running, was, outcome)
        self.leave_form()
        self.refresh()
        self.table.point_at(device)
        self._show_note()

    # -- removing ------------------------------------------------------------------------------

    def ask_removal(self) -> None:
        """Ask once more before a device is removed."""
        row = self.row
        if row is not None and not self._equipment.fixed:
            self._removing = row.id
            self.card.ask(say("devices.ask_drop", name=row.name), say("devices.really_drop"))

    def _decline_removal(self) -> None:
        self._removing = ""
        self.card.ask("", "")
        self.table.setFocus()

    def _remove(self) -> None:
        device, self._removing = self._removing, ""
        self.card.ask("", "")
        if device:
            work = partial(self._equipment.remove, device)
            self.background.run(work, partial(self._removed, device))

    def _removed(self, device: str, outcome: Failure | None) -> None:
        if isinstance(outcome, Refused):
            self._show_note(say_refusal(outcome))
            return
        give_up(self._desk.actions, self._running, device)
        self.refresh()
        self._show_note()
        self.table.setFocus()

    # -- trusting ------------------------------------------------------------------------------

    def trust(self) -> None:
        """Believe the certificate that is shown; journalled before it is written down."""
        entry = self.entry
        wish = self.certificates.wish(entry) if entry is not None else None
        if wish is None or not self._desk.actions.submit(wish):
            return
        shown, now_us = self.certificates.shown[wish.device], self._desk.clock.now_us()
        work = partial(self._equipment.trust, wish.device, shown, now_us)
        self.background.run(work, self._trusted)

    def _trusted(self, outcome: Described | Failure) -> None:
        if isinstance(outcome, Described):
            connect(self._running, outcome)
            self._show_card()
        elif isinstance(outcome, Refused):
            self._show_note(say_refusal(outcome))
        self.table.setFocus()

    def _keep_blocked(self) -> None:
        """The new certificate is not believed: nothing changes, the device stays blocked."""
        if self.row is not None:
            self.certificates.shown.pop(self.row.id, None)
        self._show_card()
        self.table.setFocus()

    # -- testing -------------------------------------------------------------------------------

    def test(self) -> None:
        """The doctor's look at the device that is pointed at."""
        row = self.row
        if row is not None and not self.trial.running:
            ended = partial(self._tested, row.id)
            self.trial.begin(row.id, partial(self._equipment.access, row.id), ended)
            self._show_card()

    def test_form(self) -> None:
        """The same with what the form says, before any of it is kept."""
        if self.trial.running:
            return
        form = self.form
        form.tell(Said(say("devices.testing"), "muted"))
        draft = partial(self._equipment.draft, form.device, form.values(), form.password)
        self.trial.begin(DRAFT, draft, self._tested_form)

    def _tested(self, device: str, outcome: Report | Failure) -> None:
        if isinstance(outcome, Refused):
            self._show_note(say_refusal(outcome))
        elif isinstance(outcome, Report) and outcome.certificate is not None:
            self.certificates.shown[device] = outcome.certificate
        self._show_card()

    def _tested_form(self, outcome: Report | Failure) -> None:
        if isinstance(outcome, Report):
            self.form.tell_checks(outcome.checks)
        else:
            self.form.tell_failure(outcome)

    def cancel(self) -> None:
        """Stop the checkup; what it found so far stays."""
        self._cancel_test()
        self._show_card()
        self.table.setFocus()

    def _cancel_test(self) -> None:
        self.trial.cancel()
        if self.pages.currentIndex() == 1:
            self.form.problem.say(Said(""))
