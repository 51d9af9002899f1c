"""A device's description as a form: what its kind needs, and what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.core.checkup import Report
from console.core.equipment import BadEntry
from console.core.kinds import KindRules, known_kinds, rules_of
from console.core.profile_entry import Entry, Flaw
from console.domain.problem import Refused
from console.domain.state import State
from console.domain.text import clean_name
from console.qt.dialogs.background import Failure
from console.qt.dialogs.device_card import SIGNS
from console.qt.dialogs.device_memories import MemoryTable
from console.qt.dialogs.device_pin import PinField
from console.qt.grid.sprites import Weight
from console.qt.looks.checkup import check_text
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine
from console.qt.plain import PlainLabel
from console.qt.theme import Theme
from console.qt.troubles import say_refusal
from console.qt.wording import say, say_problem

FIELDS = ("id", "name", "address", "endpoint", "conference", "user", "password", "ca")


class DeviceForm(QWidget):
    """Signals: `save_wanted`, `test_wanted`, `left`."""

    save_wanted = Signal()
    test_wanted = Signal()
    left = Signal()

    def __init__(self, state: State, theme: Theme) -> None:
        super().__init__()
        self._state = state
        self._ca_before = ""
        self.device = ""
        """The device that is described anew, "" for a new one."""
        self.title = TextLine(theme, "text", 18, Weight.DemiBold)
        self.kind = QComboBox()
        self.fields = {name: QLineEdit() for name in FIELDS}
        self._labels = {name: PlainLabel(say(f"devices.field.{name}"), "muted") for name in FIELDS}
        self.ca_button = QPushButton(say("devices.ca_choose"))
        self.pin, self.memories = PinField(theme), MemoryTable()
        self._wide = {"pin": self.pin, "memories": self.memories}
        self._labels |= {n: PlainLabel(say(f"devices.field.{n}"), "muted") for n in self._wide}
        named = ("kind", *FIELDS, *self._wide)
        self.wrong = {name: ToneText(theme, 12, lines=3) for name in named}
        self.problem = ToneText(theme, 13, lines=5)
        self.save_button = QPushButton(say("devices.save"))
        self.test_button = QPushButton(say("devices.test"))
        self.leave_button = QPushButton(say("devices.leave"))
        self._build()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        label = PlainLabel(say("devices.field.kind"), "muted")
        label.setBuddy(self.kind)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.kind, 0, 1, 1, 2)
        grid.addWidget(self.wrong["kind"], 1, 1, 1, 2)
        for at, (name, label) in enumerate(self._labels.items(), 1):
            field = self.fields.get(name) or self._wide[name]
            label.setBuddy(field)
            field.setAccessibleName(say(f"devices.field.{name}"))
            top = Qt.AlignmentFlag.AlignTop if name in self._wide else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(label, 2 * at, 0, top)
            grid.addWidget(field, 2 * at, 1, 1, 1 if name == "ca" else 2)
            grid.addWidget(self.wrong[name], 2 * at + 1, 1, 1, 2)
            if name == "ca":
                grid.addWidget(self.ca_button, 2 * at, 2)
        for kind in known_kinds():
            key = f"devices.kind.{kind}"
            self.kind.addItem(say(key), kind)
        for name, edit in self.fields.items():
            edit.textEdited.connect(lambda _text, name=name: self._mark(name))
        self.kind.currentIndexChanged.connect(self._suit)
        self.ca_button.clicked.connect(self._ask_ca)
        self.fields["password"].setEchoMode(QLineEdit.EchoMode.Password)
        sites = [f"{e.id} {clean_name(e.name)}" for e in self._state.endpoints.values()]
        completer = QCompleter(sites, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.fields["endpoint"].setCompleter(completer)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.test_button)
        buttons.addStretch(1)
        buttons.addWidget(self.leave_button)
        self.save_button.clicked.connect(self.save_wanted)
        self.test_button.clicked.connect(self.test_wanted)
        self.leave_button.clicked.connect(self.left)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addLayout(grid)
        column.addWidget(self.problem)
        column.addLayout(buttons)
        column.addStretch(1)

    def show_entry(self, entry: Entry | None, believed: str = "") -> None:
        """Begin with a device as it is, or with a new one; `believed` is the fingerprint of the
        certificate that is believed there, "" for none."""
        self.device = entry.spec.id if entry is not None else ""
        name = entry.spec.name if entry is not None else ""
        self.title.say(say("devices.edit", name=name) if entry else say("devices.new"))
        told: dict[str, str] = {}
        if entry is not None:
            spec = entry.spec
            told = {"id": spec.id, "name": spec.name, "address": spec.address,
                    "endpoint": spec.endpoint, "conference": spec.conference,
                    "user": entry.user, "ca": entry.trust.ca_file or ""}  # fmt: skip
            self.kind.setCurrentIndex(max(0, self.kind.findData(spec.kind)))
        for field, edit in self.fields.items():
            edit.setText(told.get(field, ""))
        self.fields["password"].setPlaceholderText(say("devices.password_none"))
        self._ca_before = told.get("ca", "")
        self.pin.show_pin(believed)
        self.memories.show_memories(dict(entry.spec.memories) if entry is not None else {})
        self.tell(Said(""))
        self._suit()

    def _suit(self, _index: int = 0) -> None:
        """Show what this kind needs and no more."""
        rules = self._rules
        secured = "https" in rules.ports
        shown = {
            "endpoint": rules.site, "conference": not rules.site, "user": rules.login,
            "password": rules.login, "ca": secured, "pin": secured,
            "memories": bool(rules.memories),
        }  # fmt: skip
        for name, label in self._labels.items():
            visible = shown.get(name, True)
            (self.fields.get(name) or self._wide[name]).setVisible(visible)
            label.setVisible(visible)
        self.ca_button.setVisible(secured)
        self.memories.suit(rules.memories)
        self.fields["address"].setPlaceholderText(rules.example)
        self.fields["conference"].setPlaceholderText(say("devices.conference_hint"))
        self.fields["ca"].setPlaceholderText(say("devices.ca_hint"))
        self.fields["endpoint"].setPlaceholderText(say("devices.endpoint_hint"))

    @property
    def _rules(self) -> KindRules:
        return rules_of(str(self.kind.currentData() or ""))

    def _ask_ca(self) -> None:
        ask = QFileDialog(self, say("devices.ca_title"), "", say("devices.ca_filter"))
        ask.setFileMode(QFileDialog.FileMode.ExistingFile)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.fileSelected.connect(self.fields["ca"].setText)
        ask.open()

    def values(self) -> dict[str, str]:
        """What is to stand in the profile; a field that this kind lacks is left out."""
        rules = self._rules
        told = {name: self.fields[name].text().strip() for name in FIELDS if name != "password"}
        told["endpoint"] = told["endpoint"].partition(" ")[0] if rules.site else ""
        told["conference"] = "" if rules.site else told["conference"]
        told["user"] = told["user"] if rules.login else ""
        if "https" not in rules.ports:
            told["ca"] = ""
        elif told["ca"] == self._ca_before:
            del told["ca"]  # as it is written, which may be a path from the profile's folder
        pin = self.pin.value() if "https" in rules.ports else ""
        if pin is not None:
            told["pin"] = pin
        return {"kind": str(self.kind.currentData() or ""), **told}

    def names(self) -> dict[int, str]:
        """The camera's memories by number; none where this kind has none."""
        return self.memories.names() if self._rules.memories else {}

    def sound(self) -> bool:
        """Whether the memories can be kept so; where they can't, says why and on which row."""
        problem = self.memories.flaw() if self._rules.memories else None
        self.wrong["memories"].say(Said(say_problem(problem) if problem else "", "warn"))
        return problem is None

    @property
    def password(self) -> str:
        """The password that was typed, "" for none."""
        return self.fields["password"].text()

    def tell_password(self, kept: bool | Failure) -> None:
        """Whether the device's password is kept, or why that can't be known."""
        if isinstance(kept, Refused):
            self.problem.say(Said(say_refusal(kept), "warn"))
        elif kept is True:
            self.fields["password"].setPlaceholderText(say("devices.password_kept"))

    def tell(self, said: Said) -> None:
        """One sentence about the whole, and nothing wrong with any field."""
        self.tell_flaws(())
        self.problem.say(said)

    def tell_failure(self, failed: Failure) -> None:
        """Why this can't be: beside the fields where they are to blame, else below them."""
        self.problem.say(Said(""))
        if isinstance(failed, BadEntry):
            self.tell_flaws(failed.flaws)
            if any(flaw.field in self.wrong for flaw in failed.flaws):
                return
        if isinstance(failed, Refused):
            self.problem.say(Said(say_refusal(failed), "refused"))

    def tell_report(self, report: Report) -> None:
        """What trying it out came to: the worst of it, or that all of it is well."""
        worst = max(report.checks, key=lambda check: check.verdict)
        sign, tone = SIGNS[worst.verdict]
        shown = worst if worst.problem is not None else report.checks[-1]
        self.problem.say(Said(f"{sign}  {check_text(shown)}", tone))
        self.pin.show_seen(report.certificate)

    def tell_flaws(self, flaws: Sequence[Flaw]) -> None:
        """What is wrong, beside its field; the keyboard goes to the first."""
        told: Mapping[str, Flaw] = {flaw.field: flaw for flaw in reversed(flaws)}
        first: QWidget | None = None
        for name in self.wrong:
            flaw = told.get(name)
            self._mark(name, flaw)
            if flaw is not None and first is None:
                first = self._field(name)
        if first is not None:
            first.setFocus()

    def _mark(self, name: str, flaw: Flaw | None = None) -> None:
        """What is wrong with one field, which is as good as any again without a flaw."""
        said = say_problem(flaw.problem).partition(": ")[2] if flaw else ""
        said = said[:1].upper() + said[1:]
        self.wrong[name].say(Said(said, "warn"))
        edit = self._field(name)
        if edit.property("wrong") != ("true" if flaw else ""):
            edit.setProperty("wrong", "true" if flaw else "")
            edit.style().unpolish(edit)
            edit.style().polish(edit)

    def _field(self, name: str) -> QWidget:
        """What the keyboard goes to for a key of the profile."""
        if name == "pin":
            return self.pin.edit
        return self.kind if name == "kind" else self.fields.get(name) or self._wide[name]
