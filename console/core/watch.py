"""The Watch: turns conditions that last into alarms, and speech into proof of two-way talk."""

from __future__ import annotations

from dataclasses import replace

from console.core.clock import Clock
from console.core.store import Store
from console.domain import facts as f
from console.domain.conditions import conditions
from console.domain.event import stamped
from console.domain.policy import Policy
from console.domain.state import State

_PERIOD_US = 200_000
_CALM_S = 3.0
"""A condition must be gone for so long before its alarm clears: no chattering (ISA-18.2)."""


class Watch:
    """Looks at the State at most five times a second, on the main thread."""

    def __init__(self, store: Store, clock: Clock, policy: Policy | None = None) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy or Policy()
        self._since_us: dict[str, int] = {}
        self._gone_us: dict[str, int] = {}
        self._next_us = 0

    def look(self) -> bool:
        """Post what changed; False where it is too early to look again."""
        now = self._clock.now_us()
        if now < self._next_us:
            return False
        self._next_us = now + _PERIOD_US
        state = self._store.state
        told = [*self._alarms(state, now), *self._two_way(state, now)]
        if told:
            self._store.post([stamped(fact, now, "console") for fact in told])
        return True

    def _alarms(self, state: State, now: int) -> list[f.Fact]:
        wrong = conditions(state, self._policy)
        told: list[f.Fact] = []
        for alarm_id in [i for i in self._since_us if i not in wrong]:
            del self._since_us[alarm_id]
        for alarm_id, condition in wrong.items():
            since = self._since_us.setdefault(alarm_id, now)
            self._gone_us.pop(alarm_id, None)
            if now - since < condition.delay_s * 1e6:
                continue
            known = state.alarms.get(alarm_id)
            wanted = condition.alarm
            if known is not None and not known.cleared_us:
                same = known.sites == wanted.sites and known.priority <= wanted.priority
                if same:
                    continue
                wanted = replace(wanted, priority=min(known.priority, wanted.priority))
            told.append(f.AlarmRaised(wanted))
        for alarm_id, alarm in state.alarms.items():
            if alarm.cleared_us or alarm_id in wrong or alarm.kind.startswith("own_"):
                continue
            if now - self._gone_us.setdefault(alarm_id, now) >= _CALM_S * 1e6:
                del self._gone_us[alarm_id]
                told.append(f.AlarmCleared(alarm_id))
            if alarm.shelved_until_us and now >= alarm.shelved_until_us:
                told.append(f.AlarmShelved(alarm_id, 0))
        return told

    def _two_way(self, state: State, now: int) -> list[f.Fact]:
        """Speech from the site on the podium, lasting long enough after the MCU confirmed (R6)."""
        calls = state.session.calls
        if not calls or not calls[-1].confirmed_us or calls[-1].proven_us:
            return []
        site = calls[-1].endpoint
        speech = state.speech.get(site)
        if speech is None or not speech.talking or state.podium != site:
            return []
        heard_us = now - max(speech.since_us, calls[-1].confirmed_us)
        if heard_us < self._policy.speech_proof_s * 1e6:
            return []
        return [f.TwoWayProven(site, "speech")]
