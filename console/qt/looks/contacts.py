"""Whom to call about a site: who says so, and what was asked of the office about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from console.domain.endpoint import Contact, Endpoint
from console.domain.reference import ContactProposal, ShownContact, shown_contacts
from console.domain.state import State
from console.qt.looks.camera import clean
from console.qt.wording import date, say

ROLES = ("leader", "technician")
_TONES = {"queued": "pending", "waiting": "pending", "conflict": "warn"}
DECLINED = ("rejected", "refused")
"""The standings of a proposal that the office did not take."""


@dataclass(frozen=True, slots=True)
class ContactLook:
    """Someone to call: «Lãnh đạo», name and title, and the number to dial ("" where unknown).

    `source` is whose word that is, "" where there is only the roster; `asked` what was proposed
    instead and where it stands, in the tone `tone`.
    """

    role: str
    person: str
    phone: str = ""
    zalo: str = ""
    source: str = ""
    asked: str = ""
    tone: str = "dim"


def contact_looks(state: State, endpoint: Endpoint) -> tuple[ContactLook, ...]:
    """The contacts of a site; what was asked stands beside the one it is about, and what was asked
    about nobody who is known yet in a row of its own."""
    told = state.contacts.get(endpoint.id, ())
    every = shown_contacts(endpoint, told)
    asked = {each.record: each for each in reversed(state.proposed.get(endpoint.id, ()))}
    found: list[ContactLook] = []
    for shown in every:
        look = _look(shown, by_office=bool(told))
        proposal = asked_about(shown, every, asked.values())
        if proposal is None:
            found.append(look)
        else:
            del asked[proposal.record]
            found.append(_with(look, proposal))
    for proposal in asked.values():
        empty = ContactLook(role_name(proposal.contact.role), say("inspector.contact.nobody_yet"))
        found.append(_with(empty, proposal))
    return tuple(found)


def asked_about(
    shown: ShownContact, every: Iterable[ShownContact], asked: Iterable[ContactProposal]
) -> ContactProposal | None:
    """What was asked about someone: about the office's record of him, or where he is in the roster
    alone about a record that the office does not have yet, of the same role."""
    if shown.office is not None:
        return next((each for each in asked if each.record == shown.office.record), None)
    known = {each.office.record for each in every if each.office is not None}
    role = shown.contact.role
    fresh = (each for each in asked if each.record not in known)
    return next((each for each in fresh if each.contact.role == role), None)


def tone_of(proposal: ContactProposal) -> str:
    """The tone in which it is told how a proposal stands."""
    return _TONES.get(proposal.state, "refused")


def role_name(role: str) -> str:
    """A role in words."""
    return say(f"inspector.role.{role}") if role in ROLES else clean(role)


def person(contact: Contact) -> str:
    """«Trần Thị Hoa · KTV trực»."""
    return " · ".join(clean(part) for part in (contact.name, contact.title) if part)


def source_text(shown: ShownContact) -> str:
    """Whose word it is: «Văn phòng, bản 3 ngày 12/11/2026», or the roster's."""
    office = shown.office
    if office is None:
        return say("inspector.contact.by_roster")
    return say("inspector.contact.by_office", version=office.version, day=date(office.at_us))


def asked_text(proposal: ContactProposal) -> str:
    """What was asked, and where it stands."""
    contact = proposal.contact
    who = " · ".join(part for part in (person(contact), clean(contact.phone)) if part)
    note = clean(proposal.note)
    asked = "removal" if proposal.removal else "asked"
    key = f"inspector.contact.{asked}_{proposal.state}"
    text = say(key, who=who, at=proposal.at_us)
    return f"{text} {say('inspector.contact.because', note=note)}" if note else text


def _look(shown: ShownContact, by_office: bool) -> ContactLook:
    contact = shown.contact
    phone, zalo = contact.phone, contact.zalo
    same = "".join(c for c in zalo if c.isdigit()) == "".join(c for c in phone if c.isdigit())
    return ContactLook(
        role_name(contact.role),
        person(contact),
        clean(phone),
        "" if same else clean(zalo),
        source_text(shown) if by_office else "",
    )


def _with(look: ContactLook, proposal: ContactProposal) -> ContactLook:
    return replace(look, asked=asked_text(proposal), tone=tone_of(proposal))
