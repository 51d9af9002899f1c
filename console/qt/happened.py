"""What happened since the start that the MCU operator reads: kept small until somebody looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.event import Event

KEPT = 1000
KINDS = (
    f.LinkChanged, f.PushChanged, f.DeviceProbed, f.CommandRefused, f.CommandLost,
    f.AlarmRaised, f.AlarmCleared, f.AlarmAcknowledged, f.AlarmShelved,
)  # fmt: skip
"""What happens to devices and alarms, and the wishes that came to nothing."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An Event of these kinds with the alarm that it is about: an alarm that is over is gone from
    the State before anybody reads of it."""

    event: Event
    alarm: Alarm | None = None


class Happenings:
    """The newest of them, oldest first; `told` counts all there ever were."""

    def __init__(self) -> None:
        self._kept: deque[Happened] = deque(maxlen=KEPT)
        self._alarms: dict[str, Alarm] = {}
        self.told = 0

    def add(self, events: Iterable[Event]) -> None:
        """Take in what happened."""
        for one in with_alarms(events, self._alarms):
            self._kept.append(one)
            self.told += 1

    def since(self, told: int) -> list[Happened]:
        """What was added after `told` of them, oldest first, as far as it is still kept."""
        new = min(self.told - told, len(self._kept))
        return list(self._kept)[len(self._kept) - new :] if new else []


def with_alarms(events: Iterable[Event], alarms: dict[str, Alarm]) -> Iterator[Happened]:
    """Events, oldest first, each with its alarm; `alarms` remembers the newest thousand."""
    for event in events:
        fact = event.fact
        if not isinstance(fact, KINDS):
            continue
        if isinstance(fact, f.AlarmRaised):
            alarms.pop(fact.alarm.id, None)
            alarms[fact.alarm.id] = fact.alarm
            if len(alarms) > KEPT:
                del alarms[next(iter(alarms))]
        yield Happened(event, alarms.get(_alarm_id(fact)))


def _alarm_id(fact: f.Fact) -> str:
    match fact:
        case f.AlarmRaised():
            return fact.alarm.id
        case f.AlarmCleared() | f.AlarmAcknowledged() | f.AlarmShelved():
            return fact.alarm
        case _:
            return ""
