"""The office: what is told of it lives in the journal, and as alarms."""

from __future__ import annotations

from console.domain import facts as f
from console.domain.event import Event
from console.domain.state import Key, State


def _told(state: State, event: Event, fact: f.Fact) -> tuple[Key, ...]:
    return (("note", ""),)


FOLDERS = {
    f.OfficeEnrolled: _told,
    f.OfficeLeft: _told,
    f.OfficeLost: _told,
    f.OfficeBack: _told,
    f.SyncIncidentSeen: _told,
}
