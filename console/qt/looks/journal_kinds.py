"""Which Events are worth a line in the journal strip, and whom they concern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.domain import facts as f
from console.domain.commands import office as office_wishes
from console.domain.commands import own as own_wishes
from console.domain.commands.take import TakeToPodium
from console.domain.device import LinkHealth
from console.domain.event import Event
from console.domain.presence import Presence
from console.domain.state import State
from console.qt.looks.seat import KINDS as SEAT


def kind_of(event: Event, state: State) -> str:
    """What kind of line an Event makes, "" for none."""
    kind = KINDS.get(type(event.fact))
    return kind(event, state) if kind else ""


def _always(name: str) -> Callable[[Event, State], str]:
    return lambda event, state: name


def _on_its_own(name: str) -> Callable[[Event, State], str]:
    """Unless a TAKE brought it about: its own line says enough."""

    def kind(event: Event, state: State) -> str:
        cause = state.commands.get(event.cause)
        taken = cause is not None and isinstance(cause.command, TakeToPodium)
        return "" if taken else name

    return kind


def _wish(event: Event, state: State) -> str:
    """A wish to a device; what the console does itself is told by its facts, where it has any."""
    fact: Any = event.fact
    if isinstance(fact.command, office_wishes.RecordAnswer):
        return "answered"
    own = type(fact.command).__module__ in (own_wishes.__name__, office_wishes.__name__)
    return "" if fact.parent or own else "wish"


def _leg_seen(event: Event, state: State) -> str:
    """A site that came, or was lost, by this very event."""
    fact: Any = event.fact
    leg = state.legs.get(fact.leg.endpoint)
    if leg is None or leg.presence_since_us != event.at_us:
        return ""
    return _presence(fact.leg.presence)


def _leg_ended(event: Event, state: State) -> str:
    """A site that was lost; one that was hung up is told by that wish."""
    fact: Any = event.fact
    leg = state.legs.get(fact.endpoint)
    return _presence(leg.presence) if leg else ""


def _presence(presence: Presence) -> str:
    if presence is Presence.CONNECTED:
        return "joined"
    return "left" if presence is Presence.DROPPED else ""


def _link(event: Event, state: State) -> str:
    """An MCU's link that came up or went down; rooms are told by their alarm."""
    fact: Any = event.fact
    device = state.devices.get(fact.device)
    if device is None or device.endpoint:
        return ""
    return "link" if fact.health in (LinkHealth.UP, LinkHealth.DOWN) else ""


def _proposed(event: Event, state: State) -> str:
    """What was asked about a contact, and how it stands; its end is told by what came."""
    fact: Any = event.fact
    return "proposed" if fact.proposals else ""


def _named(event: Event, state: State) -> str:
    """A device that somebody took on; those of the profile come without a wish."""
    return "named" if event.cause else ""


KINDS: dict[type, Callable[[Event, State], str]] = {
    f.RosterLoaded: _always("roster"),
    f.DeviceNamed: _named,
    f.DeviceForgotten: _always("forgotten"),
    f.CertificateTrusted: _always("trusted"),
    f.LinkChanged: _link,
    f.PushChanged: _always("feed"),
    f.LegSeen: _leg_seen,
    f.LegEnded: _leg_ended,
    f.SessionOpened: _always("opened"),
    f.SessionClosed: _always("closed"),
    f.ScriptLoaded: _always("script"),
    f.ScriptMoved: _on_its_own("moved"),
    f.ScriptDeviated: _always("deviated"),
    f.NextStaged: _on_its_own("staged"),
    f.ChairCalled: _always("called"),
    f.TwoWayProven: _always("proven"),
    f.NoteWritten: _always("note"),
    f.DrillScored: _always("drilled"),
    f.CheckRecorded: _always("checked"),
    f.ClockStepped: _always("clock_stepped"),
    f.ClockSuspected: _always("clock_suspected"),
    f.ClockTrusted: _always("clock_trusted"),
    f.OfficeEnrolled: _always("office_enrolled"),
    f.OfficeLeft: _always("office_left"),
    f.OfficeLost: _always("office_lost"),
    f.OfficeBack: _always("office_back"),
    f.SyncIncidentSeen: _always("sync_incident"),
    f.ContactsTold: _always("contacts"),
    f.ContactsProposed: _proposed,
    f.RosterTold: _always("roster_told"),
    f.PlanTold: _always("plan_told"),
    f.PlanTaken: _always("plan_taken"),
    f.CommandSubmitted: _wish,
    f.AlarmRaised: _always("alarm"),
    f.AlarmCleared: _always("cleared"),
    f.AlarmAcknowledged: _always("noted"),
    f.AlarmShelved: _always("shelved"),
    **{fact: _always(kind) for fact, kind in SEAT.items()},
}


def sites_of(event: Event) -> tuple[str, ...]:
    """Whom an Event concerns."""
    fact: Any = event.fact
    match fact:
        case f.LegSeen():
            return (fact.leg.endpoint,)
        case f.CommandSubmitted(command=office_wishes.RecordAnswer(endpoint=site)):
            return (site,) if site else ()
        case f.CommandSubmitted():
            return tuple(fact.command.sites())
        case f.AlarmRaised():
            return tuple(fact.alarm.sites)
        case f.ContactsTold() | f.ContactsProposed():
            return (fact.site,)
        case _:
            site = getattr(fact, "endpoint", "")
            return (site,) if site else ()
