"""What a contact must say before the office is asked for it (R23)."""

from __future__ import annotations

import re

from console.domain.endpoint import Contact
from console.domain.ids import new_id
from console.domain.problem import Problem
from console.domain.reference import ShownContact

LONGEST = 100
"""Characters of any field, as the office has them."""
_PHONE = re.compile(r"[0-9 +().,;/-]*")
_RECORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def flaw(contact: Contact, before: Contact | None = None) -> tuple[str, Problem] | None:
    """The field that can't stay so, and why; None where it may be asked for. `before` is what the
    office says now."""
    fields = ("name", "title", "phone", "zalo")
    for name in fields:
        value = str(getattr(contact, name))
        if len(value) > LONGEST:
            return name, Problem.of("contact.long", n=len(value), most=LONGEST)
        if any(ord(char) < 32 or 0xD800 <= ord(char) < 0xE000 for char in value):
            return name, Problem.of("contact.sign")
    if not contact.name:
        return "name", Problem.of("contact.no_name")
    if not _PHONE.fullmatch(contact.phone):
        return "phone", Problem.of("contact.phone", phone=contact.phone)
    if contact.phone and sum(char.isdigit() for char in contact.phone) < 3:
        return "phone", Problem.of("contact.phone", phone=contact.phone)
    if not contact.phone and not contact.zalo:
        return "phone", Problem.of("contact.no_number")
    if contact == before:
        return "name", Problem.of("contact.unchanged")
    return None


def record_for(site: str, role: str, shown: tuple[ShownContact, ...]) -> str:
    """The id of a new record: told by site and role, since that is what another console would
    call it; one that is taken, or that the office's rules don't allow, is made up."""
    wanted = f"{site}.{role}"
    taken = {each.office.record for each in shown if each.office is not None}
    return wanted if _RECORD.fullmatch(wanted) and wanted not in taken else new_id()
