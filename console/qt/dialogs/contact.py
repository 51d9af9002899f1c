"""Asking the office to change whom to call about a site: what it says now, what it should say."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.office import ProposeContact, ProposeRemoval
from console.domain.contact_check import flaw, record_for
from console.domain.endpoint import Contact
from console.domain.problem import Problem
from console.domain.reference import ContactProposal, ShownContact, shown_contacts
from console.domain.text import clean_name
from console.qt.grid.sprites import Weight
from console.qt.looks.contacts import (
    DECLINED,
    ROLES,
    asked_about,
    asked_text,
    role_name,
    source_text,
    tone_of,
)
from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine, caption
from console.qt.plain import PlainLabel
from console.qt.wording import say, say_problem

_FIELDS = ("name", "title", "phone", "zalo")
_WIDTH, _LABEL_PX, _NOW_PX = 720, 96, 230


class ContactDialog(QDialog):
    """Each field beside what holds now; the office alone changes that. It does not hold up the
    session. Signals: `told` (text) what was asked, `ended`."""

    told = Signal(str)
    ended = Signal()

    def __init__(self, desk: Desk, site: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.site = desk, site
        theme = desk.theme
        self.setWindowTitle(say("contact.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        endpoint = desk.state.endpoints[site]
        self.shown: tuple[ShownContact, ...] = shown_contacts(
            endpoint, desk.state.contacts.get(site, ())
        )
        self.name = TextLine(theme, "text", 18, Weight.DemiBold)
        self.site_name = clean_name(endpoint.name)
        self.name.say(self.site_name)
        self.who = QComboBox()
        self.source = ToneText(theme, 12)
        self.role = QComboBox()
        self.fields = {name: QLineEdit() for name in _FIELDS}
        self.now = {name: ToneText(theme, 13, lines=2) for name in ("role", *_FIELDS)}
        self.waits = ToneText(theme, 13, lines=3)
        self.outcome = ToneText(theme, 13, lines=3)
        self.note = ToneText(theme, 12, lines=2)
        self.refill_button = QPushButton(say("contact.refill"))
        self.remove_button = QPushButton(say("contact.remove"))
        self.ask_button = QPushButton(say("contact.ask"))
        self.close_button = QPushButton(say("contact.close"))
        self._build()
        self.setFixedWidth(_WIDTH)
        self._fill_choices()
        self._choose()
        self.fields["name"].setFocus()

    # -- its parts -----------------------------------------------------------------------------

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(8)
        rows.addWidget(self.name)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, _LABEL_PX)
        grid.setColumnMinimumWidth(2, _NOW_PX)
        grid.setColumnStretch(1, 1)
        self._row(grid, 0, "who", self.who)
        grid.addWidget(self.source, 1, 1, 1, 2)
        grid.addWidget(caption(self._desk.theme, say("contact.now")), 2, 2)
        self._row(grid, 3, "role", self.role)
        for at, (name, field) in enumerate(self.fields.items(), 4):
            self._row(grid, at, "field.title" if name == "title" else name, field)
        for at, text in enumerate(self.now.values(), 3):
            grid.addWidget(text, at, 2)
        rows.addLayout(grid)
        for text in (self.waits, self.outcome):
            rows.addWidget(text)
        rows.addStretch(1)
        rows.addWidget(self.note)
        self.note.say(Said(say("contact.note"), "muted"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.remove_button)
        row.addWidget(self.refill_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.ask_button)
        rows.addLayout(row)
        for button in (self.close_button, self.refill_button, self.remove_button):
            button.setAutoDefault(False)
        self.ask_button.setDefault(True)
        for before, after in pairwise(
            (self.fields["zalo"], self.ask_button, self.close_button, self.refill_button,
             self.remove_button)
        ):  # fmt: skip
            self.setTabOrder(before, after)
        for role in ROLES:
            self.role.addItem(role_name(role), role)
        self.who.currentIndexChanged.connect(lambda _: self._choose())
        for field in self.fields.values():
            field.textEdited.connect(lambda _: self.outcome.say(Said("")))
        self.role.activated.connect(lambda _: self.outcome.say(Said("")))
        self.ask_button.clicked.connect(lambda _: self.ask())
        self.refill_button.clicked.connect(lambda _: self._refill())
        self.remove_button.clicked.connect(lambda _: self.remove())
        self.close_button.clicked.connect(lambda _: self.close())
        self._desk.actions.refused.connect(self._refused)

    @staticmethod
    def _row(grid: QGridLayout, at: int, name: str, field: QWidget) -> None:
        label = PlainLabel(say(f"contact.{name}"), "muted")
        label.setBuddy(field)
        field.setAccessibleName(say(f"contact.{name}"))
        grid.addWidget(label, at, 0)
        grid.addWidget(field, at, 1)

    def _fill_choices(self) -> None:
        for each in self.shown:
            contact = each.contact
            self.who.addItem(f"{role_name(contact.role)}: {contact.name}")
        self.who.addItem(say("contact.another"))

    # -- showing -------------------------------------------------------------------------------

    @property
    def chosen(self) -> ShownContact | None:
        """The contact that is to change; None for one that is to be added."""
        at = self.who.currentIndex()
        return self.shown[at] if 0 <= at < len(self.shown) else None

    def _choose(self) -> None:
        chosen = self.chosen
        contact = chosen.contact if chosen is not None else None
        self.source.say(Said(source_text(chosen) if chosen else say("contact.new"), "dim"))
        role = contact.role if contact is not None and contact.role in ROLES else self._missing()
        self.role.setCurrentIndex(ROLES.index(role))
        self.now["role"].say(Said(role_name(contact.role) if contact else "", "muted"))
        for name, field in self.fields.items():
            value = str(getattr(contact, name)) if contact is not None else ""
            field.setText(clean_name(value))
            self.now[name].say(Said(clean_name(value) or (say("contact.empty") if contact else ""),
                                    "muted"))  # fmt: skip
        waits = self._waiting(chosen)
        self.waits.say(Said(asked_text(waits), tone_of(waits)) if waits else Said(""))
        self.outcome.say(Said(""))
        declined = waits is not None and waits.state in DECLINED and not waits.removal
        self.refill_button.setVisible(declined)
        office = chosen.office if chosen is not None else None
        self.remove_button.setVisible(chosen is not None)
        self.remove_button.setEnabled(office is not None)
        hint = "contact.remove_hint" if office is not None else "contact.remove_no_office"
        self.remove_button.setToolTip(say(hint))

    def _missing(self) -> str:
        """The role that nobody has yet."""
        known = {each.contact.role for each in self.shown}
        return next((role for role in ROLES if role not in known), ROLES[-1])

    def _waiting(self, chosen: ShownContact | None) -> ContactProposal | None:
        if chosen is None:
            return None
        return asked_about(chosen, self.shown, self._desk.state.proposed.get(self.site, ()))

    def _refill(self) -> None:
        """What the office did not take, to be put right and asked for once more."""
        asked = self._waiting(self.chosen)
        if asked is not None:
            self._fill(asked.contact)
            self.fields["name"].setFocus()
            self.fields["name"].selectAll()

    def _fill(self, contact: Contact) -> None:
        if contact.role in ROLES:
            self.role.setCurrentIndex(ROLES.index(contact.role))
        for name, field in self.fields.items():
            field.setText(clean_name(str(getattr(contact, name))))

    def wanted(self) -> Contact:
        """What the office is to say."""
        texts = {name: " ".join(field.text().split()) for name, field in self.fields.items()}
        return Contact(str(self.role.currentData()), **texts)

    # -- asking --------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask the office for it, or say what is to be put right first."""
        chosen, wanted = self.chosen, self.wanted()
        office = chosen.office if chosen is not None else None
        found = flaw(wanted, office.contact if office is not None else None)
        if found is not None:
            name, problem = found
            self.outcome.say(Said(say_problem(problem), "refused"))
            self.fields[name].setFocus()
            return
        wish = ProposeContact(
            endpoint=self.site,
            record=office.record if office else record_for(self.site, wanted.role, self.shown),
            version=office.version if office is not None else 0,
            contact=wanted,
        )
        if self._desk.actions.submit(wish):
            self.told.emit(say("contact.asked", name=self.site_name))
            self.close()

    def remove(self) -> None:
        """Ask the office to have the chosen one no more."""
        office = self.chosen.office if self.chosen is not None else None
        if office is None:
            return
        who = clean_name(office.contact.name)
        wish = ProposeRemoval(
            endpoint=self.site, record=office.record, version=office.version, name=who
        )
        if self._desk.actions.submit(wish):
            self.told.emit(say("contact.removal_asked", who=who, name=self.site_name))
            self.close()

    def _refused(self, action: str, problem: Problem, _sites: object) -> None:
        if action:
            return  # a key of the session's, not what is filled in here
        self.outcome.say(Said(say_problem(problem), "refused"))

    # -- leaving -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Closed: nothing was asked by that."""
        self.ended.emit()
        super().done(result)
