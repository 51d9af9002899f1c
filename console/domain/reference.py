"""What the office gives consoles to work with: contacts (R23), changes of them that were asked for,
lists of sites, and the plans of sessions that were approved. Times in µs of UTC."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.endpoint import Contact, Endpoint
from console.domain.session import ScriptLine

OPEN = ("queued", "waiting", "conflict")
"""The standings of a proposal that may still come true."""


@dataclass(frozen=True, slots=True)
class OfficeContact:
    """Someone to call as the office's `record` has him, in a version that `author` made."""

    record: str
    version: int
    contact: Contact
    author: str = ""
    at_us: int = 0


@dataclass(frozen=True, slots=True)
class ContactProposal:
    """What somebody here would have the office say, and where that stands: `queued`, `waiting`,
    `conflict`, `rejected` or `refused`; `note` is why. `version` is the one it was made on. With
    `removal` the office is to have this contact no more."""

    id: str
    record: str
    version: int
    contact: Contact
    state: str
    operator: str = ""
    note: str = ""
    at_us: int = 0
    removal: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A session's plan in an approved version: what a meeting is opened with (R34)."""

    record: str
    version: int
    title: str
    starts_us: int
    chair: str = ""
    roster: str = ""
    script: tuple[ScriptLine, ...] = ()
    note: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class OfficeRoster:
    """A list of sites that the office has, as its `record` tells of it: how many `sites`, not
    which ones. `at_us`: when `author` made this version."""

    record: str
    version: int
    name: str
    sites: int
    author: str = ""
    at_us: int = 0


@dataclass(frozen=True, slots=True)
class ShownContact:
    """Someone to call, and whose word that is: the office's, or with None the roster's."""

    contact: Contact
    office: OfficeContact | None = None


def shown_contacts(endpoint: Endpoint, told: tuple[OfficeContact, ...]) -> tuple[ShownContact, ...]:
    """Whom to call about a site: the office's in place of the roster's of the same role."""
    if not told:
        return tuple(ShownContact(contact) for contact in endpoint.contacts)
    roles = {each.contact.role for each in told}
    kept = [ShownContact(c) for c in endpoint.contacts if c.role not in roles]
    every = [*(ShownContact(each.contact, each) for each in told), *kept]
    return tuple(sorted(every, key=lambda shown: shown.contact.role))
