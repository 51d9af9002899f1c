"""fold: how one Event changes the State. Depends on nothing but the two; does no I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.domain.event import Event
from console.domain.fold import alarms, conferences, devices, office, operators, rooms, wishes
from console.domain.state import Key, State

Folder = Callable[[State, Event, Any], tuple[Key, ...]]

FOLDERS: dict[type, Folder] = {
    **devices.FOLDERS,
    **conferences.FOLDERS,
    **rooms.FOLDERS,
    **operators.FOLDERS,
    **office.FOLDERS,
    **wishes.FOLDERS,
    **alarms.FOLDERS,
}


def fold(state: State, event: Event) -> tuple[Key, ...]:
    """Change the State by one Event; the keys touched, none where the Event tells nothing new.

    Raises KeyError for a fact class that no folder knows: that is a mistake of ours.
    """
    fact = event.fact
    return FOLDERS[type(fact)](state, event, fact)
