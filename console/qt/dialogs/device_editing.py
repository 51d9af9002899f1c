"""A device being described in the form: tried out, kept, and taken on as it is described then."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from console.core.checkup import Report
from console.core.equipment import Described, Equipment
from console.core.profile import address_key
from console.core.profile_entry import Entry
from console.domain.commands.own import NameDevice, TrustCertificate
from console.domain.device import DeviceSpec
from console.domain.problem import Problem
from console.qt.dialogs.background import Background, Failure
from console.qt.dialogs.device_form import DeviceForm
from console.qt.dialogs.device_running import Running, take_on
from console.qt.dialogs.device_trial import DRAFT, Trial
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.wording import say, say_problem


class Editing(QObject):
    """The form and what its buttons do. Signals: `kept` (the device's id), once it runs as it is
    described now; `left`, when the form is to be closed."""

    kept = Signal(str)
    left = Signal()

    def __init__(
        self, desk: Desk, equipment: Equipment, running: Running, background: Background,
        trial: Trial,
    ) -> None:  # fmt: skip
        super().__init__()
        self._desk, self._equipment, self._running = desk, equipment, running
        self._background, self._trial = background, trial
        self.form = DeviceForm(desk.state, desk.theme)
        self.form.save_wanted.connect(self.save)
        self.form.test_wanted.connect(self.test)
        self.form.left.connect(self.left)

    def open(self, entry: Entry | None) -> None:
        """Begin with a device as it is, or with a new one."""
        believed = self._equipment.believed(entry.spec) if entry is not None else None
        self.form.show_entry(entry, believed.sha256 if believed is not None else "")
        if entry is not None:
            asked = partial(self._equipment.has_password, entry)
            self._background.run(asked, self.form.tell_password)
        self.form.fields["id" if entry is None else "name"].setFocus()

    def close(self) -> None:
        """Nothing is kept, and no test goes on."""
        self.cancel_test()
        self.form.fields["password"].clear()

    # -- keeping -------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep what the form says."""
        form = self.form
        form.tell(Said(""))
        if not form.sound():
            return
        before = self._equipment.profile.entry(form.device) if form.device else None
        believed = self._equipment.believed(before.spec) if before is not None else None
        was = believed.sha256 if believed is not None else ""
        if (barred := self._barred(was)) is not None:
            form.tell(Said(say_problem(barred), "refused"))
            return
        form.save_button.setEnabled(False)
        work = partial(
            self._equipment.save, form.device, form.values(), form.password, form.names()
        )
        self._background.run(work, partial(self._saved, before, was))

    def _barred(self, believed: str) -> Problem | None:
        """Why whoever sits here may not keep what the form says; None if he may."""
        barred, pin = self._desk.actions.barred, self.form.pin.value()
        problem = barred(NameDevice(id="", spec=DeviceSpec("", "", "", "")))
        if problem is None and pin and pin != believed:
            device = self.form.device
            problem = barred(TrustCertificate(id="", device=device, address="", fingerprint=pin))
        return problem

    def _saved(self, before: Entry | None, believed: str, outcome: Described | Failure) -> None:
        self.form.save_button.setEnabled(True)
        if not isinstance(outcome, Described):
            self.form.tell_failure(outcome)
            return
        was = before.spec if before is not None else None
        trusted = self._trusted(outcome.entry, believed)
        take_on(self._desk.actions, self._running, was, outcome, trusted)
        self.kept.emit(outcome.entry.spec.id)

    def _trusted(self, entry: Entry, before: str) -> TrustCertificate | None:
        """The wish that the form was, where it changed whom to believe by hand."""
        pin = self.form.pin.value()
        if pin is None or entry.trust.pin == before:
            return None
        return TrustCertificate(
            device=entry.spec.id,
            address=address_key(entry.spec),
            fingerprint=entry.trust.pin,
            before=before,
        )

    # -- trying it out -------------------------------------------------------------------------

    def test(self) -> None:
        """The doctor's look at the device that the form describes, before any of it is kept."""
        if self._trial.running:
            return
        form = self.form
        form.tell(Said(say("devices.testing"), "muted"))
        draft = partial(self._equipment.draft, form.device, form.values(), form.password)
        self._trial.begin(DRAFT, draft, self._tested)

    def _tested(self, outcome: Report | Failure) -> None:
        if isinstance(outcome, Report):
            self.form.tell_report(outcome)
        else:
            self.form.tell_failure(outcome)

    def cancel_test(self) -> None:
        """Stop the test; the form says nothing of it."""
        self._trial.cancel()
        self.form.problem.say(Said(""))
