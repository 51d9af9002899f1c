"""OfficeWatch: tells of the office as it comes and goes, and of the sync's troubles as alarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.core.clock import Clock
from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.event import stamped

if TYPE_CHECKING:
    from console.core.office import OfficeLink
    from db.sync.health import SyncHealth

_S = 1_000_000
LOST_S = 15
"""So long without an answer, and the office is lost."""
LOST_AGAIN_S = 120
AGAIN_WITHIN_S = 600
"""So soon after it came back, being lost again takes `LOST_AGAIN_S`: a line that comes and goes
does not fill the journal."""
OVER_S, INCIDENT_OVER_S = 60, 300
"""So long without its condition, and an alarm is over; one look at a row found altered comes
round only now and then."""
BEHIND_FOR_S = 60
"""So long rows are late before it is an alarm (ISA-18.2's on-delay): a console that was away, or
joins with an old journal, brings them in less."""
_CONDITIONS = ("office_behind", "office_clock", "office_conflict")
AMBER_AGE_S, RED_AGE_S = 300.0, 3600.0
AMBER_OFFSET_US, RED_OFFSET_US = 2_000_000, 60_000_000
"""As `SyncHealth.level` has them."""


class OfficeWatch:
    """Looks at the sync's health once a second, on the main thread."""

    def __init__(self, office: OfficeLink, store: Store, clock: Clock) -> None:
        self._office = office
        self._store = store
        self._clock = clock
        self._second = 0
        self._failing_us = 0
        self._lost_us = 0
        self._back_us = 0
        self._told: set[tuple[str, tuple[tuple[str, str | int], ...]]] = set()
        self._raised: dict[str, tuple[Priority, int]] = {}
        self._behind_us = 0

    def look(self, now_us: int) -> None:
        """Post what changed, at most once a second."""
        if now_us // _S == self._second:
            return
        self._second = now_us // _S
        health = self._office.health()
        told = [*self._presence(health, now_us), *self._incident(health)]
        now = wrong(health) if health is not None else {}
        told += self._alarms(self._delayed(now, now_us), now_us)
        if told:
            at_us = self._clock.now_us()
            self._store.post([stamped(fact, at_us, "console") for fact in told])

    def _presence(self, health: SyncHealth | None, now_us: int) -> list[f.Fact]:
        account = self._office.account()
        if health is None or account is None:
            self._failing_us = self._lost_us = self._back_us = 0
            return []
        office = account.office.office_id
        if not health.failure or health.failure.startswith("store."):
            self._failing_us, lost_us = 0, self._lost_us
            if not lost_us:
                return []
            self._lost_us, self._back_us = 0, now_us
            return [f.OfficeBack(office, (now_us - lost_us) // _S)]
        self._failing_us = self._failing_us or now_us
        lately = self._back_us and now_us - self._back_us < AGAIN_WITHIN_S * _S
        patience_s = LOST_AGAIN_S if lately else LOST_S
        if self._lost_us or now_us - self._failing_us < patience_s * _S:
            return []
        self._lost_us = self._failing_us
        return [f.OfficeLost(office, health.failure)]

    def _incident(self, health: SyncHealth | None) -> list[f.Fact]:
        incident = health.incident if health is not None else None
        if incident is None or (incident.code, incident.params) in self._told:
            return []
        self._told.add((incident.code, incident.params))
        return [f.SyncIncidentSeen(incident.code, incident.params)]

    def _delayed(self, now: dict[str, Priority], now_us: int) -> dict[str, Priority]:
        """Without the lateness that may be made good at once."""
        if "office_behind" not in now:
            self._behind_us = 0
            return now
        self._behind_us = self._behind_us or now_us
        lasts = now_us - self._behind_us >= BEHIND_FOR_S * _S
        return now if lasts else {kind: now[kind] for kind in now if kind != "office_behind"}

    def _alarms(self, now: Mapping[str, Priority], now_us: int) -> list[f.Fact]:
        told: list[f.Fact] = []
        for kind, priority in now.items():
            before = self._raised.get(kind)
            if before is None or before[0] is not priority:
                told.append(f.AlarmRaised(Alarm(f"own:{kind}", kind, priority)))
            self._raised[kind] = (priority, now_us)
        for kind, (_, seen_us) in list(self._raised.items()):
            over_s = OVER_S if kind in _CONDITIONS else INCIDENT_OVER_S
            if kind not in now and now_us - seen_us >= over_s * _S:
                del self._raised[kind]
                told.append(f.AlarmCleared(f"own:{kind}"))
        return told


def wrong(health: SyncHealth) -> dict[str, Priority]:
    """The kinds of alarm that a health is worth: red is high, amber medium. Rows that wait for an
    incident to be seen to are not told beside it."""
    found: dict[str, Priority] = {}
    if health.incident is not None:
        found["office_" + health.incident.code.removeprefix("sync.")] = Priority.HIGH
    elif health.oldest_unsent_s > AMBER_AGE_S:
        red = health.oldest_unsent_s > RED_AGE_S
        found["office_behind"] = Priority.HIGH if red else Priority.MEDIUM
    offset_us = abs(health.offset_us or 0)
    if offset_us > AMBER_OFFSET_US:
        found["office_clock"] = Priority.HIGH if offset_us > RED_OFFSET_US else Priority.MEDIUM
    if health.conflicts:
        found["office_conflict"] = Priority.MEDIUM
    return found
