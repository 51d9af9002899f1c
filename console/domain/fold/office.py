"""The office: what is told of it lives in the journal, and as alarms; what it gives is kept beside
the roster, which another roster does not change."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.event import Event
from console.domain.state import Key, State


def _told(state: State, event: Event, fact: f.Fact) -> tuple[Key, ...]:
    return (("note", ""),)


def _contacts(state: State, event: Event, fact: f.ContactsTold) -> tuple[Key, ...]:
    if state.contacts.get(fact.site, ()) == fact.contacts:
        return ()
    if fact.contacts:
        state.contacts[fact.site] = fact.contacts
    else:
        del state.contacts[fact.site]
    return _of_site(state, fact.site)


def _proposed(state: State, event: Event, fact: f.ContactsProposed) -> tuple[Key, ...]:
    if state.proposed.get(fact.site, ()) == fact.proposals:
        return ()
    if fact.proposals:
        state.proposed[fact.site] = fact.proposals
    else:
        del state.proposed[fact.site]
    return _of_site(state, fact.site)


def _of_site(state: State, site: str) -> tuple[Key, ...]:
    contact: Key = ("contact", site)
    return (contact, ("endpoint", site)) if site in state.endpoints else (contact,)


def _plan_told(state: State, event: Event, fact: f.PlanTold) -> tuple[Key, ...]:
    if state.plans.get(fact.record) == fact.plan:
        return ()
    if fact.plan is not None:
        state.plans[fact.record] = fact.plan
    else:
        del state.plans[fact.record]
    return (("plan", fact.record),)


def _roster_told(state: State, event: Event, fact: f.RosterTold) -> tuple[Key, ...]:
    if state.rosters.get(fact.record) == fact.roster:
        return ()
    if fact.roster is not None:
        state.rosters[fact.record] = fact.roster
    else:
        del state.rosters[fact.record]
    return (("list", fact.record),)


def _plan_taken(state: State, event: Event, fact: f.PlanTaken) -> tuple[Key, ...]:
    taken = replace(state.session, plan=fact.record, plan_version=fact.version)
    if taken == state.session:
        return ()
    state.session = taken
    return (("session", ""),)


FOLDERS = {
    f.OfficeEnrolled: _told,
    f.OfficeLeft: _told,
    f.OfficeLost: _told,
    f.OfficeBack: _told,
    f.SyncIncidentSeen: _told,
    f.ContactsTold: _contacts,
    f.ContactsProposed: _proposed,
    f.RosterTold: _roster_told,
    f.PlanTold: _plan_told,
    f.PlanTaken: _plan_taken,
}
