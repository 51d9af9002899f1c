"""The office: how it stands with it, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.facts.base import Fact
from console.domain.reference import ContactProposal, OfficeContact, OfficeRoster, Plan


@dataclass(frozen=True, slots=True)
class OfficeEnrolled(Fact):
    """The console became known to an office, by its id, at a URL; `since_us` in µs UTC."""

    office: str
    url: str
    since_us: int


@dataclass(frozen=True, slots=True)
class OfficeLeft(Fact):
    """The console belongs to that office no more."""

    office: str
    url: str


@dataclass(frozen=True, slots=True)
class OfficeLost(Fact):
    """The office has not answered for a while; `reason` is why the last exchange failed."""

    office: str
    reason: str


@dataclass(frozen=True, slots=True)
class OfficeBack(Fact):
    """The office answers again, after so many seconds."""

    office: str
    away_s: int


@dataclass(frozen=True, slots=True)
class SyncIncidentSeen(Fact):
    """Something keeps rows from being sent and does not go away by waiting: a code and its
    parameters as `db.sync.health` has them."""

    code: str
    params: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class ContactsTold(Fact):
    """The office said whom to call about a site, all of them; none: it says nothing of it.
    `office` is its id."""

    site: str
    contacts: tuple[OfficeContact, ...] = ()
    office: str = ""


@dataclass(frozen=True, slots=True)
class ContactsProposed(Fact):
    """What was asked of the office about a site's contacts and has not come true, all of it."""

    site: str
    proposals: tuple[ContactProposal, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterTold(Fact):
    """The office gave a list of sites, by its record's id, or None: it has it no more."""

    record: str
    roster: OfficeRoster | None = None


@dataclass(frozen=True, slots=True)
class PlanTold(Fact):
    """The office gave an approved plan, by its record's id, or None: it has it no more."""

    record: str
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class PlanTaken(Fact):
    """The meeting is run by this version of an approved plan from now on."""

    record: str
    version: int
