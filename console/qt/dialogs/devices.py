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
    QVBoxLayout,
    QWidget,
)

from console.core.checkup import Report
from console.core.equipment import Described, Equipment
from console.core.operators import Operators
from console.core.profile_entry import Entry
from console.domain.commands.own import ForgetDevice
from console.domain.problem import Refused
from console.qt.dialogs.background import Background, Failure
from console.qt.dialogs.device_buttons import DeviceButtons
from console.qt.dialogs.device_card import DeviceCard
from console.qt.dialogs.device_certificates import Certificates
from console.qt.dialogs.device_editing import Editing
from console.qt.dialogs.device_list import DeviceTable
from console.qt.dialogs.device_pages import DevicePages
from console.qt.dialogs.device_removal import Removal
from console.qt.dialogs.device_running import Running, connect, give_up
from console.qt.dialogs.device_trial import Trial
from console.qt.looks.device_rows import DeviceRow, device_rows, profile_said
from console.qt.looks.header import Health
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.signin.approval import Approval
from console.qt.troubles import say_refusal
from console.qt.wording import say, say_problem


class DevicesDialog(QDialog):
    """A list and, beside it, one device or its form. Signals: `ended`."""

    ended = Signal()

    def __init__(
        self, desk: Desk, equipment: Equipment, running: Running, parent: QWidget | None = None,
        people: Operators | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._desk, self._equipment, self._running = desk, equipment, running
        self._people = people
        self.background = Background(self)
        self.certificates = Certificates(equipment, self.background)
        self.trial = Trial(self.background, self._show_card)
        self.setWindowTitle(say("devices.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = DeviceTable(desk.theme)
        self.card = DeviceCard(desk.theme)
        self.editing = Editing(desk, equipment, running, self.background, self.trial)
        self.form = self.editing.form
        self.approval = Approval(people, desk.theme, self.background) if people else None
        self.removal = Removal(equipment, self.background, self.card, self._gone, self._refuse)
        self.pages = DevicePages(self.card, self.form)
        self.note = ToneText(desk.theme, 13, lines=3)
        acts = {"add": self.add, "change": self.edit, "drop": self.ask_removal,
                "check": self.test, "close": self.close}  # fmt: skip
        self._row = DeviceButtons(acts)
        self.buttons = self._row.buttons
        self._build()
        self.resize(1180, 660)
        self.refresh()
        rows = self.table.rows.rows
        self.table.point_at(next((row.id for row in rows if row.health is Health.BAD), ""))
        self.table.setFocus()
        self._show_note()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addWidget(self.table, 5)
        body.addWidget(self.pages, 4)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(10)
        rows.addWidget(self.note)
        rows.addLayout(body, 1)
        rows.addWidget(self._row)
        if self.approval is not None:
            self.card.below_certificate.addWidget(self.approval)
            self.approval.agreed.connect(self._approved)
            self.approval.left.connect(self.table.setFocus)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._connect()

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._selected)
        self.table.activated.connect(lambda _index: self.edit())
        self.card.trust_wanted.connect(self.trust)
        self.card.kept_blocked.connect(self._keep_blocked)
        self.card.agreed.connect(self.removal.agree)
        self.card.declined.connect(self._keep)
        self.card.cancel_wanted.connect(self.cancel)
        self.editing.kept.connect(self._kept)
        self.editing.left.connect(self.leave_form)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ins adds, F2 or Enter edits, Del removes, F5 tests, Esc goes one step back."""
        editing = self.pages.editing
        match Qt.Key(event.key()):
            case Qt.Key.Key_Escape:
                self._back()
            case Qt.Key.Key_F5:
                self.editing.test() if editing else self.test()
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
            self.editing.save()
        elif self.approval is not None and self.approval.isVisible():
            self.approval.agree()

    def _back(self) -> None:
        if self.trial.running:
            self.cancel()
        elif self.pages.editing:
            self.leave_form()
        elif self.removal.asked:
            self._keep()
        elif self.approval is not None and self.approval.isVisible():
            self.approval.dismiss()
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
        self.removal.decline()
        if self.approval is not None:
            self.approval.dismiss()
        self._show_card()
        row, entry = self.row, self.entry
        problem = row.problem if row is not None else None
        if problem is not None and problem.code == "wire.certificate" and entry is not None:
            self.certificates.look(entry.spec, self._show_card)

    def _show_card(self) -> None:
        if self.pages.editing:
            return  # the form lies over it, and its own buttons are the only ones
        row, entry = self.row, self.entry
        fixed = self._equipment.fixed
        barred = self._desk.actions.barred(ForgetDevice(id="", device=""))
        why = say_problem(barred) if barred is not None else ""
        self._row.suit(pointed=row is not None, fixed=fixed, barred=why)
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
        else:
            self.note.say(profile_said(self._equipment.profile, fixed=self._equipment.fixed))

    # -- describing ----------------------------------------------------------------------------

    def add(self) -> None:
        """A form for a new device."""
        if self._may_change():
            self._open_form(None)

    def edit(self) -> None:
        """A form for the device that is pointed at."""
        entry = self.entry
        if entry is not None and self._may_change():
            self._open_form(entry)

    def _may_change(self) -> bool:
        """Whether devices can be changed here, and by whoever sits here; he is told why not."""
        barred = self._desk.actions.barred(ForgetDevice(id="", device=""))
        if barred is not None:
            self._show_note(say_problem(barred))
        return barred is None and not self._equipment.fixed

    def _open_form(self, entry: Entry | None) -> None:
        self.removal.decline()
        self.pages.show_form(shown=True)
        self.table.setEnabled(False)
        for name, button in self.buttons.items():
            button.setEnabled(name == "close")
        self.editing.open(entry)

    def leave_form(self) -> None:
        """Back to the list; nothing is kept."""
        self.editing.close()
        self.pages.show_form(shown=False)
        self.table.setEnabled(True)
        self._show_card()
        self.table.setFocus()

    def _kept(self, device: str) -> None:
        """It runs as it is described now; what was seen of it before tells nothing any more."""
        self.certificates.shown.pop(device, None)
        self.trial.found.pop(device, None)
        self.leave_form()
        self.refresh()
        self.table.point_at(device)
        self._show_note()

    # -- removing and trusting -----------------------------------------------------------------

    def ask_removal(self) -> None:
        """Ask once more before a device is removed."""
        row = self.row
        if row is not None and self._may_change():
            self.removal.ask(row)

    def _keep(self) -> None:
        self.removal.decline()
        self.table.setFocus()

    def _gone(self, device: str) -> None:
        give_up(self._desk.actions, self._running, device)
        self.refresh()
        self._show_note()
        self.table.setFocus()

    def _refuse(self, refused: Refused) -> None:
        self._show_note(say_refusal(refused))

    def trust(self) -> None:
        """Believe the certificate that is shown; journalled before it is written down."""
        entry = self.entry
        wish = self.certificates.wish(entry) if entry is not None else None
        if entry is None or wish is None:
            return
        if self.approval is None or self._people is None or not self._people.needed:
            self.certificates.believe(entry, self._desk, self._trusted)
        elif self._may_change():
            self.approval.ask(wish.device, wish.fingerprint)

    def _approved(self, device: str, approver: str) -> None:
        entry = self.entry
        if entry is not None and entry.spec.id == device:
            self.certificates.believe(entry, self._desk, self._trusted, approver)

    def _trusted(self, outcome: Described | Failure) -> None:
        if isinstance(outcome, Described):
            connect(self._running, outcome)
            self._show_card()
        elif isinstance(outcome, Refused):
            self._refuse(outcome)
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

    def _tested(self, device: str, outcome: Report | Failure) -> None:
        if isinstance(outcome, Refused):
            self._refuse(outcome)
        elif isinstance(outcome, Report) and outcome.certificate is not None:
            self.certificates.shown[device] = outcome.certificate
        self._show_card()

    def cancel(self) -> None:
        """Stop the checkup; what it found so far stays."""
        if self.pages.editing:
            self.editing.cancel_test()
        self.trial.cancel()
        self._show_card()
        self.table.setFocus()
