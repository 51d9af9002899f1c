"""The office's records (contacts, rosters, plans) and proposals about them, as facts and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from console.domain import facts as f
from console.domain.endpoint import Contact
from console.domain.event import Event
from console.domain.reference import ContactProposal, OfficeContact, OfficeRoster, Plan
from console.domain.session import ScriptLine

if TYPE_CHECKING:
    from db.directory import Directory
    from db.reference import Proposal, Record

_MOST = 50
"""What the office declined is told as long as it is among so many of the newest proposals."""
Given = f.ContactsTold | f.ContactsProposed | f.RosterTold | f.PlanTold
KINDS: tuple[type[f.Fact], ...] = (f.ContactsTold, f.ContactsProposed, f.RosterTold, f.PlanTold)
Key = tuple[type[f.Fact], str]
_UNDECIDED = ("queued", "waiting", "conflict")
_DECLINED = ("rejected", "refused")


def key_of(fact: Given) -> Key:
    """What a fact is about: of each, the newest counts."""
    about = fact.record if isinstance(fact, (f.RosterTold, f.PlanTold)) else fact.site
    return type(fact), about


def newest(events: Iterable[Event]) -> list[Event]:
    """Of each kind and subject the newest, of Events that come oldest first."""
    return list(
        {key_of(event.fact): event for event in events if isinstance(event.fact, Given)}.values()
    )


def changes(told: Mapping[Key, Given], now: Mapping[Key, Given]) -> Iterable[Given]:
    """What has to be told: what differs, and an empty fact for what is no more."""
    for key, fact in now.items():
        if told.get(key) != fact:
            yield fact
    for key, fact in told.items():
        if key not in now and fact != (empty := _empty(fact)):
            yield empty


def _empty(fact: Given) -> Given:
    match fact:
        case f.ContactsTold():
            return f.ContactsTold(fact.site)
        case f.ContactsProposed():
            return f.ContactsProposed(fact.site)
        case f.RosterTold():
            return f.RosterTold(fact.record)
        case f.PlanTold():
            return f.PlanTold(fact.record)


def given(directory: Directory, office: str) -> dict[Key, Given]:
    """Everything that the directory says now. Raises StoreFault."""
    found: list[Given] = []
    contacts: dict[str, list[OfficeContact]] = {}
    known: dict[str, Record] = {}
    for record in directory.records("contact"):
        known[record.id] = record
        made = OfficeContact(
            record.id, record.version, contact_of(record.body), record.author, record.at_us
        )
        contacts.setdefault(_text(record.body, "site"), []).append(made)
    found += [f.ContactsTold(site, tuple(each), office) for site, each in contacts.items()]
    proposed: dict[str, list[ContactProposal]] = {}
    for proposal in standing(directory.proposals(_MOST), known):
        body = proposal.body or known[proposal.record_id].body
        proposed.setdefault(_text(body, "site"), []).append(_asked(proposal, body))
    found += [f.ContactsProposed(site, tuple(each)) for site, each in proposed.items()]
    found += [f.RosterTold(record.id, roster_of(record)) for record in directory.records("roster")]
    for record in directory.records("session"):
        if record.body.get("state") == "approved":
            found.append(f.PlanTold(record.id, plan_of(record)))
    return {key_of(fact): fact for fact in found}


def standing(proposals: Iterable[Proposal], known: Mapping[str, Record]) -> list[Proposal]:
    """The proposals about contacts that count: what is undecided, and of each record the newest
    where it was declined and the office has changed nothing since. They come newest first. Of a
    record that the office has no more nothing is left to remove."""
    found: list[Proposal] = []
    about: set[str] = set()
    for proposal in proposals:
        office = known.get(proposal.record_id)
        if proposal.kind != "contact" or (proposal.body is None and office is None):
            continue
        state = proposal.state.value
        fresh = proposal.record_id not in about
        about.add(proposal.record_id)
        unchanged = (office.version if office else 0) == proposal.base_version
        if state in _UNDECIDED or (state in _DECLINED and fresh and unchanged):
            found.append(proposal)
    return found


def _asked(proposal: Proposal, body: Mapping[str, Any]) -> ContactProposal:
    return ContactProposal(
        proposal.id,
        proposal.record_id,
        proposal.base_version,
        contact_of(body),
        proposal.state.value,
        proposal.operator,
        proposal.note,
        proposal.at_us,
        proposal.body is None,
    )


def contact_of(body: Mapping[str, Any]) -> Contact:
    """Someone to call, from a record of kind `contact`."""
    return Contact(
        _text(body, "role"),
        _text(body, "person"),
        _text(body, "title"),
        _text(body, "phone"),
        _text(body, "zalo"),
    )


def body_of(site: str, contact: Contact) -> dict[str, Any]:
    """The record of kind `contact` that says this."""
    return {
        "site": site,
        "role": contact.role,
        "person": contact.name,
        "title": contact.title,
        "phone": contact.phone,
        "zalo": contact.zalo,
    }


def roster_of(record: Record) -> OfficeRoster:
    """What a record of kind `roster` is, without its sites."""
    name = _text(record.body, "name") or record.id
    sites = len(record.body.get("rows") or ())
    return OfficeRoster(record.id, record.version, name, sites, record.author, record.at_us)


def plan_of(record: Record) -> Plan:
    """A session's plan, from a record of kind `session`."""
    body = record.body
    return Plan(
        record.id,
        record.version,
        _text(body, "title"),
        int(body.get("starts_us") or 0),
        _text(body, "chair"),
        _text(body, "roster"),
        tuple(_line(each) for each in body.get("script") or ()),
        _text(body, "note"),
        _text(body, "approver"),
    )


def _line(body: Mapping[str, Any]) -> ScriptLine:
    return ScriptLine(
        _text(body, "title"),
        _text(body, "endpoint"),
        _text(body, "detail"),
        body.get("minutes"),
        body.get("preset"),
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    return str(body.get(name) or "")
