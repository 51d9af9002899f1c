"""What the province tells its devices: one record per change, after it happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.simulators.model.site import Conference, Leg, Site


class Kind(StrEnum):
    """What changed."""

    LEG_ADDED = "leg_added"
    LEG_CHANGED = "leg_changed"
    LEG_REMOVED = "leg_removed"
    CONFERENCE_ADDED = "conference_added"
    CONFERENCE_CHANGED = "conference_changed"
    CONFERENCE_REMOVED = "conference_removed"
    ROOM_CHANGED = "room_changed"
    CAMERA_ARRIVED = "camera_arrived"
    PRESETS_CHANGED = "presets_changed"
    SPEECH_CHANGED = "speech_changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `fields` names the attributes that took a new value."""

    kind: Kind
    site: Site | None = None
    leg: Leg | None = None
    conference: Conference | None = None
    fields: frozenset[str] = frozenset()
    reason: str = ""
