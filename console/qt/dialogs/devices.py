"""The devices of this console: seen, added, changed, tested, trusted, removed; all by keyboard.

Nothing here blocks: the profile, the keyring and the wire are asked in threads, and what a person
decides is a wish in the journal first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from typing import Any, Protocol

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.core.checkup import Check, Report, examine
from console.core.equipment import BadEntry, Described, Equipment
from console.core.kinds import is_tls, place_of
from console.core.profile import Access, address_key
from console.core.profile_check import Entry
from console.domain.commands.own import ForgetDevice, NameDevice, TrustCertificate
from console.domain.device import DeviceSpec
from console.domain.problem import Problem, Refused
from console.qt.dialogs.background import Background
from console.qt.dialogs.device_card import SIGNS, DeviceCard
from console.qt.dialogs.device_form import DeviceForm
from console.qt.dialogs.device_list import DeviceListModel
from console.qt.looks.checkup import check_text
from console.qt.looks.device_rows import (
    DeviceRow,
    belief,
    certificate_lines,
    device_rows,
    facts_of,
    print_lines,
)
from console.qt.looks.header import Health
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.troubles import say_refusal
from console.qt.wording import say, say_problem
from console.wire.certificate import Certificate, shown_by
from console.wire.problems import WireError

_TEST_S = 25.0
_TONES = {Health.GOOD: "green", Health.WARN: "warn", Health.BAD: "bad", Health.OFF: "muted"}


class Running(Protocol):
    """Who runs the devices (the Plant)."""

    def renew(self, access: Access) -> None:
        """Connect to a device afresh."""
        ...

    def remove(self, device: str) -> None:
        """Run a device no more."""
        ...

    def decline(self, spec: DeviceSpec, problem: Problem) -> None:
        """Show a device that can't be connected to, and why."""
        ...


class DevicesDialog(QDialog):
    """A list and, beside it, one device or its form. Signals: `ended`."""

    ended = Signal()

    def __init__(
        self, desk: Desk, equipment: Equipment, running: Running, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._equipment, self._running = desk, equipment, running
        self.background = Background(self)
        self._shown: dict[str, Certificate] = {}
        self._looking: set[str] = set()
        self._checks: dict[str, list[Check]] = {}
        self._testing = ""
        self._cancelled = Event()
        self._removing = ""
        self.setWindowTitle(say("devices.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = DeviceListModel(desk.theme)
        self.table = QTableView()
        self.card = DeviceCard(desk.theme)
        self.form = DeviceForm(desk.state, desk.theme)
        self.pages = QStackedWidget()
        self.note = ToneText(desk.theme, 13, lines=3)
        self.buttons = {name: QPushButton(say(f"devices.{name}"))
                        for name in ("add", "change", "drop", "check", "close")}  # fmt: skip
        self._build()
        self.resize(1180, 660)
        self.refresh()
        self._select(next((r.id for r in self.model.rows if r.health is Health.BAD), ""))
        self.table.setFocus()
        self._show_note()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        self._build_table()
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

    def _build_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        table.setAccessibleName(say("devices.title"))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for at, width in enumerate((150, 70, 200)):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(at, width)

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
        if self._testing:
            self.cancel()
        elif self.pages.currentIndex() == 1:
            self.leave_form()
        elif self._removing:
            self._decline_removal()
        else:
            self.close()

    def done(self, result: int) -> None:
        """Closed: what is under way is cancelled and tells nothing any more."""
        self._cancelled.set()
        self.background.close()
        self.ended.emit()
        super().done(result)

    # -- showing -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the devices as they stand now."""
        chosen = self.row.id if self.row else ""
        entries = self._equipment.profile.entries
        self.model.show_rows(device_rows(self._desk.state, entries))
        if self.row is None or self.row.id != chosen:
            self._select(chosen)
        self._show_card()

    def _select(self, device: str) -> None:
        ids = [row.id for row in self.model.rows]
        if ids:
            self.table.selectRow(ids.index(device) if device in ids else 0)

    @property
    def row(self) -> DeviceRow | None:
        """The device that is pointed at."""
        at = self.table.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

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
            self._look_at(entry.spec)

    def _look_at(self, spec: DeviceSpec) -> None:
        """See the certificate of a device that is not believed."""
        if spec.id not in self._shown and spec.id not in self._looking:
            self._looking.add(spec.id)
            host, port = place_of(spec.kind, spec.address)
            work = partial(shown_by, host, port)
            self.background.run(work, partial(self._saw, spec.id))

    def _saw(self, device: str, outcome: Certificate | WireError | Refused) -> None:
        self._looking.discard(device)
        if isinstance(outcome, Certificate):
            self._shown[device] = outcome
            self._show_card()

    def _show_card(self) -> None:
        row, entry = self.row, self.entry
        fixed = self._equipment.fixed
        for name in ("change", "drop", "check"):
            self.buttons[name].setEnabled(row is not None and not (fixed and name != "check"))
        self.buttons["add"].setEnabled(not fixed)
        if row is None or entry is None:
            self.card.name.say(say("devices.none"))
            self.card.state.say(Said(say("devices.none_hint"), "muted"))
            self.card.facts.say(Said(""))
            self.card.show_certificate((), "")
            self.card.show_checks((), running=False)
            return
        self.card.name.say(row.name)
        self.card.state.say(Said(row.state, _TONES[row.health]))
        self.card.facts.say(facts_of(row, self._desk.state.devices.get(row.id), entry.user))
        self._show_certificate(row, entry)
        self.card.show_checks(self._checks.get(row.id, ()), running=self._testing == row.id)

    def _show_certificate(self, row: DeviceRow, entry: Entry) -> None:
        shown = self._shown.get(row.id)
        if shown is None or not is_tls(entry.spec.address):
            self.card.show_certificate((), "")
            return
        believed = self._equipment.believed(entry.spec)
        stands = belief(entry.spec, shown, believed, row.problem)
        lines = [*certificate_lines(shown, time.time()), *print_lines(shown, believed)]
        lines.append(Said(say(f"devices.cert.is_{stands}"), _BELIEF[stands]))
        expired = (shown.days_left(time.time()) or 0) < 0
        choice = {"changed": "replace", "refused": "trust"}.get(stands, "")
        self.card.show_certificate(lines, "" if self._equipment.fixed or expired else choice)

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
            self._open_form(None, False)

    def edit(self) -> None:
        """A form for the device that is pointed at."""
        entry = self.entry
        if entry is None or self._equipment.fixed:
            return
        self._open_form(entry, False)
        work = partial(self._equipment.has_password, entry)
        self.background.run(work, self._know_password)

    def _know_password(self, kept: bool | Refused | WireError) -> None:
        if isinstance(kept, Refused):
            self.form.problem.say(Said(say_refusal(kept), "warn"))
        elif kept is True:
            self.form.fields["password"].setPlaceholderText(say("devices.password_kept"))

    def _open_form(self, entry: Entry | None, password_kept: bool) -> None:
        self._removing = ""
        self.form.show_entry(entry, password_kept)
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
        self._try(
            partial(self._equipment.save, device, values, password),
            partial(self._saved, before),
        )

    def _try(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.form.tell_flaws(())
        self.form.problem.say(Said(""))
        self.background.run(work, done)

    def _saved(self, before: Entry | None, outcome: Described | Refused | WireError) -> None:
        self.form.save_button.setEnabled(True)
        if not isinstance(outcome, Described):
            self._tell_form(outcome)
            return
        self._take_on(before.spec if before is not None else None, outcome)
        self.leave_form()
        self.refresh()
        self._select(outcome.entry.spec.id)
        self._show_note()

    def _tell_form(self, failed: Refused | WireError) -> None:
        if isinstance(failed, BadEntry):
            self.form.tell_flaws(failed.flaws)
            beside = {flaw.field for flaw in failed.flaws} & set(self.form.wrong)
            if beside:
                return
        if isinstance(failed, Refused):
            self.form.problem.say(Said(say_refusal(failed), "refused"))

    def _take_on(self, before: DeviceSpec | None, described: Described) -> None:
        """Run the device as it is described now, at once."""
        spec = described.entry.spec
        if before is not None and _other(before, spec):
            self._running.remove(before.id)
            self._desk.actions.submit(ForgetDevice(device=before.id))
        self._shown.pop(spec.id, None)
        self._checks.pop(spec.id, None)
        if not self._desk.actions.submit(NameDevice(spec=spec)):
            return
        self._connect_to(described)

    def _connect_to(self, described: Described) -> None:
        spec = described.entry.spec
        if described.access is not None:
            self._running.renew(described.access)
        elif described.problem is not None:
            self._running.remove(spec.id)
            self._running.decline(spec, described.problem)

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

    def _removed(self, device: str, outcome: Refused | WireError | None) -> None:
        if isinstance(outcome, Refused):
            self._show_note(say_refusal(outcome))
            return
        self._running.remove(device)
        self._desk.actions.submit(ForgetDevice(device=device))
        self.refresh()
        self._show_note()
        self.table.setFocus()

    # -- trusting ------------------------------------------------------------------------------

    def trust(self) -> None:
        """Believe the certificate that is shown; journalled before it is written down."""
        row, entry = self.row, self.entry
        shown = self._shown.get(row.id) if row else None
        if row is None or entry is None or shown is None or self._equipment.fixed:
            return
        believed = self._equipment.believed(entry.spec)
        wish = TrustCertificate(
            device=row.id,
            address=address_key(entry.spec),
            fingerprint=shown.sha256,
            before=believed.sha256 if believed is not None else "",
        )
        if not self._desk.actions.submit(wish):
            return
        now_us = self._desk.clock.now_us()
        work = partial(self._equipment.trust, row.id, shown, now_us)
        self.background.run(work, self._trusted)

    def _trusted(self, outcome: Described | Refused | WireError) -> None:
        if isinstance(outcome, Described):
            self._connect_to(outcome)
            self._show_card()
        elif isinstance(outcome, Refused):
            self._show_note(say_refusal(outcome))
        self.table.setFocus()

    def _keep_blocked(self) -> None:
        """The new certificate is not believed: nothing changes, the device stays blocked."""
        if self.row is not None:
            self._shown.pop(self.row.id, None)
        self._show_card()
        self.table.setFocus()

    # -- testing -------------------------------------------------------------------------------

    def test(self) -> None:
        """The doctor's look at the device that is pointed at."""
        row = self.row
        if row is not None and not self._testing:
            self._begin_test(row.id, partial(self._equipment.access, row.id))

    def test_form(self) -> None:
        """The same with what the form says, before any of it is kept."""
        if self._testing:
            return
        form = self.form
        form.tell_flaws(())
        form.problem.say(Said(say("devices.testing"), "muted"))
        draft = partial(self._equipment.draft, form.device, form.values(), form.password)
        self._begin_test(_DRAFT, draft)

    def _begin_test(self, key: str, access: Callable[[], Access]) -> None:
        self._testing, self._cancelled = key, Event()
        self._checks[key] = []
        cancelled, background = self._cancelled, self.background

        def work() -> Report:
            (report,) = examine(
                [access()],
                _TEST_S,
                cancelled,
                on_check=lambda check: background.post(partial(self._found, key), check),
            )
            return report

        background.run(work, partial(self._tested, key, cancelled))
        self._show_card()

    def _found(self, key: str, check: Check) -> None:
        if self._testing == key:
            self._checks[key].append(check)
            self._show_card()

    def _tested(self, key: str, cancelled: Event, outcome: Report | Refused | WireError) -> None:
        if cancelled.is_set():
            return
        self._testing = ""
        if isinstance(outcome, Report):
            if outcome.certificate is not None and key != _DRAFT:
                self._shown[key] = outcome.certificate
            self._checks[key] = outcome.checks
        if key == _DRAFT:
            self._tell_draft(outcome)
        elif isinstance(outcome, Refused):
            self._checks.pop(key, None)
            self._show_note(say_refusal(outcome))
        self._show_card()

    def _tell_draft(self, outcome: Report | Refused | WireError) -> None:
        if isinstance(outcome, (Refused, WireError)):
            self.form.problem.say(Said(""))
            self._tell_form(outcome)
            return
        worst = max(outcome.checks, key=lambda check: check.verdict)
        self.form.problem.say(_draft_line(outcome.checks, worst))

    def cancel(self) -> None:
        """Stop the checkup; what it found so far stays."""
        self._cancel_test()
        self._show_card()
        self.table.setFocus()

    def _cancel_test(self) -> None:
        self._cancelled.set()
        self._testing = ""
        if self.pages.currentIndex() == 1:
            self.form.problem.say(Said(""))


_DRAFT = "\0draft"
_BELIEF = {"pinned": "green", "changed": "bad", "refused": "warn", "trusted": "green"}


def _other(before: DeviceSpec, now: DeviceSpec) -> bool:
    """Whether what was known of a device tells nothing of the one described now."""
    return (before.id, before.kind, before.address, before.endpoint, before.conference) != (
        now.id, now.kind, now.address, now.endpoint, now.conference,
    )  # fmt: skip


def _draft_line(checks: Sequence[Check], worst: Check) -> Said:
    sign, tone = SIGNS[worst.verdict]
    shown = worst if worst.problem is not None else checks[-1]
    return Said(f"{sign}  {check_text(shown)}", tone)
