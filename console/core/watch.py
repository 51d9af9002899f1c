"""The Watch: turns conditions that last into alarms, and speech into proof of two-way talk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from console.core.clock import Clock
from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm
from console.domain.conditions import Condition, conditions
from console.domain.event import stamped
from console.domain.policy import Policy
from console.domain.state import State

_PERIOD_US = 200_000
_CALM_US = 3_000_000
"""A condition must be gone for so long before its alarm clears, or before a site is left out of
an alarm of many: no chattering (ISA-18.2)."""


class Watch:
    """Looks at the State at most five times a second, on the main thread."""

    def __init__(self, store: Store, clock: Clock, policy: Policy | None = None) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy or Policy()
        self._since_us: dict[str, int] = {}
        self._gone_us: dict[str, int] = {}
        self._fewer_us: dict[str, int] = {}
        self._next_us = 0

    def look(self) -> bool:
        """Post what changed; False where it is too early to look again."""
        now = self._clock.now_us()
        if now < self._next_us:
            return False
        self._next_us = now + _PERIOD_US
        state = self._store.state
        wrong = conditions(state, self._policy)
        told = [
            *self._raised(state, wrong, now),
            *self._cleared(state, wrong, now),
            *self._unshelved(state, now),
            *self._two_way(state, now),
        ]
        if told:
            self._store.post([stamped(fact, now, "console") for fact in told])
        return True

    def _raised(
        self, state: State, wrong: Mapping[str, Condition], now: int
    ) -> Iterator[f.AlarmRaised]:
        """What has lasted long enough, and what became worse or, for good, smaller."""
        self._since_us = {i: self._since_us.get(i, now) for i in wrong}
        self._fewer_us = {i: us for i, us in self._fewer_us.items() if i in wrong}
        for alarm_id, condition in wrong.items():
            self._gone_us.pop(alarm_id, None)
            since = min(self._since_us[alarm_id], condition.since_us or now)
            if now - since < condition.delay_s * 1e6:
                continue
            known = state.alarms.get(alarm_id)
            if known is None or known.cleared_us:
                yield f.AlarmRaised(condition.alarm)
                continue
            wanted = replace(
                condition.alarm, priority=min(known.priority, condition.alarm.priority)
            )
            if not set(wanted.sites) < set(known.sites):
                self._fewer_us.pop(alarm_id, None)
                if wanted.sites != known.sites or wanted.priority < known.priority:
                    yield f.AlarmRaised(wanted)
            elif now - self._fewer_us.setdefault(alarm_id, now) >= _CALM_US:
                del self._fewer_us[alarm_id]
                yield f.AlarmRaised(wanted)

    def _cleared(
        self, state: State, wrong: Mapping[str, Condition], now: int
    ) -> Iterator[f.AlarmCleared]:
        """What has been gone long enough, and what an alarm of many took over."""
        for alarm_id, alarm in state.alarms.items():
            if alarm.cleared_us or alarm_id in wrong or alarm_id.startswith("own:"):
                continue
            within = _within(state, wrong, alarm)
            if within or now - self._gone_us.setdefault(alarm_id, now) >= _CALM_US:
                self._gone_us.pop(alarm_id, None)
                yield f.AlarmCleared(alarm_id, within)

    def _unshelved(self, state: State, now: int) -> Iterator[f.AlarmShelved]:
        """What was put aside until now."""
        for alarm_id, alarm in state.alarms.items():
            if alarm.shelved_until_us and now >= alarm.shelved_until_us:
                yield f.AlarmShelved(alarm_id, 0)

    def _two_way(self, state: State, now: int) -> Iterator[f.TwoWayProven]:
        """Speech from the site on the podium, lasting long enough after the MCU confirmed (R6)."""
        call = state.session.taken
        if call is None or not call.confirmed_us or call.proven_us:
            return
        speech = state.speech.get(call.endpoint)
        if speech is None or not speech.talking or state.podium != call.endpoint:
            return
        if now - max(speech.since_us, call.confirmed_us) >= self._policy.speech_proof_s * 1e6:
            yield f.TwoWayProven(call.endpoint, "speech")


def _within(state: State, wrong: Mapping[str, Condition], alarm: Alarm) -> str:
    """The raised alarm of more sites that all sites of this one are now told of by, or ""."""
    for other_id, condition in wrong.items():
        other = state.alarms.get(other_id)
        if (
            other is not None
            and not other.cleared_us
            and alarm.sites
            and set(alarm.sites) < set(other.sites)
            and set(alarm.sites) <= set(condition.alarm.sites)
            and _family(alarm.id) == _family(other_id)
        ):
            return other_id
    return ""


def _family(alarm_id: str) -> str:
    """What kind of trouble an alarm tells of, whether of one site or of many."""
    kind = alarm_id.partition(":")[0]
    return {"site": "lost", "lost-mcu": "lost", "loss-group": "loss", "mics": "mic"}.get(kind, kind)
